"""Where a survey stands, and until when an answer is taken."""

from datetime import date, datetime
from enum import StrEnum

from server.kernel.chinatime import china_day, start_of
from server.kernel.errors import Invalid, Refused


class Stage(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    DISCARDED = "discarded"

    @property
    def name_zh(self) -> str:
        return {"draft": "起草中", "open": "正在填", "closed": "已截止", "discarded": "已作废"}[self.value]


def stage_of(
    opened_at: datetime | None, closes_at: datetime | None, now: datetime, *, is_discarded: bool = False
) -> Stage:
    """At the closing instant itself it is closed."""
    if is_discarded:
        return Stage.DISCARDED
    if opened_at is None or now < opened_at:
        return Stage.DRAFT
    return Stage.CLOSED if closes_at is not None and now >= closes_at else Stage.OPEN


def check_takes_answers(stage: Stage) -> None:
    """A late answer is refused; what was written stays a draft."""
    if stage is Stage.OPEN:
        return
    sentence = {
        Stage.DRAFT: "这份问卷还没有开始。开始后居委会会通知。",
        Stage.CLOSED: "这份问卷已经截止，不能再交。有话要说，可以给居委会打电话。",
        Stage.DISCARDED: "这份问卷已经作废，不用填了。",
    }[stage]
    raise Refused(sentence, code=f"survey_{stage.value}")


def check_closing(closes_at: datetime, now: datetime) -> None:
    if closes_at <= now:
        raise Invalid("截止时间已经过去。请选以后的时间。", fields={"closes_at": ["截止时间要在现在之后。"]})


def needs_review(signed_on: date, opened_at: datetime, closes_at: datetime, now: datetime) -> bool:
    """A paper form keyed after the closing counts once another person has looked at it.

    Raises Refused for one signed before the survey began or after it closed: such a form was never in time. Raises
    Invalid for one dated after today: a slip of the pen or of the finger.
    """
    if signed_on > china_day(now):
        raise Invalid(
            "表上的日期还没有到。请看看是不是填错了。", fields={"signed_on": ["日期不能在今天以后。"]}
        )
    if signed_on < china_day(opened_at):
        raise Refused("表上的日期在问卷开始之前，不能录。请核对日期。", code="signed_too_early")
    if not _is_signed_in_time(signed_on, closes_at):
        raise Refused("表上的日期在截止之后，不能录。", code="signed_too_late")
    return now >= closes_at


def is_said_in_time(said_at: datetime | None, closes_at: datetime | None, now: datetime) -> bool:
    """An answer given at the door before the closing that only reached us after it: it waits for a review like late paper."""
    return said_at is not None and closes_at is not None and said_at < closes_at <= now


def _is_signed_in_time(signed_on: date, closes_at: datetime) -> bool:
    """A form bears a day and no hour: it is in time where some moment of that day was before the closing."""
    return start_of(signed_on) < closes_at
