"""The house as it is served, with a mark of each worker that is up: the web server answers as soon as one of them is."""

import os
import time
from pathlib import Path

from flask import Flask

from tests.bench.house import READY_WITHIN, Web

NAME = "up-"
WORKERS = 2


def house() -> Flask:
    """For gunicorn, as `tests.bench.up:house()`."""
    from wsgi import app  # noqa: PLC0415 - what is set for a worker is read when it is loaded

    Path(os.environ["INSTANCE_DIR"], f"{NAME}{os.getpid()}").touch()
    return app


def start(web: Web, folder: Path) -> Web:
    """Until every worker is up. One that cannot reach the database while it comes up stops the whole server, which is to be
    started again by whoever looks after it: that is another trial than this.
    """
    for one in folder.glob(f"{NAME}*"):
        one.unlink()
    web.start()
    until = time.monotonic() + READY_WITHIN
    while len(list(folder.glob(f"{NAME}*"))) < WORKERS:
        if time.monotonic() > until:
            raise RuntimeError(f"not all workers came up:\n{web.log.read_text()[-2000:]}")
        time.sleep(0.05)
    return web
