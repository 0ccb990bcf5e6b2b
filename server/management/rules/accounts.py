"""Public income (公共收益) and maintenance fund: entries in whole fen, put right by counter entries only, published regularly.

民法典 281: the maintenance fund's raising and use are published at set times. 282: income of the common parts, less
reasonable cost, is the owners'. 943: whoever manages publishes both to the owners at set times.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from server.kernel.errors import Invalid, Refused
from server.kernel.money import MOST_FEN
from server.management.rules.months import months_after


class Book(StrEnum):
    PUBLIC_INCOME = "public_income"
    MAINTENANCE_FUND = "maintenance_fund"

    @property
    def name_zh(self) -> str:
        return {"public_income": "公共收益", "maintenance_fund": "维修资金"}[self.value]

    @property
    def explained_zh(self) -> str:
        return {
            "public_income": "停车位、电梯广告、场地出租这些共有部分挣的钱，扣掉合理成本，归全体业主（民法典第 282 条）。",
            "maintenance_fund": "修共有部分用的钱，归全体业主。怎么筹、怎么用，要定期公布（民法典第 281 条）。",
        }[self.value]


class Direction(StrEnum):
    IN = "in"
    OUT = "out"

    @property
    def name_zh(self) -> str:
        return {"in": "收入", "out": "支出"}[self.value]


@dataclass(frozen=True)
class Sums:
    """What came in and went out, counter entries taken off."""

    came_in: int = 0
    went_out: int = 0

    @property
    def balance(self) -> int:
        return self.came_in - self.went_out


def sums_of(entries: Iterable[tuple[Direction, int]]) -> Sums:
    came_in = went_out = 0
    for direction, fen in entries:
        if direction is Direction.IN:
            came_in += fen
        else:
            went_out += fen
    return Sums(came_in, went_out)


def check_entry(fen: int, *, words: str, document: str, on: date, today: date) -> None:
    """Whether an entry may be added."""
    if not 0 < fen <= MOST_FEN:
        raise _wrong("amount", "金额要大于 0。记错的，在原来那一笔上点冲销。")
    if not words.strip():
        raise _wrong("words", "写上是什么钱，例如“一季度停车费”。")
    if not document.strip():
        raise _wrong("document", "写上凭证：发票号、合同编号，或者表决结果公告的编号。")
    if on > today:
        raise _wrong("happened_on", "这一天还没有到。")


def check_counter(*, is_counter: bool, is_countered: bool, reason: str) -> None:
    """Whether an entry may be taken back by its counter entry: once, whole, and for a reason."""
    if is_counter:
        raise Refused("冲销的那一笔不能再冲销。要改，重新记一笔。", code="counter_of_a_counter")
    if is_countered:
        raise Refused("这一笔已经冲销过了。", code="countered")
    if not reason.strip():
        raise _wrong("reason", "写上为什么冲销，居民会看到。")


def check_publication(
    through: date, *, last_through: date | None, newest_on: date | None, has_new: bool, today: date
) -> None:
    """Whether a book may be published up to this day. A period without an entry is published too, as such.

    All entries are published with it: up to a day before one of them (`newest_on`) the sums would not be what they say.
    """
    if through > today:
        raise _wrong("through_on", "只能公布到今天。")
    if newest_on is not None and through < newest_on:
        day = f"{newest_on.year} 年 {newest_on.month} 月 {newest_on.day} 日"
        raise _wrong("through_on", f"账上已经有 {day}的一笔，会一起公布。请填这一天或以后。")
    if last_through is not None and through < last_through:
        raise _wrong("through_on", "上次已经公布到更晚的一天。请填那天以后的日子。")
    if last_through == through and not has_new:
        raise Refused("没有新的账目，上次公布以后也没有过去一天。", code="nothing_to_publish")


def publication_due(last_through: date | None, since: date, months: int) -> date:
    """By which day a book must be published next: so many months after the last one, or after the management began."""
    return months_after(last_through or since, months)


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})
