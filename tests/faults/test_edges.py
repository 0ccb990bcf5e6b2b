"""Clocks, closings and failing disks: what happens at the edge is decided, and a refusal leaves nothing behind."""

import errno
import os
from datetime import timedelta
from pathlib import Path

import pytest
from apiflask import APIFlask

from server.ballots import actions, queries
from server.infra import files
from server.infra.db import unit_of_work
from server.kernel.actor import CLOCK
from server.kernel.errors import Refused
from tests.factories.ballots import CLOSES, cast, key, log_of, make_vote, make_voter

pytestmark = [pytest.mark.deep, pytest.mark.usefixtures("app")]
INSTANT = timedelta(microseconds=1)


def test_a_vote_that_waited_while_the_count_was_made_comes_too_late() -> None:
    ballot, flats = make_vote()
    cast(ballot, make_voter(flats[0]), now=CLOSES - INSTANT)
    with unit_of_work():
        count = actions.count_ballot(ballot.id, actor=CLOCK, now=CLOSES)
    with pytest.raises(Refused, match="已经截止"):
        cast(ballot, make_voter(flats[1]), now=CLOSES - INSTANT)
    assert (len(log_of(ballot)), queries.head_hash(ballot.id)) == (1, (count.events, count.head_hash))


def test_a_vote_repeated_after_the_count_gives_its_first_receipt() -> None:
    ballot, flats = make_vote()
    voter, one_key = make_voter(flats[0]), key()
    first = cast(ballot, voter, now=CLOSES - INSTANT, client_key=one_key)
    with unit_of_work():
        actions.count_ballot(ballot.id, actor=CLOCK, now=CLOSES)
    again = cast(ballot, voter, now=CLOSES + timedelta(hours=1), client_key=one_key)
    assert again.code == first.code


def test_a_clock_set_back_leaves_the_log_whole() -> None:
    ballot, flats = make_vote()
    for place, flat in enumerate(flats[:4]):
        cast(ballot, make_voter(flat), now=CLOSES - timedelta(hours=1 + place))
    instants = [event["recorded_at"] for event in log_of(ballot)]
    assert instants == sorted(instants)
    assert list(queries.faults_in(ballot.id)) == []


def test_a_full_disk_keeps_no_half_file(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def kept() -> set[Path]:
        return {path for path in (Path(app.config["INSTANCE_DIR"]) / "files").rglob("*") if path.is_file()}

    # Whatever other tests have kept stays as it is.
    before = kept()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        files.keep(os.urandom(64))
    assert kept() == before
