"""Write the two locks from pyproject.toml: every version with its hashes, for every platform, no address.

`requirements.lock` is what the product runs with; `requirements-dev.lock` adds what tests and checks need,
at the same versions. Both install with plain pip. Needs uv, which developers have and operators do not need.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNTIME, DEV = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"
# Comments and annotations would name the command and the paths of the machine it ran on.
OPTIONS = ("--universal", "--python-version=3.11", "--generate-hashes", "--no-header", "--no-annotate")
FOREIGN = re.compile(r"://|^\s*-|\s@\s|(?<!\w)/\w", re.MULTILINE)


def compile_lock(target: Path, *more: str) -> None:
    uv = ["uv", "pip", "compile", "--quiet", "--no-config", "pyproject.toml"]
    subprocess.run([*uv, *OPTIONS, *more, "-o", target.name], cwd=ROOT, check=True)


def foreign_lines(lock: str) -> list[str]:
    """Lines of a lock that name an address, a path or an option of pip."""
    return [line for line in lock.splitlines() if not line.startswith("    --hash=") and FOREIGN.search(line)]


def main(arguments: list[str]) -> int:
    if shutil.which("uv") is None:
        print("重写依赖锁需要 uv。请先运行 pip install uv，再运行 make lock。", file=sys.stderr)
        return 1
    upgrade = ["--upgrade"] if "--upgrade" in arguments else []
    try:
        compile_lock(RUNTIME, *upgrade)
        compile_lock(DEV, "--group=dev", f"--constraint={RUNTIME.name}", *upgrade)
    except subprocess.CalledProcessError:
        print("依赖锁没有写成，原因见上面几行；pyproject.toml 里的版本要求可能互相冲突。", file=sys.stderr)
        return 1
    for lock in (RUNTIME, DEV):
        if bad := foreign_lines(lock.read_text()):
            print(f"{lock.name} 里出现了地址或路径，请勿提交：{bad[0]}", file=sys.stderr)
            return 1
    print(f"已写好 {RUNTIME.name} 和 {DEV.name}。")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
