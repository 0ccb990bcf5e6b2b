"""The plan of 2020: its totals are the real ones, it is the same every time, and what it makes holds together."""

import hashlib
from collections import Counter
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from time import perf_counter

import pytest
import sqlalchemy as sa
from flask import Flask

from server.audit import queries as audit
from server.ballots import queries as ballots
from server.ballots.exports import bundle_lines
from server.ballots.models import Ballot, Count
from server.ballots.recount import recount
from server.ballots.rules.drafting import Stage
from server.decisions import queries as decisions
from server.decisions.models import Item
from server.decisions.queries.drawings import drawings
from server.decisions.queries.lifts import lift_views
from server.decisions.queries.schemes import tree
from server.decisions.rules.lifts import CaseState
from server.decisions.rules.schemes import State as SchemeState
from server.divisions import queries as divisions
from server.divisions.rules import DivisionLevel
from server.example import clock
from server.example import whole_plan as plan
from server.example.commands import example_commands
from server.example.plan2020 import COMMUNITIES, HOUSEHOLDS, building, changing
from server.example.plan2020.course import Reached, Tendency, course_of
from server.example.plan2020.draws import Draws
from server.example.plan2020.homes import Facts, Home, facts_of, splits
from server.example.plan2020.places import Community as Planned
from server.example.plan2020.places import apportioned, communities, sizes_of
from server.example.plan2020.planning import plan_year
from server.infra.db import db, unit_of_work
from server.kernel.errors import Refused
from server.ledger import queries as ledger
from server.ledger.models import Community, Household
from server.ledger.rules.words import FlatUse, HouseholdState, OwnerKind
from server.notices.models import Objection
from server.plans import queries as plans
from server.projects import queries as projects
from server.reports.models import MonthlyReport, ReportAct
from server.reports.rules.returns import State
from server.surveys import actions as surveys
from server.surveys.models import Survey, SurveyResponse
from tests.factories.example import story_of_the_plan
from tests.factories.ledger import make_community

pytestmark = pytest.mark.walk

TODAY = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)

# ------------------------------------------------------------------ the plan itself, carried out nowhere


@pytest.fixture(scope="module")
def told_of(house) -> list[tuple[Planned, Facts]]:
    """Every community of the plan, and what it is built of."""
    with house.app_context():
        return [(one, facts_of(one)) for one in plan.planned_communities()]


@pytest.fixture(scope="module")
def homes(told_of) -> list[list[Home]]:
    """The homes of each, in the same order."""
    return [list(facts.homes) for _, facts in told_of]


def test_with_the_storys_own_there_are_305_communities_and_59605_households(app):
    planned = plan.planned_communities()
    assert len(planned) + 1 == COMMUNITIES == 305
    assert sum(one.households for one in planned) + plan.story_households() == HOUSEHOLDS == 59_605


def test_every_prefecture_and_every_county_has_some_and_they_stand_at_real_divisions(app):
    planned = plan.planned_communities()
    counties = {one.county.code for one in planned}
    assert len({one.county.prefecture for one in planned}) == 9
    assert len(counties) == 88
    found = {one.division: divisions.by_code(one.division) for one in planned}
    assert all(row is not None for row in found.values())
    assert {row.level for row in found.values()} <= {DivisionLevel.COMMITTEE, DivisionLevel.TOWNSHIP}
    assert all(one.division.startswith(one.county.code) for one in planned)


