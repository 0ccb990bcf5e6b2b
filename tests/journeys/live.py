"""The house as people meet it: a web server and a worker of their own, on a filled example of their own."""

import contextlib
import os
import shutil
import signal
import socket
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess

import sqlalchemy as sa

from tests import forked
from tests.forked import Program

READY_WITHIN = 60.0
STOPS_WITHIN = 15.0
WEB = ("gunicorn", "--workers", "1", "--threads", "8", "--graceful-timeout", "5", "--no-control-socket")


class Databases:
    """Copies of the filled example: a folder each, and with PostgreSQL a database each."""

    def __init__(self, folder: Path, kind: str, worker: str) -> None:
        self.folder = folder
        self.server, self.stem = "", f"xiangyi_journey_{worker}"
        if kind == "postgresql":
            base = os.environ["TEST_DATABASE_URL"].replace("postgresql+psycopg://", "postgresql://")
            self.server, _, name = base.rpartition("/")
            self.stem = f"{name}_journey_{worker}"
        self.made = 0
        self.template = self._place("filled")
        if self.server:
            self._say(f'DROP DATABASE IF EXISTS "{self.stem}_filled" WITH (FORCE)')
            self._say(f'CREATE DATABASE "{self.stem}_filled"')
        finished = forked.run("flask", "--app", "wsgi", "prepare", settings=self.template)
        assert finished.returncode == 0, finished.stderr

    def copy(self) -> dict[str, str]:
        """Another database like the filled one. Returns the settings of a house on it."""
        self.made += 1
        name = f"copy{self.made}"
        settings = self._place(name)
        source, target = Path(self.template["INSTANCE_DIR"]), Path(settings["INSTANCE_DIR"])
        shutil.copytree(source, target)
        if self.server:
            self._say(f'DROP DATABASE IF EXISTS "{self.stem}_{name}" WITH (FORCE)')
            self._say(f'CREATE DATABASE "{self.stem}_{name}" TEMPLATE "{self.stem}_filled"')
        return settings

    def drop_all(self) -> None:
        if self.server:
            for name in ("filled", *(f"copy{number}" for number in range(1, self.made + 1))):
                self._say(f'DROP DATABASE IF EXISTS "{self.stem}_{name}" WITH (FORCE)')

    def _place(self, name: str) -> dict[str, str]:
        settings = {**os.environ, "APP_ENV": "example", "INSTANCE_DIR": str(self.folder / name)}
        for foreign in (
            "DATABASE_URL",
            "QUEUE_URL",
            "PUBLIC_URL",
            "PORT",
            "SECRET_KEY",
            "DATA_KEYS",
            "LOOKUP_KEY",
            "SIGNING_KEY",
        ):
            settings.pop(foreign, None)
        if self.server:
            settings["DATABASE_URL"] = f"{self.server}/{self.stem}_{name}"
        return settings

    def _say(self, command: str) -> None:
        engine = sa.create_engine(f"{self.server}/postgres", isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sa.text(command))
        engine.dispose()


class LiveHouse:
    """One running house: `address`, its `settings` for commands beside it, and what its processes wrote."""

    def __init__(self, settings: dict[str, str]) -> None:
        self.port = _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.settings = {**settings, "PUBLIC_URL": self.address, "PORT": str(self.port)}
        self.log = Path(settings["INSTANCE_DIR"]) / "processes.log"

    @contextlib.contextmanager
    def running(self) -> Iterator["LiveHouse"]:
        self.web = self._start(*WEB, "--bind", f"127.0.0.1:{self.port}", "wsgi:app")
        worker = self._start("flask", "--app", "wsgi", "jobs", "run")
        try:
            self._wait_until_ready()
            yield self
        finally:
            for program in (self.web, worker):
                program.terminate()
            for program in (self.web, worker):
                _see_it_stop(program)

    def kill_web(self) -> None:
        """The web server dies at once, whatever it is in the middle of."""
        _kill(self.web)

    def start_web_again(self) -> None:
        self.web = self._start(*WEB, "--bind", f"127.0.0.1:{self.port}", "wsgi:app")
        self._wait_until_ready()

    def _start(self, module: str, *arguments: str) -> Program:
        return forked.start(module, *arguments, settings=self.settings, out=self.log, err=self.log)

    def run(self, *command: str) -> CompletedProcess[str]:
        """A command of the house, on its database."""
        return forked.run("flask", "--app", "wsgi", *command, settings=self.settings)

    def complaints(self) -> str:
        """What the processes wrote about things that went wrong; empty in a good house."""
        written = self.log.read_text(errors="replace")
        return written if "Traceback" in written or '"level": "error"' in written else ""

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_WITHIN
        while time.monotonic() < deadline:
            with (
                contextlib.suppress(OSError),
                urllib.request.urlopen(f"{self.address}/readyz", timeout=5) as answer,  # noqa: S310 - loopback
            ):
                if answer.status == 200:
                    return
            time.sleep(0.1)
        raise AssertionError(f"the house did not start:\n{self.log.read_text(errors='replace')}")


def _free_port() -> int:
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        return int(asking.getsockname()[1])


def _see_it_stop(program: Program) -> None:
    program.join(STOPS_WITHIN)
    if program.is_alive():
        _kill(program)


def _kill(program: Program) -> None:
    """It and all that it started."""
    assert program.pid is not None
    os.killpg(program.pid, signal.SIGKILL)
    program.join()
