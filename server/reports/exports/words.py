"""What a cell says where nothing is recorded, and how money and days are written in sheets."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from server.infra.sheets.forms import Value
from server.kernel.chinatime import china_day

NO_RECORD = "没有记录"


def said(value: Any) -> Value:
    """None is never nought: it is said."""
    if value is None:
        return NO_RECORD
    if isinstance(value, bool):
        return "有" if value else "无"
    if isinstance(value, StrEnum):
        return str(value.name_zh)  # type: ignore[attr-defined]
    if isinstance(value, date):
        return day(value)
    return value  # type: ignore[no-any-return]


def yuan(fen: int | None) -> Value:
    return NO_RECORD if fen is None else Decimal(fen).scaleb(-2)


def day(on: date) -> str:
    return f"{on.year}-{on.month:02d}-{on.day:02d}"


def filled_in(name: str, now: datetime, units: str = "") -> list[str]:
    """The line under the title: by whom, when, in what units."""
    notes = [f"填报单位：{name}", f"填报日期：{day(china_day(now))}"]
    return [*notes, f"单位：{units}"] if units else notes


SIGNED = "填表人：　　　　　　　　审核人：　　　　　　　　单位负责人：　　　　　　　　（盖章）"