def test_sizes_are_spread_like_those_of_old_housing(app):
    sizes = sorted(one.households for one in plan.planned_communities())
    assert sizes[0] >= 15 and 900 <= sizes[-1] <= 1300
    assert sizes[len(sizes) // 2] < sum(sizes) / len(sizes)


def test_homes_add_up_to_the_households_of_each_community_and_nobody_owns_nothing(told_of, homes):
    kinds, uses, states = Counter(), Counter(), Counter()
    for (one, _), its in zip(told_of, homes, strict=True):
        assert sum(home.households for home in its) == one.households
        assert len({(home.building, home.entrance, home.room) for home in its}) == len(its)
        assert all(home.owners for home in its)
        kinds.update(owner.kind for home in its for owner in home.owners)
        uses.update(home.use for home in its)
        states.update(home.state for home in its if home.use is FlatUse.DWELLING)
    assert set(kinds) == set(OwnerKind)
    assert set(uses) == {FlatUse.DWELLING, FlatUse.SHOP}
    assert set(states) == set(HouseholdState)
    assert any(splits(one) for one, _ in told_of)


def test_houses_are_of_before_2001_and_of_seven_floors_at_most(told_of):
    for _, facts in told_of:
        assert 1960 < facts.built_year <= 2000
        assert facts.name.endswith("(示例数据)")
        assert all(building.floors <= 7 for building in facts.buildings)


def test_owners_come_in_every_way(homes):
    alone, together, several = 0, 0, 0
    for its in homes:
        owned = Counter(
            owner.phone for home in its for owner in home.owners if owner.kind is OwnerKind.PERSON
        )
        several += sum(count > 1 for count in owned.values())
        for home in its:
            alone += len(home.owners) == 1
            together += len(home.owners) > 1
    assert alone > 10 * together > 0
    assert several > 500


def test_every_stage_and_tendency_occurs(app):
    courses = [course_of(one) for one in plan.planned_communities()]
    assert {one.reached for one in courses} == set(Reached)
    assert {one.tendency for one in courses} == set(Tendency)
    assert {one.reached.name_zh for one in courses} == {reached.name_zh for reached in Reached}
    assert any(one.answering < 40 for one in courses if one.reached is Reached.DECIDED)
    assert any(one.package.by_entrance for one in courses)


#: What the plan says. Where it changes on purpose, this changes with it.
DIGEST = "748515c65ac21c9b1f0afc7471535e465628c1874126e5111829b5cf0769d652"


def test_the_plan_is_the_same_in_every_process_on_every_machine(told_of, homes):
    told = hashlib.sha256()
    for (one, facts), its in zip(told_of, homes, strict=True):
        told.update(f"{facts.name}{facts.address}{facts.built_year}{course_of(one)}".encode())
        for home in its:
            told.update(repr(home).encode())
    assert told.hexdigest() == DIGEST


def test_draws_hang_on_their_words_alone():
    first, again, other = (
        [Draws(name).below(1000) for _ in range(1)] + [Draws(name, 1).below(1000)] for name in "aab"
    )
    assert first == again != other
    assert sorted(Draws("x").shuffled(range(50))) == list(range(50))
    assert {Draws("y", number).between(3, 5) for number in range(60)} == {3, 4, 5}


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        pytest.param(10, [1, 1, 1], [4, 3, 3], id="what-is-left-goes-to-the-first"),
        pytest.param(10, [1, 2, 2], [2, 4, 4], id="even"),
        pytest.param(1, [1, 3], [0, 1], id="to-the-largest-remainder"),
        pytest.param(0, [5, 5], [0, 0], id="nothing"),
    ],
)
def test_parts_are_whole_and_sum_to_the_total(total, weights, parts):
    assert apportioned(total, weights) == parts


def test_sizes_sum_to_any_total():
    for count, total in ((1, 80), (7, 1000), (304, 59_547)):
        assert sum(sizes_of(count, total)) == total


def test_what_stands_already_takes_its_county_one(app):
    counties = plan._counties()
    without, beside = communities(counties, given={}), communities(counties, given={"520102": 58})

    def held(found):
        return sum(one.county.code == "520102" for one in found)

    assert held(without) == held(beside) + 1


# ------------------------------------------------------------------ carried out


def one_of_each():
    """The smallest community at each stage, and a few more whose votes go otherwise."""
    found = {}
    for one in sorted(plan.planned_communities(), key=lambda one: one.households):
        course = course_of(one)
        voted = course.reached is Reached.DECIDED
        found.setdefault(
            (course.reached, course.tendency if voted else None, voted and course.package.by_entrance), one
        )
    return sorted(found.values(), key=lambda one: one.number)


def passed_and(is_such):
    """The smallest community that decided, has all of it passed, and is such."""
    found = sorted(plan.planned_communities(), key=lambda one: one.households)
    courses = ((one, course_of(one)) for one in found)
    return next(
        one
        for one, course in courses
        if (course.reached, course.tendency) == (Reached.DECIDED, Tendency.PASSES) and is_such(one, course)
    )


