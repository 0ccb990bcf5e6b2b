"""The words of the ledger, each with the Chinese that screens and sheets use for it."""

from enum import StrEnum


class LocationType(StrEnum):
    CITY = "city"
    COUNTY_SEAT = "county_seat"
    ELSEWHERE = "elsewhere"

    @property
    def name_zh(self) -> str:
        return {"city": "城市", "county_seat": "县城", "elsewhere": "其他"}[self.value]


class CommunityKind(StrEnum):
    COMMUNITY = "community"
    SINGLE_BUILDING = "single_building"

    @property
    def name_zh(self) -> str:
        return {"community": "居住小区", "single_building": "单栋住宅楼"}[self.value]


class Exclusion(StrEnum):
    NONE = "none"
    SHANTYTOWN_PLAN = "shantytown_plan"
    SELF_BUILT_AREA = "self_built_area"
    URBAN_VILLAGE = "urban_village"

    @property
    def name_zh(self) -> str:
        return {
            "none": "无",
            "shantytown_plan": "已列入棚改计划",
            "self_built_area": "居民自建住房为主",
            "urban_village": "城中村",
        }[self.value]


class OwnershipKind(StrEnum):
    HOUSING_REFORM = "housing_reform"
    COMMERCIAL = "commercial"
    FUND_RAISED = "fund_raised"
    PUBLIC = "public"
    MIXED = "mixed"

    @property
    def name_zh(self) -> str:
        return {
            "housing_reform": "房改房",
            "commercial": "商品房",
            "fund_raised": "集资房",
            "public": "公房",
            "mixed": "混合",
        }[self.value]


class PropertyMode(StrEnum):
    COMPANY = "company"
    SELF = "self"
    COMMITTEE = "committee"
    WORK_UNIT = "work_unit"
    NONE = "none"

    @property
    def name_zh(self) -> str:
        return {
            "company": "专业物业",
            "self": "自管",
            "committee": "社区托管",
            "work_unit": "产权单位",
            "none": "无",
        }[self.value]


class Pool(StrEnum):
    """Where a community waits for its renovation: exactly one at a time."""

    IMPLEMENT = "implement"
    PLAN = "plan"
    RESERVE = "reserve"

    @property
    def name_zh(self) -> str:
        return {"implement": "实施一批", "plan": "谋划一批", "reserve": "储备一批"}[self.value]

    @property
    def store_zh(self) -> str:
        """As the place where it waits: 实施库."""
        return f"{self.name_zh.removesuffix('一批')}库"


class AreaSource(StrEnum):
    """Where an area comes from, the strongest first (区分所有权解释 8). An estimate serves surveys, never a vote."""

    REGISTER = "register"
    SURVEY = "survey"
    CONTRACT = "contract"
    ESTIMATE = "estimate"

    @property
    def name_zh(self) -> str:
        return {
            "register": "不动产登记",
            "survey": "实测",
            "contract": "买卖合同",
            "estimate": "估算",
        }[self.value]


class FlatUse(StrEnum):
    DWELLING = "dwelling"
    SHOP = "shop"
    PARKING = "parking"
    OTHER = "other"

    @property
    def name_zh(self) -> str:
        return {"dwelling": "住宅", "shop": "商铺", "parking": "车位", "other": "其他"}[self.value]

    @property
    def is_counted(self) -> bool:
        """Titled parking counts in neither heads nor area unless the owners' own rules say so [house]."""
        return self is not FlatUse.PARKING


class OwnerKind(StrEnum):
    PERSON = "person"
    ORGANISATION = "organisation"
    DEVELOPER = "developer"
    WORK_UNIT = "work_unit"

    @property
    def name_zh(self) -> str:
        return {
            "person": "个人",
            "organisation": "单位",
            "developer": "开发商",
            "work_unit": "原产权单位",
        }[self.value]


class HouseholdState(StrEnum):
    OCCUPIED = "occupied"
    VACANT = "vacant"
    UNREACHABLE = "unreachable"

    @property
    def name_zh(self) -> str:
        return {"occupied": "有人住", "vacant": "空置", "unreachable": "联系不上"}[self.value]


class FacilityKind(StrEnum):
    LIFT = "lift"
    GATE = "gate"
    LIGHTING = "lighting"
    FIRE = "fire"
    WATER = "water"
    POWER = "power"
    WASTE = "waste"
    PARKING = "parking"
    GREEN = "green"
    SPORT = "sport"
    ROOM = "room"
    OTHER = "other"

    @property
    def name_zh(self) -> str:
        return {
            "lift": "电梯",
            "gate": "门禁",
            "lighting": "照明",
            "fire": "消防",
            "water": "供排水",
            "power": "供电",
            "waste": "环卫",
            "parking": "停车",
            "green": "绿化",
            "sport": "文体",
            "room": "公共用房",
            "other": "其他",
        }[self.value]


class ImportState(StrEnum):
    UPLOADED = "uploaded"
    CHECKING = "checking"
    #: Looked through and found wanting: nothing can be applied, the problems say what to mend.
    PROBLEMS = "problems"
    #: Looked through and sound: waits for a person to confirm.
    READY = "ready"
    CONFIRMED = "confirmed"
    APPLYING = "applying"
    APPLIED = "applied"
    FAILED = "failed"
    DISCARDED = "discarded"

    @property
    def is_over(self) -> bool:
        return self in {ImportState.PROBLEMS, ImportState.APPLIED, ImportState.FAILED, ImportState.DISCARDED}

    @property
    def is_working(self) -> bool:
        """Whether a job has, or is about to have, its hands on it."""
        return self in {
            ImportState.UPLOADED,
            ImportState.CHECKING,
            ImportState.CONFIRMED,
            ImportState.APPLYING,
        }

    @property
    def name_zh(self) -> str:
        return {
            "uploaded": "等待检查",
            "checking": "正在检查",
            "problems": "有问题要改",
            "ready": "可以导入",
            "confirmed": "等待导入",
            "applying": "正在导入",
            "applied": "已导入",
            "failed": "没有导入",
            "discarded": "已放弃",
        }[self.value]
