"""What a notice must say, how long it hangs, and what still stands in the way once it has hung."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from server.kernel.chinatime import CHINA, Period, WorkCalendar, end_of, last_day_of, start_of
from server.kernel.errors import Invalid, Reason, Refused


class NoticeKind(StrEnum):
    BALLOT_ANNOUNCEMENT = "ballot_announcement"
    BALLOT_EXTENSION = "ballot_extension"
    RESULT_PRELIMINARY = "result_preliminary"
    DECISION = "decision"
    SURVEY_RESULT = "survey_result"
    GENERAL = "general"

    @property
    def name_zh(self) -> str:
        """What stands at the head of the sheet."""
        return "公示" if self.takes_objections else "公告"

    @property
    def about_zh(self) -> str:
        return ABOUT[self]

    @property
    def takes_objections(self) -> bool:
        """A 公示 invites objections; a 公告 informs."""
        return self not in {NoticeKind.BALLOT_ANNOUNCEMENT, NoticeKind.BALLOT_EXTENSION}

    @property
    def is_of_a_decision(self) -> bool:
        """Whether the owners have decided what hangs: a preliminary result says that nothing is decided yet, and of what
        the office writes by hand nobody knows."""
        return self is NoticeKind.DECISION


ABOUT = {
    NoticeKind.BALLOT_ANNOUNCEMENT: "表决公告",
    NoticeKind.BALLOT_EXTENSION: "延期公告",
    NoticeKind.RESULT_PRELIMINARY: "初步结果公示",
    NoticeKind.DECISION: "改造决定公示",
    NoticeKind.SURVEY_RESULT: "调查结果公示",
    NoticeKind.GENERAL: "其他公示",
}

#: Which setting says how long each kind hangs.
PERIOD_KEYS = {
    NoticeKind.BALLOT_ANNOUNCEMENT: "ballot.notice_period",
    NoticeKind.BALLOT_EXTENSION: "notice.general_period",
    NoticeKind.RESULT_PRELIMINARY: "result.notice_period",
    NoticeKind.DECISION: "decision.notice_period",
    NoticeKind.SURVEY_RESULT: "survey.notice_period",
    NoticeKind.GENERAL: "notice.general_period",
}


class Channel(StrEnum):
    ONLINE = "online"
    PAPER = "paper"
    PHONE = "phone"
    IN_PERSON = "in_person"

    @property
    def name_zh(self) -> str:
        return {"online": "手机", "paper": "书面", "phone": "电话", "in_person": "当面"}[self.value]


@dataclass(frozen=True)
class Contact:
    """Where to object: the office, never a resident."""

    name: str
    phone: str
    place: str


@dataclass(frozen=True)
class Span:
    """A period as it is printed: fixed for good when the notice is posted."""

    opens_on: date
    last_on: date
    #: 24:00 of the last day, China time: the first instant that is too late.
    ends_at: datetime
    #: Whether a year not announced yet was counted by its fixed holidays and weekends.
    is_provisional: bool


def span(opens_on: date, period: Period, calendar: WorkCalendar) -> Span:
    """The first day is not counted; a last day that is not worked moves to the next one that is."""
    last_on = last_day_of(opens_on, period, calendar)
    # Of a period in calendar days only its end depends on the calendar.
    first_asked = opens_on + timedelta(days=1 if period.in_workdays else period.length)
    days = (first_asked + timedelta(days=n) for n in range((last_on - first_asked).days + 1))
    return Span(opens_on, last_on, end_of(last_on), any(calendar.is_provisional(one) for one in days))


def check_span(hangs: Span, least: Span, today: date) -> None:
    """A notice begins today or later, and hangs at least as long as is configured."""
    if hangs.opens_on < today:
        raise Invalid("公示不能从过去的日子算起。", fields={"opens_on": ["从今天或以后开始。"]})
    if hangs.last_on < least.last_on:
        last = least.last_on
        sentence = f"按规定至少要贴到 {last.year} 年 {last.month} 月 {last.day} 日。"
        raise Refused(f"公示时间太短。{sentence}", code="period_too_short")


def has_begun(opens_on: date, now: datetime) -> bool:
    return now >= start_of(opens_on)


def is_over(ends_at: datetime, now: datetime) -> bool:
    """At 24:00 of the last day it is over; the second before is still in time."""
    return now >= ends_at


def number_text(kind: NoticeKind, year: int, number: int) -> str:
    """ "公示〔2026〕3 号": counted in one row for a community and year."""
    return f"{kind.name_zh}〔{year}〕{number} 号"


# ------------------------------------------------------------------ the sheet

#: Kinds of blocks, and the keys each must have. Exact numbers are text: areas "803.50", shares and marks "2/3".
BLOCKS: dict[str, frozenset[str]] = {
    #: text: paragraphs divided by line breaks.
    "text": frozenset({"text"}),
    "heading": frozenset({"text"}),
    #: items: list of texts.
    "list": frozenset({"items"}),
    #: figures: list of [term, value].
    "figures": frozenset({"figures"}),
    #: caption, columns: list of labels or [label, "num"], rows: list of lists of texts.
    "table": frozenset({"caption", "columns", "rows"}),
    #: caption, heads [part, base], area [part, base] or null with area_share; marks, sentence, state.
    "twin_bar": frozenset({"caption", "heads", "area"}),
    #: caption, choices [{word, tone, heads, area or area_share}], heads_base, area_base or null; marks, sentence, state.
    "choice_bar": frozenset({"caption", "choices", "heads_base", "area_base"}),
    #: text: the article and what it says.
    "law": frozenset({"text"}),
    #: caption, text: lines to be kept as they stand, with their QR beside them.
    "code": frozenset({"caption", "text"}),
    #: name, phone, place: whom to ask, beside the contact every 公示 has at its foot.
    "contact": frozenset({"name", "phone", "place"}),
}


def drawn_blocks(body: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The blocks with their exact numbers read, as the pieces of the page draw them."""
    return [_drawn(block) for block in body]


