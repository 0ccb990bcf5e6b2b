"""Moving a community between the pools."""

from collections.abc import Sequence
from datetime import date, datetime

from server.audit.actions import record
from server.infra import replay
from server.infra.db import lock_row
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound
from server.ledger import queries as ledger
from server.ledger.actions.pools import stand_in_pool
from server.ledger.rules.words import Pool
from server.plans import queries
from server.plans.actions.keeping import keep
from server.plans.models import PoolMove
from server.plans.rules.pools import AS_WRITTEN, check_move


def move_community(
    community_id: int,
    to_pool: Pool,
    *,
    reason: str,
    client_key: str,
    actor: Actor,
    now: datetime,
    moved_on: date | None = None,
) -> PoolMove:
    """From the pool where it stands now (or from none) to another."""
    digest = replay.digest(actor, community_id, to_pool, reason, moved_on)
    earlier = replay.earlier(PoolMove, client_key, digest)
    if earlier is not None:
        return earlier
    if ledger.place(community_id) is None:
        raise NotFound
    last = queries.current_move(community_id)
    if last is not None:
        # Another move at the same time waits here; without a first move the unique number refuses the second.
        lock_row(PoolMove, last.id)
        last = queries.current_move(community_id)
    today = china_day(now)
    current = last.to_pool if last is not None else None
    check_move(
        current,
        to_pool,
        moved_on=moved_on or today,
        last_moved_on=last.moved_on if last is not None else None,
        today=today,
        reason=reason,
        is_excluded=queries.is_excluded(community_id, today),
    )
    row = PoolMove(
        community_id=community_id,
        number=last.number + 1 if last is not None else 1,
        from_pool=current,
        to_pool=to_pool,
        moved_on=moved_on or today,
        reason=reason.strip(),
        moved_by=actor.label,
        recorded_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    keep(row)
    stand_in_pool(community_id, to_pool)
    record(
        actor, "plans.move_pool", "community", community_id, now=now, community_id=community_id,
        from_pool=current, to_pool=to_pool, moved_on=row.moved_on, reason=row.reason,
    )  # fmt: skip
    return row


def log_first_moves(community_ids: Sequence[int], *, reason: str, actor: Actor, now: datetime) -> None:
    """Communities that have just been entered: from no pool into the one that the sheet or the form said."""
    for community_id in community_ids:
        entered = ledger.community(community_id)
        if entered is None:
            raise NotFound
        if queries.current_move(community_id) is None:
            key = f"first-pool-{community_id}"
            move_community(community_id, entered.pool, reason=reason, client_key=key, actor=actor, now=now)


def log_as_written(paths: Sequence[str], *, actor: Actor, now: datetime) -> tuple[int, int]:
    """Communities under these paths that stand in no pool: into the one that the ledger says. How many went, and how
    many were left because they may not be renovated and the ledger says another pool than the reserve."""
    ids = queries.unlogged(paths)
    barred = {one for one in ids if _is_barred(one, china_day(now))}
    log_first_moves([one for one in ids if one not in barred], reason=AS_WRITTEN, actor=actor, now=now)
    return len(ids) - len(barred), len(barred)


def _is_barred(community_id: int, on: date) -> bool:
    written = ledger.community(community_id)
    is_elsewhere = written is not None and written.pool is not Pool.RESERVE
    return is_elsewhere and queries.is_excluded(community_id, on)
