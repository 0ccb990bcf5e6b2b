"""One supervisor for the processes of a running house: they start together and none outlives the others."""

import contextlib
import ctypes
import functools
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence

GRACE_SECONDS = 10.0  # what a process gets to finish the requests it has in hand
LOOK_EVERY_SECONDS = 0.1
PR_SET_PDEATHSIG = 1


class Supervisor:
    """Runs named commands until one ends or somebody asks to stop, then stops all of them.

    With `ready`, the first command has the machine to itself until that is set: several that start at once would each
    take as long as all of them, and somebody waits for the first.
    """

    def __init__(
        self,
        commands: Mapping[str, Sequence[str]],
        environment: Mapping[str, str],
        ready: threading.Event | None = None,
    ) -> None:
        self._waiting = dict(commands)
        self._environment = dict(environment)
        self._ready = ready
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._asked: int | None = None

    def run(self, started: Callable[[], None] = lambda: None) -> int:
        """Block until everything has stopped; 0 when asked to stop, 1 when a process ended by itself."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note)
        try:
            self._start_next()
            started()
            return self._watch()
        finally:
            self._stop_all()

    def _note(self, number: int, _frame: object) -> None:
        if self._asked is not None:  # asked a second time: wait for nobody
            self._signal_groups(signal.SIGKILL)
        self._asked = number

    def _start_next(self) -> None:
        """Start those whose turn it is: the first, then all others as soon as they may."""
        while self._waiting and self._asked is None and (not self._children or self._may_follow()):
            name = next(iter(self._waiting))
            self._children[name] = self._start(self._waiting.pop(name))

    def _may_follow(self) -> bool:
        return self._ready is None or self._ready.is_set()

    def _start(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        # A session of its own, so that Ctrl-C on the terminal reaches us alone and we stop them in order.
        # What runs before exec is two system calls, and no thread of ours exists yet.
        return subprocess.Popen(
            command,
            env=self._environment,
            start_new_session=True,
            preexec_fn=functools.partial(stop_with_parent, os.getpid()),  # noqa: PLW1509
        )

    def _watch(self) -> int:
        while self._asked is None:
            self._start_next()
            for name, child in self._children.items():
                if child.poll() is not None:
                    say(f"{name}意外停止了（代码 {child.returncode}），其余的也一并停下；原因见上面几行。")
                    return 1
            time.sleep(LOOK_EVERY_SECONDS)
        say("正在停止……")
        return 0

    def _stop_all(self) -> None:
        for child in self._children.values():
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        while time.monotonic() < deadline and any(child.poll() is None for child in self._children.values()):
            time.sleep(LOOK_EVERY_SECONDS / 2)
        self._signal_groups(signal.SIGKILL)  # whatever a process started and left behind goes too
        for child in self._children.values():
            child.wait()

    def _signal_groups(self, number: int) -> None:
        for child in self._children.values():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, number)


def stop_with_parent(parent: int) -> None:
    """On Linux the kernel stops a child whose supervisor was killed without a chance to say so."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it was killed before we had asked
            os._exit(1)


def say(sentence: str) -> None:
    """In one piece: `print` writes the end of the line by itself where Python does not buffer, and then what a process
    says in that moment stands in the middle of ours."""
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()
