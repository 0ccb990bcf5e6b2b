"""A lift's case as its log makes it: whose consent is missing, which objections are open, who pays what."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.decisions.rules.lift_costs import shares_by_flat
from server.decisions.rules.lifts import (
    ABOUT_OBJECTION,
    Act,
    ActKind,
    CaseState,
    ConsentState,
    ObjectionStage,
    missing_counts,
    missing_words,
    read,
    why_not,
    why_not_check,
)

K = ActKind
CLERK, REVIEWER = "staff:1", "staff:2"


def log(*said: tuple[object, ...]) -> list[Act]:
    """(kind, flat) or (kind, objection's place from 1), in order; the place is the id."""
    acts = []
    for place, (kind, *more) in enumerate(said, 1):
        about = int(more[0]) if more else None  # type: ignore[call-overload]
        is_about = kind in ABOUT_OBJECTION
        acts.append(
            Act(
                place,
                kind,  # type: ignore[arg-type]
                date(2026, 5, place),
                REVIEWER if kind is K.CHECKED else CLERK,
                flat_id=None if is_about else about,
                objection_id=about if is_about else None,
                amount_fen=int(more[1]) if kind is K.COMPENSATION else 0,  # type: ignore[call-overload]
                is_agreed=bool(more[1]) if kind is K.MEDIATION else None,
            )
        )
    return acts


@pytest.mark.parametrize(
    ("said", "state"),
    [
        pytest.param([(K.TAKEN, 7)], ConsentState.LACKING, id="asked"),
        pytest.param([(K.TAKEN, 7), (K.CONSENT, 7)], ConsentState.UNCHECKED, id="paper-not-looked-at"),
        pytest.param([(K.TAKEN, 7), (K.CONSENT, 7), (K.CHECKED,)], ConsentState.GIVEN, id="looked-at"),
        pytest.param(
            [(K.CHECKED,), (K.TAKEN, 7), (K.CONSENT, 7)], ConsentState.UNCHECKED, id="looked-at-before"
        ),
        pytest.param(
            [(K.TAKEN, 7), (K.CONSENT, 7), (K.CHECKED,), (K.CONSENT_WITHDRAWN, 7)],
            ConsentState.WITHDRAWN,
            id="taken-back-counts-at-once",
        ),
        pytest.param(
            [(K.TAKEN, 7), (K.CONSENT, 7), (K.CONSENT_WITHDRAWN, 7), (K.CONSENT, 7), (K.CHECKED,)],
            ConsentState.GIVEN,
            id="consented-anew",
        ),
        pytest.param([(K.TAKEN, 7), (K.RELEASED, 7)], ConsentState.RELEASING, id="released-not-looked-at"),
        pytest.param([(K.TAKEN, 7), (K.RELEASED, 7), (K.CHECKED,)], None, id="released"),
        pytest.param(
            [(K.TAKEN, 7), (K.RELEASED, 7), (K.CHECKED,), (K.TAKEN, 7)],
            ConsentState.LACKING,
            id="taken-again",
        ),
    ],
)
def test_the_consent_of_a_flat(said: list[tuple[object, ...]], state: ConsentState | None) -> None:
    case = read(log(*said))
    assert [one.state for one in case.consents] == ([state] if state else [])
    assert len(case.missing_consents) == (state not in {None, ConsentState.GIVEN})
    assert case.is_clear == (state in {None, ConsentState.GIVEN})


RAISED = (K.OBJECTION, 9)


@pytest.mark.parametrize(
    ("said", "stage", "in_the_way"),
    [
        pytest.param([RAISED], ObjectionStage.OPEN, True, id="raised"),
        pytest.param([RAISED, (K.NEGOTIATION, 1)], ObjectionStage.NEGOTIATED, True, id="spoken-with"),
        pytest.param(
            [RAISED, (K.COMPENSATION, 1, 500)], ObjectionStage.NEGOTIATED, True, id="money-is-no-settlement"
        ),
        pytest.param([RAISED, (K.MEDIATION, 1, True)], ObjectionStage.MEDIATED, True, id="mediated"),
        pytest.param([RAISED, (K.MEDIATION, 1, False)], ObjectionStage.FAILED, True, id="mediation-failed"),
        pytest.param([RAISED, (K.SETTLED, 1)], ObjectionStage.UNCHECKED, True, id="settled-not-looked-at"),
        pytest.param([RAISED, (K.SETTLED, 1), (K.CHECKED,)], ObjectionStage.CLOSED, False, id="settled"),
        pytest.param(
            [RAISED, (K.OBJECTION_WITHDRAWN, 1), (K.CHECKED,)], ObjectionStage.CLOSED, False, id="taken-back"
        ),
        pytest.param([(K.CHECKED,), (K.OBJECTION, 9)], ObjectionStage.OPEN, True, id="raised-later"),
    ],
)
def test_an_objection(said: list[tuple[object, ...]], stage: ObjectionStage, in_the_way: bool) -> None:
    case = read(log(*said))
    assert [one.stage for one in case.objections] == [stage]
    assert bool(case.open_objections) is in_the_way
    assert stage.name_zh and stage.tone


def test_where_the_place_says_so_a_failed_mediation_was_hearing_enough() -> None:
    acts = log(RAISED, (K.MEDIATION, 1, False))
    assert read(acts).open_objections != ()
    assert read(acts, failed_blocks=False).is_clear
    assert not read(log(RAISED), failed_blocks=False).is_clear


def test_of_compensations_the_last_is_what_was_agreed() -> None:
    (one,) = read(log(RAISED, (K.COMPENSATION, 1, 500), (K.COMPENSATION, 1, 800))).objections
    assert one.compensation_fen == 800
    assert read(log(RAISED)).objections[0].compensation_fen == 0


@pytest.mark.parametrize(
    ("said", "state"),
    [
        pytest.param([(K.TAKEN, 7), RAISED], CaseState.LACKING, id="consent-first"),
        pytest.param([(K.TAKEN, 7), (K.CONSENT, 7), RAISED], CaseState.OBJECTED, id="then-objections"),
        pytest.param([(K.TAKEN, 7), (K.CONSENT, 7)], CaseState.UNCHECKED, id="then-the-reviewer"),
        pytest.param([RAISED, (K.SETTLED, 1)], CaseState.UNCHECKED, id="a-settlement-for-the-reviewer"),
        pytest.param([(K.TAKEN, 7), (K.CONSENT, 7), (K.CHECKED,)], CaseState.PLANLESS, id="then-the-plan"),
        pytest.param(
            [(K.PLAN,), (K.TAKEN, 7), (K.CONSENT, 7), (K.CHECKED,)], CaseState.COMPLETE, id="complete"
        ),
        pytest.param([(K.PLAN,)], CaseState.COMPLETE, id="nobodys-part-is-taken"),
        pytest.param(
            [(K.PLAN,), (K.TAKEN, 7), (K.CONSENT, 7), (K.CHECKED,), (K.CONSENT_WITHDRAWN, 7)],
            CaseState.LACKING,
            id="complete-no-more",
        ),
    ],
)
def test_where_a_case_stands(said: list[tuple[object, ...]], state: CaseState) -> None:
    assert read(log(*said)).state is state
    assert state.name_zh and state.tone


def test_the_last_plan_is_in_force() -> None:
    plan = read(log((K.PLAN,), (K.PLAN,))).plan
    assert plan is not None and plan.id == 2


def test_what_is_missing_is_named_by_room() -> None:
    case = read(log((K.TAKEN, 7), (K.OBJECTION, 9), (K.OBJECTION,)))
    assert missing_words(case, {7: "1 栋 1 单元 101", 9: "1 栋 1 单元 102"}) == [
        "1 栋 1 单元 101 的同意（还没同意）",
        "1 栋 1 单元 102 的异议（还没协商）",
        "一户 的异议（还没协商）",
    ]


@pytest.mark.parametrize(
    ("said", "kind", "about", "code"),
    [
        pytest.param([], K.TAKEN, 7, None, id="a-flat-is-taken"),
        pytest.param([(K.TAKEN, 7)], K.TAKEN, 7, "already_taken", id="twice"),
        pytest.param([(K.TAKEN, 7), (K.RELEASED, 7)], K.TAKEN, 7, None, id="again-after-all"),
        pytest.param([(K.TAKEN, 7)], K.RELEASED, 7, None, id="released"),
        pytest.param([], K.RELEASED, 7, "not_taken", id="released-but-never-taken"),
        pytest.param([(K.TAKEN, 7), (K.RELEASED, 7)], K.RELEASED, 7, "not_taken", id="released-twice"),
        pytest.param([(K.TAKEN, 7)], K.CONSENT, 7, None, id="consent"),
        pytest.param([], K.CONSENT, 7, "no_consent_asked", id="consent-of-one-not-asked"),
        pytest.param([(K.TAKEN, 7), (K.CONSENT, 7)], K.CONSENT, 7, "no_consent_asked", id="consent-twice"),
        pytest.param([(K.TAKEN, 7), (K.CONSENT, 7)], K.CONSENT_WITHDRAWN, 7, None, id="taken-back"),
        pytest.param(
            [(K.TAKEN, 7)], K.CONSENT_WITHDRAWN, 7, "nothing_to_withdraw", id="nothing-to-take-back"
        ),
        pytest.param([], K.OBJECTION, 9, None, id="an-objection"),
        pytest.param([], K.PLAN, None, None, id="a-plan"),
        pytest.param([RAISED], K.NEGOTIATION, 1, None, id="spoken-with"),
        pytest.param([], K.NEGOTIATION, 1, "no_objection", id="about-no-objection"),
        pytest.param([RAISED, (K.SETTLED, 1)], K.COMPENSATION, 1, "closed", id="after-the-settlement"),
        pytest.param([RAISED, (K.SETTLED, 1), (K.CHECKED,)], K.SETTLED, 1, "closed", id="settled-twice"),
    ],
)
def test_what_may_be_entered(
    said: list[tuple[object, ...]], kind: ActKind, about: int | None, code: str | None
) -> None:
    case = read(log(*said))
    found = (
        why_not(kind, case, flat_id=None, objection_id=about)
        if kind in ABOUT_OBJECTION
        else why_not(kind, case, flat_id=about, objection_id=None)
    )
    assert [one.code for one in found] == ([code] if code else [])


@pytest.mark.parametrize(
    ("said", "actor", "codes"),
    [
        ([(K.TAKEN, 7), (K.CONSENT, 7)], REVIEWER, []),
        ([(K.TAKEN, 7), (K.CONSENT, 7)], CLERK, ["own_work"]),
        ([(K.TAKEN, 7)], REVIEWER, ["nothing_unchecked"]),
        ([(K.TAKEN, 7), (K.CONSENT, 7), (K.CHECKED,)], REVIEWER, ["nothing_unchecked"]),
    ],
)
def test_another_person_looks_at_the_papers(
    said: list[tuple[object, ...]], actor: str, codes: list[str]
) -> None:
    assert [one.code for one in why_not_check(read(log(*said)), actor)] == codes


def test_every_act_and_state_has_its_word() -> None:
    assert all(kind.name_zh for kind in ActKind)
    assert all(one.name_zh and one.tone for one in ConsentState)


@pytest.mark.parametrize(
    ("cost", "floors", "parts", "wanted"),
    [
        pytest.param(
            600, {1: 1, 2: 2, 3: 3}, {2: 1, 3: 2}, {1: 0, 2: 200, 3: 400}, id="the-ground-floor-is-free"
        ),
        pytest.param(
            100, {1: 2, 2: 3, 3: 4}, {2: 1, 3: 1, 4: 1}, {1: 33, 2: 33, 3: 34}, id="the-odd-fen-upstairs"
        ),
        pytest.param(101, {4: 2, 5: 2}, {2: 1}, {4: 51, 5: 50}, id="the-odd-fen-on-one-floor"),
        pytest.param(500, {1: 1}, {}, {1: 0}, id="no-shares-yet"),
        pytest.param(0, {1: 2}, {2: 1}, {1: 0}, id="no-cost"),
    ],
)
def test_who_pays_what(
    cost: int, floors: dict[int, int], parts: dict[int, int], wanted: dict[int, int]
) -> None:
    assert shares_by_flat(cost, floors, parts) == wanted


@given(
    st.integers(0, 10**9),
    st.dictionaries(st.integers(1, 40), st.integers(1, 8), min_size=1),
    st.dictionaries(st.integers(1, 8), st.integers(1, 50)),
)
def test_together_they_pay_exactly_the_cost(cost: int, floors: dict[int, int], parts: dict[int, int]) -> None:
    paid = shares_by_flat(cost, floors, parts)
    assert sum(paid.values()) == (cost if any(floor in parts for floor in floors.values()) else 0)
    assert all(paid[flat] == 0 for flat, floor in floors.items() if floor not in parts)


@pytest.mark.parametrize(
    ("consents", "objections", "said"),
    [
        (0, 0, ""),
        (2, 0, "被占用专有部分、还没同意的业主 2 户"),
        (0, 1, "还没了结的邻居异议 1 条"),
        (1, 3, "被占用专有部分、还没同意的业主 1 户；还没了结的邻居异议 3 条"),
    ],
)
def test_the_public_is_told_how_many_are_missing_and_never_who(
    consents: int, objections: int, said: str
) -> None:
    assert missing_counts(consents, objections) == said
