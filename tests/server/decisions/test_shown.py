"""What may be seen of an item: exactly, or without exact areas where a scope is small."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from server.ballots.rules.law import CIVIL_CODE, Base, CustomRule, Demand
from server.decisions.rules import Asked, ItemResult, items_of, summary
from server.decisions.rules.facts import Announced, EarlierCount, Facts
from server.decisions.rules.sheet import (
    OUTCOMES_ARE_COUNTED,
    PRELIMINARY,
    blocks,
    preliminary_blocks,
    title_of,
)
from server.decisions.rules.shown import shown
from server.kernel.matters import Matter
from server.kernel.shares import at_least
from server.notices.rules import BLOCKS, LONGEST_TITLE, drawn_blocks

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


@pytest.mark.parametrize(
    ("publicly", "of", "whole", "for_"),
    [
        pytest.param(False, SMALL, "858.91 / 1,031.37 ㎡", "771.04 ㎡", id="exactly"),
        pytest.param(True, SMALL, "占全体约 83%", "占全体约 75%", id="in-whole-per-cents"),
        pytest.param(True, item(HEADS, AREA), "不公布", "不公布", id="not-at-all"),
    ],
)
def test_an_area_is_told_as_far_as_it_may_be(publicly: bool, of: ItemResult, whole: str, for_: str) -> None:
    told = shown(of, publicly=publicly)
    assert told.area_text == whole
    assert told.side_area_text(told.sides[0]) == for_


OPTIONS = ItemResult(
    motion="m1", title="外墙颜色", scope="community", kind="choose_one", matter=None, catalogue_item_id=None,
    subsidy_key=None, law="civil-code-278", basis="《民法典》第二百七十八条",
    heads={"roll": 10, "participants": 8, "灰色": 5, "米色": 2, "abstain": 1},
    area={name: Decimal(amount) for name, amount in {
        "roll": 1000, "participants": 800, "灰色": 500, "米色": 200, "abstain": 100,
    }.items()},
    verdict="passed", adopted_option="灰色",
)  # fmt: skip


@pytest.mark.parametrize(
    ("adopted", "tones", "words"),
    [
        pytest.param("灰色", ["for", "against", "abstain"], "通过：灰色", id="the-first"),
        pytest.param("米色", ["against", "for", "abstain"], "通过：米色", id="the-second"),
        pytest.param(None, ["against", "against", "abstain"], "通过", id="none"),
    ],
)
def test_of_a_choice_among_options_the_adopted_one_alone_has_the_colour_of_yes(
    adopted: str | None, tones: list[str], words: str
) -> None:
    told = shown(replace(OPTIONS, adopted_option=adopted))
    assert [side.word for side in told.sides] == ["灰色", "米色", "弃权"]
    assert [side.tone for side in told.sides] == tones
    assert told.outcome_words == words


def choice(red: int, grey: int, share: str = "1/2") -> ItemResult:
    """A choice of two by a rule of its own, where so much of those who take part is enough."""
    rule = CustomRule("《管理规约》第十二条", None, Demand(Base.PARTICIPANTS, at_least(share)))
    heads = {"roll": 10, "participants": red + grey, "红色": red, "灰色": grey, "abstain": 0}
    won = [side for side in ("红色", "灰色") if rule.approval.threshold.is_met(heads[side], red + grey)]
    motion = {
        "id": "m1",
        "law": "custom",
        "heads": heads,
        "area": {name: f"{number * 100}.00" for name, number in heads.items()},
        "verdict": "passed" if len(won) == 1 else "rejected",
        "adopted": won[0] if len(won) == 1 else None,
    }
    told = {"id": "m1", "is_exact": True, "shares": None}
    asked = Asked("m1", "外墙颜色", "choose_one", None, None, None, rule.requirement())
    details = [{"scope": "community", "motions": [told]}]
    (found,) = items_of([{"scope": "community", "motions": [motion]}], details, [asked])
    return found


@pytest.mark.parametrize(
    ("red", "grey", "words", "is_approved", "sentence"),
    [
        pytest.param(5, 3, "通过：红色", True, "选“红色”够了（半数以上）", id="one-reaches-it"),
        pytest.param(4, 4, "未通过", False, "不止一个方案达到要求", id="both-reach-it"),
    ],
)
def test_where_two_options_reach_what_is_asked_the_sheet_says_why_none_was_adopted(
    red: int, grey: int, words: str, is_approved: bool, sentence: str
) -> None:
    told = shown(choice(red, grey))
    assert (told.outcome_words, told.is_approved, told.approval_sentence) == (words, is_approved, sentence)
    assert any("不止一个方案达到要求" in test for test in told.tests) is not is_approved


def test_an_option_that_falls_short_is_no_tie() -> None:
    told = shown(choice(4, 4, "3/4"))
    assert not told.is_approved and told.approval_sentence.startswith("选“红色”不够")
    assert not any("不止一个" in test for test in told.tests)


# ------------------------------------------------------------------ the sheet


@pytest.mark.parametrize(
    ("ballot", "title"),
    [
        pytest.param("二号楼加装电梯", "关于“二号楼加装电梯”的改造决定", id="as-the-ballot-is-called"),
        pytest.param("长" * 60, f"关于“{'长' * 60}”的改造决定", id="as-long-as-it-fits"),
        pytest.param("长" * 60 + "尾", f"关于“{'长' * 60}”的改造决定", id="cut-where-it-does-not"),
    ],
)
def test_a_decision_is_called_after_its_ballot(ballot: str, title: str) -> None:
    assert title_of(ballot) == title
    assert len(title) <= LONGEST_TITLE


@pytest.mark.parametrize(
    ("heads", "whole"),
    [
        pytest.param(29, "29 人", id="one-head-too-few"),
        pytest.param(30, "30 人，1,031.37 ㎡", id="just-enough"),
        pytest.param(1_200, "1,200 人，1,031.37 ㎡", id="many"),
    ],
)
def test_the_roll_has_its_area_only_where_it_has_heads_enough(heads: int, whole: str) -> None:
    body = blocks([], summary([SMALL]), replace(FACTS, roll_heads=heads), "", "")
    (figures,) = [block["figures"] for block in body if ["谁投票", "2 栋的业主"] in block.get("figures", ())]
    assert ["名册", whole] in figures


@pytest.mark.parametrize(
    ("facts", "rows"),
    [
        pytest.param(FACTS, {"表决公告", "公告贴到", "复核作废"}, id="announced-and-one-declared-void"),
        pytest.param(replace(FACTS, announced=None), {"复核作废"}, id="not-announced"),
        pytest.param(replace(FACTS, voided=0), {"表决公告", "公告贴到"}, id="none-declared-void"),
    ],
)
def test_the_sheet_has_a_row_only_for_what_there_was(facts: Facts, rows: set[str]) -> None:
    body = preliminary_blocks([], summary([SMALL]), facts, {}, "")
    figures = dict(row for block in body if block["kind"] == "figures" for row in block["figures"])
    assert figures.keys() & {"表决公告", "公告贴到", "复核作废"} == rows


LINES = "xiangyi log\n13\n" + "0" * 64


def preliminary(voids: dict[str, int]) -> list[dict[str, Any]]:
    return preliminary_blocks([shown(SMALL, publicly=True)], summary([SMALL]), FACTS, voids, LINES)


def test_a_preliminary_sheet_says_first_that_nothing_is_decided_and_last_by_what_it_can_be_checked() -> None:
    body = preliminary({})
    assert body[0] == {"kind": "text", "text": PRELIMINARY}
    assert body[2]["text"] == f"通过 1 项。{OUTCOMES_ARE_COUNTED}"
    assert body[3]["figures"] == [["加装电梯（2 栋）", "通过"]]
    code, law = body[-2:]
    assert (code["kind"], code["text"]) == ("code", LINES)
    assert law == {"kind": "law", "text": f"{CIVIL_CODE.name_zh}。"}
    assert len(drawn_blocks(body)) == len(body)


def test_a_preliminary_sheet_decides_nothing_and_holds_no_exact_area_of_a_small_scope() -> None:
    text = json.dumps(preliminary({}), ensure_ascii=False)
    assert "决定了什么" not in text and "撤销" not in text and "补助" not in text
    assert not any(number in text for number in EXACT)
    assert "83/100" in text


@pytest.mark.parametrize(
    ("voids", "told"),
    [
        pytest.param({}, [], id="none"),
        pytest.param({"冒名": 2}, ["冒名：2 份"], id="for-one-fault"),
        pytest.param({"冒名": 2, "票面涂改": 1}, ["冒名：2 份", "票面涂改：1 份"], id="for-two"),
    ],
)
def test_void_votes_are_told_by_their_faults(voids: dict[str, int], told: list[str]) -> None:
    body = preliminary(voids)
    at = [number for number, block in enumerate(body) if block.get("text") == "作废的票，按原因："]
    assert [body[number + 1] for number in at] == ([{"kind": "list", "items": told}] if told else [])


def test_facts_are_read_back_as_they_were_written() -> None:
    document = json.loads(json.dumps(FACTS.as_document(), ensure_ascii=False))
    assert Facts.from_document(document) == FACTS
