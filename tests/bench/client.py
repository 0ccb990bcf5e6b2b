"""A light client in a process of its own: prebuilt requests over keep-alive connections, one in flight on each.

python -m tests.bench.client PORT CONNECTIONS SECONDS FILE START
prints {"sent", "seconds", "latencies" (ms), "wrong"}: requests are taken from the file in order, from number START.
"""

import json
import pickle
import selectors
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.frame import ROOT

MOST_WRONG = 5


@dataclass(frozen=True)
class Round:
    """What one round of asking gave."""

    sent: int
    seconds: float
    latencies: list[float]
    wrong: list[str]

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds


def fire(port: int, requests: Path, *, start: int, seconds: float, connections: int = 16) -> Round:
    """Run the client apart from the caller; raises where any answer was not 201."""
    arguments = [str(port), str(connections), str(seconds), str(requests), str(start)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.client", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=seconds + 60,
        check=True,
    )
    found = Round(**json.loads(done.stdout))
    if found.wrong:
        raise RuntimeError(f"{len(found.wrong)} answers were not 201; the first: {found.wrong[0]}")
    return found


def keep_requests(requests: list[bytes], path: Path) -> Path:
    path.write_bytes(pickle.dumps(requests))
    return path


def post(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """The bytes of one request, made before anything is measured."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


class _Line:
    """One connection and the answer that is being read from it."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.read = b""
        self.sent_at = 0.0

    def send(self, request: bytes) -> None:
        self.read = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def answer(self) -> bytes | None:
        """The whole answer once it is there. Raises ConnectionError where the server hung up."""
        more = self.socket.recv(65536)
        if not more:
            raise ConnectionError("the server hung up")
        self.read += more
        head, found, body = self.read.partition(b"\r\n\r\n")
        if not found:
            return None
        at = head.lower().find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        return self.read if len(body) >= length else None


@dataclass
class _Asking:
    """One round: requests in order, one in flight on each connection, until the time or the requests are over."""

    requests: list[bytes]
    place: int
    until: float
    latencies: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def next(self) -> bytes | None:
        is_over = time.perf_counter() >= self.until or len(self.wrong) >= MOST_WRONG
        if is_over or self.place >= len(self.requests):
            return None
        self.place += 1
        return self.requests[self.place - 1]

    def note(self, answer: bytes, sent_at: float) -> None:
        if answer[9:12] == b"201":
            self.latencies.append((time.perf_counter() - sent_at) * 1000)
        else:
            self.wrong.append(answer[:600].decode("utf-8", "replace"))

    def run(self, lines: list[_Line]) -> None:
        ready = selectors.DefaultSelector()
        for line in lines:
            request = self.next()
            if request is not None:
                ready.register(line.socket, selectors.EVENT_READ, line)
                line.send(request)
        while ready.get_map():
            events = ready.select(timeout=30)
            if not events:
                self.wrong.append("no answer for 30 s")
                return
            for key, _ in events:
                self._take(ready, key.data)

    def _take(self, ready: selectors.BaseSelector, line: _Line) -> None:
        answer = line.answer()
        if answer is None:
            return
        self.note(answer, line.sent_at)
        request = self.next()
        if request is None:
            ready.unregister(line.socket)
        else:
            line.send(request)


def _ask(port: int, connections: int, seconds: float, requests: list[bytes], start: int) -> dict[str, Any]:
    lines = [_Line(port) for _ in range(connections)]
    began = time.perf_counter()
    asking = _Asking(requests, start, began + seconds)
    asking.run(lines)
    spent = time.perf_counter() - began
    for line in lines:
        line.socket.close()
    return {
        "sent": asking.place - start,
        "seconds": spent,
        "latencies": asking.latencies,
        "wrong": asking.wrong,
    }


if __name__ == "__main__":
    port, connections, seconds, file, start = sys.argv[1:]
    requests = pickle.loads(Path(file).read_bytes())  # noqa: S301 - written by this bench a moment ago
    print(json.dumps(_ask(int(port), int(connections), float(seconds), requests, int(start))))
