"""Communities: where they are, what they count, whether they may be renovated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from server.divisions import queries as divisions
from server.infra.db import asked_once, at_hand, db, table_of
from server.infra.statements import run
from server.kernel.errors import NotFound
from server.kernel.pages import PAGE_SIZE, Page
from server.kernel.places import Place
from server.ledger.models import Building, Community, Entrance, Flat, Household
from server.ledger.rules.eligibility import Eligibility, EligibilityFacts
from server.ledger.rules.eligibility import eligibility as judged
from server.ledger.rules.words import AreaSource, Exclusion, FlatUse
from server.policies import queries as policies


@dataclass(frozen=True)
class CommunityCard:
    id: int
    name: str
    division_id: int
    #: "贵州省 贵阳市 南明区 …".
    division: str
    flats: int
    area: Decimal


@dataclass(frozen=True)
class Figures:
    """What a community, or one of its buildings, counts. Parking is not in `flats`."""

    buildings: int
    entrances: int
    flats: int
    households: int
    vacant: int
    unreachable: int
    #: Of flats with an area.
    area: Decimal
    without_area: int
    estimated: int
    parking: int


def community(community_id: int) -> Community | None:
    return db.session.get(Community, community_id)


def community_named(division_id: int, name: str) -> int | None:
    """The id of the community with exactly this name there."""
    return db.session.scalar(
        sa.select(Community.id).where(Community.division_id == division_id, Community.name == name)
    )


def communities_named_in(words: str, path: str) -> dict[int, str]:
    """The communities below this division path whose name stands somewhere in the words: id and name."""
    stands_in = sa.literal(words).contains(Community.name)
    found = sa.select(Community.id, Community.name).where(
        Community.division_id.in_(divisions.subtree_ids(path)), stands_in
    )
    # A sign that a pattern reads as any other may have let in one more.
    return {row.id: row.name for row in db.session.execute(found) if row.name in words}


_WITH_PATH = (
    sa.select(Community, divisions.PATHS.c.path)
    .join(divisions.PATHS, divisions.PATHS.c.id == Community.division_id)
    .where(Community.id == sa.bindparam("community_id"))
)


def place(community_id: int) -> Place | None:
    """Where a community is, for permissions and settings. Asked many times a request, and read once."""
    return asked_once(("place", community_id), lambda: _place(community_id))


def _place(community_id: int) -> Place | None:
    known = community(community_id) if at_hand(Community, community_id) is not None else None
    if known is not None and (division := divisions.division(known.division_id)) is not None:
        return Place(division.path, community_id)
    row = db.session.execute(_WITH_PATH, {"community_id": community_id}).first()
    if row is None:
        return None
    community(community_id)  # got by its key while it is at hand, so that the session holds on to it
    return Place(row.path, community_id)


def places(community_ids: Sequence[int]) -> dict[int, Place]:
    rows = db.session.execute(
        sa.select(Community.id, Community.division_id).where(Community.id.in_(community_ids))
    ).all()
    paths = divisions.paths(row.division_id for row in rows)
    return {row.id: Place(paths[row.division_id], row.id) for row in rows}


#: What pages show of a community at their head and foot, and where it lies, to be joined by id:
#: id, name, division_id, contact_phone, contact_place.
COMMUNITY_SIGNS = sa.select(
    Community.id, Community.name, Community.division_id, Community.contact_phone, Community.contact_place
).subquery("community_signs")


@dataclass(frozen=True)
class CommunitySigns:
    """What a page shows of its community at its head and foot."""

    name: str
    help_phone: str


_SIGNS = sa.select(COMMUNITY_SIGNS.c.name, COMMUNITY_SIGNS.c.contact_phone).where(
    COMMUNITY_SIGNS.c.id == sa.bindparam("community_id")
)


def signs(community_id: int) -> CommunitySigns:
    """Raises NotFound where there is no such community."""
    row = run(_SIGNS, {"community_id": community_id}).first()
    if row is None:
        raise NotFound
    return CommunitySigns(row.name, row.contact_phone)


_communities = table_of(Community)
#: Of each community where it lies, to be joined by id: id, division_path.
COMMUNITY_PATHS = (
    sa.select(_communities.c.id, divisions.PATHS.c.path.label("division_path"))
    .join(divisions.PATHS, divisions.PATHS.c.id == _communities.c.division_id)
    .subquery("community_paths")
)


def contact(community_id: int) -> tuple[str, str, str]:
    """Name, phone and place of the office that residents call; public."""
    row = community(community_id)
    return (row.contact_name, row.contact_phone, row.contact_place) if row else ("", "", "")


def communities_under(
    *paths: str, community_ids: Sequence[int] = (), text: str = "", page: int = 1, size: int = PAGE_SIZE
) -> Page[CommunityCard]:
    """Communities below any of these division paths, or among these ids; `text` is part of the name, code or address."""
    reached = [Community.division_id.in_(divisions.subtree_ids(path)) for path in paths]
    if community_ids:
        reached.append(Community.id.in_(community_ids))
    where = [sa.or_(*reached) if reached else sa.false()]
    if text.strip():
        like = text.strip()
        where.append(
            sa.or_(
                Community.name.contains(like, autoescape=True),
                Community.code == like,
                Community.address.contains(like, autoescape=True),
            )
        )
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Community).where(*where)) or 0
    rows = db.session.execute(
        sa.select(Community.id, Community.name, Community.division_id)
        .where(*where)
        .order_by(Community.division_id, Community.name)
        .limit(size)
        .offset((page - 1) * size)
    ).all()
    return Page(_cards(rows), page, size, total)


def _cards(rows: Sequence[sa.Row[int, str, int]]) -> list[CommunityCard]:
    counted = {
        row.community_id: (row.flats, row.area)
        for row in db.session.execute(
            sa.select(
                Flat.community_id,
                sa.func.count().label("flats"),
                sa.type_coerce(sa.func.coalesce(sa.func.sum(Flat.area), 0), Flat.area.type).label("area"),
            )
            .where(Flat.community_id.in_([row.id for row in rows]), Flat.use != FlatUse.PARKING)
            .group_by(Flat.community_id)
        )
    }
    paths = {d: found.path for d in {row.division_id for row in rows} if (found := divisions.division(d))}
    names = divisions.full_names(paths.values())
    return [
        CommunityCard(
            row.id,
            row.name,
            row.division_id,
            names.get(paths.get(row.division_id, ""), ""),
            *counted.get(row.id, (0, Decimal(0))),
        )
        for row in rows
    ]


_FLATS = table_of(Flat).c
_FLAT_COUNT = sa.select(sa.func.count()).where(
    _FLATS.community_id == sa.bindparam("community_id"), _FLATS.use != FlatUse.PARKING
)


def flat_count(community_id: int) -> int:
    """How many flats the community has, without parking."""
    return db.session.scalar(_FLAT_COUNT, {"community_id": community_id}) or 0


def figures(community_id: int, building_id: int | None = None) -> Figures:
    """What the community, or one building of it, counts."""
    of_flats = [Flat.community_id == community_id]
    of_buildings = [Building.community_id == community_id]
    if building_id is not None:
        of_flats.append(Flat.building_id == building_id)
        of_buildings.append(Building.id == building_id)
    buildings = sa.select(sa.func.count(Building.id)).where(*of_buildings)
    entrances = (
        sa.select(sa.func.count(Entrance.id))
        .join(Building, Building.id == Entrance.building_id)
        .where(*of_buildings)
    )
    counted = Flat.use != FlatUse.PARKING
    flats = (
        sa.select(
            buildings.scalar_subquery().label("buildings"),
            entrances.scalar_subquery().label("entrances"),
            sa.func.count().filter(counted).label("flats"),
            sa.func.count().filter(~counted).label("parking"),
            sa.type_coerce(sa.func.coalesce(sa.func.sum(Flat.area).filter(counted), 0), Flat.area.type).label(
                "area"
            ),
            sa.func.count().filter(counted, Flat.area.is_(None)).label("without_area"),
            sa.func.count().filter(counted, Flat.area_source == "estimate").label("estimated"),
        )
        .where(*of_flats)
        .subquery()
    )
    households = (
        sa.select(
            sa.func.count().label("households"),
            sa.func.count().filter(Household.state == "vacant").label("vacant"),
            sa.func.count().filter(Household.state == "unreachable").label("unreachable"),
        )
        .join(Flat, Flat.id == Household.flat_id)
        .where(Household.closed_at.is_(None), *of_flats)
        .subquery()
    )
    # Both have one row: together they are read as one statement.
    row = db.session.execute(sa.select(flats, households).join_from(flats, households, sa.true())).one()
    return Figures(
        row.buildings,
        row.entrances,
        row.flats,
        row.households,
        row.vacant,
        row.unreachable,
        row.area,
        row.without_area,
        row.estimated,
        row.parking,
    )


CUTOFF_KEY = "eligibility.cutoff_on"
_JUDGED = ("location_type", "built_on", "built_year", "is_rebuild_suitable", "exclusion")
_PROBLEMS = ("has_poor_environment", "has_lacking_facilities", "lacks_accessibility", "lacks_management")


def eligibility(community_id: int, on: date) -> Eligibility | None:
    """Judged with the cut-off day in force at the community's division on that day."""
    found = community(community_id)
    where = place(community_id)
    if found is None or where is None:
        return None
    recorded = {name: getattr(found, name) for name in (*_JUDGED, *_PROBLEMS)}
    return eligibility_of(recorded, where.division_path, on)


