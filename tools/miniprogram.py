"""Build the mini program into build/miniprogram, the folder that WeChat's developer tools open.

    PUBLIC_URL=https://… WECHAT_MINI_APPID=wx… python -m tools.miniprogram [--check]

Compiles the TypeScript, copies what is drawn with, brings in the evaluator of conditions that the phone pages use, and writes
the address of the house and the AppID. With --check the types are checked and nothing is written.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "miniprogram"
BUILT = ROOT / "build" / "miniprogram"
COMPILER = ROOT / "node_modules" / "typescript" / "bin" / "tsc"
WALKER = ROOT / "server/infra/web/static/js/survey-walker.js"
COPIED = (".json", ".wxml", ".wxss")
EXAMPLE_HOUSE = "http://127.0.0.1:8000"


def compile_types(*more: str) -> int:
    """Run the compiler over the sources; what is wrong it says itself."""
    return subprocess.run(
        ["node", str(COMPILER), "-p", str(SOURCES), *more], cwd=ROOT, check=False
    ).returncode


def build(target: Path, *, house: str, appid: str) -> int:
    shutil.rmtree(target, ignore_errors=True)
    if failed := compile_types("--outDir", str(target)):
        return failed
    for path in sorted(SOURCES.rglob("*")):
        if path.suffix in COPIED and path.name != "tsconfig.json":
            copy = target / path.relative_to(SOURCES)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
    shutil.copyfile(WALKER, target / "lib" / WALKER.name)
    _write_address(target / "config.js", house)
    _write_settings(target / "project.config.json", house, appid)
    return 0


def _write_address(config: Path, house: str) -> None:
    text = config.read_text("utf-8")
    if text.count(json.dumps(EXAMPLE_HOUSE)) != 1:
        raise SystemExit("miniprogram/config.ts 里没有找到要换的地址。")
    config.write_text(text.replace(json.dumps(EXAMPLE_HOUSE), json.dumps(house)), "utf-8")


def _write_settings(settings: Path, house: str, appid: str) -> None:
    """The AppID; and only a house that is tried on this machine may be asked without TLS and a registered domain."""
    found = json.loads(settings.read_text("utf-8"))
    found["appid"] = appid or found["appid"]
    found["setting"]["urlCheck"] = house.startswith("https://")
    settings.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", "utf-8")


def main(arguments: list[str]) -> int:
    if shutil.which("node") is None or not COMPILER.is_file():
        print("小程序的检查要用 Node.js 和 TypeScript。请先运行 make setup-dev。", file=sys.stderr)
        return 1
    if "--check" in arguments:
        return compile_types("--noEmit")
    house = os.environ.get("PUBLIC_URL", "").rstrip("/") or EXAMPLE_HOUSE
    failed = build(BUILT, house=house, appid=os.environ.get("WECHAT_MINI_APPID", ""))
    if not failed:
        print(f"小程序做好了，连的是 {house}。用微信开发者工具打开 {BUILT.relative_to(ROOT)}。")
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
