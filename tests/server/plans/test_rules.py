"""The rules of pools, figures, annual plans and the master plan, on each side of each edge."""

from datetime import date
from typing import Any

import pytest

from server.kernel.errors import Conflict, Invalid, Refused
from server.ledger.rules.words import Pool
from server.plans.rules import annual, figures, master, pools, words
from server.plans.rules.annual import Drafting, FormalDocument
from server.plans.rules.figures import RowFigures, Totals
from server.plans.rules.words import FundSource, PlanState

TODAY = date(2026, 3, 2)
CODES = ("B02", "B03")
GOOD = RowFigures(120, {FundSource.CITY: 100, FundSource.LOAN: 0}, 90, 110, CODES, "")


def fields_of(call: Any) -> set[str]:
    with pytest.raises(Invalid) as refused:
        call()
    return set(refused.value.fields)


def test_every_word_has_its_chinese_name():
    kinds = (Pool, words.FundSource, words.PlanState, words.ChangeKind, words.Department)
    for kind in (*kinds, words.Outcome, words.ChangeState, words.System):
        assert all(one.name_zh for one in kind)


# ------------------------------------------------------------------ pools


def move(current: Pool | None = Pool.RESERVE, to: Pool = Pool.PLAN, **facts: Any) -> None:
    facts = {
        "moved_on": TODAY, "last_moved_on": date(2026, 2, 1), "today": TODAY, "reason": "需求", "is_excluded": False,
        **facts,
    }  # fmt: skip
    pools.check_move(current, to, **facts)


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({}, id="from-one-to-another-today"),
        pytest.param({"current": None, "last_moved_on": None}, id="from-nowhere"),
        pytest.param({"moved_on": date(2026, 2, 1)}, id="on-the-day-of-the-last-move"),
        pytest.param({"reason": "由" * 300}, id="a-reason-of-three-hundred"),
        pytest.param(
            {"current": Pool.PLAN, "to": Pool.RESERVE, "is_excluded": True}, id="excluded-into-reserve"
        ),
    ],
)
def test_a_move_that_fits(facts: dict[str, Any]):
    move(**facts)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        pytest.param({"moved_on": date(2026, 3, 3)}, "moved_on", id="tomorrow"),
        pytest.param({"moved_on": date(2026, 1, 31)}, "moved_on", id="the-day-before-the-last-move"),
        pytest.param({"reason": " "}, "reason", id="no-reason"),
        pytest.param({"reason": "由" * 301}, "reason", id="a-reason-of-three-hundred-and-one"),
    ],
)
def test_a_move_that_does_not_fit(facts: dict[str, Any], field: str):
    assert fields_of(lambda: move(**facts)) == {field}


def test_a_community_does_not_move_to_where_it_stands():
    with pytest.raises(Conflict):
        move(Pool.PLAN, Pool.PLAN)


@pytest.mark.parametrize("to", [Pool.PLAN, Pool.IMPLEMENT])
def test_an_excluded_community_stays_in_reserve(to: Pool):
    with pytest.raises(Refused, match="不在改造范围"):
        move(to=to, is_excluded=True)


@pytest.mark.parametrize(
    ("filename", "kept"),
    [
        pytest.param("台账.xlsx", "台账.xlsx", id="a-short-name"),
        pytest.param("长" * pools.MOST_OF_NAME, "长" * pools.MOST_OF_NAME, id="as-long-as-is-kept"),
        pytest.param(
            "头" + "长" * (pools.MOST_OF_NAME - 5) + ".xlsx",
            "长" * (pools.MOST_OF_NAME - 5) + ".xlsx",
            id="the-end-is-kept-of-a-longer-one",
        ),
        pytest.param("", "", id="no-name"),
    ],
)
def test_whatever_a_sheet_is_called_it_is_reason_enough(filename: str, kept: str):
    assert pools.by_sheet(filename) == f"按台账表“{kept}”列入。"
    move(None, Pool.RESERVE, reason=pools.by_sheet(filename))


