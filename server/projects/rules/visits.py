"""Appointments for work inside a flat: which times are offered, and when one may be taken, moved or let go."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from server.kernel.errors import Conflict, Invalid, Refused

#: In minutes since midnight, China time: long enough for a team, short enough to wait at home.
TIMES = ((8 * 60, 10 * 60), (10 * 60, 12 * 60), (14 * 60, 16 * 60), (16 * 60, 18 * 60), (19 * 60, 20 * 60))
MOST_SEATS = 20
LONGEST_OFFER = 31


def time_text(minutes: tuple[int, int]) -> str:
    """ "08:00–10:00"."""
    return "–".join(f"{one // 60:02d}:{one % 60:02d}" for one in minutes)


def check_offer(first: date, last: date, times: Collection[int], seats: int, today: date) -> None:
    """`times`: places in TIMES."""
    if first <= today:
        raise _wrong("from_on", "从明天起的日子才能约。")
    if last < first:
        raise _wrong("to_on", "最后一天不能早于第一天。")
    if (last - first).days >= LONGEST_OFFER:
        raise _wrong("to_on", f"一次最多排 {LONGEST_OFFER} 天。")
    if not times or any(not 0 <= one < len(TIMES) for one in times):
        raise _wrong("times", "至少选一个时段。")
    if not 1 <= seats <= MOST_SEATS:
        raise _wrong("seats", f"同一时段能去几户，填 1 到 {MOST_SEATS}。")


def offered_days(first: date, last: date, quiet: Collection[date]) -> list[date]:
    """The days of an offer; those that are quiet are left out. Refused where none is left."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    left = [day for day in days if day not in quiet]
    if not left:
        raise _wrong("from_on", "这几天都是安静日，不能进门施工。换几天。")
    return left


def check_booking(
    *, is_begun: bool, is_closed: bool, is_of_this_place: bool, taken: Sequence[int], seats: int
) -> int:
    """The seat that is given. `taken`: the seats that others hold."""
    if not is_of_this_place:
        raise Refused("这个时段是给别的楼栋、单元的。换一个时段。", code="slot_elsewhere")
    if is_closed:
        raise Conflict("这个时段取消了。换一个时段。", code="slot_closed")
    if is_begun:
        raise Conflict("这个时段已经开始了。换一个时段。", code="slot_begun")
    free = [one for one in range(1, seats + 1) if one not in taken]
    if not free:
        raise Conflict("这个时段刚刚约满了。换一个时段。", code="slot_full")
    return free[0]


def check_letting_go(*, is_begun: bool, is_ended: bool) -> None:
    if is_ended:
        raise Conflict("这个预约已经取消了。", code="visit_ended")
    if is_begun:
        raise Conflict("已经到时间了，不能再改。有事打电话给居委会。", code="slot_begun")


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})
