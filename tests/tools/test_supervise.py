"""The supervisor leaves no process behind, however it ends."""

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tools.supervise import say

ROOT = Path(__file__).resolve().parents[2]

SUPERVISE = """
import sys
from tools import supervise
supervise.GRACE_SECONDS = 1
commands = {f"process {n}": [sys.executable, "-c", code] for n, code in enumerate(sys.argv[1:])}
sys.exit(supervise.Supervisor(commands, {}).run(lambda: supervise.say("started")))
"""
SUPERVISE_IN_TURN = """
import os, sys, threading
from tools import supervise
ready = threading.Event()
def look():
    while not os.path.exists(os.environ["OPENED"]):
        pass
    ready.set()
commands = {f"process {n}": [sys.executable, "-c", code] for n, code in enumerate(sys.argv[1:])}
sys.exit(supervise.Supervisor(commands, {}, ready).run(lambda: (supervise.say("started"), threading.Thread(target=look).start())))
"""
WAITS = "import os, time; print('pid', os.getpid(), flush=True); time.sleep(60)"
IGNORES_BEING_ASKED = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {WAITS}"
STARTS_ANOTHER = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {WAITS!r}]); {WAITS}"
WAYS_TO_STOP = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


def supervise(*codes: str, script: str = SUPERVISE, opened: str = "") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *codes],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "OPENED": opened},
    )


def read_pids(running: subprocess.Popen[str], count: int) -> list[int]:
    """The process numbers that the children print as they start."""
    assert running.stdout
    said: list[str] = []
    pids: list[int] = []
    while len(pids) < count:
        line = running.stdout.readline()
        assert line, f"the supervisor ended before its children had started: {said}"
        said.append(line)
        pids += [int(word) for word in line.split()[1:] if line.startswith("pid ")]
    return pids


def is_alive(pid: int) -> bool:
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
    return state != "" and not state.startswith("Z")


def wait_until_gone(pids: list[int]) -> list[int]:
    until = time.monotonic() + 10
    while time.monotonic() < until and any(map(is_alive, pids)):
        time.sleep(0.05)
    return [pid for pid in pids if is_alive(pid)]


@pytest.mark.parametrize("number", WAYS_TO_STOP, ids=lambda number: number.name)
def test_the_supervisor_leaves_no_process_behind_when_stopped(number: signal.Signals) -> None:
    with supervise(WAITS, IGNORES_BEING_ASKED, STARTS_ANOTHER) as running:
        pids = read_pids(running, 4)
        running.send_signal(number)
        assert running.wait(timeout=20) == 0
    assert wait_until_gone(pids) == []


if sys.platform == "linux":

    def test_a_process_whose_supervisor_is_gone_already_does_not_start() -> None:
        starts = "from tools.supervise import stop_with_parent; stop_with_parent(0); print('started')"
        done = subprocess.run([sys.executable, "-c", starts], cwd=ROOT, capture_output=True, check=False)
        assert (done.returncode, done.stdout) == (1, b"")

    def test_the_processes_stop_even_when_the_supervisor_is_killed() -> None:
        with supervise(WAITS, WAITS) as running:
            pids = read_pids(running, 2)
            running.kill()
        assert wait_until_gone(pids) == []


def test_the_others_start_when_the_first_is_ready(tmp_path: Path) -> None:
    opened = tmp_path / "opened"
    first = f"import pathlib, time; time.sleep(0.3); pathlib.Path({str(opened)!r}).touch(); time.sleep(60)"
    second = f"import pathlib; print('opened:', pathlib.Path({str(opened)!r}).exists(), flush=True)"
    with supervise(first, second, script=SUPERVISE_IN_TURN, opened=str(opened)) as running:
        assert running.stdout
        assert [running.stdout.readline() for _ in range(2)] == ["started\n", "opened: True\n"]
        assert running.wait(timeout=20) == 1


def test_a_process_that_ends_by_itself_stops_the_others_with_a_sentence(tmp_path: Path) -> None:
    signs = tmp_path / "ends"
    ends = f"import os, sys, time; print('pid', os.getpid(), flush=True)\nwhile not os.path.exists({str(signs)!r}): time.sleep(0.05)\nsys.exit(3)"
    with supervise(WAITS, ends) as running:
        pids = read_pids(running, 2)
        signs.touch()
        assert running.stdout
        said = running.stdout.read()
        assert running.wait(timeout=20) == 1
    assert "process 1意外停止了（代码 3）" in said
    assert wait_until_gone(pids) == []


def test_a_sentence_goes_out_in_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[bytes] = []

    class Pipe(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            written.append(bytes(data))
            return len(data)

    # As Python opens it where PYTHONUNBUFFERED is set.
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(Pipe(), encoding="utf-8", write_through=True))
    say("正在停止……")
    assert written == ["正在停止……\n".encode()]
