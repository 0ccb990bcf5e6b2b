"""What an item of a list says, and what it must say to be one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from server.catalogue.rules.payers import Payers
from server.catalogue.rules.words import CostUnit, ItemClass, ItemPlace, SplitBy, SubsidyKey
from server.kernel.errors import Invalid, Reason
from server.kernel.matters import Matter
from server.kernel.parts import Part
from server.kernel.places import ScopeKind

#: "B02", "B02Z", "W02": the class's letter is not read from it.
CODE = re.compile(r"[A-Z][0-9]{2}[A-Z]?")
#: A hundred million yuan for one unit is a slip of the hand.
MOST_UNIT_COST = 100_000_000 * 100
MOST_ITEMS = 200


@dataclass(frozen=True)
class ItemText:
    """One content of renovation as its list words it."""

    code: str
    item_class: ItemClass
    name: str
    description: str
    lead_department: str
    matter: Matter | None = None
    subsidy_key: SubsidyKey | None = None
    #: What the contractor answers for it as, once it is done.
    part: Part = Part.OTHER
    default_scope: ScopeKind = ScopeKind.COMMUNITY
    place: ItemPlace = ItemPlace.INSIDE
    #: The price: what it is for, how much of it in fen, and who pays which share. All of it, or nothing yet.
    unit: CostUnit | None = None
    unit_cost: int | None = None
    payers: Payers | None = None
    split_by: SplitBy = SplitBy.AREA
    note: str = ""


def check_item(text: ItemText) -> None:
    fields = _wrong_words(text) | _wrong_price(text)
    if fields:
        raise Invalid("有几处要改一下，请看标红的地方。", fields=fields)


def _wrong_words(text: ItemText) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    if not CODE.fullmatch(text.code):
        wrong["code"] = ["编号是一个大写字母加两位数字，例如 B15；需要时末尾再加一个字母。"]
    for field, value, sentence in (
        ("name", text.name, "写上这样内容叫什么。"),
        ("description", text.description, "用一两句短话写给居民：做什么，对他意味着什么。"),
        ("lead_department", text.lead_department, "写上牵头部门。"),
    ):
        if not value.strip():
            wrong[field] = [sentence]
    if text.subsidy_key is SubsidyKey.ELEVATOR and text.matter is not Matter.REBUILD:
        wrong["matter"] = [
            "加装电梯是改建，按民法典第 278 条第（七）项表决。修旧电梯不算加装，补助里选“不算”。"
        ]
    return wrong


def _wrong_price(text: ItemText) -> dict[str, list[str]]:
    given = {"unit": text.unit, "unit_cost": text.unit_cost, "owners_share": text.payers}
    missing = [field for field, value in given.items() if value is None]
    if 0 < len(missing) < len(given):
        return {field: ["单位、单价、谁出多少，三样要么都填，要么都不填。"] for field in missing}
    if text.unit is None or text.unit_cost is None:
        return {}
    if not 0 <= text.unit_cost <= MOST_UNIT_COST:
        return {"unit_cost": ["单价填 0 到 1 亿元，最多两位小数。"]}
    if not text.unit.fits(text.default_scope):
        return {
            "unit": [f"“{text.default_scope.name_zh}”做的，不能{text.unit.name_zh}算钱。换一个更小的单位。"]
        }
    return {}


def lacking(codes: Sequence[str]) -> list[Reason]:
    """What keeps a list from being consented to or put in force."""
    return [] if codes else [Reason("no_items", "清单里还一样内容都没有。")]


def unpriced_zh(names: Sequence[str]) -> str:
    """Said beside a list, and not in its way: whoever puts a package together cannot count these."""
    if not names:
        return ""
    shown = "、".join(names[:5])
    more = f"等 {len(names)} 样" if len(names) > 5 else ""
    return f"{shown}{more}还没有单价。居民配方案时算不出这些要多少钱。"


def read_yuan(field: str, text: str) -> int | None:
    """What a person typed in yuan, as fen; None where nothing was."""
    typed = text.replace(",", "").replace("，", "").strip()
    if not typed:
        return None
    if not re.fullmatch(r"\d{1,10}(\.\d{1,2})?", typed):
        sentence = "填多少元，最多两位小数，例如 350 或 12.50。"
        raise Invalid(sentence, fields={field: [sentence]})
    whole, _, rest = typed.partition(".")
    return int(whole) * 100 + int(rest.ljust(2, "0") or 0)
