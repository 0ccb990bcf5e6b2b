from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from server.audit.queries import entries
from server.infra.db import db, unit_of_work
from server.kernel.errors import Conflict, Invalid, NotFound, Refused
from server.plans.rules.words import FundSource
from server.projects import actions, queries
from server.projects.models.works import About
from server.projects.rules.acts import EventKind, Stage
from server.projects.rules.money import Entry, SourceLine
from server.projects.rules.preparation import StepKind, StepState, checklist
from server.projects.rules.structures import StructureState
from tests.factories.divisions import get_division
from tests.factories.ledger import make_community
from tests.factories.policies import make_policy
from tests.factories.projects import (
    CONFIRMS,
    ENTERS,
    NOW,
    key,
    make_cost,
    make_event,
    make_funding,
    make_photo,
    make_plan,
    make_project,
    make_step,
    make_structure,
)

pytestmark = pytest.mark.usefixtures("app")
DAY = date(2026, 3, 2)


def test_an_act_counts_once_another_person_has_confirmed_it():
    project = make_project()
    event = make_event(project, is_confirmed=None)
    assert queries.line(project.id).stage is Stage.PREPARATION
    assert queries.waiting([project.id]) == {project.id: {EventKind.STARTED}}
    with pytest.raises(Refused, match="另一个人"), unit_of_work():
        actions.review_event(project.id, event.id, is_confirmed=True, reason="", actor=ENTERS, now=NOW)
    with unit_of_work():
        actions.review_event(project.id, event.id, is_confirmed=True, reason="", actor=CONFIRMS, now=NOW)
    line = queries.line(project.id)
    assert (line.stage, line.started_on) == (Stage.STARTED, DAY)
    assert queries.waiting([project.id]) == {project.id: set()}
    with pytest.raises(Conflict, match="已经有人处理过"), unit_of_work():
        actions.review_event(project.id, event.id, is_confirmed=False, reason="再看", actor=CONFIRMS, now=NOW)


def test_an_act_that_was_turned_down_may_be_entered_anew():
    project = make_project()
    make_event(project, is_confirmed=False)
    assert queries.line(project.id).stage is Stage.PREPARATION
    make_event(project)
    assert queries.line(project.id).stage is Stage.STARTED
    assert [card.state_zh for card in queries.events(project.id)] == ["已退回", "已确认"]


def test_the_stage_follows_the_acts_to_the_end():
    project = make_project()
    for day, kind in enumerate(EventKind):
        make_event(project, kind, DAY + timedelta(days=day), now=NOW + timedelta(days=30))
    line = queries.line(project.id)
    assert line.stage is Stage.HANDED_OVER
    assert line.dates[EventKind.REPORTED] == DAY + timedelta(days=6)


def test_an_act_that_waited_while_a_later_one_was_confirmed_can_only_be_turned_down():
    project = make_project()
    make_event(project)
    waiting = make_event(project, EventKind.CLEARED, is_confirmed=None)
    make_event(project, EventKind.FINISHED)
    with pytest.raises(Refused, match="已经确认到"), unit_of_work():
        actions.review_event(project.id, waiting.id, is_confirmed=True, reason="", actor=CONFIRMS, now=NOW)
    with unit_of_work():
        actions.review_event(
            project.id, waiting.id, is_confirmed=False, reason="晚了", actor=CONFIRMS, now=NOW
        )
    assert queries.line(project.id).stage is Stage.FINISHED


def test_the_same_act_sent_twice_is_one():
    project = make_project()
    one, two = (make_event(project, is_confirmed=None, client_key="same") for _ in range(2))
    assert one.id == two.id
    assert len(queries.evidence_of(project.id)[About.EVENT, one.id]) == 1


def test_an_act_of_another_project_is_not_found():
    event, other = make_event(make_project(), is_confirmed=None), make_project()
    with pytest.raises(NotFound), unit_of_work():
        actions.review_event(other.id, event.id, is_confirmed=True, reason="", actor=CONFIRMS, now=NOW)


def test_a_project_that_does_not_exist_is_not_found():
    with pytest.raises(NotFound), unit_of_work():
        actions.plan_start(
            987_654_321,
            month=date(2026, 5, 1),
            planned_on=None,
            reason="",
            client_key=key(),
            actor=ENTERS,
            now=NOW,
        )


