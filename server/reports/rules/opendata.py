"""Open data by community: what anyone may take, each field explained; counts of households go through disclosure."""

from dataclasses import dataclass
from datetime import date

from server.kernel.disclosure import HIDDEN_ZH, Line, Question, ShownLine, publish
from server.reports.rules.facts import Facts


@dataclass(frozen=True)
class Field:
    name: str
    title_zh: str
    kind_zh: str
    explanation_zh: str


FIELDS: tuple[Field, ...] = (
    Field("prefecture", "市（州）", "文字", "小区所在的市（州）。"),
    Field("county", "县（市、区）", "文字", "小区所在的县（市、区）。"),
    Field("street", "街道（乡镇）", "文字", "小区所在的街道或乡镇。"),
    Field("community", "小区", "文字", "小区的名称。"),
    Field("households", "户数", "整数", "台账登记的户，空置和联系不上的也算。"),
    Field("buildings", "楼栋数", "整数", "台账登记的楼栋。"),
    Field("plan_year", "计划年度", "年份", "最近一次列入正式计划的年度；空着是没有记录。"),
    Field("surveyed_on", "调查截止日", "日期", "全小区入户调查截止的日子；空着是没有做完过。"),
    Field(
        "answered",
        "答了的户",
        "整数",
        f"截止了的调查里答了的户。少的数，还有能推出它们的数，写“{HIDDEN_ZH}”。",
    ),
    Field(
        "agreed",
        "同意改造的户",
        "整数",
        f"截止了的调查里同意改造的户。少的数，还有能推出它们的数，写“{HIDDEN_ZH}”。",
    ),
    Field("voted_on", "表决截止日", "日期", "最近一次计过票的表决截止的日子；空着是没有。"),
    Field("roll_heads", "有投票权的业主", "整数", "那次表决的全体业主人数，依法公布。"),
    Field("heads", "参与投票的业主", "整数", "那次表决参与的业主人数，依法公布。"),
    Field("decided_on", "决定签发日", "日期", "最近一份改造决定签发的日子；空着是没有。"),
    Field("started_on", "开工日", "日期", "经确认的开工日；空着是没有记录。"),
    Field("finished_on", "完工日", "日期", "经确认的竣工日；空着是没有记录。"),
)


def survey_cells(row: Facts, least: int) -> tuple[str, str]:
    """Answered and agreed as the public may see them; empty while no survey is over."""
    if row.surveyed_on is None or row.asked is None:
        return "", ""
    answered = row.answered or 0
    tables = {"answered": Question(Line((answered, row.asked - answered)))}
    if row.consent_answered is not None:
        agreed = row.agreed or 0
        others = row.consent_answered - agreed
        tables["agreed"] = Question(Line((agreed, others, row.asked - row.consent_answered)))
    shown = publish(tables, least)
    return _first(shown["answered"]), _first(shown["agreed"]) if "agreed" in shown else ""


def _first(line: object) -> str:
    if not isinstance(line, ShownLine):
        raise TypeError("a line is shown as a line")
    count = line.cells[0].count
    return HIDDEN_ZH if count is None else str(count)


def number(value: int | None) -> str:
    return "" if value is None else str(value)


def day(on: date | None) -> str:
    return "" if on is None else on.isoformat()


def cells(row: Facts, least: int) -> list[str]:
    """The fields behind the names of places, in their order."""
    return [
        str(row.households),
        str(row.buildings),
        number(row.plan_year),
        day(row.surveyed_on),
        *survey_cells(row, least),
        day(row.voted_on),
        number(row.roll_heads),
        number(row.heads),
        day(row.decided_on),
        day(row.started_on),
        day(row.finished_on),
    ]
