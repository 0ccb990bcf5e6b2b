"""The words of the catalogue: classes, keys of the subsidy, what a cost is counted by, who pays and how it is split."""

from enum import StrEnum

from server.kernel.places import ScopeKind


class ItemClass(StrEnum):
    BASIC = "B"
    BETTER = "W"
    UPLIFT = "T"

    @property
    def name_zh(self) -> str:
        return {"B": "基础类", "W": "完善类", "T": "提升类"}[self.value]


class SubsidyKey(StrEnum):
    """What the central subsidy counts. Supply and drainage are one key; lighting, fibre, heating and parking are none."""

    WATER = "water"
    POWER = "power"
    ROAD = "road"
    GAS = "gas"
    #: A new lift; repairing one has no key.
    ELEVATOR = "elevator"

    @property
    def name_zh(self) -> str:
        return {"water": "水", "power": "电", "road": "路", "gas": "气", "elevator": "加装电梯"}[self.value]


class CostUnit(StrEnum):
    """What the unit cost of an item is for; how many there are says the ledger of the community."""

    COMMUNITY = "community"
    BUILDING = "building"
    ENTRANCE = "entrance"
    HOUSEHOLD = "household"
    SQUARE_METRE = "square_metre"

    @property
    def name_zh(self) -> str:
        return UNIT_NAMES[self]

    @property
    def counted_zh(self) -> str:
        """The unit behind a number: "6 个单元"."""
        return COUNTED[self]

    def fits(self, scope: ScopeKind) -> bool:
        """Whether something of this scope can be counted so: an entrance holds no number of buildings."""
        return self not in TOO_LARGE[scope]


UNIT_NAMES = {
    CostUnit.COMMUNITY: "每个小区",
    CostUnit.BUILDING: "每栋楼",
    CostUnit.ENTRANCE: "每个单元",
    CostUnit.HOUSEHOLD: "每户",
    CostUnit.SQUARE_METRE: "每平方米建筑面积",
}
COUNTED = {
    CostUnit.COMMUNITY: "个小区",
    CostUnit.BUILDING: "栋楼",
    CostUnit.ENTRANCE: "个单元",
    CostUnit.HOUSEHOLD: "户",
    CostUnit.SQUARE_METRE: "㎡",
}
TOO_LARGE: dict[ScopeKind, frozenset[CostUnit]] = {
    ScopeKind.COMMUNITY: frozenset(),
    ScopeKind.BUILDING: frozenset({CostUnit.COMMUNITY}),
    ScopeKind.ENTRANCE: frozenset({CostUnit.COMMUNITY, CostUnit.BUILDING}),
}


class SplitBy(StrEnum):
    """How the owners' part is split among the households (民法典 283: as agreed, otherwise by area)."""

    AREA = "area"
    HOUSEHOLD = "household"

    @property
    def name_zh(self) -> str:
        return {"area": "按面积摊", "household": "按户平摊"}[self.value]


class ItemPlace(StrEnum):
    INSIDE = "inside"
    SURROUNDING = "surrounding"

    @property
    def name_zh(self) -> str:
        return {"inside": "小区里", "surrounding": "小区周边"}[self.value]
