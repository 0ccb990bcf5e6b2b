"""Visitors who were never here before, sixteen at once, each with a cookie of their own; and what they cost the web server.

The processor's time is that of gunicorn and its workers, by /proc; that of PostgreSQL stands beside it. The house stands as for
the public, without the example's clock and the bar that moves it.
"""

import base64
import http.client
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from tests.bench.frame import Place

VISITORS = 16
TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")
UNTIL = 2**33


@dataclass(frozen=True)
class Ours(Place):
    """A place with secrets of its own, without which no house opens for the public."""

    @property
    def environment(self) -> dict[str, str]:
        key = base64.b64encode(b"the key of this one measurement.").decode()
        own = {"SECRET_KEY": "measured-" * 4, "DATA_KEYS": f"k1:{key}", "LOOKUP_KEY": key, "SIGNING_KEY": key}
        return super().environment | {"PUBLIC_URL": "https://measured.example"} | own


def in_public(lent: Place) -> Ours:
    return Ours(lent.database, lent.url, lent.folder)


def cookies(app: Flask, resident_ids: Sequence[int]) -> Iterator[str]:
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    for id_ in resident_ids:
        yield str(signer.dumps({"resident": f"{id_}.1", "resident_until": UNTIL, "_permanent": True}))


#: One journey: the connection, whose it is counted from 1, and their cookie. Raises AssertionError where an answer was wrong.
Journey = Callable[[http.client.HTTPConnection, int, str], None]


@dataclass
class Journeys:
    """Who is still to travel, taken by sixteen threads in turn."""

    port: int
    cookies: Sequence[str]
    journey: Journey
    done: int = 0
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self) -> tuple[int, str] | None:
        with self.lock:
            if self.wrong or self.done >= len(self.cookies):
                return None
            self.done += 1
            return self.done, self.cookies[self.done - 1]


def travel(journeys: Journeys) -> Journeys:
    threads = [threading.Thread(target=_visitor, args=(journeys,)) for _ in range(VISITORS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if journeys.wrong:
        raise RuntimeError(journeys.wrong[0])
    return journeys


def _visitor(journeys: Journeys) -> None:
    while (mine := journeys.next()) is not None:
        number, cookie = mine
        line = http.client.HTTPConnection("127.0.0.1", journeys.port, timeout=30)
        try:
            journeys.journey(line, number, cookie)
        except (OSError, http.client.HTTPException, AssertionError) as problem:
            journeys.wrong.append(f"journey {number}: {problem}")
        finally:
            line.close()


# ------------------------------------------------------------------ the processor's time


def tree_ms(pid: int) -> float:
    """What a process and all below it have used, those that ended among them."""
    children = dict(_processes())
    found, waiting = 0.0, [pid]
    while waiting:
        one = waiting.pop()
        if one in children:
            found += children[one][1]
        waiting += [child for child, facts in children.items() if facts[0] == one]
    return found


def postgres_ms(ours: Place) -> float:
    """What the backends of this database have used; the pools of the web server keep theirs."""
    if ours.database != "postgresql":
        return 0.0
    name = ours.url.rpartition("/")[2]
    return sum(
        facts[1]
        for pid, facts in _processes()
        if (title := _title(pid)).startswith("postgres:") and f" {name} " in title
    )


def _processes() -> Iterator[tuple[int, tuple[int, float]]]:
    """Each process: its parent, and the milliseconds it used."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            facts = path.read_text().rpartition(") ")[2].split()
        except OSError:
            continue
        used = sum(int(facts[place]) for place in (11, 12, 13, 14))
        yield int(path.parent.name), (int(facts[1]), used * TICK_MS)


def _title(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""
