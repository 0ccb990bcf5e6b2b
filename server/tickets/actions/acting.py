"""How every act happens: in order under a lock, on the record, the row made anew from all acts, and told to its people."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

import sqlalchemy as sa

from server.audit.actions import record
from server.infra import replay
from server.infra.db import Base, db, lock_row
from server.infra.statements import NewRow, fresh_ids, insert_together
from server.kernel.actor import Actor
from server.kernel.chinatime import CHINA
from server.kernel.errors import NotFound
from server.moderation.actions import Fresh, fresh_items, submitting_fresh
from server.tickets.actions.telling import tell_of
from server.tickets.models import Ticket, TicketAct, TicketJoin, TicketPhoto
from server.tickets.queries import PHOTO_OF, WORDS_OF, Located, acts, joined, listeners, settings_at, ticket
from server.tickets.rules.folding import Folded, fold
from server.tickets.rules.reports import NewTicket
from server.tickets.rules.states import Standing, check_photos, check_seen, next_state, words
from server.tickets.rules.words import Act, Level, Priority, State

AT_ONCE = 500


#: How each act stands on record.
RECORDED = {
    Act.ROUTE: "tickets.route",
    Act.ACCEPT: "tickets.accept",
    Act.PRIORITISE: "tickets.prioritise",
    Act.DISPATCH: "tickets.dispatch",
    Act.ARRIVE: "tickets.arrive",
    Act.START: "tickets.start",
    Act.ASK_SUSPENSION: "tickets.ask_suspension",
    Act.GRANT_SUSPENSION: "tickets.grant_suspension",
    Act.DENY_SUSPENSION: "tickets.deny_suspension",
    Act.RESUME: "tickets.resume",
    Act.FINISH: "tickets.finish",
    Act.FINISH_PARTLY: "tickets.finish_partly",
    Act.REFUSE: "tickets.refuse",
    Act.CONFIRM: "tickets.confirm",
    Act.REOPEN: "tickets.reopen",
    Act.REMIND: "tickets.remind",
    Act.LAPSE: "tickets.lapse",
    Act.ESCALATE: "tickets.escalate",
    Act.WITHDRAW: "tickets.withdraw",
    Act.MERGE: "tickets.merge",
    Act.NOTE: "tickets.note",
}


@dataclass(frozen=True)
class Step:
    """Who takes a step, when, and with which words and pictures."""

    actor: Actor
    now: datetime
    #: The same key again is the same step. None for the clock, which looks before it acts.
    client_key: str | None = None
    note: str = ""
    #: Ids of attachments.
    photos: Sequence[int] = ()
    #: The version of the ticket on the page that was sent: if it moved since, nothing happens and it says who was first.
    seen: int | None = None
    #: Only a ticket of this community.
    community_id: int | None = None


@dataclass(frozen=True)
class Facts:
    """What some acts say beside their words."""

    priority: Priority | None = None
    assignee_id: int | None = None
    worker: str = ""
    level: Level | None = None
    same_as_id: int | None = None


def act_on(
    ticket_id: int,
    act: Act,
    step: Step,
    *,
    ask: str = "",
    ask_photo: str = "",
    facts: Facts = Facts(),
    check: Callable[[Standing, str], None] | None = None,
) -> Ticket:
    """Take one step. `ask`, `ask_photo`: what to say where words or a picture must not be missing."""
    row = locked(ticket_id, step.community_id)
    digest = replay.digest(step.actor, act, ticket_id, step.note, vars(facts))
    if step.client_key is not None and replay.earlier(TicketAct, step.client_key, digest) is not None:
        return row
    history = acts(row.id)
    standing = _standing(row, history[-1])
    check_seen(step.seen, row.version, standing.last_zh)
    to = next_state(act, standing)
    if check is not None:
        check(standing, step.actor.key)
    note = words(step.note, ask)
    check_photos(len(step.photos), ask_photo)
    row.same_as_id = facts.same_as_id or row.same_as_id
    made = _append(row, act, to, note, step, facts, digest)
    apply_folded(
        row, fold([one.happened for one in (*history, made)], settings_at(row.community_id, row.opened_at))
    )
    db.session.flush()
    keep_photos(row, made, step)
    record(
        step.actor, RECORDED[act], "ticket", row.id, now=step.now, community_id=row.community_id,
        from_state=made.from_state, to_state=to, photos=len(step.photos), **_said(facts),
    )  # fmt: skip
    tell_of(row, made, step.actor)
    return row


def recompute(after: int = 0) -> tuple[int, int | None]:
    """Make a portion of the rows anew from their acts, those with ids after this one. Returns how many differed, and the
    last id; None where there are no more.
    """
    found = sa.select(Ticket).where(Ticket.id > after).order_by(Ticket.id).limit(AT_ONCE)
    rows = list(db.session.scalars(found))
    differed = 0
    for row in rows:
        before = _kept(row)
        apply_folded(row, folded(row))
        differed += before != _kept(row)
    db.session.flush()
    return differed, rows[-1].id if rows else None


def folded(row: Ticket) -> Folded:
    """What the acts on record make of it."""
    return fold([one.happened for one in acts(row.id)], settings_at(row.community_id, row.opened_at))


def locked(ticket_id: int, community_id: int | None = None) -> Ticket:
    """So that of two people at once one comes second, and sees what the first did. Raises NotFound."""
    lock_row(Ticket, ticket_id)
    row = ticket(ticket_id, community_id)
    if row is None:
        raise NotFound
    db.session.refresh(row)
    return row


def keep_photos(row: Ticket, made: TicketAct, step: Step) -> None:
    """Beside the act."""
    photos = distinct(step.photos)
    if photos:
        drawn = iter(fresh_ids(*to_keep(photos, is_inside=row.flat_id is not None)))
        insert_together(keeping(row, made.id, step, photos, drawn))


def distinct(photos: Sequence[int]) -> list[int]:
    """The same picture twice is kept once."""
    return list(dict.fromkeys(photos))


def to_keep(photos: Sequence[int], text: str = "", *, is_inside: bool) -> tuple[type[Base], ...]:
    """What `keeping` draws ids for, in its order."""
    things = 0 if is_inside else len(photos) + bool(text)
    return (TicketPhoto,) * len(photos) + fresh_items(things)


def keeping(
    row: Ticket,
    act_id: int,
    step: Step,
    photos: Sequence[int],
    drawn: Iterator[int],
    text: str = "",
    listed: Sequence[str] = (),
) -> list[NewRow]:
    """The pictures of an act. They and the words of a report are put forward, for neighbours to see once somebody looked;
    what is inside a home stays there.
    """
    ids = [next(drawn) for _ in photos]
    kept: list[NewRow] = [
        (TicketPhoto, {"id": id_, "ticket_id": row.id, "act_id": act_id, "attachment_id": photo})
        for id_, photo in zip(ids, photos, strict=True)
    ]
    if row.flat_id is not None:
        return kept
    things = [Fresh(next(drawn), WORDS_OF, row.id, text=text)] if text else []
    things += [
        Fresh(next(drawn), PHOTO_OF, id_, attachment_id=photo) for id_, photo in zip(ids, photos, strict=True)
    ]
    caption = f"{row.place} {row.category.name_zh}"
    return kept + submitting_fresh(
        things, community_id=row.community_id, listed=listed, caption=caption, actor=step.actor, now=step.now
    )


def join_all(merged: Ticket, into: Ticket, step: Step) -> None:
    """The people of one ticket hear of the other from now on."""
    known = {into.reporter_id, *joined(into.id)}
    db.session.add_all(
        TicketJoin(ticket_id=into.id, resident_id=one, joined_at=step.now)
        for one in listeners(merged)
        if one not in known
    )
    db.session.flush()


def _append(row: Ticket, act: Act, to: State, note: str, step: Step, facts: Facts, digest: str) -> TicketAct:
    made = TicketAct(
        ticket_id=row.id, number=row.version + 1, act=act, from_state=row.state, to_state=to, note=note,
        priority=facts.priority, assignee_id=facts.assignee_id, worker=facts.worker, level=facts.level,
        actor=step.actor.key, actor_name=step.actor.label, at=step.now,
        client_key=step.client_key, client_digest=digest,
    )  # fmt: skip
    db.session.add(made)
    return made


def filled(new: NewTicket, where: Located, actor: Actor, made: Folded) -> Ticket:
    """The row of a report that is in form, as its acts make it."""
    row = Ticket(
        community_id=new.community_id,
        building_id=where.building_id,
        entrance_id=where.entrance_id,
        facility_id=new.facility_id,
        flat_id=new.flat_id,
        place=where.place,
        category=new.category,
        source=new.source,
        words=new.words.strip(),
        media_url=new.media_url.strip(),
        reporter_id=new.reporter_id,
        contact_name=new.contact_name.strip() or None,
        contact_phone=new.contact_phone.strip() or None,
        reported_by=actor.key,
        contractor="",
        client_key=new.client_key,
    )
    apply_folded(row, made)
    return row


def apply_folded(row: Ticket, made: Folded) -> None:
    """The only place where a row is told where it stands."""
    for one in fields(made):
        setattr(row, one.name, getattr(made, one.name))
    row.took_seconds = made.took_seconds


def _kept(row: Ticket) -> tuple[object, ...]:
    return (*(getattr(row, one.name) for one in fields(Folded)), row.took_seconds)


def _standing(row: Ticket, last: TicketAct) -> Standing:
    at = last.at.astimezone(CHINA)
    return Standing(
        row.state,
        row.before_suspension,
        row.assignee_id is not None or bool(row.worker),
        row.suspension_asked_by,
        row.finished_by,
        f"{at.month} 月 {at.day} 日 {at:%H:%M} {last.actor_name}：{last.act.name_zh}",
        is_answered=row.answered_at is not None,
    )


def _said(facts: Facts) -> dict[str, object]:
    # A worker's name is a person's: it stands on the ticket, not in the audit.
    return {name: value for name, value in vars(facts).items() if value and name != "worker"}
