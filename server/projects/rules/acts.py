"""The dated acts of the works, what each needs, and the stage that follows from them."""

from collections.abc import Collection, Mapping
from datetime import date
from enum import StrEnum

from server.kernel.errors import Conflict, Invalid, Refused


class EventKind(StrEnum):
    STARTED = "started"
    CLEARED = "cleared"
    IN_WORKS = "in_works"
    FINISHED = "finished"
    ACCEPTED = "accepted"
    HANDED_OVER = "handed_over"
    #: No stage of the works: the material for the yearly assessment was sent.
    REPORTED = "reported"

    @property
    def name_zh(self) -> str:
        return EVENT_NAMES[self]


EVENT_NAMES = {
    EventKind.STARTED: "开工",
    EventKind.CLEARED: "拆违清场完成",
    EventKind.IN_WORKS: "进场施工",
    EventKind.FINISHED: "竣工",
    EventKind.ACCEPTED: "通过验收",
    EventKind.HANDED_OVER: "移交物业管理",
    EventKind.REPORTED: "报送绩效资料",
}


class Stage(StrEnum):
    PREPARATION = "preparation"
    STARTED = "started"
    CLEARED = "cleared"
    IN_WORKS = "in_works"
    FINISHED = "finished"
    ACCEPTED = "accepted"
    HANDED_OVER = "handed_over"

    @property
    def name_zh(self) -> str:
        return STAGE_NAMES[self]


STAGE_NAMES = {
    Stage.PREPARATION: "前期准备",
    Stage.STARTED: "已开工",
    Stage.CLEARED: "已拆违清场",
    Stage.IN_WORKS: "正在施工",
    Stage.FINISHED: "已竣工",
    Stage.ACCEPTED: "已验收",
    Stage.HANDED_OVER: "已移交",
}

#: The acts that make a stage, in the order of the works.
ORDER: tuple[EventKind, ...] = tuple(kind for kind in EventKind if kind is not EventKind.REPORTED)

#: What must have been confirmed before. Clearing and moving in may be left out: not every site has something to clear.
BEFORE: dict[EventKind, EventKind] = {
    EventKind.CLEARED: EventKind.STARTED,
    EventKind.IN_WORKS: EventKind.STARTED,
    EventKind.FINISHED: EventKind.STARTED,
    EventKind.ACCEPTED: EventKind.FINISHED,
    EventKind.HANDED_OVER: EventKind.ACCEPTED,
}
#: 实质性开工 and 竣工 are counted by every level above: the picture (of the site, or of the paper) is asked for.
NEEDS_PICTURE = frozenset({EventKind.STARTED, EventKind.FINISHED})


def stage_of(dates: Mapping[EventKind, date]) -> Stage:
    """The furthest act that was confirmed; without one the project is being prepared."""
    reached = [kind for kind in ORDER if kind in dates]
    return Stage(reached[-1].value) if reached else Stage.PREPARATION


def next_events(dates: Mapping[EventKind, date], waiting: Collection[EventKind]) -> list[EventKind]:
    """Which acts may be entered now, in the order of the works. None that lies behind the stage reached."""
    reached = max((ORDER.index(kind) for kind in ORDER if kind in dates), default=-1)
    return [
        kind
        for kind in EventKind
        if kind not in dates
        and kind not in waiting
        and (kind not in BEFORE or BEFORE[kind] in dates)
        and (kind not in ORDER or ORDER.index(kind) > reached)
    ]


def check_event(
    kind: EventKind,
    on: date,
    *,
    dates: Mapping[EventKind, date],
    waiting: Collection[EventKind],
    has_picture: bool,
    document: str,
    today: date,
) -> None:
    """Whether this act may be entered. Raises with what to do instead."""
    if kind in dates:
        raise Conflict(f"“{kind.name_zh}”已经确认过了。刷新页面看记录。", code="event_there")
    if kind in waiting:
        raise Conflict(f"“{kind.name_zh}”已经有人填了，正等另一个人确认。", code="event_waiting")
    check_before(kind, dates)
    check_day(kind, on, dates, today)
    if kind in NEEDS_PICTURE and not has_picture:
        sentence = f"“{kind.name_zh}”要有照片：拍现场，或拍盖了章的文件。"
        raise Invalid(sentence, fields={"photo": [sentence]})
    if not has_picture and not document.strip():
        sentence = "写上依据的文件，或者传一张照片。"
        raise Invalid(sentence, fields={"document": [sentence]})


def check_before(kind: EventKind, dates: Mapping[EventKind, date]) -> None:
    """What it stands on was confirmed. Asked again when it is confirmed itself: that may have been withdrawn meanwhile."""
    before = BEFORE.get(kind)
    if before is not None and before not in dates:
        raise Refused(f"先要有确认过的“{before.name_zh}”，才能有“{kind.name_zh}”。", code="event_too_early")


def check_day(kind: EventKind, on: date, dates: Mapping[EventKind, date], today: date) -> None:
    """Not in the future, not before what came before it, and not once a later act stands. Asked again when it is confirmed."""
    if on > today:
        raise _wrong_day("这一天还没有到。做完了再填。")
    if kind not in ORDER:
        return
    place = ORDER.index(kind)
    for other in ORDER:
        if other not in dates:
            continue
        if ORDER.index(other) < place and on < dates[other]:
            raise _wrong_day(f"不能早于{other.name_zh}的 {_day_text(dates[other])}。")
        if ORDER.index(other) > place:
            raise Refused(
                f"已经确认到“{other.name_zh}”，不能再补前面的“{kind.name_zh}”。", code="event_passed"
            )


def check_withdrawal(
    kind: EventKind, dates: Mapping[EventKind, date], *, is_counted: bool, is_waiting: bool, reason: str
) -> None:
    """Whether it may be asked that a confirmed act be withdrawn: the last one of the works first, and for a reason."""
    check_asked(is_counted=is_counted, is_waiting=is_waiting, reason=reason)
    check_last(kind, dates)


def check_asked(*, is_counted: bool, is_waiting: bool, reason: str) -> None:
    """Whether it may be asked that something confirmed be withdrawn."""
    if not is_counted:
        raise Refused("只有已经确认的才要撤回。没确认的，退回就行。", code="event_not_counted")
    if is_waiting:
        raise Conflict("已经有人提出撤回，正等另一个人确认。", code="withdrawal_waiting")
    if not reason.strip():
        sentence = "写上为什么撤回，各级都会看到。"
        raise Invalid(sentence, fields={"reason": [sentence]})


def check_last(kind: EventKind, dates: Mapping[EventKind, date]) -> None:
    """No later act stands on this one. Asked again when the withdrawal is confirmed."""
    if kind not in ORDER:
        return
    later = [other for other in ORDER[ORDER.index(kind) + 1 :] if other in dates]
    if later:
        raise Refused(f"先撤回后面的“{later[-1].name_zh}”，再撤回“{kind.name_zh}”。", code="event_not_last")


def _wrong_day(sentence: str) -> Invalid:
    return Invalid(sentence, fields={"happened_on": [sentence]})


def _day_text(day: date) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日"
