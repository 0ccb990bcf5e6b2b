"""Names of people, communities, firms and streets: put together from lists, nobody's and nowhere's."""

from server.example.plan2020.draws import Draws

LABEL = "(示例数据)"

SURNAMES = (
    "张王李赵陈杨吴刘周徐罗胡何林梁宋唐韦龙石田冉安潘莫蒙岑覃黄卢陆班佘袁姚邓冯蒋谢穆马孔严邹熊金魏陶姜戚谭廖"
)
TWO_CHARACTERS = ("欧阳", "上官", "司马", "诸葛", "皇甫", "令狐", "慕容", "端木")
FIRST = "建国志桂秀玉春永素光丽世美德明文正兴开忠学家应朝少成大小万元仕承启廷登维昌洪先必荣宗定祖显自克怀"
SECOND = "兰富英华明珍梅贵芬荣琴昌福勇刚平静敏涛军芳燕云霞强辉林峰红群仙莲碧菊凤翠萍飞洋宇轩涵婷倩波斌松柏"
#: Characters that are rare or lie beyond the first plane: ordinary in names, hard for software.
RARE = "喆昇垚淼犇彧翀玥甯堃𪩘䶮𬱖㛃𡌪𣲗祎頔燚贇"
WITH_DOTS = ("买买提·吐尔逊", "阿依古丽·艾山", "扎西·多吉", "卓玛·央金", "巴特尔·苏和", "古丽娜尔·玉素甫")

_UNITS = (
    "矿山机械厂", "棉纺厂", "农机厂", "供销社", "粮食局", "烟草公司", "汽车运输公司", "印刷厂", "化肥厂", "水泥厂",
    "百货公司", "邮电局", "师范学校", "人民医院", "建筑公司", "食品公司", "酒厂", "电力局", "林业局", "茶厂",
    "氮肥厂", "铁合金厂", "轴承厂", "五金公司", "税务局", "水利局", "煤矿机修厂", "地质队", "糖厂", "造纸厂",
)  # fmt: skip
_HOMES = ("家属院", "宿舍", "家属区", "职工住宅楼", "生活区")
_STREETS = (
    "文化", "解放", "民主", "建设", "和平", "新华", "环城", "东门", "西门", "南门", "北门", "河滨", "桥头", "书院",
    "钟鼓", "育才", "朝阳", "花园", "山脚", "青年", "友谊", "红旗", "滨江", "大井", "柏杨", "银杏", "茶园", "石桥",
)  # fmt: skip
_ENDINGS = ("路小区", "巷小区", "街院落", "新村", "苑", "路住宅楼")
_SHOPS = ("惠民", "老街坊", "常青", "顺意", "好邻居", "万家", "永兴", "福满", "金穗", "兴隆")


def person(draws: Draws) -> str:
    """One in fifty has a surname of two characters, one in forty a rare character, one in four hundred a dot."""
    if draws.one_in(400):
        return draws.of(WITH_DOTS)
    surname = draws.of(TWO_CHARACTERS) if draws.one_in(50) else draws.of(SURNAMES)
    if draws.one_in(40):
        return surname + draws.of(RARE)
    if draws.one_in(6):
        return surname + draws.of(SECOND)
    return surname + draws.of(FIRST) + draws.of(SECOND)


def work_unit(draws: Draws, county: str) -> str:
    """The unit that once built and let the houses: "南明区棉纺厂(示例)"."""
    return f"{county}{draws.of(_UNITS)}(示例)"


def shop_firm(draws: Draws, county: str) -> str:
    return f"{county}{draws.of(_SHOPS)}商贸有限公司(示例)"


def developer(draws: Draws, county: str) -> str:
    return f"{county}{draws.of(_STREETS)}房地产开发公司(示例)"


def community(draws: Draws, number: int) -> str:
    """Half of them homes of a work unit; the number keeps two of a name apart."""
    name = draws.of(_UNITS) + draws.of(_HOMES) if draws.one_in(2) else draws.of(_STREETS) + draws.of(_ENDINGS)
    return f"{name} {number} 号{LABEL}"


def address(draws: Draws, county: str) -> str:
    return f"{county}{draws.of(_STREETS)}示例路 {draws.between(1, 300)} 号"
