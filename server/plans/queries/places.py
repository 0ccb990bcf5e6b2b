"""What plans ask of the rooms below: names, where communities lie, whether they may be renovated, the items there."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from server.catalogue import queries as catalogue
from server.catalogue.rules import ItemClass
from server.divisions import queries as divisions
from server.infra.db import db
from server.ledger import queries as ledger

SIGNS = ledger.COMMUNITY_SIGNS.c


@dataclass(frozen=True)
class Seat:
    """The division that a plan is of."""

    id: int
    name: str
    path: str


def seat(division_id: int) -> Seat:
    found = divisions.division(division_id)
    if found is None:
        raise LookupError(division_id)
    return Seat(found.id, found.name, found.path)


def within(
    column: sa.ColumnElement[int] | InstrumentedAttribute[int], paths: Sequence[str]
) -> sa.ColumnElement[bool]:
    """Whether a column of division ids lies under any of these paths; under none, nothing does."""
    return sa.or_(sa.false(), *(column.in_(divisions.subtree_ids(path)) for path in paths))


def community_names(community_ids: Collection[int]) -> dict[int, str]:
    found = sa.select(SIGNS.id, SIGNS.name).where(SIGNS.id.in_(community_ids))
    return {row.id: row.name for row in db.session.execute(found)}


def is_excluded(community_id: int, on: date) -> bool:
    """Whether a recorded fact puts it outside the plan. What is merely not recorded yet does not."""
    judged = ledger.eligibility(community_id, on)
    return judged is not None and bool(judged.against)


def item_names(division_path: str, on: date) -> dict[str, str]:
    """The items of the list in force there, by their code, in its order."""
    return {one.code: one.name for one in catalogue.items(on, division_path)}


def items_by_class(codes: Sequence[str], division_path: str, on: date) -> dict[str, int]:
    """How many of these items are of each class: {"B": 4, "W": 1, "T": 0}."""
    classes = {one.code: one.item_class for one in catalogue.items(on, division_path)}
    return {one.value: sum(classes.get(code) is one for code in codes) for one in ItemClass}
