"""From the staging file into the ledger: one transaction, in bulk, with everything worked out before it began."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from server.infra.db import Area, Word, db, lock_row
from server.infra.statements import new_ids
from server.kernel.errors import Conflict
from server.ledger.actions.counting import count_communities
from server.ledger.actions.importing.bulk import insert_many, reserve_ids, update_many
from server.ledger.actions.importing.stage import Stage
from server.ledger.models import Community

TABLES = ("buildings", "entrances", "flats", "owners", "ownerships", "households", "facilities")


class Stale(Conflict):
    """The ledger changed after the file was checked; it has to be checked again."""

    code = "stale_import"


@dataclass(frozen=True)
class Applied:
    #: How many rows changed by table, in each community touched.
    changed: dict[int, dict[str, int]]
    #: The communities that stood nowhere before.
    new: list[int]


@dataclass(frozen=True)
class _Ids:
    """From ordinals of the staging file to ids: of what stands, or drawn for what is new."""

    drawn: dict[str, Sequence[int]]

    def of(self, table: str, id_: int | None, no: int | None) -> int:
        return id_ if id_ is not None else self.drawn[table][no or 0]


def reserved_ids(stage: Stage) -> dict[str, Sequence[int]]:
    """Call it before the unit of work, so that the lock is not held while ids are handed out."""
    return reserve_ids({table: _new(stage, table) for table in TABLES})


def apply_stage(stage: Stage, reserved: Mapping[str, Sequence[int]]) -> Applied:
    """Write it all. Raises Stale where a community is no longer as it was when the file was checked."""
    _refuse_stale(stage)
    touched = _touched(stage)
    communities = _communities(stage)
    ids = _Ids({table: reserved.get(table) or new_ids(table, _new(stage, table)) for table in TABLES})
    _places(stage, ids, communities)
    _people(stage, ids, communities)
    changed = {communities[ord_]: counts for ord_, counts in touched.items()}
    count_communities(changed)
    db.session.execute(
        sa.update(Community).where(Community.id.in_(changed)).values(revision=Community.revision + 1)
    )
    came_new = [communities[ord_] for (ord_,) in stage.tuples("SELECT ord FROM communities WHERE id IS NULL")]
    return Applied(changed, came_new)


def standing_communities(stage: Stage) -> list[int]:
    """Those the sheet speaks of that were there before it."""
    return [id_ for (id_,) in stage.tuples("SELECT id FROM communities WHERE id IS NOT NULL ORDER BY id")]


def _new(stage: Stage, table: str) -> int:
    return stage.number(f"SELECT count(no) FROM {table}")  # noqa: S608 - names are ours


def _refuse_stale(stage: Stage) -> None:
    standing = sorted(stage.tuples("SELECT id, revision FROM communities WHERE id IS NOT NULL"))
    for community_id, revision in standing:
        lock_row(Community, community_id)
        now = db.session.scalar(sa.select(Community.revision).where(Community.id == community_id))
        if now != revision:
            raise Stale("检查以后台账有了改动。已经重新检查，请再看一遍结果。")
    for name, division_id in stage.tuples("SELECT name, division_id FROM communities WHERE id IS NULL"):
        taken = sa.select(Community.id).where(Community.division_id == division_id, Community.name == name)
        if db.session.scalar(taken) is not None:
            raise Stale("检查以后有人建了同名的小区。已经重新检查，请再看一遍结果。")


def _touched(stage: Stage) -> dict[int, dict[str, int]]:
    """By ordinal of the community: how many rows of each table are new or changed."""
    found: dict[int, dict[str, int]] = {}
    of_flat = "(SELECT community FROM flats f WHERE f.ord = t.flat)"
    where = {
        "buildings": "t.community",
        "entrances": "(SELECT community FROM buildings b WHERE b.ord = t.building)",
        "flats": "t.community",
        "owners": "t.community",
        "ownerships": of_flat,
        "households": of_flat,
        "facilities": "t.community",
    }
    for table, community in where.items():
        is_touched = "t.no IS NOT NULL" if table == "entrances" else "(t.no IS NOT NULL OR t.change = 1)"
        sql = f"SELECT {community}, count(*) FROM {table} t WHERE {is_touched} GROUP BY 1"  # noqa: S608
        for ord_, count in stage.tuples(sql):
            found.setdefault(ord_, {})[table] = count
    for ord_, facts in stage.tuples("SELECT ord, facts FROM communities"):
        if facts != "{}":
            found.setdefault(ord_, {})["communities"] = 1
    return found


def _communities(stage: Stage) -> dict[int, int]:
    """Ids by ordinal; new ones are made, changed ones changed."""
    ids: dict[int, int] = {}
    rows = stage.tuples("SELECT ord, id, division_id, facts FROM communities ORDER BY ord")
    for ord_, id_, division_id, facts in list(rows):
        values = {name: _typed(name, value) for name, value in json.loads(facts).items()}
        if id_ is None:
            community = Community(division_id=division_id, **values)
            db.session.add(community)
            db.session.flush()
            ids[ord_] = community.id
        else:
            ids[ord_] = id_
            if values:
                db.session.execute(sa.update(Community).where(Community.id == id_).values(values))
    return ids


def _typed(name: str, value: Any) -> Any:
    """From the staging file's JSON to what the column takes."""
    kind = sa.inspect(Community).columns[name].type
    if value is None:
        return None
    if isinstance(kind, Word):
        return kind.words(value)
    if isinstance(kind, Area):
        return Decimal(value)
    return date.fromisoformat(value) if isinstance(kind, sa.Date) else value


