"""What may be announced, opened, keyed and cast: the rules before and beside the count, each side of each edge."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from server.ballots.rules import desk, drafting, wording
from server.ballots.rules.casting import AskedMotion
from server.ballots.rules.disclosure import public_shares
from server.ballots.rules.drafting import Kind, MotionText, Precedence, Stage, Unreturned
from server.ballots.rules.marks import Mark
from server.ballots.rules.tally import Figures
from server.kernel.errors import Invalid
from server.kernel.matters import Matter
from server.kernel.places import ScopeKind
from server.ledger.rules.words import AreaSource

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
ROAD = MotionText("道路", Kind.APPROVE, Matter.OTHER)
COLOUR = MotionText("外墙颜色", Kind.CHOOSE_ONE, Matter.OTHER, options=("米白", "浅灰"))
RULE = {"basis": "业主大会议事规则第 8 条", "quorum": None, "approval": {"of": "roll", "more_than": "1/2"}}


def codes(reasons: list[Any]) -> list[str]:
    return [reason.code for reason in reasons]


@pytest.mark.parametrize(
    ("motion", "said"),
    [
        pytest.param(ROAD, None, id="an-approval-with-a-matter-is-fit"),
        pytest.param(COLOUR, None, id="a-choice-of-two-is-fit"),
        pytest.param(replace(ROAD, matter=None, rule=RULE), None, id="a-rule-stands-in-place-of-a-matter"),
        pytest.param(replace(ROAD, title=" "), "名称", id="no-title"),
        pytest.param(replace(ROAD, matter=None), "法定事项", id="neither-matter-nor-rule"),
        pytest.param(replace(ROAD, rule=RULE), "只能有一个", id="both-matter-and-rule"),
        pytest.param(
            replace(ROAD, matter=None, rule=RULE, catalogue_item_id=1),
            "不能按规约",
            id="a-listed-content-by-a-rule",
        ),
        pytest.param(replace(ROAD, options=("a",)), "不用写方案", id="an-approval-with-options"),
        pytest.param(replace(COLOUR, options=("米白",)), "至少写两个", id="one-option-is-no-choice"),
        pytest.param(replace(COLOUR, options=("米白", "米白")), "同一个方案", id="an-option-twice"),
        pytest.param(replace(COLOUR, options=("米白", " ")), "不能空着", id="an-option-without-a-name"),
        pytest.param(replace(ROAD, meanings={"maybe": "?"}), "maybe", id="a-meaning-of-no-choice"),
    ],
)
def test_a_motion_is_fit_or_says_why_not(motion, said):
    faults = drafting.motion_faults(motion)
    assert not faults if said is None else any(said in fault for fault in faults)


@pytest.mark.parametrize(
    ("options", "is_fit"),
    [
        pytest.param(("A", "Ａ"), False, id="in-width"),
        pytest.param(("plan a", "Plan A"), False, id="in-case"),
        pytest.param(("方案一", "方案 一"), False, id="in-a-blank"),
        pytest.param(("方案一", "方案　一"), False, id="in-a-wide-blank"),
        pytest.param(("米白", "浅灰", "米　白"), False, id="not-side-by-side"),
        pytest.param(("1.5 米", "15 米"), True, id="in-a-point"),
        pytest.param(("A", "A+"), True, id="in-a-sign"),
        pytest.param(("方案一", "方案二"), True, id="in-a-word"),
    ],
)
def test_two_options_that_read_alike_are_one(options, is_fit):
    faults = drafting.motion_faults(replace(COLOUR, options=options))
    assert not faults if is_fit else ["同一个方案" in fault for fault in faults] == [True]


@pytest.mark.parametrize(
    ("count", "said"),
    [
        pytest.param(32, None, id="as-many-as-the-desk-has-keys"),
        pytest.param(33, "最多 32 个，现在有 33 个", id="one-too-many"),
    ],
)
def test_a_motion_has_as_many_options_as_can_be_keyed(count, said):
    faults = drafting.motion_faults(
        replace(COLOUR, options=tuple(f"颜色 {number}" for number in range(count)))
    )
    assert not faults if said is None else [said in fault for fault in faults] == [True]


@pytest.mark.parametrize("mark", Mark)
def test_no_option_is_taken_for_a_mark_on_a_paper(mark):
    faults = drafting.motion_faults(replace(COLOUR, options=("米白", mark.value)))
    assert len(faults) == 1 and mark.value in faults[0] and "请换一个名字" in faults[0]


@pytest.mark.parametrize("key", ["roll", "participants", "for", "against", "abstain"])
def test_no_option_has_a_key_of_the_count(key):
    faults = drafting.motion_faults(replace(COLOUR, options=("米白", key)))
    assert len(faults) == 1 and key in faults[0]


@pytest.mark.parametrize("option", ["同意", "反对", "弃权", "空白", " 弃 权 ", "“弃权”", "弃权。"])
def test_no_option_reads_like_another_box_of_the_paper(option):
    faults = drafting.motion_faults(replace(COLOUR, options=("米白", option)))
    assert len(faults) == 1 and f"“{option}”" in faults[0] and "换一个说法" in faults[0]


@pytest.mark.parametrize("option", ["blank wall", "空白墙", "rolls", "同意米白", "都不反对", "——"])
def test_an_option_may_hold_a_reserved_word(option):
    assert not drafting.motion_faults(replace(COLOUR, options=("米白", option)))


@pytest.mark.parametrize(
    ("title", "motions", "found"),
    [
        pytest.param("改造", [ROAD], [], id="a-title-and-a-motion-are-enough"),
        pytest.param(" ", [ROAD], ["no_title"], id="no-title"),
        pytest.param("改造", [], ["no_motions"], id="nothing-to-decide"),
        pytest.param("改造", [replace(ROAD, title="")], ["motion_wrong"], id="a-motion-without-a-name"),
    ],
)
def test_what_is_missing_in_the_text(title, motions, found):
    assert codes(drafting.text_obstacles(title, motions)) == found


@pytest.mark.parametrize(
    ("opens", "closes", "found"),
    [
        pytest.param(None, NOON, ["no_dates"], id="no-opening"),
        pytest.param(NOON, NOON + timedelta(days=5), [], id="the-shortest-vote"),
        pytest.param(NOON, NOON + timedelta(days=5, seconds=-1), ["vote_too_short"], id="a-second-too-short"),
        pytest.param(NOON, NOON + timedelta(days=60), [], id="the-longest-vote"),
        pytest.param(NOON, NOON + timedelta(days=60, seconds=1), ["vote_too_long"], id="a-second-too-long"),
        pytest.param(NOON, NOON, ["closes_before_opening"], id="closing-as-it-opens"),
        pytest.param(
            NOON - timedelta(seconds=1),
            NOON + timedelta(days=6),
            ["period_too_short"],
            id="a-second-before-the-notice-is-over",
        ),
    ],
)
def test_dates_are_fit_or_say_why_not(opens, closes, found):
    reasons = drafting.dates_obstacles(opens, closes, earliest=NOON, shortest_days=5, longest_days=60)
    assert codes(reasons) == found


def flat(area: str | None = "60.00", source: AreaSource = AreaSource.REGISTER, owners=(1,), is_counted=True):
    found = None if area is None else Decimal(area)
    return SimpleNamespace(
        label="1 栋 101", area=found, area_source=source, owners=owners, is_counted=is_counted
    )


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        pytest.param([flat()], [], id="a-flat-with-area-and-owner"),
        pytest.param([], ["no_heads"], id="no-flat-at-all"),
        pytest.param([flat(is_counted=False)], ["no_heads"], id="parking-alone-is-no-head"),
        pytest.param([flat(None)], ["area_missing"], id="no-area"),
        pytest.param([flat("0.00")], ["area_missing"], id="an-area-of-nothing"),
        pytest.param([flat(source=AreaSource.ESTIMATE)], ["area_estimated"], id="an-estimate-serves-no-vote"),
        pytest.param([flat(owners=())], ["owner_missing"], id="nobody-owns-it"),
    ],
)
def test_what_in_the_ledger_stands_in_the_way(rows, found):
    assert codes(drafting.roll_obstacles(rows)) == found


def test_a_long_list_of_flats_is_cut_and_counted():
    (reason,) = drafting.roll_obstacles([flat(None)] * 13)
    assert "等 13 套" in reason.message
    (reason,) = drafting.roll_obstacles([flat(None)] * 12)
    assert "等" not in reason.message


@pytest.mark.parametrize(
    ("announced", "earliest", "found"),
    [
        pytest.param("h", NOON, [], id="announced-unchanged-and-long-enough"),
        pytest.param(None, NOON, ["not_announced"], id="never-announced"),
        pytest.param("other", NOON, ["text_changed"], id="the-text-is-another"),
        pytest.param("h", NOON + timedelta(seconds=1), ["period_not_over"], id="a-second-too-early"),
    ],
)
def test_what_the_announcement_asks_of_the_opening(announced, earliest, found):
    reasons = drafting.announced_obstacles(
        announced_hash=announced, present_hash="h", earliest=earliest, now=NOON
    )
    assert codes(reasons) == found


@pytest.mark.parametrize(
    ("facts", "stage"),
    [
        pytest.param({}, Stage.DRAFT, id="a-draft"),
        pytest.param({"announced": True}, Stage.ANNOUNCED, id="announced"),
        pytest.param(
            {"opened_at": NOON, "closing_at": NOON + timedelta(seconds=1)}, Stage.OPEN, id="the-last-second"
        ),
        pytest.param({"opened_at": NOON, "closing_at": NOON}, Stage.CLOSED, id="at-the-closing"),
        pytest.param({"opened_at": NOON, "closing_at": NOON, "counted": True}, Stage.COUNTED, id="counted"),
        pytest.param({"announced": True, "discarded": True}, Stage.DISCARDED, id="discarded"),
    ],
)
def test_a_stage_follows_from_acts_and_dates(facts, stage):
    usual = {"announced": False, "opened_at": None, "closing_at": None, "counted": False, "discarded": False}
    assert drafting.stage_of(**{**usual, **facts}, now=NOON) is stage


@pytest.mark.parametrize(
    ("unreturned", "clause", "found"),
    [
        pytest.param(Unreturned.NONE, "", [], id="silence-means-nothing"),
        pytest.param(Unreturned.NONE, "第 9 条", [], id="a-clause-that-nothing-rests-on"),
        pytest.param(Unreturned.FOLLOW_MAJORITY, "第 9 条", [], id="silence-follows-by-a-clause"),
        pytest.param(Unreturned.FOLLOW_MAJORITY, "", ["no_clause"], id="silence-follows-by-no-clause"),
        pytest.param(Unreturned.FOLLOW_MAJORITY, " \n", ["no_clause"], id="an-empty-clause"),
    ],
)
def test_silence_follows_the_majority_only_by_a_recorded_clause(unreturned, clause, found):
    assert codes(drafting.settings_obstacles(unreturned, clause)) == found


@pytest.mark.parametrize("words", [Kind, Precedence, Unreturned, Stage])
def test_each_setting_and_stage_has_a_chinese_name_of_its_own(words):
    names = {one.name_zh for one in words}
    assert len(names) == len(words)
    assert not any(letter.isascii() for name in names for letter in name)


@pytest.mark.parametrize(
    ("motion", "choice", "said"),
    [
        (ROAD, "for", "你同意做“道路”"),
        (ROAD, "against", "你不同意做“道路”"),
        (ROAD, "abstain", "参与了表决，但不算同意"),
        (COLOUR, "浅灰", "你选“浅灰”。只有它单独达到法定比例"),
        (COLOUR, "abstain", "参与了表决，但不算同意"),
    ],
)
def test_each_choice_says_what_it_means_where_the_committee_did_not(motion, choice, said):
    assert said in drafting.default_meaning(motion, choice)


ASKED = [AskedMotion("m1", "道路", ("for", "against", "abstain"))]


@pytest.mark.parametrize(
    ("read", "choices", "marks"),
    [
        pytest.param({"m1": "for"}, {"m1": "for"}, {}, id="a-plain-choice"),
        pytest.param({}, {"m1": "abstain"}, {"m1": "blank"}, id="a-blank-item-abstains"),
        pytest.param({"m1": "split"}, {"m1": "abstain"}, {"m1": "split"}, id="a-split-opinion-abstains"),
    ],
)
def test_what_was_keyed_becomes_choices(read, choices, marks):
    assert desk.keyed(ASKED, read) == desk.Keyed(choices, marks)


@pytest.mark.parametrize("read", [{"m9": "for"}, {"m1": "perhaps"}], ids=["another-item", "another-choice"])
def test_what_cannot_stand_on_the_paper_is_refused(read):
    with pytest.raises(Invalid):
        desk.keyed(ASKED, read)


def test_where_silence_followed_the_majority_no_share_is_told():
    assert public_shares(SimpleNamespace(followers=Figures(1, Decimal("60.00"))), []) is None


def test_a_rule_of_its_own_is_printed_with_its_basis():
    assert "第 8 条" in str(wording.requirement(replace(ROAD, matter=None, rule=RULE), NOON))
    with pytest.raises(ValueError, match="matter or a rule"):
        wording.requirement(replace(ROAD, matter=None), NOON)


def notice(**changes: Any) -> list[dict[str, Any]]:
    text = wording.BallotText(
        title="改造",
        intro="",
        scope=ScopeKind.COMMUNITY,
        limits="全小区业主",
        opens_at=NOON,
        closes_at=NOON + timedelta(days=7),
        precedence=Precedence.LATEST,
        unreturned=Unreturned.NONE,
        clause="",
        may_change=False,
        proxy_limit=0,
        motions=[ROAD],
    )
    return wording.announcement_blocks(replace(text, **changes))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "不算参与"),
        ({"unreturned": Unreturned.FOLLOW_MAJORITY, "clause": "第 9 条"}, "第 9 条"),
        (
            {"unreturned": Unreturned.FOLLOW_MAJORITY, "clause": "第 9 条"},
            "票没有送到的，不算参与。签了名但某一项空着的",
        ),
        ({}, "不接受委托"),
        ({"proxy_limit": 3}, "一人最多替 3 位业主投"),
    ],
)
def test_the_notice_prints_what_silence_means_and_how_many_an_agent_may_stand_for(changes, said):
    assert said in str(notice(**changes))


def test_the_notice_begins_with_the_words_of_the_committee_where_it_has_some():
    assert notice(intro="为什么要改")[0] == {"kind": "text", "text": "为什么要改"}
    assert notice()[0]["kind"] == "figures"


def test_under_each_motion_stand_its_description_its_choices_and_what_the_law_asks():
    shown = notice(motions=[replace(ROAD, description="从北门到 3 栋", meanings={"for": "今年就修"}), COLOUR])
    first, second = shown[1:5], shown[5:8]
    assert [block["kind"] for block in first] == ["heading", "text", "list", "law"]
    assert (first[0]["text"], first[1]["text"]) == ("第 1 项：道路", "从北门到 3 栋")
    assert first[2]["items"] == [
        "同意：今年就修",
        "反对：你不同意做“道路”。",
        "弃权：算你参与了表决，但不算同意。",
    ]
    assert [block["kind"] for block in second] == ["heading", "list", "law"]
    assert second[1]["items"][0].startswith("米白：你选“米白”。只有它单独达到法定比例")
    asked = (
        "参与表决的人数和面积，都要达到全体业主的三分之二以上；同意的人数和面积，都要达到参与表决业主的过半数"
    )
    assert first[3]["text"].startswith(asked) and "第（九）项" in first[3]["text"]


def test_the_notice_of_a_later_closing_tells_both_times_the_reason_and_that_votes_stand():
    figures, *rest = wording.extension_blocks("参与的人不够", NOON, NOON + timedelta(days=31, hours=12))
    assert figures["figures"] == [
        ["原来的截止时间", "2026 年 3 月 2 日 12:00"],
        ["新的截止时间", "2026 年 4 月 2 日 24:00"],
    ]
    assert {"kind": "text", "text": "参与的人不够"} in rest
    assert rest[-1]["items"][0] == "已经投过的，都算数，不用重投。"


def test_a_frozen_text_is_plain_json_all_the_way_down():
    frozen = drafting.frozen_text(
        at=NOON, scope=ScopeKind.COMMUNITY, rule={"since": NOON}, motions=[ROAD], number=3
    )
    assert frozen["at"] == frozen["rule"]["since"] == "2026-03-02T12:00:00+08:00"
    assert (frozen["scope"], frozen["number"], frozen["motions"][0]["matter"]) == ("community", 3, "other")


@pytest.mark.parametrize(
    ("title", "notice"),
    [
        ("屋面和楼道", "屋面和楼道表决公告"),
        ("老旧小区改造内容表决", "老旧小区改造内容表决公告"),
        ("加装电梯投票", "加装电梯投票公告"),
    ],
)
def test_the_notice_of_a_vote_says_once_that_it_is_one(title: str, notice: str) -> None:
    assert wording.announcement_title(title) == notice


@pytest.mark.parametrize(
    ("closes_at", "said"),
    [
        pytest.param(
            datetime(2026, 3, 31, 15, 59, tzinfo=UTC), "2026 年 3 月 31 日 23:59", id="before-midnight"
        ),
        pytest.param(datetime(2026, 3, 31, 16, 0, tzinfo=UTC), "2026 年 3 月 31 日 24:00", id="midnight"),
        pytest.param(
            datetime(2026, 3, 31, 16, 1, tzinfo=UTC), "2026 年 4 月 1 日 00:01", id="after-midnight"
        ),
    ],
)
def test_a_vote_that_closes_at_midnight_closes_with_the_day_that_is_over(closes_at, said):
    assert ["截止", said] in notice(closes_at=closes_at)[0]["figures"]


def test_a_vote_that_opens_at_midnight_opens_with_the_day_that_begins():
    opens = datetime(2026, 3, 17, 16, 0, tzinfo=UTC)
    assert ["开始", "2026 年 3 月 18 日 00:00"] in notice(opens_at=opens)[0]["figures"]
