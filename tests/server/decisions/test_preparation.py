"""Steps ② and ③ of a project's preparation, from what was asked and told in each of its communities."""

from datetime import UTC, date, datetime, timedelta

import pytest

from server.decisions.queries.preparation import preparation, preparations
from server.infra.db import unit_of_work
from server.kernel.actor import COMMAND
from server.notices import actions as notices
from server.notices.rules import NoticeKind
from server.projects import queries as projects
from server.projects.rules.preparation import StepFact, StepKind, StepState, flag_text, open_at
from server.surveys import actions as surveys
from tests.factories.ledger import make_community, make_flat
from tests.factories.notices import make_notice, make_objection
from tests.factories.projects import make_all_steps, make_event, make_project
from tests.factories.surveys import CLOSES, answer, make_open_survey, make_survey

pytestmark = pytest.mark.usefixtures("app")
DURING, AFTER = CLOSES - timedelta(seconds=1), CLOSES
LATER = datetime(2026, 4, 30, 1, 0, tzinfo=UTC)


def surveyed(*, is_answered=True):
    """A community whose survey is open until CLOSES."""
    community = make_community()
    flat = make_flat(community)
    survey = make_open_survey(community)
    if is_answered:
        answer(survey, flat, {"wants": "a"})
    return community, survey


def step(project, kind, now) -> StepFact:
    return next(fact for fact in preparation(project.id, now) if fact.kind is kind)


def test_all_eight_steps_come_in_their_order():
    project = make_project()
    make_all_steps(project)
    states = {fact.kind: fact.state for fact in preparation(project.id, LATER)}
    assert list(states) == list(StepKind)
    assert {kind for kind, state in states.items() if state is StepState.OPEN} == {
        StepKind.SURVEY,
        StepKind.RESULT_NOTICE,
    }


def test_a_survey_that_closed_with_a_counted_answer_is_the_second_step():
    community, _ = surveyed()
    project = make_project(community)
    assert step(project, StepKind.SURVEY, DURING).state is StepState.DOING
    closed = step(project, StepKind.SURVEY, AFTER)
    assert (closed.state, closed.done_on) == (StepState.DONE, date(2026, 3, 20))


def test_a_survey_that_nobody_answered_is_not():
    community, _ = surveyed(is_answered=False)
    fact = step(make_project(community), StepKind.SURVEY, AFTER)
    assert (fact.state, fact.words) == (StepState.OPEN, f"{community.name}的调查截止了，没有人答")


def test_a_draft_or_a_discarded_survey_is_none():
    community = make_community()
    make_flat(community)
    survey, project = make_survey(community), make_project(community)
    fact = step(project, StepKind.SURVEY, LATER)
    assert (fact.state, fact.words) == (StepState.OPEN, f"{community.name}还没有调查")
    with unit_of_work():
        surveys.discard_survey(survey, actor=COMMAND, now=AFTER)
    assert step(project, StepKind.SURVEY, LATER).state is StepState.OPEN


def test_every_community_of_a_project_is_asked():
    first, _ = surveyed()
    second = make_community("乙院")
    project = make_project(first, second)
    fact = step(project, StepKind.SURVEY, AFTER)
    assert (fact.state, fact.words) == (StepState.DOING, "乙院还没有调查")


def test_the_first_survey_that_closed_gives_the_day():
    community, _ = surveyed()
    make_open_survey(community, closes_at=CLOSES + timedelta(days=9))
    assert step(make_project(community), StepKind.SURVEY, LATER).done_on == date(2026, 3, 20)


def test_the_third_step_is_done_when_the_notice_has_hung_to_its_end():
    community = make_community("甲院")
    project = make_project(community)
    assert step(project, StepKind.RESULT_NOTICE, LATER).words == "甲院还没有公示"
    notice = make_notice(community, kind=NoticeKind.SURVEY_RESULT)
    hanging = step(project, StepKind.RESULT_NOTICE, notice.ends_at - timedelta(seconds=1))
    assert (hanging.state, hanging.words) == (StepState.DOING, "甲院公示到 3 月 9 日")
    over = step(project, StepKind.RESULT_NOTICE, notice.ends_at)
    assert (over.state, over.done_on) == (StepState.DONE, date(2026, 3, 9))


def test_a_notice_of_something_else_or_one_taken_down_does_not_count():
    community = make_community()
    project = make_project(community)
    make_notice(community, kind=NoticeKind.DECISION)
    taken = make_notice(community, kind=NoticeKind.SURVEY_RESULT)
    with unit_of_work():
        notices.withdraw_notice(taken.id, reason="写错了", actor=COMMAND, now=LATER)
    assert step(project, StepKind.RESULT_NOTICE, LATER).state is StepState.OPEN


def test_an_objection_without_an_answer_keeps_it_open_and_its_answer_gives_the_day():
    community = make_community("甲院")
    project = make_project(community)
    notice = make_notice(community, kind=NoticeKind.SURVEY_RESULT)
    objection = make_objection(notice)
    fact = step(project, StepKind.RESULT_NOTICE, LATER)
    assert (fact.state, fact.words) == (StepState.DOING, "甲院还有 1 条异议没答复")
    with unit_of_work():
        notices.answer_objection(
            objection.id,
            community_id=community.id,
            answer="已核对",
            is_upheld=False,
            actor=COMMAND,
            now=LATER,
        )
    fact = step(project, StepKind.RESULT_NOTICE, LATER)
    assert (fact.state, fact.done_on) == (StepState.DONE, date(2026, 4, 30))


def test_a_start_while_steps_are_open_is_flagged_and_stays_flagged():
    community, _ = surveyed()
    project = make_project(community)
    make_all_steps(project)
    make_event(project, happened_on=date(2026, 3, 19), now=LATER)
    make_notice(community, kind=NoticeKind.SURVEY_RESULT)
    steps = preparations([project.id], LATER)[project.id]
    assert not [fact for fact in steps if not fact.state.is_closed]
    started_on = projects.line(project.id).started_on
    # The notice was over ten days before the start, the survey closed the day after it.
    assert flag_text(open_at(steps, started_on)) == "开工时还有 1 步没办完：②入户调查"
