"""Taking a report, and joining one that somebody else made."""

from datetime import datetime
from typing import Any

from server.audit.actions import record, recording
from server.infra import replay
from server.infra.db import Base, as_kept, db, table_of
from server.infra.statements import insert_together
from server.kernel.actor import CLOCK, Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import Refused
from server.tickets.actions.acting import Step, distinct, filled, keeping, locked, to_keep
from server.tickets.actions.routing import route_to_contractor
from server.tickets.actions.telling import tell_workers
from server.tickets.models import Ticket, TicketAct, TicketJoin
from server.tickets.queries import (
    Located,
    before_report,
    joining,
    known,
    located,
    repeated_failures,
    settings_and_words,
    warranted_item,
)
from server.tickets.rules.clocks import Settings
from server.tickets.rules.folding import Happened, fold
from server.tickets.rules.repeating import words_zh
from server.tickets.rules.reports import NewTicket, check_report, priority_of
from server.tickets.rules.words import Act, Priority, Source, State

_COLUMNS = tuple(column.name for column in table_of(Ticket).c)


def report(new: NewTicket, *, actor: Actor, now: datetime, where: Located | None = None) -> Ticket:
    """Take it. The same client key again gives the same ticket. `where`: where the door has looked the place up already.

    All of it is written as one.
    """
    # Pictures are left out of the digest: sent again they are other attachments of the same ones.
    asked = {name: value for name, value in vars(new).items() if name not in {"photos", "client_key"}}
    digest = replay.digest(actor, "report", asked)
    replay.check_key(new.client_key)
    photos, text, is_inside = distinct(new.photos), new.words.strip(), new.flat_id is not None
    to_be_made: tuple[type[Base], ...] = (Ticket, TicketAct, *to_keep(photos, text, is_inside=is_inside))
    before = before_report(new.community_id, new.client_key, to_be_made)
    if before.earlier is not None:
        ticket_id, known_by = before.earlier
        replay.check_same(known_by, digest)
        return known(ticket_id)
    check_report(new)
    settings, listed = settings_and_words(before.division_path, now)
    first = Happened(Act.REPORT, now, State.NEW, actor.key, priority_of(new))
    row = filled(new, where or located(new), actor, fold([first], settings))
    drawn = iter(before.fresh_ids)
    row.id, act_id = next(drawn), next(drawn)
    row.client_digest = digest
    warranted = warranted_item(row, china_day(now)) if before.has_works else None
    if warranted is not None:
        row.contractor, row.works_id = warranted.item.contractor, warranted.item.id
    insert_together(
        [
            (Ticket, {name: getattr(row, name) for name in _COLUMNS}),
            (TicketAct, {"id": act_id, "client_digest": digest, **_first_act(row.id, first, actor)}),
            *keeping(row, act_id, Step(actor, now), photos, drawn, text, listed),
            recording(
                actor, "tickets.report", "ticket", row.id, now=now, community_id=row.community_id,
                category=row.category, source=row.source, priority=row.priority, photos=len(new.photos),
            ),
        ]
    )  # fmt: skip
    as_kept(row)
    if warranted is not None:
        route_to_contractor(row, warranted, now)
    prevent_the_next(row, settings, now)
    if row.priority.is_urgent:
        tell_workers(row, f"新报的，{row.priority.name_zh}", now)
    return row


def _first_act(ticket_id: int, first: Happened, actor: Actor) -> dict[str, Any]:
    return {
        "ticket_id": ticket_id, "number": 1, "act": first.act, "to_state": first.to, "note": "",
        "priority": first.priority, "worker": "", "actor": first.by, "actor_name": actor.label, "at": first.at,
    }  # fmt: skip


def join(ticket_id: int, *, resident_id: int, client_key: str, actor: Actor, now: datetime) -> TicketJoin:
    """ "Me too": from now on told of each step. Joining again changes nothing."""
    row = locked(ticket_id)
    digest = replay.digest(actor, "join", ticket_id, resident_id)
    earlier = replay.earlier(TicketJoin, client_key, digest) or joining(ticket_id, resident_id)
    if earlier is not None:
        return earlier
    if row.reporter_id == resident_id:
        raise Refused("这件就是你报的，不用再加。", code="own_ticket")
    if row.state.is_ended:
        raise Refused("这件已经结束，不能再加。还没好，请另报一件。", code="ticket_ended")
    made = TicketJoin(
        ticket_id=row.id, resident_id=resident_id, joined_at=now, client_key=client_key, client_digest=digest
    )
    db.session.add(made)
    db.session.flush()
    record(actor, "tickets.join", "ticket", row.id, now=now, community_id=row.community_id)
    return made


def prevent_the_next(row: Ticket, settings: Settings, now: datetime) -> Ticket | None:
    """Where the same facility failed so often in so many months, a task of its own asks why. One at a time."""
    if row.facility_id is None or row.source is Source.PREVENTIVE:
        return None
    failures = repeated_failures(row, settings, now)
    if failures is None:
        return None
    new = NewTicket(
        row.community_id,
        row.category,
        Source.PREVENTIVE,
        replay.own_key("preventive", row.id),
        facility_id=row.facility_id,
        words=words_zh(failures, settings.repeat_months),
        priority=Priority.P2,
    )
    return report(new, actor=CLOCK, now=now)
