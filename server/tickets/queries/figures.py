"""How tickets were seen to in a period: the counts that `rules/figures.py` makes shares of."""

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from server.infra.db import db
from server.projects.queries import Reach
from server.tickets.models import Ticket
from server.tickets.queries.board import reached
from server.tickets.rules.figures import Figures
from server.tickets.rules.words import OPEN, State

_COMMUNITY = Ticket.community_id
_EVERY = sa.literal(0)


def figures(reach: Reach, since: datetime, until: datetime, now: datetime) -> Figures:
    """Of all within reach; the period from `since` to before `until`."""
    return _figures(_EVERY, reach, since, until, now).get(0, Figures())


def figures_by_community(reach: Reach, since: datetime, until: datetime, now: datetime) -> dict[int, Figures]:
    """The same for each community; those with nothing to count are left out."""
    return _figures(_COMMUNITY, reach, since, until, now)


def figures_by_contractor(
    reach: Reach, since: datetime, until: datetime, now: datetime
) -> dict[str, Figures]:
    """The same for each contractor that tickets went to under warranty."""
    found = _figures(Ticket.contractor, reach, since, until, now)
    return {contractor: of for contractor, of in found.items() if contractor}


def _figures(group: Any, reach: Reach, since: datetime, until: datetime, now: datetime) -> dict[Any, Figures]:
    ended = sa.and_(Ticket.answered_at.is_not(None), Ticket.ended_at >= since, Ticket.ended_at < until)
    opened = sa.and_(Ticket.opened_at >= since, Ticket.opened_at < until)
    is_open = Ticket.state.in_(OPEN)
    counted = {
        "opened": opened,
        "ended": ended,
        "ended_on_time": sa.and_(ended, Ticket.answered_at < Ticket.fixed_by),
        "confirmed": sa.and_(ended, Ticket.state == State.CONFIRMED),
        "unconfirmed": sa.and_(ended, Ticket.state == State.UNCONFIRMED),
        "reopened": sa.and_(Ticket.reopened > 0, sa.or_(ended, is_open)),
        "open": is_open,
        "overdue_open": sa.and_(is_open, Ticket.fixed_by <= now),
    }
    sums = [sa.func.sum(sa.case((what, 1), else_=0)).label(name) for name, what in counted.items()]
    rows = db.session.execute(
        sa.select(group.label("of"), *sums)
        .where(reached(reach), sa.or_(opened, ended, is_open))
        .group_by(sa.text("1"))
    )
    medians = _medians(group, sa.and_(reached(reach), ended))
    return {
        row.of: Figures(
            **{name: int(getattr(row, name)) for name in counted}, median_seconds=medians.get(row.of)
        )
        for row in rows
    }


def _medians(group: Any, where: sa.ColumnElement[bool]) -> Mapping[Any, Fraction]:
    """The middle one, or the mean of the middle two."""
    ranked = (
        sa.select(
            group.label("of"),
            Ticket.took_seconds.label("took"),
            sa.func.row_number()
            .over(partition_by=group, order_by=(Ticket.took_seconds, Ticket.id))
            .label("rank"),
            sa.func.count().over(partition_by=group).label("many"),
        )
        .where(where)
        .subquery()
    )
    middle = sa.select(ranked.c.of, ranked.c.took).where(
        ranked.c.rank * 2 >= ranked.c.many, ranked.c.rank * 2 <= ranked.c.many + 2
    )
    found: dict[Any, list[int]] = {}
    for row in db.session.execute(middle):
        found.setdefault(row.of, []).append(row.took)
    return {of: Fraction(sum(took), len(took)) for of, took in found.items()}
