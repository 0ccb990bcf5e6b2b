"""What a ticket's acts make of it: where it stands and all its dates. The row keeps this, and nothing else decides it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from server.tickets.rules.clocks import Pause, Settings, due
from server.tickets.rules.escalation import next_step
from server.tickets.rules.states import Standing
from server.tickets.rules.words import Act, Level, Priority, State


@dataclass(frozen=True)
class Happened:
    """One act, as far as it says where a ticket stands."""

    act: Act
    at: datetime
    to: State
    by: str
    priority: Priority | None = None
    assignee_id: int | None = None
    worker: str = ""
    level: Level | None = None


@dataclass(frozen=True)
class Folded:
    """A ticket as its acts make it. Field by field what its row keeps."""

    state: State
    priority: Priority
    #: First reported; reopening does not change it.
    opened_at: datetime
    version: int = 1
    assignee_id: int | None = None
    worker: str = ""
    level: Level = Level.COMPANY
    reopened: int = 0
    before_suspension: State | None = None
    suspension_asked_by: str | None = None
    finished_by: str | None = None
    accepted_at: datetime | None = None
    arrived_at: datetime | None = None
    #: When the company last said its last word (done, partly, refused); None again while it is reopened.
    answered_at: datetime | None = None
    asked_again_at: datetime | None = None
    ended_at: datetime | None = None
    #: The next thing that is due; None while the clock stands and after the answer.
    due_at: datetime | None = None
    fixed_by: datetime | None = None
    #: When the next office above is told.
    escalate_at: datetime | None = None
    #: When a resident who has not answered is asked again, or it ends without an answer.
    wake_at: datetime | None = None

    @property
    def standing(self) -> Standing:
        return Standing(
            self.state,
            self.before_suspension,
            self.assignee_id is not None or bool(self.worker),
            self.suspension_asked_by,
            self.finished_by,
            is_answered=self.answered_at is not None,
        )

    @property
    def took_seconds(self) -> int | None:
        """From the first report to the last answer, nights, holidays and suspensions included."""
        return None if self.answered_at is None else int((self.answered_at - self.opened_at).total_seconds())


def fold(acts: Sequence[Happened], settings: Settings) -> Folded:
    """The first act is the report, with its priority."""
    first = acts[0]
    now = Folded(State.NEW, first.priority or Priority.P2, first.at)
    pauses: list[Pause] = []
    for number, one in enumerate(acts[1:], start=2):
        pauses = _paused(pauses, now, one)
        now = replace(_after(now, one), state=one.to, version=number)
    return _dated(now, pauses, settings)


Change = Callable[[Folded, Happened], dict[str, Any]]

#: A late word on what silence had ended moves no end: it would count in another month, and be open to reopening for ever.
_ENDS: Change = lambda now, one: {"ended_at": now.ended_at or one.at, "suspension_asked_by": None}  # noqa: E731 - a row of the table
_ANSWERS: Change = lambda _now, one: {  # noqa: E731
    "answered_at": one.at, "finished_by": one.by, "suspension_asked_by": None
}  # fmt: skip
_REACHES: Change = lambda now, one: {"arrived_at": now.arrived_at or one.at}  # noqa: E731

#: What an act changes beside the state; acts that change nothing else are left out.
CHANGES: dict[Act, Change] = {
    Act.PRIORITISE: lambda now, one: {"priority": one.priority or now.priority},
    Act.ACCEPT: lambda now, one: {"accepted_at": now.accepted_at or one.at},
    Act.DISPATCH: lambda _now, one: {"assignee_id": one.assignee_id, "worker": one.worker},
    Act.ARRIVE: _REACHES,
    Act.START: _REACHES,
    Act.ASK_SUSPENSION: lambda _now, one: {"suspension_asked_by": one.by},
    Act.DENY_SUSPENSION: lambda _now, _one: {"suspension_asked_by": None},
    Act.GRANT_SUSPENSION: lambda now, _one: {"suspension_asked_by": None, "before_suspension": now.state},
    Act.RESUME: lambda _now, _one: {"before_suspension": None},
    Act.FINISH: _ANSWERS,
    Act.FINISH_PARTLY: _ANSWERS,
    Act.REFUSE: _ANSWERS,
    Act.REMIND: lambda _now, one: {"asked_again_at": one.at},
    Act.REOPEN: lambda now, _one: {
        "answered_at": None,
        "asked_again_at": None,
        "ended_at": None,
        "finished_by": None,
        "reopened": now.reopened + 1,
        # What broke after its end is another delay: the offices that knew of the first are told of this one in their turn.
        "level": Level.COMPANY if now.state.is_ended else now.level,
    },
    Act.CONFIRM: _ENDS,
    Act.LAPSE: _ENDS,
    Act.WITHDRAW: _ENDS,
    Act.MERGE: _ENDS,
    Act.ESCALATE: lambda now, one: {"level": one.level or now.level},
}


def _after(now: Folded, one: Happened) -> Folded:
    change = CHANGES.get(one.act)
    return replace(now, **change(now, one)) if change is not None else now


def _paused(pauses: list[Pause], before: Folded, one: Happened) -> list[Pause]:
    """The clock stands while it is suspended, and from what the resident confirmed (or silence ended) to their word that it
    is not solved. A "done" that the resident turns down stops no clock: it was not done.
    """
    if one.act is Act.CONFIRM:
        return [*pauses, Pause(before.answered_at or one.at)]
    if one.act in {Act.GRANT_SUSPENSION, Act.LAPSE}:
        return [*pauses, Pause(one.at)]
    if one.act in {Act.RESUME, Act.REOPEN}:
        return [replace(pause, until=pause.until or one.at) for pause in pauses]
    return pauses


def _dated(now: Folded, pauses: Sequence[Pause], settings: Settings) -> Folded:
    terms = settings.terms[now.priority]
    # What the row keeps of the whole term is its end as far as the clock ran: a confirmation ends it, and stops nothing.
    stopped = [one for one in pauses if one.until is not None] if now.state.is_ended else pauses
    fixed_by = due(now.opened_at, terms.fixed, stopped, settings)
    due_at = None
    if now.state.is_open and now.state is not State.SUSPENDED:
        stages = [fixed_by]
        if now.accepted_at is None:
            stages.append(due(now.opened_at, terms.accept, pauses, settings))
        if terms.on_site is not None and now.arrived_at is None:
            stages.append(due(now.opened_at, terms.on_site, pauses, settings))
        due_at = min((one for one in stages if one is not None), default=None)
    return replace(
        now,
        fixed_by=fixed_by,
        due_at=due_at,
        escalate_at=next_step(due_at, now.level, settings.timetable(now.priority)),
        wake_at=_wakes(now, settings),
    )


def _wakes(now: Folded, settings: Settings) -> datetime | None:
    if not now.state.is_answered or now.answered_at is None:
        return None
    if now.asked_again_at is None:
        return now.answered_at + timedelta(days=settings.remind_days)
    return now.asked_again_at + timedelta(days=settings.lapse_days)
