"""A meeting: announced beforehand with its agenda, held, minuted; what is not on the agenda is not resolved there."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from server.kernel.chinatime import china_day
from server.kernel.errors import Invalid, Refused

LONGEST_MINUTES = 5000
MOST_POINTS = 20
MOST_PEOPLE = 10_000
#: A meeting is announced for the next year at the most: a slip of the finger otherwise.
FURTHEST = timedelta(days=366)


class MeetingState(StrEnum):
    DRAFT = "draft"
    ANNOUNCED = "announced"
    #: Its hour has come, and the minutes are not written.
    HELD = "held"
    MINUTED = "minuted"
    CALLED_OFF = "called_off"

    @property
    def name_zh(self) -> str:
        return {
            "draft": "还没通知",
            "announced": "已通知",
            "held": "等会议记录",
            "minuted": "有会议记录",
            "called_off": "取消了",
        }[self.value]

    @property
    def tone(self) -> str:
        return {
            "draft": "quiet",
            "announced": "info",
            "held": "wait",
            "minuted": "go",
            "called_off": "quiet",
        }[self.value]


class Group(StrEnum):
    """Who came, counted by whom they stand for; no list of names."""

    RESIDENTS = "residents"
    OWNERS_COMMITTEE = "owners_committee"
    NEIGHBOURHOOD = "neighbourhood"
    COMPANY = "company"
    STREET = "street"
    OTHERS = "others"

    @property
    def name_zh(self) -> str:
        return {
            "residents": "居民、业主代表",
            "owners_committee": "业委会（物管会）",
            "neighbourhood": "居委会",
            "company": "物业公司",
            "street": "街道、社区民警等",
            "others": "其他",
        }[self.value]


@dataclass(frozen=True)
class MeetingFacts:
    starts_at: datetime
    is_announced: bool = False
    is_called_off: bool = False
    is_minuted: bool = False


def meeting_state(facts: MeetingFacts, now: datetime) -> MeetingState:
    if facts.is_called_off:
        return MeetingState.CALLED_OFF
    if facts.is_minuted:
        return MeetingState.MINUTED
    if not facts.is_announced:
        return MeetingState.DRAFT
    return MeetingState.HELD if now >= facts.starts_at else MeetingState.ANNOUNCED


def check_meeting(title: str, place: str, starts_at: datetime, *, days: int, now: datetime) -> None:
    """A day on which it could not be announced any more would lead nowhere: its hour is never changed afterwards."""
    if not title.strip():
        raise _wrong("title", "写上会议叫什么，例如“三月议事会”。")
    if not place.strip():
        raise _wrong("place", "写上在哪里开。")
    if not now < starts_at <= now + FURTHEST:
        raise _wrong("starts_at", "开会时间要在今天以后、一年以内。")
    if china_day(starts_at) < earliest_start(now, days):
        raise _wrong("starts_at", _too_soon(now, days))


def check_point(state: MeetingState, *, points: int, words: str, is_matter: bool, is_known: bool) -> None:
    """Whether a point may be put on the agenda: before the announcement, which freezes it."""
    if state is not MeetingState.DRAFT:
        raise Refused("已经通知了，议程不能再改。另开一次会，或者取消重新通知。", code="agenda_frozen")
    if points >= MOST_POINTS:
        raise Refused(f"一次会最多 {MOST_POINTS} 项。", code="agenda_full")
    if is_known:
        raise Refused("这件事已经在议程里。", code="on_agenda")
    if not is_matter and not words.strip():
        raise _wrong("words", "写上议什么，或者从居民提的事里选。")


def earliest_start(now: datetime, days: int) -> date:
    """The first day on which a meeting may be held that is announced now."""
    return china_day(now) + timedelta(days=days)


def check_announcement(
    state: MeetingState, starts_at: datetime, *, points: int, days: int, now: datetime
) -> None:
    """Whether it may be announced: with an agenda, and so many days before."""
    if state is not MeetingState.DRAFT:
        raise Refused("已经通知过，或者已经取消。", code="meeting_announced")
    if not points:
        raise Refused("先写议程。没写进议程的事，会上不定。", code="agenda_empty")
    if china_day(starts_at) < earliest_start(now, days):
        raise Refused(_too_soon(now, days), code="meeting_too_soon")


def _too_soon(now: datetime, days: int) -> str:
    first = earliest_start(now, days)
    return f"要提前 {days} 天通知。今天通知，最早 {first.year} 年 {first.month} 月 {first.day} 日开。"


def check_calling_off(state: MeetingState, reason: str) -> None:
    if state is MeetingState.MINUTED:
        raise Refused("已经开过、有会议记录了，不能取消。", code="meeting_minuted")
    if state is MeetingState.CALLED_OFF:
        raise Refused("已经取消过了。", code="meeting_called_off")
    if not reason.strip():
        raise _wrong("reason", "写上为什么取消，居民会看到。")


def check_minutes(state: MeetingState, text: str, came: Mapping[Group, int]) -> str:
    """Whether minutes may be written: once its hour has come, with who came. Written again they take the place of the earlier."""
    if state not in {MeetingState.HELD, MeetingState.MINUTED}:
        raise Refused("会还没开，或者已经取消。开完再写。", code="meeting_not_held")
    kept = text.strip()
    if not kept:
        raise _wrong("text", "写上会上说了什么、怎么定的。")
    if len(kept) > LONGEST_MINUTES:
        raise _wrong("text", f"最多 {LONGEST_MINUTES} 个字，现在有 {len(kept)} 个。")
    if any(not 0 <= heads <= MOST_PEOPLE for heads in came.values()):
        raise _wrong("came", "来的人数不对。")
    if not sum(came.values()):
        raise _wrong("came", "写上来了多少人。")
    return kept


def came_text(came: Mapping[Group, int]) -> str:
    """ "居民、业主代表 12 人，居委会 2 人"."""
    there: Collection[str] = [f"{group.name_zh} {came[group]} 人" for group in Group if came.get(group)]
    return "，".join(there)


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})
