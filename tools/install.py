"""The steps of set-up, each done once and stamped: Python packages, front-end packages, static files.

Standard library only: it runs before anything is installed. Started by tools/setup.py.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NODE_MODULES = ROOT / "node_modules"
LOG = ROOT / "build" / "setup.log"
OLDEST_NODE = 18
RUNTIME, DEV = "requirements.lock", "requirements-dev.lock"
NPM = (ROOT / "package.json", ROOT / "package-lock.json")

NO_NETWORK = re.compile(
    r"NewConnectionError|NameResolutionError|Temporary failure in name resolution|ConnectTimeoutError"
    r"|ReadTimeoutError|Failed to establish|Connection (refused|reset|broken)|Network is unreachable"
    r"|ProxyError|No matching distribution|ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENETUNREACH",
    re.IGNORECASE,
)


class Trouble(Exception):
    """What stops set-up, said in one sentence that names the remedy."""


def say(sentence: str) -> None:
    print(sentence, flush=True)


def fingerprint(*parts: str | Path) -> str:
    """One hash over names and the contents of files: what a stamp remembers."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.read_bytes() if isinstance(part, Path) else part.encode())
        digest.update(b"\0")
    return digest.hexdigest()


def is_stamped(stamp: Path, accepted: Iterable[str]) -> bool:
    return stamp.is_file() and stamp.read_text().strip() in set(accepted)


def main(arguments: list[str]) -> int:
    try:
        set_up(dev="--dev" in arguments)
    except Trouble as trouble:
        print(trouble, file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        print("\n已中断。再运行同一条命令会接着做。", file=sys.stderr, flush=True)
        return 130
    return 0


def set_up(dev: bool) -> None:
    python_due = not is_stamped(VENV / ".setup", python_stamps(dev))
    node_due = not is_stamped(NODE_MODULES / ".setup", node_stamps(dev))
    # Look for everything that is missing before the long steps, not after them.
    if node_due:
        check_node()
    if dev and shutil.which("git") is None:
        raise Trouble(
            "没有找到 git，测试要用它。请先安装再运行同一条命令："
            "Debian 或 Ubuntu 用 sudo apt install git，macOS 用 brew install git。"
        )
    if python_due:
        install_python_packages(dev)
    if node_due:
        install_front_end_packages(dev)
    build_static_files()


def python_stamps(dev: bool) -> list[str]:
    """The stamps that satisfy this set-up: the development packages include those that run the product."""
    # The folder is part of it, for the commands inside an environment name their own path.
    kinds = [DEV] if dev else [RUNTIME, DEV]
    return [fingerprint(str(VENV), kind, ROOT / RUNTIME, ROOT / kind) for kind in kinds]


def node_stamps(dev: bool) -> list[str]:
    """The same of npm: what checks and tests the mini program is left out where the product only runs."""
    return [fingerprint(kind, *NPM) for kind in (["dev"] if dev else ["run", "dev"])]


def check_node() -> None:
    remedy = (
        "请先安装再运行同一条命令："
        "Debian 或 Ubuntu 用 sudo apt install nodejs npm，macOS 用 brew install node。"
    )
    if shutil.which("node") is None:
        raise Trouble(f"没有找到 Node.js（需要 {OLDEST_NODE} 或更新的版本）。{remedy}")
    shown = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout.strip()
    major = re.match(r"v(\d+)", shown)
    if major is None or int(major[1]) < OLDEST_NODE:
        have = shown or "打不开的"
        raise Trouble(f"需要 Node.js {OLDEST_NODE} 或更新的版本，这台机器上是 {have}。{remedy}")
    if shutil.which("npm") is None:
        raise Trouble(f"有 Node.js，但没有找到 npm。{remedy}")


def install_python_packages(dev: bool) -> None:
    lock = DEV if dev else RUNTIME
    make_environment()
    (VENV / ".setup").unlink(missing_ok=True)
    total = len(re.findall(r"^[a-z0-9][^ ]*==", (ROOT / lock).read_text(), re.MULTILINE))
    with progress(f"安装 Python 依赖（{total} 个包）", total) as seen:
        pip = [str(PYTHON), "-m", "pip", "install", "--no-deps", "--require-hashes", "-r", lock]
        follow(pip, "Python 依赖", "pip", lambda line: seen() if line.startswith("Collecting ") else None)
    (VENV / ".setup").write_text(python_stamps(dev)[0])


def make_environment() -> None:
    """Make .venv; anew where its interpreter is gone, its folder was moved or it was left half made."""
    stamp = VENV / ".setup"
    whole = PYTHON.exists() and answers([str(PYTHON), "-m", "pip", "--version"])
    moved = stamp.is_file() and str(VENV) not in (VENV / "bin" / "pip").read_text(errors="replace")
    if whole and not moved:
        return
    say("建立 Python 环境 .venv …")
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True, check=False
    )
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        raise Trouble(
            "建不了 Python 环境 .venv，通常是缺少 venv 模块或目录不可写。"
            "请确认你能写这个目录；Debian 或 Ubuntu 再运行 sudo apt install python3-venv，然后重试。"
        )


