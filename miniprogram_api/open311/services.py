"""The services: the categories of tickets, as GeoReport lists them, and the one thing that is asked beside the place."""

from typing import Any

from server.kernel.errors import Invalid, NotFound
from server.tickets.rules.words import Category

_PIPES, _BUILDING, _OUTSIDE, _SAFETY, _LIFE = "水电气", "房屋和电梯", "道路和环境", "安全", "邻里和物业"

#: By category: what it is about, words people use for it, its group.
_TOLD: dict[Category, tuple[str, str, str]] = {
    Category.WATER: ("公共水管、下水道漏水或堵塞，停水。", "水管, 漏水, 下水道, 堵塞, 停水", _PIPES),
    Category.POWER: ("楼道灯、路灯不亮，公共线路有问题，停电。", "路灯, 楼道灯, 停电, 电线", _PIPES),
    Category.GAS: ("闻到燃气味，管道有问题。有危险先打燃气公司电话和 119。", "燃气, 煤气, 泄漏", _PIPES),
    Category.LIFT: ("电梯停了、异响、关人。关人先打电梯里的救援电话。", "电梯, 困人, 异响", _BUILDING),
    Category.LEAK: ("屋面、外墙漏雨，墙皮脱落。", "屋顶, 外墙, 渗水, 漏雨, 脱落", _BUILDING),
    Category.ROAD: ("路面坏了、积水，停车乱、占道。", "路面, 积水, 停车, 井盖", _OUTSIDE),
    Category.FIRE: ("消防设施坏了、通道堵了。着火先打 119。", "消防, 灭火器, 消防通道, 消火栓", _SAFETY),
    Category.SECURITY: ("门禁、监控、围墙坏了。", "门禁, 监控, 大门, 围墙", _SAFETY),
    Category.GREEN: ("树枝挡路、枯死，绿地被占。", "树, 绿化, 草地, 修剪", _OUTSIDE),
    Category.WASTE: ("垃圾没收走、乱倒，有异味。", "垃圾, 垃圾桶, 异味, 清扫", _OUTSIDE),
    Category.NOISE: ("施工、商铺、邻居吵闹。", "噪声, 扰民, 施工", _LIFE),
    Category.STRUCTURE: ("违法搭建，占用公共地方。", "违建, 占道, 搭建", _LIFE),
    Category.SERVICE: ("物业人员的态度、不办事。", "物业, 态度, 投诉", _LIFE),
    Category.FEE: ("收费不清楚、不合理。", "物业费, 停车费, 收费", _LIFE),
    Category.WORKS: ("改造做过的地方出了问题。", "改造, 施工质量, 保修", _BUILDING),
    Category.OTHER: ("上面都不是。", "其他", _LIFE),
}


def _listed(category: Category) -> dict[str, Any]:
    description, keywords, group = _TOLD[category]
    return {
        "service_code": category.value,
        "service_name": category.name_zh,
        "description": description,
        "metadata": bool(attributes_of(category)),
        "type": "realtime",
        "keywords": keywords,
        "group": group,
    }


def attributes_of(category: Category) -> list[dict[str, Any]]:
    """Nothing must be answered beside the place: whoever stands before a burst pipe has other things to do."""
    if category is not Category.WORKS:
        return []
    return [
        {
            "variable": True,
            "code": "item",
            "datatype": "string",
            "required": False,
            "datatype_description": "一句话，例如“新换的雨水管”",
            "order": 1,
            "description": "改造做的哪一样出了问题？",
        }
    ]


SERVICES = [_listed(category) for category in Category]


def category_of(code: str | None) -> Category:
    """Raises Invalid where none is named, NotFound where there is no such one."""
    if not code:
        raise Invalid("没有 service_code。可以用的都列在 services 里。")
    try:
        return Category(code)
    except ValueError:
        raise NotFound(f"没有这个 service_code：{code[:40]}。可以用的都列在 services 里。") from None
