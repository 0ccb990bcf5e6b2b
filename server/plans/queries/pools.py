"""Where communities wait, and every move between the pools."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from server.infra.db import db
from server.kernel.pages import PAGE_SIZE, Page
from server.ledger import queries as ledger
from server.ledger.rules.words import Pool
from server.plans.models import PoolMove
from server.plans.queries.places import SIGNS, within

_NEWEST = (
    sa.select(PoolMove.community_id, sa.func.max(PoolMove.number).label("number"))
    .group_by(PoolMove.community_id)
    .subquery("newest_moves")
)
#: Where each community stands, to be joined by it: community_id, pool, moved_on, reason, moved_by.
CURRENT_POOLS = (
    sa.select(
        PoolMove.community_id,
        PoolMove.to_pool.label("pool"),
        PoolMove.moved_on,
        PoolMove.reason,
        PoolMove.moved_by,
    )
    .join(
        _NEWEST, sa.and_(_NEWEST.c.community_id == PoolMove.community_id, _NEWEST.c.number == PoolMove.number)
    )
    .subquery("current_pools")
)
_HOUSEHOLDS = ledger.COMMUNITY_HOUSEHOLDS


@dataclass(frozen=True)
class PoolCount:
    communities: int = 0
    households: int = 0


@dataclass(frozen=True)
class PoolLine:
    community_id: int
    name: str
    #: None: in no pool yet.
    pool: Pool | None
    moved_on: date | None
    reason: str
    households: int


def current_move(community_id: int) -> PoolMove | None:
    found = sa.select(PoolMove).where(PoolMove.community_id == community_id)
    return db.session.scalars(found.order_by(PoolMove.number.desc()).limit(1)).first()


def moves_of(community_id: int) -> list[PoolMove]:
    """Newest first."""
    found = sa.select(PoolMove).where(PoolMove.community_id == community_id)
    return list(db.session.scalars(found.order_by(PoolMove.number.desc())))


def moves(paths: Sequence[str], page: int = 1) -> Page[tuple[PoolMove, str]]:
    """All moves under these paths with the community's name, newest first."""
    found = (
        sa.select(PoolMove, SIGNS.name)
        .join(ledger.COMMUNITY_SIGNS, SIGNS.id == PoolMove.community_id)
        .where(within(SIGNS.division_id, paths))
    )
    total = db.session.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0
    listed = found.order_by(PoolMove.id.desc()).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    return Page([(row.PoolMove, row.name) for row in db.session.execute(listed)], page, PAGE_SIZE, total)


def pool_counts(paths: Sequence[str]) -> dict[Pool | None, PoolCount]:
    """Communities and households of each pool; None counts those that stand in no pool yet."""
    rows = db.session.execute(
        sa.select(
            CURRENT_POOLS.c.pool,
            sa.func.count().label("communities"),
            sa.func.coalesce(sa.func.sum(_HOUSEHOLDS.c.households), 0).label("households"),
        )
        .select_from(_joined())
        .where(within(SIGNS.division_id, paths))
        .group_by(CURRENT_POOLS.c.pool)
    )
    known = {row.pool: PoolCount(row.communities, int(row.households)) for row in rows}
    return {pool: known.get(pool, PoolCount()) for pool in (*Pool, None)}


def pool_lines(paths: Sequence[str], pool: Pool | None, page: int = 1) -> Page[PoolLine]:
    """The communities of one pool; None lists those that stand in none."""
    is_there = CURRENT_POOLS.c.pool.is_(None) if pool is None else CURRENT_POOLS.c.pool == pool
    where = (within(SIGNS.division_id, paths), is_there)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(_joined()).where(*where)) or 0
    rows = db.session.execute(
        sa.select(
            SIGNS.id,
            SIGNS.name,
            CURRENT_POOLS.c.pool,
            CURRENT_POOLS.c.moved_on,
            sa.func.coalesce(CURRENT_POOLS.c.reason, "").label("reason"),
            sa.func.coalesce(_HOUSEHOLDS.c.households, 0).label("households"),
        )
        .select_from(_joined())
        .where(*where)
        .order_by(SIGNS.division_id, SIGNS.name)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return Page([PoolLine(*row) for row in rows], page, PAGE_SIZE, total)


def unlogged(paths: Sequence[str]) -> list[int]:
    """The communities that stand in no pool, because none of their moves was logged."""
    found = sa.select(SIGNS.id).select_from(_joined())
    return list(
        db.session.scalars(
            found.where(within(SIGNS.division_id, paths), CURRENT_POOLS.c.pool.is_(None)).order_by(SIGNS.id)
        )
    )


def _joined() -> sa.FromClause:
    return ledger.COMMUNITY_SIGNS.outerjoin(
        CURRENT_POOLS, CURRENT_POOLS.c.community_id == SIGNS.id
    ).outerjoin(_HOUSEHOLDS, _HOUSEHOLDS.c.community_id == SIGNS.id)
