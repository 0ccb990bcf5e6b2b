"""The house as it is served, with a clock beside the drawing of pictures: what it takes there, among sixteen visitors.

Alone it would take less: what runs at the same time takes of the same caches.
"""

import os
import threading
from collections.abc import Mapping
from pathlib import Path
from time import thread_time

from flask import Flask

from server.attachments import actions
from server.attachments.actions import Photo

NAME = "drawing-"


class Clock:
    """Draws a picture anew as the house does, and notes in this process's own file what all of them took."""

    def __init__(self) -> None:
        self._draw, self._ms, self._lock = actions.draw_anew, 0.0, threading.Lock()

    def __call__(self, data: bytes) -> Photo:
        began = thread_time()
        try:
            return self._draw(data)
        finally:
            took = (thread_time() - began) * 1000
            with self._lock:
                self._ms += took
                (Path(os.environ["INSTANCE_DIR"]) / f"{NAME}{os.getpid()}").write_text(str(self._ms))


def house() -> Flask:
    """For gunicorn, as `tests.bench.drawing:house()`. The clock is there before any page asks for the function."""
    actions.draw_anew = Clock()  # type: ignore[assignment]
    from wsgi import app  # noqa: PLC0415 - see above

    return app


def drawn_ms(environment: Mapping[str, str]) -> float:
    """What the processes of this place have spent on drawing until now."""
    return sum(float(one.read_text()) for one in Path(environment["INSTANCE_DIR"]).glob(f"{NAME}*"))
