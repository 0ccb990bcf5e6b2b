"""Which households are asked, and which of them a person answers for."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import sqlalchemy as sa

from server.identity import queries as identity
from server.infra.db import asked_once, db
from server.infra.statements import run
from server.kernel.errors import Invalid, NotFound, Refused
from server.kernel.pages import Page
from server.ledger import queries as ledger
from server.ledger.queries import HouseholdCard
from server.surveys.models import Counted
from server.surveys.queries.asked import Asked
from server.surveys.rules.rooms import spellings
from server.surveys.rules.words import Capacity


@dataclass(frozen=True)
class Answerer:
    """A household that a resident reached by its slip; `capacity` is known where an owner is proven."""

    household: HouseholdCard
    capacity: Capacity | None


def households_asked(of: Asked) -> list[HouseholdCard]:
    """Every household of the survey's scope: the base of its coverage, vacant and unreachable ones too."""
    return ledger.households(of.community_id, building_ids=of.building_ids, entrance_ids=of.entrance_ids)


def household_total(of: Asked) -> int:
    return ledger.household_count(of.community_id, building_ids=of.building_ids, entrance_ids=of.entrance_ids)


def household_asked(of: Asked, household_id: int) -> HouseholdCard:
    """Raises NotFound for a household of another community, Refused for one outside the scope."""
    found = ledger.household(household_id)
    if found is None or found.community_id != of.community_id:
        raise NotFound
    if not is_asked(of, found):
        raise Refused("这次问卷没有问到你家这一栋。范围写在问卷的开头。", code="out_of_scope")
    return found


def is_asked(of: Asked, household: HouseholdCard) -> bool:
    in_building = not of.building_ids or household.building_id in of.building_ids
    return in_building and (not of.entrance_ids or household.entrance_id in of.entrance_ids)


def scope_words(of: Asked) -> str:
    """Who is asked, in words; empty where that is everyone."""
    if not (of.building_ids or of.entrance_ids):
        return ""
    buildings = ledger.buildings(of.community_id)
    entrances = [one for building in buildings for one in building.entrances]
    named = [one.label for one in buildings if one.id in of.building_ids]
    return "、".join([*named, *(one.label for one in entrances if one.id in of.entrance_ids)])


_REACHED = identity.REACHED
_CARDS = ledger.HOUSEHOLD_CARDS
_ANSWERERS = (
    sa.select(*(column.label(f"card_{column.name}") for column in _CARDS.c), *_REACHED.c)
    .join(_REACHED, _REACHED.c.household_id == _CARDS.c.id)
    .order_by(_REACHED.c.id)
)


def answerers(of: Asked, resident_id: int) -> list[Answerer]:
    """The asked households that this resident reached by a slip."""
    reached = asked_once(("reached", resident_id), lambda: _reached(resident_id))
    return [
        one
        for one in reached
        if one.household.community_id == of.community_id and is_asked(of, one.household)
    ]


def _reached(resident_id: int) -> list[Answerer]:
    """Each household with who answers for it; one read, because every answer asks it."""
    return [
        Answerer(HouseholdCard(*row[: len(_CARDS.c)]), Capacity.OWNER if reached.is_owner else None)
        for row in run(_ANSWERERS, {"resident_id": resident_id})
        if (reached := identity.reached_from(row)) is not None
    ]


def typed_household(of: Asked, building: str, entrance: str, room: str, number: int = 1) -> HouseholdCard:
    """The household that somebody at the poster says they live in. Raises Invalid where there is none."""
    ways = product(spellings(building), spellings(entrance))
    tried = (ledger.flat_by_address(of.community_id, *way, room) for way in ways)
    flat = next((one for one in tried if one is not None), None)
    beside: Sequence[HouseholdCard] = ledger.households_of_flat(flat.id) if flat else ()
    found = next((one for one in beside if one.number == number), None)
    if found is None:
        raise Invalid(
            "没有找到这一户。请看看门牌，楼栋、单元、房号分开写。",
            fields={"room": ["没有找到这一户。请看看门牌再写一遍。"]},
        )
    if not is_asked(of, found):
        raise Refused("这次问卷没有问到你家这一栋。范围写在问卷的开头。", code="out_of_scope")
    return found


NOT_REACHED_A_PAGE = 100


def not_reached(of: Asked, *, page: int = 1) -> Page[HouseholdCard]:
    """The households that have no counted answer, in the order of the flats."""
    answered = set(
        db.session.scalars(
            sa.select(Counted.household_id).where(
                Counted.survey_id == of.id, Counted.response_id.is_not(None)
            )
        )
    )
    left = [one for one in households_asked(of) if one.id not in answered]
    start = (page - 1) * NOT_REACHED_A_PAGE
    return Page(left[start : start + NOT_REACHED_A_PAGE], page, NOT_REACHED_A_PAGE, len(left))
