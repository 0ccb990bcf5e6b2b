"""What comes after the works is kept as its own rooms say it, follows what happens there, and turns with the clock."""

from datetime import date, timedelta

import pytest

from server.contributions.rules import Entry, Kind
from server.evaluations.rules.words import Mark
from server.infra.db import unit_of_work
from server.kernel.chinatime import china_day, end_of
from server.ledger.rules.words import PropertyMode
from server.management.queries import terms_of
from server.management.rules.terms import coverage
from server.plans.rules.words import FundSource
from server.projects import queries as projects
from server.projects.queries import Reach
from server.projects.rules.acts import EventKind
from server.projects.rules.money import Entry as FundEntry
from server.reports import actions, queries
from server.reports.rules.figuring import Least, figure
from server.reports.rules.funding import funds
from server.reports.rules.measures import MEASURES
from server.tickets import queries as tickets
from tests.factories.contributions import enter, make_pledge
from tests.factories.divisions import get_division
from tests.factories.evaluations import OVER, give, make_rounds
from tests.factories.ledger import make_flat
from tests.factories.management import make_contract
from tests.factories.policies import make_policy
from tests.factories.projects import make_event, make_funding, make_project
from tests.factories.reports import NOW, YUNYAN_STREET, make_place, recompute
from tests.factories.tickets import COMMITTEE, make_ticket, move

pytestmark = pytest.mark.usefixtures("clock")
FINISHED = date(2026, 2, 2)


def kept(community_id: int):
    return queries.facts_of([community_id])[community_id]


def look(now=NOW) -> int:
    with unit_of_work():
        return actions.recompute_due(now)


def finish(community) -> None:
    project = make_project(community)
    make_event(project, EventKind.STARTED, FINISHED)
    make_event(project, EventKind.FINISHED, FINISHED)


def rest() -> None:
    """Until the clock has nothing more to look at."""
    for _ in range(3):
        look()


def test_of_a_community_where_nothing_came_after_nothing_is_recorded():
    facts = kept(make_place().id)
    assert (facts.is_covered, facts.tickets_ended, facts.judged_on, facts.pledged, facts.funds_by_source) == (
        None, None, None, None, "",
    )  # fmt: skip
    assert facts.turns_at is None


def test_a_management_covers_until_the_last_second_of_its_last_day():
    community = make_place()
    finish(community)
    last = china_day(NOW) + timedelta(days=9)
    make_contract(community, starts_on=date(2026, 1, 1), ends_on=last)
    rest()
    assert kept(community.id).is_covered is True
    assert kept(community.id).turns_at == end_of(last)
    recompute(community.id, now=end_of(last) - timedelta(seconds=1))
    assert kept(community.id).is_covered is True
    assert look(end_of(last)) == 1
    assert kept(community.id).is_covered is False
    assert look(end_of(last)) == 0


def test_a_recorded_management_goes_before_what_the_ledger_says():
    told, ended, left = (
        make_place(property_mode=PropertyMode.NONE),
        make_place(property_mode=PropertyMode.COMPANY),
        make_place(property_mode=PropertyMode.COMPANY),
    )
    assert [kept(one.id).is_managed for one in (told, ended, left)] == [False, True, True]
    make_contract(told, starts_on=date(2026, 1, 1))
    make_contract(ended, starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31))
    finish(left)
    recompute()
    assert [kept(one.id).is_managed for one in (told, ended, left)] == [True, False, False]


def test_coverage_above_is_what_management_counts_and_its_alarms_are_the_rest():
    managed, left, building = make_place(), make_place(), make_place()
    for community in (managed, left):
        finish(community)
    for community in (managed, building):
        make_contract(community, starts_on=date(2026, 1, 1))
    recompute()
    path = get_division("520102").path
    rows = queries.facts_under(path)
    found = figure(MEASURES["covered"], rows, Least())
    days = {one.id: one.finished_on for one in projects.finished_within(Reach([path]))}
    said = coverage(days, terms_of(list(days)), china_day(NOW))
    assert (found.by_communities.part, found.by_communities.base) == (said.covered, said.finished)
    assert [row.community_id for row in rows if row.is_covered is False] == [left.id]
    assert found.without == 1


