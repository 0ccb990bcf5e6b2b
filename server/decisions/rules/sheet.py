"""The sheet that hangs: a decision in the blocks of a notice. It stands on a public page, so it holds nothing that is not public."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from server.decisions.rules.facts import Facts, day_zh, moment_zh
from server.decisions.rules.outcome import Summary
from server.decisions.rules.shown import ShownItem
from server.kernel.chinatime import end_zh

REVOCATION = (
    "决定对全体业主都算数。业主认为决定侵害了自己的合法权益，可以在知道或者应当知道决定作出之日起一年内，"
    "请求人民法院撤销（《民法典》第二百八十条；建筑物区分所有权司法解释第十二条）。"
)
PRELIMINARY = (
    "投票截止了，票也计了。这是初步结果，还没有定案。公示期里可以提异议，也可以查自己的回执。"
    "异议成立的，把有错的票作废，重新计票，再贴新的结果，这一份留着备查。"
)
KEEP_IT = "下面七行写着一共有几条记录、最后一条的指纹。拍下来留着，以后谁改了记录，一对就看得出来。"
OUTCOMES_ARE_COUNTED = "每一项的结论由计票结果直接得出，任何人都不能改。"


def title_of(ballot_title: str) -> str:
    """What the decision is called until someone words it better; within the length of a notice's title."""
    return f"关于“{ballot_title[:60]}”的改造决定"


def blocks(
    items: Sequence[ShownItem],
    summary: Summary,
    facts: Facts,
    note: str,
    next_steps: str,
    force: str = REVOCATION,
) -> list[dict[str, Any]]:
    """`items` as the public may see them; `force` is what the decision is good for, and how it is attacked."""
    found: list[dict[str, Any]] = [{"kind": "text", "text": note}] if note.strip() else []
    found += [
        {"kind": "heading", "text": "决定了什么"},
        {"kind": "text", "text": f"{summary.sentence}{OUTCOMES_ARE_COUNTED}"},
        # On a telephone the outcome must not lie beyond the edge of a table.
        {
            "kind": "figures",
            "figures": [[f"{item.title}（{item.scope}）", item.outcome_words] for item in items],
        },
        {"kind": "heading", "text": "票是怎么算的"},
        {"kind": "figures", "figures": _figures(facts)},
    ]
    for item in items:
        found += _item_blocks(item)
    found += [
        {"kind": "heading", "text": "中央补助条件"},
        {"kind": "text", "text": facts.subsidy_sentence},
    ]
    if next_steps.strip():
        found += [{"kind": "heading", "text": "接下来"}, {"kind": "text", "text": next_steps}]
    found += [
        {"kind": "heading", "text": "效力"},
        {"kind": "law", "text": f"{facts.law_name}。"},
        {"kind": "text", "text": force},
    ]
    return found


def preliminary_blocks(
    items: Sequence[ShownItem], summary: Summary, facts: Facts, voids: Mapping[str, int], checkpoint: str
) -> list[dict[str, Any]]:
    """The count as it hangs before anything is decided on it. `checkpoint` is the log's, as it was signed after the closing."""
    found: list[dict[str, Any]] = [
        {"kind": "text", "text": PRELIMINARY},
        {"kind": "heading", "text": "初步结果"},
        {"kind": "text", "text": f"{summary.sentence}{OUTCOMES_ARE_COUNTED}"},
        {
            "kind": "figures",
            "figures": [[f"{item.title}（{item.scope}）", item.outcome_words] for item in items],
        },
        {"kind": "heading", "text": "票是怎么算的"},
        {"kind": "figures", "figures": _figures(facts)},
    ]
    if voids:
        told = [f"{fault}：{number} 份" for fault, number in voids.items()]
        found += [{"kind": "text", "text": "作废的票，按原因："}, {"kind": "list", "items": told}]
    for item in items:
        found += _item_blocks(item)
    return [
        *found,
        {"kind": "heading", "text": "截止以后的核对点"},
        {"kind": "text", "text": KEEP_IT},
        {"kind": "code", "caption": "七行字的二维码", "text": checkpoint},
        {"kind": "law", "text": f"{facts.law_name}。"},
    ]


def _figures(facts: Facts) -> list[list[str]]:
    # The whole roll's exact area may not stand beside a small scope's whole per cents.
    whole = f"{facts.roll_heads:,} 人"
    if facts.roll_heads >= facts.least_heads:
        whole += f"，{facts.roll_area:,.2f} ㎡"
    return [
        ["谁投票", facts.limits],
        ["名册", whole],
        ["投票开始", moment_zh(facts.opened_at)],
        ["投票截止", end_zh(facts.closes_at)],
        [f"第 {facts.count_number} 次计票", moment_zh(facts.counted_at)],
        *([["表决公告", facts.announced.number]] if facts.announced else []),
        *([["公告贴到", day_zh(facts.announced.last_on)]] if facts.announced else []),
        ["计入的票", facts.channels_text],
        *([["复核作废", f"{facts.voided} 份"]] if facts.voided else []),
    ]


def _item_blocks(item: ShownItem) -> list[dict[str, Any]]:
    return [
        {"kind": "heading", "text": f"{item.title}（{item.scope}）：{item.outcome_words}"},
        *([_turnout(item), _choices(item)] if item.has_shares else [_heads_only(item)]),
        {"kind": "list", "items": list(item.tests)},
        {"kind": "law", "text": f"{item.basis}。"},
    ]


def _turnout(item: ShownItem) -> dict[str, Any]:
    exact = item.area is not None and item.roll_area is not None
    return {
        "kind": "twin_bar",
        "caption": "参与投票",
        "heads": [item.heads, item.roll_heads],
        "area": [f"{item.area:.2f}", f"{item.roll_area:.2f}"] if exact else None,
        "area_share": None if exact else _written(item.roll_share),
        "marks": [_written(mark) for mark in item.quorum_marks],
        "sentence": item.quorum_sentence,
        "state": "met" if item.is_quorate else "lacking",
    }


def _choices(item: ShownItem) -> dict[str, Any]:
    """Of the participants where areas are exact; else of the whole roll, as the shares are."""
    return {
        "kind": "choice_bar",
        "caption": "选了什么",
        "choices": [
            {
                "word": side.word,
                "tone": side.tone,
                "heads": side.heads,
                "area": None if side.area is None else f"{side.area:.2f}",
                "area_share": _written(side.roll_share),
            }
            for side in item.sides
        ],
        "heads_base": item.heads if item.is_exact else item.roll_heads,
        "area_base": None if item.area is None else f"{item.area:.2f}",
        "base_word": "参与的业主" if item.is_exact else "全体业主",
        "marks": [_written(mark) for mark in item.approval_marks],
        "sentence": item.approval_sentence,
        "state": "met" if item.is_approved else "lacking",
    }


def _heads_only(item: ShownItem) -> dict[str, Any]:
    """Where even rounded areas would betray somebody."""
    return {
        "kind": "table",
        "caption": f"{item.title}（{item.scope}）各选项的人数",
        "columns": ["", ["人数", "num"]],
        "rows": [
            ["参与", f"{item.heads:,} / {item.roll_heads:,} 人"],
            *([side.word, f"{side.heads:,} 人"] for side in item.sides),
        ],
    }


def _written(share: Fraction | None) -> str | None:
    return None if share is None else f"{share.numerator}/{share.denominator}"
