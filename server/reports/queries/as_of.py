"""The facts of communities as the records have them up to the last day of a month: what came later is taken back.

Votes, answers, objections, preparation steps and money carry their day, and so can be told of a day that is over. Where
nothing came later the kept figures stand, so that few communities are asked about at all. Homes, plans and what plans
claim have no such history here: a return tells them as of the day on which it was made, and says so. Of plans only the
year is told apart: a community that is planned again for a later year stays in the plan of this one.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from server.ballots.models import Ballot, Count
from server.decisions import queries as decisions
from server.infra.db import db
from server.kernel.chinatime import end_of
from server.notices.models import Notice, Objection
from server.plans import queries as plans
from server.projects import queries as projects
from server.projects.models import FundingLine
from server.reports.queries.computing import (
    OBJECTIONABLE,
    counted_ballots,
    of_counted,
    opened_surveys,
)
from server.reports.queries.works import funds, of_row, steps_done_by
from server.reports.rules.facts import Facts
from server.surveys.models import Counted, Survey, SurveyResponse

Found = dict[int, dict[str, Any]]


def as_of(rows: Sequence[Facts], day: date) -> list[Facts]:
    """These rows with what happened after `day` taken back."""
    if not rows:
        return []
    known = {row.community_id: row for row in rows}
    taken_back: Found = defaultdict(dict)
    for part in (_answers, _votes, _objections, _steps, _money, _planned):
        for community_id, facts in part(known, day).items():
            taken_back[community_id].update(facts)
    return [replace(row, **taken_back.get(row.community_id, {})) for row in rows]


def _answers(known: dict[int, Facts], day: date) -> Found:
    """Households that had answered the survey that spoke then."""
    until = end_of(day)
    later = _ids(
        sa.select(Survey.community_id)
        .outerjoin(SurveyResponse, SurveyResponse.survey_id == Survey.id)
        .where(
            Survey.community_id.in_(known),
            sa.or_(Survey.opened_at >= until, SurveyResponse.received_at >= until),
        )
    )
    chosen, _ = decisions.speaking(opened_surveys(later, until), until) if later else ({}, {})
    answered = _answered([row.id for row in chosen.values()], until)
    return {
        one: {"asked": known[one].households, "answered": answered.get(chosen[one].id, 0)}
        if one in chosen
        else {"asked": None, "answered": None}
        for one in later
    }


def _answered(survey_ids: Sequence[int], until: datetime) -> dict[int, int]:
    """Households whose answers count and of whom one had come in by then."""
    had_come_in = sa.exists().where(
        SurveyResponse.survey_id == Counted.survey_id,
        SurveyResponse.household_id == Counted.household_id,
        SurveyResponse.received_at < until,
    )
    rows = db.session.execute(
        sa.select(Counted.survey_id, sa.func.count())
        .where(Counted.survey_id.in_(survey_ids), Counted.response_id.is_not(None), had_come_in)
        .group_by(Counted.survey_id)
    )
    return {row[0]: row[1] for row in rows}


def _votes(known: dict[int, Facts], day: date) -> Found:
    """What the votes that had closed by then said; nothing where the first one closed later."""
    until = end_of(day)
    later = _ids(
        sa.select(Ballot.community_id)
        .join(Count, Count.ballot_id == Ballot.id)
        .where(Ballot.community_id.in_(known), Count.closes_at >= until)
    )
    found = of_counted(counted_ballots(later, until)) if later else {}
    nothing = dict.fromkeys(("ballot_id", "voted_on", "roll_heads", "heads"))
    return {
        one: {name: found[one].get(name) for name in nothing} if one in found else nothing for one in later
    }


def _objections(known: dict[int, Facts], day: date) -> Found:
    """Those raised by then, and which of them were open that evening."""
    until = end_of(day)
    later = _ids(
        sa.select(Notice.community_id)
        .outerjoin(Objection, Objection.notice_id == Notice.id)
        .where(
            Notice.community_id.in_(known),
            Notice.kind.in_(OBJECTIONABLE),
            sa.or_(Notice.opens_on > day, Objection.raised_at >= until, Objection.answered_at >= until),
        )
    )
    raised = Objection.raised_at < until
    is_open = sa.or_(Objection.answered_at.is_(None), Objection.answered_at >= until)
    rows = db.session.execute(
        sa.select(
            Notice.community_id,
            sa.func.count(Objection.id).filter(raised).label("all"),
            sa.func.count(Objection.id).filter(raised, is_open).label("open"),
        )
        .outerjoin(Objection, Objection.notice_id == Notice.id)
        .where(Notice.community_id.in_(later), Notice.kind.in_(OBJECTIONABLE), Notice.opens_on <= day)
        .group_by(Notice.community_id)
    )
    found = {row.community_id: {"objections": row.all, "objections_open": row.open} for row in rows}
    return {one: found.get(one, {"objections": None, "objections_open": None}) for one in later}


def _steps(known: dict[int, Facts], day: date) -> Found:
    """Steps of preparation that were done by then."""
    begun = {one: row.project_id for one, row in known.items() if row.steps_done and row.project_id}
    done = steps_done_by(sorted(set(begun.values())), day)
    return {
        one: {"steps_done": done[project_id]}
        for one, project_id in begun.items()
        if project_id in done and done[project_id] != known[one].steps_done
    }


def _money(known: dict[int, Facts], day: date) -> Found:
    """Entries whose document, receipt or payment is of a day up to then."""
    of = {one: row.project_id for one, row in known.items() if row.project_id}
    later = _ids(
        sa.select(FundingLine.project_id).where(
            FundingLine.project_id.in_(set(of.values())), FundingLine.entered_on > day
        )
    )
    shares = projects.shares(later, day) if later else {}
    nothing = dict.fromkeys(("funds_planned", "funds_received", "funds_spent"))
    return {
        one: {name: funds(shares[project_id][one]).get(name) for name in nothing}
        for one, project_id in of.items()
        if project_id in shares
    }


def in_year(rows: Sequence[Facts], year: int) -> list[Facts]:
    """These rows with the plan of that year in the place of a later one."""
    found = _plans({row.community_id: row for row in rows}, year)
    return [replace(row, **found.get(row.community_id, {})) for row in rows]


def _planned(known: dict[int, Facts], day: date) -> Found:
    return _plans(known, day.year)


def _plans(known: dict[int, Facts], year: int) -> Found:
    """What is kept is the newest plan: for communities that stand in a later year's, whether they stood in this one's."""
    later = [one for one, row in known.items() if row.plan_year is not None and row.plan_year > year]
    then = {row.community_id: of_row(row) for row in plans.rows_of_year(later, year)} if later else {}
    nothing = dict.fromkeys(("plan_year", "plan_households", "claimed_base", "claimed_consenting"))
    return {one: then.get(one, nothing) for one in later}


def _ids(of: sa.Select[Any]) -> list[int]:
    return sorted(set(db.session.scalars(of.distinct())))