def eligibility_of(recorded: Mapping[str, Any], division_path: str, on: date) -> Eligibility:
    """The same of a community that is about to be entered there; what is not recorded is as a new one has it."""
    facts = EligibilityFacts(
        recorded["location_type"],
        recorded.get("built_on"),
        recorded.get("built_year"),
        recorded.get("is_rebuild_suitable", False),
        recorded.get("exclusion", Exclusion.NONE),
        sum(recorded.get(name, False) for name in _PROBLEMS),
    )
    return judged(facts, policies.day(CUTOFF_KEY, division_path, on))


def figures_by_building(community_id: int) -> dict[int, tuple[int, Decimal, int]]:
    """By building: flats without parking, their area, and how many have none that serves a vote."""
    unfit = sa.or_(Flat.area.is_(None), Flat.area_source == AreaSource.ESTIMATE)
    rows = db.session.execute(
        sa.select(
            Flat.building_id,
            sa.func.count().label("flats"),
            sa.type_coerce(sa.func.coalesce(sa.func.sum(Flat.area), 0), Flat.area.type).label("area"),
            sa.func.count().filter(unfit).label("unfit"),
        )
        .where(Flat.community_id == community_id, Flat.use != FlatUse.PARKING)
        .group_by(Flat.building_id)
    )
    return {row.building_id: (row.flats, row.area, row.unfit) for row in rows}
