"""The house at a place: built in this process to seed and to look inside, served by gunicorn to be asked over HTTP."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import flask_migrate
from apiflask import APIFlask

from admin import back_office
from miniprogram_api import mobile
from server.app import create_app
from server.infra.db import db
from server.infra.settings import load_settings
from server.jobs import jobs
from tests.bench.frame import ROOT, Place

READY_WITHIN = 60.0


@contextmanager
def house_at(place: Place) -> Iterator[APIFlask]:
    """The house on a migrated database, with an application context open."""
    app = create_app(doors=[mobile, back_office, jobs], settings=load_settings(place.environment))
    with app.app_context():
        flask_migrate.upgrade()
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def free_port() -> int:
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        return int(asking.getsockname()[1])


class Web:
    """Gunicorn as `make run` starts it, by gunicorn.conf.py; a process group of its own."""

    def __init__(self, environment: Mapping[str, str], application: str = "wsgi:app", port: int = 0) -> None:
        self.port = port or free_port()
        self.application = application
        # Two workers, whatever the shell says: what is measured here is held against what was measured elsewhere.
        self.environment = {**os.environ, **environment, "PYTHONUNBUFFERED": "1", "WEB_CONCURRENCY": "2"}
        self.log = Path(environment["INSTANCE_DIR"]) / f"web-{self.port}.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Web":
        bind = f"127.0.0.1:{self.port}"
        quiet = ["--log-level", "warning", "--graceful-timeout", "8", "--no-control-socket"]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "--bind", bind, *quiet, self.application],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._wait()
        return self

    def _wait(self) -> None:
        until = time.monotonic() + READY_WITHIN
        while time.monotonic() < until:
            if self._process is not None and self._process.poll() is not None:
                break
            with suppress(OSError, http.client.HTTPException):
                if self.status("/healthz") < 500:
                    return
            time.sleep(0.1)
        raise RuntimeError(f"the web server did not start:\n{self.log.read_text()[-2000:]}")

    def status(self, path: str) -> int:
        asking = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            asking.request("GET", path)
            return asking.getresponse().status
        finally:
            asking.close()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """kill -9 of the whole process group: nothing gets to finish."""
        assert self._process is not None
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self, within: float = 15.0) -> int:
        """SIGTERM, and what it takes to be gone. Returns the exit code."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(within)
            except subprocess.TimeoutExpired:
                self.kill()
        return self._process.returncode


@contextmanager
def served(environment: Mapping[str, str], application: str = "wsgi:app") -> Iterator[Web]:
    web = Web(environment, application).start()
    try:
        yield web
    finally:
        web.kill()
