"""What was voted by the prices of its list: of each item the vote that decides it, its own scope, beside the budget."""

from decimal import Decimal
from fractions import Fraction

import pytest

from server.catalogue.rules.ground import Ground, Stair
from server.catalogue.rules.package import Price, Tariff, line
from server.catalogue.rules.payers import Payers
from server.catalogue.rules.words import CostUnit
from server.decisions.rules.money import CostLine, FundingLine, Money
from server.decisions.rules.outcome import Outcome
from server.decisions.rules.priced import Priced, PricedItem

PAYERS = Payers(Fraction(7, 10), Fraction(2, 10), Fraction(1, 10))
GROUND = Ground((Stair(1, 1, 10, Decimal(600)), Stair(2, 1, 12, Decimal(720))))


def item(
    title: str, yuan: int | None, outcome: Outcome = Outcome.ADOPTED, source: str = "造价站"
) -> PricedItem:
    price = None if yuan is None else Price(CostUnit.COMMUNITY, yuan * 100, PAYERS)
    return PricedItem(title, "全小区", outcome, line(Tariff("B02", title, price=price), GROUND), source)


def budget(yuan: int | None, planned: int | None = None) -> Money:
    costs = None if yuan is None else (CostLine("项目", yuan * 100),)
    return Money(costs, None if planned is None else (FundingLine("省级配套", planned * 100),))


def test_only_what_was_adopted_is_summed_and_the_payers_make_the_whole() -> None:
    of = Priced((item("水管", 1_000), item("道路", 500), item("围墙", 700, Outcome.REJECTED)))
    assert (of.cost_fen, of.unpriced) == (150_000, ())
    assert (of.government_fen, of.owners_fen, of.others_fen) == (105_000, 30_000, 15_000)
    assert of.sources == ("造价站",)


@pytest.mark.parametrize(
    ("items", "money", "said"),
    [
        pytest.param((), budget(5), "", id="nothing-adopted"),
        pytest.param((item("围墙", 700, Outcome.REJECTED),), budget(5), "", id="only-rejected"),
        pytest.param((item("水管", None),), budget(5), "按清单单价：通过的事项还没有单价，算不出来。", id="no-price"),
        pytest.param((item("水管", 1_000),), budget(None), "按清单单价，通过的 1 项一共要 1,000 元。工程预算还没有登记。", id="no-budget"),
        pytest.param((item("水管", 1_000),), budget(1_000), "按清单单价，通过的 1 项一共要 1,000 元，和工程预算一样。", id="equal"),
        pytest.param(
            (item("水管", 1_000), item("道路", None)), budget(1_200),
            "按清单单价，通过的 1 项一共要 1,000 元，还有 1 项没有单价（道路），没有算进去；"
            "工程预算是 1,200 元，多 200 元。两个数的口径不一样，分开看。", id="budget-above",
        ),
        pytest.param(
            (item("水管", 1_000),), budget(900),
            "按清单单价，通过的 1 项一共要 1,000 元；工程预算是 900 元，少 100 元。两个数的口径不一样，分开看。", id="budget-below",
        ),
    ],
)  # fmt: skip
def test_both_figures_are_told_with_their_base(
    items: tuple[PricedItem, ...], money: Money, said: str
) -> None:
    assert Priced(items).sentence(money) == said


@pytest.mark.parametrize(
    ("items", "planned", "gap"),
    [
        pytest.param((item("水管", 1_000),), 400, 60_000, id="lacking"),
        pytest.param((item("水管", 1_000),), 1_000, 0, id="covered-exactly"),
        pytest.param((item("水管", 1_000),), 2_000, 0, id="more-than-covered"),
        pytest.param((item("水管", 1_000),), None, None, id="no-funding"),
        pytest.param((item("水管", 1_000), item("道路", None)), 400, None, id="one-without-a-price"),
        pytest.param((), 400, None, id="nothing-voted"),
    ],
)
def test_the_gap_by_the_list_is_said_only_where_both_sides_are_whole(
    items: tuple[PricedItem, ...], planned: int | None, gap: int | None
) -> None:
    assert Priced(items).gap_fen(budget(None, planned)) == gap


def test_an_item_of_no_list_has_no_cost_and_no_source() -> None:
    of = Priced((PricedItem("自拟的事", "全小区", Outcome.ADOPTED, None),))
    assert (of.cost_fen, of.unpriced, of.sources) == (None, ("自拟的事",), ())
