from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.kernel.errors import Invalid, Refused
from server.management.rules.companies import check_company
from server.management.rules.fees import Fee, FeeUnit, check_fee, fee_in_force
from server.management.rules.months import months_after
from server.management.rules.terms import (
    EARLIEST,
    Coverage,
    Mode,
    Term,
    TermState,
    Uncovered,
    check_contract,
    check_end,
    coverage,
)
from tests.factories.management import CODE

START, END, TODAY = date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1)
YEAR = Term(START, END)


@pytest.mark.parametrize(
    ("term", "on", "is_in_force"),
    [
        pytest.param(YEAR, START - timedelta(1), False, id="the-day-before-it-starts"),
        pytest.param(YEAR, START, True, id="its-first-day"),
        pytest.param(YEAR, END, True, id="its-last-day"),
        pytest.param(YEAR, TODAY, False, id="it-ended-yesterday"),
        pytest.param(Term(START), date(2050, 1, 1), True, id="without-an-end"),
        pytest.param(
            Term(START, END, date(2026, 3, 1)), date(2026, 3, 1), True, id="the-last-day-when-early"
        ),
        pytest.param(Term(START, END, date(2026, 3, 1)), date(2026, 3, 2), False, id="the-day-after-early"),
    ],
)
def test_a_management_is_in_force_from_its_first_day_to_its_last(term, on, is_in_force):
    assert term.is_in_force(on) is is_in_force


@pytest.mark.parametrize(
    ("other", "overlaps"),
    [
        pytest.param(Term(TODAY), False, id="from-the-day-after"),
        pytest.param(Term(END), True, id="from-the-last-day"),
        pytest.param(Term(date(2025, 1, 1), START - timedelta(1)), False, id="to-the-day-before"),
        pytest.param(Term(date(2025, 1, 1), START), True, id="to-the-first-day"),
        pytest.param(Term(date(2025, 1, 1)), True, id="open-ended-before"),
        pytest.param(
            Term(date(2026, 3, 1), None, date(2026, 2, 28)), False, id="called-off-before-it-started"
        ),
    ],
)
def test_two_managements_overlap_where_they_share_a_day(other, overlaps):
    assert YEAR.overlaps(other) is other.overlaps(YEAR) is overlaps


@given(st.lists(st.integers(0, 60), min_size=4, max_size=4))
def test_two_terms_overlap_exactly_where_some_day_lies_in_both(days):
    one, other = (Term(START + timedelta(a), START + timedelta(b)) for a, b in (days[:2], days[2:]))
    shared = any(
        one.is_in_force(START + timedelta(n)) and other.is_in_force(START + timedelta(n)) for n in range(61)
    )
    assert one.overlaps(other) is shared


@pytest.mark.parametrize(
    ("on", "state"),
    [
        (START - timedelta(1), TermState.COMING),
        (START, TermState.IN_FORCE),
        (END - timedelta(60), TermState.IN_FORCE),
        (END - timedelta(59), TermState.ENDING),
        (END, TermState.ENDING),
        (TODAY, TermState.OVER),
    ],
)
def test_a_term_says_where_it_stands(on, state):
    assert YEAR.state(on) is state
    assert state.name_zh
    assert state.tone


@pytest.mark.parametrize("on", [TODAY, date(2026, 12, 31), date(2027, 1, 1)])
def test_what_was_called_off_before_it_began_is_never_still_to_come(on):
    term = Term(date(2027, 1, 1), None, date(2026, 12, 31))
    assert term.state(on) is TermState.CALLED_OFF
    assert not term.is_in_force(on)
    assert TermState.CALLED_OFF.name_zh == "没开始就取消了"
    assert TermState.CALLED_OFF.tone
    # Its first day alone is a day.
    assert Term(date(2027, 1, 1), None, date(2027, 1, 1)).state(date(2026, 12, 31)) is TermState.COMING


def test_a_term_without_an_end_never_ends_soon():
    assert Term(START).state(date(2040, 1, 1)) is TermState.IN_FORCE


@pytest.mark.parametrize(
    ("change", "field"),
    [
        pytest.param({"mode": Mode.PROFESSIONAL}, "company_id", id="a-company-is-named"),
        pytest.param({"mode": Mode.STATE_FALLBACK}, "company_id", id="a-fallback-is-a-company"),
        pytest.param({"manager": " "}, "manager", id="or-who-else"),
        pytest.param({"term": Term(START, START - timedelta(1))}, "ends_on", id="ends-before-it-starts"),
        pytest.param({"document": " "}, "document", id="no-vote-and-no-paper"),
        pytest.param({"term": Term(EARLIEST - timedelta(1))}, "starts_on", id="before-there-was-any"),
    ],
)
def test_what_is_lacking_of_a_contract_is_said_at_its_field(change, field):
    with pytest.raises(Invalid) as refused:
        check(**change)
    assert list(refused.value.fields) == [field]


def check(**change):
    mode, term = change.pop("mode", Mode.WORK_UNIT), change.pop("term", YEAR)
    facts = {
        "has_company": False, "manager": "铁路局", "has_vote": False, "document": "协议", "others": (), **change,
    }  # fmt: skip
    check_contract(mode, term, **facts)


