"""What stands beside an option of a package question: its price, as the catalogue had it when the question was written.

`cost` is what it costs the whole community, in fen, by the ledger of the day the survey was opened; it stays so, so that all
packages of a survey are counted alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from server.catalogue.rules.package import Price, Tariff
from server.catalogue.rules.payers import Payers
from server.catalogue.rules.words import CostUnit, SplitBy, SubsidyKey
from server.kernel.places import ScopeKind

#: As in definition.py: whole numbers that every language of the forms tells apart.
GREATEST_WHOLE = 2**53 - 1


@dataclass(frozen=True)
class Offer:
    subsidy_key: SubsidyKey | None = None
    scope: ScopeKind = ScopeKind.COMMUNITY
    price: Price | None = None
    split_by: SplitBy = SplitBy.AREA
    cost: int | None = None

    def tariff(self, code: str, name: str) -> Tariff:
        return Tariff(code, name, self.subsidy_key, self.scope, self.price, self.split_by)


def offer_of(tariff: Tariff) -> Offer:
    return Offer(tariff.subsidy_key, tariff.scope, tariff.price, tariff.split_by)


def read_offer(raw: Mapping[str, Any] | None) -> Offer | None:
    """The offer of its JSON. Raises ValueError, KeyError or TypeError where it is none."""
    if raw is None:
        return None
    key, price = raw.get("subsidy_key"), raw.get("price")
    return Offer(
        SubsidyKey(key) if key else None,
        ScopeKind(raw["scope"]),
        _read_price(price) if price else None,
        SplitBy(raw["split_by"]),
        _whole(raw["cost"]) if raw.get("cost") is not None else None,
    )


def offer_json(offer: Offer) -> dict[str, Any]:
    found: dict[str, Any] = {"scope": offer.scope.value, "split_by": offer.split_by.value}
    if offer.subsidy_key is not None:
        found["subsidy_key"] = offer.subsidy_key.value
    if offer.price is not None:
        shares = [f"{one.numerator}/{one.denominator}" for one in offer.price.payers.shares]
        found["price"] = {"unit": offer.price.unit.value, "cost": offer.price.cost, "payers": shares}
    if offer.cost is not None:
        found["cost"] = offer.cost
    return found


def _read_price(raw: Mapping[str, Any]) -> Price:
    government, owners, others = (Fraction(str(one)[:20]) for one in raw["payers"])
    return Price(CostUnit(raw["unit"]), _whole(raw["cost"]), Payers(government, owners, others))


def _whole(value: Any) -> int:
    number = int(value)
    if isinstance(value, (bool, float)) or not 0 <= number <= GREATEST_WHOLE:
        raise ValueError(value)
    return number
