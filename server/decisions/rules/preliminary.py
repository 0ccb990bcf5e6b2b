"""The preliminary result: a counted vote hangs for objections before anything is decided on it, where the office posts it.

To post it is the office's choice, for the notice of the decision takes objections too. Once one was posted, no decision
hangs before its period is over, every objection answered, and each that was upheld followed by a new count. One that was
received in time and entered after the decision hung keeps it from being signed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from server.kernel.chinatime import CHINA
from server.kernel.errors import Reason

RECOUNT = Reason("recount_due", "有异议成立。先把有错的票作废，再重新计票。", "recount")
STALE = Reason("count_stale", "计票以后又有票被复核或作废。先重新计票。", "recount")
NOT_COUNTED = Reason("not_counted", "表决还没有计票。先计票，再起草决定。", "count")


@dataclass(frozen=True)
class Objected:
    """What matters of one objection to a preliminary result."""

    #: The count that hung.
    count: int
    is_answered: bool
    is_upheld: bool
    answered_at: datetime | None = None


@dataclass(frozen=True)
class Preliminary:
    """The newest notice of a vote's preliminary result, and the objections to every one there was."""

    notice_id: int
    count: int
    ends_at: datetime
    is_withdrawn: bool
    objections: Sequence[Objected] = ()


def may_post(
    newest_count: int,
    counted_at: datetime | None,
    posted: Preliminary | None,
    *,
    is_stale: bool,
    is_decided: bool,
) -> list[Reason]:
    """What keeps the newest count from being posted. `is_decided`: a decision on it hung already, or ended."""
    if not newest_count or counted_at is None:
        return [NOT_COUNTED]
    if is_decided:
        return [Reason("already_decided", "决定已经公示过，不再贴初步结果。有异议，对着决定的公示提。")]
    if is_stale:
        return [STALE]
    if posted is None:
        return []
    if recount_is_due(posted, newest_count, counted_at):
        return [RECOUNT]
    if not posted.is_withdrawn and posted.count == newest_count:
        return [Reason("already_hangs", "这次计票的初步结果已经贴出来了。重新计票以后才有新的。")]
    return []


def before_deciding(
    posted: Preliminary | None, newest_count: int, counted_at: datetime | None, now: datetime
) -> list[Reason]:
    """What a posted preliminary result still asks before the decision may hang; nothing where none was posted."""
    if posted is None:
        return []
    found = unanswered(posted)
    if recount_is_due(posted, newest_count, counted_at):
        return [*found, RECOUNT]
    if posted.is_withdrawn or posted.count != newest_count:
        why = "初步结果的公示撤下了。" if posted.is_withdrawn else "贴出来的初步结果不是最新一次计票。"
        return [*found, Reason("preliminary_again", f"{why}先按现在的计票重新贴。", "preliminary")]
    if now < posted.ends_at:
        last = posted.ends_at.astimezone(CHINA)
        found.append(Reason("preliminary_hangs", f"初步结果的公示期到 {_last_day(last)} 24:00 才满。"))
    return found


def unanswered(posted: Preliminary) -> list[Reason]:
    """Nothing is decided while one objection waits for its answer."""
    waiting = sum(not one.is_answered for one in posted.objections)
    if not waiting:
        return []
    return [Reason("preliminary_objections", f"初步结果还有 {waiting} 条异议没有答复。", "preliminary")]


def recount_is_due(posted: Preliminary, newest_count: int, counted_at: datetime | None) -> bool:
    """Whether an upheld objection has had no count after it."""
    return any(
        one.is_upheld
        and one.answered_at is not None
        and (counted_at is None or counted_at < one.answered_at or newest_count <= one.count)
        for one in posted.objections
    )


def _last_day(end: datetime) -> str:
    # A notice ends at the first instant of the next day; people are told the last one.
    last = end.date().fromordinal(end.date().toordinal() - 1)
    return f"{last.year} 年 {last.month} 月 {last.day} 日"
