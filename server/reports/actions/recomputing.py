"""Keeping the figures of communities in step with what they are made of.

Nobody below tells that something happened; the clock asks. Two tables only grow and say what was touched: the audit, and the
answers of surveys. Their numbers are handed out before the rows are committed, so a lower number may appear after a higher one:
each number is therefore looked at by two looks in a row. What is known to turn at an instant (a ticket becomes late,
a management ends) is made anew then; whatever else changes with the day alone (a survey closes, a notice opens) is
caught by making anew, little by little, whatever was computed more than an hour ago.
"""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from server.audit.models import AuditEntry
from server.infra.db import db, table_of
from server.plans.models import PlanRow
from server.projects.models import ProjectCommunity
from server.reports.models import CommunityFigures, FiguresMark
from server.reports.queries.computing import community_ids, computed
from server.reports.queries.figures import facts_of
from server.reports.rules.facts import Facts
from server.surveys.models import Survey, SurveyResponse

GROWS_OLD_AFTER = timedelta(hours=1)
#: So many old ones are made anew by one look of the clock.
OLD_AT_ONCE = 20
#: What was touched is made anew at once, up to so many a look; the rest has the next one.
TOUCHED_AT_ONCE = 400

_figures = table_of(CommunityFigures)


def recompute(ids: Iterable[int], now: datetime) -> int:
    """Make the figures of these communities anew. Returns of how many they differed."""
    listed = sorted(set(ids))
    before = facts_of(listed)
    differed = 0
    for facts in computed(listed, now):
        differed += before.get(facts.community_id) != facts
        _keep(facts, now)
    db.session.expire_all()
    return differed


def recompute_all(now: datetime) -> int:
    """Every community of the ledger. Returns of how many the kept figures differed."""
    return recompute(community_ids(), now)


def recompute_due(now: datetime) -> int:
    """Make anew what was touched since the last look, what has no figures yet, and some of what is old."""
    touched = _touched()
    touched += _partners(touched)
    wanted = dict.fromkeys([*touched, *_missing(), *_turned(now), *_old(now)])
    recompute(list(wanted)[: TOUCHED_AT_ONCE + OLD_AT_ONCE], now)
    return len(wanted)


def _keep(facts: Facts, now: datetime) -> None:
    values: dict[str, Any] = {**asdict(facts), "computed_at": now}
    insert = {"sqlite": sqlite, "postgresql": postgresql}[db.engine.dialect.name].insert(_figures)
    rest = {name: value for name, value in values.items() if name != "community_id"}
    db.session.execute(
        insert.values(values).on_conflict_do_update(index_elements=["community_id"], set_=rest)
    )


def _touched() -> list[int]:
    since = _look("audit", AuditEntry.id)
    by_audit = (
        sa.select(AuditEntry.community_id)
        .where(AuditEntry.id > since, AuditEntry.community_id.is_not(None))
        .distinct()
    )
    # A plan that becomes final, or is changed, is one act over all its communities.
    by_plans = (
        sa.select(PlanRow.community_id)
        .join(AuditEntry, AuditEntry.object_id == PlanRow.plan_id)
        .where(AuditEntry.id > since, AuditEntry.object_kind == "annual_plan")
        .distinct()
    )
    by_answers = (
        sa.select(Survey.community_id)
        .join(SurveyResponse, SurveyResponse.survey_id == Survey.id)
        .where(SurveyResponse.id > _look("answers", SurveyResponse.id))
        .distinct()
    )
    return [one for found in (by_audit, by_plans, by_answers) for one in db.session.scalars(found) if one]


def _partners(ids: list[int]) -> list[int]:
    """Communities in one project with these: what happens in one moves the steps and the shares of the others."""
    mine = sa.select(ProjectCommunity.project_id).where(ProjectCommunity.community_id.in_(ids))
    found = sa.select(ProjectCommunity.community_id).where(ProjectCommunity.project_id.in_(mine))
    return sorted(set(db.session.scalars(found)) - set(ids))


def _look(source: str, number: sa.orm.InstrumentedAttribute[int]) -> int:
    """Note how far the table has grown. Returns from where on this look goes: where the look before last had ended."""
    newest = db.session.scalar(sa.select(sa.func.max(number))) or 0
    mark = db.session.get(FiguresMark, source, with_for_update=True)
    if mark is None:
        db.session.add(FiguresMark(source=source, seen=newest, seen_before=0))
        return 0
    since, mark.seen_before, mark.seen = mark.seen_before, mark.seen, newest
    return since


def _missing() -> list[int]:
    kept = sa.select(CommunityFigures.community_id)
    known = set(db.session.scalars(kept))
    return [one for one in community_ids() if one not in known]


def _turned(now: datetime) -> list[int]:
    found = sa.select(CommunityFigures.community_id).where(CommunityFigures.turns_at <= now)
    return list(db.session.scalars(found.order_by(CommunityFigures.community_id)))


def _old(now: datetime) -> list[int]:
    found = (
        sa.select(CommunityFigures.community_id)
        .where(CommunityFigures.computed_at <= now - GROWS_OLD_AFTER)
        .order_by(CommunityFigures.computed_at)
        .limit(OLD_AT_ONCE)
    )
    return list(db.session.scalars(found))
