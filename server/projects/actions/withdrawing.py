"""Asking that a confirmed act, or an item's confirmed completion, should not stand, and another person's word on that.

What was withdrawn stays readable.
"""

from datetime import datetime
from typing import Any

from server.infra import replay
from server.infra.db import db
from server.infra.second import looked
from server.kernel.actor import Actor
from server.kernel.errors import NotFound
from server.kernel.second import check_second
from server.projects.actions.keeping import locked, project_record
from server.projects.models import CompletionWithdrawal, EventWithdrawal, SecondLook
from server.projects.models.items import Second
from server.projects.queries import CompletionCard, Confirmed, EventCard, counted_dates, event, item
from server.projects.rules.acts import check_asked, check_last, check_withdrawal


def ask_withdrawal(
    project_id: int, event_id: int, *, reason: str, client_key: str, actor: Actor, now: datetime
) -> EventWithdrawal:
    """One person says why the act should not stand. It counts on until another has confirmed that."""
    row = locked(project_id)
    digest = replay.digest(actor, "ask_withdrawal", project_id, event_id, reason)
    earlier = replay.earlier(EventWithdrawal, client_key, digest)
    if earlier is not None:
        return earlier
    card = _event(event_id, row.id)
    check_withdrawal(
        card.event.kind,
        counted_dates(row.id),
        is_counted=card.is_counted,
        is_waiting=card.is_withdrawal_waiting,
        reason=reason,
    )
    asked = EventWithdrawal(event_id=event_id, **_asked(reason, client_key, digest, actor, now))
    db.session.add(asked)
    db.session.flush()
    project_record(
        actor, "projects.ask_withdrawal", row.id, now=now,
        event_id=event_id, kind=card.event.kind, happened_on=card.event.happened_on, reason=asked.reason,
    )  # fmt: skip
    return asked


def review_withdrawal(
    project_id: int, event_id: int, *, is_confirmed: bool, reason: str, actor: Actor, now: datetime
) -> SecondLook:
    """Confirmed, the act counts no more, and may be entered anew."""
    row = locked(project_id)
    card = _event(event_id, row.id)
    if is_confirmed:
        check_last(card.event.kind, counted_dates(row.id))
    look = _look(Second.WITHDRAWAL, card, is_confirmed=is_confirmed, reason=reason, actor=actor, now=now)
    project_record(
        actor, "projects.review_withdrawal", row.id, now=now,
        event_id=event_id, kind=card.event.kind, is_confirmed=is_confirmed, reason=look.reason,
    )  # fmt: skip
    return look


def ask_undoing(
    project_id: int, item_id: int, *, reason: str, client_key: str, actor: Actor, now: datetime
) -> CompletionWithdrawal:
    """One person says why the item's completion should not stand: it was not done, or not on that day."""
    row = locked(project_id)
    digest = replay.digest(actor, "ask_undoing", project_id, item_id, reason)
    earlier = replay.earlier(CompletionWithdrawal, client_key, digest)
    if earlier is not None:
        return earlier
    done = _completion(item_id, row.id)
    check_asked(is_counted=done.is_counted, is_waiting=done.is_withdrawal_waiting, reason=reason)
    asked = CompletionWithdrawal(
        completion_id=done.completion.id, **_asked(reason, client_key, digest, actor, now)
    )
    db.session.add(asked)
    db.session.flush()
    project_record(
        actor, "projects.ask_undoing", row.id, now=now,
        item_id=item_id, completed_on=done.completion.completed_on, reason=asked.reason,
    )  # fmt: skip
    return asked


def review_undoing(
    project_id: int, item_id: int, *, is_confirmed: bool, reason: str, actor: Actor, now: datetime
) -> SecondLook:
    """Confirmed, the item is not done, nobody answers for it yet, and its completion may be entered anew."""
    row = locked(project_id)
    done = _completion(item_id, row.id)
    look = _look(
        Second.COMPLETION_WITHDRAWAL, done, is_confirmed=is_confirmed, reason=reason, actor=actor, now=now
    )
    project_record(
        actor, "projects.review_undoing", row.id, now=now,
        item_id=item_id, completed_on=done.completion.completed_on, is_confirmed=is_confirmed,
        reason=look.reason,
    )  # fmt: skip
    return look


def _asked(reason: str, client_key: str, digest: str, actor: Actor, now: datetime) -> dict[str, Any]:
    return {
        "reason": reason.strip(),
        "asked_by": actor.key,
        "asked_name": actor.label,
        "asked_at": now,
        "client_key": client_key,
        "client_digest": digest,
    }


def _look(
    about: Second, card: Confirmed, *, is_confirmed: bool, reason: str, actor: Actor, now: datetime
) -> SecondLook:
    """A second person's word on the newest request that something should not stand."""
    if card.withdrawal is None:
        raise NotFound
    check_second(
        card.withdrawal.asked_by,
        actor.key,
        is_looked=card.look is not None,
        is_confirmed=is_confirmed,
        reason=reason,
        code="withdrawal",
    )
    look = SecondLook(
        about=about,
        about_id=card.withdrawal.id,
        **looked(actor, now, is_confirmed=is_confirmed, reason=reason),
    )
    db.session.add(look)
    db.session.flush()
    return look


def _event(event_id: int, project_id: int) -> EventCard:
    card = event(event_id, project_id)
    if card is None:
        raise NotFound
    return card


def _completion(item_id: int, project_id: int) -> CompletionCard:
    """What was said last of the item being done."""
    done = item(item_id, project_id).done
    if done is None:
        raise NotFound
    return done
