from fractions import Fraction
from typing import Any

import pytest

from server.catalogue.rules.items import MOST_UNIT_COST, check_item, lacking, read_yuan, unpriced_zh
from server.catalogue.rules.payers import Payers, read_payers, read_share, share_words
from server.catalogue.rules.words import CostUnit, ItemClass, ItemPlace, SplitBy, SubsidyKey
from server.kernel.errors import Invalid
from server.kernel.matters import Matter
from server.kernel.places import ScopeKind
from tests.factories.catalogue import text


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        pytest.param({}, None, id="whole"),
        pytest.param({"unit": None, "unit_cost": None, "payers": None}, None, id="without-a-price-yet"),
        pytest.param({"unit_cost": 0}, None, id="free"),
        pytest.param({"code": "B02Z"}, None, id="a-letter-behind"),
        pytest.param({"code": "b02"}, "code", id="small-letter"),
        pytest.param({"code": "B2"}, "code", id="one-digit"),
        pytest.param({"code": ""}, "code", id="no-code"),
        pytest.param({"name": " "}, "name", id="no-name"),
        pytest.param({"description": ""}, "description", id="no-words"),
        pytest.param({"lead_department": ""}, "lead_department", id="no-department"),
        pytest.param({"unit": None}, "unit", id="a-cost-without-a-unit"),
        pytest.param({"unit_cost": None}, "unit_cost", id="a-unit-without-a-cost"),
        pytest.param({"payers": None}, "owners_share", id="a-cost-that-nobody-pays"),
        pytest.param({"unit_cost": MOST_UNIT_COST}, None, id="the-largest"),
        pytest.param({"unit_cost": MOST_UNIT_COST + 1}, "unit_cost", id="a-slip-of-the-hand"),
        pytest.param({"unit_cost": -1}, "unit_cost", id="less-than-nothing"),
        pytest.param(
            {"default_scope": ScopeKind.ENTRANCE, "unit": CostUnit.ENTRANCE}, None, id="a-lift-an-entrance"
        ),
        pytest.param(
            {"default_scope": ScopeKind.ENTRANCE, "unit": CostUnit.BUILDING},
            "unit",
            id="no-buildings-in-an-entrance",
        ),
        pytest.param(
            {"default_scope": ScopeKind.BUILDING, "unit": CostUnit.COMMUNITY},
            "unit",
            id="no-communities-in-a-building",
        ),
        pytest.param(
            {"default_scope": ScopeKind.BUILDING, "unit": CostUnit.BUILDING}, None, id="a-roof-a-building"
        ),
        pytest.param(
            {"subsidy_key": SubsidyKey.ELEVATOR, "matter": Matter.REBUILD}, None, id="a-new-lift-rebuilds"
        ),
        pytest.param(
            {"subsidy_key": SubsidyKey.ELEVATOR, "matter": Matter.OTHER},
            "matter",
            id="repairing-is-not-adding",
        ),
    ],
)
def test_an_item_says_everything_or_is_refused_at_the_field(facts: dict[str, Any], field: str | None) -> None:
    if field is None:
        check_item(text(**facts))
        return
    with pytest.raises(Invalid) as error:
        check_item(text(**facts))
    assert list(error.value.fields) == [field]


@pytest.mark.parametrize(
    ("typed", "share"),
    [
        ("60", Fraction(3, 5)),
        ("33.33", Fraction(3333, 10_000)),
        ("100%", Fraction(1)),
        ("50 ％", Fraction(1, 2)),
        ("1/3", Fraction(1, 3)),
        ("0", Fraction(0)),
    ],
)
def test_shares_are_read_exactly(typed: str, share: Fraction) -> None:
    assert read_share("owners_share", typed) == share


@pytest.mark.parametrize("typed", ["101", "2/1", "1/0", "-1", "一半", "0.5.5", "1e2"])
def test_what_is_no_share_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as error:
        read_share("owners_share", typed)
    assert "owners_share" in error.value.fields


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (Fraction(3, 5), "60%"),
        (Fraction(1, 8), "12.5%"),
        (Fraction(1, 3), "1/3"),
        (Fraction(0), "0%"),
        (Fraction(1), "100%"),
        (Fraction(1, 10_000), "0.01%"),
    ],
)
def test_a_share_is_written_exactly(share: Fraction, words: str) -> None:
    assert share_words(share) == words


def test_three_shares_make_one_whole() -> None:
    assert read_payers("1/3", "1/3", "1/3").shares == (Fraction(1, 3),) * 3
    assert read_payers("60", "40", "").words_zh == "政府 60%，业主 40%"
    with pytest.raises(Invalid, match="60% \\+ 30% \\+ 0% = 90%"):
        read_payers("60", "30", "")
    with pytest.raises(ValueError, match="one whole"):
        Payers(Fraction(1, 2), Fraction(1, 3), Fraction(0))
    with pytest.raises(ValueError, match="one whole"):
        Payers(Fraction(3, 2), Fraction(-1, 2), Fraction(0))


@pytest.mark.parametrize(
    ("typed", "fen"),
    [("", None), ("350", 35_000), ("12.5", 1_250), ("0.05", 5), ("1,200.00", 120_000), ("0", 0)],
)
def test_yuan_become_whole_fen(typed: str, fen: int | None) -> None:
    assert read_yuan("unit_cost", typed) == fen


@pytest.mark.parametrize("typed", ["1.234", "-5", "十元", "12345678901"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as error:
        read_yuan("unit_cost", typed)
    assert "unit_cost" in error.value.fields


def test_a_list_without_prices_says_so_and_an_empty_one_is_lacking() -> None:
    assert unpriced_zh([]) == ""
    assert unpriced_zh(["照明"]).startswith("照明还没有单价")
    assert "等 6 样" in unpriced_zh(list("一二三四五六"))
    assert "等" not in unpriced_zh(list("一二三四五"))
    assert lacking(["B01"]) == []
    assert [one.code for one in lacking([])] == ["no_items"]


@pytest.mark.parametrize("words", [ItemClass, SubsidyKey, CostUnit, SplitBy, ItemPlace])
def test_every_word_has_its_chinese(words: Any) -> None:
    assert all(one.name_zh for one in words)
    assert all(one.counted_zh for one in CostUnit)
