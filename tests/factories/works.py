"""The works item by item for tests, made through the room's own actions."""

from datetime import date, datetime
from typing import Any

from server.infra.db import unit_of_work
from server.ledger.models import Community
from server.projects import actions
from server.projects.models import Project, WorkItem
from server.projects.rules.items import Adopted, Part
from tests.factories.projects import CONFIRMS, ENTERS, NOW, key, make_photo

CONTRACTOR = "黔建第三工程公司"


def adopt(
    project: Project,
    community: Community,
    title: str = "楼道照明改造",
    *,
    code: str = "B11",
    part: Part = Part.ELECTRICS,
    now: datetime = NOW,
    **place: Any,
) -> WorkItem:
    one = Adopted(community.id, code, title, part, **place)
    with unit_of_work():
        return actions.adopt_items(project.id, items=[one], actor=ENTERS, now=now)[0]


def plan(
    item: WorkItem,
    starts_on: date = date(2026, 3, 9),
    ends_on: date = date(2026, 3, 20),
    *,
    now: datetime = NOW,
    **facts: Any,
) -> None:
    facts = {"contractor": CONTRACTOR, "reason": "", "client_key": key(), "actor": ENTERS, **facts}
    with unit_of_work():
        actions.plan_item(item.project_id, item.id, starts_on=starts_on, ends_on=ends_on, now=now, **facts)


def complete(
    item: WorkItem,
    completed_on: date = date(2026, 3, 20),
    *,
    is_confirmed: bool | None = True,
    now: datetime = datetime(2026, 3, 23, 1, tzinfo=NOW.tzinfo),
) -> None:
    """Entered by one person; confirmed (True) or turned down (False) by another, or left waiting (None)."""
    with unit_of_work():
        actions.complete_item(
            item.project_id,
            item.id,
            completed_on=completed_on,
            document="验收单 7 号",
            client_key=key(),
            actor=ENTERS,
            now=now,
        )
    if is_confirmed is not None:
        with unit_of_work():
            actions.review_completion(
                item.project_id,
                item.id,
                is_confirmed=is_confirmed,
                reason="" if is_confirmed else "还有两盏不亮",
                actor=CONFIRMS,
                now=now,
            )


def hide(item: WorkItem, place: str = "3 栋 2 单元，一层立管", *, now: datetime = NOW, **facts: Any) -> None:
    photos = [make_photo(now)]
    facts = {"covered_on": date(2026, 3, 3), "client_key": key(), "actor": ENTERS, "photos": photos, **facts}
    with unit_of_work():
        actions.enter_hidden_work(item.project_id, item.id, place=place, now=now, **facts)
