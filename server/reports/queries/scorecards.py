"""Scorecards of a place: how each contractor, each body that runs projects and each property company was judged below it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from server.divisions import queries as divisions
from server.evaluations import queries as evaluations
from server.evaluations.rules.rates import Least
from server.evaluations.rules.scorecards import Card, Work, scorecards
from server.evaluations.rules.words import Aspect
from server.infra.db import db
from server.kernel.chinatime import china_day
from server.ledger.queries.selectables import COMMUNITY_PLACES
from server.management.models import ContractEnd, ManagementContract, PropertyCompany
from server.management.queries import ContractCard
from server.projects.models import Project, WorkItem, WorkWindow
from server.projects.queries import DONE_ITEMS, MEMBERS, STAGE_DATES


class By(StrEnum):
    """Who is looked at."""

    CONTRACTOR = "contractor"
    BODY = "body"
    COMPANY = "company"

    @property
    def name_zh(self) -> str:
        return {"contractor": "施工单位", "body": "实施主体", "company": "物业公司"}[self.value]


#: What each is judged by: what they answer for, and not what others do.
CARDS: Mapping[By, tuple[Aspect, ...]] = {
    By.CONTRACTOR: (Aspect.QUALITY, Aspect.DISTURBANCE, Aspect.DURATION),
    By.BODY: (Aspect.OVERALL, Aspect.DURATION, Aspect.INFORMATION, Aspect.UPTAKE),
    By.COMPANY: (Aspect.SERVICE,),
}


def cards_under(division_path: str, by: By, now: datetime) -> list[Card]:
    """By the newest round that is over in each community below this path, whose works are finished."""
    works = _WORKS[by](division_path, now)
    judged = evaluations.judged({one.community_id for one in works}, now)
    terms = evaluations.terms_at(division_path, china_day(now))
    return scorecards(works, judged, Least(terms.least_share, terms.least_answers))


def _bodies(division_path: str, _now: datetime) -> list[Work]:
    rows = db.session.execute(
        sa.select(Project.body_name, MEMBERS.c.community_id)
        .join(MEMBERS, MEMBERS.c.project_id == Project.id)
        .join(STAGE_DATES, STAGE_DATES.c.project_id == Project.id)
        .where(
            STAGE_DATES.c.finished_on.is_not(None),
            MEMBERS.c.division_id.in_(divisions.subtree_ids(division_path)),
        )
        .order_by(Project.id, MEMBERS.c.community_id)
    )
    return [Work(row.body_name, row.community_id) for row in rows]


def _contractors(division_path: str, _now: datetime) -> list[Work]:
    """Whoever did an item that is done: by the newest window of each, as another person confirmed its completion."""
    newest = sa.select(sa.func.max(WorkWindow.id)).group_by(WorkWindow.item_id)
    rows = db.session.execute(
        sa.select(WorkWindow.contractor, WorkItem.community_id, WorkItem.code)
        .join(WorkItem, WorkItem.id == WorkWindow.item_id)
        .join(DONE_ITEMS, DONE_ITEMS.c.item_id == WorkItem.id)
        .join(COMMUNITY_PLACES, COMMUNITY_PLACES.c.id == WorkItem.community_id)
        .where(
            WorkWindow.id.in_(newest),
            COMMUNITY_PLACES.c.division_id.in_(divisions.subtree_ids(division_path)),
        )
        .order_by(WorkItem.id)
    )
    return [Work(row.contractor, row.community_id, frozenset({row.code} if row.code else ())) for row in rows]


def _companies(division_path: str, now: datetime) -> list[Work]:
    """Whoever managed a community on the last day of the round: nobody answers for who came before or after."""
    rounds = evaluations.latest_over({one.community_id for one in _bodies(division_path, now)}, now)
    rows = db.session.execute(
        sa.select(ManagementContract, PropertyCompany, ContractEnd)
        .outerjoin(PropertyCompany, PropertyCompany.id == ManagementContract.company_id)
        .outerjoin(ContractEnd, ContractEnd.contract_id == ManagementContract.id)
        .where(ManagementContract.community_id.in_(rounds))
        .order_by(ManagementContract.id)
    ).all()
    cards = [ContractCard(row[0], row[1], row[2]) for row in rows]
    return [
        Work(card.name, card.contract.community_id)
        for card in cards
        if card.term.is_in_force(rounds[card.contract.community_id].closes_on)
    ]


_WORKS: Mapping[By, Callable[[str, datetime], list[Work]]] = {
    By.CONTRACTOR: _contractors,
    By.BODY: _bodies,
    By.COMPANY: _companies,
}
