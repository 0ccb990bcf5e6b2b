"""The works item by item for tests, made through the room's own actions."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from server.infra.db import unit_of_work
from server.kernel.actor import Actor, ActorKind
from server.kernel.parts import Part
from server.ledger.models import Community, Flat
from server.projects import actions
from server.projects.models import (
    Appointment,
    DamageClaim,
    HiddenWork,
    Project,
    PunchPoint,
    Supervisor,
    WorkItem,
)
from server.projects.queries import SlotCard
from server.projects.rules.items import Adopted
from server.projects.rules.points import PointAct
from tests.factories.projects import CONFIRMS, ENTERS, NOW, key, make_photo
from tests.kept import kept

RESIDENT = Actor(ActorKind.RESIDENT, 9201, "居民")
CONTRACTOR = "黔建第三工程公司"


@kept
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


@kept
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


@kept
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


@kept
def hide(
    item: WorkItem, place: str = "3 栋 2 单元，一层立管", *, now: datetime = NOW, **facts: Any
) -> HiddenWork:
    photos = [make_photo(now)]
    facts = {"covered_on": date(2026, 3, 3), "client_key": key(), "actor": ENTERS, "photos": photos, **facts}
    with unit_of_work():
        return actions.enter_hidden_work(item.project_id, item.id, place=place, now=now, **facts)


@kept
def undo(item: WorkItem, *, now: datetime = NOW) -> None:
    """Its completion no longer counts: asked by one person, confirmed by another."""
    with unit_of_work():
        actions.ask_undoing(
            item.project_id, item.id, reason="没有做完", client_key=key(), actor=ENTERS, now=now
        )
    with unit_of_work():
        actions.review_undoing(
            item.project_id, item.id, is_confirmed=True, reason="", actor=CONFIRMS, now=now
        )


@kept
def offer(
    item: WorkItem, from_on: date, to_on: date, *, times: Sequence[int] = (0,), seats: int = 1, **facts: Any
) -> None:
    facts = {"client_key": key(), "actor": ENTERS, "now": NOW, **facts}
    with unit_of_work():
        actions.offer_visits(
            item.project_id, item.id, from_on=from_on, to_on=to_on, times=times, seats=seats, **facts
        )


@kept
def book(card: SlotCard, flat: Flat, *, now: datetime = NOW, **facts: Any) -> Appointment:
    facts = {"client_key": key(), "actor": RESIDENT, **facts}
    with unit_of_work():
        return actions.book_visit(card.slot.id, flat_id=flat.id, now=now, **facts)


@kept
def point(
    project: Project,
    community: Community,
    place: str = "2 单元三楼",
    words: str = "灯不亮",
    *,
    now: datetime = NOW,
    **facts: Any,
) -> PunchPoint:
    facts = {
        "flat_id": None, "item_id": None, "photos": (), "client_key": key(), "actor": RESIDENT, **facts,
    }  # fmt: skip
    with unit_of_work():
        return actions.raise_point(
            project.id, community_id=community.id, place=place, words=words, now=now, **facts
        )


@kept
def act(row: PunchPoint, kind: PointAct, *, actor: Actor = ENTERS, words: str = "看过", **facts: Any) -> None:
    facts = {"client_key": key(), "photos": (), "now": NOW, **facts}
    with unit_of_work():
        actions.act_on_point(
            row.id, community_id=row.community_id, kind=kind, words=words, actor=actor, **facts
        )


@kept
def name_supervisor(project: Project, flat: Flat) -> Supervisor:
    with unit_of_work():
        return actions.name_supervisor(
            project.id,
            community_id=flat.community_id,
            flat_id=flat.id,
            client_key=key(),
            actor=ENTERS,
            now=NOW,
        )


@kept
def claim(project: Project, flat: Flat, words: str = "脚手架碰裂了窗户", **facts: Any) -> DamageClaim:
    facts = {
        "item_id": None, "happened_on": date(2026, 3, 2), "photos": (), "client_key": key(), "actor": RESIDENT,
        "now": NOW, **facts,
    }  # fmt: skip
    with unit_of_work():
        return actions.claim_damage(
            project.id, community_id=flat.community_id, flat_id=flat.id, words=words, **facts
        )
