"""The words of a bulletin: written from the figures of a month, for a person to edit and send."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from server.kernel.errors import Invalid
from server.reports.rules.returns import BY_KEY, Change
from server.reports.rules.trends import month_zh

LONGEST_TITLE, LONGEST_TEXT = 80, 4000
YUAN = 100


@dataclass(frozen=True)
class Told:
    """What a bulletin speaks of."""

    name: str
    month: date
    values: Mapping[str, int | None]
    changes: Sequence[Change]
    #: Offices that handed in, with their figures; those that did not; those that were late.
    handed_in: Mapping[str, Mapping[str, int | None]]
    left_out: Sequence[str]
    late: Sequence[str]


def title(name: str, month: date) -> str:
    return f"{name}城镇老旧小区改造 {month_zh(month)}进度通报"


def written(told: Told) -> str:
    """Paragraphs, one a line. Nothing is praised or blamed: that is for the person who sends it."""
    paragraphs = [
        _opening(told),
        *_sentences(told),
        _claims(told),
        _moved(told.changes),
        _behind(told),
        _missing("没有报来的", told.left_out, "它们的数没有算进上面的合计。"),
        _missing("晚报的", told.late, ""),
    ]
    return "\n".join(one for one in paragraphs if one)


def _opening(told: Told) -> str:
    said = f"{month_zh(told.month)}，{told.name}"
    if told.left_out:
        return (
            f"{said}应报 {len(told.handed_in) + len(told.left_out)} 个单位，报来 {len(told.handed_in)} 个。"
        )
    return f"{said}各单位都报来了，共 {len(told.handed_in)} 个。" if told.handed_in else f"{said}的进度如下。"


def _sentences(told: Told) -> list[str]:
    values = told.values
    return [
        f"列入今年计划 {number(values, 'plan_communities')}、{number(values, 'plan_households')}。",
        f"到月底开工 {number(values, 'started')}、{number(values, 'started_households')}，按计划该开工 {number(values, 'due')}。",
        f"完工 {number(values, 'finished')}，移交物业管理 {number(values, 'handed_over')}。",
        (
            f"入户调查：该问 {number(values, 'asked')}，答了 {number(values, 'answered')}{_share(values, 'answered', 'asked')}。"
            f"表决：计过票 {number(values, 'voted')}，签发决定 {number(values, 'decided')}。"
        ),
        f"资金：计划 {number(values, 'funds_planned')}，到位 {number(values, 'funds_received')}{_share(values, 'funds_received', 'funds_planned')}，支出 {number(values, 'funds_spent')}。",
    ]


def _claims(told: Told) -> str:
    """Consent as plans claim it: how often it was set beside survey and vote, how often it differs, and where."""
    compared, differ = told.values.get("claims_compared"), told.values.get("claims_differ")
    if not compared or differ is None:
        return ""
    said = f"计划写的同意比例，和调查、表决对照了 {compared:,} 个小区，差得多的 {differ:,} 个"
    where = [
        f"{name} {found} 个" for name, one in told.handed_in.items() if (found := one.get("claims_differ"))
    ]
    return f"{said}{'（' + '、'.join(where) + '）' if where else ''}。{'请核实。' if differ else ''}"


def number(values: Mapping[str, int | None], key: str) -> str:
    """ "12 个", "1,024.50 元"; "没有记录" where there is none."""
    value = values.get(key)
    if value is None:
        return "没有记录"
    unit = BY_KEY[key].unit
    if unit == "元":
        return f"{value // YUAN:,}.{value % YUAN:02d} 元"
    return f"{value:,} {'个小区' if unit == '个' else unit}"


def _share(values: Mapping[str, int | None], part: str, base: str) -> str:
    some, whole = values.get(part), values.get(base)
    if some is None or not whole:
        return ""
    tenths = int(Fraction(some * 1000, whole) + Fraction(1, 2))
    return f"，占 {tenths // 10}.{tenths % 10}%"


def _moved(changes: Sequence[Change]) -> str:
    wanted = ("started", "finished", "answered", "decided")
    said = []
    for change in changes:
        if change.entry.key in wanted and change.difference:
            unit = "个小区" if change.entry.unit == "个" else change.entry.unit
            more = "多" if change.difference > 0 else "少"
            said.append(f"{change.entry.name_zh}{more}了 {abs(change.difference):,} {unit}")
    return f"和上个月比：{'，'.join(said)}。" if said else ""


def _behind(told: Told) -> str:
    """Where fewer have started than were due, by name and number."""
    said = [
        f"{name}（该开工 {values['due']}，开工 {values['started']}）"
        for name, values in told.handed_in.items()
        if values.get("due") is not None
        and values.get("started") is not None
        and int(values["due"] or 0) > int(values["started"] or 0)
    ]
    return f"开工慢于计划的：{'、'.join(said)}。" if said else ""


def _missing(what: str, names: Sequence[str], then: str) -> str:
    return f"{what} {len(names)} 个：{'、'.join(names)}。{then}" if names else ""


def check_words(title_: str, text: str) -> None:
    fields: dict[str, list[str]] = {}
    if not 1 <= len(title_.strip()) <= LONGEST_TITLE:
        fields["title"] = [f"写标题，最多 {LONGEST_TITLE} 个字。"]
    if not 1 <= len(text.strip()) <= LONGEST_TEXT:
        fields["text"] = [f"写正文，最多 {LONGEST_TEXT} 个字。"]
    if fields:
        raise Invalid("通报还缺几样，补上再保存。", fields=fields)
