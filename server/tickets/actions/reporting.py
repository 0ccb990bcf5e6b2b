"""Taking a report, and joining one that somebody else made."""

from datetime import datetime

from server.audit.actions import record
from server.divisions import queries as divisions
from server.infra import replay
from server.infra.db import db
from server.kernel.actor import CLOCK, Actor
from server.kernel.errors import Refused
from server.ledger import queries as ledger
from server.tickets.actions.acting import Step, begin, keep_photos, locked
from server.tickets.actions.routing import route_to_contractor
from server.tickets.actions.telling import tell_workers
from server.tickets.models import Ticket, TicketJoin
from server.tickets.queries import joining, repeated_failures, settings_at
from server.tickets.queries.places import Located, located
from server.tickets.rules.clocks import Settings
from server.tickets.rules.repeating import words_zh
from server.tickets.rules.reports import NewTicket, check_report, priority_of
from server.tickets.rules.states import NEXT_ZH
from server.tickets.rules.words import Priority, Source


def report(new: NewTicket, *, actor: Actor, now: datetime, where: Located | None = None) -> Ticket:
    """Take it. The same client key again gives the same ticket. `where`: where the door has looked the place up already."""
    # Pictures are left out of the digest: sent again they are other attachments of the same ones.
    asked = {name: value for name, value in vars(new).items() if name not in {"photos", "client_key"}}
    digest = replay.digest(actor, "report", asked)
    earlier = replay.earlier(Ticket, new.client_key, digest)
    if earlier is not None:
        return earlier
    check_report(new)
    # Held in hand while this lasts: all that is asked below finds them read already.
    community = ledger.community(new.community_id)
    _division = divisions.division(community.division_id) if community is not None else None
    where = where or located(new)
    settings = settings_at(new.community_id, now)
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
        client_key=new.client_key,
        client_digest=digest,
    )
    step = Step(actor, now, photos=new.photos)
    made = begin(row, priority_of(new), step, digest, settings)
    keep_photos(row, made, step, row.words)
    record(
        actor, "tickets.report", "ticket", row.id, now=now, community_id=row.community_id,
        category=row.category, source=row.source, priority=row.priority, photos=len(new.photos),
    )  # fmt: skip
    route_to_contractor(row, now)
    prevent_the_next(row, settings, now)
    if row.priority.is_urgent:
        tell_workers(row, f"新报的，{row.priority.name_zh}", now)
    return row


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
        raise Refused(f"这件已经结束。{NEXT_ZH[row.state]}", code="ticket_ended")
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
        f"preventive:{row.id}",
        facility_id=row.facility_id,
        words=words_zh(failures, settings.repeat_months),
        priority=Priority.P2,
    )
    return report(new, actor=CLOCK, now=now)
