"""Money by source: what is packed is unpacked as it was, and the sums of sources, of communities and of the whole agree."""

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from server.plans.rules.words import FundSource
from server.projects.rules.money import SourceLine
from server.reports.rules.facts import Facts
from server.reports.rules.funding import FundsLine, Given, SourceSum, funds, given, line_of, packed, unpacked
from tests.factories.reports import facts

FEN = st.integers(0, 10**15)


def with_money(community_id: int, lines: list[SourceLine]) -> Facts:
    return facts(
        community_id,
        funds_planned=sum(one.planned for one in lines),
        funds_received=sum(one.received for one in lines),
        funds_spent=sum(one.spent for one in lines),
        funds_by_source=packed(lines),
    )


LINES = st.lists(
    st.builds(SourceLine, st.sampled_from(FundSource), FEN, FEN, FEN),
    max_size=5,
    unique_by=lambda line: line.source,
)


@drawn(st.lists(LINES, max_size=6))
def test_sources_add_up_to_the_fen_and_nothing_is_lost_in_packing(held: list[list[SourceLine]]):
    rows = [with_money(number, lines) for number, lines in enumerate(held, 1)]
    assert [unpacked(row.funds_by_source) for row in rows] == held
    found = funds([*rows, facts(99)])
    assert (found.communities, found.without) == (len(rows), 1)
    assert found.whole == FundsLine(
        sum(row.funds_planned or 0 for row in rows),
        sum(row.funds_received or 0 for row in rows),
        sum(row.funds_spent or 0 for row in rows),
    )
    for one in found.sources:
        behind = [line for row in rows if (line := line_of(row, one.source)) is not None]
        assert (one.planned, one.received, one.spent, one.communities) == (
            sum(line.planned for line in behind),
            sum(line.received for line in behind),
            sum(line.spent for line in behind),
            len(behind),
        )


PROVINCE, COUNTY, LOAN = FundSource.PROVINCE, FundSource.COUNTY, FundSource.LOAN


def test_money_is_summed_source_by_source_and_over_all() -> None:
    found = funds(
        [
            with_money(1, [SourceLine(COUNTY, 50, 40, 30), SourceLine(PROVINCE, 300, 200, 100)]),
            with_money(2, [SourceLine(PROVINCE, 3, 2, 1)]),
        ]
    )
    # In the order of the list of sources, not in that of the entries; none is listed that nobody has.
    assert found.sources == (SourceSum(PROVINCE, 303, 202, 101, 2), SourceSum(COUNTY, 50, 40, 30, 1))
    assert found.whole == FundsLine(353, 242, 131)
    assert (found.communities, found.without, found.given) == (2, 0, None)


@pytest.mark.parametrize(
    ("rows", "with_entry", "without"),
    [
        pytest.param([], 0, 0, id="no-community"),
        pytest.param([facts(1)], 0, 1, id="nothing-was-ever-entered"),
        pytest.param([with_money(1, [])], 1, 0, id="entered-and-all-of-it-taken-back"),
        pytest.param([with_money(1, []), facts(2)], 1, 1, id="one-of-each"),
    ],
)
def test_where_no_source_is_listed_the_whole_is_nought(
    rows: list[Facts], with_entry: int, without: int
) -> None:
    found = funds(rows)
    assert (found.sources, found.whole) == ((), FundsLine(0, 0, 0))
    assert (found.communities, found.without) == (with_entry, without)


def test_what_residents_gave_stands_beside_the_sources_and_in_none_of_their_sums() -> None:
    found = funds([with_money(1, [SourceLine(LOAN, 5, 5, 5)]), facts(2, pledged=9, given=3, given_used=1)])
    assert found.whole == FundsLine(5, 5, 5)
    assert found.given == Given(9, 3, 1, 0, 0, 1)
    assert found.without == 1


def test_a_community_without_an_entry_has_no_line_which_is_not_nought():
    assert line_of(facts(), None) is None
    one = with_money(1, [SourceLine(FundSource.PROVINCE, 3, 2, 1)])
    assert line_of(one, None) == FundsLine(3, 2, 1)
    assert line_of(one, FundSource.LOAN) is None


def test_what_residents_gave_is_summed_apart_and_is_none_where_nobody_pledged():
    assert given([facts()]) is None
    found = given(
        [facts(1, pledged=9, given=3, given_used=1), facts(2, hours_pledged=8, hours_given=2), facts(3)]
    )
    assert found == Given(9, 3, 1, 8, 2, 2)
