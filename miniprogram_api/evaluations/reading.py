"""What both faces ask about judging: this person's rounds and households, and where to report what is not good."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from miniprogram_api.session import Resident
from miniprogram_api.tickets.schemas import Where
from server.evaluations import actions, queries
from server.evaluations.queries import RoundCard, Seat
from server.evaluations.rules.answering import Low
from server.evaluations.rules.oddities import Oddities
from server.evaluations.rules.shown import ShownResult
from server.evaluations.rules.words import Aspect, Stage
from server.identity import queries as identity
from server.kernel.errors import NotFound
from server.kernel.parts import Part
from server.ledger import queries as ledger
from server.moderation import queries as moderation
from server.projects import queries as projects
from server.projects.models import WorkItem
from server.tickets.rules.words import Category

#: So many texts are shown; the rest would be read by nobody.
MOST_WORDS = 30
#: As what a part of the works is reported, so that within its warranty it reaches whoever built that part; any other as
#: the works themselves.
CATEGORIES = {
    Part.ROOF_WET: Category.LEAK,
    Part.INSULATION: Category.LEAK,
    Part.PIPES: Category.WATER,
    Part.ELECTRICS: Category.POWER,
}


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


def own_rounds(resident: Resident, moment: datetime) -> list[OwnRound]:
    """The open ones in which this person's households are asked."""
    flats = {one.household_id: one.flat_id for one in identity.reached_households(resident.id)}
    return [OwnRound(of, seats, flats) for of, seats in queries.seats_of(resident.id, moment)]


def waiting_for(resident_id: int, moment: datetime) -> list[tuple[RoundCard, list[Seat]]]:
    """The open rounds with the households of this person that have not answered themselves."""
    found = queries.seats_of(resident_id, moment)
    answered = queries.answered_by_residents([of.id for of, _ in found])
    left = [(of, [one for one in seats if (of.id, one.household_id) not in answered]) for of, seats in found]
    return [(of, seats) for of, seats in left if seats]


@dataclass(frozen=True)
class PublicResult:
    """A round that is over, as everyone may read it."""

    of: RoundCard
    shown: ShownResult
    #: The rounds of the same households, in their order, up to this one.
    trend: list[tuple[RoundCard, ShownResult]]
    odd: Oddities
    #: The smallest number that is told.
    least: int
    words: list[str]

    @property
    def burst(self) -> int:
        """Nothing where too few are meant to be told."""
        return self._told(self.odd.burst)

    @property
    def by_few(self) -> int:
        return self._told(self.odd.by_few)

    def _told(self, number: int) -> int:
        return number if number >= self.least and not self.shown.lacking else 0


def public_round(round_id: int, moment: datetime, community_id: int | None = None) -> RoundCard:
    """A round that is open or over, for anyone. Raises NotFound."""
    of = queries.named(round_id, community_id)
    if of.stage(moment) is Stage.PLANNED:
        raise NotFound
    return of


def public_result(of: RoundCard, moment: datetime) -> PublicResult:
    """Raises Refused before the round is over, for everyone."""
    shown = queries.shown_result(of, moment)
    return PublicResult(
        of,
        shown,
        [(one, queries.shown_result(one, moment)) for one in queries.overs(of, moment)],
        queries.odd(of, moment),
        queries.least_cell(of),
        # Too few answers are not told of, nor what they said.
        [] if shown.lacking else _words(of),
    )


def _words(of: RoundCard) -> list[str]:
    """What people wrote, as far as somebody has looked at it."""
    rows = queries.words_of(of)
    standing = moderation.standing(actions.WORDS, [row.id for row in rows])
    texts = [one.text for row in rows if (one := standing[row.id]).is_public and one.text]
    # In the order of the texts: that of the answers would tell whose is whose.
    return sorted(texts)[:MOST_WORDS]


@dataclass(frozen=True)
class Report:
    """A ticket begun: what is wrong, seen from which home, where, and the first words. Nothing is sent by it."""

    category: Category
    flat_id: int
    where: Where
    words: str

    @property
    def href(self) -> str:
        """The page to send it on, with all of it filled in."""
        return url_for("mobile.ticket_pages.new_ticket", **vars(self))


def report_of(flat_id: int, low: Low, item: WorkItem | None) -> Report:
    """`item`: of the works, near that home."""
    return Report(
        category_of(low, item.part if item is not None else None),
        flat_id,
        Where.ENTRANCE if item is not None and item.building_id else Where.COMMUNITY,
        f"{low.title}，{'没有做' if low.is_not_done else '不满意'}：",
    )


def category_of(low: Low, part: Part | None) -> Category:
    if low.title == Aspect.SERVICE.name_zh:
        return Category.SERVICE
    return CATEGORIES.get(part, Category.WORKS) if part is not None else Category.WORKS


def reports_of(here: OwnRound, seat: Seat, lows: Sequence[Low]) -> list[tuple[Low, Report]]:
    """Each thing that is not good with how to report it; an item that was done building by building leads to one's own."""
    if not lows:
        return []
    flat_id = here.flats[seat.household_id]
    home = ledger.flats_by_ids([flat_id])[flat_id]
    near = {
        card.item.code: card.item
        for card in projects.items_of_community(here.of.community_id)
        if projects.is_of_place(card.item, home.building_id, home.entrance_id)
    }
    return [(one, report_of(flat_id, one, near.get(one.code) if one.code else None)) for one in lows]