def test_tickets_above_are_the_sum_of_what_the_desks_count():
    mine, beside = make_place(), make_place(YUNYAN_STREET)
    for community in (mine, mine, beside):
        done = make_ticket(community.id, at=NOW)
        move(done.id, "accept", "arrive", "finish", at=NOW)
        move(done.id, "confirm", actor=COMMITTEE, at=NOW)
    late = make_ticket(mine.id, at=NOW)
    recompute()
    assert (kept(mine.id).tickets_open, kept(mine.id).tickets_overdue) == (1, 0)
    assert kept(mine.id).tickets_ended == kept(mine.id).tickets_confirmed == 2
    then = tickets.known(late.id).fixed_by
    assert kept(mine.id).turns_at == then
    recompute(now=then)
    span = (NOW - timedelta(days=9), then + timedelta(days=1), then)
    for code in ("520102", "520103", "5201"):
        path = get_division(code).path
        said = tickets.figures(Reach([path]), *span)
        rows = queries.facts_under(path)
        for name in ("ended", "open", "reopened", "confirmed", "unconfirmed"):
            assert sum(getattr(row, f"tickets_{name}") for row in rows) == getattr(said, name)
        assert sum(row.tickets_overdue for row in rows) == said.overdue_open
        own = figure(MEASURES["tickets_on_time"], rows, Least()).own
        assert (own.part, own.base) == (said.ended_on_time, said.ended + said.overdue_open)
    assert kept(mine.id).tickets_overdue == 1


def test_how_many_days_of_tickets_count_is_a_setting_of_the_place_to_the_day():
    mine, beside = make_place(), make_place(YUNYAN_STREET)
    for community in (mine, beside):
        done = make_ticket(community.id, at=NOW)
        move(done.id, "accept", "arrive", "finish", at=NOW)
        move(done.id, "confirm", actor=COMMITTEE, at=NOW)
    make_policy("ticket.figures_days", 30, division_id=get_division("520102").id)
    recompute(now=NOW + timedelta(days=29))
    assert (kept(mine.id).tickets_ended, kept(beside.id).tickets_ended) == (1, 1)
    recompute(now=NOW + timedelta(days=30))
    assert (kept(mine.id).tickets_ended or 0, kept(beside.id).tickets_ended) == (0, 1)
    recompute(now=NOW + timedelta(days=365))
    assert not kept(beside.id).tickets_ended


def test_a_report_touches_its_community_and_a_deadline_that_passes_does_too():
    community = make_place()
    rest()
    ticket = make_ticket(community.id, at=NOW)
    assert look() == 1
    assert kept(community.id).tickets_open == 1
    rest()
    due = tickets.known(ticket.id).fixed_by
    recompute(community.id, now=due - timedelta(minutes=1))
    assert look(due - timedelta(seconds=1)) == 0
    assert look(due) == 1
    assert kept(community.id).tickets_overdue == 1


def test_money_by_source_adds_up_to_all_money_and_what_was_given_stands_apart():
    community = make_place()
    flat = make_flat(community, room="808")
    project = make_project(community)
    make_funding(project, 300_00, FundSource.PROVINCE)
    make_funding(project, 200_01, FundSource.PROVINCE, FundEntry.RECEIVED)
    make_funding(project, 50_00, FundSource.RESIDENTS, FundEntry.RECEIVED)
    pledge = make_pledge(flat, amount=500_00)
    enter(pledge, 400_00)
    enter(pledge, 100_00, Entry.USED)
    enter(pledge, 9_00, is_confirmed=None)
    make_pledge(flat, Kind.LABOUR, 6)
    recompute()
    facts = kept(community.id)
    found = funds([facts])
    assert {one.source: one.received for one in found.sources} == {
        FundSource.PROVINCE: 200_01,
        FundSource.RESIDENTS: 50_00,
    }
    assert found.whole.received == facts.funds_received == 250_01
    assert (facts.pledged, facts.given, facts.given_used) == (500_00, 400_00, 100_00)
    assert (facts.hours_pledged, facts.hours_given) == (6, 0)


def test_what_people_think_is_kept_exactly_for_those_above_and_as_it_was_told_for_the_public():
    make_policy("evaluation.least_answers", 4)
    make_policy("disclosure.least_cell", 2)
    community = make_place(flats=0)
    flats = [make_flat(community, room=f"{number}01") for number in range(1, 9)]
    (first, *_) = make_rounds(community)
    for flat, mark in zip(flats, [Mark.GOOD] * 3 + [Mark.FAIR] * 2 + [Mark.POOR], strict=False):
        give(first, flat, mark)
    recompute()
    assert kept(community.id).judged_on is None
    recompute(now=OVER)
    facts = kept(community.id)
    assert (facts.judged_on, facts.judged_households, facts.judged_answered) == (first.closes_on, 8, 6)
    assert (facts.judged_marked, facts.judged_satisfied) == (6, 5)
    # One is unsatisfied, which is hidden: so nobody outside is told how many of six are satisfied.
    assert (facts.told_marked, facts.told_satisfied) == (None, None)


def test_what_is_kept_of_it_equals_what_is_computed():
    community, other = make_place(), make_place()
    finish(community)
    make_contract(community, starts_on=date(2026, 1, 1))
    make_ticket(other.id, at=NOW)
    make_pledge(make_flat(other, room="909"))
    look()
    look()
    computed = queries.computed([community.id, other.id], NOW)
    assert queries.facts_of([community.id, other.id]) == {one.community_id: one for one in computed}
    assert recompute() == 0
