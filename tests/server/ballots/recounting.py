"""What the recount's tests share: running it beside the server's own count, and changing a bundle at a place."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.server.ballots.bundles import (
    Json,
    approve,
    make,
    paper,
    review,
    run,
    service,
    vote,
    with_rule,
)
from tests.server.ballots.test_rules_agreement import counted_by_the_server

BASE = [service("o1"), vote("o1"), paper("o2"), review(3)]
ANY = with_rule(approve(), None, {"of": "participants", "more_than": "1/2"})
CLOSING = "2021-03-31T18:00:00+08:00"


def report_of(path: Path, bundle: Json) -> Json:
    """What both counts say."""
    code, report, complaint = run(path / "b", bundle)
    assert (code, complaint) == (0, "")
    assert report is not None
    assert {
        key: value for key, value in report.items() if key.startswith("results")
    } == counted_by_the_server(bundle)
    return report


def motion_of(path: Path, bundle: Json, scope: int = 0, motion: int = 0) -> Json:
    found: Json = report_of(path, bundle)["results"][scope]["motions"][motion]
    return found


def stands(path: Path, bundle: Json) -> str:
    """The choices of a vote of one head, in words."""
    counts = motion_of(path, bundle)["heads"]
    return " ".join(side for side in ("for", "against", "abstain") for _ in range(counts[side])) or "nothing"


WHOLE = json.dumps(make([vote("o1")]))
HALF = {"of": "participants", "more_than": "1/2"}


def at(path: str, value: object) -> Callable[[Json], None]:
    """A change of the bundle at a dotted path; `...` takes the key away."""

    def change(bundle: Json) -> None:
        *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        place = bundle
        for step in way:
            place = place[step]
        if value is ...:
            del place[last]
        else:
            place[last] = value

    return change


def case(name: str, path: str, value: object) -> object:
    return pytest.param(at(path, value), id=name)
