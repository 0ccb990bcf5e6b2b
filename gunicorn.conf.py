"""How pages are served: `gunicorn wsgi:app` reads this by itself, so that the house stands everywhere alike.

The figures behind it are in docs/measured.md.
"""

import os
from collections import Counter
from typing import Any

worker_class = "gthread"
#: One for each processor. The name is the one that gunicorn and its hosts have for it.
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
#: They wait for the database while another computes. More of them only take the interpreter from each other.
threads = 4
#: So many pieces of memory stay with a worker for the next picture, and are not got anew for each.
raw_env = ["PILLOW_BLOCKS_MAX=4"]


def pre_fork(server: Any, worker: Any) -> None:
    """Choose the processor that the fewest workers have; nobody's where there are more processors than workers."""
    processors = _processors()
    is_full = 1 < len(processors) <= server.num_workers
    taken = Counter(one.processor for one in server.WORKERS.values())
    worker.processor = min(processors, key=lambda one: taken[one]) if is_full else None


def post_fork(server: Any, worker: Any) -> None:  # noqa: ARG001 - gunicorn names both
    """Stay there: the threads of a worker take turns with one interpreter, and on two processors they take along what the
    caches of the other hold.
    """
    if worker.processor is not None:
        os.sched_setaffinity(0, {worker.processor})


def _processors() -> list[int]:
    """Those this process may run on, where the system tells."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
