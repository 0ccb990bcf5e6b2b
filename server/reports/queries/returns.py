"""Monthly returns: who is expected, where each stands, and what a place has to report."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from server.divisions import queries as divisions
from server.divisions.models import Division
from server.divisions.rules import DivisionLevel, ids_in
from server.infra.db import db
from server.policies import queries as policies
from server.reports.models import MonthlyReport, ReportAct
from server.reports.queries.as_of import as_of
from server.reports.queries.figures import directly_in, facts_under, parts
from server.reports.rules import returns, rounds
from server.reports.rules.facts import Facts
from server.reports.rules.returns import Added, Change, Entry, Line, State, Values
from server.reports.rules.rounds import Turn
from server.reports.rules.trends import last_day, month_before

#: Who reports from its own communities; the others add up the returns of those below.
FROM_RECORDS = frozenset({DivisionLevel.COUNTY, DivisionLevel.REPORTING_UNIT})
REPORTERS = FROM_RECORDS | {DivisionLevel.PREFECTURE}
#: Who has returns to look at.
REVIEWERS = frozenset({DivisionLevel.PREFECTURE, DivisionLevel.PROVINCE})


@dataclass(frozen=True)
class Below:
    """One office below in a month, with what it handed in."""

    division: Division
    turn: Turn
    report: MonthlyReport | None
    is_late: bool

    @property
    def is_in(self) -> bool:
        return self.turn.state.is_in

    @property
    def values(self) -> dict[str, int | None]:
        return reported(self.report) if self.report is not None else {}


@dataclass(frozen=True)
class Sheet:
    """A month of one place as it stands now."""

    division: Division
    month: date
    report: MonthlyReport | None
    state: State
    lines: list[Line]
    changes: list[Change]
    #: Where nothing is handed up, the names of those below that were in for both months, whose sums are compared.
    compared: list[str] | None
    #: The offices below; none where the place reports from its own communities.
    below: list[Below]
    #: By line, the places without a record of it.
    lacking: Mapping[str, Sequence[str]]
    #: What a person has seen of the figures: handing in names it.
    fingerprint: str
    due_on: date
    is_late: bool

    @property
    def values(self) -> dict[str, int | None]:
        return {line.entry.key: line.value for line in self.lines}

    @property
    def left_out(self) -> list[Below]:
        """Whose figures are not in the total, because they have handed in none."""
        return [one for one in self.below if not one.is_in]

    @property
    def unreviewed(self) -> list[Below]:
        return [one for one in self.below if one.turn.state is State.SUBMITTED]


def report(division_id: int, month: date) -> MonthlyReport | None:
    found = sa.select(MonthlyReport).where(
        MonthlyReport.division_id == division_id, MonthlyReport.month == month
    )
    return db.session.scalar(found)


def acts(report_id: int) -> list[ReportAct]:
    """All that was done with it, in order."""
    found = sa.select(ReportAct).where(ReportAct.report_id == report_id)
    return list(db.session.scalars(found.order_by(ReportAct.id)))


def reported(of: MonthlyReport) -> dict[str, int | None]:
    """What it hands up; nothing while it never was handed in."""
    return returns.reported(of.figures or {}, of.overrides)


def sheet(of: Division, month: date, now: datetime) -> Sheet:
    """What the place has to report, or has reported, for this month."""
    row = report(of.id, month)
    state = row.state if row is not None else State.DRAFT
    below = offices_below(of, month, now) if of.level in REVIEWERS else []
    fresh = present(of, month, below)
    # What was handed in stands as it was; a draft and what came back are computed anew.
    values: Mapping[str, int | None] = fresh.values
    if row is not None and state.is_in:
        values = row.figures or {}
    overrides = row.overrides if row is not None else {}
    lines = returns.lines(values, overrides)
    due = due_day(of, month)
    turn = Turn(of.id, of.name, state, row.submitted_at if row is not None else None, due)
    return Sheet(
        of,
        month,
        row,
        state,
        lines,
        *_moved(of, month, {line.entry.key: line.value for line in lines}, below, now),
        below,
        fresh.lacking,
        returns.fingerprint(values, overrides),
        due,
        of.level in REPORTERS and turn.is_late(now),
    )


def _moved(
    of: Division, month: date, values: Values, below: Sequence[Below], now: datetime
) -> tuple[list[Change], list[str] | None]:
    """Against what was handed in for the month before. The province hands nothing in: the sums of those below it that were
    in for both months are compared, or the others would look like something that happened."""
    if of.level in REPORTERS:
        before = report(of.id, month_before(month))
        known = before is not None and before.state.is_in
        return returns.changes(reported(before) if before is not None and known else None, values), None
    earlier = {one.division.id: one for one in offices_below(of, month_before(month), now) if one.is_in}
    both = [one for one in below if one.is_in and one.division.id in earlier]
    pairs = {one.division.name: (earlier[one.division.id].values, one.values) for one in both}
    return returns.changes_of_pairs(pairs), list(pairs)


def present(of: Division, month: date, below: Sequence[Below]) -> Added:
    """The figures as they are now known of the month: from the communities, or from what was handed in below and what lies in none of those."""
    rows, end = facts_under(of.path), last_day(month)
    if of.level not in REVIEWERS:
        return Added(returns.computed(as_of(rows, end), end), {})
    handed_in: dict[str, returns.Values] = {one.division.name: one.values for one in below if one.is_in}
    own = directly_in(of, rows)
    if own:
        handed_in["直接管的小区"] = returns.computed(as_of(own, end), end)
    return returns.added(handed_in)


def handed_in(of: Division, months: Collection[date]) -> dict[date, dict[str, int | None]]:
    """What the place handed in for each of these months; months that are not in are left out."""
    rows = sa.select(MonthlyReport).where(MonthlyReport.division_id == of.id, MonthlyReport.month.in_(months))
    return {row.month: reported(row) for row in db.session.scalars(rows) if row.state.is_in}


def behind(of: Division, month: date, entry: Entry) -> list[tuple[Facts, int]]:
    """The communities that a line is computed from today, each with what it adds; those that add nothing are left out."""
    end = last_day(month)
    found = [(row, entry.of([row], end)) for row in as_of(facts_under(of.path), end)]
    return [(row, value) for row, value in found if value]


def offices_below(of: Division, month: date, now: datetime) -> list[Below]:
    """Those expected to report: right below, with communities. In the order of the state's list."""
    expected = [part.division for part in parts(of, facts_under(of.path))]
    found = sa.select(MonthlyReport).where(
        MonthlyReport.division_id.in_([one.id for one in expected]), MonthlyReport.month == month
    )
    reports = {row.division_id: row for row in db.session.scalars(found)}
    return [_below(one, reports.get(one.id), due_day(one, month), now) for one in expected]


