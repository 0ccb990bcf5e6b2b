"""Taking adopted items over, planning each, photographing what goes out of sight, and saying that an item is done."""

from collections.abc import Sequence
from datetime import date, datetime

from server.infra import replay
from server.infra.db import db
from server.infra.second import entered, looked
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound
from server.kernel.second import check_second
from server.projects.actions.keeping import keep_evidence, locked, project_record
from server.projects.models import HiddenWork, SecondLook, WorkCompletion, WorkItem, WorkWindow
from server.projects.models.items import Second
from server.projects.models.works import About
from server.projects.queries import adopted_keys, item, members, open_points, place_names
from server.projects.rules.items import (
    Adopted,
    check_adopted,
    check_done,
    check_hidden,
    check_no_points,
    check_window,
)


def adopt_items(project_id: int, *, items: Sequence[Adopted], actor: Actor, now: datetime) -> list[WorkItem]:
    """The adopted items of a scheme become items of the works. One that is there already is left as it is, so that
    the same list twice has one effect."""
    row = locked(project_id)
    check_adopted(items, {one.id for one in members([row.id])[row.id]})
    names = place_names({one.place[:3] for one in items})
    if any(one.place[:3] not in names for one in items):
        raise NotFound
    there = adopted_keys(row.id)
    made = []
    for one in {wanted.place: wanted for wanted in items}.values():
        if one.place in there:
            continue
        made.append(
            WorkItem(
                project_id=row.id,
                community_id=one.community_id,
                building_id=one.building_id,
                entrance_id=one.entrance_id,
                code=one.code,
                title=one.title.strip(),
                part=one.part,
                created_by=actor.key,
                created_at=now,
            )
        )
    if not made:
        return []
    db.session.add_all(made)
    db.session.flush()
    project_record(
        actor, "projects.adopt_items", row.id, now=now,
        items=[{"id": one.id, "code": one.code, "title": one.title, "part": one.part} for one in made],
    )  # fmt: skip
    return made


def plan_item(
    project_id: int,
    item_id: int,
    *,
    contractor: str,
    starts_on: date,
    ends_on: date,
    reason: str,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> WorkWindow:
    """From now on it is planned so; the earlier plan stays readable."""
    row = locked(project_id)
    digest = replay.digest(actor, "plan_item", project_id, item_id, contractor, starts_on, ends_on, reason)
    earlier = replay.earlier(WorkWindow, client_key, digest)
    if earlier is not None:
        return earlier
    card = item(item_id, row.id)
    before = card.window
    check_window(
        contractor,
        starts_on,
        ends_on,
        is_done=card.is_done or card.is_waiting,
        is_moved=before is not None and (before.starts_on, before.ends_on) != (starts_on, ends_on),
        reason=reason,
    )
    window = WorkWindow(
        item_id=item_id,
        contractor=contractor.strip(),
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason.strip(),
        planned_by=actor.key,
        planned_name=actor.label,
        planned_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    db.session.add(window)
    db.session.flush()
    project_record(
        actor, "projects.plan_item", row.id, now=now,
        item_id=item_id, contractor=window.contractor, starts_on=starts_on, ends_on=ends_on, reason=window.reason,
    )  # fmt: skip
    return window


def enter_hidden_work(
    project_id: int,
    item_id: int,
    *,
    place: str,
    covered_on: date,
    photos: Sequence[int],
    client_key: str,
    actor: Actor,
    now: datetime,
) -> HiddenWork:
    """Pictures of what will be out of sight, pinned to the item and the place."""
    row = locked(project_id)
    digest = replay.digest(actor, "enter_hidden_work", project_id, item_id, place, covered_on)
    earlier = replay.earlier(HiddenWork, client_key, digest)
    if earlier is not None:
        return earlier
    card = item(item_id, row.id)
    check_hidden(place, covered_on, china_day(now), pictures=len(photos), is_done=card.is_done)
    hidden = HiddenWork(
        item_id=item_id,
        place=place.strip(),
        covered_on=covered_on,
        **entered(actor, now, client_key, digest),
    )
    db.session.add(hidden)
    db.session.flush()
    keep_evidence(row.id, About.HIDDEN, hidden.id, photos)
    project_record(
        actor, "projects.enter_hidden_work", row.id, now=now,
        item_id=item_id, place=hidden.place, covered_on=covered_on, photos=len(photos),
    )  # fmt: skip
    return hidden


def complete_item(
    project_id: int,
    item_id: int,
    *,
    completed_on: date,
    document: str,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> WorkCompletion:
    """One person says that the item is done. It counts when another has confirmed it."""
    row = locked(project_id)
    digest = replay.digest(actor, "complete_item", project_id, item_id, completed_on, document)
    earlier = replay.earlier(WorkCompletion, client_key, digest)
    if earlier is not None:
        return earlier
    card = item(item_id, row.id)
    check_done(
        completed_on,
        china_day(now),
        starts_on=card.window.starts_on if card.window else None,
        is_done=card.is_done,
        is_waiting=card.is_waiting,
        open_points=open_points(row.id, item_id),
    )
    done = WorkCompletion(
        item_id=item_id,
        completed_on=completed_on,
        document=document.strip(),
        **entered(actor, now, client_key, digest),
    )
    db.session.add(done)
    db.session.flush()
    project_record(
        actor, "projects.complete_item", row.id, now=now,
        item_id=item_id, completed_on=completed_on, document=done.document,
    )  # fmt: skip
    return done


def review_completion(
    project_id: int, item_id: int, *, is_confirmed: bool, reason: str, actor: Actor, now: datetime
) -> SecondLook:
    """Another person confirms that the item is done, or turns it down."""
    row = locked(project_id)
    card = item(item_id, row.id)
    if card.done is None:
        raise NotFound
    check_second(
        card.done.completion.entered_by,
        actor.key,
        is_looked=not card.is_waiting,
        is_confirmed=is_confirmed,
        reason=reason,
        code="completion",
    )
    if is_confirmed:
        check_no_points(open_points(row.id, item_id))
    look = SecondLook(
        about=Second.COMPLETION,
        about_id=card.done.completion.id,
        **looked(actor, now, is_confirmed=is_confirmed, reason=reason),
    )
    db.session.add(look)
    db.session.flush()
    project_record(
        actor, "projects.review_completion", row.id, now=now,
        item_id=item_id, is_confirmed=is_confirmed, reason=look.reason,
    )  # fmt: skip
    return look
