"""What both faces ask about judging: this person's rounds and households, and where to report what is not good."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, url_for

from miniprogram_api.session import Resident
from server.evaluations import queries
from server.evaluations.queries import RoundCard, Seat
from server.evaluations.rules.answering import Low
from server.evaluations.rules.words import Aspect, Stage
from server.identity import queries as identity
from server.kernel.errors import NotFound
from server.projects import queries as projects

#: Where residents report what is wrong. A house without that page gives the committee's telephone instead.
REPORT_PAGE = "mobile.ticket_pages.new_ticket"


@dataclass(frozen=True)
class OwnRound:
    """A round, with the households of this person that are asked in it."""

    of: RoundCard
    seats: list[Seat]
    #: The flats of those households, by household.
    flats: dict[int, int]

    def seat(self, household_id: int | None) -> Seat:
        """The first one where none is named. Raises NotFound for another's."""
        if household_id is None:
            return self.seats[0]
        found = next((one for one in self.seats if one.household_id == household_id), None)
        if found is None:
            raise NotFound
        return found


def own_round(round_id: int, resident: Resident, moment: datetime) -> OwnRound:
    """Raises NotFound where none of this person's households is asked, or the round has not begun."""
    of = queries.named(round_id)
    flats = {one.household_id: one.flat_id for one in identity.reached_households(resident.id)}
    seats = queries.seats_in(of, flats)
    if not seats or of.stage(moment) is Stage.PLANNED:
        raise NotFound("没有这次评价，或者没有问到你家。", code="evaluation_unknown")
    return OwnRound(of, seats, flats)


def waiting_for(resident_id: int, moment: datetime) -> list[tuple[RoundCard, list[Seat]]]:
    """The open rounds with the households of this person that have not answered themselves."""
    found = queries.seats_of(resident_id, moment)
    answered = queries.answered_by_residents([of.id for of, _ in found])
    left = [(of, [one for one in seats if (of.id, one.household_id) not in answered]) for of, seats in found]
    return [(of, seats) for of, seats in left if seats]


def report_href(flat_id: int, low: Low, *, is_in_building: bool) -> str:
    """The page to report it on, with what it is and from where filled in; empty in a house without one."""
    if REPORT_PAGE not in current_app.view_functions:
        return ""
    category = "service" if low.title == Aspect.SERVICE.name_zh else "works"
    where = "entrance" if is_in_building else "community"
    return url_for(REPORT_PAGE, category=category, flat_id=flat_id, where=where)


def reports_of(here: OwnRound, seat: Seat, lows: Sequence[Low]) -> list[tuple[Low, str]]:
    """Each thing that is not good with its address; an item that was done building by building leads to one's own."""
    in_buildings = {
        card.item.code for card in projects.items_of_community(here.of.community_id) if card.item.building_id
    }
    flat_id = here.flats[seat.household_id]
    return [
        (one, report_href(flat_id, one, is_in_building=bool(one.code) and one.code in in_buildings))
        for one in lows
    ]