def told(planned, tell_story=story_of_the_plan) -> list[str]:
    lines: list[str] = []
    tell_story(TODAY)
    plan.carry_out(planned, lines.append, TODAY, perf_counter())
    return lines


@pytest.mark.deep
def test_each_stage_is_reached_and_what_was_made_holds_together(app: Flask, tmp_path):
    planned = one_of_each()
    lines = told(planned)
    assert f"{len(planned) + 1} 个小区" in lines[-1]
    by_stage = Counter()
    for one in planned:
        community_id = plan._id_of(facts_of(one))
        course = course_of(one)
        assert ledger.figures(community_id).households == one.households
        stages = [ballots.stage(row, TODAY) for row in ballots.ballots_of(community_id)]
        by_stage[course.reached] += 1
        assert stages == [STAGES[course.reached]] if course.reached in STAGES else not stages
        assert len(surveys_of(community_id)) == course.reached.has_survey
        lines_of = decisions.lines(community_id, TODAY)
        assert len(lines_of) == course.reached.is_at_least(Reached.DRAFTED)
        if course.reached is Reached.DECIDED:
            assert lines_of[0].ending is not None
    assert set(by_stage) == set(Reached)
    outcomes = set(db.session.scalars(sa.select(Item.outcome).distinct()))
    assert {"adopted", "rejected", "no_quorum"} <= outcomes
    frozen = [one for one in plans.plan_lines(["/"], plan_year(TODAY)) if one.frozen is not None]
    assert sum(one.totals.communities for one in frozen) == len(planned) + 1
    started = [line for line in projects.lines(projects.Reach(["/"])) if line.started_on is not None]
    assert len(started) == by_stage[Reached.DECIDED] + 1
    assert db.session.scalar(sa.select(sa.func.count()).where(Objection.answered_at.is_(None))) >= 1
    states = set(db.session.scalars(sa.select(MonthlyReport.state)))
    assert states == {State.ACCEPTED, State.SUBMITTED, State.RETURNED}
    assert not db.session.scalar(sa.select(ReportAct.id).where(ReportAct.at > TODAY))
    hold_together(tmp_path)


@pytest.mark.deep
def test_some_build_by_a_scheme_and_some_lifts_wait_for_a_consent(app: Flask):
    """One with a scheme in force, perhaps one that departs too far, and drawings changed once; one that voted on lifts."""
    drawn = passed_and(lambda one, _: building.has_scheme(one))
    lifted = passed_and(building.has_cases)
    told([drawn, lifted])
    community_id = plan._id_of(facts_of(drawn))
    of = tree(community_id, TODAY)
    (views,) = of.versions.values()
    assert views[0].state is SchemeState.IN_FORCE and len(views[0].lines) >= 1
    assert {view.state for view in views[1:]} <= {SchemeState.RESTING}
    assert [view.row.reason != "" for view in drawings(community_id)] == [True, False]
    cases = lift_views(plan._id_of(facts_of(lifted)))
    assert [view.state for view in cases] == [CaseState.COMPLETE, CaseState.LACKING]
    outcomes = set(db.session.scalars(sa.select(Item.outcome).where(Item.scope.startswith("building"))))
    assert {"adopted", "blocked"} <= outcomes


STAGES = {
    Reached.ANNOUNCED: Stage.ANNOUNCED,
    Reached.VOTING: Stage.OPEN,
    Reached.CLOSED: Stage.CLOSED,
    Reached.COUNTED: Stage.COUNTED,
    Reached.DRAFTED: Stage.COUNTED,
    Reached.HANGING: Stage.COUNTED,
    Reached.OBJECTED: Stage.COUNTED,
    Reached.DECIDED: Stage.COUNTED,
}


def surveys_of(community_id):
    return db.session.scalars(sa.select(Survey).where(Survey.community_id == community_id)).all()


