"""Many tickets: what a board selects and in which order, how it is cut into pages, and figures that cannot be gamed."""

from datetime import timedelta
from fractions import Fraction

import pytest

from server.infra.db import unit_of_work
from server.projects.queries import Reach
from server.tickets import actions, queries
from server.tickets.queries import Selected
from server.tickets.rules.figures import Figures
from server.tickets.rules.words import Category, Level, Priority, Source, State
from tests.conftest import START
from tests.factories.divisions import get_division
from tests.factories.identity import make_resident, make_staff
from tests.factories.ledger import make_community, make_flat
from tests.factories.tickets import COMMITTEE, key, make_ticket, move, step

pytestmark = pytest.mark.usefixtures("app")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_a_board_shows_what_is_due_first_and_narrows_as_asked():
    community, other = make_community(), make_community()
    ordinary = make_ticket(community.id, Category.WATER, source=Source.PATROL)
    urgent = make_ticket(community.id, Category.LIFT)
    make_ticket(other.id, Category.GAS)
    ended = make_ticket(community.id, Category.LEAK, at=START - 10 * DAY)
    move(ended.id, "accept", "refuse")
    stands = make_ticket(community.id, Category.ROAD)
    move(stands.id, "accept", "ask_suspension")
    with unit_of_work():
        actions.review_suspension(stands.id, step(COMMITTEE, note="等料"), is_granted=True)
    worker = make_staff()
    here = Reach((), (community.id,))

    def shown(now: object = START, **more: object) -> list[int]:
        return [one.id for one in queries.tickets(Selected(here, **more), now).items]  # type: ignore[arg-type]

    assert shown() == [urgent.id, ordinary.id, stands.id]
    assert shown(states=(State.REFUSED,)) == [ended.id]
    assert shown(states=()) == [urgent.id, ordinary.id, ended.id, stands.id]
    assert shown(priorities=(Priority.P1,)) == [urgent.id]
    assert shown(categories=(Category.ROAD,)) == [stands.id]
    assert shown(sources=(Source.PATROL,)) == [ordinary.id]
    assert shown(START + HOUR, is_overdue=True) == [urgent.id]
    assert shown(level=Level.COMMITTEE) == []
    assert shown(assignee_id=worker.id) == []
    assert shown(since=START, until=START + HOUR) == [urgent.id, ordinary.id, stands.id]
    assert shown(states=(), until=START) == [ended.id]
    counted = queries.counts(here, START + HOUR)
    assert counted == {"open": 3, "new": 2, "overdue": 1, "suspended": 1, "waiting": 1}
    assert queries.tickets(Selected(Reach(())), START).items == []
    county = Reach((get_division("520102").path,))
    assert queries.tickets(Selected(county), START, size=2).last == 2
    assert len(queries.tickets(Selected(county), START, 2, size=2).items) == 2


def test_a_resident_finds_what_they_reported_and_what_they_joined():
    community = make_community()
    flat = make_flat(community)
    resident = make_resident(flat)
    mine = make_ticket(community.id, reporter_id=resident.id)
    joined, _other = make_ticket(community.id), make_ticket(community.id)
    with unit_of_work():
        actions.join(joined.id, resident_id=resident.id, client_key=key(), actor=COMMITTEE, now=START)
    page = queries.of_resident(resident.id)
    assert [one.id for one in page.items] == [joined.id, mine.id]
    assert page.total == 2
    assert queries.is_of(joined, resident.id)
    assert not queries.is_of(_other, resident.id)


def test_the_figures_of_a_period_count_what_is_open_and_late_against_the_company():
    community, idle = make_community(), make_community()

    def ended(hours: int, last: str = "confirm") -> None:
        row = make_ticket(community.id, Category.LIFT)
        move(row.id, "accept", "arrive")
        move(row.id, "finish", at=START + hours * HOUR)
        move(row.id, last, actor=COMMITTEE, at=START + (hours + 1) * HOUR)

    ended(2)
    ended(10)
    ended(24)  # the instant at which it is late
    ended(3, "reopen")
    silent = make_ticket(community.id, Category.LIFT)
    move(silent.id, "accept", "arrive", "finish")
    for days in (3, 7):
        with unit_of_work():
            actions.remind_and_close_due(START + days * DAY)
    gone = make_ticket(community.id, Category.LIFT)
    move(gone.id, "withdraw", actor=COMMITTEE)
    here = Reach((), (community.id, idle.id))
    found = queries.figures(here, START, START + 30 * DAY, START + 20 * DAY)
    assert found == Figures(
        opened=6, ended=4, ended_on_time=3, confirmed=3, unconfirmed=1, reopened=1, open=1, overdue_open=1,
        median_seconds=Fraction(6 * 3600),
    )  # fmt: skip
    assert found.on_time == Fraction(3, 5)
    assert queries.figures_by_community(here, START, START + 30 * DAY, START + 20 * DAY) == {
        community.id: found
    }
    before = queries.figures(here, START - DAY, START, START)
    assert (before.opened, before.ended, before.open) == (0, 0, 1)
    assert queries.figures(Reach((), (idle.id,)), START, START + DAY, START) == Figures()
