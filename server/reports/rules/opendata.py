"""Open data by community: what anyone may take, each field explained; counts of households go through disclosure."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date
from decimal import Decimal

from server.kernel.disclosure import HIDDEN_ZH, Line, Question, ShownLine, publish
from server.reports.rules.facts import Facts
from server.reports.rules.told import TicketsTold, tickets_told

TICKET_FIELDS = len(fields(TicketsTold))


@dataclass(frozen=True)
class Field:
    name: str
    title_zh: str
    kind_zh: str
    explanation_zh: str


_HIDING = f"少的数，还有能推出它们的数，写“{HIDDEN_ZH}”。空着是没有报修记录。"

FIELDS: tuple[Field, ...] = (
    Field("prefecture", "市（州）", "文字", "小区所在的市（州）。"),
    Field("county", "县（市、区）", "文字", "小区所在的县（市、区）。"),
    Field("street", "街道（乡镇）", "文字", "小区所在的街道或乡镇。"),
    Field("community", "小区", "文字", "小区的名称。"),
    Field("households", "户数", "整数", "台账登记的户，空置和联系不上的也算。"),
    Field("buildings", "楼栋数", "整数", "台账登记的楼栋。"),
    Field("plan_year", "计划年度", "年份", "最近一次列入正式计划的年度；空着是没有记录。"),
    Field("surveyed_on", "调查截止日", "日期", "公示了结果的全小区入户调查截止的日子；空着是没有公示过。"),
    Field(
        "survey_published_on",
        "调查公示日",
        "日期",
        "调查结果公示的日子。后面两个数是公示那天的，公示以后不再变。",
    ),
    Field(
        "answered",
        "答了的户",
        "整数",
        f"公示时答了的户。少的数，还有能推出它们的数，写“{HIDDEN_ZH}”。",
    ),
    Field(
        "agreed",
        "同意改造的户",
        "整数",
        f"公示时同意改造的户。少的数，还有能推出它们的数，写“{HIDDEN_ZH}”。",
    ),
    Field(
        "survey_version",
        "第几次公示",
        "整数",
        "同一次调查的结果第几次公示。撤下重新公示的，和上一次只差几户的数不写，免得认出是哪一家。",
    ),
    Field("survey_changed_why", "为什么重新公示", "文字", "上一次公示撤下的原因；空着是没有重新公示过。"),
    Field("voted_on", "表决截止日", "日期", "最近一次计过票的表决截止的日子；空着是没有。"),
    Field("roll_heads", "有投票权的业主", "整数", "那次表决的全体业主人数，依法公布。"),
    Field("heads", "参与投票的业主", "整数", "那次表决参与的业主人数，依法公布。"),
    Field("decided_on", "决定签发日", "日期", "最近一份改造决定签发的日子；空着是没有。"),
    Field("started_on", "开工日", "日期", "经确认的开工日；空着是没有记录。"),
    Field("finished_on", "完工日", "日期", "经确认的竣工日；空着是没有记录。"),
    Field(
        "is_managed_today",
        "今天有人管",
        "是、否",
        "完工的小区，今天有没有管理方式在期内；昨天到期的不算。空着是没有完工。",
    ),
    Field("funds_received", "到位的资金", "元", "项目资金里到位的，连片项目按户数分；空着是没有记录。"),
    Field("funds_spent", "支出的资金", "元", "项目资金里支出的，连片项目按户数分；空着是没有记录。"),
    Field("given", "居民自愿出的钱", "元", "收到并由另一个人确认的，不在项目资金里；空着是没有人说要出。"),
    Field("ticket_days", "报修的统计期", "天", "今天往前这么多天里办结的算进来；各地在设置里定。"),
    Field("tickets", "报修", "件", f"统计期内办结的，加上还在办的。{_HIDING}"),
    Field("tickets_on_time", "按时办结的", "件", f"统计期内按时办结的。{_HIDING}"),
    Field("tickets_late", "超时办结的", "件", f"统计期内超时办结的。{_HIDING}"),
    Field("tickets_overdue", "超时还没办完的", "件", f"还在办、已经超时的。{_HIDING}"),
    Field("tickets_confirmed", "居民确认解决的", "件", f"统计期内办结、居民确认解决的。{_HIDING}"),
    Field(
        "tickets_unconfirmed",
        "未确认结束的",
        "件",
        f"统计期内问了两次没有人答复的，不算居民确认。{_HIDING}",
    ),
    Field("tickets_reopened", "重新打开的", "件", f"居民说没解决、重新打开过的。{_HIDING}"),
    Field("judged_on", "评价截止日", "日期", "最近一次评完的改造后评价截止的日子；空着是没有评完过。"),
    Field("judged_households", "该评的户", "整数", "那次评价该评的户，空置和联系不上的也算。"),
    Field("judged_answered", "评了的户", "整数", "那次评价评了的户。"),
    Field(
        "judged_marked",
        "答了总体评价的户",
        "整数",
        f"那次评价答了总体评价的户。答的户不够，或者会让人认出是哪一家的，写“{HIDDEN_ZH}”。",
    ),
    Field(
        "judged_satisfied",
        "满意的户",
        "整数",
        f"其中满意和基本满意的户。满意率 = 这个数 ÷ 答了总体评价的户。不公布的，写“{HIDDEN_ZH}”。",
    ),
)


@dataclass(frozen=True)
class Version:
    """The counts of one publication of a survey."""

    number: int
    asked: int
    answered: int
    consent_answered: int | None
    agreed: int | None
    closed_on: date
    published_on: date
    reason: str = ""
    #: Whether it was not withdrawn since.
    stands: bool = True


def survey_cells(versions: Sequence[Version], least: int) -> list[str]:
    """The fields of the survey as the public may see them, from all that was published; empty where nothing stands."""
    if not versions or not versions[-1].stands:
        return [""] * 6
    newest = versions[-1]
    counts = _counts(newest, least)
    if any(_tells_of_few(one, newest, least) for one in versions[:-1]):
        counts = [HIDDEN_ZH if one else "" for one in counts]
    return [
        day(newest.closed_on),
        day(newest.published_on),
        *counts,
        str(newest.number),
        newest.reason,
    ]


def _counts(of: Version, least: int) -> list[str]:
    tables = {"answered": Question(Line((of.answered, of.asked - of.answered)))}
    if of.consent_answered is not None:
        agreed = of.agreed or 0
        tables["agreed"] = Question(
            Line((agreed, of.consent_answered - agreed, of.asked - of.consent_answered))
        )
    shown = publish(tables, least)
    return [_first(shown[name]) if name in shown else "" for name in ("answered", "agreed")]


def _tells_of_few(before: Version, after: Version, least: int) -> bool:
    """Whether two publications side by side would tell what the few households answered that came between."""
    pairs = (
        (before.answered, after.answered),
        (before.agreed, after.agreed),
        (before.consent_answered, after.consent_answered),
    )
    return any(0 < abs((new or 0) - (old or 0)) < least for old, new in pairs)


def _first(line: object) -> str:
    if not isinstance(line, ShownLine):
        raise TypeError("a line is shown as a line")
    count = line.cells[0].count
    return HIDDEN_ZH if count is None else str(count)


def number(value: int | None) -> str:
    return "" if value is None else str(value)


def day(on: date | None) -> str:
    return "" if on is None else on.isoformat()


def cells(row: Facts, versions: Sequence[Version], least: int, ticket_days: int) -> list[str]:
    """The fields behind the names of places, in their order. `ticket_days`: how many days back tickets are counted there."""
    return [
        str(row.households),
        str(row.buildings),
        number(row.plan_year),
        *survey_cells(versions, least),
        day(row.voted_on),
        number(row.roll_heads),
        number(row.heads),
        day(row.decided_on),
        day(row.started_on),
        day(row.finished_on),
        *_after(row, least, ticket_days),
    ]


def _after(row: Facts, least: int, ticket_days: int) -> list[str]:
    tickets = tickets_told(row, least)
    counts = astuple(tickets) if tickets is not None else None
    told = (row.told_marked, row.told_satisfied)
    return [
        "" if row.is_covered is None else "是" if row.is_covered else "否",
        *(_yuan(fen) for fen in (row.funds_received, row.funds_spent, row.given)),
        "" if counts is None else str(ticket_days),
        *([""] * TICKET_FIELDS if counts is None else [_hidden(one) for one in counts]),
        day(row.judged_on),
        number(row.judged_households),
        number(row.judged_answered),
        *(["", ""] if row.judged_on is None else [_hidden(one) for one in told]),
    ]


def _yuan(fen: int | None) -> str:
    return "" if fen is None else str(Decimal(fen).scaleb(-2))


def _hidden(count: int | None) -> str:
    return HIDDEN_ZH if count is None else str(count)
