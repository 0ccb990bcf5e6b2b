"""What stands in the sheets: one list for the template, the check, the import and the export."""

from collections.abc import Sequence
from dataclasses import dataclass

from server.ledger.rules import names, numbers
from server.ledger.rules.words import (
    AreaSource,
    CommunityKind,
    Exclusion,
    FacilityKind,
    FlatUse,
    HouseholdState,
    LocationType,
    OwnerKind,
    OwnershipKind,
    Pool,
    PropertyMode,
)
from server.ledger.sheet import cells

YES_NO = ("是", "否")


@dataclass(frozen=True)
class Column:
    title: str
    #: The name of the value, as the tables call it.
    name: str
    read: cells.Reader
    hint: str = ""
    example: str = ""
    is_required: bool = False
    choices: Sequence[str] = ()
    width: int = 14


@dataclass(frozen=True)
class Sheet:
    title: str
    name: str
    about: str
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


def _place(room: bool) -> tuple[Column, ...]:
    found = (
        Column(
            "小区",
            "community",
            cells.short_text(60),
            "小区名称或编号；文件里只有一个小区时可留空。",
            "棉纺厂家属院",
            width=18,
        ),
        Column(
            "楼栋",
            "building",
            cells.place_name(names.building_name),
            "写 3、3栋、3号楼都行。",
            "3",
            True,
            width=8,
        ),
        Column(
            "单元",
            "entrance",
            cells.place_name(names.entrance_name),
            "写 2 或 2单元；不分单元就留空。",
            "2",
            width=8,
        ),
        Column("房号", "room", cells.place_name(names.room_name), "写 501 或 501室。", "501", True, width=10),
    )
    return found if room else found[:2]


def _flag(title: str, name: str, hint: str = "") -> Column:
    return Column(title, name, cells.yes_no, hint, "否", choices=YES_NO, width=10)


COMMUNITIES = Sheet(
    "小区",
    "communities",
    "每个小区一行。",
    (
        Column(
            "小区名称",
            "name",
            cells.short_text(60),
            "和门牌、产权证上的一致。",
            "棉纺厂家属院",
            True,
            width=20,
        ),
        Column("小区编号", "code", cells.short_text(40), "当地台账的编号，没有就留空。", "NM-012"),
        Column(
            "所在社区代码",
            "division",
            cells.division_code,
            "居委会的 12 位统计代码；只到街道的写 9 位。没有代码的单独报数单位写名称。",
            "520102028004",
            True,
            width=18,
        ),
        Column("地址", "address", cells.short_text(200), "", "中曹司街道九洲巷 8 号", width=30),
        Column(
            "位置",
            "location_type",
            cells.word(LocationType, {"城关镇": LocationType.COUNTY_SEAT}),
            "在城市还是县城（城关镇）。",
            "城市",
            True,
            cells.choices(LocationType),
            10,
        ),
        Column(
            "类型",
            "kind",
            cells.word(CommunityKind),
            "",
            "居住小区",
            choices=cells.choices(CommunityKind),
            width=12,
        ),
        Column("建成年份", "built_year", cells.whole(1840, 2100), "竣工验收的年份。", "1996", width=10),
        Column("竣工日期", "built_on", cells.day, "知道到哪一天才写。", "1996-09-30", width=12),
        Column(
            "年份依据", "year_evidence", cells.short_text(200), "竣工验收资料、产权证等。", "产权证", width=18
        ),
        _flag("环境条件差", "has_poor_environment"),
        _flag("配套设施不全或破损", "has_lacking_facilities"),
        _flag("缺无障碍设施", "lacks_accessibility"),
        _flag("管理机制不健全", "lacks_management"),
        _flag("宜拆除重建", "is_rebuild_suitable", "宜整体拆除重建的不纳入改造。"),
        Column(
            "排除情形",
            "exclusion",
            cells.word(Exclusion),
            "",
            "无",
            choices=cells.choices(Exclusion),
            width=16,
        ),
        Column(
            "产权性质",
            "ownership_kind",
            cells.word(OwnershipKind),
            "",
            "房改房",
            choices=cells.choices(OwnershipKind),
            width=10,
        ),
        _flag("有业主大会", "has_owners_assembly"),
        _flag("有业委会", "has_owners_committee"),
        _flag("有维修资金", "has_maintenance_fund"),
        Column(
            "物业管理方式",
            "property_mode",
            cells.word(PropertyMode),
            "",
            "无",
            choices=cells.choices(PropertyMode),
            width=12,
        ),
        Column("总建筑面积", "floor_area", cells.floor_area, "平方米，最多两位小数。", "12500.00"),
        Column(
            "项目库",
            "pool",
            cells.word(Pool),
            "新小区才填，留空就是储备一批。已有的小区到“在哪个库”里调。",
            "储备一批",
            choices=cells.choices(Pool),
            width=12,
        ),
        Column(
            "联系单位", "contact_name", cells.short_text(60), "印在通知上，写单位，不写个人。", "九洲巷居委会"
        ),
        Column("联系电话", "contact_phone", cells.short_text(40), "办公电话。", "0851-85551234", width=16),
        Column("联系地点", "contact_place", cells.short_text(120), "", "九洲巷 8 号一楼", width=20),
    ),
)

