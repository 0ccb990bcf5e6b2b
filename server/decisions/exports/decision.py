"""The decision as a .docx that an office can edit, print and stamp."""

from typing import Any

from server.decisions.exports.filling import filled
from server.decisions.queries import ChosenTemplate, Heard, Paper
from server.decisions.rules.facts import day_zh
from server.decisions.rules.papers import PaperKind
from server.decisions.rules.sheet import OUTCOMES_ARE_COUNTED
from server.decisions.rules.shown import ShownItem
from server.infra import qr
from server.infra.documents import Picture
from server.kernel.chinatime import china_day

QR_MM = 28


def decision_docx(paper: Paper, template: ChosenTemplate, page_url: str, verify_url: str) -> bytes:
    """With exact areas: the office posts it. `page_url` is the public page, `verify_url` where a code is checked."""
    return filled(PaperKind.DECISION, template, values(paper, page_url, verify_url))


def values(paper: Paper, page_url: str, verify_url: str) -> dict[str, Any]:
    """All that the template may ask for, by name."""
    facts = paper.facts
    act = paper.ending if paper.is_final else None
    return {
        "title": paper.title,
        "number": paper.notice.number if paper.notice else "",
        "state": state_words(paper),
        "community": paper.community,
        "opening": f"{facts.voting_sentence}现将结果和决定公布如下。",
        "note": paper.note,
        "conclusion": f"{paper.summary.sentence}{OUTCOMES_ARE_COUNTED}",
        "roll": facts.roll_sentence,
        "items": [item_values(item) for item in paper.shown()],
        "channels": facts.channels_sentence,
        "subsidy": facts.subsidy_sentence,
        "notices": notices_sentence(paper),
        "objections_sentence": objections_sentence(paper),
        "objections": [_answered(one) for one in paper.heard if one.answered_at is not None],
        "next_steps": paper.next_steps,
        "law": f"依据：{facts.law_name}。",
        "revocation": paper.force,
        "issuer": paper.issuer,
        "issued_on": day_zh(act.decided_on) if act else "",
        "code": act.code if act else "",
        "signed_on": day_zh(act.decided_on) if act else "",
        "qr": Picture(qr.png(page_url), QR_MM),
        "verify": f"验证码 {act.code}，在 {verify_url} 可以查真假。"
        if act
        else f"全文和最新情况：{page_url}",
    }


def state_words(paper: Paper) -> str:
    """What this sheet is, so that no draft is taken for a decision."""
    if paper.version is None:
        return "（草稿，没有公示）"
    if paper.ending is not None and paper.ending.is_void:
        return "（表决已作废）"
    if paper.annulment is not None:
        return f"（已被法院撤销：{paper.annulment.court}，{paper.annulment.case_number}）"
    if not paper.is_newest:
        return f"（第 {paper.version.number} 版，已被后一版代替）"
    if paper.is_final:
        return f"（第 {paper.version.number} 版，已签发）" if paper.version.number > 1 else "（已签发）"
    return "（公示稿，期满并签发后才算数）"


def notices_sentence(paper: Paper) -> str:
    """When the vote and the result hung."""
    said = [paper.facts.announced_sentence] if paper.facts.announced else []
    if paper.notice is not None:
        hung = paper.notice
        said.append(f"结果{hung.number} 从 {day_zh(hung.opens_on)} 贴到 {day_zh(hung.last_on)}。")
    if paper.facts.earlier_counts:
        earlier = "、".join(f"第 {one.number} 次" for one in paper.facts.earlier_counts)
        said.append(f"{earlier}计票已被第 {paper.facts.count_number} 次代替，原来的结果留着备查。")
    return "".join(said) or "还没有公示。"


def objections_sentence(paper: Paper) -> str:
    if not paper.heard:
        # Objections to the preliminary result stand with that notice.
        return "决定公示期间没有收到异议。" if paper.is_final else "决定公示期间目前没有收到异议。"
    upheld = sum(one.is_upheld is True for one in paper.heard)
    waiting = sum(one.answered_at is None for one in paper.heard)
    left = f"，还有 {waiting} 条等答复" if waiting else "，都已答复"
    return f"决定公示期间收到异议 {len(paper.heard)} 条，成立 {upheld} 条{left}。"


def item_values(item: ShownItem) -> dict[str, Any]:
    return {
        "title": item.title,
        "scope": item.scope,
        "basis": item.basis,
        "outcome": item.outcome_words,
        "tests": item.tests,
        "rows": [
            {
                "word": "参与 / 全体",
                "heads": f"{item.heads:,} / {item.roll_heads:,} 人",
                "area": item.area_text,
            },
            *(
                {"word": side.word, "heads": f"{side.heads:,} 人", "area": item.side_area_text(side)}
                for side in item.sides
            ),
        ],
    }


def _answered(one: Heard) -> dict[str, str]:
    # What people wrote may name others; the answer is the committee's own.
    return {"raised_on": day_zh(china_day(one.raised_at)), "verdict": one.verdict_zh, "answer": one.answer}
