"""Projects for tests, made through the room's own actions."""

import io
import secrets
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from PIL import Image

from server.attachments import actions as attachments
from server.infra.db import unit_of_work
from server.kernel.actor import COMMAND, Actor, ActorKind
from server.ledger.models import Community
from server.plans.rules.words import FundSource
from server.projects import actions
from server.projects.models import FundingLine, IllegalStructure, PrepStep, Project, StartPlan, WorksEvent
from server.projects.rules.acts import EventKind
from server.projects.rules.money import Entry
from server.projects.rules.preparation import DERIVED, StepKind, StepState
from tests.factories.ledger import make_community
from tests.kept import kept

#: Monday, 2 March 2026, 09:00 in China.
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ENTERS = Actor(ActorKind.STAFF, 9001, "林经办")
CONFIRMS = Actor(ActorKind.STAFF, 9002, "周复核")


def key() -> str:
    return secrets.token_urlsafe(12)


def a_picture(shade: int = 90) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), (shade, 120, 90)).save(out, "JPEG")
    return out.getvalue()


@kept
def make_photo(now: datetime = NOW) -> int:
    """The id of a kept picture."""
    with unit_of_work():
        return attachments.keep_photo(a_picture(), actor=COMMAND, now=now).id


@kept
def make_project(*communities: Community, now: datetime = NOW, **facts: Any) -> Project:
    facts = {
        "name": "九洲巷片区改造",
        "plan_year": 2026,
        "body_name": "南明区城市建设投资公司",
        "client_key": key(),
        "actor": COMMAND,
        **facts,
    }
    ids = [one.id for one in communities or (make_community(),)]
    with unit_of_work():
        return actions.create_project(community_ids=ids, now=now, **facts)


@kept
def make_event(
    project: Project,
    kind: EventKind = EventKind.STARTED,
    happened_on: date = date(2026, 3, 2),
    *,
    is_confirmed: bool | None = True,
    photos: Sequence[int] | None = None,
    now: datetime = NOW,
    **facts: Any,
) -> WorksEvent:
    """Entered by one person; confirmed (True) or turned down (False) by another, or left waiting (None)."""
    photos = [make_photo(now)] if photos is None else photos
    facts = {"document": "开工令 3 号", "client_key": key(), "actor": ENTERS, **facts}
    with unit_of_work():
        event = actions.enter_event(
            project.id, kind=kind, happened_on=happened_on, photos=photos, now=now, **facts
        )
    if is_confirmed is not None:
        with unit_of_work():
            actions.review_event(
                project.id,
                event.id,
                is_confirmed=is_confirmed,
                reason="" if is_confirmed else "照片看不清",
                actor=CONFIRMS,
                now=now,
            )
    return event


@kept
def make_step(
    project: Project,
    kind: StepKind = StepKind.BUDGET,
    state: StepState = StepState.DONE,
    done_on: date | None = date(2026, 2, 2),
    *,
    now: datetime = NOW,
    **facts: Any,
) -> PrepStep:
    facts = {"words": "南建〔2026〕8 号", "photos": (), "client_key": key(), "actor": ENTERS, **facts}
    with unit_of_work():
        return actions.record_step(project.id, kind=kind, state=state, done_on=done_on, now=now, **facts)


@kept
def make_all_steps(project: Project, done_on: date = date(2026, 2, 2)) -> None:
    """The six that are done by hand."""
    for kind in StepKind:
        if kind not in DERIVED:
            make_step(project, kind, done_on=done_on)


@kept
def make_plan(
    project: Project,
    month: date = date(2026, 5, 1),
    planned_on: date | None = None,
    *,
    reason: str = "",
    now: datetime = NOW,
) -> StartPlan:
    with unit_of_work():
        return actions.plan_start(
            project.id,
            month=month,
            planned_on=planned_on,
            reason=reason,
            client_key=key(),
            actor=COMMAND,
            now=now,
        )


@kept
def make_funding(
    project: Project,
    amount_fen: int,
    source: FundSource = FundSource.CENTRAL_SUBSIDY,
    entry: Entry = Entry.PLANNED,
    *,
    now: datetime = NOW,
    **facts: Any,
) -> FundingLine:
    facts = {
        "entered_on": date(2026, 3, 1),
        "document": "黔财建〔2026〕5 号",
        "photos": (),
        "client_key": key(),
        "actor": ENTERS,
        **facts,
    }
    with unit_of_work():
        return actions.add_funding(
            project.id, source=source, entry=entry, amount_fen=amount_fen, now=now, **facts
        )


@kept
def make_cost(project: Project, amount_fen: int, *, now: datetime = NOW) -> None:
    with unit_of_work():
        actions.set_cost(
            project.id,
            amount_fen=amount_fen,
            entered_on=date(2026, 3, 1),
            document="工程预算书",
            photos=(),
            client_key=key(),
            actor=ENTERS,
            now=now,
        )


@kept
def make_structure(
    project: Project,
    community: Community,
    place: str = "3 栋东侧，铁皮棚",
    *,
    found_on: date = date(2026, 2, 20),
    now: datetime = NOW,
) -> IllegalStructure:
    photos = [make_photo(now)]
    with unit_of_work():
        return actions.enter_structure(
            project.id,
            community_id=community.id,
            place=place,
            happened_on=found_on,
            photos=photos,
            client_key=key(),
            actor=ENTERS,
            now=now,
        )
