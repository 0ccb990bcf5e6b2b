"""Who is one head: flats with the same set of owners are one voice with all their area."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

from server.ballots.rules.roll import Flat, Head, Roll


class OwnedFlat(Protocol):
    """What the roll takes of a flat."""

    @property
    def flat_id(self) -> int: ...
    @property
    def building(self) -> str: ...
    @property
    def entrance(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def area(self) -> Decimal | None: ...
    @property
    def is_counted(self) -> bool: ...
    @property
    def owners(self) -> tuple[int, ...]: ...
    @property
    def holder(self) -> Any: ...
    @property
    def representative_id(self) -> int | None: ...
    @property
    def aliases(self) -> Mapping[int, int]: ...


@dataclass(frozen=True)
class FrozenFlat:
    flat_id: int
    building: str
    entrance: str
    label: str
    area: Decimal


@dataclass(frozen=True)
class FrozenHead:
    """A head as it is written at the opening. Its name is a number and tells nothing of the owner."""

    name: str
    holder: str
    owner_ids: tuple[int, ...]
    representative_id: int | None
    flats: tuple[FrozenFlat, ...]
    #: Records that a person found to be one of these owners, as text for JSON: id -> one of `owner_ids`.
    aliases: Mapping[str, int] = field(default_factory=dict)

    @property
    def area(self) -> Decimal:
        return sum((flat.area for flat in self.flats), Decimal(0))


def flat_name(flat_id: int) -> str:
    """A flat as the bundle names it."""
    return f"f{flat_id}"


def freeze(rows: Iterable[OwnedFlat]) -> list[FrozenHead]:
    """The heads of these flats, in the order of their first flat. Parking and flats without an owner are left out;
    that no counted flat is without one is checked before (`roll_obstacles`)."""
    groups: dict[frozenset[int], list[OwnedFlat]] = {}
    for row in rows:
        if row.is_counted and row.owners:
            groups.setdefault(frozenset(row.owners), []).append(row)
    return [_head(number, owners, flats) for number, (owners, flats) in enumerate(groups.items(), 1)]


def _head(number: int, owners: frozenset[int], rows: list[OwnedFlat]) -> FrozenHead:
    # Registered for different flats, two representatives are none for the head.
    named = {row.representative_id for row in rows if row.representative_id is not None}
    flats = [
        FrozenFlat(row.flat_id, row.building, row.entrance, row.label, row.area)
        for row in rows
        if row.area is not None
    ]
    return FrozenHead(
        f"h{number}",
        str(rows[0].holder),
        tuple(sorted(owners)),
        named.pop() if len(named) == 1 else None,
        tuple(sorted(flats, key=lambda flat: flat.flat_id)),
        {str(id_): person for row in rows for id_, person in row.aliases.items()},
    )


def roll_of(heads: Iterable[FrozenHead]) -> Roll:
    """The roll that the count and the bundle know."""
    return Roll.of(
        Head(
            head.name,
            tuple(
                Flat(flat_name(flat.flat_id), flat.building, flat.entrance, flat.area) for flat in head.flats
            ),
        )
        for head in heads
    )


def document_of(
    *,
    ballot_id: int,
    community: str,
    text: Mapping[str, Any],
    motions: Iterable[Mapping[str, Any]],
    **times: str,
) -> dict[str, Any]:
    """The bundle's `ballot`: what the count needs, and beside it what voters were told."""
    document: dict[str, Any] = {
        "id": f"b{ballot_id}",
        "title": text["title"],
        "intro": text["intro"],
        "community": community,
        "scope": text["scope"],
        "precedence": text["precedence"],
        "unreturned": text["unreturned"],
        "may_change": text["may_change"],
        "motions": list(motions),
        **times,
    }
    if "proxy_limit" in text:
        document["proxy_limit"] = text["proxy_limit"]
    if text["clause"]:
        document["clause"] = text["clause"]
    return document


def motion_document(number: int, motion: Mapping[str, Any]) -> dict[str, Any]:
    """A motion of the announced text, as the bundle writes it: exactly one of matter and rule."""
    written = {
        "id": f"m{number}",
        "title": motion["title"],
        "kind": motion["kind"],
        "description": motion["description"],
        "meanings": dict(motion["meanings"]),
    }
    if motion["options"]:
        written["options"] = list(motion["options"])
    if motion["matter"]:
        written["matter"] = motion["matter"]
    else:
        written["rule"] = dict(motion["rule"])
    if motion["catalogue_item_id"] is not None:
        written["catalogue_item"] = str(motion["catalogue_item_id"])
    return written