@pytest.mark.parametrize(
    "table",
    [
        "works_events",
        "works_event_reviews",
        "project_evidence",
        "prep_steps",
        "start_plans",
        "funding_lines",
        "project_costs",
        "illegal_structures",
        "illegal_structure_acts",
    ],
)
def test_what_was_recorded_cannot_be_changed_or_deleted(table):
    community = make_community()
    project = make_project(community)
    make_event(project)
    make_step(project)
    make_plan(make_project())
    make_funding(project, 100)
    make_cost(project, 100)
    make_structure(project, community)
    column = "is_confirmed" if table == "works_event_reviews" else "id"
    for statement in (sa.text(f"UPDATE {table} SET {column} = {column}"), sa.text(f"DELETE FROM {table}")):  # noqa: S608 - names of ours
        with pytest.raises(sa.exc.DBAPIError, match="only grows"), unit_of_work():
            db.session.execute(statement)


def test_the_newest_record_of_a_step_holds_and_the_others_stay():
    project = make_project()
    make_step(project, state=StepState.DOING, done_on=None)
    make_step(project, photos=[make_photo()])
    steps = checklist(queries.stored_steps([project.id])[project.id], {})
    assert (steps[5].state, steps[5].done_on, steps[5].by) == (StepState.DONE, date(2026, 2, 2), "林经办")
    assert [row.state for row in queries.step_rows(project.id)] == [StepState.DONE, StepState.DOING]
    make_step(project, state=StepState.OPEN, done_on=None, words="填错了项目")
    assert checklist(queries.stored_steps([project.id])[project.id], {})[5].state is StepState.OPEN
    assert make_step(project, client_key="same").id == make_step(project, client_key="same").id


@pytest.mark.parametrize("kind", [StepKind.SURVEY, StepKind.RESULT_NOTICE])
def test_no_row_ever_says_that_people_were_asked_or_told(kind):
    project = make_project()
    with pytest.raises(Refused, match="自动算"):
        make_step(project, kind)
    with pytest.raises(sa.exc.IntegrityError), unit_of_work():
        db.session.execute(
            sa.text(
                "INSERT INTO prep_steps (project_id, kind, state, done_on, words, recorded_by, recorded_name, recorded_at)"
                " VALUES (:project, :kind, 'done', '2026-03-02', '', 'staff:1', '某', '2026-03-02 00:00:00')"
            ),
            {"project": project.id, "kind": kind.value},
        )


def test_a_plan_is_moved_with_a_reason_and_the_earlier_one_stays_readable():
    project = make_project()
    make_plan(project)
    with pytest.raises(Invalid, match="为什么改"):
        make_plan(project, date(2026, 6, 1))
    make_plan(project, date(2026, 6, 1), date(2026, 6, 18), reason="等施工图")
    assert queries.line(project.id).plan == queries.start_plans(project.id)[0].planned
    assert [one.month.month for one in queries.start_plans(project.id)] == [6, 5]
    (entry,) = [one for one in entries(verb="projects.plan_start").items if one.facts["before"]]
    assert (entry.facts["before"], entry.facts["after"]) == ("2026-05-31", "2026-06-18")
    make_event(project)
    with pytest.raises(Refused, match="已经开工"):
        make_plan(project, date(2026, 7, 1), reason="再等")


def test_money_is_summed_by_source_in_whole_fen():
    project = make_project()
    make_funding(project, 900_719_925_474_09, FundSource.CENTRAL_SUBSIDY)
    make_funding(project, 1, FundSource.CENTRAL_SUBSIDY)
    make_funding(project, 500, FundSource.COUNTY, Entry.RECEIVED)
    make_funding(project, 700, FundSource.COUNTY, Entry.SPENT)
    make_funding(project, -100, FundSource.COUNTY, Entry.SPENT)
    make_cost(project, 50)
    make_cost(project, 900_719_925_474_20)
    money = queries.money(project.id)
    assert money.lines == (
        SourceLine(FundSource.CENTRAL_SUBSIDY, 900_719_925_474_10, 0, 0),
        SourceLine(FundSource.COUNTY, 0, 500, 600),
    )
    assert (money.cost, money.gap) == (900_719_925_474_20, 10)
    assert [one.source for one in money.overspent] == [FundSource.COUNTY]
    assert queries.sum_of(project.id, FundSource.COUNTY, Entry.SPENT) == 600
    assert queries.sum_of(project.id, FundSource.LOAN, Entry.SPENT) == 0
    assert [one.sum_so_far for one in queries.funding_lines(project.id)][:2] == [600, 700]
    assert [one.amount_fen for one in queries.costs(project.id)] == [900_719_925_474_20, 50]


