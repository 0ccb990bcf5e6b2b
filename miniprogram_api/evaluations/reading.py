"""What both faces ask about judging: this person's rounds and households, and where to report what is not good."""

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

#: Where residents report what is wrong. A house without that page gives the committee's telephone instead.
REPORT_PAGE = "mobile.ticket_pages.report_page"


@dataclass(frozen=True)
class OwnRound:
    """A round, with the households of this person that are asked in it."""

    of: RoundCard
    seats: list[Seat]

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
    seats = queries.seats_in(of, [one.household_id for one in identity.reached_households(resident.id)])
    if not seats or of.stage(moment) is Stage.PLANNED:
        raise NotFound("没有这次评价，或者没有问到你家。", code="evaluation_unknown")
    return OwnRound(of, seats)


def waiting_for(resident_id: int, moment: datetime) -> list[tuple[RoundCard, list[Seat]]]:
    """The open rounds with the households of this person that have not answered themselves."""
    found = queries.seats_of(resident_id, moment)
    answered = queries.answered_by_residents([of.id for of, _ in found])
    left = [(of, [one for one in seats if (of.id, one.household_id) not in answered]) for of, seats in found]
    return [(of, seats) for of, seats in left if seats]


def report_href(of: RoundCard, seat: Seat, low: Low) -> str:
    """The page to report it on, with what and where filled in; empty in a house without one."""
    if REPORT_PAGE not in current_app.view_functions:
        return ""
    category = "service" if low.title == Aspect.SERVICE.name_zh else "works"
    text = f"{low.title}：没有做" if low.is_not_done else f"{low.title}：不满意"
    return url_for(
        REPORT_PAGE,
        community_id=of.community_id,
        category=category,
        item=low.code or None,
        place=seat.label,
        text=text,
    )
