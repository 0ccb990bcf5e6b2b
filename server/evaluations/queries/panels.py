"""Panels: which communities are to get one, who and what is asked, and the terms of a place."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from server.evaluations.models import EvaluationPanel, PanelHousehold, PanelItem
from server.evaluations.rules.rates import Least
from server.evaluations.rules.results import Asked
from server.evaluations.rules.rounds import (
    MOST_DAYS,
    SETTINGS,
    THIRD_MONTHS,
    WINDOW_DAYS,
    Terms,
    months_after,
)
from server.infra.db import db
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound
from server.ledger import queries as ledger
from server.policies import queries as policies
from server.projects.queries import MEMBERS, STAGE_DATES


@dataclass(frozen=True)
class DuePanel:
    """A community whose works are finished, as another person confirmed, and that nobody was asked about yet."""

    project_id: int
    community_id: int
    finished_on: date
    division_path: str


def due_panels(now: datetime) -> list[DuePanel]:
    """Those whose last round is not past: of works that were finished years ago nobody is asked any more."""
    today = china_day(now)
    rows = db.session.execute(
        sa.select(MEMBERS.c.project_id, MEMBERS.c.community_id, STAGE_DATES.c.finished_on)
        .join(STAGE_DATES, STAGE_DATES.c.project_id == MEMBERS.c.project_id)
        .outerjoin(
            EvaluationPanel,
            sa.and_(
                EvaluationPanel.project_id == MEMBERS.c.project_id,
                EvaluationPanel.community_id == MEMBERS.c.community_id,
            ),
        )
        .where(
            STAGE_DATES.c.finished_on <= today,
            STAGE_DATES.c.finished_on > today - timedelta(days=MOST_DAYS),
            EvaluationPanel.id.is_(None),
        )
        .order_by(STAGE_DATES.c.finished_on, MEMBERS.c.project_id, MEMBERS.c.community_id)
    ).all()
    places = ledger.places([row.community_id for row in rows])
    paths = {place.division_path for place in places.values()}
    months, window = (policies.values_at(key, paths, today) for key in (THIRD_MONTHS, WINDOW_DAYS))
    found = [
        DuePanel(row.project_id, row.community_id, row.finished_on, places[row.community_id].division_path)
        for row in rows
    ]
    return [
        one
        for one in found
        if months_after(one.finished_on, months[one.division_path])
        + timedelta(days=window[one.division_path])
        >= today
    ]


def terms_at(division_path: str, on: date) -> Terms:
    return Terms.of(policies.values_of(SETTINGS, division_path, on))


def items(panel_id: int) -> dict[str, str]:
    """Titles of what was promised, by code, in their order."""
    rows = sa.select(PanelItem).where(PanelItem.panel_id == panel_id).order_by(PanelItem.position)
    return {row.code: row.title for row in db.session.scalars(rows)}


def asked(panel_id: int) -> Asked:
    """Raises NotFound."""
    panel = db.session.get(EvaluationPanel, panel_id)
    if panel is None:
        raise NotFound
    households = {
        row.building_id: row.households
        for row in db.session.execute(
            sa.select(PanelHousehold.building_id, sa.func.count().label("households"))
            .where(PanelHousehold.panel_id == panel_id)
            .group_by(PanelHousehold.building_id)
        )
    }
    buildings = {one.id: one.label for one in ledger.buildings(panel.community_id) if one.id in households}
    least = Least(Terms.share_of(panel.least_share), panel.least_answers)
    return Asked(households, buildings, items(panel_id), least)
