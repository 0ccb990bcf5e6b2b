"""Where a decision stands, and what stands in the way of publishing, signing or voiding it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from server.decisions.rules.preliminary import (
    NOT_COUNTED,
    RECOUNT,
    STALE,
    Preliminary,
    before_deciding,
    recount_is_due,
    unanswered,
)
from server.kernel.chinatime import CHINA
from server.kernel.errors import Reason


class Stage(StrEnum):
    """Follows from the acts and dates; no column says it."""

    DRAFT = "draft"
    #: Its notice hangs.
    HANGING = "hanging"
    #: The period is over; it waits for answers, a recount or the signature.
    WAITING = "waiting"
    FINAL = "final"
    VOID = "void"
    #: Signed, and later revoked by a court.
    ANNULLED = "annulled"

    @property
    def name_zh(self) -> str:
        return {
            "draft": "起草中",
            "hanging": "公示中",
            "waiting": "待签发",
            "final": "已生效",
            "void": "已作废",
            "annulled": "已被法院撤销",
        }[self.value]

    @property
    def became_zh(self) -> str:
        """What became of a vote that decides nothing any more; empty of one that may still, or does."""
        return {"void": "后来宣布作废，什么也没有定", "annulled": "作出的决定后来被法院撤销了"}.get(
            self.value, ""
        )

    @property
    def tone(self) -> str:
        return {
            "draft": "quiet",
            "hanging": "info",
            "waiting": "wait",
            "final": "go",
            "void": "stop",
            "annulled": "stop",
        }[self.value]


class Fault(StrEnum):
    """For what a whole vote may be declared void. A named fault, never a wish for another result."""

    NOT_ANNOUNCED = "not_announced"
    PERIOD_TOO_SHORT = "period_too_short"
    WRONG_ROLL = "wrong_roll"
    WRONG_SCOPE = "wrong_scope"
    NOT_REACHED = "not_reached"
    PRESSURE = "pressure"
    COURT = "court"

    @property
    def name_zh(self) -> str:
        return FAULTS[self]


FAULTS = {
    Fault.NOT_ANNOUNCED: "表决的事项没有公告过",
    Fault.PERIOD_TOO_SHORT: "公告或投票的时间不够",
    Fault.WRONG_ROLL: "业主名册有错，无法补正",
    Fault.WRONG_SCOPE: "表决范围定错了",
    Fault.NOT_REACHED: "表决票没有送到应当送到的业主",
    Fault.PRESSURE: "有胁迫、买票或冒名投票",
    Fault.COURT: "法院撤销",
}


@dataclass(frozen=True)
class ObjectionState:
    """What matters of one objection here."""

    #: The version of the decision whose notice it was raised on.
    version: int
    is_answered: bool
    is_upheld: bool
    answered_at: datetime | None = None


@dataclass(frozen=True)
class Standing:
    """All that the rules ask about one decision."""

    #: Keys of everyone who wrote the draft: they do not sign.
    drafters: frozenset[str]
    #: The newest count of the ballot, and when it was made.
    newest_count: int
    newest_counted_at: datetime | None
    #: The newest version: its number (0 before the first), the count it rests on, and its notice.
    version: int = 0
    version_count: int = 0
    notice_ends_at: datetime | None = None
    is_notice_withdrawn: bool = False
    objections: Sequence[ObjectionState] = ()
    #: Whether the log has grown since the newest count: a vote was reviewed or declared void after it.
    is_count_stale: bool = False
    #: The act that ended it: "", "final", "void" or "annulled".
    ended: str = ""
    #: The preliminary result, where the office posted one. What was objected to it in time may be entered only now.
    preliminary: Preliminary | None = None


def stage(standing: Standing, now: datetime) -> Stage:
    if standing.ended:
        return Stage(standing.ended)
    if not standing.version or standing.notice_ends_at is None or standing.is_notice_withdrawn:
        return Stage.DRAFT
    return Stage.HANGING if now < standing.notice_ends_at else Stage.WAITING


def stands_in_the_way(standing: Standing, now: datetime, signer: str | None = None) -> list[Reason]:
    """What keeps the decision from being signed, as lines to act on. `signer` is an actor's key; None asks for anyone."""
    if standing.ended:
        return [_ended(standing)]
    if not standing.version:
        return [Reason("not_published", "还没有公示。先公示，再签发。", "publish")]
    found = _of_the_notice(standing, now) + _of_the_preliminary(standing) + _of_the_count(standing)
    if signer is not None and signer in standing.drafters:
        found.append(Reason("drafter_signs", "起草的人不能签发。请另一位复核人来签。"))
    return found


