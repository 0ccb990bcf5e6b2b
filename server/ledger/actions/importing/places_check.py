"""The sheets of places: communities, buildings, flats, facilities, compared with what stands."""

import json
import sqlite3
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from server.ledger import queries
from server.ledger.actions.importing.problems import Findings
from server.ledger.actions.importing.resolving import Misplaced, Places
from server.ledger.actions.importing.stage import Stage
from server.ledger.rules.names import NO_ENTRANCE, flat_sort_key, label, says_otherwise, sort_key
from server.ledger.rules.words import AreaSource, FlatUse, Pool

Values = dict[str, Any]
TWICE = "和第 {} 行重复"
#: A pool changes by a logged move, so that everybody can read who moved it and why.
MOVE = "调库要留原因：到这个小区的“在哪个库”里调。这一格改成和台账一样，或留空"
RESERVE_ONLY = "改成“储备一批”，或者先把小区的情况改对"
ONCE = "同一个只写一行，请删掉一行"


def changed_in(given: Values, found: Any) -> Values:
    """What a row says other than what stands; an empty cell says nothing."""
    return {
        key: value for key, value in given.items() if value is not None and says_otherwise(value, found[key])
    }


class PlacesCheck:
    """Each method takes one row's values and its number; raises Misplaced where the row cannot stand."""

    def __init__(self, stage: Stage, places: Places, findings: Findings, on: date) -> None:
        self._stage, self._places, self._findings, self._on = stage, places, findings, on

    def community(self, values: Values, row: int) -> None:
        values = dict(values)  # what the row said stays as it was read
        division_id, path = self._places.division(values.pop("division"))
        name, code = values.pop("name"), values.pop("code")
        self._refuse_twice(division_id, name, code, row)
        standing = self._places.standing(division_id, path, name, code)
        if standing is None:
            self._new_community(values, row, (division_id, path), name, code)
            return
        ord_ = self._places.stand(standing)
        given = {**values, "name": name, "code": code}
        changed = changed_in(given, {key: getattr(standing, key) for key in given})
        if "pool" in changed:
            raise Misplaced(
                "pool", f"台账里是“{standing.pool.name_zh}”，表里是“{changed['pool'].name_zh}”", MOVE
            )
        self._stage.run(
            "UPDATE communities SET row = ?, name = ?, code = coalesce(?, code), facts = ? WHERE ord = ?",
            row,
            name,
            code,
            _json(changed),
            ord_,
        )
        self._tell("小区", changed, name)

    def _refuse_twice(self, division_id: int, name: str, code: str | None, row: int) -> None:
        other = self._stage.one(
            "SELECT row FROM communities WHERE division_id = ? AND (name = ? OR code = ?)",
            division_id,
            name,
            code,
        )
        if other is not None:
            raise Misplaced("name", TWICE.format(other["row"] or row), ONCE)

    def _new_community(
        self, values: Values, row: int, where: tuple[int, str], name: str, code: str | None
    ) -> None:
        division_id, path = where
        facts = {key: value for key, value in values.items() if value is not None}
        self._refuse_pool(facts, path)
        self._stage.run(
            "INSERT INTO communities (no, row, name, code, division_id, facts) VALUES (?, ?, ?, ?, ?, ?)",
            self._stage.next_no("communities"),
            row,
            name,
            code,
            division_id,
            _json({**facts, "name": name, "code": code}),
        )
        self._findings.of("小区").new += 1
        self._findings.sample("小区", f"新增 {name}")

    def _refuse_pool(self, facts: Values, path: str) -> None:
        """As a move would: what a recorded fact puts outside the plan waits in reserve and nowhere else."""
        pool = facts.get("pool", Pool.RESERVE)
        if pool is Pool.RESERVE:
            return
        against = [one.reason for one in queries.eligibility_of(facts, path, self._on).against]
        if against:
            raise Misplaced("pool", f"不在改造范围内：{''.join(against)}".rstrip("。"), RESERVE_ONLY)

    def building(self, values: Values, row: int) -> None:
        community = self._places.community(values["community"])
        name, floors = values["building"], values["floors"]
        found = self._stage.one("SELECT * FROM buildings WHERE community = ? AND name = ?", community, name)
        changed: Values = {}
        if found is None:
            ord_ = self._stage.run(
                "INSERT INTO buildings (no, row, community, name, sort_key, floors) VALUES (?, ?, ?, ?, ?, ?)",
                self._stage.next_no("buildings"),
                row,
                community,
                name,
                sort_key(name),
                floors,
            )
        elif found["row"] is not None:
            raise Misplaced("building", TWICE.format(found["row"]), ONCE)
        else:
            ord_ = found["ord"]
            if floors is not None and floors != found["floors"]:
                changed["floors"] = floors
            self._stage.run(
                "UPDATE buildings SET row = ?, floors = coalesce(?, floors), change = ? WHERE ord = ?",
                row,
                floors,
                int(bool(changed)),
                ord_,
            )
        added = self._entrances(ord_, values["entrances"])
        if found is None:
            self._findings.of("楼栋").new += 1
            self._findings.sample("楼栋", f"新增 {label(name, '')}")
        else:
            self._tell("楼栋", {**changed, **({"entrances": added} if added else {})}, label(name, ""))

    def _entrances(self, building: int, names: list[str] | None) -> list[str]:
        """Add those the building lacks. A building that names none has the one undivided entrance."""
        standing = {
            row["name"] for row in self._stage.all("SELECT name FROM entrances WHERE building = ?", building)
        }
        wanted = names or ([] if standing else [NO_ENTRANCE])
        added = [name for name in wanted if name not in standing]
        for name in added:
            self._stage.run(
                "INSERT INTO entrances (no, building, name, sort_key) VALUES (?, ?, ?, ?)",
                self._stage.next_no("entrances"),
                building,
                name,
                sort_key(name),
            )
        return added

    def flat(self, values: Values, row: int) -> None:
        community = self._places.community(values["community"])
        building, entrance, name = self._places.entrance(community, values["building"], values["entrance"])
        found = self._stage.one(
            "SELECT * FROM flats WHERE entrance = ? AND room = ?", entrance, values["room"]
        )
        area, source = _area_of(values, found)
        where = label(values["building"], name, values["room"])
        if found is None:
            self._stage.run(
                "INSERT INTO flats (no, row, community, building, entrance, room, sort_key, floor, use, area, "
                "area_source) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                self._stage.next_no("flats"),
                row,
                community,
                building,
                entrance,
                values["room"],
                flat_sort_key(values["building"], name, values["room"]),
                values["floor"],
                values["use"].value,
                area,
                source,
            )
            self._findings.of("房屋").new += 1
            self._findings.sample("房屋", f"新增 {where}")
            return
        if found["row"] is not None:
            raise Misplaced("room", TWICE.format(found["row"]), ONCE)
        _refuse_new_use(found["use"], values["use"])
        given = {"floor": values["floor"], "use": values["use"].value, "area": area, "area_source": source}
        changed = changed_in(given, found)
        self._write("flats", found["ord"], row, changed)
        self._tell("房屋", changed, where)

    def facility(self, values: Values, row: int) -> None:
        community = self._places.community(values["community"])
        building = self._places.building(community, values["building"])["ord"] if values["building"] else None
        given = {
            "kind": values["kind"].value,
            "name": values["name"],
            "building": building,
            "place": values["place"],
        }
        found = self._stage.one(
            "SELECT * FROM facilities WHERE community = ? AND code = ?", community, values["code"]
        )
        if found is None:
            self._stage.run(
                "INSERT INTO facilities (no, row, community, code, kind, name, building, place) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                self._stage.next_no("facilities"),
                row,
                community,
                values["code"],
                given["kind"],
                given["name"],
                building,
                values["place"] or "",
            )
            self._findings.of("设施").new += 1
            self._findings.sample("设施", f"新增 {values['name']}")
            return
        if found["row"] is not None:
            raise Misplaced("code", TWICE.format(found["row"]), ONCE)
        changed = changed_in(given, found)
        self._write("facilities", found["ord"], row, changed)
        self._tell("设施", changed, values["name"])

    def _write(self, table: str, ord_: int, row: int, changed: Values) -> None:
        sets = "".join(f", {key} = ?" for key in changed)
        self._stage.run(
            f"UPDATE {table} SET row = ?, change = ?{sets} WHERE ord = ?",  # noqa: S608 - names are ours
            row,
            int(bool(changed)),
            *changed.values(),
            ord_,
        )

    def _tell(self, sheet: str, changed: Values, what: str) -> None:
        counts = self._findings.of(sheet)
        if changed:
            counts.changed += 1
            self._findings.sample(sheet, f"{what}：改 {'、'.join(FIELDS.get(key, key) for key in changed)}")
        else:
            counts.same += 1


