"""How many households stand behind each entrance, kept beside them: the base of every coverage is read often, at any size.

`flask ledger recompute` makes the counts anew, and a test holds them equal to the households.
"""

from collections.abc import Collection

import sqlalchemy as sa

from server.infra.db import db
from server.ledger.models import Building, Entrance, Flat, Household


def count_entrance(entrance_id: int) -> None:
    """Count anew what one entrance holds; after each act that adds or closes a household there."""
    _count(Entrance.id == entrance_id)


def count_communities(community_ids: Collection[int]) -> None:
    """Count anew every entrance of these communities; after an import."""
    of_these = sa.select(Building.id).where(Building.community_id.in_(community_ids))
    _count(Entrance.building_id.in_(of_these))


def recompute_households() -> int:
    """Count all anew. Returns how many entrances held a wrong count."""
    return _count(sa.true())


def _count(where: sa.ColumnElement[bool]) -> int:
    """All of them in one look through flats and households: one look for each entrance held the lock of an import for seconds."""
    db.session.flush()
    living = sa.and_(Household.flat_id == Flat.id, Household.closed_at.is_(None))
    counted = (
        sa.select(Entrance.id, sa.func.count(Household.id).label("households"))
        .outerjoin(Flat, Flat.entrance_id == Entrance.id)
        .outerjoin(Household, living)
        .where(where)
        .group_by(Entrance.id)
        .subquery("counted")
    )
    changed = db.session.execute(
        sa.update(Entrance)
        .where(Entrance.id == counted.c.id, Entrance.households != counted.c.households)
        .values(households=counted.c.households)
        .execution_options(synchronize_session=False)
    )
    return int(changed.rowcount)  # type: ignore[attr-defined]
