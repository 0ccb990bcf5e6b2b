"""Keeping the sums of turnout in step with the log: how many took part, never what they chose."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa

from server.audit.actions import record
from server.ballots import queries
from server.ballots.actions.chain import Locked
from server.ballots.models import Turnout
from server.ballots.queries import HeadCard
from server.infra.db import Area, db, table_of
from server.infra.statements import Write, write_together
from server.kernel.actor import Actor
from server.kernel.places import ScopeKind

_turnouts = table_of(Turnout)
_MOVE = (
    sa.update(_turnouts)
    .where(_turnouts.c.ballot_id == sa.bindparam("of_ballot"), _turnouts.c.scope == sa.bindparam("of_scope"))
    .values(
        heads=_turnouts.c.heads + sa.bindparam("by_heads"),
        area=_turnouts.c.area + sa.bindparam("by_area", type_=Area()),
    )
    .returning(_turnouts.c.heads)
)


def counting_in(ballot: Locked, card: HeadCard) -> list[Write]:
    """The head's first vote that stands, for the writer of that vote; one write a scope."""
    return _moves(ballot, card, 1)


def count_all_in(ballot: Locked, cards: Iterable[HeadCard]) -> None:
    """The first standing votes of many heads together; one write a scope."""
    kind = ScopeKind(ballot.document.raw["scope"])
    heads: dict[str, int] = {}
    areas: dict[str, Decimal] = {}
    for card in cards:
        for scope, area in queries.areas_of(kind, card).items():
            heads[scope] = heads.get(scope, 0) + 1
            areas[scope] = areas.get(scope, Decimal(0)) + area
    for scope, count in heads.items():
        moved = {"of_ballot": ballot.id, "of_scope": scope, "by_heads": count, "by_area": areas[scope]}
        write_together((_MOVE, moved))


def count_in(ballot: Locked, card: HeadCard) -> None:
    """The head has a vote that stands again."""
    _move(ballot, card, 1)


def count_out(ballot: Locked, card: HeadCard) -> None:
    """The head's last standing vote was voided."""
    _move(ballot, card, -1)


def _move(ballot: Locked, card: HeadCard, by: int) -> None:
    for move in _moves(ballot, card, by):
        write_together(move)


def _moves(ballot: Locked, card: HeadCard, by: int) -> list[Write]:
    areas = queries.areas_of(ScopeKind(ballot.document.raw["scope"]), card)
    return [
        (_MOVE, {"of_ballot": ballot.id, "of_scope": scope, "by_heads": by, "by_area": area * by})
        for scope, area in areas.items()
    ]


def refresh_turnout(ballot_id: int) -> None:
    """After the roll was corrected: every scope's roll and turnout anew, with the scopes that came."""
    kept = {
        row.scope: row for row in db.session.scalars(sa.select(Turnout).where(Turnout.ballot_id == ballot_id))
    }
    for position, true in enumerate(queries.turnout_from_log(ballot_id), 1):
        row = kept.get(true.name)
        if row is None:
            row = Turnout(ballot_id=ballot_id, scope=true.name)
            db.session.add(row)
        row.position = position
        row.roll_heads, row.roll_area = true.roll.heads, true.roll.area
        row.heads, row.area = true.taken_part.heads, true.taken_part.area
    db.session.flush()


def recompute_turnout(ballot_id: int, *, actor: Actor, now: datetime) -> bool:
    """Make the kept sums anew from roll and log. Returns whether any differed."""
    fresh = {row.name: row.taken_part for row in queries.turnout_from_log(ballot_id)}
    differed = False
    for row in db.session.scalars(sa.select(Turnout).where(Turnout.ballot_id == ballot_id).with_for_update()):
        true = fresh[row.scope]
        if (row.heads, row.area) != (true.heads, true.area):
            differed = True
            row.heads, row.area = true.heads, true.area
    if differed:
        record(actor, "ballots.recompute_turnout", "ballot", ballot_id, now=now)
    return differed
