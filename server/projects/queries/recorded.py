"""What was recorded of one project: acts with who confirmed them, steps, plans, pictures, and its due days."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from server.divisions import queries as divisions
from server.infra.db import db
from server.policies import queries as policies
from server.projects.models import (
    EventReview,
    EventWithdrawal,
    Evidence,
    PrepStep,
    StartPlan,
    WorksEvent,
)
from server.projects.models.items import Second
from server.projects.models.works import About
from server.projects.queries.confirmed import Confirmed, second_looks
from server.projects.rules.acts import EventKind
from server.projects.rules.preparation import StepFact
from server.projects.rules.starts import DueState, Milestone, asked_on, due_day, due_state


@dataclass(frozen=True, kw_only=True)
class EventCard(Confirmed):
    """An act, and what other persons said of it."""

    event: WorksEvent
    review: EventReview | None
    withdrawal: EventWithdrawal | None = None


@dataclass(frozen=True)
class Due:
    """A due day of a project's plan year, whether it was kept, and where the day comes from."""

    milestone: Milestone
    due_on: date
    met_on: date | None
    state: DueState
    origin_zh: str


def events(project_id: int) -> list[EventCard]:
    """In the order they were entered."""
    rows = db.session.execute(
        sa.select(WorksEvent, EventReview)
        .outerjoin(EventReview, EventReview.event_id == WorksEvent.id)
        .where(WorksEvent.project_id == project_id)
        .order_by(WorksEvent.id)
    )
    found = [(row[0], row[1]) for row in rows]
    asked = sa.select(EventWithdrawal).where(EventWithdrawal.event_id.in_([one.id for one, _ in found]))
    newest = {row.event_id: row for row in db.session.scalars(asked.order_by(EventWithdrawal.id))}
    looks = second_looks(Second.WITHDRAWAL, [row.id for row in newest.values()])
    return [
        EventCard(
            event=one,
            review=review,
            withdrawal=asked_for,
            look=looks.get(asked_for.id) if asked_for else None,
        )
        for one, review in found
        for asked_for in [newest.get(one.id)]
    ]


def event(event_id: int, project_id: int) -> EventCard | None:
    return next((one for one in events(project_id) if one.event.id == event_id), None)


def counted_dates(project_id: int) -> dict[EventKind, date]:
    return {one.event.kind: one.event.happened_on for one in events(project_id) if one.is_counted}


def stored_steps(project_ids: Collection[int]) -> dict[int, list[StepFact]]:
    """The steps that are done by hand as they stand now, by project; of a step all that was said of it, the newest last."""
    rows = db.session.scalars(
        sa.select(PrepStep).where(PrepStep.project_id.in_(project_ids)).order_by(PrepStep.id)
    )
    found: dict[int, list[StepFact]] = {one: [] for one in project_ids}
    for row in rows:
        found[row.project_id].append(row.fact)
    return found


def step_rows(project_id: int) -> list[PrepStep]:
    """All that was ever recorded of the steps, newest first."""
    rows = sa.select(PrepStep).where(PrepStep.project_id == project_id)
    return list(db.session.scalars(rows.order_by(PrepStep.id.desc())))


def start_plans(project_id: int) -> list[StartPlan]:
    """Newest first: the first holds."""
    rows = sa.select(StartPlan).where(StartPlan.project_id == project_id)
    return list(db.session.scalars(rows.order_by(StartPlan.id.desc())))


def evidence_of(project_id: int) -> dict[tuple[About, int], list[int]]:
    """The ids of pictures by what they show."""
    rows = sa.select(Evidence).where(Evidence.project_id == project_id).order_by(Evidence.id)
    found: dict[tuple[About, int], list[int]] = {}
    for row in db.session.scalars(rows):
        found.setdefault((row.about, row.about_id), []).append(row.id)
    return found


def evidence_about(about: About, about_ids: Collection[int]) -> dict[int, list[Evidence]]:
    """The pictures of several rows of one kind, by row, in the order they were kept."""
    found: dict[int, list[Evidence]] = {one: [] for one in about_ids}
    rows = sa.select(Evidence).where(Evidence.about == about, Evidence.about_id.in_(about_ids))
    for row in db.session.scalars(rows.order_by(Evidence.id)):
        found[row.about_id].append(row)
    return found


def evidence(evidence_id: int, project_id: int) -> Evidence | None:
    row = db.session.get(Evidence, evidence_id)
    return row if row is not None and row.project_id == project_id else None


def dues(division_id: int, plan_year: int, dates: Mapping[EventKind, date], today: date) -> list[Due]:
    """The due days of a plan year as its county has them, beside when each was met."""
    found = divisions.division(division_id)
    path = found.path if found is not None else "/"
    met = {
        Milestone.START: dates.get(EventKind.STARTED),
        Milestone.EFFECT: dates.get(EventKind.FINISHED),
        Milestone.PERFORMANCE: dates.get(EventKind.REPORTED),
    }
    lines = []
    for which in Milestone:
        setting = policies.setting(which.setting, path, asked_on(plan_year, today))
        due_on = due_day(which, plan_year, setting.value)
        state = due_state(due_on, met[which], today)
        lines.append(Due(which, due_on, met[which], state, setting.origin_zh))
    return lines


def due_days(division_ids: Collection[int], plan_year: int, today: date) -> dict[int, dict[Milestone, date]]:
    """The due days of a plan year in each of these counties."""
    keys = [which.setting for which in Milestone]
    found: dict[int, dict[Milestone, date]] = {}
    for division_id in set(division_ids):
        held = divisions.division(division_id)
        values = policies.values_of(keys, held.path if held else "/", asked_on(plan_year, today))
        found[division_id] = {which: due_day(which, plan_year, values[which.setting]) for which in Milestone}
    return found
