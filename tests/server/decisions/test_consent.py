"""A plan's claim beside what was asked and voted; and money that knows what it does not know."""

from decimal import Decimal
from fractions import Fraction

import pytest

from server.decisions.rules.consent import Base, Claim, Found, Match, Measure, alarm, per_cent
from server.decisions.rules.money import CostLine, FundingLine, Money, yuan, yuan_or_none

LINE = Fraction(1, 20)


@pytest.mark.parametrize(
    ("claim", "found", "match", "rings"),
    [
        pytest.param(Claim(85, 100), Measure(80, 100), Match.NEAR, False, id="exactly-the-line-is-near"),
        pytest.param(Claim(851, 1000), Measure(80, 100), Match.DIFFERS, True, id="a-thousandth-more-rings"),
        pytest.param(Claim(75, 100), Measure(80, 100), Match.NEAR, False, id="lower-by-the-line"),
        pytest.param(Claim(74, 100), Measure(80, 100), Match.DIFFERS, True, id="lower-by-more"),
        pytest.param(Claim(80, 100), Measure(8, 10), Match.NEAR, False, id="the-same-share-of-another-base"),
        pytest.param(Claim(90, 100), None, Match.NO_DATA, False, id="nobody-was-asked"),
        pytest.param(Claim(90, 100), Measure(0, 0), Match.NO_DATA, False, id="a-base-of-nought"),
        pytest.param(Claim(0, 0), Measure(80, 100), Match.NO_DATA, False, id="a-claim-of-nothing"),
        pytest.param(Claim(90, None), Measure(10, 100), Match.NO_DATA, False, id="half-a-claim"),
        pytest.param(Claim(None, 100), Measure(10, 100), Match.NO_DATA, False, id="a-base-without-a-claim"),
        pytest.param(None, Measure(10, 100), Match.NO_DATA, False, id="no-claim"),
        pytest.param(Claim(101, 100), Measure(99, 100), Match.NEAR, True, id="more-consent-than-households"),
        pytest.param(Claim(0, 100), Measure(0, 100), Match.NEAR, False, id="nobody-claimed-nobody-found"),
    ],
)
def test_a_claim_rings_where_it_differs_by_more_than_the_line(
    claim: Claim | None, found: Measure | None, match: Match, rings: bool
) -> None:
    held = alarm(claim, [Found("调查", found)], LINE)
    assert (held.rows[0].match, held.rings) == (match, rings)
    assert held.sentence and held.rows[0].sentence


def test_each_finding_is_compared_for_itself() -> None:
    held = alarm(Claim(90, 100), [Found("调查", Measure(88, 100)), Found("表决", Measure(50, 100))], LINE)
    assert [row.match for row in held.rows] == [Match.NEAR, Match.DIFFERS]
    assert held.rows[1].sentence == "计划写的高了 40.0 个百分点。"
    assert held.rings and "相差超过 5.0 个百分点" in held.sentence


@pytest.mark.parametrize(
    ("claim", "found", "words"),
    [
        (None, None, "还没有登记"),
        (Claim(101, 100), None, "数字有错"),
        (Claim(90, 100), None, "来对照"),
        (Claim(90, 100), Measure(90, 100), "对得上"),
        (Claim(10, 100), Measure(90, 100), "要有人去核实"),
    ],
)
def test_the_alarm_says_what_it_is(claim: Claim | None, found: Measure | None, words: str) -> None:
    assert words in alarm(claim, [Found("调查", found)], LINE).sentence


def test_a_measure_prints_its_base() -> None:
    assert Measure(417, 703).text == "417 / 703 户（59.3%）"
    assert Measure(Decimal("12.50"), Decimal("50.00"), "㎡").text == "12.50 / 50.00 ㎡（25.0%）"
    assert Measure(0, 0).text == "没有可比的户数"
    assert not Measure(0, 0).reaches(Fraction(0))
    assert per_cent(Fraction(2, 3)) == "66.7%"


def test_words_are_all_there() -> None:
    assert all(base.name_zh for base in Base)
    assert [base.is_of_survey for base in Base] == [True, True, False]
    assert all(match.name_zh and match.tone for match in Match)


@pytest.mark.parametrize(
    ("money", "gap", "words"),
    [
        pytest.param(Money(), None, "花多少钱：还没有登记。", id="nothing-recorded"),
        pytest.param(Money((), ()), None, "花多少钱：还没有登记。", id="empty-lists"),
        pytest.param(
            Money((CostLine("a", None), CostLine("b", 1)), None), None, "有 1 项没有金额", id="a-cost-missing"
        ),
        pytest.param(Money((CostLine("a", 100),), None), None, "钱从哪里来：还没有登记", id="no-sources"),
        pytest.param(
            Money((CostLine("a", 100),), (FundingLine("x", None),)),
            None,
            "有 1 笔没有金额",
            id="a-source-missing",
        ),
        pytest.param(
            Money((CostLine("a", 100), CostLine("b", 50)), (FundingLine("x", 100),)),
            50,
            "还缺 0.50 元",
            id="a-gap",
        ),
        pytest.param(
            Money((CostLine("a", 100),), (FundingLine("x", 100),)), 0, "钱都有了着落", id="covered-exactly"
        ),
        pytest.param(Money((CostLine("a", 100),), (FundingLine("x", 101),)), 0, "钱都有了着落", id="more"),
    ],
)
def test_the_gap_is_known_only_where_both_sides_are(money: Money, gap: int | None, words: str) -> None:
    assert money.gap_fen == gap
    assert words in money.sentence
    assert Money.from_document(money.as_document()) == money


def test_money_is_written_in_yuan_and_fen() -> None:
    assert [yuan(120_000), yuan(120_005), yuan_or_none(None)] == ["1,200 元", "1,200.05 元", "还没有登记"]


@pytest.mark.parametrize(
    ("claim", "found", "is_compared"),
    [
        pytest.param(Claim(90, 100), Measure(90, 100), True, id="a-claim-and-a-finding"),
        pytest.param(Claim(90, 100), None, False, id="nobody-was-asked"),
        pytest.param(None, Measure(90, 100), False, id="nothing-was-claimed"),
        pytest.param(Claim(101, 100), None, True, id="a-claim-that-contradicts-itself"),
    ],
)
def test_an_alarm_says_whether_there_was_anything_to_compare(
    claim: Claim | None, found: Measure | None, is_compared: bool
) -> None:
    assert alarm(claim, [Found("调查", found)], LINE).is_compared is is_compared


@pytest.mark.parametrize(
    ("part", "words"),
    [
        pytest.param(0, "0.0%", id="nobody"),
        pytest.param(1, "0.1%", id="one-of-many-is-not-nobody"),
        pytest.param(4999, "50.0%", id="in-between-it-is-rounded"),
        pytest.param(9999, "99.9%", id="all-but-one-are-not-all"),
        pytest.param(10000, "100.0%", id="all"),
        pytest.param(10001, "100.0%", id="a-claim-of-more-than-all"),
    ],
)
def test_only_all_are_a_hundred_per_cent_and_only_nobody_is_none(part: int, words: str) -> None:
    assert per_cent(Fraction(part, 10000)) == words