def _drawn(block: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(block)
    if block["kind"] in {"twin_bar", "choice_bar"}:
        found["marks"] = [Fraction(mark) for mark in block.get("marks", [])]
    if block["kind"] == "twin_bar":
        found["area"] = [Decimal(value) for value in block["area"]] if block["area"] else None
        found["area_share"] = _share(block)
    if block["kind"] == "choice_bar":
        found["area_base"] = Decimal(block["area_base"]) if block["area_base"] is not None else None
        found["choices"] = [_choice(one) for one in block["choices"]]
    return found


def _choice(choice: Mapping[str, Any]) -> dict[str, Any]:
    area = choice.get("area")
    return {**choice, "area": Decimal(area) if area is not None else None, "area_share": _share(choice)}


def _share(block: Mapping[str, Any]) -> Fraction | None:
    share = block.get("area_share")
    return Fraction(share) if share is not None else None


LONGEST_TITLE = 80


def check_sheet(
    title: str, body: Iterable[Mapping[str, Any]], contact: Contact, issuer: str, kind: NoticeKind
) -> None:
    """What a notice must at least say. Raises Invalid with the field and the sentence."""
    blocks = list(body)
    fields: dict[str, list[str]] = {}
    if not title.strip() or len(title) > LONGEST_TITLE:
        fields["title"] = [f"写一个标题，最多 {LONGEST_TITLE} 个字。"]
    if not blocks:
        fields["body"] = ["写上公示的内容。"]
    if not issuer.strip():
        fields["issuer"] = ["写上落款单位。"]
    if kind.takes_objections and not (
        contact.name.strip() and (contact.phone.strip() or contact.place.strip())
    ):
        fields["contact"] = ["写上找谁提意见，以及电话或地址。先在小区资料里填好联系人。"]
    if fields:
        raise Invalid("这份公示还缺几样，补上再发布。", fields=fields)
    for block in blocks:
        wanted = BLOCKS.get(str(block.get("kind")))
        if wanted is None or not wanted <= block.keys():
            raise ValueError(f"not a block of a notice: {block.get('kind')}")


# ------------------------------------------------------------------ objections


@dataclass(frozen=True)
class Hanging:
    """What the rules need to know of a posted notice."""

    kind: NoticeKind
    opens_on: date
    ends_at: datetime
    #: None: it was not taken down.
    withdrawn_at: datetime | None
    contact: Contact


def check_objection(hanging: Hanging, text: str, raised_at: datetime) -> None:
    """Whether an objection raised at this instant is taken. A late one is told where to go instead."""
    if not hanging.kind.takes_objections:
        raise Refused("这是一份公告，只告诉大家，不收异议。有话要说，请直接找居委会。", code="no_objections")
    # What counts is when it was raised: paper that came in while the notice hung may be entered after it was taken down.
    if hanging.withdrawn_at is not None and raised_at >= hanging.withdrawn_at:
        raise Refused("这份公示已经撤下，不再收异议。新的公示贴出后，可以在那里提。", code="notice_withdrawn")
    if not has_begun(hanging.opens_on, raised_at):
        raise Refused("公示还没有开始。开始以后再提。", code="too_early")
    if is_over(hanging.ends_at, raised_at):
        raise Refused(f"公示期已经过了。{where_to_go(hanging.contact, hanging.kind)}", code="too_late")
    if not text.strip():
        raise Invalid("写一句你不同意什么。", fields={"text": ["写一句你不同意什么。"]})


def where_to_go(contact: Contact, kind: NoticeKind) -> str:
    """After the period: the office, and where the owners decided something, for an owner the court (民法典 280)."""
    ways = [f"找{contact.name}" if contact.name else "找居委会"]
    ways += [f"打 {contact.phone}"] if contact.phone else []
    ways += [f"到{contact.place}"] if contact.place else []
    said = f"仍有意见，可以{'，'.join(ways)}"
    if not kind.is_of_a_decision:
        return f"{said}。"
    return f"{said}；业主认为决定侵害了自己的权益，也可以请求人民法院撤销。"


def stands_final(
    ends_at: datetime | None, is_withdrawn: bool, open_objections: int, now: datetime
) -> list[Reason]:
    """What keeps the thing this notice is about from becoming final; empty when nothing does."""
    if is_withdrawn:
        return [Reason("notice_withdrawn", "公示已经撤下。改好以后重新公示，期限重新算。", "notice")]
    found = []
    if ends_at is not None and not is_over(ends_at, now):
        last = (ends_at - timedelta(seconds=1)).astimezone(CHINA)
        found.append(Reason("period_runs", f"公示期到 {last.month} 月 {last.day} 日 24:00 才满。", "notice"))
    if open_objections:
        found.append(Reason("objections_open", f"还有 {open_objections} 条异议没有答复。", "objections"))
    return found
