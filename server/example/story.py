"""What the example tells: names, flats and dates. Pure facts, the same every time; only the day it is told differs."""

from dataclasses import dataclass
from decimal import Decimal

from server.ledger.rules.words import AreaSource, FlatUse, OwnerKind

COMMUNITY = "朝阳小区(示例数据)"
#: 九洲巷社区居民委员会 of 中曹司街道, 南明区.
DIVISION_CODE = "520102028004"
STREET_CODE = "520102028"
COUNTY_CODE = "520102"
PREFECTURE_CODE = "5201"
#: 云岩区, beside it in the same prefecture.
NEXT_COUNTY_CODE = "520103"
PROVINCE_CODE = "52"
CONTACT = {
    "contact_name": "九洲巷社区居委会",
    "contact_phone": "0851-85550102",
    "contact_place": "小区东门居委会一楼，周一到周五 9:00—17:00",
}

SURNAMES = "张王李赵陈杨吴刘周徐罗胡何林梁宋唐韦龙石田冉安潘"
GIVEN = (
    "桂兰",
    "国富",
    "秀英",
    "建华",
    "志明",
    "玉珍",
    "德明",
    "春梅",
    "永贵",
    "素芬",
    "光荣",
    "丽华",
    "世昌",
    "美琴",
)
#: Names that software tends to get wrong: they are ordinary people here.
UNUSUAL_NAMES = {"1-1-401": "阿卜杜拉·买买提", "2-1-302": "龚𪩘", "3-1-402": "欧阳敏慧"}
AREAS = ("56.48", "67.70", "72.35", "58.92", "81.06", "67.70")

LEAD_FLAT = "1-1-302"
LEAD_OWNER = "张桂兰"
#: One owner, three flats: one head with all their area.
THREE_FLATS = ("1-2-101", "2-2-201", "3-1-301")
CO_OWNED_FLAT = "1-2-302"
WORK_UNIT = "贵阳矿山机械厂(示例)"
WORK_UNIT_FLATS = ("2-1-101", "2-1-102", "2-1-201", "2-1-202")
SHOPS = {
    "3-1-101": ("贵阳惠民商贸有限公司(示例)", OwnerKind.ORGANISATION),
    "3-1-102": ("罗世昌", OwnerKind.PERSON),
}
VACANT_FLAT = "3-1-501"


@dataclass(frozen=True)
class FlatFacts:
    building: str
    entrance: str
    floor: int
    room: str
    use: FlatUse
    area: Decimal
    source: AreaSource

    @property
    def address(self) -> str:
        return f"{self.building}-{self.entrance}-{self.room}"


@dataclass(frozen=True)
class OwnerFacts:
    name: str
    kind: OwnerKind
    phone: str
    id_number: str = ""
    is_representative: bool = False


def flats() -> list[FlatFacts]:
    """Sixty: two buildings of two entrances, one with shops on the ground floor."""
    found: list[FlatFacts] = []
    for building, entrance, floors in (
        ("1", "1", 6),
        ("1", "2", 6),
        ("2", "1", 6),
        ("2", "2", 6),
        ("3", "1", 6),
    ):
        for floor in range(1, floors + 1):
            for side in (1, 2):
                found.append(_flat(building, entrance, floor, side, len(found)))
    return found


def _flat(building: str, entrance: str, floor: int, side: int, number: int) -> FlatFacts:
    is_shop = building == "3" and floor == 1
    source = AreaSource.SURVEY if number % 7 == 0 else AreaSource.REGISTER
    area = Decimal("43.20") if is_shop else Decimal(AREAS[number % len(AREAS)])
    use = FlatUse.SHOP if is_shop else FlatUse.DWELLING
    return FlatFacts(building, entrance, floor, f"{floor}0{side}", use, area, source)


def owners_of(flat: FlatFacts, number: int) -> list[OwnerFacts]:
    """Whose it is; `number` is the flat's place in `flats()`."""
    address = flat.address
    if address == LEAD_FLAT:
        return [OwnerFacts(LEAD_OWNER, OwnerKind.PERSON, "13808510302")]
    if address in THREE_FLATS:
        return [OwnerFacts("陈国富", OwnerKind.PERSON, "13808510777")]
    if address == CO_OWNED_FLAT:
        return [
            OwnerFacts("王秀英", OwnerKind.PERSON, "13808510888", is_representative=True),
            OwnerFacts("李建华", OwnerKind.PERSON, "13808510889"),
        ]
    if address in WORK_UNIT_FLATS:
        return [OwnerFacts(WORK_UNIT, OwnerKind.WORK_UNIT, "085185550001")]
    if address in SHOPS:
        name, kind = SHOPS[address]
        return [OwnerFacts(name, kind, f"138085100{number:02d}")]
    return [
        OwnerFacts(
            UNUSUAL_NAMES.get(address) or person_name(number), OwnerKind.PERSON, f"138085100{number:02d}"
        )
    ]


def person_name(number: int) -> str:
    return SURNAMES[number * 5 % len(SURNAMES)] + GIVEN[number * 3 % len(GIVEN)]


@dataclass(frozen=True)
class NeighbourFacts:
    """A community beside the main one, so that lists and levels are not empty."""

    name: str
    division_code: str
    built_year: int
    buildings: int
    flats_each: int


NEIGHBOURS = (
    NeighbourFacts("四喜巷小区(示例数据)", "520102028005", 1992, 2, 8),
    NeighbourFacts("五湖花园(示例数据)", "520102028006", 2000, 3, 8),
    NeighbourFacts("菊花洞新村(示例数据)", "520102028007", 2004, 2, 6),
    NeighbourFacts("二戈寨铁路宿舍(示例数据)", "520102029001", 1985, 4, 6),
    NeighbourFacts("忠烈街院落(示例数据)", "520103", 1978, 1, 8),
    NeighbourFacts("红花岗老街小区(示例数据)", "520302", 1998, 2, 10),
)
