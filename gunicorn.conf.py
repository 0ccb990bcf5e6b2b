"""How pages are served: `gunicorn wsgi:app` reads this by itself, so that the house stands everywhere alike.

The figures behind it are in docs/measured.md.
"""

import os
from collections import Counter
from contextlib import suppress
from typing import Any

worker_class = "gthread"
#: As many as there are processors serve best. gunicorn's own name for it.
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
#: Of each worker. While one waits for the database another computes; more than these only take the interpreter from each other.
threads = 4
#: How much memory Pillow keeps for the next picture, in blocks of at most 16 MB; without any it asks the system anew each time.
raw_env = [f"PILLOW_BLOCKS_MAX={os.environ.get('PILLOW_BLOCKS_MAX', '4')}"]


def pre_fork(server: Any, worker: Any) -> None:
    """Choose the processor that the fewest workers have. Nobody chooses where workers do not fill the processors evenly:
    there the system spreads them better.
    """
    processors = _processors()
    is_even = len(processors) > 1 and server.num_workers % len(processors) == 0
    taken = Counter(getattr(one, "processor", None) for one in server.WORKERS.values())
    worker.processor = min(processors, key=lambda one: taken[one]) if is_even else None


def post_fork(server: Any, worker: Any) -> None:  # noqa: ARG001 - gunicorn names both
    """Stay there: the threads of a worker take turns with one interpreter, and where they move to another processor they leave
    its caches behind. A system that forbids it serves a little slower.
    """
    if worker.processor is not None:
        with suppress(OSError):
            os.sched_setaffinity(0, {worker.processor})


def _processors() -> list[int]:
    """Those this process may run on, where the system tells."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
