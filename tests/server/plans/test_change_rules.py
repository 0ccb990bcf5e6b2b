"""The steps of a change and the score of a pilot, on each side of each edge."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from server.kernel.errors import Invalid
from server.plans.rules import changes, pilots
from server.plans.rules.changes import Proposal, Standing, Taken
from server.plans.rules.figures import RowFigures
from server.plans.rules.pilots import Scale, SheetFacts, Will
from server.plans.rules.words import (
    ChangeKind,
    ChangeState,
    Department,
    FundSource,
    Outcome,
    StepKind,
    System,
)

DAY = date(2026, 3, 2)
OLD = RowFigures(120, {FundSource.CITY: 100}, contents=("B02",))
NEW = RowFigures(130, {FundSource.CITY: 100}, contents=("B02",))
SUBMIT = Taken(StepKind.SUBMIT, "b", DAY)
SIGNED = [Taken(StepKind.SIGN, str(one), DAY, department=one, is_agreeing=True) for one in Department]
COUNTY = {"a", "b"}


def decided(outcome: Outcome) -> Taken:
    return Taken(StepKind.DECIDE, "c", DAY, outcome=outcome)


REPORT = Taken(StepKind.REPORT, "c", DAY)
DROP = Taken(StepKind.DROP, "a", DAY)
STEPS = {
    ChangeState.ENTERED: [],
    ChangeState.SUBMITTED: [SUBMIT, *SIGNED[:2]],
    ChangeState.SIGNED: [SUBMIT, *SIGNED],
    ChangeState.AGREED: [SUBMIT, *SIGNED, decided(Outcome.AGREE)],
    ChangeState.REPORTED: [SUBMIT, *SIGNED, decided(Outcome.AGREE), REPORT],
    ChangeState.RETURNED: [SUBMIT, *SIGNED[:1], decided(Outcome.RETURN)],
    ChangeState.REJECTED: [SUBMIT, *SIGNED, decided(Outcome.REJECT)],
    ChangeState.DROPPED: [SUBMIT, decided(Outcome.RETURN), DROP],
}
AT = {state: changes.standing_of(steps) for state, steps in STEPS.items()}


def wrong(call: Any) -> set[str]:
    """The fields that are refused; none where nothing is."""
    try:
        call()
    except Invalid as error:
        return set(error.fields)
    return set()


def codes(reasons: list[Any]) -> list[str]:
    return [one.code for one in reasons]


@pytest.mark.parametrize("state", list(ChangeState))
def test_where_a_change_stands_follows_from_its_steps(state: ChangeState):
    assert AT[state].state is state


def test_something_may_still_come_of_a_change_until_it_is_reported_rejected_or_dropped():
    ended = {ChangeState.REPORTED, ChangeState.REJECTED, ChangeState.DROPPED}
    assert {state for state in ChangeState if not state.is_open} == ended


def test_after_a_return_the_departments_sign_anew():
    again = changes.standing_of([*STEPS[ChangeState.RETURNED], SUBMIT])
    assert (again.state, again.round, again.missing) == (ChangeState.SUBMITTED, 2, list(Department))


@pytest.mark.parametrize("kind", [StepKind.SIGN, StepKind.DECIDE])
def test_a_step_that_says_too_little_is_no_step(kind: StepKind):
    with pytest.raises(ValueError, match="too little"):
        changes.standing_of([Taken(kind, "a", DAY)])


@pytest.mark.parametrize("state", list(ChangeState))
def test_the_county_changes_only_what_is_in_its_own_hands(state: ChangeState):
    is_own = state in {ChangeState.ENTERED, ChangeState.RETURNED}
    assert codes(changes.may_edit(AT[state])) == ([] if is_own else ["not_with_county"])


WHOLE = Proposal(ChangeKind.WITHDRAW, "原因", "方案", 1)


@pytest.mark.parametrize(
    ("proposal", "by", "expected"),
    [
        pytest.param(WHOLE, "b", [], id="whole-and-by-another"),
        pytest.param(replace(WHOLE, evidence=0), "b", ["no_evidence"], id="no-evidence"),
        pytest.param(replace(WHOLE, scheme=" "), "b", ["no_scheme"], id="no-scheme"),
        pytest.param(replace(WHOLE, reason=""), "b", ["no_reason"], id="no-reason"),
        pytest.param(WHOLE, "a", ["same_person"], id="by-whoever-entered-it"),
    ],
)
def test_a_change_is_submitted_whole_and_by_another(proposal: Proposal, by: str, expected: list[str]):
    assert codes(changes.may_submit(Standing(), proposal, "a", by)) == expected


@pytest.mark.parametrize(
    ("state", "department", "by", "expected"),
    [
        pytest.param(ChangeState.SUBMITTED, Department.FINANCE, "f", [], id="the-third-signs"),
        pytest.param(ChangeState.SUBMITTED, Department.HOUSING, "f", ["already_signed"], id="not-twice"),
        pytest.param(ChangeState.SUBMITTED, Department.FINANCE, "housing", ["same_person"], id="not-for-two"),
        pytest.param(ChangeState.SUBMITTED, Department.FINANCE, "a", ["same_person"], id="not-who-entered"),
        pytest.param(ChangeState.SUBMITTED, Department.FINANCE, "b", ["same_person"], id="not-who-submitted"),
        pytest.param(ChangeState.ENTERED, Department.FINANCE, "f", ["not_with_city"], id="not-before"),
        pytest.param(ChangeState.AGREED, Department.FINANCE, "f", ["not_with_city"], id="not-after"),
    ],
)
def test_who_signs_for_a_department(state: ChangeState, department: Department, by: str, expected: list[str]):
    assert codes(changes.may_sign(AT[state], department, by, COUNTY)) == expected


DISAGREED = changes.standing_of([SUBMIT, *SIGNED[:2], replace(SIGNED[2], is_agreeing=False)])


@pytest.mark.parametrize(
    ("at", "outcome", "by", "expected"),
    [
        pytest.param(AT[ChangeState.SIGNED], Outcome.AGREE, "c", [], id="all-three-agree"),
        pytest.param(AT[ChangeState.SIGNED], Outcome.REJECT, "c", [], id="rejected-all-the-same"),
        pytest.param(
            AT[ChangeState.SUBMITTED], Outcome.AGREE, "c", ["signatures_missing"], id="one-is-missing"
        ),
        pytest.param(
            AT[ChangeState.SUBMITTED], Outcome.REJECT, "c", ["signatures_missing"], id="to-reject-too"
        ),
        pytest.param(AT[ChangeState.SUBMITTED], Outcome.RETURN, "c", [], id="returned-before-all-signed"),
        pytest.param(DISAGREED, Outcome.AGREE, "c", ["department_disagrees"], id="one-disagrees"),
        pytest.param(DISAGREED, Outcome.REJECT, "c", [], id="rejected-where-one-disagrees"),
        pytest.param(AT[ChangeState.SIGNED], Outcome.AGREE, "a", ["same_person"], id="not-by-the-county"),
        pytest.param(
            AT[ChangeState.ENTERED], Outcome.RETURN, "c", ["not_with_city"], id="not-before-submitting"
        ),
        pytest.param(AT[ChangeState.AGREED], Outcome.REJECT, "c", ["not_with_city"], id="not-twice"),
    ],
)
def test_when_the_city_decides(at: Standing, outcome: Outcome, by: str, expected: list[str]):
    assert codes(changes.may_decide(at, outcome, by, COUNTY)) == expected


@pytest.mark.parametrize("state", list(ChangeState))
def test_only_what_was_agreed_is_reported(state: ChangeState):
    expected = [] if state is ChangeState.AGREED else ["not_agreed"]
    assert codes(changes.may_report(AT[state], "c", COUNTY)) == expected


def test_the_county_does_not_report_over_the_city():
    assert codes(changes.may_report(AT[ChangeState.AGREED], "b", COUNTY)) == ["same_person"]


@pytest.mark.parametrize(
    ("doc_no", "reported_on", "fields"),
    [
        pytest.param("文", date(2026, 3, 1), set(), id="on-the-day-of-the-decision"),
        pytest.param("文", DAY, set(), id="today"),
        pytest.param("文", date(2026, 2, 28), {"reported_on"}, id="before-the-decision"),
        pytest.param("文", date(2026, 3, 3), {"reported_on"}, id="tomorrow"),
        pytest.param("", DAY, {"doc_no"}, id="without-a-number"),
    ],
)
def test_the_day_and_number_of_a_report(doc_no: str, reported_on: date, fields: set[str]):
    check = changes.check_report
    assert wrong(lambda: check(doc_no, reported_on, decided_on=date(2026, 3, 1), today=DAY)) == fields


@pytest.mark.parametrize(
    ("proposal", "field"),
    [
        pytest.param(WHOLE, "", id="a-withdrawal"),
        pytest.param(replace(WHOLE, kind=ChangeKind.FIGURES, figures=NEW), "", id="new-figures"),
        pytest.param(
            replace(WHOLE, kind=ChangeKind.REPLACE, figures=NEW, new_community_id=8), "", id="another"
        ),
        pytest.param(replace(WHOLE, reason=" "), "reason", id="no-reason"),
        pytest.param(replace(WHOLE, reason="由" * 1001), "reason", id="a-long-reason"),
        pytest.param(replace(WHOLE, scheme=""), "scheme", id="no-scheme"),
        pytest.param(replace(WHOLE, scheme="方" * 4001), "scheme", id="a-long-scheme"),
        pytest.param(replace(WHOLE, figures=NEW), "kind", id="a-withdrawal-with-figures"),
        pytest.param(replace(WHOLE, new_community_id=8), "kind", id="a-withdrawal-for-another"),
        pytest.param(replace(WHOLE, kind=ChangeKind.FIGURES), "kind", id="no-figures"),
        pytest.param(replace(WHOLE, kind=ChangeKind.FIGURES, figures=OLD), "kind", id="the-same-figures"),
        pytest.param(
            replace(WHOLE, kind=ChangeKind.FIGURES, figures=NEW, new_community_id=8),
            "kind",
            id="figures-of-another",
        ),
        pytest.param(
            replace(WHOLE, kind=ChangeKind.REPLACE, figures=NEW), "new_community_id", id="replaced-by-nobody"
        ),
        pytest.param(
            replace(WHOLE, kind=ChangeKind.REPLACE, figures=NEW, new_community_id=7),
            "new_community_id",
            id="by-itself",
        ),
        pytest.param(
            replace(WHOLE, kind=ChangeKind.REPLACE, new_community_id=8),
            "new_community_id",
            id="without-figures",
        ),
    ],
)
def test_what_a_proposal_must_say(proposal: Proposal, field: str):
    assert wrong(lambda: changes.check_proposal(proposal, OLD, 7)) == ({field} if field else set())


@pytest.mark.parametrize(
    ("state", "line"),
    [
        (ChangeState.ENTERED, "now next next next next"),
        (ChangeState.SUBMITTED, "done now next next next"),
        (ChangeState.SIGNED, "done done now next next"),
        (ChangeState.AGREED, "done done done now next"),
        (ChangeState.REPORTED, "done done done done done"),
        (ChangeState.RETURNED, "now next next next next"),
        (ChangeState.REJECTED, "done done done next next"),
        (ChangeState.DROPPED, "done next done next next"),
    ],
)
def test_the_line_says_what_is_done_and_what_comes_next(state: ChangeState, line: str):
    assert " ".join(one.state for one in changes.stations(AT[state])) == line


def test_the_line_says_how_many_signed_and_what_was_decided():
    texts = [one.text for one in changes.stations(AT[ChangeState.REPORTED])]
    assert texts == [
        "2026 年 3 月 2 日",
        "签了 3 / 3 个部门",
        "同意调整",
        "2026 年 3 月 2 日",
        "2026 年 3 月 2 日",
    ]
    # What was signed and decided of a round that is over would read as if it stood.
    returned = [one.text for one in changes.stations(AT[ChangeState.RETURNED])]
    assert returned == ["退回了，补充后再提交", "", "", "", ""]
    assert [one.text for one in changes.stations(Standing())] == [""] * 5


# ------------------------------------------------------------------ pilots

SCALE = Scale(will=40, items=30, systems=20, neighbours=10, full_items=12)
BARE = SheetFacts(None, {}, {}, 0)
ALL = dict.fromkeys(System, "说明")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(BARE, (0, 0, 0, 0), id="nothing"),
        pytest.param(
            replace(BARE, will=Will(2, 3, "调查")), (Fraction(80, 3), 0, 0, 0), id="two-of-three-want-it"
        ),
        pytest.param(replace(BARE, will=Will(0, 0, "调查")), (0, 0, 0, 0), id="nobody-was-asked"),
        pytest.param(replace(BARE, items={"B": 10, "W": 1}), (0, Fraction(55, 2), 0, 0), id="eleven-items"),
        pytest.param(replace(BARE, items={"B": 10, "W": 2}), (0, 30, 0, 0), id="twelve-items"),
        pytest.param(replace(BARE, items={"B": 10, "W": 3}), (0, 30, 0, 0), id="thirteen-are-no-more"),
        pytest.param(replace(BARE, systems={System.SERVICE: "站"}), (0, 0, 5, 0), id="one-system"),
        pytest.param(replace(BARE, systems=ALL), (0, 0, 20, 0), id="all-four"),
        pytest.param(replace(BARE, merged_neighbours=1), (0, 0, 0, 10), id="one-neighbour"),
        pytest.param(replace(BARE, merged_neighbours=3), (0, 0, 0, 10), id="three-are-no-more"),
    ],
)
def test_the_score_of_a_candidate(facts: SheetFacts, expected: tuple[Any, ...]):
    parts = pilots.scored(facts, SCALE)
    assert tuple(one.points for one in parts) == expected
    assert pilots.score(parts) == sum(expected)


def test_each_part_is_shown_with_its_base():
    facts = SheetFacts(Will(90, 100, "入户调查"), {"B": 3, "T": 1}, {System.CULTURE: "馆"}, 2)
    assert [one.base for one in pilots.scored(facts, SCALE)] == [
        "90 / 100 户同意，来自入户调查",
        "基础类 3 项、完善类 0 项、提升类 1 项，共 4 项",
        "1 / 4：文化",
        "和 2 个相邻小区合并改造",
    ]
    assert pilots.scored(BARE, SCALE)[2].base == "0 / 4：还没有"
    assert SCALE.most == 100 and "满分 100 分" in pilots.rule_text(SCALE)


@pytest.mark.parametrize(
    ("points", "text"), [(Fraction(80, 3), "26.6"), (Fraction(0), "0.0"), (Fraction(30), "30.0")]
)
def test_points_are_cut_and_never_rounded_up(points: Fraction, text: str):
    assert pilots.points_text(points) == text


@pytest.mark.parametrize(
    ("note", "is_right"), [("", False), ("说", True), ("说" * 300, True), ("说" * 301, False)]
)
def test_a_system_says_what_it_rests_on(note: str, is_right: bool):
    facts = replace(BARE, systems={System.CULTURE: note})
    if is_right:
        pilots.check_sheet(facts)
    else:
        with pytest.raises(Invalid) as refused:
            pilots.check_sheet(facts)
        assert set(refused.value.fields) == {"note_culture"}
