"""A notice as a .docx that an office can edit, print and stamp; from the template beside this file."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from server.infra import qr
from server.infra.documents import Picture, fill
from server.kernel.chinatime import CHINA
from server.notices.models import Notice

TEMPLATE = Path(__file__).parent / "papers" / "notice.docx"
QR_MM = 28


def notice_docx(notice: Notice, page_url: str) -> bytes:
    """The sheet as it hangs. Figures and charts of a vote become the table that stands beside them on the page."""
    return fill(
        TEMPLATE,
        {
            "title": notice.title,
            "number": notice.number_text,
            "blocks": [part for block in notice.body for part in _parts(block)],
            "period": _period(notice),
            "contact": _contact(notice),
            "qr": Picture(qr.png(page_url), QR_MM),
            "page": page_url,
            "issuer": notice.issuer,
            "issued_on": _day(notice.posted_at.astimezone(CHINA).date()),
        },
    )


def _parts(block: dict[str, Any]) -> Iterator[dict[str, Any]]:
    match block["kind"]:
        case "heading" | "text" | "law":
            kind = "heading" if block["kind"] == "heading" else "text"
            yield {"kind": kind, "text": block["text"]}
        case "list" | "figures" | "code":
            yield {"kind": "list", "lines": _lines(block)}
        case "table":
            heads = [column if isinstance(column, str) else column[0] for column in block["columns"]]
            yield {"kind": "table", "caption": block["caption"], "rows": [heads, *block["rows"]]}
        case "twin_bar":
            yield {"kind": "text", "text": _twin_words(block)}
        case "choice_bar":
            rows = [["选项", "人数"], *([one["word"], str(one["heads"])] for one in block["choices"])]
            yield {"kind": "table", "caption": block["caption"], "rows": rows}
        case "contact":
            yield {"kind": "text", "text": f"{block['name']}，{block['phone']}，{block['place']}"}


def _lines(block: dict[str, Any]) -> list[str]:
    if block["kind"] == "figures":
        return [f"{term}：{value}" for term, value in block["figures"]]
    return list(block["items"]) if block["kind"] == "list" else block["text"].splitlines()


def _twin_words(block: dict[str, Any]) -> str:
    heads, base = block["heads"]
    return f"{block['caption']}：{heads} / {base} 人。{block.get('sentence', '')}"


def _period(notice: Notice) -> str:
    word = "公示" if notice.kind.takes_objections else "公告"
    return f"{word}时间：{_day(notice.opens_on)}到{_day(notice.last_on)} 24:00。"


def _contact(notice: Notice) -> str:
    if not notice.kind.takes_objections:
        return f"联系：{notice.contact_name} {notice.contact_phone}"
    return (
        f"有不同意见，请在期内提出：{notice.contact_name}，{notice.contact_phone}，{notice.contact_place}。"
    )


def _day(day: date) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日"
