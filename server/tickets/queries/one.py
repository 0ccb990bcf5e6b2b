"""One ticket: itself, its acts and pictures, who hears of it, and the settings that hold for it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from server.infra.db import db, table_of
from server.infra.statements import run
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound
from server.ledger import queries as ledger
from server.moderation import queries as moderation
from server.policies import queries as policies
from server.tickets.models import Ticket, TicketAct, TicketJoin, TicketPhoto
from server.tickets.rules.clocks import KEYS, Settings, settings_of
from server.tickets.rules.seeing import reopens_until
from server.tickets.rules.words import Act, Category, Level, Priority, State

#: What moderation knows the pictures and the words of tickets by.
PHOTO_OF, WORDS_OF = "tickets.photo", "tickets.words"


def ticket(ticket_id: int, community_id: int | None = None) -> Ticket | None:
    """With a community given, only one of that community."""
    row = db.session.get(Ticket, ticket_id)
    return row if row is not None and community_id in {None, row.community_id} else None


def known(ticket_id: int, community_id: int | None = None) -> Ticket:
    """Raises NotFound."""
    row = ticket(ticket_id, community_id)
    if row is None:
        raise NotFound
    return row


def acts(ticket_id: int) -> list[TicketAct]:
    """In the order they happened."""
    found = sa.select(TicketAct).where(TicketAct.ticket_id == ticket_id)
    return list(db.session.scalars(found.order_by(TicketAct.number)))


def acts_of(ticket_ids: Collection[int]) -> dict[int, list[TicketAct]]:
    """The same for several tickets."""
    found: dict[int, list[TicketAct]] = {one: [] for one in ticket_ids}
    rows = sa.select(TicketAct).where(TicketAct.ticket_id.in_(ticket_ids))
    for row in db.session.scalars(rows.order_by(TicketAct.ticket_id, TicketAct.number)):
        found[row.ticket_id].append(row)
    return found


def moved_at(ticket_ids: Collection[int]) -> dict[int, datetime]:
    """When something last happened to each."""
    last = sa.type_coerce(sa.func.max(TicketAct.at), TicketAct.at.type)
    found = sa.select(TicketAct.ticket_id, last).where(TicketAct.ticket_id.in_(ticket_ids))
    return {row[0]: row[1] for row in db.session.execute(found.group_by(TicketAct.ticket_id))}


class Told(NamedTuple):
    """What is read of a ticket for a resident's page. Who is told which of it is the door's to decide."""

    id: int
    community_id: int
    flat_id: int | None
    place: str
    category: Category
    words: str
    reporter_id: int | None
    contractor: str
    same_as_id: int | None
    state: State
    priority: Priority
    level: Level
    worker: str
    reopened: int
    opened_at: datetime
    accepted_at: datetime | None
    arrived_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    due_at: datetime | None


@dataclass(frozen=True)
class Looked:
    """A ticket as a resident looks at it, with what its pages show of the community."""

    row: Told
    community: str
    help_phone: str
    #: How many joined it, and whether this resident did.
    joined: int
    is_joined: bool
    #: In the order they happened.
    acts: list["PicturedAct"]


_tickets, _acts, _photos, _joins = (table_of(one) for one in (Ticket, TicketAct, TicketPhoto, TicketJoin))
_OF_IT = sa.select(_joins.c.id).where(_joins.c.ticket_id == _tickets.c.id).correlate(_tickets)
#: For each act, and each picture of it.
_LOOKED = (
    sa.select(
        *(_tickets.c[name] for name in Told._fields),
        ledger.COMMUNITY_SIGNS.c.name.label("community"),
        ledger.COMMUNITY_SIGNS.c.contact_phone.label("help_phone"),
        _OF_IT.with_only_columns(sa.func.count()).scalar_subquery().label("joined"),
        _OF_IT.where(_joins.c.resident_id == sa.bindparam("resident_id")).exists().label("is_joined"),
        _acts.c.number,
        _photos.c.id.label("photo_id"),
        *(_acts.c[name] for name in ("act", "to_state", "note", "actor", "actor_name", "at")),
    )
    .select_from(_tickets)
    .join(ledger.COMMUNITY_SIGNS, ledger.COMMUNITY_SIGNS.c.id == _tickets.c.community_id)
    .join(_acts, _acts.c.ticket_id == _tickets.c.id)
    .outerjoin(_photos, _photos.c.act_id == _acts.c.id)
    .where(_tickets.c.id == sa.bindparam("ticket_id"))
    .order_by(_acts.c.number, _photos.c.id)
)


@dataclass(frozen=True)
class PicturedAct:
    """What whoever may read an act is shown of it."""

    act: Act
    to_state: State
    note: str
    actor: str
    actor_name: str
    at: datetime
    #: Ids of the pictures that came with it.
    photos: list[int]


def looked_at(ticket_id: int, resident_id: int) -> Looked:
    """In one read. Raises NotFound."""
    asked = {"ticket_id": ticket_id, "resident_id": resident_id}
    rows: Sequence[Any] = run(_LOOKED, asked).all()
    if not rows:
        raise NotFound
    found: dict[int, PicturedAct] = {}
    for *_, number, photo_id, act, to_state, note, actor, actor_name, at in rows:
        one = found.setdefault(number, PicturedAct(act, to_state, note, actor, actor_name, at, photos=[]))
        if photo_id is not None:
            one.photos.append(photo_id)
    told = len(Told._fields)
    community, help_phone, joined, is_joined = rows[0][told : told + 4]
    return Looked(Told(*rows[0][:told]), community, help_phone, joined, is_joined, list(found.values()))


def photos(ticket_id: int) -> dict[int, list[TicketPhoto]]:
    """By the act they came with."""
    found: dict[int, list[TicketPhoto]] = {}
    rows = sa.select(TicketPhoto).where(TicketPhoto.ticket_id == ticket_id)
    for row in db.session.scalars(rows.order_by(TicketPhoto.id)):
        found.setdefault(row.act_id, []).append(row)
    return found


def is_of(row: Ticket, resident_id: int) -> bool:
    """Whether it is this resident's: reported by them, or joined."""
    return resident_id == row.reporter_id or resident_id in joined(row.id)


