"""The living example stands whole, and its time moves forward only."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from server.audit import actions as audit
from server.audit import queries as audit_queries
from server.ballots import queries as ballots
from server.ballots.exports import bundle_lines
from server.ballots.models import LogEntry
from server.ballots.rules.drafting import Stage
from server.decisions import queries as decisions
from server.decisions.queries.drawings import drawings
from server.decisions.queries.lifts import lift_views
from server.decisions.queries.schemes import tree
from server.decisions.rules.lifts import CaseState
from server.decisions.rules.outcome import Outcome
from server.decisions.rules.schemes import State
from server.divisions import queries as divisions
from server.evaluations import queries as evaluations
from server.evaluations.rules.words import Stage as RoundStage
from server.example import clock, people, story
from server.example.afterwards import place
from server.example.fill import fill
from server.example.returns import months_back
from server.identity import queries as identity
from server.infra import clock as house_clock
from server.infra.db import db, unit_of_work
from server.infra.settings import EXAMPLE_ACCOUNTS
from server.jobs import run_due
from server.kernel.errors import Invalid
from server.ledger import queries as ledger
from server.management import queries as management
from server.plans import queries as plans
from server.plans.models import PlanChange
from server.plans.rules.words import ChangeState, Department
from server.projects import queries as projects
from server.reports import queries as reports
from server.surveys import queries as surveys
from server.tickets.models import Ticket
from server.tickets.rules.words import Source
from server.tickets.rules.words import State as TicketState

ROOT = Path(__file__).resolve().parents[3]


def test_the_example_is_made_once_stands_whole_and_goes_on(app, tmp_path):
    assert fill(lambda _line: None)
    assert not fill(lambda _line: None)
    stands_whole(tmp_path)
    opens_and_closes_what_falls_due_on_the_way()


def stands_whole(folder: Path) -> None:
    """Five votes at four stages, two of them decided, the open one at 58 % of the heads; the recount agrees with all."""
    community_id = clock.ledger_community()
    assert ledger.figures(community_id).flats == len(story.flats()) == 60
    now = house_clock.now()
    found = {ballots.stage(one, now): one for one in ballots.ballots_of(community_id)}
    assert set(found) == {Stage.ANNOUNCED, Stage.OPEN, Stage.COUNTED}
    assert [(one.heads, one.roll_heads) for one in ballots.turnout(found[Stage.OPEN])] == [(32, 55)]
    # Whatever the hour of filling: no vote of the coming morning.
    assert db.session.scalar(sa.select(sa.func.max(LogEntry.recorded_at))) <= now
    lines = decisions.lines(community_id, now)
    assert len(decisions.undecided(ballots.staged_ballots(community_id, now), lines)) == 1
    assert [decisions.ending(line.decision.id) is not None for line in lines] == [True, True]
    assert all(slip.printed_at for slip in identity.slips_of(community_id))
    some_households_wrote_in_their_own_words(community_id)
    schemes_stand(community_id, now)
    with unit_of_work():
        audit.seal(now)
    assert audit_queries.verification().is_whole
    returns_stand_at_several_stages(now)
    the_finished_community_goes_on(now)
    a_change_of_the_plan_waits_for_the_last_department()
    what_is_built_stands_in_the_plan_and_one_was_chosen_as_a_pilot(community_id)
    bundle = folder / "bundle.json"
    bundle.write_text("".join(bundle_lines(found[Stage.COUNTED])))
    recount = subprocess.run(
        [sys.executable, "-I", "-S", str(ROOT / "server/ballots/recount.py"), str(bundle)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(recount.stdout)["log"] == "whole"


def some_households_wrote_in_their_own_words(community_id):
    for of in surveys.surveys_of(community_id):
        said = surveys.texts(of, "suggestion")
        assert 1 < sum(one.households for one in said.items) < surveys.coverage(of).answered / 2


def what_is_built_stands_in_the_plan_and_one_was_chosen_as_a_pilot(community_id) -> None:
    over = projects.projects_of(place.known())[0].id
    unfinished = [line.id for line in projects.lines(projects.Reach(["/"])) if line.id != over]
    named = {one: projects.known(one).plan_row_id for one in unfinished}
    assert len(named) == 2 and all(named.values())
    own = named[projects.projects_of(community_id)[0].id]
    assert plans.row(own).community_id == community_id
    county = divisions.by_code(story.COUNTY_CODE)
    by_year = plans.entries_under([county.path], plans.years_at(county.path, house_clock.now().date()))
    assert [len(held) for held in by_year.values() if held] == [1, 3]
    chosen, waiting = sorted(plans.pilot_lines(["/"]), key=lambda one: one.pilot.chosen_at is None)
    assert chosen.pilot.community_id == community_id and chosen.pilot.will_base > 0
    assert len(plans.lessons(chosen.pilot.id)) == 2 and waiting.pilot.merged_with


def schemes_stand(community_id, now):
    """A lift for one entrance and not for the next, a change that the guard holds back, drawings in their second version."""
    of = tree(community_id, now)
    by_label = {place.label: node for node, place in of.places.items()}
    written = ("全小区", "3 栋", "1 栋 1 单元")
    assert [len(of.versions[by_label[label]]) for label in written] == [2, 1, 1]
    held = {label: {one.line.item for one in of.holding(node)} for label, node in by_label.items()}
    assert "W02" in held["1 栋 1 单元"] and "W02" not in held["1 栋 2 单元"] | held["全小区"]
    resting = of.open_version(by_label["全小区"])
    assert resting.state is State.RESTING and resting.departure.added == ("B13",)
    assert [view.state.value for view in drawings(community_id)] == ["in_force", "replaced"]
    assert [view.state for view in lift_views(community_id)] == [CaseState.COMPLETE, CaseState.LACKING]
    outcomes = {vote.node: vote.outcome for vote in of.voted.votes if vote.item == "W02"}
    assert list(outcomes.values()) == [Outcome.ADOPTED, Outcome.BLOCKED, Outcome.REJECTED]


def the_finished_community_goes_on(now):
    """Two months after its works: managed by whom the owners chose, reported in, met about and judged."""
    community_id = place.known()
    (finished,) = projects.finished_within(projects.Reach(["/"]))
    assert finished.id == community_id
    assert not projects.open_points(projects.projects_of(community_id)[0].id)
    (contract,) = management.contracts_of(community_id)
    chosen = ballots.known(contract.contract.chosen_by_ballot_id)
    assert ballots.stage(chosen, now) is Stage.COUNTED
    states = set(db.session.scalars(sa.select(Ticket.state).where(Ticket.community_id == community_id)))
    assert states == set(TicketState)
    assert db.session.scalars(sa.select(Ticket.contractor).where(Ticket.works_id.is_not(None))).all()
    assert Source.PREVENTIVE in set(db.session.scalars(sa.select(Ticket.source)))
    (over,) = [one for one in evaluations.rounds_of(community_id) if one.stage(now) is RoundStage.OVER]
    assert evaluations.result(over, now).answered >= 30


def returns_stand_at_several_stages(now: datetime) -> None:
    def states(code: str) -> list[str]:
        of = divisions.by_code(code)
        assert of is not None
        return [reports.sheet(of, months_back(now, number), now).state.value for number in (3, 2, 1)]

    assert states(story.COUNTY_CODE) == ["accepted", "accepted", "returned"]
    assert states(story.NEXT_COUNTY_CODE) == ["accepted", "accepted", "submitted"]
    assert states(story.PREFECTURE_CODE) == ["accepted", "submitted", "draft"]
    county = divisions.by_code(story.COUNTY_CODE)
    assert county is not None
    known = {row.community_id: row for row in reports.facts_under(county.path)}
    assert sum(row.plan_year is not None for row in known.values()) == 3
    assert known[clock.ledger_community()].claim_differs is True
    ((sent, _from),) = reports.sent_to(county.path)
    assert sent.told == 5


def opens_and_closes_what_falls_due_on_the_way() -> None:
    """As the time is moved."""
    community_id = clock.ledger_community()
    coming = clock.next_matter(house_clock.now())
    assert clock.advance_to_next(run_due).at == coming.at
    assert timedelta(0) < house_clock.now() - coming.at < timedelta(minutes=1)
    before = house_clock.now()
    clock.advance(timedelta(days=30), run_due)
    now = house_clock.now()
    assert timedelta(days=30) <= now - before < timedelta(days=30, minutes=5)
    stages = [ballots.stage(one, now) for one in ballots.ballots_of(community_id)]
    assert Stage.ANNOUNCED not in stages and Stage.OPEN not in stages
    announced = ballots.ballots_of(community_id)[0]
    assert announced.opened_at - announced.opens_at < timedelta(minutes=1)


def a_change_of_the_plan_waits_for_the_last_department() -> None:
    """So that the officer of the city's card has something to sign and to decide."""
    change = db.session.scalars(sa.select(PlanChange)).one()
    standing = plans.known_change(change).standing
    assert (standing.state, standing.missing) == (ChangeState.SUBMITTED, [Department.HOUSING])


def test_an_empty_house_has_no_next_matter(app):
    assert clock.ledger_community() is None and clock.next_matter(datetime(2026, 3, 2, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("text", "step"),
    [
        pytest.param("15d", timedelta(days=15), id="days"),
        pytest.param("6h", timedelta(hours=6), id="hours"),
        pytest.param(" 2W ", timedelta(weeks=2), id="weeks-in-capitals"),
        pytest.param("400d", timedelta(days=400), id="the-longest-step"),
    ],
)
def test_a_step_is_read(text, step):
    assert clock.step_of(text) == step


@pytest.mark.parametrize("text", ["", "d", "-1d", "0d", "401d", "1.5d", "15", "1m"])
def test_what_is_no_step_forward_is_refused(text):
    with pytest.raises(Invalid):
        clock.step_of(text)


def test_the_clock_never_runs_back(app):
    with pytest.raises(ValueError, match="never runs back"), unit_of_work():
        house_clock.move_forward(timedelta(seconds=-1))


def test_every_account_of_the_example_is_known_by_its_name():
    assert all(facts.username.startswith(EXAMPLE_ACCOUNTS) for facts in (*people.STAFF, *place.STAFF))
