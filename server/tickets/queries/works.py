"""What a trouble has to do with the works: whether they are under warranty there, and whether it comes back again and again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from server.infra.db import db
from server.kernel.chinatime import china_day, start_of
from server.kernel.errors import NotFound
from server.kernel.parts import Part
from server.ledger import queries as ledger
from server.policies import queries as policies
from server.projects import queries as projects
from server.projects.queries import DoneItem, ItemCard, Pictured
from server.tickets.models import Ticket, TicketAct
from server.tickets.rules import warranty
from server.tickets.rules.clocks import Settings
from server.tickets.rules.repeating import months_before
from server.tickets.rules.words import Act, Source, State


@dataclass(frozen=True)
class WarrantedItem:
    """A finished item that its contractor still answers for."""

    item: DoneItem
    last_day: date

    @property
    def text_zh(self) -> str:
        done, last = (
            f"{on.year} 年 {on.month} 月 {on.day} 日" for on in (self.item.completed_on, self.last_day)
        )
        return f"{self.item.contractor}。{self.item.title}，{done}完工，保修到 {last}。"


def warranted_item(row: Ticket, day: date) -> WarrantedItem | None:
    """The item of the works that such a trouble there comes from, while its contractor answers for it and no other can be meant."""
    done = _matching(row)
    if warranty.is_in_doubt(done, row.category):
        return None
    return next(iter(_still(row.community_id, done, day)), None)


def contractors_in_doubt(row: Ticket) -> list[str]:
    """Who answered, on the day of the report, for works that it can be about, where more than one can be meant."""
    if row.contractor or row.category not in warranty.NAMES_NO_PART:
        return []
    done = _matching(row)
    if not warranty.is_in_doubt(done, row.category):
        return []
    still = _still(row.community_id, done, china_day(row.opened_at))
    return list(dict.fromkeys(one.item.contractor for one in still))


def _matching(row: Ticket) -> list[DoneItem]:
    """The finished items that such a trouble there can come from."""
    if row.category not in warranty.PARTS:
        return []
    return [
        one
        for one in projects.works_done(row.community_id)
        if warranty.covers(one, row.category, row.building_id, row.entrance_id)
    ]


def _still(community_id: int, done: list[DoneItem], day: date) -> list[WarrantedItem]:
    """Those that a contractor answers for that day, the nearest first."""
    named = [one for one in done if one.contractor]
    if not named:
        return []
    last_day = _last_days(community_id, day)
    still = [
        WarrantedItem(one, last)
        for one in named
        if (last := last_day(one.part, one.completed_on)) is not None and one.completed_on <= day <= last
    ]
    return sorted(still, key=lambda one: warranty.nearness(one.item), reverse=True)


def _last_days(community_id: int, day: date) -> Callable[[Part, date], date | None]:
    """Until when a part is answered for that was finished on a day, as the settings of `day` have it there."""
    place = ledger.place(community_id)
    if place is None:
        raise NotFound
    periods = warranty.periods_of(policies.values_of(warranty.KEYS, place.division_path, day))
    calendar = policies.work_calendar()
    return lambda part, completed_on: warranty.last_day(part, completed_on, periods, calendar)


@dataclass(frozen=True)
class Proof:
    """On what evidence a contractor answers for an item, as it stands now."""

    card: ItemCard
    #: None where its completion was withdrawn since, or nothing is promised for such a part.
    last_day: date | None
    hidden: list[Pictured]


def proof(row: Ticket) -> Proof | None:
    """Of a ticket that went to a contractor; None of any other."""
    if row.works_id is None:
        return None
    cards = projects.items_of_community(row.community_id)
    card = next((one for one in cards if one.id == row.works_id), None)
    if card is None:
        return None
    last_day = _last_days(row.community_id, china_day(row.opened_at))
    until = last_day(card.item.part, card.completed_on) if card.completed_on is not None else None
    return Proof(card, until, projects.pictured(card.id))


def repeated_failures(row: Ticket, settings: Settings, now: datetime) -> int | None:
    """How often its facility failed, where that is often enough and nobody was set to it in that time."""
    since = start_of(months_before(china_day(now), settings.repeat_months))
    of_it = sa.select(Ticket.source).where(
        Ticket.facility_id == row.facility_id,
        Ticket.opened_at > since,
        # Withdrawn, merged and refused ones are no failures; one that was patched and left at that is.
        sa.or_(Ticket.state.not_in((State.CLOSED, State.REFUSED)), _was_patched()),
    )
    sources = list(db.session.scalars(of_it))
    if Source.PREVENTIVE in sources or len(sources) < settings.repeat_failures:
        return None
    return len(sources)


def _was_patched() -> sa.ColumnElement[bool]:
    """Closed as only partly solved, for nobody said more."""
    return sa.exists().where(
        TicketAct.ticket_id == Ticket.id,
        TicketAct.act == Act.LAPSE,
        TicketAct.from_state == State.PARTLY_SOLVED,
    )
