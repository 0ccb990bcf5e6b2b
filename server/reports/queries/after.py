"""What is recorded of communities once the works are done: who manages them, tickets, judging; and what residents gave."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from server.contributions import queries as contributions
from server.contributions.rules import Kind
from server.evaluations import queries as evaluations
from server.evaluations.rules.words import Aspect
from server.infra.db import db
from server.kernel.chinatime import china_day, end_of, start_of
from server.management import queries as management
from server.management.rules.terms import Term, coverage
from server.policies import queries as policies
from server.projects import queries as projects
from server.projects.queries import Reach
from server.reports.rules.after import ticket_span
from server.tickets import queries as tickets
from server.tickets.models import Ticket
from server.tickets.rules.figures import Figures
from server.tickets.rules.words import OPEN

Found = dict[int, dict[str, Any]]
#: A setting: of tickets that ended, those of so many days count, today being the last.
TICKET_DAYS = "ticket.figures_days"


def after_works(paths: Mapping[int, str], now: datetime) -> Found:
    """All of it, with the instant at which time alone changes any of it next. `paths`: of their divisions, by community."""
    ids = list(paths)
    covered, turns = _of_management(ids, now)
    late = _next_late(ids, now)
    parts = [_of_contributions(ids), covered, _of_tickets(paths, now), _of_rounds(ids, now)]
    found: Found = {}
    for one in ids:
        held = {name: value for part in parts for name, value in part.get(one, {}).items()}
        instants = [at for at in (turns.get(one), late.get(one)) if at is not None]
        found[one] = {**held, "turns_at": min(instants, default=None)}
    return found


def _of_contributions(ids: Sequence[int]) -> Found:
    found: Found = {}
    for one, sums in contributions.kind_sums_of(ids).items():
        held = found.setdefault(one, {})
        for of in sums:
            if of.kind is Kind.MONEY:
                held |= {"pledged": of.promised, "given": of.given, "given_used": of.used}
            if of.kind is Kind.LABOUR:
                held |= {"hours_pledged": of.promised, "hours_given": of.given}
    return found


def _of_management(ids: Sequence[int], now: datetime) -> tuple[Found, dict[int, datetime]]:
    """Whether somebody manages each today, as management judges it, and when that may change. What the ledger says of it
    stands only where no management was ever recorded and the works are not finished."""
    today = china_day(now)
    terms = management.terms_of(ids)
    finished = {one: day for one, day in projects.finished_on(ids).items() if day <= today}
    alarms = {one.community_id for one in coverage(finished, terms, today).uncovered}
    found: Found = {
        one: {"is_managed": any(term.is_in_force(today) for term in held)}
        for one, held in terms.items()
        if held
    }
    for one in finished:
        found[one] = {"is_managed": one not in alarms, "is_covered": one not in alarms}
    turns = {one: _next_turn(terms[one], now) for one in found}
    return found, {one: at for one, at in turns.items() if at is not None}


def _next_turn(terms: Sequence[Term], now: datetime) -> datetime | None:
    """The first midnight to come at which a term begins, or one is over."""
    midnights = [start_of(term.starts_on) for term in terms]
    midnights += [end_of(term.last_on) for term in terms if term.last_on is not None]
    return min((at for at in midnights if at > now), default=None)


def _of_tickets(paths: Mapping[int, str], now: datetime) -> Found:
    """Each over the days that its place counts."""
    today = china_day(now)
    days = policies.values_at(TICKET_DAYS, set(paths.values()), today)
    together: dict[int, list[int]] = {}
    for one, path in paths.items():
        together.setdefault(int(days[path]), []).append(one)
    found: Found = {}
    for counted, ids in together.items():
        since, until = ticket_span(counted, today)
        figures = tickets.figures_by_community(Reach([], ids), since, until, now)
        found |= {one: _of_figures(of) for one, of in figures.items()}
    return found


def _of_figures(of: Figures) -> dict[str, Any]:
    return {
        "tickets_ended": of.ended,
        "tickets_on_time": of.ended_on_time,
        "tickets_confirmed": of.confirmed,
        "tickets_unconfirmed": of.unconfirmed,
        "tickets_reopened": of.reopened,
        "tickets_open": of.open,
        "tickets_overdue": of.overdue_open,
    }


def _next_late(ids: Sequence[int], now: datetime) -> dict[int, datetime]:
    rows = db.session.execute(
        sa.select(Ticket.community_id, sa.func.min(Ticket.fixed_by).label("at"))
        .where(Ticket.community_id.in_(ids), Ticket.state.in_(OPEN), Ticket.fixed_by > now)
        .group_by(Ticket.community_id)
    )
    return {row.community_id: row.at for row in rows}


def _of_rounds(ids: Sequence[int], now: datetime) -> Found:
    """The newest round that is over, exactly for those above, and as far as the public may read it."""
    rounds = evaluations.latest_over(ids, now)
    judged = evaluations.judged(list(rounds), now) if rounds else {}
    found: Found = {}
    for one, of in judged.items():
        satisfied, marked = of.marks[Aspect.OVERALL]
        shown = evaluations.shown_result(rounds[one], now)
        told = shown.overall.rate if shown.aspects else None
        found[one] = {
            "judged_on": rounds[one].closes_on,
            "judged_households": of.households,
            "judged_answered": of.answered,
            "judged_marked": marked,
            "judged_satisfied": satisfied,
            "told_marked": told.answered if told else None,
            "told_satisfied": told.satisfied if told else None,
        }
    return found