# ------------------------------------------------------------------ figures


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        pytest.param(
            {"households": 0, "claimed_base": 0, "claimed_consenting": 0}, "households", id="no-households"
        ),
        pytest.param(
            {"households": 50_001, "claimed_base": 0, "claimed_consenting": 0}, "households", id="too-many"
        ),
        pytest.param({"costs": {FundSource.CITY: -1}}, "cost_city", id="money-below-nothing"),
        pytest.param({"costs": {FundSource.LOAN: figures.MOST_FEN + 1}}, "cost_loan", id="a-fen-too-much"),
        pytest.param({"claimed_base": 121}, "claimed_base", id="more-asked-than-live-there"),
        pytest.param(
            {"claimed_base": -1, "claimed_consenting": 0}, "claimed_base", id="fewer-than-none-asked"
        ),
        pytest.param({"claimed_consenting": 111}, "claimed_consenting", id="more-agree-than-were-asked"),
        pytest.param({"claimed_consenting": -1}, "claimed_consenting", id="fewer-than-none-agree"),
        pytest.param({"contents": ()}, "contents", id="nothing-to-do"),
        pytest.param({"contents": ("B02", "X1")}, "contents", id="an-item-nobody-knows"),
        pytest.param({"note": "记" * 301}, "note", id="a-long-note"),
    ],
)
def test_figures_that_cannot_be(facts: dict[str, Any], field: str):
    usual = {
        name: getattr(GOOD, name) for name in ("households", "claimed_consenting", "claimed_base", "contents")
    }
    made = RowFigures(**{**usual, **facts})
    assert fields_of(lambda: figures.check_figures(made, CODES)) == {field}


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(GOOD, id="usual"),
        pytest.param(RowFigures(1, {}, 0, 0, ("B02",)), id="one-household-and-no-claim"),
        pytest.param(
            RowFigures(50_000, {FundSource.CITY: figures.MOST_FEN}, 50_000, 50_000, CODES), id="the-most"
        ),
        pytest.param(RowFigures(10, {}, 10, 10, CODES, "记" * 300), id="a-note-of-three-hundred"),
    ],
)
def test_figures_that_may_be(made: RowFigures):
    figures.check_figures(made, CODES)


def test_figures_are_stored_and_read_back_without_empty_sources():
    assert GOOD.kept_costs == {"city": 100}
    assert figures.figures_from(GOOD.as_json()).as_json() == GOOD.as_json()


def test_a_difference_is_the_new_row_less_the_old_one():
    bigger = RowFigures(150, {FundSource.CITY: 250}, contents=CODES)
    assert figures.difference(GOOD, bigger) == Totals(0, 30, 150)
    assert figures.difference(GOOD, None) == Totals(-1, -120, -100)
    assert figures.summed([figures.total_of(GOOD), figures.total_of(bigger)]) == Totals(2, 270, 350)
    assert figures.summed([]).is_nothing and not Totals(0, 1, 0).is_nothing


# ------------------------------------------------------------------ annual plans


def drafting(
    state: PlanState = PlanState.DRAFT, entered: tuple[str, ...] = ("a",), by: str | None = None
) -> Drafting:
    return Drafting(state, frozenset(entered), by)


SUBMITTED = drafting(PlanState.SUBMITTED, by="b")
FROZEN = drafting(PlanState.FROZEN, ())


def codes(reasons: list[Any]) -> list[str]:
    return [one.code for one in reasons]