def may_publish(standing: Standing, now: datetime) -> list[Reason]:
    """What keeps a (further) version from being published."""
    if standing.ended:
        return [_ended(standing)]
    if not standing.newest_count:
        return [NOT_COUNTED]
    if _recount_is_due(standing):
        return [RECOUNT]
    if standing.is_count_stale:
        return [STALE]
    if (
        standing.version
        and not standing.is_notice_withdrawn
        and standing.version_count == standing.newest_count
    ):
        return [Reason("already_hangs", "这一版已经公示。重新计票以后才有新的一版。")]
    if standing.version:
        return []
    return before_deciding(standing.preliminary, standing.newest_count, standing.newest_counted_at, now)


def may_void(standing: Standing, actor: str) -> list[Reason]:
    """Declaring the vote void takes a second person too."""
    if standing.ended:
        return [_ended(standing)]
    if actor in standing.drafters:
        return [Reason("drafter_signs", "起草的人不能宣布作废。请另一位复核人来办。")]
    return []


def _of_the_notice(standing: Standing, now: datetime) -> list[Reason]:
    found = []
    if standing.is_notice_withdrawn or standing.notice_ends_at is None:
        found.append(Reason("notice_withdrawn", "公示撤下了。改好以后重新公示。", "publish"))
    elif now < standing.notice_ends_at:
        until = standing.notice_ends_at.astimezone(CHINA)
        found.append(Reason("period_not_over", f"公示期还没满。到 {_last_moment(until)} 才满。"))
    waiting = sum(not objection.is_answered for objection in standing.objections)
    if waiting:
        found.append(Reason("open_objections", f"还有 {waiting} 条异议没有答复。", "objections"))
    return found


def _of_the_preliminary(standing: Standing) -> list[Reason]:
    # An objection on paper counts by when it was received, so it may be entered while the decision hangs already.
    return unanswered(standing.preliminary) if standing.preliminary is not None else []


def _of_the_count(standing: Standing) -> list[Reason]:
    if _recount_is_due(standing):
        return [RECOUNT]
    if standing.is_count_stale:
        return [STALE]
    if standing.version_count != standing.newest_count:
        return [
            Reason(
                "count_superseded",
                f"公示的是第 {standing.version_count} 次计票，现在已有第 {standing.newest_count} 次。"
                "请按新的计票重新公示。",
                "publish",
            )
        ]
    return []


def _recount_is_due(standing: Standing) -> bool:
    """Whether an upheld objection has had no count after it. That count stands in a version of its own."""
    counted, posted = standing.newest_counted_at, standing.preliminary
    if standing.version and posted is not None and recount_is_due(posted, standing.newest_count, counted):
        return True
    return any(
        objection.is_upheld
        and objection.answered_at is not None
        and (
            counted is None
            or counted < objection.answered_at
            or standing.newest_count <= _count_of(standing, objection)
        )
        for objection in standing.objections
    )


def _count_of(standing: Standing, objection: ObjectionState) -> int:
    # Earlier versions rest on earlier counts, so only an objection to the newest one can still be without its recount.
    return standing.version_count if objection.version == standing.version else 0


def _ended(standing: Standing) -> Reason:
    if standing.ended == "void":
        return Reason("is_void", "这次表决已经宣布作废。要再定这件事，请重新表决。")
    if standing.ended == "annulled":
        return Reason("is_annulled", "法院撤销了这份决定。要再定这件事，请重新表决。")
    return Reason("is_final", "决定已经签发，不能再改。")


def _last_moment(until: datetime) -> str:
    # The end is the first instant that is out; people are told the last day, at 24:00.
    if until.hour == until.minute == 0:
        day = until.date().toordinal() - 1
        last = until.date().fromordinal(day)
        return f"{last.year} 年 {last.month} 月 {last.day} 日 24:00"
    return f"{until.year} 年 {until.month} 月 {until.day} 日 {until:%H:%M}"
