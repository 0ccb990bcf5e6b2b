"""What was resolved: who does what by when, and whether it was done."""

from datetime import date
from enum import StrEnum

from server.kernel.errors import Invalid, Refused
from server.matters.rules.meetings import MeetingState


class Outcome(StrEnum):
    DONE = "done"
    DROPPED = "dropped"
    REOPENED = "reopened"

    @property
    def name_zh(self) -> str:
        return {"done": "办好了", "dropped": "不办了", "reopened": "重新办"}[self.value]


class ResolutionState(StrEnum):
    OPEN = "open"
    LATE = "late"
    DONE = "done"
    DONE_LATE = "done_late"
    DROPPED = "dropped"

    @property
    def name_zh(self) -> str:
        return {
            "open": "在办",
            "late": "逾期没办好",
            "done": "办好了",
            "done_late": "晚了才办好",
            "dropped": "不办了",
        }[self.value]

    @property
    def tone(self) -> str:
        return {"open": "info", "late": "stop", "done": "go", "done_late": "wait", "dropped": "quiet"}[
            self.value
        ]


def resolution_state(
    due_on: date, last: Outcome | None, done_on: date | None, today: date
) -> ResolutionState:
    """The last day is still in time. `done_on` is the day of the last act."""
    if last is Outcome.DROPPED:
        return ResolutionState.DROPPED
    if last is Outcome.DONE and done_on is not None:
        return ResolutionState.DONE if done_on <= due_on else ResolutionState.DONE_LATE
    return ResolutionState.LATE if today > due_on else ResolutionState.OPEN


def check_resolution(state: MeetingState, *, what: str, who: str, due_on: date, met_on: date) -> None:
    """Whether it may be written down: of a meeting that has its minutes, with who does it and by when."""
    if state is not MeetingState.MINUTED:
        raise Refused("先写会议记录，再写定了什么。", code="meeting_not_minuted")
    if not what.strip():
        raise _wrong("what", "写上要办什么。")
    if not who.strip():
        raise _wrong("who", "写上由哪个单位或岗位来办，不写人名。")
    if due_on < met_on:
        raise _wrong("due_on", "期限不能早于开会那天。")


def check_outcome(
    outcome: Outcome, state: ResolutionState, *, done_on: date, met_on: date, words: str, today: date
) -> None:
    """Whether it may be said of it. Dropping it or taking it up again needs a reason; done needs what was done."""
    is_over = state in {ResolutionState.DONE, ResolutionState.DONE_LATE, ResolutionState.DROPPED}
    if outcome is Outcome.REOPENED and not is_over:
        raise Refused("这一条还在办，不用重新办。", code="resolution_open")
    if outcome is not Outcome.REOPENED and is_over:
        raise Refused("这一条已经有结果。要改，先选“重新办”。", code="resolution_over")
    if not words.strip():
        raise _wrong("words", "写上办成什么样，或者为什么。居民会看到。")
    if not met_on <= done_on <= today:
        raise _wrong("done_on", "这一天要在开会以后，不能晚于今天。")


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})
