"""From a cell to a value: each reader gives the value, or raises Wrong with what is wrong and how to mend it."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from server.infra.sheets import FORMULA, FORMULA_ERROR, Cell
from server.kernel.signs import has_unseen
from server.ledger.rules import names, numbers
from server.ledger.rules.numbers import Wrong

Reader = Callable[[str], Any]
#: A spreadsheet keeps 15 digits of a number; what is longer has lost its end.
EXACT_DIGITS = 15
FIRST_YEAR, LAST_YEAR = 1840, 2100
YES = {"是", "有", "对", "y", "yes", "1", "true", "√", "✓"}
NO = {"否", "无", "没有", "不是", "n", "no", "0", "false", "×"}


class Named(Protocol):
    @property
    def name_zh(self) -> str: ...


W = TypeVar("W", bound=StrEnum)


def text_of(cell: Cell) -> str:
    """What a person sees in the cell. A formula or an error value is no value."""
    if cell is None:
        return ""
    if cell is FORMULA:
        raise Wrong("这一格是公式", "请复制这一列，再“选择性粘贴 → 数值”")
    if cell is FORMULA_ERROR:
        raise Wrong("这一格是错误值", "请改成真实内容，或清空")
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, int | float):
        return _number_text(cell)
    text = str(cell).strip()
    if text.startswith("=") and len(text) > 1:
        raise Wrong("这一格是公式", "请复制这一列，再“选择性粘贴 → 数值”")
    return text


def _number_text(number: int | float) -> str:
    whole = int(number)
    if len(str(abs(whole))) > EXACT_DIGITS:
        raise Wrong("长号码被存成了数字，末尾几位已经变成 0", "请把这一列设成“文本”格式，再重新录入号码")
    return str(whole) if whole == number else str(number)


def short_text(longest: int) -> Reader:
    def read(text: str) -> str:
        value = names.plain(text)
        if len(value) > longest:
            raise Wrong(f"超过 {longest} 个字", "请写短一些")
        return _seen(value)

    return read


def place_name(named: Callable[[str], str]) -> Reader:
    def read(text: str) -> str:
        value = named(text)
        if len(value) > names.LONGEST_NAME:
            raise Wrong(f"名称超过 {names.LONGEST_NAME} 个字", "请只写编号或简称，例如 3、2、501")
        return _seen(value)

    return read


def _seen(text: str) -> str:
    if has_unseen(text):
        raise Wrong("有显示不出来的字符", "请重新录入这一格")
    return text


def entrance_list(text: str) -> list[str]:
    """ "1、2、3" -> the names of a building's entrances."""
    parts = [names.entrance_name(part) for part in re.split(r"[、，,；;\s]+", text.strip()) if part]
    if len(set(parts)) != len(parts):
        raise Wrong("单元写重了", "每个单元只写一次，用顿号隔开")
    if any(len(part) > names.LONGEST_NAME for part in parts):
        raise Wrong("单元名称太长", "请只写编号，用顿号隔开，例如 1、2、3")
    return [_seen(part) for part in parts]


def word(words: type[W], also: dict[str, W] | None = None) -> Reader:
    known: dict[str, W] = {_zh(one): one for one in words} | (also or {})

    def read(text: str) -> W:
        plain = names.plain(text)
        if plain not in known:
            raise Wrong("不是列表里的词", f"请从这些里选：{'、'.join(_zh(one) for one in words)}")
        return known[plain]

    return read


def choices(words: type[W]) -> tuple[str, ...]:
    return tuple(_zh(one) for one in words)


def _zh(one: Any) -> str:
    named: Named = one
    return named.name_zh


def yes_no(text: str) -> bool:
    plain = names.plain(text).lower()
    if plain in YES:
        return True
    if plain in NO:
        return False
    raise Wrong("要写“是”或“否”", "请改成是或否；不清楚就留空")


def whole(least: int, most: int) -> Reader:
    def read(text: str) -> int:
        plain = re.sub(r"(?:层|楼|户|年)$", "", names.plain(text))
        if not re.fullmatch(r"-?\d{1,9}", plain):
            raise Wrong("要写整数", f"请写 {least} 到 {most} 之间的整数")
        if not least <= int(plain) <= most:
            raise Wrong("数字超出范围", f"请写 {least} 到 {most} 之间的整数")
        return int(plain)

    return read


#: With both signs between, or as eight figures: of "2000-12" or "200112" nobody can say which day is meant.
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{4})(\d{2})(\d{2})")


def day(text: str) -> date:
    found = _DAY.fullmatch(names.plain(text).replace(" ", ""))
    try:
        if found:
            value = date(*(int(part) for part in found.groups() if part is not None))
            if FIRST_YEAR <= value.year <= LAST_YEAR:
                return value
    except ValueError:
        pass
    raise Wrong("日期不对", "请写成 2001-05-06 这样；不知道就留空")


def area(text: str) -> Decimal:
    return numbers.area(text)


def floor_area(text: str) -> Decimal:
    return numbers.floor_area(text)


def division_code(text: str) -> str:
    """A code of 2 to 12 digits, or the name of a division that has no code."""
    plain = names.plain(text)
    return re.sub(r"\s", "", plain) if re.fullmatch(r"[\d\s]+", plain) else plain