def test_a_contract_of_one_day_stands_and_a_vote_stands_for_the_paper():
    check(term=Term(START, START))
    check(term=Term(EARLIEST))
    check(document="", has_vote=True)
    check(mode=Mode.PROFESSIONAL, has_company=True, manager="")


def test_a_community_has_one_management_at_a_time():
    check(others=[Term(TODAY)])
    with pytest.raises(Refused, match="已经有人管"):
        check(others=[Term(END)])


@pytest.mark.parametrize(
    ("term", "last_on", "reason", "error"),
    [
        pytest.param(YEAR, START - timedelta(1), "没进场", None, id="called-off-the-day-before"),
        pytest.param(YEAR, START - timedelta(2), "没进场", Invalid, id="earlier-than-that"),
        pytest.param(YEAR, END - timedelta(1), "撤场", None, id="a-day-early"),
        pytest.param(YEAR, END, "撤场", Invalid, id="the-day-it-ends-anyway"),
        pytest.param(Term(START), date(2030, 1, 1), "撤场", None, id="no-end-was-agreed"),
        pytest.param(YEAR, START, " ", Invalid, id="without-a-reason"),
        pytest.param(Term(START, END, START), START, "又", Refused, id="ended-already"),
    ],
)
def test_a_management_ends_early_for_a_reason(term, last_on, reason, error):
    if error is None:
        check_end(term, last_on, reason)
    else:
        with pytest.raises(error):
            check_end(term, last_on, reason)


def test_coverage_counts_the_finished_that_are_managed_today():
    finished = {1: START, 2: START, 3: TODAY, 4: TODAY + timedelta(1), 5: START}
    terms = {1: [Term(START)], 2: [YEAR], 4: [Term(START)], 5: [Term(TODAY + timedelta(1))]}
    found = coverage(finished, terms, TODAY)
    assert found == Coverage(
        4, (Uncovered(2, START, END), Uncovered(5, START, None), Uncovered(3, TODAY, None))
    )
    assert (found.covered, found.share) == (1, Fraction(1, 4))
    # A day before, the contract of the second was in force.
    assert coverage({2: START}, terms, END).share == 1


def test_an_alarm_names_the_last_management_and_forgets_one_that_was_called_off():
    terms = {1: [YEAR, Term(date(2027, 1, 1), None, date(2026, 12, 31))]}
    assert coverage({1: START}, terms, date(2027, 5, 1)).uncovered[0].last_on == END


def test_of_no_finished_community_there_is_no_share():
    assert coverage({}, {}, TODAY).share is None
    assert coverage({1: TODAY + timedelta(1)}, {}, TODAY).finished == 0


def test_modes_have_names_and_say_whether_owners_choose_them():
    assert {mode.name_zh for mode in Mode} == {"专业物业", "业主自治", "社区托管", "国企兜底", "产权单位管理"}
    assert [mode for mode in Mode if not mode.needs_vote] == [Mode.STATE_FALLBACK]


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 6, 30), 12, date(2027, 6, 30)),
        (date(2026, 6, 30), 0, date(2026, 6, 30)),
    ],
)
def test_months_end_on_the_same_day_or_on_the_last_one(day, months, after):
    assert months_after(day, months) == after


def test_a_company_is_known_by_its_code():
    assert check_company(" 安心  物业 ", CODE.lower()) == ("安心 物业", CODE)


@pytest.mark.parametrize(
    ("name", "code", "field"),
    [(" ", CODE, "name"), ("安心", CODE[:-1] + "0", "code"), ("安心", "123", "code"), ("安心", "", "code")],
)
def test_a_wrong_company_is_refused_at_its_field(name, code, field):
    with pytest.raises(Invalid) as refused:
        check_company(name, code)
    assert list(refused.value.fields) == [field]


FEE = Fee(85, FeeUnit.SQUARE_METRE, START, "合同第 3 条")


@pytest.mark.parametrize(
    ("fee", "field"),
    [
        pytest.param(FEE, None, id="as-it-should-be"),
        pytest.param(Fee(0, FeeUnit.HOUSEHOLD, START, "不收"), None, id="nothing-is-a-price"),
        pytest.param(Fee(-1, FeeUnit.HOUSEHOLD, START, "不收"), "amount", id="below-nothing"),
        pytest.param(Fee(10_000, FeeUnit.SQUARE_METRE, START, "合同"), None, id="the-most"),
        pytest.param(Fee(10_001, FeeUnit.SQUARE_METRE, START, "合同"), "amount", id="a-fen-too-much"),
        pytest.param(Fee(85, FeeUnit.SQUARE_METRE, START, " "), "document", id="without-a-paper"),
    ],
)
def test_a_fee_rests_on_a_paper(fee, field):
    if field is None:
        check_fee(fee)
        return
    with pytest.raises(Invalid) as refused:
        check_fee(fee)
    assert list(refused.value.fields) == [field]


def test_the_newest_fee_that_has_begun_holds():
    later = Fee(120, FeeUnit.HOUSEHOLD, END, "合同", 2)
    mended = Fee(90, FeeUnit.SQUARE_METRE, START, "合同", 3)
    assert fee_in_force([FEE, later, mended], END - timedelta(1)) == mended
    assert fee_in_force([FEE, later, mended], END) == later
    assert fee_in_force([FEE], START - timedelta(1)) is None
    assert (FEE.text_zh, later.text_zh) == ("0.85 元/㎡·月", "1.20 元/户·月")
