"""Offering times for work inside flats, booking one, moving and letting go, and closing a time."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.exc import IntegrityError

from server.audit.actions import record
from server.infra import replay
from server.infra.db import db, lock_row
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import Conflict, Invalid, NotFound, Refused
from server.ledger import queries as ledger
from server.projects.actions.keeping import locked
from server.projects.models import Appointment, VisitOffer, VisitSlot, WorkItem
from server.projects.queries import (
    SlotCard,
    appointment,
    booked_for,
    is_of_place,
    item,
    quiet_reasons,
    slot,
)
from server.projects.rules.visits import TIMES, check_booking, check_letting_go, check_offer, offered_days

LONGEST_REASON = 120
MOVED, LET_GO, AGAIN = "住户改约", "住户取消", "时间过了，住户又约了一次"


def offer_visits(
    project_id: int,
    item_id: int,
    *,
    from_on: date,
    to_on: date,
    times: Sequence[int],
    seats: int,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> VisitOffer:
    """Each of these times (places in TIMES) on each of these days, quiet days left out."""
    row = locked(project_id)
    digest = replay.digest(
        actor, "offer_visits", project_id, item_id, from_on, to_on, sorted(set(times)), seats
    )
    earlier = replay.earlier(VisitOffer, client_key, digest)
    if earlier is not None:
        return earlier
    card = item(item_id, row.id)
    if card.is_done:
        raise Refused("这一项已经完工，不用再约。", code="item_done")
    check_offer(from_on, to_on, times, seats, china_day(now))
    asked = [from_on + timedelta(days=n) for n in range((to_on - from_on).days + 1)]
    days = offered_days(from_on, to_on, set(quiet_reasons(card.item.community_id, asked)))
    offer = VisitOffer(
        item_id=item_id,
        offered_by=actor.key,
        offered_name=actor.label,
        offered_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    db.session.add(offer)
    db.session.flush()
    db.session.add_all(
        VisitSlot(
            offer_id=offer.id,
            item_id=item_id,
            on_day=day,
            from_minute=TIMES[one][0],
            to_minute=TIMES[one][1],
            seats=seats,
        )
        for day in days
        for one in sorted(set(times))
    )
    db.session.flush()
    record(
        actor, "projects.offer_visits", "visit_offer", offer.id, now=now, community_id=card.item.community_id,
        item_id=item_id, from_on=from_on, to_on=to_on, days=len(days), times=sorted(set(times)), seats=seats,
    )  # fmt: skip
    return offer


def book_visit(slot_id: int, *, flat_id: int, client_key: str, actor: Actor, now: datetime) -> Appointment:
    """The flat takes a place. Where it holds another for the same item, that one is let go in the same breath: moved;
    or, where its time is over, followed by a further one."""
    digest = replay.digest(actor, "book_visit", slot_id, flat_id)
    earlier = replay.earlier(Appointment, client_key, digest)
    if earlier is not None:
        return earlier
    flat = ledger.flat(flat_id)
    if flat is None:
        raise NotFound
    card = _locked(slot_id, flat.community_id)
    before = booked_for(card.item.id, flat_id)
    if before is not None and before.slot_id == slot_id:
        return before
    seat = check_booking(
        is_begun=now >= card.begins_at,
        is_closed=card.slot.closed_at is not None,
        is_of_this_place=is_of_place(card.item, flat.building_id, flat.entrance_id),
        taken=[one.seat for one in card.taken],
        seats=card.slot.seats,
    )
    if before is not None:
        held = slot(before.slot_id, flat.community_id)
        is_over = now >= held.ends_at
        if not is_over:
            check_letting_go(is_begun=now >= held.begins_at, is_ended=False)
        before.ended_at, before.ended_reason = now, AGAIN if is_over else MOVED
        db.session.flush()
    row = Appointment(
        slot_id=slot_id,
        item_id=card.item.id,
        flat_id=flat_id,
        seat=seat,
        booked_by=actor.key,
        booked_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        # Another telephone of the same flat took one at the same instant.
        raise Conflict("刚才有人给这套房约了。刷新页面看看。", code="collided") from None
    _record(actor, "projects.book_visit", row, card.item, now)
    return row


def let_visit_go(
    appointment_id: int, *, flat_ids: Collection[int], actor: Actor, now: datetime
) -> Appointment:
    row = appointment(appointment_id, flat_ids)
    if row is None:
        raise NotFound
    lock_row(VisitSlot, row.slot_id)
    db.session.refresh(row)
    flat = ledger.flat(row.flat_id)
    if flat is None:
        raise NotFound
    card = slot(row.slot_id, flat.community_id)
    check_letting_go(is_begun=now >= card.begins_at, is_ended=row.ended_at is not None)
    row.ended_at, row.ended_reason = now, LET_GO
    db.session.flush()
    _record(actor, "projects.let_visit_go", row, card.item, now)
    return row


def close_slot(slot_id: int, *, community_id: int, reason: str, actor: Actor, now: datetime) -> SlotCard:
    """The time is taken back, for a reason that those who hold a place are told. Returns it as it was before."""
    card = _locked(slot_id, community_id)
    if card.slot.closed_at is not None:
        raise Conflict("这个时段已经取消了。", code="slot_closed")
    kept = reason.strip()[:LONGEST_REASON]
    if not kept:
        sentence = "写为什么取消，约了的住户会看到。"
        raise Invalid(sentence, fields={"reason": [sentence]})
    card.slot.closed_at, card.slot.closed_reason = now, kept
    for one in card.taken:
        one.ended_at, one.ended_reason = now, kept
    db.session.flush()
    record(
        actor, "projects.close_slot", "visit_slot", slot_id, now=now, community_id=community_id,
        item_id=card.item.id, reason=kept, let_go=len(card.taken),
    )  # fmt: skip
    return card


def _locked(slot_id: int, community_id: int) -> SlotCard:
    """Two who want the last place come one after the other. Raises NotFound."""
    lock_row(VisitSlot, slot_id)
    card = slot(slot_id, community_id)
    db.session.refresh(card.slot)
    return card


def _record(actor: Actor, verb: str, row: Appointment, of: WorkItem, now: datetime) -> None:
    record(
        actor, verb, "appointment", row.id, now=now, community_id=of.community_id,
        item_id=of.id, slot_id=row.slot_id, flat_id=row.flat_id,
    )  # fmt: skip