def answers(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def install_front_end_packages(dev: bool) -> None:
    (NODE_MODULES / ".setup").unlink(missing_ok=True)
    with progress("安装网页资源（npm）"):
        # Its own waits add up to more than a minute before it says that there is no network.
        patience = ["--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=8000"]
        few = [] if dev else ["--omit=dev"]
        follow(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", *few, *patience], "网页资源", "npm"
        )
    (NODE_MODULES / ".setup").write_text(node_stamps(dev)[0])


def build_static_files() -> None:
    sources = sorted(path for path in (ROOT / "server/infra/web/static").rglob("*") if path.is_file())
    names = [str(path.relative_to(ROOT)) for path in sources]
    wanted = fingerprint(*NPM, *names, *sources, ROOT / "tools/assets.py")
    stamp = ROOT / "build" / ".assets"
    if (ROOT / "build/static").is_dir() and is_stamped(stamp, [wanted]):
        return
    built = subprocess.run([str(PYTHON), "tools/assets.py"], cwd=ROOT, stdout=subprocess.DEVNULL, check=False)
    if built.returncode:
        raise Trouble(
            "网页样式和脚本没有生成成功，原因见上面几行；常见的是 node_modules 不完整，可删掉它再试。"
        )
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(wanted)


def follow(command: list[str], what: str, tool: str, see: Callable[[str], object] = str) -> None:
    """Run an installer, keep what it says in a log, and turn its failure into one sentence."""
    LOG.parent.mkdir(exist_ok=True)
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_USER": "0"}
    environment.pop("PYTHONHOME", None)
    said: list[str] = []
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as running:
        for raw in running.stdout or []:
            said.append(raw.decode(errors="replace"))
            see(said[-1].strip())
    LOG.write_text("".join(said))
    if running.returncode == 0:
        return
    if NO_NETWORK.search("".join(said)):
        raise Trouble(
            f"{what}下载不了：连不上网络。请检查网络或 {tool} 的镜像设置，再运行同一条命令。"
            "（记录在 build/setup.log）"
        )
    reasons = [line.strip() for line in said if "ERROR" in line or "npm error" in line]
    reason = reasons[0] if reasons else (said[-1].strip() if said else f"{tool} 没有说明原因")
    raise Trouble(f"{what}没有安装成功：{reason}。请看 build/setup.log，改好后再运行同一条命令。")


@contextlib.contextmanager
def progress(what: str, total: int = 0) -> Iterator[Callable[[], None]]:
    """Show a step: a moving count on a terminal, one line at the start and the end elsewhere."""
    started, count, moving = time.monotonic(), 0, sys.stdout.isatty()
    print(f"{what} …", end="" if moving else "\n", flush=True)

    def seen() -> None:
        nonlocal count
        count += 1
        if moving:
            print(f"\r{what} … {min(count, total)}/{total}", end="", flush=True)

    try:
        yield seen
    except BaseException:
        print(end="\n" if moving else "", flush=True)
        raise
    took = f"{time.monotonic() - started:.0f} 秒"
    print(f"\r{what} … 完成，{took}" if moving else f"  完成，{took}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
