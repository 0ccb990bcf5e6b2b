"""The application for renovation: whether it may, what was asked and voted, what it costs, the drawings, what speaks against."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from server.decisions.exports.decision import item_values
from server.decisions.queries import Whereabouts
from server.decisions.rules.facts import day_zh
from server.decisions.rules.money import NOT_RECORDED, yuan_or_none
from server.decisions.rules.shown import ShownItem, shown
from server.divisions.queries import full_name
from server.kernel.chinatime import china_day
from server.ledger import queries as ledger
from server.surveys import queries as surveys
from server.surveys.rules.publishing import PublicResult
from server.surveys.rules.stages import Stage

RESULTS = {True: "符合", False: "不符合", None: "缺证据"}


def title_of(at: Whereabouts) -> str:
    return f"{at.name}改造申请报告"


def values(at: Whereabouts) -> dict[str, Any]:
    """With exact figures: for the office that applies and the one that decides."""
    return {
        "title": title_of(at),
        "community": at.name,
        "issuer": ledger.contact(at.community_id)[0],
        "division": full_name(at.division_path),
        "facts": _facts(at),
        "eligibility": _eligibility(at),
        "eligibility_tests": [
            {"name": test.name, "result": RESULTS[test.is_met], "reason": test.reason}
            for test in at.eligibility.tests
        ],
        "survey": _survey(at),
        "consent": _consent(at),
        "needs": [
            {
                "title": one.title,
                "wanted": f"{one.wanted:,} / {one.answered:,} 户{'（放进自己搭的方案）' if one.is_only_packed else ''}",
            }
            for one in at.needs
        ],
        "items": [item_values(shown(one.item)) for one in at.items],
        "votes": _part(at, "votes").reason,
        "subsidy": at.subsidy.sentence_zh if at.subsidy else "还没有通过的事项，算不出有没有中央补助。",
        "money": f"{at.money.sentence}{at.priced.sentence(at.money)}",
        "costs": [
            {"title": one.title, "amount": yuan_or_none(one.amount_fen)} for one in at.money.costs or ()
        ],
        "funding": [
            {"source": one.source, "amount": yuan_or_none(one.planned_fen)} for one in at.money.funding or ()
        ],
        "drawings": [{"name": one.name, "version": one.version} for one in at.recorded.drawings or ()],
        "drawings_sentence": _drawings(at),
        "parts": [
            {
                "name": part.name if part.counts else f"{part.name}（只供参考）",
                "stand": part.stand.name_zh,
                "figures": part.figures,
                "asks": part.asks,
                "reason": part.reason,
            }
            for part in at.proposal.parts
        ],
        "proposal": f"{at.proposal.course.name_zh}：{at.proposal.course.meaning_zh}",
        "course": _course(at),
    }


def body(at: Whereabouts, now: datetime, *, publicly: bool) -> list[dict[str, Any]]:
    """The sheet. Publicly: small scopes without exact areas, the survey as its published results tell it."""
    held = values(at)
    found: list[dict[str, Any]] = [
        {"kind": "heading", "text": "小区情况"},
        {"kind": "text", "text": held["facts"]},
        {"kind": "heading", "text": "改造条件"},
        {"kind": "text", "text": held["eligibility"]},
        _table(
            "改造条件的每一条",
            ["条件", "符合吗", "理由"],
            [[one["name"], one["result"], one["reason"]] for one in held["eligibility_tests"]],
        ),
        {"kind": "heading", "text": "入户调查"},
        {"kind": "text", "text": held["survey"]},
        *(_public_survey(at, now) if publicly else _whole_survey(held)),
        {"kind": "heading", "text": "表决"},
        {"kind": "text", "text": f"{held['votes']}{held['subsidy']}"},
        *_items([shown(one.item, publicly=publicly) for one in at.items]),
        {"kind": "heading", "text": "花费和资金"},
        # By the list, a small scope's cost would tell its area.
        {"kind": "text", "text": at.money.sentence if publicly else held["money"]},
        *_lines("要花的钱", ["内容", "金额"], [[one["title"], one["amount"]] for one in held["costs"]]),
        *_lines("谁来出", ["来源", "金额"], [[one["source"], one["amount"]] for one in held["funding"]]),
        {"kind": "heading", "text": "图纸"},
        {"kind": "text", "text": held["drawings_sentence"]},
        *_lines("图纸", ["图名", "版本"], [[one["name"], one["version"]] for one in held["drawings"]]),
        {"kind": "heading", "text": "支持和不支持的每一条"},
        {"kind": "text", "text": f"按规则建议：{held['proposal']}"},
        _parts(held["parts"], publicly=publicly),
    ]
    if held["course"]:
        found.append({"kind": "text", "text": f"签发的意见：{held['course']}"})
    return found


# ------------------------------------------------------------------ sentences


def _facts(at: Whereabouts) -> str:
    community = ledger.community(at.community_id)
    year = community.built_year if community is not None else None
    built = f"{year} 年建成" if year else "建成年份还没有登记"
    return f"{built}，{at.buildings} 栋，{at.households:,} 户（空置、联系不上的也在内）。"


def _eligibility(at: Whereabouts) -> str:
    if at.eligibility.is_eligible:
        return "符合改造条件。"
    return "改造条件还缺证据。" if at.eligibility.is_open else "不符合改造条件。"


def _survey(at: Whereabouts) -> str:
    if at.heard is None:
        return f"入户调查：{NOT_RECORDED}。"
    return f"“{at.heard.title}”（{at.heard.stage.name_zh}）：答了 {at.heard.reached.text}。"


def _consent(at: Whereabouts) -> str:
    part = _part(at, "consent")
    return f"同意的：{part.figures}。要求{part.asks}。{part.reason}"


def _drawings(at: Whereabouts) -> str:
    drawings = at.recorded.drawings
    return f"图纸：{NOT_RECORDED}。" if not drawings else f"共 {len(drawings)} 张图纸。"


def _course(at: Whereabouts) -> str:
    """The newest signed course, with whether it was confirmed; and its reason where it differs."""
    row = at.verdict
    if row is None:
        return ""
    state = "等确认" if row.answer is None else ("已确认" if row.answer.is_confirmed else "被退回")
    reason = f"理由：{row.reason}" if row.reason else ""
    return f"{row.course.name_zh}（{day_zh(china_day(row.signed_at))}签，{state}）。{reason}"


def _part(at: Whereabouts, code: str) -> Any:
    return next(part for part in at.proposal.parts if part.code == code)


# ------------------------------------------------------------------ blocks


def _table(caption: str, columns: list[Any], rows: list[list[str]]) -> dict[str, Any]:
    return {"kind": "table", "caption": caption, "columns": columns, "rows": rows}


def _lines(caption: str, columns: list[Any], rows: list[list[str]]) -> list[dict[str, Any]]:
    return [_table(caption, columns, rows)] if rows else []


def _whole_survey(held: dict[str, Any]) -> list[dict[str, Any]]:
    rows = [[one["title"], one["wanted"]] for one in held["needs"]]
    return [{"kind": "text", "text": held["consent"]}, *_lines("想改什么", ["内容", "想要的户数"], rows)]


def _public_survey(at: Whereabouts, now: datetime) -> list[dict[str, Any]]:
    """What the notice of the results tells, and no more: small counts are hidden there, and so here."""
    if at.heard is None or at.heard.stage is not Stage.CLOSED:
        return [{"kind": "text", "text": "调查截止以前，不公布结果。"}] if at.heard else []
    results = surveys.result_sheet(surveys.known(at.heard.survey_id), now).results
    asked = {at.heard.consent.title} if at.heard.consent else set()
    wanted = {one.title for one in at.needs}
    told = [
        one
        for one in results
        if one.title in asked or (wanted and {line.label for line in one.lines} <= wanted)
    ]
    return [block for one in told if not one.is_withheld for block in _public_blocks(one)]


def _public_blocks(result: PublicResult) -> list[dict[str, Any]]:
    """Each count beside its base, the most said first where several may be said; what is hidden is named without one."""
    shown = [line for line in result.lines if not line.count.is_hidden]
    hidden = [line.label for line in result.lines if line.count.is_hidden]
    if result.is_several:
        shown.sort(key=lambda line: -(line.count.count or 0))
    base = f" / {result.base.text_zh}" if not result.base.is_hidden else ""
    rows = [[line.label, f"{line.count.text_zh}{base} 户"] for line in shown]
    found = [
        _table(f"{result.title}（问了 {result.base.text_zh} 户）", ["答案", [result.count_word, "num"]], rows)
    ]
    if hidden:
        found.append({"kind": "text", "text": f"人少不写准确数字的：{'、'.join(hidden)}。"})
    return found


def _items(items: Sequence[ShownItem]) -> list[dict[str, Any]]:
    rows = [
        [
            f"{item.title}（{item.scope}）",
            item.outcome_words,
            f"{item.heads:,} / {item.roll_heads:,} 人，{item.area_text}",
            "；".join(f"{side.word} {side.heads:,} 人" for side in item.sides),
        ]
        for item in items
    ]
    return _lines("每一项表决", ["事项", "结论", "参与", "各选项"], rows)


def _parts(parts: Sequence[dict[str, str]], *, publicly: bool) -> dict[str, Any]:
    """Publicly without figures: a consent among few households would tell of each."""
    if publicly:
        rows = [[one["name"], one["stand"], one["asks"]] for one in parts]
        return _table("逐条对照", ["哪一条", "支持吗", "要求"], rows)
    rows = [[one["name"], one["stand"], one["figures"], one["asks"], one["reason"]] for one in parts]
    return _table("逐条对照", ["哪一条", "支持吗", "数字", "要求", "理由"], rows)