def _places(stage: Stage, ids: _Ids, communities: dict[int, int]) -> None:
    _insert(
        stage,
        "buildings",
        ("id", "community_id", "name", "sort_key", "floors"),
        "SELECT no, community, name, sort_key, floors FROM buildings WHERE no IS NOT NULL",
        lambda row: (ids.drawn["buildings"][row[0]], communities[row[1]], *row[2:]),
    )
    _update(stage, "buildings", ("floors",))
    _insert(
        stage,
        "entrances",
        ("id", "building_id", "name", "sort_key"),
        "SELECT e.no, b.id, b.no, e.name, e.sort_key FROM entrances e JOIN buildings b ON b.ord = e.building "
        "WHERE e.no IS NOT NULL",
        lambda row: (ids.drawn["entrances"][row[0]], ids.of("buildings", row[1], row[2]), *row[3:]),
    )
    _insert(
        stage,
        "flats",
        (
            "id",
            "community_id",
            "building_id",
            "entrance_id",
            "room",
            "sort_key",
            "floor",
            "use",
            "area",
            "area_source",
        ),
        "SELECT f.no, f.community, b.id, b.no, e.id, e.no, f.room, f.sort_key, f.floor, f.use, f.area, "
        "f.area_source FROM flats f JOIN buildings b ON b.ord = f.building JOIN entrances e ON e.ord = f.entrance "
        "WHERE f.no IS NOT NULL",
        lambda row: (
            ids.drawn["flats"][row[0]],
            communities[row[1]],
            ids.of("buildings", row[2], row[3]),
            ids.of("entrances", row[4], row[5]),
            *row[6:],
        ),
    )
    _update(stage, "flats", ("floor", "use", "area", "area_source"))
    _insert(
        stage,
        "facilities",
        ("id", "community_id", "building_id", "code", "kind", "name", "place"),
        "SELECT f.no, f.community, f.building, b.id, b.no, f.code, f.kind, f.name, f.place FROM facilities f "
        "LEFT JOIN buildings b ON b.ord = f.building WHERE f.no IS NOT NULL",
        lambda row: (
            ids.drawn["facilities"][row[0]],
            communities[row[1]],
            None if row[2] is None else ids.of("buildings", row[3], row[4]),
            *row[5:],
        ),
    )
    update_many(
        "facilities",
        ("kind", "name", "place", "building_id"),
        (
            (row[0], *row[1:4], None if row[4] is None else ids.of("buildings", row[5], row[6]))
            for row in stage.tuples(
                "SELECT f.id, f.kind, f.name, f.place, f.building, b.id, b.no FROM facilities f "
                "LEFT JOIN buildings b ON b.ord = f.building WHERE f.id IS NOT NULL AND f.change = 1"
            )
        ),
    )


