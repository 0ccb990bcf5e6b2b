"""What may be said of a visit: when it was, what came of it, and when to come back."""

from datetime import datetime, timedelta
from enum import StrEnum

from server.kernel.errors import Invalid

#: A telephone's clock may run ahead of ours by this much.
DRIFT = timedelta(minutes=5)
#: Further ahead nobody makes an appointment: it is a slip of the finger.
LONGEST_AHEAD = timedelta(days=366)
LONGEST_NOTE = 500


class Purpose(StrEnum):
    SURVEY = "survey"
    #: A paper is handed over: a notice, a ballot.
    SERVICE = "service"

    @property
    def name_zh(self) -> str:
        return {"survey": "入户调查", "service": "送达"}[self.value]


class Result(StrEnum):
    NOBODY_HOME = "nobody_home"
    REFUSED = "refused"
    COME_BACK = "come_back"
    DONE = "done"

    @property
    def name_zh(self) -> str:
        return {"nobody_home": "没人在家", "refused": "不愿意", "come_back": "约好再来", "done": "办完了"}[
            self.value
        ]


def checked_time(visited_at: datetime, since: datetime, now: datetime) -> datetime:
    """When the door was knocked at: not before the matter began, not after now; a clock slightly ahead is set right."""
    if visited_at > now + DRIFT:
        raise _wrong("visited_at", "上门时间晚于现在。核对手机上的日期和时间，再记一次。")
    if visited_at < since:
        raise _wrong("visited_at", "上门时间早于这件事开始的时间。核对手机上的日期和时间，再记一次。")
    return min(visited_at, now)


def check_come_back(result: Result, come_back_at: datetime | None, visited_at: datetime) -> None:
    """An appointment has a time after the visit, and nothing else has one.

    After the visit and not after now: a telephone without signal may send it when the appointment is over.
    """
    if result is not Result.COME_BACK:
        if come_back_at is not None:
            raise _wrong("come_back_at", "只有“约好再来”才填再来的时间。")
        return
    if come_back_at is None:
        raise _wrong("come_back_at", "填约好什么时候再来。")
    if come_back_at <= visited_at:
        raise _wrong("come_back_at", "再来的时间要晚于这次上门的时间。")
    if come_back_at > visited_at + LONGEST_AHEAD:
        raise _wrong("come_back_at", "再来的时间太远了。核对年份，一年以内才行。")


def checked_note(note: str) -> str | None:
    """The note as it is kept; None where nothing was written."""
    text = note.strip()
    if len(text) > LONGEST_NOTE:
        raise _wrong("note", f"备注最多 {LONGEST_NOTE} 个字，现在有 {len(text)} 个。")
    return text or None


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})
