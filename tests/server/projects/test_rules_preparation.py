from datetime import date

import pytest

from server.kernel.errors import Invalid, Refused
from server.projects.rules.preparation import (
    DERIVED,
    CommunityStep,
    StepFact,
    StepKind,
    StepState,
    check_step,
    checklist,
    flag_text,
    joint_step,
    open_at,
    open_steps,
)

TODAY = date(2026, 6, 1)
DAY = date(2026, 3, 2)


def done(kind, on=DAY, state=StepState.DONE):
    return StepFact(kind, state, on)


def all_done(on=DAY):
    return [done(kind, on) for kind in StepKind]


def test_there_are_eight_steps_in_the_order_of_the_document():
    assert [f"{kind.number}{kind.name_zh}" for kind in StepKind] == [
        "①确定实施主体",
        "②入户调查",
        "③汇总调查结果并公示",
        "④设计方案和施工图",
        "⑤落实改造资金",
        "⑥工程预算书",
        "⑦工程审批手续",
        "⑧施工招投标",
    ]
    assert {state.name_zh for state in StepState} == {"没开始", "正在办", "办好了", "不用办"}
    assert all(state.tone for state in StepState)


def test_of_a_step_that_was_recorded_twice_the_last_holds():
    first = StepFact(StepKind.BUDGET, StepState.DOING)
    last = done(StepKind.BUDGET)
    assert checklist([first, last], {})[5] == last


def test_a_stored_row_never_stands_for_a_derived_step():
    steps = checklist([done(StepKind.SURVEY)], {})
    assert steps[1].state is StepState.OPEN
    assert checklist([], {StepKind.SURVEY: done(StepKind.SURVEY)})[1].state is StepState.DONE
    assert checklist([], {StepKind.BUDGET: done(StepKind.BUDGET)})[5].state is StepState.OPEN


@pytest.mark.parametrize(
    ("communities", "state", "on"),
    [
        pytest.param([], StepState.OPEN, None, id="no-community-is-not-done"),
        pytest.param([CommunityStep("甲院", DAY)], StepState.DONE, DAY, id="one-done"),
        pytest.param(
            [CommunityStep("甲院", DAY), CommunityStep("乙院", date(2026, 3, 9))],
            StepState.DONE,
            date(2026, 3, 9),
            id="done-on-the-day-of-the-last",
        ),
        pytest.param(
            [CommunityStep("甲院", DAY), CommunityStep("乙院", None)], StepState.DOING, None, id="one-lacking"
        ),
        pytest.param([CommunityStep("甲院", None, has_begun=True)], StepState.DOING, None, id="begun"),
        pytest.param([CommunityStep("甲院", None)], StepState.OPEN, None, id="not-begun"),
    ],
)
def test_a_joint_step_is_done_when_it_is_done_in_every_community(communities, state, on):
    fact = joint_step(StepKind.SURVEY, communities)
    assert (fact.state, fact.done_on) == (state, on)


def test_a_joint_step_names_the_communities_that_are_lacking():
    fact = joint_step(
        StepKind.SURVEY,
        [
            CommunityStep("甲院", DAY),
            CommunityStep("乙院", None, words="正在填"),
            CommunityStep("丙院", None),
        ],
    )
    assert fact.words == "乙院正在填；丙院还没有"


@pytest.mark.parametrize(
    ("change", "started_on", "kinds"),
    [
        pytest.param(None, None, [], id="without-a-start-nothing-is-flagged"),
        pytest.param(None, DAY, [], id="done-on-the-day-of-the-start-was-done"),
        pytest.param(None, date(2026, 3, 1), list(StepKind), id="done-the-day-after-was-open"),
        pytest.param(
            StepFact(StepKind.TENDER, StepState.DOING), DAY, [StepKind.TENDER], id="under-way-is-open"
        ),
        pytest.param(done(StepKind.TENDER, DAY, StepState.WAIVED), DAY, [], id="waived-by-the-start"),
        pytest.param(
            done(StepKind.TENDER, date(2026, 3, 3), StepState.WAIVED),
            DAY,
            [StepKind.TENDER],
            id="waived-later",
        ),
    ],
)
def test_what_was_open_on_the_day_of_the_start_is_known_for_good(change, started_on, kinds):
    steps = [change if change and change.kind is one.kind else one for one in all_done()]
    assert [fact.kind for fact in open_at(steps, started_on)] == kinds


def test_the_flag_names_the_open_steps():
    assert flag_text([]) == ""
    lacking = [StepFact(StepKind.SURVEY, StepState.OPEN), StepFact(StepKind.BUDGET, StepState.DOING)]
    assert flag_text(lacking) == "开工时还有 2 步没办完：②入户调查、⑥工程预算书"
    assert open_steps([*all_done(), *lacking]) == lacking


def recorded(
    state=StepState.DONE, on=DAY, *, kind=StepKind.BUDGET, before=StepState.OPEN, words="文件", picture=False
):
    check_step(kind, state, on, before=before, words=words, has_picture=picture, today=TODAY)


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({}, id="done-by-a-document"),
        pytest.param({"words": "", "picture": True}, id="done-by-a-picture"),
        pytest.param({"on": TODAY}, id="done-today"),
        pytest.param({"state": StepState.DOING, "on": None, "words": ""}, id="under-way-needs-nothing"),
        pytest.param({"state": StepState.WAIVED, "words": "不新增用地，不用办"}, id="waived-with-a-reason"),
        pytest.param(
            {"state": StepState.OPEN, "on": None, "before": StepState.DONE, "words": "填错了"},
            id="taken-back",
        ),
    ],
)
def test_a_step_may_be_recorded_with_its_evidence(facts):
    recorded(**facts)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        pytest.param({"words": " "}, "words", id="done-without-evidence"),
        pytest.param({"on": None}, "done_on", id="done-without-a-day"),
        pytest.param({"on": date(2026, 6, 2)}, "done_on", id="done-tomorrow"),
        pytest.param(
            {"state": StepState.WAIVED, "words": "", "picture": True}, "words", id="waived-without-a-reason"
        ),
        pytest.param({"state": StepState.OPEN, "on": None}, "state", id="open-stays-open"),
        pytest.param(
            {"state": StepState.OPEN, "on": None, "before": StepState.DONE, "words": ""},
            "words",
            id="taken-back-silently",
        ),
    ],
)
def test_a_step_that_lacks_something_is_refused_at_the_field(facts, field):
    with pytest.raises(Invalid) as caught:
        recorded(**facts)
    assert list(caught.value.fields) == [field]


@pytest.mark.parametrize("kind", sorted(DERIVED))
def test_the_survey_and_its_notice_are_never_recorded_by_hand(kind):
    with pytest.raises(Refused, match="自动算"):
        recorded(kind=kind)
