"""The house as it is served, with a clock beside the drawing of pictures: what it takes there, among sixteen visitors.

Alone it would take less: what runs at the same time takes of the same caches.
"""

import mmap
import os
import struct
import threading
from collections.abc import Mapping
from pathlib import Path
from time import thread_time

from flask import Flask

from server.attachments import actions
from server.attachments.actions import Photo

NAME = "drawing-"
_MS = struct.Struct("d")


class Clock:
    """Draws a picture anew as the house does, and notes in this process's own file what all of them took.

    The file is mapped into memory: writing one for each picture would be counted as the house's.
    """

    def __init__(self) -> None:
        self._draw, self._ms, self._lock = actions.draw_anew, 0.0, threading.Lock()
        path = Path(os.environ["INSTANCE_DIR"]) / f"{NAME}{os.getpid()}"
        path.write_bytes(_MS.pack(0.0))
        with path.open("r+b") as file:
            self._noted = mmap.mmap(file.fileno(), _MS.size)

    def __call__(self, data: bytes) -> Photo:
        began = thread_time()
        try:
            return self._draw(data)
        finally:
            took = (thread_time() - began) * 1000
            with self._lock:
                self._ms += took
                _MS.pack_into(self._noted, 0, self._ms)


def house() -> Flask:
    """For gunicorn, as `tests.bench.drawing:house()`. The clock is there before any page asks for the function."""
    actions.draw_anew = Clock()  # type: ignore[assignment]
    from wsgi import app  # noqa: PLC0415 - see above

    return app


def drawn_ms(environment: Mapping[str, str]) -> float:
    """What the processes of this place have spent on drawing until now."""
    return sum(_MS.unpack(one.read_bytes())[0] for one in Path(environment["INSTANCE_DIR"]).glob(f"{NAME}*"))
