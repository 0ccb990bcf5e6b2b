"""The score sheet of a pilot candidate: the will of the residents, how much is renovated, the four systems, neighbours.

The rule is printed beside the score; how many points each part gives is a dated setting.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from server.kernel.errors import Invalid
from server.plans.rules.words import System

LONGEST_NOTE = 300


@dataclass(frozen=True)
class Will:
    """How many want it, of how many; handed in by whoever counted, never typed."""

    agreeing: int
    base: int
    #: Where the figures come from: "入户调查“改造意愿”（2026-03-02）".
    source: str


@dataclass(frozen=True)
class SheetFacts:
    will: Will | None
    #: How many items of each class: "B", "W", "T".
    items: Mapping[str, int]
    #: The systems that will be whole afterwards, with what they rest on.
    systems: Mapping[System, str]
    merged_neighbours: int


@dataclass(frozen=True)
class Scale:
    """How many points each part gives at most, and what is enough for all of them."""

    will: int
    items: int
    systems: int
    neighbours: int
    #: So many items give all points of their part.
    full_items: int

    @property
    def most(self) -> int:
        return self.will + self.items + self.systems + self.neighbours


@dataclass(frozen=True)
class Part:
    name: str
    points: Fraction
    most: int
    #: The figures it rests on, with their base.
    base: str


CLASSES = {"B": "基础类", "W": "完善类", "T": "提升类"}


def check_sheet(facts: SheetFacts) -> None:
    fields: dict[str, list[str]] = {}
    for system, note in facts.systems.items():
        if not note.strip() or len(note) > LONGEST_NOTE:
            fields[f"note_{system.value}"] = [
                f"写上{system.name_zh}体系靠什么建起来，最多 {LONGEST_NOTE} 个字。"
            ]
    if fields:
        raise Invalid("有几处要改一下，请看标红的地方。", fields=fields)


def scored(facts: SheetFacts, scale: Scale) -> list[Part]:
    """The parts in the order they are printed."""
    will = facts.will
    share = Fraction(will.agreeing, will.base) if will is not None and will.base else Fraction(0)
    items = sum(facts.items.values())
    named = "、".join(f"{name} {facts.items.get(code, 0)} 项" for code, name in CLASSES.items())
    systems = "、".join(one.name_zh for one in System if one in facts.systems) or "还没有"
    merged = f"和 {facts.merged_neighbours} 个相邻小区合并改造" if facts.merged_neighbours else "没有合并"
    return [
        Part("群众意愿", share * scale.will, scale.will, _will_words(will)),
        Part("改造项目全面", scale.items * min(Fraction(items, scale.full_items), Fraction(1)), scale.items, f"{named}，共 {items} 项"),
        Part("四个体系完整", Fraction(scale.systems * len(facts.systems), len(System)), scale.systems, f"{len(facts.systems)} / {len(System)}：{systems}"),
        Part("合并相邻小区", Fraction(scale.neighbours if facts.merged_neighbours else 0), scale.neighbours, merged),
    ]  # fmt: skip


def _will_words(will: Will | None) -> str:
    if will is None or not will.base:
        return "还没有调查数据，记 0 分"
    return f"{will.agreeing:,} / {will.base:,} 户同意，来自{will.source}"


def score(parts: list[Part]) -> Fraction:
    return sum((one.points for one in parts), Fraction(0))


def points_text(points: Fraction) -> str:
    """One place, cut and not rounded up: a sheet never shows more than was earned."""
    tenths = points.numerator * 10 // points.denominator
    return f"{tenths // 10}.{tenths % 10}"


def rule_text(scale: Scale) -> str:
    """The rule as it is printed under the score."""
    return (
        f"满分 {scale.most} 分。群众意愿：同意户数占回答户数的比例乘 {scale.will} 分。"
        f"改造项目：每项得这部分的 {scale.full_items} 分之一，满 {scale.full_items} 项得 {scale.items} 分。"
        f"四个体系：每个得这部分的四分之一，四个都有得 {scale.systems} 分。合并相邻小区：有就得 {scale.neighbours} 分。"
    )
