"""Many tickets at once with all that happened to them: what is brought over from elsewhere, or made for an example.

In the order of the rules as one by one, in few statements for all. Nobody is told, no picture comes along, and words are
put forward to nobody: what comes so is past.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache

from server.audit.actions import entry_of, record_all
from server.infra.db import db
from server.infra.statements import insert_rows
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day, start_of
from server.tickets.actions.acting import Facts, filled
from server.tickets.models import Ticket, TicketAct
from server.tickets.queries import located, settings_at
from server.tickets.rules.clocks import Settings
from server.tickets.rules.folding import Folded, Happened, fold
from server.tickets.rules.reports import NewTicket, check_report, priority_of
from server.tickets.rules.states import next_state, words
from server.tickets.rules.words import Act, State


@dataclass(frozen=True)
class Taken:
    """One act of a course, as it was taken then."""

    act: Act
    actor: Actor
    at: datetime
    note: str = ""
    facts: Facts = field(default_factory=Facts)


@dataclass(frozen=True)
class Course:
    """A ticket from its report on."""

    new: NewTicket
    actor: Actor
    at: datetime
    acts: Sequence[Taken] = ()


def enter_courses(courses: Sequence[Course]) -> list[Ticket]:
    """Raises Refused where an act is out of order, Invalid where a report is not in form; then nothing is entered."""

    @cache
    def settings(community_id: int, on: date) -> Settings:
        return settings_at(community_id, start_of(on))

    walked = [_walk(one, settings(one.new.community_id, china_day(one.at))) for one in courses]
    rows = [
        filled(one.new, located(one.new), one.actor, made)
        for one, (made, _) in zip(courses, walked, strict=True)
    ]
    db.session.add_all(rows)
    db.session.flush()
    insert_rows(
        TicketAct,
        [
            act
            for row, one, (_, happened) in zip(rows, courses, walked, strict=True)
            for act in _acts(row, one, happened)
        ],
    )
    record_all(
        [
            entry_of(
                one.actor, "tickets.report", "ticket", row.id, now=one.at, community_id=row.community_id,
                category=row.category, source=row.source, state=row.state, acts=len(one.acts),
            )
            for row, one in zip(rows, courses, strict=True)
        ]
    )  # fmt: skip
    return rows


def _walk(course: Course, settings: Settings) -> tuple[Folded, list[Happened]]:
    check_report(course.new)
    happened = [Happened(Act.REPORT, course.at, State.NEW, course.actor.key, priority_of(course.new))]
    for one in course.acts:
        to = next_state(one.act, fold(happened, settings).standing)
        facts = one.facts
        happened.append(
            Happened(
                one.act,
                one.at,
                to,
                one.actor.key,
                facts.priority,
                facts.assignee_id,
                facts.worker,
                facts.level,
            )
        )
    return fold(happened, settings), happened


def _acts(row: Ticket, course: Course, happened: Sequence[Happened]) -> Iterator[dict[str, object]]:
    report = Taken(Act.REPORT, course.actor, course.at)
    before: State | None = None
    for number, (taken, one) in enumerate(zip((report, *course.acts), happened, strict=True), start=1):
        yield {
            "ticket_id": row.id, "number": number, "act": one.act, "from_state": before, "to_state": one.to,
            "note": words(taken.note, ""), "priority": one.priority, "assignee_id": one.assignee_id,
            "worker": one.worker, "level": one.level, "actor": one.by, "actor_name": taken.actor.label, "at": one.at,
        }  # fmt: skip
        before = one.to
