"""What may be seen of an item: exactly, or without exact areas where a scope is small."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from server.ballots.rules.law import CIVIL_CODE
from server.decisions.rules import Asked, ItemResult, items_of, summary
from server.decisions.rules.facts import Announced, EarlierCount, Facts
from server.decisions.rules.sheet import blocks
from server.decisions.rules.shown import shown
from server.kernel.matters import Matter
from server.notices.rules import BLOCKS, drawn_blocks

FACTS = Facts(
    ballot_title="二号楼加装电梯",
    scope="building",
    limits="2 栋的业主",
    opened_at=datetime(2026, 3, 1, 1, tzinfo=UTC),
    closes_at=datetime(2026, 3, 20, 10, tzinfo=UTC),
    law="civil-code-278",
    law_name=CIVIL_CODE.name_zh,
    roll_heads=12,
    roll_area=Decimal("1031.37"),
    count_number=2,
    counted_at=datetime(2026, 3, 21, 1, tzinfo=UTC),
    events=13,
    head_hash="0" * 64,
    channels={"online": 8, "paper": 2, "assisted": 0},
    voided=1,
    announced=Announced("公告〔2026〕3 号", date(2026, 2, 10), date(2026, 2, 25)),
    earlier_counts=(EarlierCount(1, datetime(2026, 3, 20, 11, tzinfo=UTC)),),
    subsidy_kept=True,
    subsidy_keys=("elevator",),
    subsidy_sentence="加装电梯，符合中央补助条件。",
    least_heads=30,
)


PUBLIC = {"participants": 83, "for": 75, "against": 9}


def item(
    heads: dict[str, int],
    area: dict[str, str],
    verdict: str = "passed",
    *,
    is_exact: bool = False,
    shares: dict[str, int] | None = None,
) -> ItemResult:
    motion: dict[str, Any] = {
        "id": "m1",
        "law": "civil-code-278",
        "heads": heads,
        "area": area,
        "verdict": verdict,
    }
    told = {"id": "m1", "is_exact": is_exact, "shares": shares}
    details = [{"scope": "building 2", "motions": [told]}]
    asked = Asked(
        "m1", "加装电梯", "approve", Matter.REBUILD, None, None, CIVIL_CODE.requirement(Matter.REBUILD)
    )
    (found,) = items_of([{"scope": "building 2", "motions": [motion]}], details, [asked])
    return found


HEADS = {"roll": 12, "participants": 10, "for": 9, "against": 1, "abstain": 0}
AREA = {"roll": "1031.37", "participants": "858.91", "for": "771.04", "against": "87.87", "abstain": "0.00"}
SMALL = item(HEADS, AREA, shares=PUBLIC)
EXACT = ("1031.37", "1,031.37", "858.91", "771.04", "87.87", "172.46")


@pytest.mark.parametrize(
    ("of", "publicly", "is_exact"),
    [
        pytest.param(item(HEADS, AREA, is_exact=True), True, True, id="the-public-of-a-large-scope"),
        pytest.param(SMALL, True, False, id="the-public-of-a-small-one"),
        pytest.param(SMALL, False, True, id="those-who-may-see-exactly"),
    ],
)
def test_exact_areas_stand_where_the_count_says_they_may(
    of: ItemResult, publicly: bool, is_exact: bool
) -> None:
    assert shown(of, publicly=publicly).is_exact is is_exact


def test_of_a_small_scope_the_public_gets_heads_whole_per_cents_and_tests() -> None:
    public = shown(SMALL, publicly=True)
    assert (public.roll_heads, public.heads) == (12, 10)
    assert public.area is None and public.roll_area is None
    assert public.roll_share == Fraction(83, 100)
    assert [(side.word, side.heads, side.area, side.roll_share) for side in public.sides] == [
        ("同意", 9, None, Fraction(75, 100)),
        ("反对", 1, None, Fraction(9, 100)),
        ("弃权", 0, None, Fraction(0)),
    ]
    assert [test.endswith("达到。") for test in public.tests] == [True] * 4
    assert not any(number in repr(public) for number in EXACT)


def test_where_no_share_may_be_told_none_is() -> None:
    public = shown(item(HEADS, AREA), publicly=True)
    assert public.roll_share is None
    assert {side.roll_share for side in public.sides} == {None}
    assert not public.has_shares
    assert public.area_text == "不公布"
    assert public.heads == 10


def test_a_small_scope_that_fell_short_does_not_tell_by_what_area() -> None:
    short = item(
        {"roll": 12, "participants": 7, "for": 7, "against": 0, "abstain": 0},
        {"roll": "1031.37", "participants": "600.00", "for": "600.00", "against": "0.00", "abstain": "0.00"},
        "no_quorum",
    )
    assert shown(short).quorum_sentence == "参与不够（三分之二以上），还差 1 人，还差 87.58 ㎡"
    assert shown(short, publicly=True).quorum_sentence == "参与不够（三分之二以上），还差 1 人，面积也不够"


def test_the_sheet_of_a_small_scope_holds_no_exact_area() -> None:
    body = blocks([shown(SMALL, publicly=True)], summary([SMALL]), FACTS, "说明", "接下来做什么")
    text = json.dumps(body, ensure_ascii=False)
    assert not any(number in text for number in EXACT)
    assert "83/100" in text and "全体业主" in text


def test_where_no_share_may_be_told_the_sheet_has_heads_alone() -> None:
    body = blocks([shown(item(HEADS, AREA), publicly=True)], summary([SMALL]), FACTS, "", "")
    kinds = [block["kind"] for block in body]
    assert "twin_bar" not in kinds and "choice_bar" not in kinds
    assert "10 / 12 人" in json.dumps(body, ensure_ascii=False)


def test_the_blocks_can_be_drawn() -> None:
    drawn = drawn_blocks(blocks([shown(SMALL), shown(SMALL, publicly=True)], summary([SMALL]), FACTS, "", ""))
    bars = [block for block in drawn if block["kind"] == "twin_bar"]
    assert [bar["area_share"] for bar in bars] == [None, Fraction(83, 100)]
    assert bars[0]["area"] == [Decimal("858.91"), Decimal("1031.37")]
    assert bars[0]["marks"] == [Fraction(2, 3)]


def test_the_sheet_is_made_of_a_notices_blocks_and_says_what_domain_4_4_asks() -> None:
    body = blocks([shown(SMALL)], summary([SMALL]), FACTS, "", "4 月开工。")
    assert all(BLOCKS[block["kind"]] <= block.keys() for block in body)
    text = json.dumps(body, ensure_ascii=False)
    for wanted in ("通过 1 项", "2 栋", "参与投票", "1031.37", "手机投票 8 份", "纸票 2 份", "复核作废",
                   "第二百七十八条", "一年内", "加装电梯，符合", "4 月开工。", "公告〔2026〕3 号", "第 2 次计票"):  # fmt: skip
        assert wanted in text


def test_facts_are_read_back_as_they_were_written() -> None:
    document = json.loads(json.dumps(FACTS.as_document(), ensure_ascii=False))
    assert Facts.from_document(document) == FACTS
