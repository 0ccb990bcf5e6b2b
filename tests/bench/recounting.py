"""The recount of 60,000 votes, as an auditor runs it: a process of its own that reads the bundle from a file."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from time import perf_counter

import rfc8785

from server.ballots.rules.log import chain_start, seal
from tests.bench.frame import ROOT, Row, median, place

VOTES = 60_000
MOST_SECONDS = 5.0
RUNS = 3
OPENED = datetime(2026, 3, 18, 1, 0, tzinfo=UTC)


def run(database: str) -> list[Row]:
    if database != "sqlite":
        return []  # a bundle is a file: which database it left makes no difference
    with place(database) as ours:
        path = write_bundle(ours.folder / "bundle.json", VOTES)
        seconds = [_recount(path) for _ in range(RUNS)]
    return [Row("recount", "any", f"seconds for {VOTES} votes", round(median(seconds), 2), MOST_SECONDS)]


def _recount(path: Path) -> float:
    began = perf_counter()
    subprocess.run(
        [sys.executable, "-m", "server.ballots.recount", str(path)], cwd=ROOT, check=True, capture_output=True
    )
    return perf_counter() - began


def write_bundle(path: Path, votes: int) -> Path:
    """A whole bundle of this many votes, every head casting once, sealed as the platform seals."""
    ballot = {
        "id": "b1",
        "title": "改造表决",
        "community": "量速小区",
        "opened_at": _text(OPENED),
        "closes_at": _text(OPENED + timedelta(days=13)),
        "scope": "community",
        "precedence": "latest",
        "unreturned": "none",
        "motions": [
            {"id": "m1", "title": "加装电梯", "kind": "approve", "matter": "rebuild"},
            {
                "id": "m2",
                "title": "外墙颜色",
                "kind": "choose_one",
                "matter": "other",
                "options": ["米白", "浅灰"],
            },
        ],
    }
    roll = [
        {
            "head": f"h{place}",
            "flats": [
                {
                    "id": f"f{place}",
                    "building": str(place // 100 + 1),
                    "entrance": str(place // 25 % 4 + 1),
                    "area": str(Decimal(5000 + place * 37 % 9000).scaleb(-2)),
                }
            ],
        }
        for place in range(votes)
    ]
    prev = chain_start(ballot, roll)
    with path.open("wb") as file:
        file.write(b'{"format":"ballot-bundle/1","ballot":%b,' % rfc8785.dumps(ballot))
        file.write(b'"roll":%b,"log":[' % rfc8785.dumps(roll))
        for seq in range(1, votes + 1):
            sealed = seal(_vote(seq), prev)
            prev = sealed.hash
            file.write(b"%b%b" % (b"," if seq > 1 else b"", sealed.text.encode()))
        file.write(b"]}")
    return path


def _vote(seq: int) -> dict[str, object]:
    at = _text(OPENED + timedelta(seconds=seq))
    return {
        "seq": seq,
        "kind": "vote",
        "recorded_at": at,
        "received_at": at,
        "head": f"h{seq - 1}",
        "channel": "online",
        "choices": {"m1": "for" if seq % 3 else "against", "m2": "米白" if seq % 5 else "abstain"},
        "nonce": f"{seq:032x}",
    }


def _text(moment: datetime) -> str:
    return moment.isoformat()