def late_below(of: Division, month: date, now: datetime) -> list[Below]:
    """Every office below that is late, whichever level it stands on: each prefecture, then those below it, in the order of
    the state's list."""
    paths = {row.path for row in facts_under(of.path)}
    ids = {one for path in paths for one in ids_in(path)[len(ids_in(of.path)) :]}
    found = sa.select(Division).where(Division.id.in_(ids), Division.level.in_(REPORTERS))
    expected = sorted(db.session.scalars(found), key=lambda one: ids_in(one.path))
    kept = sa.select(MonthlyReport).where(MonthlyReport.division_id.in_(ids), MonthlyReport.month == month)
    reports = {row.division_id: row for row in db.session.scalars(kept)}
    days = policies.values_at("reports.due_day", [one.path for one in expected], last_day(month))
    rows = [
        _below(one, reports.get(one.id), rounds.due_on(month, int(days[one.path])), now) for one in expected
    ]
    return [one for one in rows if one.is_late]


def _below(division: Division, row: MonthlyReport | None, due_on: date, now: datetime) -> Below:
    turn = Turn(
        division.id,
        division.name,
        row.state if row is not None else State.DRAFT,
        row.submitted_at if row is not None else None,
        due_on,
    )
    return Below(division, turn, row, turn.is_late(now))


def due_day(of: Division, month: date) -> date:
    """By the setting in force where the place is, on the last day of the month."""
    return rounds.due_on(month, policies.number("reports.due_day", of.path, last_day(month)))


def office_above(of: Division) -> Division | None:
    """Who looks at its returns."""
    above = divisions.division(of.parent_id) if of.parent_id is not None else None
    return above if above is not None and above.level in REVIEWERS else None


def snapshot(below: Sequence[Below]) -> list[dict[str, Any]]:
    """Which offices were in a total and which were left out, as it is kept with the total."""
    return [
        {
            "division_id": one.division.id,
            "name": one.division.name,
            "state": one.turn.state.value,
            "is_in": one.is_in,
        }
        for one in below
    ]
