from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.infra.web.formats import yuan
from server.kernel.errors import Invalid, Refused
from server.kernel.money import MOST_FEN, fen_of
from server.plans.rules.words import FundSource
from server.projects.rules.money import (
    Entry,
    SourceLine,
    check_cost,
    check_entry,
    lowest_from,
    money_of,
)

TODAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        pytest.param("1", 100, id="a-yuan"),
        pytest.param("0.01", 1, id="a-fen"),
        pytest.param("120000.5", 12_000_050, id="one-digit-behind-the-point"),
        pytest.param("12,345,678.90", 1_234_567_890, id="thousands"),
        pytest.param("1，200 元", 120_000, id="as-people-type"),
        pytest.param("-3.20", -320, id="below-nothing"),
        pytest.param("－3", -300, id="a-wide-minus"),
        pytest.param("0.07", 7, id="no-float-could-say-it"),
        pytest.param("10000000000", MOST_FEN, id="the-most"),
    ],
)
def test_yuan_become_whole_fen(typed, fen):
    assert fen_of(typed) == fen


@pytest.mark.parametrize(
    "typed",
    ["", "1.234", "1e5", "12,34", "一万", ".5", "5.", "1 2", "--1", "10000000000.01", "NaN", "١٢"],
)
def test_what_is_no_amount_is_refused_at_its_field(typed):
    with pytest.raises(Invalid) as caught:
        fen_of(typed)
    assert list(caught.value.fields) == ["amount"]


@given(st.integers(-MOST_FEN, MOST_FEN))
def test_an_amount_written_and_typed_again_is_the_same(fen):
    assert fen_of(yuan(fen)) == fen


def test_there_are_the_sources_of_the_document():
    assert [source.name_zh for source in FundSource] == [
        "中央财政补助", "中央预算内投资", "地方政府专项债", "省级配套", "市级配套", "县级配套", "居民出资",
        "小区资金整合", "维修资金", "公共收益", "专营单位出资", "原产权单位出资", "社会资本", "金融融资",
    ]  # fmt: skip
    assert [entry.name_zh for entry in Entry] == ["计划", "到账", "支出"]


def test_sums_by_source_add_up_to_the_whole():
    money = money_of(
        [
            (FundSource.COUNTY, Entry.PLANNED, 500),
            (FundSource.CENTRAL_SUBSIDY, Entry.PLANNED, 1000),
            (FundSource.CENTRAL_SUBSIDY, Entry.RECEIVED, 600),
            (FundSource.CENTRAL_SUBSIDY, Entry.RECEIVED, 50),
            (FundSource.COUNTY, Entry.SPENT, 1),
        ],
        2000,
    )
    assert money.lines == (
        SourceLine(FundSource.CENTRAL_SUBSIDY, 1000, 650, 0),
        SourceLine(FundSource.COUNTY, 500, 0, 1),
    )
    assert (money.planned, money.received, money.spent, money.gap) == (1500, 650, 1, 500)


@pytest.mark.parametrize(
    ("received", "spent", "over"),
    [
        pytest.param(100, 99, 0, id="less"),
        pytest.param(100, 100, 0, id="all-of-it"),
        pytest.param(100, 101, 1, id="a-fen-too-much"),
    ],
)
def test_spending_more_than_came_in_is_flagged(received, spent, over):
    line = SourceLine(FundSource.COUNTY, 0, received, spent)
    assert line.overspent == over
    money = money_of(
        [(FundSource.COUNTY, Entry.RECEIVED, received), (FundSource.COUNTY, Entry.SPENT, spent)], None
    )
    assert [one.source for one in money.overspent] == ([FundSource.COUNTY] if over else [])


def test_another_sources_money_does_not_cover_an_overspent_one():
    money = money_of(
        [(FundSource.CENTRAL_SUBSIDY, Entry.RECEIVED, 500), (FundSource.COUNTY, Entry.SPENT, 1)], None
    )
    assert [one.source for one in money.overspent] == [FundSource.COUNTY]


@pytest.mark.parametrize(
    ("cost", "gap"),
    [
        pytest.param(None, None, id="without-a-budget-nothing-is-said"),
        pytest.param(1000, 0, id="covered"),
        pytest.param(1001, 1, id="a-fen-lacking"),
        pytest.param(900, -100, id="more-than-it-costs"),
    ],
)
def test_the_gap_is_the_cost_less_what_is_planned(cost, gap):
    assert money_of([(FundSource.COUNTY, Entry.PLANNED, 1000)], cost).gap == gap


def entry(fen=100, *, lowest=0, document="凭证 3 号", on=TODAY):
    check_entry(Entry.SPENT, fen, lowest=lowest, document=document, on=on, today=TODAY)


def test_a_mistake_is_put_right_by_an_entry_with_a_minus():
    entry()
    entry(-100, lowest=100)
    with pytest.raises(Refused, match="支出合计会变成负数"):
        entry(-101, lowest=100)
    entry(1, lowest=-100)


TENTH = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("entries", "lowest"),
    [
        pytest.param([], 0, id="no-entry"),
        pytest.param([(date(2026, 3, 9), 100)], 100, id="it-was-there-the-day-before"),
        pytest.param([(TENTH, 100)], 100, id="on-that-very-day"),
        pytest.param([(date(2026, 3, 11), 100)], 0, id="it-came-the-day-after"),
        pytest.param(
            [(date(2026, 3, 20), -60), (date(2026, 3, 1), 100), (date(2026, 3, 30), 500)],
            40,
            id="what-was-taken-back-since-is-gone",
        ),
    ],
)
def test_what_can_be_taken_back_was_there_on_that_day_and_ever_since(entries, lowest):
    assert lowest_from(TENTH, entries) == lowest


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        pytest.param({"fen": 0}, "amount", id="nothing"),
        pytest.param({"document": " "}, "document", id="no-document"),
        pytest.param({"on": date(2026, 6, 2)}, "entered_on", id="tomorrow"),
    ],
)
def test_an_entry_that_lacks_something_is_refused_at_the_field(facts, field):
    with pytest.raises(Invalid) as caught:
        entry(**facts)
    assert list(caught.value.fields) == [field]


@pytest.mark.parametrize(
    ("fen", "document", "on", "field"),
    [
        pytest.param(0, "预算书", TODAY, "amount", id="nothing"),
        pytest.param(-1, "预算书", TODAY, "amount", id="below-nothing"),
        pytest.param(1, "", TODAY, "document", id="no-document"),
        pytest.param(1, "预算书", date(2026, 6, 2), "entered_on", id="tomorrow"),
    ],
)
def test_a_cost_that_lacks_something_is_refused_at_the_field(fen, document, on, field):
    with pytest.raises(Invalid) as caught:
        check_cost(fen, document=document, on=on, today=TODAY)
    assert list(caught.value.fields) == [field]
    check_cost(1, document="预算书", on=TODAY, today=TODAY)
