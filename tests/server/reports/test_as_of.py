"""A month is told as it was on its last evening: what was recorded of later days is not in it."""

from datetime import date, timedelta

import pytest

from server.ballots import actions as ballots
from server.infra.db import unit_of_work
from server.ledger.models import Community
from server.notices import actions as notices
from server.projects.rules.money import Entry
from server.projects.rules.preparation import StepKind
from server.reports import queries
from server.reports.queries.as_of import as_of, in_year
from server.reports.rules.facts import Facts
from tests.factories import ballots as votes
from tests.factories import decisions as decided
from tests.factories import plans
from tests.factories.ledger import make_flat
from tests.factories.notices import make_notice, make_objection
from tests.factories.projects import make_funding, make_project, make_step
from tests.factories.reports import make_place, recompute
from tests.factories.surveys import ANSWERS, ASKING, CLOSES, WHOLE, answer, make_open_survey

pytestmark = pytest.mark.usefixtures("clock")
LATER = CLOSES + timedelta(days=60)
DAY = timedelta(days=1)


def told(community: Community, day: date) -> Facts:
    recompute(community.id, now=LATER)
    (found,) = as_of(list(queries.facts_of([community.id]).values()), day)
    return found


def test_a_vote_of_april_takes_nothing_from_what_march_says() -> None:
    first = decided.make_counted(("for", "for", "for", "for", "for", ""))
    later = votes.make_opened(first.community, closes_at=votes.CLOSES + DAY)
    votes.cast(later, first.voters[0], "for")
    with unit_of_work():
        ballots.count_ballot(later.id, actor=votes.CLERK, now=decided.COUNTED + DAY)
    march, april, february = (
        told(first.community, day) for day in (date(2026, 3, 31), date(2026, 4, 1), date(2026, 2, 28))
    )
    assert (march.ballot_id, march.heads, march.roll_heads) == (first.ballot.id, 5, 6)
    assert (april.ballot_id, april.heads, april.roll_heads) == (later.id, 1, 6)
    assert (february.ballot_id, february.heads, february.roll_heads) == (None, None, None)


def test_who_answered_after_the_month_had_not_answered_in_it() -> None:
    community = make_place(flats=0)
    flats = [make_flat(community, room=f"{number}01") for number in range(1, 5)]
    survey = make_open_survey(community, WHOLE)
    for flat, at in zip(flats, (ASKING, ASKING, ASKING + DAY), strict=False):
        answer(survey, flat, ANSWERS, now=at)
    # Answered again later: the household had answered before.
    answer(survey, flats[0], ANSWERS, now=ASKING + DAY)
    day = ASKING.date()
    assert [(one.asked, one.answered) for one in (told(community, day), told(community, day + DAY))] == [
        (4, 2),
        (4, 3),
    ]
    assert (told(community, date(2026, 2, 28)).asked, told(community, date(2026, 2, 28)).answered) == (
        None,
        None,
    )


def test_an_objection_answered_after_the_month_was_open_in_it() -> None:
    community = make_place()
    notice = make_notice(community)
    raised = make_objection(notice)
    with unit_of_work():
        notices.answer_objection(
            raised.id, community_id=community.id, answer="雨季前一定完工。", is_upheld=False,
            actor=decided.REVIEWER, now=ASKING,
        )  # fmt: skip
    before, on = (told(community, day) for day in (ASKING.date() - DAY, ASKING.date()))
    assert (before.objections, before.objections_open) == (1, 1)
    assert (on.objections, on.objections_open) == (1, 0)
    assert told(community, date(2026, 2, 28)).objections is None


def test_money_counts_in_the_month_of_its_document() -> None:
    community = make_place()
    project = make_project(community)
    make_funding(project, 900_00, entered_on=date(2026, 2, 10))
    make_funding(project, 400_00, entry=Entry.RECEIVED)
    february, march, january = (
        told(community, day) for day in (date(2026, 2, 28), date(2026, 3, 1), date(2026, 1, 31))
    )
    assert (february.funds_planned, february.funds_received) == (900_00, 0)
    assert (march.funds_planned, march.funds_received) == (900_00, 400_00)
    assert (january.funds_planned, january.funds_received) == (None, None)


def test_a_step_done_after_the_month_was_not_done_in_it() -> None:
    community = make_place()
    project = make_project(community)
    make_step(project, StepKind.BUDGET, done_on=date(2026, 2, 20))
    make_step(project, StepKind.FUNDS, done_on=date(2026, 3, 1))
    assert [told(community, day).steps_done for day in (date(2026, 2, 28), date(2026, 3, 1))] == [1, 2]


def test_what_nothing_came_after_stands_as_it_is_kept() -> None:
    community = decided.make_final().community_id
    recompute(now=LATER)
    kept = list(queries.facts_of([community]).values())
    assert as_of(kept, LATER.date()) == kept


def test_a_community_planned_again_for_the_next_year_stays_in_the_plan_of_this_one() -> None:
    community = make_place()
    for year, households in ((plans.YEAR, 120), (plans.YEAR + 1, 90)):
        plan = plans.make_plan(year=year)
        plans.add_row(plan, households, community)
        with unit_of_work():
            plans.actions.submit_plan(plan.id, actor=plans.SUBMITTING, now=plans.NOW)
        plans.freeze(plan)
    this, before, after = (told(community, date(plans.YEAR + by, 10, 31)) for by in (0, -1, 1))
    assert (this.plan_year, this.plan_households, this.claimed_base) == (plans.YEAR, 120, 120)
    assert (after.plan_year, after.plan_households) == (plans.YEAR + 1, 90)
    assert (before.plan_year, before.plan_households, before.claimed_base) == (None, None, None)
    (packed,) = in_year(list(queries.facts_of([community.id]).values()), plans.YEAR)
    assert packed.plan_households == 120
