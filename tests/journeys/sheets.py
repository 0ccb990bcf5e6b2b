"""A community as its committee keeps it, and the ledger template filled in with it as a clerk does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl

DIVISION = "520102028004"
HELP = "0851-85550199"


@dataclass(frozen=True)
class Home:
    building: str
    room: str
    owner: str
    phone: str
    area: str = "67.70"

    @property
    def label(self) -> str:
        return f"{self.building} 栋 1 单元 {self.room}"

    @property
    def place(self) -> dict[str, str]:
        return {"楼栋": self.building, "单元": "1", "房号": self.room}


OWNERS = (
    "陈光荣",
    "李秀英",
    "阿卜杜拉·买买提",
    "王建华",
    "欧阳敏慧",
    "刘玉珍",
    "周德明",
    "徐春梅",
    "罗永贵",
    "胡素芬",
    "何世昌",
)
ROOMS = ("101", "102", "201", "202", "301", "302")


def homes() -> list[Home]:
    """Twelve flats of eleven people: the first owns one in each building."""
    places = [(building, room) for building in ("1", "2") for room in ROOMS]
    people = [*OWNERS[:6], OWNERS[0], *OWNERS[6:]]
    return [
        Home(building, room, name, f"1390000{1000 + OWNERS.index(name):04d}", f"{60 + number}.50")
        for number, ((building, room), name) in enumerate(zip(places, people, strict=True))
    ]


def community_row(name: str) -> dict[str, Any]:
    return {
        "小区名称": name,
        "所在社区代码": DIVISION,
        "位置": "城市",
        "建成年份": 1996,
        "年份依据": "产权证",
        "配套设施不全或破损": "是",
        "产权性质": "房改房",
        "联系单位": "九洲巷社区居委会",
        "联系电话": HELP,
        "联系地点": "小区门口居委会一楼",
    }


def rows_of(name: str, homes: Sequence[Home]) -> dict[str, list[dict[str, Any]]]:
    """The sheets 楼栋, 房屋 and 业主 of these homes, and one household that is vacant."""
    here = {"小区": name}
    return {
        "楼栋": [{**here, "楼栋": building, "单元": "1", "层数": 3} for building in ("1", "2")],
        "房屋": [
            {
                **here,
                **home.place,
                "用途": "住宅",
                "面积": home.area,
                "面积来源": "不动产登记",
                "楼层": int(home.room[0]),
            }
            for home in homes
        ],
        "业主": [{**here, **home.place, "姓名或名称": home.owner, "电话": home.phone} for home in homes],
        "住户": [{**here, **homes[-1].place, "状态": "空置"}],
    }


def fill_template(template: Path, filled: Path, sheets: Mapping[str, Sequence[Mapping[str, Any]]]) -> Path:
    """Write the rows under the template's own headings, as somebody would who downloaded it."""
    book = openpyxl.load_workbook(template)
    for title, rows in sheets.items():
        sheet = book[title]
        columns = {cell.value: cell.column for cell in sheet[1]}
        for number, row in enumerate(rows, start=2):
            for heading, value in row.items():
                sheet.cell(row=number, column=columns[heading], value=value)
    book.save(filled)
    return filled
