"""The notice of a vote's result: scope, matters, law, roll, choices, conclusion, period, where to object. No names."""

from typing import Any

from server.decisions.exports.decision import item_values
from server.decisions.queries import Hung, Paper
from server.decisions.rules.facts import day_zh
from server.decisions.rules.sheet import OUTCOMES_ARE_COUNTED
from server.decisions.rules.shown import ShownItem


def title_of(paper: Paper) -> str:
    return f"“{paper.facts.ballot_title}”表决结果公示"


def values(paper: Paper, page_url: str) -> dict[str, Any]:
    """With exact areas: the office posts it."""
    facts, hung = paper.facts, paper.notice
    return {
        "title": title_of(paper),
        "community": paper.community,
        "issuer": paper.issuer,
        "number": hung.number if hung else "",
        "scope": facts.limits,
        "opening": facts.voting_sentence,
        "roll": facts.roll_sentence,
        "channels": facts.channels_sentence,
        "announced": facts.announced_sentence,
        "conclusion": f"{paper.summary.sentence}{OUTCOMES_ARE_COUNTED}",
        "items": [item_values(item) for item in paper.shown()],
        "period": _period(hung) if hung else "",
        "contact": _contact(hung) if hung else "",
        "page": page_url,
        "law": f"依据：{facts.law_name}。",
        "revocation": paper.force,
    }


def body(paper: Paper, items: list[ShownItem]) -> list[dict[str, Any]]:
    """`items` as the reader may see them."""
    hung = paper.notice
    found = [{"kind": "text", "text": f"{paper.facts.voting_sentence}现将表决结果公示如下。"}]
    found += paper.body(items)
    if hung is not None:
        found += [
            {"kind": "heading", "text": "公示和异议"},
            {"kind": "text", "text": f"{hung.number}。{_period(hung)}"},
            {
                "kind": "contact",
                "name": hung.contact_name,
                "phone": hung.contact_phone,
                "place": hung.contact_place,
            },
        ]
    return found


def _period(hung: Hung) -> str:
    return f"公示时间：{day_zh(hung.opens_on)}到{day_zh(hung.last_on)} 24:00。"


def _contact(hung: Hung) -> str:
    return "，".join(part for part in (hung.contact_name, hung.contact_phone, hung.contact_place) if part)
