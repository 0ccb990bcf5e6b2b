"""Ledger sheets for tests: as a person would fill in the template."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter

from server.ledger.sheet import SHEETS
from tests.factories.ledger import JIUZHOUXIANG

Rows = Sequence[Mapping[str, Any]]
NAME = "棉纺厂家属院"
FULL_ID = "11010519491231002X"


def small_ledger(**changed: Rows) -> dict[str, Rows]:
    """One community, two buildings, five flats, with every kind of owner. Values by the names of the columns."""
    sheets: dict[str, Rows] = {
        "communities": [
            {
                "name": NAME,
                "code": "NM-1",
                "division": JIUZHOUXIANG,
                "address": "九洲巷 8 号",
                "location_type": "城市",
                "built_year": 1996,
                "has_lacking_facilities": "是",
                "contact_phone": "0851-85551234",
            }
        ],
        "buildings": [
            {"building": "1栋", "entrances": "1、2", "floors": 7},
            {"building": "2号楼", "floors": 3},
        ],
        "flats": [
            {
                "building": "1",
                "entrance": "1",
                "room": "101",
                "use": "住宅",
                "area": 67.7,
                "area_source": "产权证",
            },
            {
                "building": "1",
                "entrance": "1",
                "room": "102",
                "use": "住宅",
                "area": "70.15",
                "area_source": "实测",
            },
            {
                "building": "1",
                "entrance": "2",
                "room": "101室",
                "use": "住宅",
                "area": "６７.７０",
                "area_source": "估算",
            },
            {"building": "1", "entrance": "2", "room": "102", "use": "住宅"},
            {"building": "2", "room": "S1", "use": "商铺", "area": 30, "area_source": "买卖合同"},
        ],
        "owners": [
            {"building": "1", "entrance": "1", "room": "101", "name": "张三", "id_number": FULL_ID},
            {"building": "1", "entrance": "1", "room": "102", "name": "张三", "id_number": FULL_ID.lower()},
            {
                "building": "1",
                "entrance": "2",
                "room": "101",
                "name": "欧阳•买买提",
                "phone": 13800001111,
                "share": "1/2",
                "is_representative": "是",
            },
            {
                "building": "1",
                "entrance": "2",
                "room": "101",
                "name": "𠮷田",
                "phone": "0851-85551235",
                "share": "1/2",
            },
            {"building": "1", "entrance": "2", "room": "102", "name": "棉纺厂", "kind": "原产权单位"},
            {"building": "2", "room": "S1", "name": "棉纺厂", "kind": "原产权单位", "from_on": "2001/5/6"},
        ],
        "households": [
            {"building": "1", "entrance": "1", "room": "102", "state": "空置"},
            {"building": "1", "entrance": "2", "room": "101", "number": 2, "note": "父母另住"},
        ],
        "facilities": [{"code": "DT-1", "kind": "电梯", "name": "1 栋电梯", "building": "1"}],
    }
    return {**sheets, **changed}


def workbook(sheets: Mapping[str, Rows], *, options: Mapping[str, Any] | None = None) -> io.BytesIO:
    """An .xlsx with the sheets that are named, each value under its own heading, as the person typed it."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, **(options or {})})
    for sheet in SHEETS:
        if sheet.name not in sheets:
            continue
        page = book.add_worksheet(sheet.title)
        for index, column in enumerate(sheet.columns):
            page.write(0, index, column.title)
        for number, row in enumerate(sheets[sheet.name], start=1):
            for index, column in enumerate(sheet.columns):
                if column.name in row:
                    page.write(number, index, row[column.name])
    book.close()
    out.seek(0)
    return out
