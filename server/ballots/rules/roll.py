"""The roll: who may vote with which flats, and the scopes in which they are counted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from server.kernel.places import ScopeKind

#: Where a scope is: (), (building,) or (building, entrance).
Spot = tuple[str, ...]

NO_AREA = Decimal("0.00")


class RollFault(ValueError):
    """A roll that cannot be: a flat twice, a head twice, nothing to remove."""


@dataclass(frozen=True)
class Flat:
    """An exclusive unit with its share of the vote. `id` is the bundle's name of it, a string."""

    id: str
    building: str
    entrance: str
    area: Decimal

    def spot(self, scope: ScopeKind) -> Spot:
        """The scope in which this flat is counted."""
        return {
            ScopeKind.COMMUNITY: (),
            ScopeKind.BUILDING: (self.building,),
            ScopeKind.ENTRANCE: (self.building, self.entrance),
        }[scope]

    def as_document(self) -> dict[str, str]:
        return {
            "id": self.id,
            "building": self.building,
            "entrance": self.entrance,
            "area": f"{self.area:.2f}",
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Flat":
        area = Decimal(document["area"]).quantize(NO_AREA)
        if area <= 0:
            raise RollFault(f"flat {document['id']} has no area")
        return cls(document["id"], document["building"], document["entrance"], area)


@dataclass(frozen=True)
class Head:
    """One voice: an owner, or the owners of a flat together, with all their flats."""

    id: str
    flats: tuple[Flat, ...]

    def as_document(self) -> dict[str, Any]:
        return {"head": self.id, "flats": [flat.as_document() for flat in self.flats]}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Head":
        return cls(document["head"], tuple(Flat.from_document(flat) for flat in document["flats"]))


@dataclass(frozen=True)
class Totals:
    """All heads and all area of a scope."""

    heads: int
    area: Decimal


@dataclass
class Roll:
    """The heads by id, in order; `replace` changes it as a roll event does."""

    heads: dict[str, Head] = field(default_factory=dict)
    _holders: dict[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, heads: Iterable[Head]) -> "Roll":
        """A roll as frozen. Raises RollFault where a head or a flat stands on it twice, or a head has no flat."""
        roll = cls()
        for head in heads:
            if head.id in roll.heads:
                raise RollFault(f"head {head.id} stands on the roll twice")
            roll.replace(head.id, head.flats)
        return roll

    @classmethod
    def from_document(cls, document: Sequence[Mapping[str, Any]]) -> "Roll":
        return cls.of(Head.from_document(head) for head in document)

    def as_document(self) -> list[dict[str, Any]]:
        """The `roll` of the bundle."""
        return [head.as_document() for head in self.heads.values()]

    def copy(self) -> "Roll":
        return Roll(dict(self.heads), dict(self._holders))

    def __contains__(self, head: object) -> bool:
        return head in self.heads

    def replace(self, head: str, flats: Sequence[Flat]) -> None:
        """Give a head these flats in place of its own; none removes it, and a new head is added.

        Raises RollFault (and changes nothing) where a flat would stand twice, or a head to remove is not there.
        """
        if not flats and head not in self.heads:
            raise RollFault(f"head {head} is not on the roll")
        ids = [flat.id for flat in flats]
        taken = [id_ for id_ in ids if self._holders.get(id_, head) != head]
        if taken or len(set(ids)) != len(ids):
            raise RollFault(f"flat {taken[0] if taken else ids} would stand on the roll twice")
        for flat in self.heads[head].flats if head in self.heads else ():
            del self._holders[flat.id]
        if flats:
            self.heads[head] = Head(head, tuple(flats))
            self._holders.update(dict.fromkeys(ids, head))
        else:
            del self.heads[head]

    def shares(self, scope: ScopeKind) -> dict[Spot, dict[str, Decimal]]:
        """The area of each head in each scope where it has a flat."""
        found: dict[Spot, dict[str, Decimal]] = {}
        for head in self.heads.values():
            for flat in head.flats:
                shares = found.setdefault(flat.spot(scope), {})
                shares[head.id] = shares.get(head.id, NO_AREA) + flat.area
        return found

    def totals(self) -> Totals:
        """Of the whole roll: what is printed at the opening."""
        areas = [flat.area for head in self.heads.values() for flat in head.flats]
        return Totals(len(self.heads), sum(areas, NO_AREA))


def scope_name(spot: Spot) -> str:
    """A scope as the bundle names it: community, building 1, building 1 entrance 2."""
    if not spot:
        return "community"
    building, *entrance = spot
    return f"building {building}" + (f" entrance {entrance[0]}" if entrance else "")


def scope_name_zh(spot: Spot) -> str:
    """A scope as people read it: 全小区, 3 栋, 3 栋 2 单元."""
    if not spot:
        return "全小区"
    building, *entrance = spot
    return f"{building} 栋" + (f" {entrance[0]} 单元" if entrance else "")


def in_order(spots: Iterable[Spot]) -> list[Spot]:
    """By building, then entrance: numbers first and by value, equal numbers and other names by code point."""
    return sorted(spots, key=lambda spot: tuple(_name_key(name) for name in spot))


def _name_key(name: str) -> tuple[bool, int, str, str]:
    # Compared as (length, digits), for a name may have more digits than Python would make an integer of.
    is_number = bool(name) and all("0" <= letter <= "9" for letter in name)
    value = name.lstrip("0") if is_number else ""
    return (not is_number, len(value), value, name)
