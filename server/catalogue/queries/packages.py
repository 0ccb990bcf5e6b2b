"""What the ledger and the settings give a package to count with."""

from datetime import date
from fractions import Fraction

from server.catalogue.rules.ground import Before, Ground, Payer, Stair
from server.ledger import queries as ledger
from server.policies import queries as policies

BUDGET_KEY = "package.household_budget"


def ground(community_id: int) -> Ground:
    """What the community counts today, entrance by entrance."""
    return Ground(
        tuple(
            Stair(one.id, one.building_id, one.households, one.area, one.without_area)
            for one in ledger.entrance_figures(community_id)
        )
    )


def payer(household_id: int, on: Ground) -> Payer | None:
    """The household as it pays; None where it is not (any more) in the ledger."""
    found = ledger.standing(household_id)
    stair = next((one for one in on.stairs if found is not None and one.id == found.entrance_id), None)
    if found is None or stair is None:
        return None
    area = None if found.area is None else Fraction(found.area) / found.beside
    inside = (area or Fraction(0)) * found.place
    before = {
        scope: Before(households + found.place, Fraction(flats) + inside)
        for scope, (households, flats) in found.before.items()
    }
    return Payer(area, stair, before)


def household_budget(division_path: str, on: date) -> int | None:
    """What may be spent for each household, in fen; None where the place set nothing."""
    yuan = policies.number(BUDGET_KEY, division_path, on)
    return yuan * 100 or None


def whole_budget(division_path: str, on: date, counted: Ground) -> int | None:
    """The same for the whole community."""
    each = household_budget(division_path, on)
    return each * counted.whole.households if each is not None else None