def _people(stage: Stage, ids: _Ids, communities: dict[int, int]) -> None:
    personal = ("name", "phone", "id_number", "name_hash", "phone_hash", "id_hash")
    _insert(
        stage,
        "owners",
        ("id", "community_id", "kind", *personal),
        f"SELECT no, community, kind, {', '.join(personal)} FROM owners WHERE no IS NOT NULL",  # noqa: S608 - ours
        lambda row: (ids.drawn["owners"][row[0]], communities[row[1]], *row[2:]),
    )
    _update(stage, "owners", personal)
    # Endings before beginnings: a flat may pass from an owner and back within one file.
    is_sqlite = db.session.connection().dialect.name == "sqlite"
    update_many(
        "ownerships",
        ("is_representative", "share", "from_on", "to_on"),
        (
            (row[0], _flag(row[1], is_sqlite), *row[2:])
            for row in stage.tuples(
                "SELECT id, is_representative, share, from_on, to_on FROM ownerships "
                "WHERE id IS NOT NULL AND change = 1"
            )
        ),
    )
    _insert(
        stage,
        "ownerships",
        ("id", "flat_id", "owner_id", "is_representative", "share", "from_on", "to_on"),
        "SELECT s.no, f.id, f.no, o.id, o.no, s.is_representative, s.share, s.from_on, s.to_on FROM ownerships s "
        "JOIN flats f ON f.ord = s.flat JOIN owners o ON o.ord = s.owner WHERE s.no IS NOT NULL",
        lambda row: (
            ids.drawn["ownerships"][row[0]],
            ids.of("flats", row[1], row[2]),
            ids.of("owners", row[3], row[4]),
            _flag(row[5], is_sqlite),
            *row[6:],
        ),
    )
    _insert(
        stage,
        "households",
        ("id", "flat_id", "number", "state", "note"),
        "SELECT h.no, f.id, f.no, h.number, h.state, h.note FROM households h JOIN flats f ON f.ord = h.flat "
        "WHERE h.no IS NOT NULL",
        lambda row: (ids.drawn["households"][row[0]], ids.of("flats", row[1], row[2]), *row[3:]),
    )
    _update(stage, "households", ("state", "note"))
    _reopen_households(stage)


def _reopen_households(stage: Stage) -> None:
    """A household whose split was taken back and that the file names again."""
    found = stage.tuples("SELECT id FROM households WHERE id IS NOT NULL AND change = 1 AND is_closed = 0")
    changed = [id_ for (id_,) in found]
    for start in range(0, len(changed), 500):
        marks = ", ".join(str(int(id_)) for id_ in changed[start : start + 500])
        db.session.execute(
            sa.text(
                f"UPDATE households SET closed_at = NULL WHERE closed_at IS NOT NULL AND id IN ({marks})"  # noqa: S608
            )
        )


def _insert(
    stage: Stage,
    table: str,
    columns: Sequence[str],
    sql: str,
    made: Callable[[tuple[Any, ...]], tuple[Any, ...]],
) -> None:
    rows: Iterator[tuple[Any, ...]] = (made(row) for row in stage.tuples(sql))
    if _new(stage, table):
        insert_many(table, columns, rows)


def _update(stage: Stage, table: str, columns: Sequence[str]) -> None:
    if stage.number(f"SELECT count(*) FROM {table} WHERE id IS NOT NULL AND change = 1"):  # noqa: S608
        sql = f"SELECT id, {', '.join(columns)} FROM {table} WHERE id IS NOT NULL AND change = 1"  # noqa: S608
        update_many(table, columns, stage.tuples(sql))


def _flag(value: int, is_sqlite: bool) -> int | bool:
    """COPY writes a number as a number; PostgreSQL wants a truth."""
    return value if is_sqlite else bool(value)