@pytest.mark.parametrize(
    ("reasons", "expected"),
    [
        pytest.param(annual.may_edit(drafting()), [], id="a-draft-is-edited"),
        pytest.param(annual.may_edit(SUBMITTED), ["plan_submitted"], id="a-submitted-plan-is-not"),
        pytest.param(annual.may_edit(FROZEN), ["plan_frozen"], id="a-frozen-plan-is-not"),
        pytest.param(annual.may_submit(drafting(), "b"), [], id="a-second-person-submits"),
        pytest.param(annual.may_submit(drafting(), "a"), ["same_person"], id="whoever-entered-does-not"),
        pytest.param(
            annual.may_submit(drafting(entered=()), "b"), ["no_rows"], id="an-empty-plan-is-not-submitted"
        ),
        pytest.param(annual.may_submit(SUBMITTED, "c"), ["plan_submitted"], id="nor-one-twice"),
        pytest.param(annual.may_submit(FROZEN, "c"), ["plan_frozen"], id="nor-a-frozen-one"),
        pytest.param(annual.may_return(SUBMITTED), [], id="a-submitted-plan-is-returned"),
        pytest.param(annual.may_return(drafting()), ["not_submitted"], id="a-draft-is-not-returned"),
        pytest.param(annual.may_return(FROZEN), ["not_submitted"], id="nor-a-frozen-plan"),
        pytest.param(annual.may_freeze(SUBMITTED, "c"), [], id="a-third-person-freezes"),
        pytest.param(annual.may_freeze(SUBMITTED, "a"), ["same_person"], id="not-whoever-entered"),
        pytest.param(annual.may_freeze(SUBMITTED, "b"), ["same_person"], id="not-whoever-submitted"),
        pytest.param(annual.may_freeze(drafting(), "c"), ["not_submitted"], id="a-draft-is-not-frozen"),
        pytest.param(annual.may_freeze(FROZEN, "c"), ["plan_frozen"], id="nor-one-twice-frozen"),
    ],
)
def test_what_may_be_done_with_a_plan(reasons: list[Any], expected: list[str]):
    assert codes(reasons) == expected


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        pytest.param({"doc_no": " "}, "doc_no", id="no-number"),
        pytest.param({"doc_no": "文" * 61}, "doc_no", id="a-long-number"),
        pytest.param({"title": ""}, "title", id="no-title"),
        pytest.param({"title": "题" * 121}, "title", id="a-long-title"),
        pytest.param({"issued_on": date(2026, 3, 3)}, "issued_on", id="issued-tomorrow"),
        pytest.param({"has_file": False}, "file", id="no-file"),
        pytest.param({"plans": 0}, "plans", id="no-plan"),
    ],
)
def test_a_document_that_makes_nothing_final(facts: dict[str, Any], field: str):
    usual = {"doc_no": "文" * 60, "title": "题" * 120, "issued_on": TODAY, "has_file": True}
    plans = facts.pop("plans", 1)
    paper = FormalDocument(**{**usual, **facts})
    assert fields_of(lambda: annual.check_document(paper, plans=plans, today=TODAY)) == {field}


def test_a_document_of_today_makes_plans_final():
    annual.check_document(FormalDocument("文", "题", TODAY, True), plans=1, today=TODAY)


@pytest.mark.parametrize(("year", "is_right"), [(2018, False), (2019, True), (2099, True), (2100, False)])
def test_the_years_of_plans(year: int, is_right: bool):
    if is_right:
        annual.check_year(year)
    else:
        assert fields_of(lambda: annual.check_year(year)) == {"year"}


# ------------------------------------------------------------------ the master plan


def test_both_ends_of_the_span_belong_to_it():
    years = master.years_of(2020, 2025)
    assert list(years) == [2020, 2021, 2022, 2023, 2024, 2025]
    assert list(master.years_of(2020, 2020)) == [2020]
    for year in (2020, 2025):
        master.check_entry(year, years, is_excluded=False)
    for year in (2019, 2026):
        assert fields_of(lambda year=year: master.check_entry(year, years, is_excluded=False)) == {"year"}
    with pytest.raises(Refused, match="不在改造范围"):
        master.check_entry(2020, years, is_excluded=True)


def test_a_span_that_ends_before_it_begins_is_refused():
    with pytest.raises(Refused, match="设反了"):
        master.years_of(2026, 2025)


@pytest.mark.parametrize(
    ("entry", "is_up", "expected"),
    [
        pytest.param(2, True, [2, 1, 3], id="up"),
        pytest.param(2, False, [1, 3, 2], id="down"),
        pytest.param(1, True, [1, 2, 3], id="the-first-stays"),
        pytest.param(3, False, [1, 2, 3], id="the-last-stays"),
    ],
)
def test_the_order_of_a_year(entry: int, is_up: bool, expected: list[int]):
    assert master.moved([1, 2, 3], entry, is_up=is_up) == expected
