"""Handing monthly returns up, one level at a time: correcting for a reason, submitting, returning, accepting."""

from datetime import date, datetime
from typing import Any

from server.audit.actions import record
from server.divisions.models import Division
from server.infra import replay
from server.infra.db import db, lock_row
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import Conflict, Invalid, NotFound, Refused
from server.reports.models import MonthlyReport, ReportAct
from server.reports.queries import returns as queries
from server.reports.rules import returns, rounds
from server.reports.rules.returns import State

LONGEST_REASON = 300


def override_figure(
    of: Division, month: date, key: str, *, value: int, reason: str, actor: Actor, now: datetime
) -> MonthlyReport:
    """Put another number in the place of what was computed; both are shown from then on, with the reason."""
    returns.check_month(month, china_day(now))
    returns.check_override(key, value, reason)
    row = _open(of, month)
    row.overrides = {**row.overrides, key: {"value": value, "reason": reason.strip(), "by": actor.label}}
    return _edited(row, of, "reports.override", actor, now, key=key, value=value, reason=reason.strip())


def drop_override(of: Division, month: date, key: str, *, actor: Actor, now: datetime) -> MonthlyReport:
    """Let what was computed stand again."""
    row = _open(of, month)
    if key not in row.overrides:
        raise Conflict("这一项没有改过，或已经恢复了。刷新页面看看。")
    row.overrides = {name: one for name, one in row.overrides.items() if name != key}
    return _edited(row, of, "reports.drop_override", actor, now, key=key)


def submit_report(
    of: Division, month: date, *, seen: str, client_key: str, actor: Actor, now: datetime
) -> MonthlyReport:
    """Hand the return up. `seen` names the figures the person looked at: others are not handed in."""
    returns.check_month(month, china_day(now))
    if of.level not in queries.REPORTERS or queries.office_above(of) is None:
        raise Refused("这一级不用往上报。", code="reports_to_nobody")
    digest = replay.digest(actor, of.id, month, "submit", seen)
    if replay.earlier(ReportAct, client_key, digest) is not None:
        return _known(of, month)
    row = _report(of, month)
    sheet = queries.sheet(of, month, now)
    obstacles = rounds.stands_in_the_way(row.state, [one.division.name for one in sheet.unreviewed])
    if obstacles:
        raise Refused(obstacles[0].message, code=obstacles[0].code, reasons=tuple(obstacles))
    if sheet.fingerprint != seen:
        raise Conflict("数在你看过以后变了。再看一遍，对了再报。", code="figures_moved")
    returns.check_consistent(sheet.values)
    row.figures = {line.entry.key: line.computed for line in sheet.lines}
    row.parts = queries.snapshot(sheet.below)
    row.state, row.submitted_at, row.returned_reason = State.SUBMITTED, now, ""
    row.editors = sorted({*row.editors, actor.key})
    return _acted(row, of, (client_key, digest), "", actor, now)


def accept_report(
    of: Division, month: date, *, seen: str, client_key: str, actor: Actor, now: datetime
) -> MonthlyReport:
    """The office above has looked and agrees. From here on nobody changes it."""
    digest = replay.digest(actor, of.id, month, "accept", seen)
    if replay.earlier(ReportAct, client_key, digest) is not None:
        return _known(of, month)
    row = _to_review(of, month, actor)
    if returns.fingerprint(row.figures or {}, row.overrides) != seen:
        raise Conflict("报上来的数在你看过以后变了。再看一遍。", code="figures_moved")
    row.state, row.reviewed_at = State.ACCEPTED, now
    return _acted(row, of, (client_key, digest), "", actor, now)


def return_report(
    of: Division, month: date, *, reason: str, client_key: str, actor: Actor, now: datetime
) -> MonthlyReport:
    """Send it back, which opens this return and no other."""
    digest = replay.digest(actor, of.id, month, "return", reason)
    if replay.earlier(ReportAct, client_key, digest) is not None:
        return _known(of, month)
    if not returns.SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        sentence = f"写清楚为什么退回，{returns.SHORTEST_REASON} 到 {LONGEST_REASON} 个字。报的人会看到。"
        raise Invalid(sentence, fields={"reason": [sentence]})
    row = _to_review(of, month, actor)
    row.state, row.reviewed_at, row.returned_reason = State.RETURNED, now, reason.strip()
    return _acted(row, of, (client_key, digest), reason.strip(), actor, now)


# ------------------------------------------------------------------ parts of the above


def _known(of: Division, month: date) -> MonthlyReport:
    row = queries.report(of.id, month)
    if row is None:
        raise NotFound
    return row


def _report(of: Division, month: date) -> MonthlyReport:
    """The row of this month, made where there is none, and held until this unit of work is over."""
    # Two people who begin the same month at once would make two rows; the office itself is held instead.
    lock_row(Division, of.id)
    row = queries.report(of.id, month)
    if row is None:
        row = MonthlyReport(
            division_id=of.id,
            month=month,
            state=State.DRAFT,
            figures=None,
            overrides={},
            parts=[],
            editors=[],
        )
        db.session.add(row)
        db.session.flush()
    lock_row(MonthlyReport, row.id)
    db.session.refresh(row)
    return row


def _open(of: Division, month: date) -> MonthlyReport:
    """For changing: refused while it lies above, and for good once it was accepted."""
    if of.level not in queries.REPORTERS:
        raise Refused("这一级不用往上报，也没有数要改。", code="reports_to_nobody")
    row = _report(of, month)
    obstacles = rounds.stands_in_the_way(row.state, [])
    if obstacles:
        raise Refused(obstacles[0].message, code=obstacles[0].code)
    return row


def _to_review(of: Division, month: date, actor: Actor) -> MonthlyReport:
    row = _known(of, month)
    lock_row(MonthlyReport, row.id)
    db.session.refresh(row)
    if row.state is not State.SUBMITTED:
        raise Conflict(f"这份报表现在是“{row.state.name_zh}”，不用审。刷新页面看看。", code="not_submitted")
    refusal = rounds.may_not_review(actor.key, frozenset(row.editors))
    if refusal:
        raise Refused(refusal, code="same_person")
    return row


def _edited(
    row: MonthlyReport, of: Division, verb: str, actor: Actor, now: datetime, **facts: Any
) -> MonthlyReport:
    row.editors = sorted({*row.editors, actor.key})
    db.session.flush()
    record(actor, verb, "monthly_report", row.id, now=now, division_id=of.id, month=row.month, **facts)
    return row


def _acted(
    row: MonthlyReport, of: Division, keys: tuple[str, str], reason: str, actor: Actor, now: datetime
) -> MonthlyReport:
    db.session.add(
        ReportAct(
            report_id=row.id,
            state=row.state,
            reason=reason,
            figures=row.figures,
            overrides=row.overrides,
            actor=actor.key,
            actor_label=actor.label,
            at=now,
            client_key=keys[0],
            client_digest=keys[1],
        )
    )
    db.session.flush()
    record(
        actor, f"reports.{row.state}", "monthly_report", row.id, now=now,
        division_id=of.id, month=row.month, reason=reason,
    )  # fmt: skip
    return row