BUILDINGS = Sheet(
    "楼栋",
    "buildings",
    "每栋楼一行。房屋表里用到的楼栋和单元，先在这里写上。",
    (
        *_place(room=False),
        Column(
            "单元",
            "entrances",
            cells.entrance_list,
            "全部单元，用顿号隔开；不分单元就留空。",
            "1、2、3",
            width=18,
        ),
        Column("层数", "floors", cells.whole(1, 120), "", "7", width=8),
    ),
)

FLATS = Sheet(
    "房屋",
    "flats",
    "每个专有部分一行：住宅、商铺、有产权的车位、其他。",
    (
        *_place(room=True),
        Column("用途", "use", cells.word(FlatUse), "", "住宅", True, cells.choices(FlatUse), 8),
        Column(
            "面积",
            "area",
            cells.area,
            "建筑面积，平方米，按产权证写到两位小数；不知道就留空。",
            "67.70",
            width=10,
        ),
        Column(
            "面积来源",
            "area_source",
            cells.word(AreaSource, {"产权证": AreaSource.REGISTER, "合同": AreaSource.CONTRACT}),
            "写了面积就要写来源。估算的面积不能用来表决。",
            "不动产登记",
            choices=cells.choices(AreaSource),
            width=12,
        ),
        Column("楼层", "floor", cells.whole(-9, 120), "", "5", width=8),
    ),
)

OWNERS = Sheet(
    "业主",
    "owners",
    "每套房的每个业主一行。共有人各写一行；一人有几套房，每套写一行，证件号码或电话要一样。",
    (
        *_place(room=True),
        Column(
            "业主类型",
            "kind",
            cells.word(OwnerKind, {"公司": OwnerKind.ORGANISATION}),
            "留空就是个人。",
            "个人",
            choices=cells.choices(OwnerKind),
            width=12,
        ),
        Column("姓名或名称", "name", str, "", "欧阳·买买提", True, width=18),
        Column("电话", "phone", numbers.phone, "没有就留空。", "13800001234", width=16),
        Column(
            "证件号码",
            "id_number",
            str,
            "个人写身份证号（15 位旧号自动换成 18 位），单位写统一社会信用代码；不方便就留空。",
            "11010519491231002X",
            width=22,
        ),
        Column("共有份额", "share", cells.short_text(40), "", "1/2", width=10),
        Column(
            "共有人代表",
            "is_representative",
            cells.yes_no,
            "几个共有人里由谁投票。",
            "是",
            choices=YES_NO,
            width=10,
        ),
        Column("取得日期", "from_on", cells.day, "不知道就留空。", "2012-06-01", width=12),
        Column("转出日期", "to_on", cells.day, "房子卖了或过户了才写，新业主另写一行。", "", width=12),
    ),
)

HOUSEHOLDS = Sheet(
    "住户",
    "households",
    "只写特别的：空置、联系不上，或一套房分成几户。没写的住宅每套算一户。",
    (
        *_place(room=True),
        Column("第几户", "number", cells.whole(1, 9), "一套房只有一户就写 1 或留空。", "1", width=8),
        Column(
            "状态",
            "state",
            cells.word(HouseholdState),
            "空置和联系不上的也算一户。",
            "空置",
            choices=cells.choices(HouseholdState),
            width=12,
        ),
        Column("备注", "note", cells.short_text(200), "不写姓名和电话。", "", width=24),
    ),
)

FACILITIES = Sheet(
    "设施",
    "facilities",
    "电梯、门禁、路灯等公共设施，每个一行。",
    (
        Column("小区", "community", cells.short_text(60), "小区名称或编号。", "棉纺厂家属院", width=18),
        Column("设施编号", "code", cells.short_text(40), "小区里不重复。", "DT-1", True),
        Column("类别", "kind", cells.word(FacilityKind), "", "电梯", True, cells.choices(FacilityKind), 10),
        Column("名称", "name", cells.short_text(60), "", "3 栋电梯", True, width=18),
        Column("楼栋", "building", cells.place_name(names.building_name), "不在楼里就留空。", "3", width=8),
        Column("位置说明", "place", cells.short_text(120), "", "3 栋 2 单元一层", width=24),
    ),
)

SHEETS = (COMMUNITIES, BUILDINGS, FLATS, OWNERS, HOUSEHOLDS, FACILITIES)
