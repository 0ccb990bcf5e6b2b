"""The rates of what comes after the works: who manages, how tickets were seen to, what was given, what people think.

Of tickets and of answers the sums are added over communities, never the rates.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from server.kernel.chinatime import end_of, start_of
from server.reports.rules.facts import Facts, Ratio
from server.reports.rules.figuring import Least, Measure, households_with, is_all, pair


def ticket_span(days: int, today: date) -> tuple[datetime, datetime]:
    """From when to before when tickets ended that count: those of so many days, today being the last."""
    return start_of(today - timedelta(days=days - 1)), end_of(today)


def _covered(row: Facts) -> Ratio | None:
    if row.is_covered is None:
        return None
    return Ratio(row.households if row.is_covered else 0, row.households)


def _on_time(row: Facts) -> Ratio | None:
    """What is open and late counts against it: nobody gets better by leaving things lie."""
    if row.tickets_ended is None:
        return None
    return Ratio(row.tickets_on_time or 0, row.tickets_ended + (row.tickets_overdue or 0))


def _reopened(row: Facts) -> Ratio | None:
    if row.tickets_ended is None:
        return None
    return Ratio(row.tickets_reopened or 0, row.tickets_ended + (row.tickets_open or 0))


def _is_every_one_on_time(row: Facts, _least: Least) -> bool:
    """Also where none ended and none is late: nothing was kept waiting."""
    found = _on_time(row)
    return found is not None and found.part >= found.base


def _is_mostly_confirmed(row: Facts, _least: Least) -> bool:
    return 2 * (row.tickets_confirmed or 0) > (row.tickets_ended or 0)


def _none_of(name: str) -> Callable[[Facts, Least], bool]:
    return lambda row, _least: not getattr(row, name)


def _is_enough(row: Facts, least: Least) -> bool:
    return not least.opinions.lacking(row.judged_answered or 0, row.judged_households or 0)


def _is_mostly_satisfied(row: Facts, least: Least) -> bool:
    marked = row.judged_marked or 0
    is_told = not least.opinions.lacking(marked, row.judged_households or 0)
    return is_told and 2 * (row.judged_satisfied or 0) > marked


NO_TICKETS, NEVER_JUDGED = "没有报修记录", "没有评完过"
_confirmed, _unconfirmed = (
    pair("tickets_confirmed", "tickets_ended"),
    pair("tickets_unconfirmed", "tickets_ended"),
)
_given, _used, _hours = (
    pair("given", "pledged"),
    pair("given_used", "given"),
    pair("hours_given", "hours_pledged"),
)
_tickets, _judged = households_with("tickets_ended"), households_with("judged_on")

AFTER: tuple[Measure, ...] = (
    Measure(
        "covered", "完工后有人管", "户", "今天有管理方式在期内的小区里的户，占完工小区里的户。昨天到期的不算。", "今天有人管", "没有完工",
        _covered, lambda row, _least: bool(row.is_covered), households_with("is_covered"),
    ),
    Measure(
        "tickets_on_time", "报修按时办结", "件", "统计期内按时办结的，占统计期内办结的加上超时还没办完的。", "件件按时", NO_TICKETS,
        _on_time, _is_every_one_on_time, _tickets,
    ),
    Measure(
        "tickets_confirmed", "居民确认解决", "件", "居民确认解决的，占统计期内办结的。没有人答复的、不予办理的、部分解决的，都不算确认。", "过半由居民确认", NO_TICKETS,
        _confirmed, _is_mostly_confirmed, _tickets,
    ),
    Measure(
        "tickets_unconfirmed", "未确认结束", "件", "问了两次没有人答复的，占统计期内办结的。不算居民确认，单独数。", "没有这样的", NO_TICKETS,
        _unconfirmed, _none_of("tickets_unconfirmed"), _tickets, is_low_good=True,
    ),
    Measure(
        "tickets_reopened", "重新打开", "件", "居民说没解决、重新打开过的，占统计期内办结的加上还在办的。", "没有重新打开的", NO_TICKETS,
        _reopened, _none_of("tickets_reopened"), _tickets, is_low_good=True,
    ),
    Measure(
        "given", "居民自愿出钱", "元", "收到并确认的，占居民说好要出的。不在项目资金里，单独记。", "都给了", "没有人说要出钱",
        _given, is_all("given", "pledged"), households_with("pledged"),
    ),
    Measure(
        "given_used", "自愿出的钱用掉", "元", "用掉并确认的，占收到并确认的。", "都用掉", "没有人说要出钱",
        _used, is_all("given_used", "given"), households_with("pledged"),
    ),
    Measure(
        "hours_given", "居民自愿出力", "小时", "出了并确认的，占居民说好要出的。", "都出了", "没有人说要出力",
        _hours, is_all("hours_given", "hours_pledged"), households_with("hours_pledged"),
    ),
    Measure(
        "judged", "改造后评了的户", "户", "评了的户，占该评的户（最近一次评完的评价）。", "评的户够多", NEVER_JUDGED,
        pair("judged_answered", "judged_households"), _is_enough, _judged,
    ),
    Measure(
        "satisfied", "改造后满意度", "户", "满意和基本满意的户，占答了总体评价的户（最近一次评完的评价）。答的户够多才写比例，后面是 95% 的区间。", "答得够多，而且过半满意", NEVER_JUDGED,
        pair("judged_satisfied", "judged_marked"), _is_mostly_satisfied, lambda row: row.judged_marked or 0,
        asked=lambda row: row.judged_households or 0,
    ),
)  # fmt: skip
