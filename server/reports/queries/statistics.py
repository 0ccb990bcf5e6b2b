"""The rows of the sheets: communities as the ledger has them, and households, each as a stream."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from server.divisions.models import Division
from server.divisions.rules import DivisionLevel, ids_in, path_range
from server.infra.db import db, table_of
from server.ledger.models import Building, Community, Entrance, Flat, Household
from server.ledger.rules.words import FlatUse, Pool
from server.reports.models import CommunityFigures
from server.reports.queries.figures import pools_of
from server.reports.rules.facts import Facts
from server.surveys.models import Counted, SurveyResponse

BATCH = 2000


@dataclass(frozen=True)
class PlaceNames:
    """Where a community stands, level by level; empty where a level is left out."""

    prefecture: str = ""
    county: str = ""
    street: str = ""
    neighbourhood: str = ""


@dataclass(frozen=True)
class LedgerLine:
    """A community with what the ledger counts in it."""

    community: Community
    facts: Facts
    where: PlaceNames
    entrances: int
    #: Where it was moved to; where nobody moved it, what the ledger was entered with.
    pool: Pool


def place_names(paths: Sequence[str]) -> dict[str, PlaceNames]:
    """By path. A unit that reports by itself stands where a prefecture or a county would."""
    ids = {one for path in paths for one in ids_in(path)}
    rows = db.session.execute(
        sa.select(Division.id, Division.name, Division.level).where(Division.id.in_(ids))
    )
    known = {row.id: (row.name, row.level) for row in rows}
    return {path: _names([known[one] for one in ids_in(path) if one in known]) for path in paths}


_FIELD = {
    DivisionLevel.PREFECTURE: "prefecture",
    DivisionLevel.COUNTY: "county",
    DivisionLevel.TOWNSHIP: "street",
    DivisionLevel.COMMITTEE: "neighbourhood",
}


def _names(above: Sequence[tuple[str, DivisionLevel]]) -> PlaceNames:
    found: dict[str, str] = {}
    for name, level in above:
        if level is DivisionLevel.REPORTING_UNIT:
            found["county" if "prefecture" in found else "prefecture"] = name
        elif level in _FIELD:
            found[_FIELD[level]] = name
    return PlaceNames(**found)


def ledger_lines(rows: Sequence[Facts]) -> Iterator[LedgerLine]:
    """In the order given, some hundreds at a time."""
    names = place_names([row.path for row in rows])
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        ids = [row.community_id for row in batch]
        communities = {
            one.id: one for one in db.session.scalars(sa.select(Community).where(Community.id.in_(ids)))
        }
        entrances, pools = _entrances(ids), pools_of(ids)
        for row in batch:
            one = communities[row.community_id]
            yield LedgerLine(one, row, names[row.path], entrances.get(one.id, 0), pools.get(one.id, one.pool))


def _entrances(ids: Sequence[int]) -> Mapping[int, int]:
    rows = db.session.execute(
        sa.select(Building.community_id, sa.func.count(Entrance.id))
        .join(Entrance, Entrance.building_id == Building.id)
        .where(Building.community_id.in_(ids))
        .group_by(Building.community_id)
    )
    return {row[0]: row[1] for row in rows}


_community, _flat, _household = table_of(Community).c, table_of(Flat).c, table_of(Household).c
_building, _entrance, _kept = table_of(Building).c, table_of(Entrance).c, table_of(CommunityFigures).c
_counted, _response = table_of(Counted).c, table_of(SurveyResponse).c

#: Every living household below a path with its flat and whether it answered the survey that the figures count.
_HOUSEHOLDS = (
    sa.select(
        _kept.path,
        _community.name.label("community"),
        _building.name.label("building"),
        _entrance.name.label("entrance"),
        _flat.room,
        _household.number,
        _household.state,
        _flat.use,
        _flat.area,
        _kept.survey_id,
        _response.id.label("response_id"),
        _response.channel,
        _response.capacity,
    )
    .select_from(table_of(CommunityFigures))
    .join(table_of(Community), _community.id == _kept.community_id)
    .join(table_of(Flat), _flat.community_id == _community.id)
    .join(table_of(Building), _building.id == _flat.building_id)
    .join(table_of(Entrance), _entrance.id == _flat.entrance_id)
    .join(table_of(Household), _household.flat_id == _flat.id)
    .outerjoin(
        table_of(Counted),
        sa.and_(_counted.survey_id == _kept.survey_id, _counted.household_id == _household.id),
    )
    .outerjoin(table_of(SurveyResponse), _response.id == _counted.response_id)
    .where(
        _kept.community_id == sa.bindparam("community_id"),
        _household.closed_at.is_(None),
        _flat.use != FlatUse.PARKING,
    )
    .order_by(_flat.sort_key, _flat.id, _household.number)
)


def households(community_id: int) -> Iterator[sa.Row[*tuple[Any, ...]]]:
    """By the result's own cursor, so that memory does not grow with the community."""
    return iter(
        db.session.execute(
            _HOUSEHOLDS, {"community_id": community_id}, execution_options={"yield_per": BATCH}
        )
    )


def communities_in_order(path: str) -> list[int]:
    first, beyond = path_range(path)
    found = sa.select(_kept.community_id).where(_kept.path >= first, _kept.path < beyond)
    return list(db.session.scalars(found.order_by(_kept.path, _kept.community_id)))
