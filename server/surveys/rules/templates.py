"""Three questionnaires to start from, in plain words. Whoever drafts a survey may change every one of them.

Their parts are those of the household survey of the programme. Nothing that the household's slip knows is
asked again: not the room, not whether an owner answers. Only what must be known is required.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from server.surveys.rules.definition import Option

Json = dict[str, Any]


@dataclass(frozen=True)
class Template:
    """`description` says in one sentence what it is for."""

    key: str
    name: str
    description: str


WILLINGNESS = Template(
    "willingness",
    "改造意愿入户调查",
    "改造之前用：问每户同不同意改、想改什么、愿意出多少。十来分钟填完。",
)
NEEDS = Template(
    "needs",
    "需求摸底",
    "还没定要不要改的时候用：问家里和小区缺什么、哪样先做。五分钟填完。",
)
SATISFACTION = Template(
    "satisfaction",
    "满意度",
    "改造完工以后用：问改得好不好、哪里还要返修。五分钟填完。",
)
TEMPLATES = (WILLINGNESS, NEEDS, SATISFACTION)


def template(key: str, items: Sequence[Option] = ()) -> Json:
    """The definition of a template, with the catalogue's items written into it. Raises KeyError for one there is not.

    Where no catalogue is in force there is nothing to want, and the question is left out.
    """
    return _DEFINITIONS[key](items)


# ------------------------------------------------------------------ their sections


def _willingness(items: Sequence[Option]) -> Json:
    sections = [
        _section("home", "一、你家的情况", _YEARS, _PEOPLE, _AGE, _WALKING),
        _section("now", "二、小区现在怎么样", _PROBLEMS, _SATISFIED),
        _section("wishes", "三、改造意愿", _AGREE, *_items_wanted(items), _LIFT),
        _section("money", "四、出钱和物业", _CONTRIBUTION, _PROPERTY, _FEE, _UNLAWFUL, _FUND),
        _section("part", "五、一起来做", _JOIN, _SUGGESTION),
    ]
    return {
        "sections": sections,
        "thanks": "谢谢你。截止以后，调查结果会贴在楼下公示，不会出现你的名字和房号。",
    }


def _needs(items: Sequence[Option]) -> Json:
    sections = [
        _section("home", "一、你家的情况", _PEOPLE, _CARS),
        _section("lacking", "二、缺什么", _PROBLEMS, _PICTURES, _SERVICES),
        _section("first", "三、先做什么", _FIRST, *_items_wanted(items), _SUGGESTION),
    ]
    return {"sections": sections, "thanks": "谢谢你。你说的都会记下来，汇总以后贴在楼下。"}


def _satisfaction(_items: Sequence[Option]) -> Json:
    sections = [
        _section("whole", "一、总的来说", _OVERALL),
        _section("works", "二、施工", *_WORKS),
        _section("after", "三、改完以后", _REPAIRS, _REPAIR_PICTURES, _MANAGEMENT, _PAYS_FEE, _SUGGESTION),
    ]
    return {"sections": sections, "thanks": "谢谢你。说了要返修的，居委会会转给施工单位，并告诉你结果。"}


_DEFINITIONS: dict[str, Callable[[Sequence[Option]], Json]] = {
    WILLINGNESS.key: _willingness,
    NEEDS.key: _needs,
    SATISFACTION.key: _satisfaction,
}


def _section(key: str, title: str, *questions: Json) -> Json:
    return {"key": key, "title": title, "questions": list(questions)}


def _question(key: str, kind: str, title: str, *options: tuple[str, str], **facts: Any) -> Json:
    found = {"key": key, "kind": kind, "title": title, **facts}
    return {**found, "options": _options(*options)} if options else found


def _options(*pairs: tuple[str, str]) -> list[Json]:
    return [{"value": value, "title": title} for value, title in pairs]


def _items_wanted(items: Sequence[Option]) -> list[Json]:
    if not items:
        return []
    wanted = _question(
        "items",
        "items",
        "你想改造哪些？",
        help="想要的都可以勾。再从里面挑最要紧的，最多三项。",
        at_most=min(3, len(items)),
    )
    options = [
        {"value": one.value, "title": one.title, "help": one.help, "picture": one.picture} for one in items
    ]
    return [{**wanted, "options": options}]


def _alone(value: str, title: str) -> Json:
    """Who ticks this option ticks no other."""
    tree = [
        "or",
        ["call", "not", ["call", "selected", ["self"], ["str", value]]],
        ["=", ["call", "count-selected", ["self"]], ["num", "1"]],
    ]
    return {"constraint": tree, "constraint_message": f"选了“{title}”，就不要再选别的。"}


# ------------------------------------------------------------------ the questions


_YEARS = _question(
    "years", "one", "在这里住了多久？",
    ("under3", "不到 3 年"), ("from3", "3 到 9 年"), ("from10", "10 到 19 年"), ("from20", "20 年以上"),
)  # fmt: skip
_PEOPLE = _question(
    "people", "number", "家里常住几口人？", least="1", most="20", unit="人", help="算上老人和孩子。"
)
_AGE = _question(
    "age", "one", "你的年龄段",
    ("under40", "不到 40 岁"), ("from40", "40 到 59 岁"), ("from60", "60 到 79 岁"), ("from80", "80 岁以上"),
    sensitive="age", why="想知道老人多不多，好决定加装电梯、扶手这些要不要先做。只看总数。",
)  # fmt: skip
_WALKING = _question(
    "walking", "many", "家里有没有行动不方便的人？",
    ("wheelchair", "坐轮椅"), ("support", "走路要扶、要拄拐"), ("sight", "看不清"), ("hearing", "听不清"),
    ("none", "没有"), **_alone("none", "没有"),
    sensitive="disability", why="方案里好留出坡道、扶手和提示音。只看总数。",
)  # fmt: skip
_PROBLEMS = _question(
    "problems", "many", "小区里哪些事最让你头疼？",
    ("roof", "屋顶、外墙漏水或掉皮"), ("stairs", "楼梯、楼道破旧"), ("water", "水管老化，下水不通"),
    ("power", "电线老化，常跳闸"), ("gas", "没有管道气，或者管子老了"), ("road", "路面坏了，下雨积水"),
    ("lift", "没有电梯，上下楼难"), ("parking", "停车难，车乱停"), ("waste", "垃圾多，不干净"),
    ("dark", "晚上太暗，不安全"), ("fire", "消防通道堵着"), ("unlawful", "乱搭乱建"),
    ("places", "没有坐的、活动的地方"), ("nobody", "没人管，有事找不到人"),
    other=True, at_most=5, help="最多选五项。",
)  # fmt: skip
_SATISFIED = _question(
    "satisfied",
    "scale",
    "你对小区现在满意吗？",
    least="1",
    most="5",
    low="很不满意",
    high="很满意",
    unit="分",
)
_AGREE = _question(
    "agree", "stance", "你同意改造这个小区吗？", is_consent=True, required=True,
    help="这只是征求意见，不是投票。真要动工，还要另外表决。",
)  # fmt: skip
_LIFT = _question(
    "lift", "one", "你这个单元要不要加装电梯？",
    ("much", "很需要"), ("some", "需要"), ("either", "有没有都行"), ("little", "不太需要"), ("not", "不需要"),
    ("has", "已经有电梯"),
)  # fmt: skip
_CONTRIBUTION = _question(
    "contribution", "contribution", "为了改造，你家愿意出多少？",
    ("none", "不出"), ("to500", "500 元以内"), ("to2000", "501 到 2000 元"), ("to5000", "2001 到 5000 元"),
    ("over5000", "超过 5000 元"), ("later", "看了方案再说"),
    ways=_options(
        ("cash", "直接出钱"), ("fund", "用住宅维修资金"), ("income", "用小区的公共收益"), ("labour", "出力"),
        ("space", "让出地方"),
    ),
    help="不出也可以，不影响你提意见和投票。这里写的不算承诺。",
)  # fmt: skip
_PROPERTY = _question("property", "stance", "改造以后，请物业公司来管，你同意吗？", is_consent=True)
_FEE = _question(
    "fee", "one", "物业费每月每平方米多少，你能接受？",
    ("to30", "0.3 元以内"), ("to50", "0.31 到 0.5 元"), ("to80", "0.51 到 0.8 元"), ("to120", "0.81 到 1.2 元"),
    ("over120", "超过 1.2 元也行"), ("none", "不想交"),
    show_if=["!=", ["ref", "property"], ["str", "disagree"]], help="70 平方米的房子，0.5 元就是每月 35 元。",
)  # fmt: skip
_UNLAWFUL = _question(
    "unlawful", "one", "你家要是有违章搭建，愿意拆掉吗？",
    ("nothing", "我家没有"), ("willing", "愿意"), ("depends", "看怎么拆"), ("unwilling", "不愿意"),
    is_public=False, help="只用来安排施工，不公布。",
)  # fmt: skip
_FUND = _question("fund", "stance", "大家一起补交住宅维修资金，以后修房子用，你同意吗？", is_consent=True)
_JOIN = _question(
    "join", "many", "你愿意一起做点什么？",
    ("speak", "当楼栋代表，替大家说话"), ("watch", "看着施工，盯质量"), ("help", "当志愿者"),
    ("discuss", "来议事会坐坐"), ("not", "都不方便"), **_alone("not", "都不方便"),
    help="勾了的，居委会会到你家来找你。",
)  # fmt: skip
_SUGGESTION = _question(
    "suggestion",
    "long_text",
    "还有什么想说的？",
    longest=1000,
    is_public=False,
    help="想到什么写什么。不写也行。",
)
_CARS = _question("cars", "number", "家里有几辆汽车？", least="0", most="10", unit="辆", help="没有就填 0。")
_PICTURES = _question("pictures", "photo", "哪里坏了，拍给我们看看", help="最多十张。不拍也行。")
_SERVICES = _question(
    "services", "many", "家门口最缺哪些服务？",
    ("meals", "老人吃饭的食堂"), ("care", "白天照看老人"), ("children", "带小孩、放学托管"), ("clinic", "看病拿药"),
    ("shop", "买菜买日用品"), ("parcels", "取快递"), ("repairs", "修家电、修水管"), ("hall", "活动室"),
    other=True, at_most=3, help="最多选三项。",
)  # fmt: skip
_FIRST = _question(
    "first", "ranking", "这几样，哪样先做？",
    ("safe", "安全：消防、照明、老旧管线"), ("easy", "出行：路、坡道、电梯"), ("clean", "干净：垃圾、下水、楼道"),
    ("cars", "停车"), ("care", "照看老人和孩子"),
    help="最要紧的排第 1。",
)  # fmt: skip
_MARKS = (("good", "满意"), ("fair", "基本满意"), ("bad", "不满意"))
_OVERALL = _question("overall", "one", "这次改造，你总的来说满意吗？", *_MARKS, required=True)
_WORKS = (
    _question("quality", "one", "施工质量", *_MARKS),
    _question("trouble", "one", "施工时的吵闹、灰尘和出行", *_MARKS),
    _question("pace", "one", "工期快慢", *_MARKS),
    _question("openness", "one", "有没有把事情讲清楚：方案、花钱、进度", *_MARKS),
    _question("heard", "one", "大家提的意见有没有听进去", *_MARKS),
)
_REPAIRS = _question(
    "repairs", "many", "哪里还要返修？",
    ("roof", "屋顶、外墙"), ("stairs", "楼梯、楼道"), ("pipes", "水管、下水"), ("power", "电线、电表"),
    ("road", "路面、积水"), ("light", "照明"), ("green", "绿化"), ("none", "都好，不用"),
    other=True, **_alone("none", "都好，不用"),
)  # fmt: skip
_REPAIR_PICTURES = _question(
    "repair_pictures", "photo", "要返修的地方，拍给我们看看", help="最多十张。不拍也行。",
    show_if=["and", ["!=", ["ref", "repairs"], ["str", ""]],
             ["call", "not", ["call", "selected", ["ref", "repairs"], ["str", "none"]]]],
)  # fmt: skip
_MANAGEMENT = _question("management", "one", "现在的物业管理", *_MARKS, ("nobody", "还没有人管"))
_PAYS_FEE = _question(
    "pays_fee", "one", "你愿意按时交物业费吗？",
    ("yes", "愿意"), ("better", "管好了就愿意"), ("no", "不愿意"),
)  # fmt: skip
