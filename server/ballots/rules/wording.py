"""What a ballot's notice says, as blocks: the motions in plain words, the law behind each, and every setting that binds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.ballots.rules.drafting import (
    MotionText,
    Precedence,
    Unreturned,
    choice_name,
    default_meaning,
)
from server.ballots.rules.law import Base, CustomRule, Demand, Requirement, law_for_closing
from server.kernel.chinatime import CHINA, end_zh
from server.kernel.places import ScopeKind

#: How heads are made [house]: printed, because the law leaves some of it open.
ROLL_RULES = (
    "一套房一票；同一位业主有几套房，算一人，面积加在一起。",
    "夫妻等几人共有的房，合起来投一票；登记了代表人的，以代表人的票为准。共有人不同的几套房，算不同的人。",
    "开发单位、产权单位没有出售的房，各算一人，面积加在一起。租户没有业主票。",
    "车位、车库不计人数和面积。",
    "名册在投票开始的时候定下来，中途不变。投票期间卖掉的房，没投过的由买主投。",
    "选票记录只能往后加。投票开始、期间和截止的核对点都签了名：开始的贴在单元门口，期间的在这份公告和这次投票的网页上，以前的也留着，截止的印在初步结果里。",
)


@dataclass(frozen=True)
class BallotText:
    """What the notice is made of."""

    title: str
    intro: str
    scope: ScopeKind
    limits: str
    opens_at: datetime
    closes_at: datetime
    precedence: Precedence
    unreturned: Unreturned
    clause: str
    may_change: bool
    proxy_limit: int
    motions: Sequence[MotionText]


def requirement(motion: MotionText, closes_at: datetime) -> Requirement:
    """What the motion takes, by the law of the closing day or by the rule it carries."""
    if motion.rule is not None:
        return CustomRule.from_document(motion.rule).requirement()
    if motion.matter is None:
        raise ValueError("a motion has a matter or a rule")
    return law_for_closing(closes_at).requirement(motion.matter)


def demand_text(motion: MotionText, closes_at: datetime) -> str:
    """What it takes, in one sentence."""
    needs = requirement(motion, closes_at)
    quorum = f"参与表决的人数和面积，都要达到{_share(needs.quorum)}" if needs.quorum else "不要求参与比例"
    return f"{quorum}；同意的人数和面积，都要达到{_share(needs.approval)}（{needs.basis_zh}）。"


def _share(demand: Demand) -> str:
    of = "全体业主" if demand.of is Base.ROLL else "参与表决业主"
    return f"{of}的{demand.threshold.text_zh}"


def announcement_blocks(text: BallotText) -> list[dict[str, Any]]:
    """The body of the notice that freezes the text."""
    blocks: list[dict[str, Any]] = []
    if text.intro:
        blocks.append({"kind": "text", "text": text.intro})
    blocks.append({"kind": "figures", "figures": _figures(text)})
    for number, motion in enumerate(text.motions, 1):
        blocks += _motion_blocks(number, motion, text.closes_at)
    blocks.append({"kind": "heading", "text": "怎么算"})
    blocks.append({"kind": "list", "items": [*ROLL_RULES, *_setting_lines(text)]})
    return blocks


def extension_blocks(reason: str, before: datetime, after: datetime) -> list[dict[str, Any]]:
    """The body of the notice that tells of a later closing."""
    return [
        {
            "kind": "figures",
            "figures": [["原来的截止时间", end_zh(before)], ["新的截止时间", end_zh(after)]],
        },
        {"kind": "heading", "text": "为什么延期"},
        {"kind": "text", "text": reason},
        {"kind": "heading", "text": "要做什么"},
        {
            "kind": "list",
            "items": [
                "已经投过的，都算数，不用重投。",
                "还没投的，在新的截止时间以前投。手机投、纸票投、请人代录都可以，效力一样。",
                "表决的事项、投票的人和计票的办法都不变。",
            ],
        },
    ]


def _figures(text: BallotText) -> list[list[str]]:
    return [
        ["谁投票", text.limits],
        [
            "怎么计票",
            {"community": "全小区合起来计", "building": "每栋楼分开计", "entrance": "每个单元分开计"}[
                text.scope.value
            ],
        ],
        ["开始", long_time(text.opens_at)],
        ["截止", end_zh(text.closes_at)],
    ]


def _motion_blocks(number: int, motion: MotionText, closes_at: datetime) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = [{"kind": "heading", "text": f"第 {number} 项：{motion.title}"}]
    if motion.description:
        blocks.append({"kind": "text", "text": motion.description})
    meanings = [
        f"{choice_name(choice)}：{motion.meanings.get(choice) or default_meaning(motion, choice)}"
        for choice in motion.choices
    ]
    blocks.append({"kind": "list", "items": meanings})
    blocks.append({"kind": "law", "text": demand_text(motion, closes_at)})
    return blocks


def _setting_lines(text: BallotText) -> list[str]:
    lines = [f"同一位业主投了几次的，{text.precedence.name_zh}。"]
    lines.append("截止前可以改。" if text.may_change else "投了不能改。")
    if text.unreturned is Unreturned.NONE:
        lines.append("没投票的，不算参与。签了名但某一项空着的，这一项算弃权。没签名的纸票作废。")
    else:
        lines.append(f"请注意：票送到后没有投的，按议事规则算入多数意见。条款原文：{text.clause}")
        # Silence alone follows: whoever handed in a paper was not silent, whatever stands on it.
        lines.append(
            "票没有送到的，不算参与。签了名但某一项空着的，这一项算弃权。没签名的纸票作废，也不算入多数意见。"
        )
    lines.append(_proxy_line(text.proxy_limit))
    lines.append("可以用手机投，也可以领纸票投，还可以请居委会上门或当面代录。效力一样。")
    lines.append("截止前谁也看不到任何人的选择，只公布有多少人、多少面积参与。")
    return lines


def _proxy_line(limit: int) -> str:
    if limit == 0:
        return "不接受委托投票。"
    return (
        f"可以书面委托别人投，写明委托哪几项，签名，到居委会登记。一人最多替 {limit} 位业主投。没投以前可以撤回。"
        "物业公司的人不能受托，受托人不能再转托。"
    )


def announcement_title(title: str) -> str:
    """A vote whose name already says that it is one is not called so twice."""
    return f"{title}公告" if title.endswith(("表决", "投票")) else f"{title}表决公告"


def long_time(instant: datetime) -> str:
    """A document always writes the year."""
    moment = instant.astimezone(CHINA)
    return f"{moment.year} 年 {moment.month} 月 {moment.day} 日 {moment:%H:%M}"


#: As long as the form takes them.
LONGEST_TITLE, LONGEST_INTRO = 60, 2000
AGAIN = "（重新表决）"


def again_title(earlier: str) -> str:
    """A vote held again says so in its name, once."""
    plain = earlier.removesuffix(AGAIN)
    return f"{plain[: LONGEST_TITLE - len(AGAIN)]}{AGAIN}"


def again_intro(title: str, closed_at: datetime, intro: str, became: str = "") -> str:
    """What owners have to know first: what became of the earlier vote, and that nothing that was cast before counts now."""
    became = became or "结果已经公布，不改"
    said = f"“{title}”{end_zh(closed_at)} 截止，{became}。这是新的一次投票，上一次投的票不算，要重新投。"
    return f"{said}\n{intro}".strip()[:LONGEST_INTRO]
