"""The monthly return: which figures it has, how they come from the records, how those of several places are added."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from server.kernel.errors import Invalid
from server.kernel.money import fen_of
from server.reports.rules.facts import Facts
from server.reports.rules.measures import differing
from server.reports.rules.trends import month_zh

SHORTEST_REASON, LONGEST_REASON = 5, 200
MOST = 10**15
_WHOLE = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,16}", re.ASCII)


class State(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"

    @property
    def name_zh(self) -> str:
        return {"draft": "还没报", "submitted": "已报，等审核", "returned": "已退回", "accepted": "已通过"}[
            self.value
        ]

    @property
    def tone(self) -> str:
        return {"draft": "quiet", "submitted": "info", "returned": "wait", "accepted": "go"}[self.value]

    @property
    def is_in(self) -> bool:
        """Whether its figures stand in the total of the office above."""
        return self in {State.SUBMITTED, State.ACCEPTED}


#: What a place says of one month: None is "no record", which is never nought.
Values = Mapping[str, int | None]


@dataclass(frozen=True)
class Entry:
    """One line of the return. `of` is told the communities and the last day of the month."""

    key: str
    group_zh: str
    name_zh: str
    unit: str
    of: Callable[[Sequence[Facts], date], int | None]
    #: The line it can never exceed.
    within: str = ""


@dataclass(frozen=True)
class Line:
    """One line as it is reported: what the records say, and what was put in its place for a reason."""

    entry: Entry
    computed: int | None
    value: int | None
    reason: str = ""

    @property
    def is_overridden(self) -> bool:
        return bool(self.reason)


@dataclass(frozen=True)
class Change:
    """One line against the month before. None where either month has no record of it."""

    entry: Entry
    before: int | None
    now: int | None

    @property
    def difference(self) -> int | None:
        return None if self.before is None or self.now is None else self.now - self.before


@dataclass(frozen=True)
class Added:
    """Several places together: the sum of those that have the record, and which have not."""

    values: dict[str, int | None]
    #: By line, the places without a record of it.
    lacking: dict[str, list[str]]


def _known(values: Iterable[int | None]) -> int | None:
    """The sum of what is recorded; None where nothing is."""
    found = [value for value in values if value is not None]
    return sum(found) if found else None


def _sum(name: str) -> Callable[[Sequence[Facts], date], int | None]:
    return lambda rows, _end: _known(getattr(row, name) for row in rows)


def _planned(rows: Sequence[Facts], end: date) -> list[Facts]:
    return [row for row in rows if row.plan_year == end.year]


def _reached(day: str, rows: Sequence[Facts], end: date, since: date | None = None) -> list[Facts] | None:
    """Those with a project that reached the stage by then; None where no project is recorded at all."""
    projects = [row for row in rows if row.project_id is not None]
    if not projects:
        return None
    found = [(row, getattr(row, day)) for row in projects]
    return [row for row, on in found if on is not None and on <= end and (since is None or on >= since)]


def _number(rows: list[Facts] | None) -> int | None:
    return None if rows is None else len(rows)


def _homes(rows: list[Facts] | None) -> int | None:
    return None if rows is None else sum(row.households for row in rows)


def _stage(day: str) -> tuple[Callable[[Sequence[Facts], date], int | None], ...]:
    return (
        lambda rows, end: _number(_reached(day, rows, end)),
        lambda rows, end: _homes(_reached(day, rows, end)),
        lambda rows, end: _number(_reached(day, rows, end, end.replace(day=1))),
    )


_started, _started_homes, _started_new = _stage("started_on")
_finished, _finished_homes, _ = _stage("finished_on")
_handed_over, _, _ = _stage("handed_over_on")
_due, _due_homes, _ = _stage("start_planned_on")


def _compared(rows: Sequence[Facts], _end: date) -> int | None:
    """Communities whose claimed consent could be set beside something; none at all is no record."""
    return sum(row.claim_differs is not None for row in rows) or None


def _done_by(day: str) -> Callable[[Sequence[Facts], date], int | None]:
    """Of acts of the platform itself: nobody having done it is nought, not a missing record."""

    def of(rows: Sequence[Facts], end: date) -> int:
        days = [getattr(row, day) for row in rows]
        return sum(on is not None and on <= end for on in days)

    return of


ENTRIES: tuple[Entry, ...] = (
    Entry("communities", "底数", "登记的小区", "个", lambda rows, _end: len(rows)),
    Entry("households", "底数", "登记的户", "户", lambda rows, _end: sum(row.households for row in rows)),
    Entry("plan_communities", "年度计划", "列入今年计划的小区", "个", lambda rows, end: _number(_planned(rows, end) or None), "communities"),
    Entry("plan_households", "年度计划", "列入今年计划的户", "户", lambda rows, end: _known(row.plan_households for row in _planned(rows, end))),
    Entry("claims_compared", "年度计划", "计划写的同意比例能对照的小区", "个", _compared, "communities"),
    Entry("claims_differ", "年度计划", "其中和调查、表决差得多的小区", "个", lambda rows, _end: differing(rows), "claims_compared"),
    Entry("surveyed", "入户调查", "做完调查的小区", "个", _done_by("surveyed_on"), "communities"),
    Entry("asked", "入户调查", "该问的户", "户", _sum("asked")),
    Entry("answered", "入户调查", "答了的户", "户", _sum("answered"), "asked"),
    Entry("voted", "表决", "计过票的小区", "个", _done_by("first_voted_on"), "communities"),
    Entry("roll_heads", "表决", "有投票权的业主", "人", _sum("roll_heads")),
    Entry("heads", "表决", "参与投票的业主", "人", _sum("heads"), "roll_heads"),
    Entry("decided", "表决", "决定签发的小区", "个", _done_by("first_decided_on"), "communities"),
    Entry("objections", "公示", "收到的异议", "条", _sum("objections")),
    Entry("objections_open", "公示", "还没答复的异议", "条", _sum("objections_open"), "objections"),
    Entry("steps", "前期工作", "要做的步骤", "步", _sum("steps")),
    Entry("steps_done", "前期工作", "做完的步骤", "步", _sum("steps_done"), "steps"),
    Entry("due", "开工", "到月底按计划该开工的小区", "个", _due),
    Entry("due_households", "开工", "到月底按计划该开工的户", "户", _due_homes),
    Entry("started", "开工", "到月底开工的小区", "个", _started),
    Entry("started_households", "开工", "到月底开工的户", "户", _started_homes),
    Entry("started_new", "开工", "其中这个月开工的小区", "个", _started_new, "started"),
    Entry("finished", "完工", "到月底完工的小区", "个", _finished, "started"),
    Entry("finished_households", "完工", "到月底完工的户", "户", _finished_homes, "started_households"),
    Entry("handed_over", "完工", "移交物业管理的小区", "个", _handed_over),
    Entry("funds_planned", "资金", "计划的资金", "元", _sum("funds_planned")),
    Entry("funds_received", "资金", "到位的资金", "元", _sum("funds_received")),
    Entry("funds_spent", "资金", "支出的资金", "元", _sum("funds_spent")),
)  # fmt: skip
BY_KEY = {entry.key: entry for entry in ENTRIES}


def computed(rows: Sequence[Facts], end: date) -> dict[str, int | None]:
    """Every line from the records, for the month that ends on `end`."""
    return {entry.key: entry.of(rows, end) for entry in ENTRIES}


def lines(values: Values, overrides: Mapping[str, Mapping[str, object]]) -> list[Line]:
    found = []
    for entry in ENTRIES:
        mended = overrides.get(entry.key)
        value = values.get(entry.key)
        found.append(
            Line(entry, value, value)
            if mended is None
            else Line(entry, value, int(str(mended["value"])), str(mended["reason"]))
        )
    return found


def reported(values: Values, overrides: Mapping[str, Mapping[str, object]]) -> dict[str, int | None]:
    """What is handed up: an override stands in the place of what was computed."""
    return {line.entry.key: line.value for line in lines(values, overrides)}


def fingerprint(values: Values, overrides: Mapping[str, Mapping[str, object]]) -> str:
    """Names exactly these figures, so that nobody hands in others than they have seen."""
    text = json.dumps([dict(values), reported(values, overrides)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def added(parts: Mapping[str, Values]) -> Added:
    """Places by name. A place without a record is left out of that line and listed, not counted as nought."""
    values = {entry.key: _known(one.get(entry.key) for one in parts.values()) for entry in ENTRIES}
    lacking = {
        entry.key: missing
        for entry in ENTRIES
        if (missing := [name for name, one in parts.items() if one.get(entry.key) is None])
    }
    return Added(values, lacking)


def changes(before: Values | None, now: Values) -> list[Change]:
    """Each line against the month before; without a return of that month there is nothing to compare with."""
    earlier = before or {}
    return [Change(entry, earlier.get(entry.key), now.get(entry.key)) for entry in ENTRIES]


def changes_of_pairs(pairs: Mapping[str, tuple[Values, Values]]) -> list[Change]:
    """The sums of several places against their sums of the month before; in each line only places with a record of both."""

    def one_side(side: int) -> Values:
        parts = {
            name: {
                key: values[side][key]
                for key in values[0].keys() & values[1].keys()
                if None not in (values[0][key], values[1][key])
            }
            for name, values in pairs.items()
        }
        return added(parts).values

    return changes(one_side(0), one_side(1))


@dataclass(frozen=True)
class Told:
    """One line in one month, and the line it is a part of; None: not handed in, or no record of it."""

    month: date
    value: int | None
    whole: int | None

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.value, self.whole) if self.value is not None and self.whole else None


def over_months(entry: Entry, months: Sequence[date], handed_in: Mapping[date, Values]) -> list[Told]:
    """The line as it was handed in for each of these months: what was told once stays told so."""
    return [
        Told(month, found.get(entry.key), found.get(entry.within))
        for month in months
        for found in [handed_in.get(month, {})]
    ]


# ------------------------------------------------------------------ checks


def read_value(key: str, typed: str) -> int:
    """A number as it was typed, in the line's own unit: money in yuan, kept as whole fen."""
    entry = BY_KEY.get(key)
    if entry is not None and entry.unit == "元":
        return fen_of(typed, "value")
    found = _WHOLE.fullmatch(typed.strip().replace("，", ","))
    if found is None:
        raise Invalid("数填得不对。", fields={"value": ["填 0 或比 0 大的整数。"]})
    return int(found[0].replace(",", ""))