#: What a changed field is called in a sample.
FIELDS = {
    "floor": "楼层",
    "floors": "层数",
    "use": "用途",
    "area": "面积",
    "area_source": "面积来源",
    "entrances": "单元",
    "kind": "类别",
    "name": "名称",
    "building": "楼栋",
    "place": "位置",
    "code": "编号",
    "address": "地址",
    "location_type": "位置",
    "built_on": "竣工日期",
    "built_year": "建成年份",
    "year_evidence": "年份依据",
    "has_poor_environment": "环境条件",
    "has_lacking_facilities": "配套设施",
    "lacks_accessibility": "无障碍设施",
    "lacks_management": "管理机制",
    "is_rebuild_suitable": "宜拆除重建",
    "exclusion": "排除情形",
    "ownership_kind": "产权性质",
    "has_owners_assembly": "业主大会",
    "has_owners_committee": "业委会",
    "has_maintenance_fund": "维修资金",
    "property_mode": "物业管理方式",
    "floor_area": "总建筑面积",
    "contact_name": "联系单位",
    "contact_phone": "联系电话",
    "contact_place": "联系地点",
}


def _area_of(values: Values, found: sqlite3.Row | None) -> tuple[int | None, str | None]:
    """The area in hundredths with its source; what is blank stays as it stands."""
    area: Decimal | None = values["area"]
    source: AreaSource | None = values["area_source"]
    hundredths = None if area is None else int(area * 100)
    stood = (found["area"], found["area_source"]) if found else (None, None)
    if hundredths is not None and source is None:
        if stood != (hundredths, stood[1]) or stood[1] is None:
            raise Misplaced("area_source", "写了面积，没写来源", "请从列表里选面积来源")
        return hundredths, stood[1]
    if source is not None and hundredths is None and stood[0] is None:
        raise Misplaced("area", "写了面积来源，没写面积", "请填写面积，或把来源也留空")
    return hundredths, source.value if source else None


def _refuse_new_use(stood: str, use: FlatUse) -> None:
    if (stood == FlatUse.DWELLING) != (use is FlatUse.DWELLING):
        raise Misplaced("use", "用途和台账里的不一样，会影响户数", "请在后台的房屋页面上改用途，再导入")


def _json(facts: Values) -> str:
    return json.dumps({key: _plain(value) for key, value in facts.items()}, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return (
        value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, Decimal) else value
    )
