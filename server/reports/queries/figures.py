"""Figures as they are kept: the rows of a subtree, divided among the divisions below, with how old they are."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import starmap

import sqlalchemy as sa

from server.divisions import queries as divisions
from server.divisions.models import Division
from server.divisions.rules import path_range
from server.evaluations.rules.rates import Least as OpinionLeast
from server.evaluations.rules.rounds import LEAST_ANSWERS, LEAST_SHARE, Terms
from server.infra.db import db, table_of
from server.ledger.models import Community
from server.ledger.rules.words import Pool
from server.plans.queries.pools import CURRENT_POOLS
from server.policies import queries as policies
from server.projects.rules.starts import Milestone, asked_on, due_day
from server.reports.models import CommunityFigures
from server.reports.models.figures import FACT_COLUMNS
from server.reports.rules.facts import Facts
from server.reports.rules.measures import Least
from server.reports.rules.performance import Due

_LEAST = ("reports.least_answers", "reports.least_per_cent")
_kept = table_of(CommunityFigures).c
_UNDER = (
    sa.select(*FACT_COLUMNS)
    .where(_kept.path >= sa.bindparam("first"), _kept.path < sa.bindparam("beyond"))
    .order_by(_kept.path, _kept.community_id)
)
#: Made once, for it names more columns than any other.
_OF = sa.select(*FACT_COLUMNS).where(_kept.community_id.in_(sa.bindparam("community_ids", expanding=True)))


@dataclass(frozen=True)
class Freshness:
    """How old the kept figures are: of the community that was computed longest ago."""

    oldest_at: datetime | None
    #: Communities of the ledger whose figures were never computed.
    missing: int


@dataclass(frozen=True)
class Part:
    """A division below with its communities."""

    division: Division
    rows: list[Facts]


def facts_under(path: str) -> list[Facts]:
    """Every community below the path: its own subtree and nothing beside it."""
    first, beyond = path_range(path)
    return list(starmap(Facts, db.session.execute(_UNDER, {"first": first, "beyond": beyond})))


def facts_of(community_ids: Collection[int]) -> dict[int, Facts]:
    rows = db.session.execute(_OF, {"community_ids": list(community_ids)})
    return {row.community_id: Facts(*row) for row in rows}


def freshness(path: str) -> Freshness:
    first, beyond = path_range(path)
    oldest = sa.select(sa.func.min(_kept.computed_at)).where(_kept.path >= first, _kept.path < beyond)
    missing = (
        sa.select(sa.func.count())
        .select_from(Community)
        .join(Division, Division.id == Community.division_id)
        .where(
            Division.path >= first,
            Division.path < beyond,
            ~sa.exists().where(CommunityFigures.community_id == Community.id),
        )
    )
    return Freshness(db.session.scalar(oldest), db.session.scalar(missing) or 0)


def parts(of: Division, rows: Sequence[Facts]) -> list[Part]:
    """The divisions right below that have communities, in the order of the state's list."""
    by_child: dict[int, list[Facts]] = {}
    depth = of.path.count("/")
    for row in rows:
        below = row.path.split("/")[depth : depth + 1]
        if below and below[0]:
            by_child.setdefault(int(below[0]), []).append(row)
    found = sa.select(Division).where(Division.id.in_(by_child)).order_by(Division.id)
    return [Part(division, by_child[division.id]) for division in db.session.scalars(found)]


def directly_in(of: Division, rows: Sequence[Facts]) -> list[Facts]:
    """Communities that stand in the division itself and in none below it."""
    return [row for row in rows if row.path == of.path]


def least(path: str, on: date) -> Least:
    values = policies.values_of([*_LEAST, LEAST_SHARE, LEAST_ANSWERS], path, on)
    opinions = OpinionLeast(Terms.share_of(values[LEAST_SHARE]), int(values[LEAST_ANSWERS]))
    answers, per_cent = (int(values[key]) for key in _LEAST)
    return Least(answers, per_cent, opinions)


def names(rows: Sequence[Facts]) -> Mapping[int, str]:
    """Names of the communities, by id."""
    ids = [row.community_id for row in rows]
    found = sa.select(Community.id, Community.name).where(Community.id.in_(ids))
    return {row.id: row.name for row in db.session.execute(found)}


def pools_of(community_ids: Collection[int]) -> dict[int, Pool]:
    """In which pool each community stands; those in none are left out."""
    rows = db.session.execute(
        sa.select(CURRENT_POOLS.c.community_id, CURRENT_POOLS.c.pool).where(
            CURRENT_POOLS.c.community_id.in_(community_ids)
        )
    )
    return {row.community_id: row.pool for row in rows}


def place_names(rows: Sequence[Facts]) -> dict[str, str]:
    """Full names of the divisions that these communities stand in, by path."""
    return divisions.full_names(row.path for row in rows)


def performance_due(path: str, year: int, today: date) -> Due:
    """By when the works of a plan year were to begin and to show effect, as the settings of that year have it."""
    on = asked_on(year, today)

    def day(which: Milestone) -> date:
        return due_day(which, year, str(policies.setting(which.setting, path, on).value))

    return Due(day(Milestone.START), day(Milestone.EFFECT))
