"""Moves between the pools: one at a time, each with its day and reason."""

from datetime import date

from server.kernel.errors import Conflict, Invalid, Refused
from server.ledger.rules.words import Pool

LONGEST_REASON = 300
#: As much of a file's name as an import keeps.
MOST_OF_NAME = 200
#: Why a community that was entered by hand stands where it does.
BY_HAND = "在后台新建小区时列入。"
#: And one that was entered before moves were logged.
AS_WRITTEN = "按台账里记的库列入。"


def check_move(
    current: Pool | None,
    to_pool: Pool,
    *,
    moved_on: date,
    last_moved_on: date | None,
    today: date,
    reason: str,
    is_excluded: bool,
) -> None:
    """`current` is where the community stands now; None where it stands in no pool yet."""
    if current is to_pool:
        raise Conflict(f"这个小区已经在{to_pool.store_zh}。")
    if is_excluded and to_pool is not Pool.RESERVE:
        raise Refused(
            "这个小区不在改造范围内，不能进谋划库或实施库。看小区资料里的“能不能改造”。", code="not_eligible"
        )
    if moved_on > today:
        raise _wrong("moved_on", "调库的日期不能晚于今天。")
    if last_moved_on is not None and moved_on < last_moved_on:
        raise _wrong("moved_on", f"不能早于上一次调库的日期（{_day(last_moved_on)}）。")
    check_reason(reason)


def by_sheet(filename: str) -> str:
    """Why a community that a sheet brought stands where it does."""
    return f"按台账表“{filename[-MOST_OF_NAME:]}”列入。"


def check_reason(reason: str) -> None:
    if not reason.strip():
        raise _wrong("reason", "写上为什么。")
    if len(reason.strip()) > LONGEST_REASON:
        raise _wrong("reason", f"最多 {LONGEST_REASON} 个字。")


def _day(day: date) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})
