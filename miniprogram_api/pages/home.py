"""What waits for this resident: votes to cast, surveys to answer, works to judge, notices that hang, messages; and their homes."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template

from miniprogram_api.ballots import reading
from miniprogram_api.evaluations import reading as evaluations
from miniprogram_api.guard import resident_page
from miniprogram_api.homes import communities_of
from miniprogram_api.messages import recipients
from miniprogram_api.notices import hangs, notices_for
from miniprogram_api.pages.site.visits import free_for
from miniprogram_api.session import Resident, me
from miniprogram_api.surveys import reading as surveys
from miniprogram_api.works.seats import seat_of
from server.ballots import queries as ballots
from server.ballots.models import Ballot
from server.ballots.queries import VoterState
from server.ballots.rules.drafting import Stage
from server.identity import queries as identity
from server.identity.rules import Deed, Level
from server.infra.clock import now
from server.kernel.chinatime import china_day
from server.ledger import queries as ledger
from server.messages import queries as messages
from server.projects import queries as projects
from server.projects.queries import SlotCard
from server.tickets import queries as tickets

home_pages = Blueprint("home_pages", __name__)


@dataclass(frozen=True)
class HomeFlat:
    """One flat of this person, and how well they are known for it."""

    label: str
    level: Level
    is_frozen: bool
    community: str
    community_id: int


@dataclass(frozen=True)
class OpenVote:
    ballot: Ballot
    state: VoterState


@dataclass(frozen=True)
class Visit:
    """Work inside a home: the time that is booked, or none where it is still to be chosen."""

    community_id: int
    title: str
    at: SlotCard | None


@home_pages.get("/me")
@resident_page
def home() -> str:
    moment = now()
    resident = me()
    found = reading.ballots_for(resident.id, moment)
    hanging = [row for row in notices_for(resident.id, moment) if hangs(row, moment)]
    flats = flats_of(resident)
    contact = ledger.contact(flats[0].community_id) if flats else ("", "", "")
    return render_template(
        "phone/home/home.html",
        asked=surveys.waiting_for(resident.id, moment),
        judged=evaluations.waiting_for(resident.id, moment),
        votes=[open_vote(of, resident, moment) for of, stage in found if stage is Stage.OPEN],
        others=[(of, stage) for of, stage in found if stage is not Stage.OPEN][:4],
        hanging=hanging[:4],
        answered=tickets.waiting_for(resident.id),
        visits=_visits(resident, moment),
        unread=messages.unread_count(recipients(resident.id)),
        flats=flats,
        communities={flat.community_id: flat.community for flat in flats},
        help_phone=contact[1],
    )


def _visits(resident: Resident, moment: datetime) -> list[Visit]:
    """Times that are booked for work inside a home of theirs, and where one is still to be chosen."""
    flats = [flat.flat_id for flat in identity.flats_of(resident.id) if flat.may(Deed.REPORT_ISSUE)]
    booked = [
        Visit(card.item.community_id, card.item.title, card)
        for _, card in projects.appointments_of(flats)
        if moment < card.begins_at
    ]
    found = {}
    for community_id in sorted(projects.offering(communities_of(resident.id), china_day(moment))):
        seat = seat_of(community_id, resident) if flats else None
        held = (
            {(row.flat_id, row.item_id) for row, _ in projects.appointments_of(seat.flat_ids)}
            if seat
            else set()
        )
        for flat, card in free_for(seat) if seat else []:
            if (flat.id, card.item.id) not in held:
                found[card.item.id] = Visit(community_id, card.item.title, None)
    return booked + list(found.values())


def open_vote(of: Ballot, resident: Resident, moment: datetime) -> OpenVote:
    return OpenVote(of, ballots.voter(of, resident.id, moment))


def flats_of(resident: Resident) -> list[HomeFlat]:
    bound = identity.flats_of(resident.id)
    cards = ledger.flats_by_ids([flat.flat_id for flat in bound])
    names = {}
    for flat in bound:
        community = ledger.community(flat.community_id)
        names[flat.community_id] = community.name if community else ""
    return [
        HomeFlat(
            cards[flat.flat_id].label, flat.level, flat.is_frozen, names[flat.community_id], flat.community_id
        )
        for flat in bound
        if flat.flat_id in cards
    ]
