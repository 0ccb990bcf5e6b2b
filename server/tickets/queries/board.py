"""Many tickets: what a board selects, what is like a new one, what a resident reported."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from server.divisions import queries as divisions
from server.infra.db import db, table_of
from server.infra.statements import among, run
from server.kernel.pages import PAGE_SIZE, Page
from server.ledger.queries import COMMUNITY_SIGNS
from server.projects.queries import Reach
from server.tickets.models import Ticket, TicketJoin
from server.tickets.rules.words import ANSWERED, OPEN, Category, Level, Priority, Source, State

#: A board says "1000" for more: counting all would cost the more the longer a company works.
MOST_COUNTED = 1000
#: Reports of the same trouble come within these days of each other.
SIMILAR_DAYS = timedelta(days=30)
MOST_SIMILAR = 5


class Alike(NamedTuple):
    """What may be told of an open report to whoever has the same trouble."""

    id: int
    community_id: int
    place: str
    category: Category
    state: State
    priority: Priority
    opened_at: datetime
    accepted_at: datetime | None
    arrived_at: datetime | None
    due_at: datetime | None
    client_key: str | None


@dataclass(frozen=True)
class Selected:
    """What a board shows. Empty fields narrow nothing."""

    reach: Reach
    states: Sequence[State] = OPEN
    priorities: Sequence[Priority] = ()
    categories: Sequence[Category] = ()
    sources: Sequence[Source] = ()
    is_overdue: bool = False
    #: At this step of the ladder or above it.
    level: Level | None = None
    assignee_id: int | None = None
    #: Only what neighbours share: nothing inside a home.
    is_shared: bool = False
    #: Reported from then on, and before then.
    since: datetime | None = None
    until: datetime | None = None


def tickets(
    selected: Selected, now: datetime, page: int = 1, *, size: int = PAGE_SIZE, newest_first: bool = False
) -> Page[Ticket]:
    """What is due first comes first; where nothing is due any more, the newest."""
    where = _where(selected, now)
    some = sa.select(Ticket.id).where(*where).limit(MOST_COUNTED).subquery()
    total = db.session.scalar(sa.select(sa.func.count()).select_from(some)) or 0
    is_over = bool(selected.states) and not any(one.is_open for one in selected.states)
    order = (
        (Ticket.id.desc(),)
        if is_over or newest_first
        else (Ticket.due_at.asc().nulls_last(), Ticket.id.asc())
    )
    # Which ones is read in the index alone; only those of the page are read whole.
    ids = list(
        db.session.scalars(
            sa.select(Ticket.id).where(*where).order_by(*order).limit(size).offset((page - 1) * size)
        )
    )
    found = db.session.scalars(sa.select(Ticket).where(Ticket.id.in_(ids))) if ids else ()
    rows = {row.id: row for row in found}
    return Page([rows[one] for one in ids if one in rows], page, size, total)


def tickets_among(ids: Collection[int], reach: Reach) -> list[Ticket]:
    """Those of these ids that are within reach, the newest first."""
    found = sa.select(Ticket).where(Ticket.id.in_(ids), reached(reach))
    return list(db.session.scalars(found.order_by(Ticket.id.desc())))


def counts(reach: Reach, now: datetime) -> dict[str, int]:
    """For the head of a board: open, new, overdue, suspended, waiting for the resident; each counted no further than
    MOST_COUNTED."""
    kinds = {
        "open": Selected(reach),
        "new": Selected(reach, (State.NEW,)),
        "overdue": Selected(reach, is_overdue=True),
        "suspended": Selected(reach, (State.SUSPENDED,)),
        "waiting": Selected(reach, (State.DONE, State.PARTLY_SOLVED, State.REFUSED)),
    }
    parts = [
        sa.select(sa.func.count())
        .select_from(sa.select(Ticket.id).where(*_where(one, now)).limit(MOST_COUNTED).subquery())
        .scalar_subquery()
        .label(name)
        for name, one in kinds.items()
    ]
    row = db.session.execute(sa.select(*parts)).one()
    return {name: getattr(row, name) for name in kinds}


def asked_suspensions(reach: Reach, *, but_not: str = "") -> list[Ticket]:
    """Those in which somebody (other than the actor `but_not`) asks to suspend the clock; the oldest first."""
    found = sa.select(Ticket).where(
        reached(reach),
        Ticket.due_at.is_not(None),
        Ticket.suspension_asked_by.is_not(None),
        Ticket.suspension_asked_by != but_not,
    )
    return list(db.session.scalars(found.order_by(Ticket.id).limit(MOST_COUNTED)))


def similar(
    community_id: int,
    category: Category | None,
    now: datetime,
    *,
    facility_id: int | None = None,
    building_id: int | None = None,
    entrance_id: int | None = None,
) -> list[Alike]:
    """Open reports that may be the same: of the same facility, and of the category at the same entrance or building.

    `building_id`: of a facility, where it stands. Troubles inside a home are no neighbour's.
    """
    known = {"facility_id": facility_id, "building_id": building_id, "entrance_id": entrance_id}
    values = {"category": category, **known}
    named = tuple(name for name, value in values.items() if value is not None)
    asked = {"community_id": community_id, "since": now - SIMILAR_DAYS, **values}
    rows: Iterable[Any] = run(_similar(named), asked)
    return [Alike(*row) for row in rows]


_tickets = table_of(Ticket)


@lru_cache
def _similar(named: tuple[str, ...]) -> sa.Select[*tuple[Any, ...]]:
    """By which of the values are there. Every form of a report asks."""
    if "facility_id" not in named:
        return _newest(*_of_the_place(named))
    of_it = _newest(_is_same("facility_id"))
    if not {"category", "building_id"} <= set(named):
        return of_it
    other = _tickets.c.facility_id.is_distinct_from(sa.bindparam("facility_id"))
    # Each half has its index; one condition over both would have none.
    halves = (of_it.subquery(), _newest(other, *_of_the_place(named)).subquery())
    both = sa.union_all(*map(sa.select, halves)).subquery()
    return sa.select(both).order_by(both.c.opened_at.desc(), both.c.id.desc()).limit(MOST_SIMILAR)


def _of_the_place(named: tuple[str, ...]) -> list[sa.ColumnElement[bool]]:
    where = [_is_same("category")] if "category" in named else []
    where.append(_is_same("building_id") if "building_id" in named else _tickets.c.building_id.is_(None))
    if "entrance_id" in named:
        where.append(sa.or_(_is_same("entrance_id"), _tickets.c.entrance_id.is_(None)))
    return where


def _newest(*where: sa.ColumnElement[bool]) -> sa.Select[*tuple[Any, ...]]:
    """The newest few of what is open and shared."""
    columns = (_tickets.c[name] for name in Alike._fields)
    shared = (
        _is_same("community_id"),
        among(_tickets.c.state, OPEN),
        _tickets.c.flat_id.is_(None),
        _tickets.c.opened_at >= sa.bindparam("since"),
    )
    order = (_tickets.c.opened_at.desc(), _tickets.c.id.desc())
    return sa.select(*columns).where(*shared, *where).order_by(*order).limit(MOST_SIMILAR)


def _is_same(name: str) -> sa.ColumnElement[bool]:
    return _tickets.c[name] == sa.bindparam(name)


def of_resident(resident_id: int, page: int = 1, *, size: int = PAGE_SIZE) -> Page[Ticket]:
    """What they reported or joined, the newest first."""
    joined = sa.select(TicketJoin.ticket_id).where(TicketJoin.resident_id == resident_id)
    where = sa.or_(Ticket.reporter_id == resident_id, Ticket.id.in_(joined))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Ticket).where(where)) or 0
    found = sa.select(Ticket).where(where).order_by(Ticket.id.desc()).limit(size).offset((page - 1) * size)
    return Page(list(db.session.scalars(found)), page, size, total)


def waiting_for(resident_id: int) -> list[Ticket]:
    """What the company has said its last word on and this resident has not: their own, and joined ones nobody else speaks for."""
    joined = sa.select(TicketJoin.ticket_id).where(TicketJoin.resident_id == resident_id)
    speaks = sa.or_(
        Ticket.reporter_id == resident_id, sa.and_(Ticket.reporter_id.is_(None), Ticket.id.in_(joined))
    )
    found = sa.select(Ticket).where(speaks, Ticket.state.in_(ANSWERED))
    return list(db.session.scalars(found.order_by(Ticket.answered_at, Ticket.id)))


def _where(selected: Selected, now: datetime) -> list[sa.ColumnElement[bool]]:
    where = [reached(selected.reach)]
    for column, some in (
        (Ticket.state, selected.states),
        (Ticket.priority, selected.priorities),
        (Ticket.category, selected.categories),
        (Ticket.source, selected.sources),
    ):
        if some:
            where.append(column.in_(some))
    if selected.is_overdue:
        where.append(Ticket.due_at <= now)
    if selected.is_shared:
        where.append(Ticket.flat_id.is_(None))
    if selected.level is not None:
        steps = list(Level)
        where.append(Ticket.level.in_(steps[steps.index(selected.level) :]))
    if selected.assignee_id is not None:
        where.append(Ticket.assignee_id == selected.assignee_id)
    return where + _reported(selected)


def _reported(selected: Selected) -> list[sa.ColumnElement[bool]]:
    where: list[sa.ColumnElement[bool]] = []
    if selected.since is not None:
        where.append(Ticket.opened_at >= selected.since)
    if selected.until is not None:
        where.append(Ticket.opened_at < selected.until)
    return where


def reached(reach: Reach) -> sa.ColumnElement[bool]:
    found: list[sa.ColumnElement[bool]] = []
    if reach.community_ids:
        found.append(Ticket.community_id.in_(reach.community_ids))
    signs = COMMUNITY_SIGNS.c
    for path in reach.paths:
        under = sa.select(signs.id).where(signs.division_id.in_(divisions.subtree_ids(path)))
        found.append(Ticket.community_id.in_(under))
    return sa.or_(*found) if found else sa.false()