def hold_together(folder: Path) -> None:
    """The chain of the audit, the sums of every survey, the log of every vote, and a recount of what was counted."""
    found = audit.verification()
    assert found.is_whole and found.sealed > 0 and found.unsealed == 0
    for survey_id in db.session.scalars(sa.select(Survey.id)).all():
        with unit_of_work():
            assert not surveys.recompute_sums(survey_id)
    for ballot in db.session.scalars(sa.select(Ballot).where(Ballot.opened_at.is_not(None))).all():
        assert list(ballots.faults_in(ballot.id)) == []
    for count in db.session.scalars(sa.select(Count)).all():
        assert recounted(folder, count.ballot_id)["results"] == count.outcome["results"]


def recounted(folder: Path, ballot_id: int):
    """By the auditor's program, called here: that it runs alone is its own tests' to show."""
    bundle = folder / "bundle.json"
    bundle.write_text("".join(bundle_lines(ballots.known(ballot_id))))
    code, report, complaint = recount([str(bundle)])
    assert code == 0 and report is not None, complaint
    return report


def what_was_said():
    """What people answered and chose, without what is drawn by chance to seal it, nor the numbers of rows."""
    answers = db.session.execute(
        sa.select(SurveyResponse.answers, SurveyResponse.answered_at).order_by(SurveyResponse.id)
    )
    outcomes = db.session.scalars(sa.select(Count.outcome).order_by(Count.id))
    counted = ({name: told for name, told in outcome.items() if name != "papers"} for outcome in outcomes)
    return [*(tuple(map(repr, row)) for row in answers), *map(repr, counted)]


@pytest.mark.deep
def test_the_same_day_makes_the_same_example_again(app: Flask, store):
    planned = one_of_each()[:4]
    told(planned, plan.tell_story)
    first = what_was_said()
    store.restore()
    told(planned, plan.tell_story)
    assert first == what_was_said()


@pytest.mark.deep
def test_changes_of_the_plan_stand_at_every_stage_and_the_totals_of_the_document_stay_true(app: Flask):
    waiting = [one for one in plan.planned_communities() if course_of(one).reached is Reached.LEDGER]
    first = sorted(waiting, key=lambda one: one.households)
    by_place = [
        list(some)[: changing.OF_ONE]
        for _, some in groupby(
            sorted(first, key=lambda one: one.county.prefecture), lambda one: one.county.prefecture
        )
    ]
    planned = [one for some in by_place for one in some][: len(changing.COURSES)]
    told(sorted(planned, key=lambda one: one.number))
    states = {one.standing.state for one in plans.change_lines(["/"])}
    assert states == {state for state, _ in changing.COURSES}
    frozen = [one for one in plans.plan_lines(["/"], plan_year(TODAY)) if one.frozen is not None]
    held = {
        "communities": sum(one.totals.communities for one in frozen),
        "households": sum(one.totals.households for one in frozen),
    }
    whole = {
        "communities": len(planned),
        "households": sum(one.households for one in planned),
    }
    # The story's own stands in it where its prefecture has others.
    assert held in (
        whole,
        {"communities": len(planned) + 1, "households": whole["households"] + plan.story_households()},
    )


def run(app: Flask, *words: str):
    app.cli.add_command(example_commands(lambda: None))
    return app.test_cli_runner().invoke(args=["example", *words])


def test_a_filled_database_is_left_alone_with_a_sentence_that_says_what_to_do(app: Flask):
    make_community()
    with pytest.raises(Refused, match="只装进空的数据库"):
        plan.build(lambda _line: None, TODAY)
    found = run(app, "--plan-2020")
    assert found.exit_code == 1 and "已经有 1 个小区" in found.output
    assert ledger.communities_under("/", size=1).total == 1


def test_without_a_word_the_command_says_what_it_can_do(app: Flask):
    found = run(app)
    assert found.exit_code == 0 and "--plan-2020" in found.output and "advance" in found.output


@pytest.mark.deep
@pytest.mark.longest
def test_the_whole_plan_stands_and_holds_together(app: Flask, tmp_path):
    found = run(app, "--plan-2020", "--on", "2026-11-25")
    assert found.exit_code == 0, found.output
    assert "305 个小区，59605 户" in found.output.splitlines()[-1]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Community)) == 305
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Household)) == 59_605
    assert clock.ledger_community() is not None
    hold_together(tmp_path)
