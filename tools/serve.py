"""Start the house on this machine: check the port, prepare the data, serve web and jobs, say what to open."""

import errno
import http.client
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import qrcode

from tools.supervise import Supervisor

ROOT = Path(__file__).resolve().parent.parent
INSTANCE = ROOT / "instance"
MIGRATIONS = ROOT / "server" / "migrations" / "versions"
ANYWHERE = ("0.0.0.0", "::")  # noqa: S104 - names to compare with; what we listen on is the operator's choice
READY_WITHIN_SECONDS = 60
WECHAT_NAMES = ("WECHAT_MINI_APPID", "WECHAT_OFFICIAL_APPID", "WECHAT_BASE_URL")


class Trouble(Exception):
    """What keeps the house from starting, said in one sentence that names the remedy."""


@dataclass(frozen=True)
class Address:
    """Where we listen, and the addresses by which this machine and a phone nearby reach it."""

    host: str
    port: int

    @property
    def bind(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def here(self) -> str:
        return f"http://127.0.0.1:{self.port}" if self.host in ANYWHERE else f"http://{self.bind}"

    @property
    def nearby(self) -> str | None:
        """The address for a phone in the same network, where we listen beyond this machine."""
        own = own_address() if self.host in ANYWHERE else None
        return f"http://{own}:{self.port}" if own else None


def read_address(environment: dict[str, str]) -> Address:
    host = environment.get("HOST") or "127.0.0.1"
    port = environment.get("PORT") or "8000"
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise Trouble(f"PORT={port} 不是端口号。请写 1 到 65535 之间的数，例如 PORT=8001 make run。")
    return Address(host, int(port))


def check_free(address: Address) -> None:
    try:
        try_listening(address)
    except OSError as error:
        raise Trouble(why_not(address, error)) from error


def try_listening(address: Address) -> None:
    """Listen and let go at once, in the way the web server will."""
    family, kind, protocol, _, where = socket.getaddrinfo(
        address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    with socket.socket(family, kind, protocol) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(where)
        listener.listen(1)


def why_not(address: Address, error: OSError) -> str:
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return (
            f"这台机器没有 HOST={address.host} 这个地址。"
            "请用 127.0.0.1（只在本机打开）或 0.0.0.0（同一网络都能打开）。"
        )
    if error.errno == errno.EACCES:
        return f"没有权限使用端口 {address.port}。请换一个 1024 以上的端口：PORT=8000 make run。"
    other = next_free(address)
    return f"端口 {address.port} 已被占用。请先停下占用它的程序，或换一个端口：PORT={other} make run。"


def next_free(address: Address) -> int:
    for port in range(address.port + 1, min(address.port + 50, 65536)):
        try:
            try_listening(Address(address.host, port))
        except OSError:
            continue
        return port
    return 8080


def own_address() -> str | None:
    """This machine's address in its network: the one it would send from. Nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(("192.0.2.1", 9))  # an address reserved for documentation
        except OSError:
            return None
        return str(asking.getsockname()[0])


def start_fresh(environment: dict[str, str]) -> None:
    """Remove the data under instance/, and only that."""
    if environment.get("APP_ENV", "example") != "example":
        raise Trouble(
            "make fresh 会清空数据，只能用于示例（APP_ENV=example）。正式数据请先备份，再自行处理。"
        )
    for name in ("DATABASE_URL", "INSTANCE_DIR"):
        if environment.get(name):
            raise Trouble(f"设置了 {name}，数据不在 instance/ 里，make fresh 不会动它。请去掉这个设置再试。")
    if INSTANCE.is_dir():
        for entry in INSTANCE.iterdir():
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
    print("已清空 instance/，从头开始。", flush=True)


def settings_for(address: Address, environment: dict[str, str]) -> dict[str, str]:
    """The environment of the house: what the operator set, and what a first start needs beside it."""
    # QR codes carry PUBLIC_URL: a phone must be able to open what it scans.
    return {
        "APP_ENV": "example",
        "PUBLIC_URL": address.nearby or address.here,
        "FLASK_APP": "wsgi",
        "PYTHONUNBUFFERED": "1",
        **environment,
    }


def is_prepared(environment: dict[str, str]) -> bool:
    """Whether our own database is at the newest migration and holds a community: then nothing is left to prepare.

    Asked of the file itself: starting the house only to find out would take as long as starting it.
    """
    if any(environment.get(name) for name in ("DATABASE_URL", "INSTANCE_DIR")):
        return False
    newest = max(path.name.partition("_")[0] for path in MIGRATIONS.glob("[0-9]*.py"))
    try:
        with closing(sqlite3.connect(f"file:{INSTANCE / 'xiangyi.sqlite'}?mode=ro", uri=True)) as database:
            applied = database.execute("SELECT version_num FROM alembic_version").fetchone()
            filled = database.execute("SELECT 1 FROM communities LIMIT 1").fetchone()
    except sqlite3.Error:
        return False
    return bool(filled) and applied == (newest,)


def with_stand_in(address: Address, environment: dict[str, str]) -> dict[str, str]:
    """Where an example has no AppID, a stand-in plays WeChat on this machine, so that all of it can be tried by hand."""
    if environment["APP_ENV"] != "example" or any(environment.get(name) for name in WECHAT_NAMES):
        return environment
    made = {
        "WECHAT_MINI_APPID": "wx-example-mini",
        "WECHAT_MINI_SECRET": "example",
        "WECHAT_TOKEN": "example",
        "WECHAT_AES_KEY": "example" * 6 + "w",
        "WECHAT_BASE_URL": f"http://127.0.0.1:{next_free(address)}",
    }
    if address.nearby is None:
        # A phone nearby could not reach the stand-in, to which its browser would be sent.
        made |= {"WECHAT_OFFICIAL_APPID": "wx-example-official", "WECHAT_OFFICIAL_SECRET": "example"}
    return environment | made | {"WECHAT_STAND_IN": "1"}


def prepare(environment: dict[str, str]) -> None:
    if is_prepared(environment):
        return
    done = subprocess.run([sys.executable, "-m", "flask", "prepare"], cwd=ROOT, env=environment, check=False)
    if done.returncode:
        raise Trouble("数据库没有准备好，没有启动；原因见上面几行。")


def commands(address: Address, environment: dict[str, str]) -> dict[str, list[str]]:
    python = sys.executable
    quiet = ["--log-level", "warning", "--graceful-timeout", "8", "--no-control-socket"]
    running = {
        "网页服务": [python, "-m", "gunicorn", "--bind", address.bind, *quiet, "wsgi:app"],
        "后台任务": [python, "-m", "flask", "jobs", "run"],
    }
    if environment.get("WECHAT_STAND_IN"):
        port = environment["WECHAT_BASE_URL"].rpartition(":")[2]
        running["仿真微信"] = [python, "-m", "flask", "wechat-sandbox", "--port", port]
    return running


def announce_when_ready(address: Address, ready: threading.Event) -> None:
    """Say what to open, once it can be opened. A machine that takes long is told so, and waited for."""
    patient_until = time.monotonic() + READY_WITHIN_SECONDS
    while not answers(address):
        if time.monotonic() > patient_until:
            print(
                f"等了 {READY_WITHIN_SECONDS} 秒，网页服务还没有应答，还在等；"
                "上面几行没有报错，就是机器忙，按 Ctrl-C 停止。",
                flush=True,
            )
            patient_until = float("inf")
        time.sleep(0.1)
    ready.set()
    print(what_to_open(address), flush=True)
    if address.nearby:
        print_qr(address.nearby)


def answers(address: Address) -> bool:
    # Not urllib: it would ask the operator's proxy for an address on this machine.
    asking = http.client.HTTPConnection(address.here.removeprefix("http://"), timeout=2)
    try:
        asking.request("GET", "/healthz")
        return asking.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asking.close()


def what_to_open(address: Address) -> str:
    return (
        f"首页    {address.here}/  选一个示例身份，一点就进\n"
        f"后台    {address.here}/admin/  居委会、业委会和主管部门用\n"
        f"接口    {address.here}/api/v1/openapi.json  （按 Ctrl-C 停止）"
    )


def print_qr(address: str) -> None:
    print(f"同一网络里的手机打开 {address}/，或扫这个码：", flush=True)
    code = qrcode.QRCode(border=2)
    code.add_data(f"{address}/")
    code.print_ascii(out=sys.stdout, invert=True)
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    environment = dict(os.environ)
    try:
        address = read_address(environment)
        check_free(address)
        if "--fresh" in arguments:
            start_fresh(environment)
        environment = with_stand_in(address, settings_for(address, environment))
        prepare(environment)
    except Trouble as trouble:
        print(trouble, file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        print("\n已停止。", flush=True)
        return 130
    ready = threading.Event()
    announcer = threading.Thread(target=announce_when_ready, args=(address, ready), daemon=True)
    return Supervisor(commands(address, environment), environment, ready).run(announcer.start)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