def joined(ticket_id: int) -> set[int]:
    """The residents who have the same trouble, beside whoever reported it."""
    return set(db.session.scalars(sa.select(TicketJoin.resident_id).where(TicketJoin.ticket_id == ticket_id)))


def joining(ticket_id: int, resident_id: int) -> TicketJoin | None:
    found = sa.select(TicketJoin).where(
        TicketJoin.ticket_id == ticket_id, TicketJoin.resident_id == resident_id
    )
    return db.session.scalar(found)


def listeners(row: Ticket) -> list[int]:
    """The residents who are told of each step."""
    reporter = [row.reporter_id] if row.reporter_id is not None else []
    return [*reporter, *sorted(joined(row.id))]


def join_count(ticket_id: int) -> int:
    return joined_counts([ticket_id]).get(ticket_id, 0)


def joined_counts(ticket_ids: Collection[int]) -> dict[int, int]:
    """How many joined each; tickets nobody joined are left out."""
    found = sa.select(TicketJoin.ticket_id, sa.func.count()).where(TicketJoin.ticket_id.in_(ticket_ids))
    return {row[0]: row[1] for row in db.session.execute(found.group_by(TicketJoin.ticket_id))}


def settings_at(community_id: int, opened_at: datetime) -> Settings:
    """What held there on the day it was first reported. Raises NotFound where there is no such community."""
    place = ledger.place(community_id)
    if place is None:
        raise NotFound
    return settings_under(place.division_path, china_day(opened_at))


def reopen_until(row: Ticket | Told) -> datetime | None:
    """From when on it can no longer be reopened; None before it ends."""
    if row.ended_at is None:
        return None
    return reopens_until(row.ended_at, settings_at(row.community_id, row.opened_at).reopen_days)


def settings_and_words(division_path: str, now: datetime) -> tuple[Settings, list[str]]:
    """The same for a report, with the words to be marked there before others read it."""
    asked = (*KEYS, moderation.LISTED)
    values, calendar = policies.values_and_calendar(asked, division_path, china_day(now))
    return settings_of(values, calendar), values[moderation.LISTED]


def settings_under(division_path: str, on: date) -> Settings:
    return settings_of(*policies.values_and_calendar(KEYS, division_path, on))