def test_an_entry_cannot_take_back_more_than_there_is():
    project = make_project()
    make_funding(project, 100)
    with pytest.raises(Refused, match="负数"):
        make_funding(project, -101)
    assert make_funding(project, 5, client_key="k").id == make_funding(project, 5, client_key="k").id


def test_an_entry_takes_nothing_back_on_a_day_before_it_was_there():
    project = make_project()
    make_funding(project, 100, entered_on=date(2026, 3, 2))
    with pytest.raises(Refused, match="日期太早"):
        make_funding(project, -40, entered_on=date(2026, 3, 1))
    make_funding(project, -40, entered_on=date(2026, 3, 2))
    assert queries.moneys([project.id], date(2026, 3, 1))[project.id].planned == 0
    assert queries.money(project.id).planned == 60


def test_a_structure_goes_from_found_to_removed():
    community = make_community()
    project = make_project(community)
    found = make_structure(project, community)
    with unit_of_work():
        actions.move_structure(
            project.id, found.id, state=StructureState.ORDERED, happened_on=DAY, document="责令 3 号", photos=(),
            client_key=key(), actor=ENTERS, now=NOW,
        )  # fmt: skip
    other, photo = make_structure(project, community, "5 栋楼顶，阳光房"), make_photo()
    assert [card.state for card in queries.structures(project.id)] == [
        StructureState.ORDERED,
        StructureState.FOUND,
    ]
    for _ in range(2):
        with unit_of_work():
            actions.move_structure(
                project.id, found.id, state=StructureState.REMOVED, happened_on=DAY, document="",
                photos=[photo], client_key="same", actor=ENTERS, now=NOW,
            )  # fmt: skip
    assert [card.structure.id for card in queries.structures(project.id)] == [other.id, found.id]
    assert queries.public_counts(community.id) == {
        StructureState.FOUND: 1,
        StructureState.ORDERED: 0,
        StructureState.REMOVED: 1,
    }


def test_a_structure_stands_in_a_community_of_its_project():
    project, elsewhere = make_project(), make_community()
    with pytest.raises(NotFound):
        make_structure(project, elsewhere)
    with pytest.raises(NotFound), unit_of_work():
        actions.move_structure(
            project.id, 987_654_321, state=StructureState.REMOVED, happened_on=DAY, document="",
            photos=(1,), client_key=key(), actor=ENTERS, now=NOW,
        )  # fmt: skip


def test_no_column_of_a_structure_could_hold_a_name():
    columns = {one["name"] for one in sa.inspect(db.engine).get_columns("illegal_structures")}
    assert columns == {
        "id", "project_id", "community_id", "place", "entered_by", "entered_at", "client_key", "client_digest",
    }  # fmt: skip


def test_the_due_days_are_those_of_the_county_and_of_the_plan_year():
    project = make_project()
    make_policy("milestone.start_by", "07-31", division_id=get_division("520102").id)
    make_policy("milestone.start_by", "08-31", division_id=get_division("5201").id)
    make_policy(
        "milestone.start_by", "09-30", division_id=get_division("520102").id, valid_from=date(2027, 1, 1)
    )
    started = {EventKind.STARTED: date(2026, 8, 1)}
    this_year = queries.dues(project.division_id, 2026, started, date(2026, 8, 2))[0]
    assert (this_year.due_on, this_year.state.value) == (date(2026, 7, 31), "met_late")
    assert "测试文件" in this_year.origin_zh
    # A later setting does not move the due day of a year that is over.
    assert queries.dues(project.division_id, 2026, {}, date(2027, 6, 1))[0].due_on == date(2026, 7, 31)
    assert queries.dues(project.division_id, 2027, {}, date(2027, 6, 1))[0].due_on == date(2027, 9, 30)
    days = queries.due_days([project.division_id], 2026, date(2026, 3, 2))
    assert [day.isoformat() for day in days[project.division_id].values()] == [
        "2026-07-31",
        "2026-12-31",
        "2027-01-31",
    ]
