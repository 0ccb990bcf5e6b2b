"""Entering a dated act of the works, and another person's word on it."""

from collections.abc import Sequence
from datetime import date, datetime

from server.infra import replay
from server.infra.db import db
from server.infra.second import entered, looked
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound
from server.kernel.second import check_second
from server.projects.actions.keeping import keep_entry, locked, project_record
from server.projects.models import EventReview, WorksEvent
from server.projects.models.works import About
from server.projects.queries import counted_dates, event, open_points, waiting
from server.projects.rules.acts import EventKind, check_before, check_day, check_event
from server.projects.rules.items import COMPLETING, check_no_points


def enter_event(
    project_id: int,
    *,
    kind: EventKind,
    happened_on: date,
    document: str,
    photos: Sequence[int],
    client_key: str,
    actor: Actor,
    now: datetime,
) -> WorksEvent:
    """One person says that it happened. It counts when another has confirmed it."""
    row = locked(project_id)
    # Pictures are left out of the digest: sent again they are other attachments of the same ones.
    digest = replay.digest(actor, "enter_event", project_id, kind, happened_on, document)
    earlier = replay.earlier(WorksEvent, client_key, digest)
    if earlier is not None:
        return earlier
    check_event(
        kind,
        happened_on,
        dates=counted_dates(row.id),
        waiting=waiting([row.id])[row.id],
        has_picture=bool(photos),
        document=document,
        today=china_day(now),
    )
    _check_points(row.id, kind)
    made = WorksEvent(
        project_id=row.id,
        kind=kind,
        happened_on=happened_on,
        document=document.strip(),
        **entered(actor, now, client_key, digest),
    )
    keep_entry(row.id, About.EVENT, made, photos)
    project_record(
        actor, "projects.enter_event", row.id, now=now,
        event_id=made.id, kind=kind, happened_on=happened_on, document=made.document, photos=len(photos),
    )  # fmt: skip
    return made


def review_event(
    project_id: int, event_id: int, *, is_confirmed: bool, reason: str, actor: Actor, now: datetime
) -> EventReview:
    """Another person confirms it or turns it down. Turned down, it may be entered anew."""
    row = locked(project_id)
    found = event(event_id, row.id)
    if found is None:
        raise NotFound
    check_second(
        found.event.entered_by,
        actor.key,
        is_looked=found.review is not None,
        is_confirmed=is_confirmed,
        reason=reason,
        code="event",
    )
    if is_confirmed:
        # While this one waited, a later act may have been confirmed, or the one that it stands on withdrawn.
        dates = counted_dates(row.id)
        check_before(found.event.kind, dates)
        check_day(found.event.kind, found.event.happened_on, dates, china_day(now))
        _check_points(row.id, found.event.kind)
    review = EventReview(
        event_id=event_id,
        **looked(actor, now, is_confirmed=is_confirmed, reason=reason),
    )
    db.session.add(review)
    db.session.flush()
    project_record(
        actor, "projects.review_event", row.id, now=now,
        event_id=event_id, kind=found.event.kind, is_confirmed=is_confirmed, reason=review.reason,
    )  # fmt: skip
    return review


def _check_points(project_id: int, kind: EventKind) -> None:
    """The works are not complete while residents' points are open; asked when it is entered, and when it is confirmed."""
    if kind in COMPLETING:
        check_no_points(open_points(project_id))
