"""From the words of a row to the place it speaks of: in the file, or in the ledger within the importer's reach."""

import sqlite3
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.divisions import queries as divisions
from server.kernel.places import Place
from server.ledger.actions.importing.reach import Reach
from server.ledger.actions.importing.snapshot import load_community
from server.ledger.actions.importing.stage import Stage
from server.ledger.models import Community
from server.ledger.rules.names import label
from server.ledger.rules.numbers import Wrong

#: Above a county nothing can be said about where a community lies.
TOO_HIGH = {"province", "prefecture"}

#: The sheets on which the rows of others hang, with the column that names what is in a row.
NAMED_BY = {"communities": "name", "buildings": "building", "flats": "room"}


class Misplaced(Wrong):
    """Wrong in one column of the row."""

    def __init__(self, column: str, what: str, mend: str) -> None:
        super().__init__(what, mend)
        self.column = column


class Hanging(Exception):
    """The row speaks of what stands in a row that is itself at fault: it is looked at once that one is mended."""


@dataclass(frozen=True)
class FoundFlat:
    ord: int
    community: int
    use: str
    label: str
    is_new: bool


class Places:
    """Finds communities, buildings, entrances and flats in the staging file; loads a community when first spoken of."""

    def __init__(self, stage: Stage, connection: Connection, reach: Reach, on: date) -> None:
        self._stage, self._connection, self._reach, self._on = stage, connection, reach, on
        self._communities: dict[str, int] = {}
        self._entrances: dict[tuple[int, str, str], tuple[int, int, str]] = {}
        self._divisions: dict[str, tuple[int, str]] = {}

    # ------------------------------------------------------------------ divisions and communities

    def division(self, text: str) -> tuple[int, str]:
        """Id and path of the division of this code (or name, where it has no code), as it stands today."""
        if text not in self._divisions:
            found = divisions.by_code(text) if text.isdigit() else None
            if found is None and not text.isdigit():
                named = [one for one in divisions.search(text) if one.name == text and one.code is None]
                found = named[0] if len(named) == 1 else None
            if found is None:
                raise Misplaced("division", "没有这个区划代码", "请对照统计用区划代码核对，居委会是 12 位")
            found = divisions.current(found, self._on)
            if found.level in TOO_HIGH:
                raise Misplaced("division", "代码只到省或市", "请写到居委会（12 位）或街道（9 位）")
            self._divisions[text] = (found.id, found.path)
        return self._divisions[text]

    def standing(self, division_id: int, path: str, name: str, code: str | None) -> sa.Row[Any] | None:
        """The community that stands under this code, or else this name, in this division; within reach or not at all."""
        here = sa.select(Community.__table__).where(Community.division_id == division_id)
        found = None
        if code:
            found = self._connection.execute(here.where(Community.code == code)).first()
        if found is None:
            found = self._connection.execute(here.where(Community.name == name)).first()
        place = Place(path, found.id if found else None)
        if not self._reach.covers(place):
            raise Misplaced(
                "division", "这里不在你的管理范围内", "请核对区划代码；需要时请上级给你开通，或由所在社区导入"
            )
        return found

    def load(self, community_id: int, ord_: int) -> None:
        load_community(self._stage, self._connection, ord_, community_id)

    def community(self, text: str | None) -> int:
        key = text or ""
        if key not in self._communities:
            self._communities[key] = self._in_file(text) if text else self._only_one()
        return self._communities[key]

    def _only_one(self) -> int:
        rows = list(self._stage.all("SELECT ord FROM communities WHERE row IS NOT NULL LIMIT 2"))
        if len(rows) != 1:
            self._unless_refused("communities", None)
            raise Misplaced("community", "没写是哪个小区", "请填写小区名称或编号")
        return int(rows[0]["ord"])

    def _in_file(self, text: str) -> int:
        rows = list(
            self._stage.all("SELECT ord FROM communities WHERE name = ? OR code = ? LIMIT 2", text, text)
        )
        if len(rows) > 1:
            raise Misplaced("community", "有几个同名的小区", "请改写小区编号")
        return int(rows[0]["ord"]) if rows else self._in_ledger(text)

    def _in_ledger(self, text: str) -> int:
        named = sa.select(Community.__table__).where(sa.or_(Community.name == text, Community.code == text))
        rows = [row for row in self._connection.execute(named.limit(50)).all() if self._covers(row)]
        if not rows:
            self._unless_refused("communities", text)
            raise Misplaced("community", "没有这个小区", "请先在“小区”表里写上，或改正名称")
        if len(rows) > 1:
            raise Misplaced("community", "有几个同名的小区", "请改写小区编号")
        return self.stand(rows[0])

    def stand(self, row: sa.Row[Any]) -> int:
        """Note a community of the ledger in the staging file, with all it holds."""
        ord_ = self._stage.run(
            "INSERT INTO communities (id, revision, name, code, division_id) VALUES (?, ?, ?, ?, ?)",
            row.id,
            row.revision,
            row.name,
            row.code,
            row.division_id,
        )
        self.load(row.id, ord_)
        return ord_

    def _covers(self, row: sa.Row[Any]) -> bool:
        division = divisions.division(row.division_id)
        return division is not None and self._reach.covers(Place(division.path, row.id))

    # ------------------------------------------------------------------ inside a community

    def building(self, community: int, name: str) -> sqlite3.Row:
        found = self._stage.one("SELECT * FROM buildings WHERE community = ? AND name = ?", community, name)
        if found is None:
            self._unless_refused("buildings", name)
            raise Misplaced("building", f"没有“{name}”这栋楼", "请先在“楼栋”表里写上，或改正这里")
        return found

    def entrance(self, community: int, building: str, name: str | None) -> tuple[int, int, str]:
        """Ordinals of building and entrance, and the entrance's name. Blank finds the only one."""
        key = (community, building, name or "")
        if key not in self._entrances:
            self._entrances[key] = self._find_entrance(self.building(community, building), name)
        return self._entrances[key]

    def _find_entrance(self, building: sqlite3.Row, name: str | None) -> tuple[int, int, str]:
        inside = list(self._stage.all("SELECT ord, name FROM entrances WHERE building = ?", building["ord"]))
        if name is None and len(inside) == 1:
            return building["ord"], inside[0]["ord"], inside[0]["name"]
        for entrance in inside:
            if name is not None and entrance["name"] == name:
                return building["ord"], entrance["ord"], name
        if name is None:
            raise Misplaced(
                "entrance", "没写单元", "请写上是哪个单元；不进单元的门面，先在“楼栋”表的单元里加一个“临街”"
            )
        self._unless_refused("buildings", building["name"])
        raise Misplaced("entrance", f"这栋楼没有“{name}”单元", "请先在“楼栋”表里补上，或改正这里")

    def flat(self, values: dict[str, Any]) -> FoundFlat:
        """The flat a row of owners or households speaks of."""
        community = self.community(values["community"])
        _, entrance, name = self.entrance(community, values["building"], values["entrance"])
        found = self._stage.one(
            "SELECT ord, id, use FROM flats WHERE entrance = ? AND room = ?", entrance, values["room"]
        )
        if found is None:
            self._unless_refused("flats", values["room"], values["building"], name)
            raise Misplaced("room", "没有这套房", "请先在“房屋”表里写上，或改正房号")
        return FoundFlat(
            found["ord"],
            community,
            found["use"],
            label(values["building"], name, values["room"]),
            found["id"] is None,
        )

    # ------------------------------------------------------------------ rows at fault

    def note_refused(self, sheet: str, values: dict[str, Any]) -> None:
        """Remember what a faulty row spoke of. What could not be read of it is blank."""
        if sheet not in NAMED_BY:
            return
        named = NAMED_BY[sheet]
        said = [values.get(key) or "" for key in (named, "building", "entrance")]
        building, entrance = said[1:] if sheet == "flats" else ("", "")
        self._stage.run("INSERT INTO refused VALUES (?, ?, ?, ?)", sheet, said[0], building, entrance)

    def _unless_refused(self, sheet: str, name: str | None, building: str = "", entrance: str = "") -> None:
        """Raises Hanging where a faulty row of that sheet is the one that is missed. Without a name: where any is."""
        asked, given = "SELECT 1 FROM refused WHERE sheet = ?", [sheet]
        if name is not None:
            asked += " AND name = ? AND building = ? AND entrance IN ('', ?)"
            given += [name, building, entrance]
        if self._stage.one(f"{asked} LIMIT 1", *given) is not None:
            raise Hanging
