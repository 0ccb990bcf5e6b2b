"""Killing the web server and the database while people vote: no vote that was answered is lost, none is counted twice.

Sixteen voters send their votes one after the other and repeat each with its key until it is answered with 201.
"""

import http.client
import json
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from server.ballots import actions, exports, queries
from server.ballots.models import Ballot, LogEntry
from server.infra.db import db, unit_of_work
from server.kernel.actor import COMMAND
from tests.bench import frame, up
from tests.bench.cluster import Cluster, cluster, programs
from tests.bench.frame import ROOT, Place, Row
from tests.bench.house import Web, house_at
from tests.bench.seeding import CHOICES, Electorate, open_ballot, seed_electorate

VOTERS = 16
VOTES_EACH = 40
GIVE_UP_AFTER = 120.0
PAUSE = 0.2


@dataclass
class Outcome:
    """What came of one trial. `faults` are sentences: anything that does not hold together afterwards."""

    answered: int
    repeated: int
    lost: int
    doubled: int
    faults: list[str]


@dataclass
class Voters:
    """What the voters saw: key -> receipt of every answered vote."""

    port: int
    path: str
    receipts: dict[str, str] = field(default_factory=dict)
    repeated: int = 0
    stuck: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def vote_all(self, tokens: Sequence[tuple[str, str]]) -> None:
        """One voter's votes, in order; (key, token) each."""
        for key, token in tokens:
            receipt = self._until_answered(key, token)
            with self._lock:
                if receipt is None:
                    self.stuck.append(key)
                    return
                self.receipts[key] = receipt

    def _until_answered(self, key: str, token: str) -> str | None:
        until = time.monotonic() + GIVE_UP_AFTER
        while time.monotonic() < until:
            answer = self._ask(key, token)
            if answer is not None:
                return answer
            with self._lock:
                self.repeated += 1
            time.sleep(PAUSE)
        return None

    def _ask(self, key: str, token: str) -> str | None:
        headers = {
            "Authorization": f"Bearer {token}",
            "Idempotency-Key": key,
            "Content-Type": "application/json",
        }
        asking = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            asking.request("POST", self.path, json.dumps({"choices": CHOICES}), headers)
            answer = asking.getresponse()
            body = answer.read()
            if answer.status == http.client.CREATED:
                return str(json.loads(body)["receipt"])
            if answer.status < 500:
                raise AssertionError(f"{answer.status}: {body[:300]!r}")
        except (OSError, http.client.HTTPException, json.JSONDecodeError):
            return None
        finally:
            asking.close()
        return None


def run(database: str) -> list[Row]:
    with killable(database) as (ours, server):
        found = trial(ours, server)
    if found.faults:
        raise AssertionError("; ".join(found.faults))
    return [
        Row("votes_lost", database, "answered votes that are not in the log", found.lost, 0),
        Row("votes_lost", database, "votes answered", found.answered, None, "higher"),
        Row("votes_lost", database, "requests repeated", found.repeated),
        Row("votes_doubled", database, "votes that stand twice", found.doubled, 0),
    ]


@contextmanager
def killable(database: str) -> Iterator[tuple[Place, Cluster | None]]:
    """A place whose database may be killed: on PostgreSQL a cluster of our own."""
    found = programs() if database == "postgresql" else None
    if database == "postgresql" and found is None:
        raise RuntimeError("initdb was not found: install the PostgreSQL server to measure this")
    with frame.place("sqlite") as ours:
        if found is None:
            yield ours, None
        else:
            with cluster(found) as server:
                yield Place(database, server.url, ours.folder), server


def trial(ours: Place, server: Cluster | None, *, votes_each: int = VOTES_EACH) -> Outcome:
    """Vote, kill the web server, kill the database, start them again, and look at what stands."""
    with house_at(ours):
        electorate = seed_electorate(VOTERS * votes_each)
        ballot_id = open_ballot(electorate.community_id)
    web = up.start(Web(ours.environment, "tests.bench.up:house()"), ours.folder)
    voters = Voters(web.port, f"/api/v1/ballots/{ballot_id}/votes")
    try:
        _vote_through_kills(voters, electorate, votes_each, partial(_again, web, ours.folder), server)
    finally:
        web.kill()
    with house_at(ours):
        return _look(ballot_id, voters, ours.folder)


def _vote_through_kills(
    voters: Voters, electorate: Electorate, votes_each: int, again: Callable[[], None], server: Cluster | None
) -> None:
    """`again`: kills the web server and starts it."""
    keyed = [(f"trial-{number}", token) for number, token in enumerate(electorate.tokens)]
    threads = [
        threading.Thread(target=voters.vote_all, args=(keyed[start : start + votes_each],))
        for start in range(0, len(keyed), votes_each)
    ]
    for thread in threads:
        thread.start()
    total = len(keyed)
    _wait_for(voters, total // 4)
    again()
    _wait_for(voters, total // 2)
    if server is not None:
        server.kill()
        time.sleep(0.5)
        server.start()
    else:
        again()
    for thread in threads:
        thread.join(GIVE_UP_AFTER)


def _again(web: Web, folder: Path) -> None:
    web.kill()
    up.start(web, folder)


def _wait_for(voters: Voters, answered: int) -> None:
    until = time.monotonic() + GIVE_UP_AFTER
    while len(voters.receipts) < answered and time.monotonic() < until:
        time.sleep(0.01)


def _look(ballot_id: int, voters: Voters, folder: Path) -> Outcome:
    """Compare what was answered with what stands in the log."""
    rows = db.session.execute(
        sa.select(LogEntry.client_key, LogEntry.receipt, LogEntry.head).where(LogEntry.ballot_id == ballot_id)
    ).all()
    stands = {row.client_key: row.receipt for row in rows}
    lost = sum(stands.get(key) != receipt for key, receipt in voters.receipts.items())
    heads = Counter(row.head for row in rows)
    doubled = sum(count - 1 for count in heads.values())
    faults = [f"{len(voters.stuck)} voters were never answered"] if voters.stuck else []
    if set(stands) != set(voters.receipts):
        faults.append("the log holds votes that nobody was answered for")
    faults += _faults_of(ballot_id, folder)
    return Outcome(len(voters.receipts), voters.repeated, lost, doubled, faults)


def _faults_of(ballot_id: int, folder: Path) -> list[str]:
    """The chain by the auditor's own program, the kept turnout by the log."""
    found = ["turnout differs from the log"] if queries.has_differing_turnout(ballot_id) else []
    ballot = db.session.get_one(Ballot, ballot_id)
    assert ballot.closing_at is not None
    path = folder / "bundle.json"
    with unit_of_work():
        known = actions.disclose(
            ballot_id, reason="核对", actor=COMMAND, now=ballot.closing_at + timedelta(seconds=1)
        )
        path.write_text("".join(exports.bundle_lines(known)))
    done = subprocess.run(
        [sys.executable, "-m", "server.ballots.recount", str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        found.append(f"the recount found: {done.stderr.strip()}")
    return found
