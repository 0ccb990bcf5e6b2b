"""Filling an empty database with the example, in one transaction: all of it, or none."""

from collections.abc import Callable
from datetime import datetime, timedelta

from server.ballots.actions import closing
from server.example import (
    beside,
    decided,
    ledger,
    lifts,
    people,
    planned,
    prices,
    returns,
    schemes,
    site,
    surveys,
    votes,
    works,
)
from server.example.afterwards import telling as afterwards
from server.example.clock import ledger_community
from server.infra import clock
from server.infra.db import unit_of_work
from server.kernel.actor import CLOCK

Say = Callable[[str], object]
#: The story begins four months ago.
FIRST_DAY = -120


def fill(say: Say) -> bool:
    """Make the example where the database holds none. Returns whether it was made."""
    if ledger_community() is not None:
        return False
    say("正在装入示例数据……")
    with unit_of_work():
        tell(clock.now())
    say("示例数据已装好。")
    return True


def tell(today: datetime, *, with_neighbours: bool = True) -> None:
    """The story of the main community, and the smaller ones beside it."""
    first = votes.at(today, FIRST_DAY, 9)
    prices.put_in_force(first)
    community_id = ledger.make_community(first)
    neighbours = ledger.make_neighbours(first) if with_neighbours else []
    people.make_staff(community_id, first)
    people.make_codes(community_id, first)
    people.make_lead(community_id, first + timedelta(days=2))
    surveys.ask(community_id, surveys.DONE, today)
    final = votes.announce(community_id, votes.DECIDED, today)
    votes.open_and_vote(final, votes.DECIDED, today)
    _count(final, today, votes.DECIDED.closes)
    here = site.of_story(community_id, today)
    lift_vote = lifts.build(here)
    decided.decide(community_id, final, today)
    schemes.build(here, final, lift_vote)
    waiting = votes.announce(community_id, votes.COUNTED, today)
    votes.open_and_vote(waiting, votes.COUNTED, today)
    _count(waiting, today, votes.COUNTED.closes)
    running = votes.announce(community_id, votes.OPEN, today)
    votes.open_and_vote(running, votes.OPEN, today)
    votes.announce(community_id, votes.ANNOUNCED, today)
    surveys.ask(community_id, surveys.RUNNING, today)
    if with_neighbours:
        planned.tell(community_id, neighbours, today)
    works.build(community_id, today, with_neighbours=with_neighbours)
    beside.decide(neighbours, today)
    if with_neighbours:
        afterwards.tell(today)
        # What the offices hand up counts everybody, the finished community too.
        returns.tell(today)


def _count(ballot_id: int, today: datetime, closes: int) -> None:
    now = votes.at(today, closes, 18, 5)
    votes.account_for_papers(ballot_id, now)
    closing.count_ballot(ballot_id, actor=CLOCK, now=now)