def check_override(key: str, value: int, reason: str) -> None:
    if key not in BY_KEY:
        raise Invalid("没有这一项。", fields={"key": ["从表里选一项。"]})
    if not 0 <= value <= MOST:
        raise Invalid(
            "数填得不对。",
            fields={"value": ["填 0 或比 0 大的数，不能这么大。" if value > MOST else "不能比 0 小。"]},
        )
    if not SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        sentence = f"写清楚为什么改，{SHORTEST_REASON} 到 {LONGEST_REASON} 个字。审核的人会看到。"
        raise Invalid("改数要写理由。", fields={"reason": [sentence]})


def check_consistent(values: Values) -> None:
    """No part is larger than its whole."""
    for entry in ENTRIES:
        part, whole = values.get(entry.key), values.get(entry.within)
        if part is not None and whole is not None and part > whole:
            message = f"“{entry.name_zh}”比“{BY_KEY[entry.within].name_zh}”还多。核对以后再报。"
            raise Invalid(message, fields={"value": [message]})


def check_month(month: date, today: date) -> None:
    """A month is reported once it is over."""
    if month.day != 1:
        raise Invalid("月份不对。", fields={"month": ["从列表里选月份。"]})
    if (month.year, month.month) >= (today.year, today.month):
        message = f"{month_zh(month)}还没有过完，月底以后再报。"
        raise Invalid(message, fields={"month": [message]})
