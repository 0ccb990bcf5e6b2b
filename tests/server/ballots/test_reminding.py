"""The day before a vote closes, whoever may still vote is told so: once, at a decent hour, and never how anyone voted."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from server.ballots import actions
from server.ballots.rules.reminding import is_decent_hour, is_last_day_tomorrow
from server.identity.rules import Level
from server.infra.db import db, unit_of_work
from server.kernel.chinatime import CHINA
from server.messages.models import Message
from tests.factories.ballots import CLERK, CLOSES, cast, key, make_opened, make_vote, make_voter
from tests.factories.ledger import make_community, make_flat, make_owner

#: Closes on 31 March at 18:00.
NOON_BEFORE = datetime(2026, 3, 30, 12, 0, tzinfo=CHINA)


def remind(now: datetime = NOON_BEFORE) -> int:
    with unit_of_work():
        return actions.remind_due(now)


def told() -> list[int]:
    db.session.rollback()
    return sorted(
        db.session.scalars(sa.select(Message.recipient_id).where(Message.kind == "ballots.closing"))
    )


@pytest.mark.parametrize(
    ("hour", "minute", "decent"),
    [(8, 59, False), (9, 0, True), (19, 59, True), (20, 0, False), (0, 0, False)],
)
def test_an_hour_is_decent_from_nine_to_eight(hour, minute, decent):
    assert is_decent_hour(datetime(2026, 3, 30, hour, minute, tzinfo=CHINA)) is decent


@pytest.mark.parametrize(
    ("closing", "is_tomorrow"),
    [
        pytest.param(datetime(2026, 3, 31, 0, 0, tzinfo=CHINA), False, id="24:00 of today"),
        pytest.param(datetime(2026, 3, 31, 0, 1, tzinfo=CHINA), True, id="a minute into tomorrow"),
        pytest.param(datetime(2026, 4, 1, 0, 0, tzinfo=CHINA), True, id="24:00 of tomorrow"),
        pytest.param(datetime(2026, 4, 1, 0, 1, tzinfo=CHINA), False, id="the day after"),
    ],
)
def test_the_last_day_is_a_day_of_china(closing, is_tomorrow):
    assert is_last_day_tomorrow(closing, NOON_BEFORE) is is_tomorrow


@pytest.mark.usefixtures("app")
def test_who_has_not_voted_is_told_once_and_who_voted_is_not():
    ballot, flats = make_vote()
    voted, silent = make_voter(flats[0]), make_voter(flats[1])
    make_voter(flats[2], level=Level.REACHED)
    cast(ballot, voted)
    assert remind(NOON_BEFORE - timedelta(days=1)) == 0
    assert remind(NOON_BEFORE.replace(hour=20)) == 0
    assert [remind(), remind(), remind(NOON_BEFORE + timedelta(hours=1))] == [1, 0, 0]
    assert told() == [silent.id]
    letter = db.session.scalars(sa.select(Message).where(Message.kind == "ballots.closing")).one()
    assert letter.link == f"/ballots/{ballot.id}"
    assert "3 月 31 日 18:00" in letter.body
    for choice in ("同意", "反对", "弃权", "米白"):
        assert choice not in letter.subject + letter.body


@pytest.mark.usefixtures("app")
def test_of_a_head_with_two_owners_both_are_told_unless_one_has_voted():
    community = make_community()
    shared, other = make_flat(community), make_flat(community)
    people = [
        [make_owner(flat, name=name) for name in names] for flat, names in ((shared, "甲乙"), (other, "丙丁"))
    ]
    ballot = make_opened(community)
    first, second = (make_voter(shared, owner_id=owner.id) for owner in people[0])
    third, _fourth = (make_voter(other, owner_id=owner.id) for owner in people[1])
    cast(ballot, third)
    remind()
    assert told() == sorted([first.id, second.id])


@pytest.mark.usefixtures("app")
def test_a_vote_that_was_extended_afterwards_reminds_nobody_again():
    ballot, flats = make_vote()
    make_voter(flats[0])
    assert remind() == 1
    with unit_of_work():
        actions.extend_closing(
            ballot.id,
            CLOSES + timedelta(days=7),
            reason="人数不够",
            client_key=key(),
            actor=CLERK,
            now=NOON_BEFORE,
        )
    assert remind(NOON_BEFORE + timedelta(days=7)) == 0
