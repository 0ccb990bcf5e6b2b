"""Money by source: what is packed is unpacked as it was, and the sums of sources, of communities and of the whole agree."""

from hypothesis import given as drawn
from hypothesis import strategies as st

from server.plans.rules.words import FundSource
from server.projects.rules.money import SourceLine
from server.reports.rules.facts import Facts
from server.reports.rules.funding import FundsLine, Given, funds, given, line_of, packed, unpacked
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
