"""One ticket: what it is about, where it stands, what may be done now, and all that was done."""

import secrets

from flask import Response, render_template

from admin.guard import holds, needs
from admin.session import me
from admin.tickets.answering import Said
from admin.tickets.desk import company_of, found, sees_home, tickets
from admin.tickets.ways import ways
from server.attachments import queries as pictures
from server.identity import queries as identity
from server.identity.rules import Permission
from server.infra.clock import now
from server.kernel.errors import NotFound
from server.kernel.masking import mask_name, mask_phone
from server.ledger import queries as ledger
from server.tickets import queries
from server.tickets.models import Ticket
from server.tickets.rules.states import NEXT_ZH, possible


@tickets.get("/communities/<int:community_id>/tickets/<int:ticket_id>")
@needs(Permission.SEE_TICKETS)
def show_ticket(community_id: int, ticket_id: int) -> str:
    row = found(community_id, ticket_id)
    acts, home = queries.acts(row.id), sees_home(row)
    terms = queries.settings_at(community_id, row.opened_at).terms[row.priority]
    works, instant = holds(Permission.WORK_TICKET, community_id), now()
    return render_template(
        "office/tickets/show.html",
        row=row,
        acts=acts[::-1],
        photos=queries.photos(row.id) if home or row.flat_id is None else {},
        home=_home(row) if home else "",
        contact=_contact(row, in_full=home and not row.state.is_ended),
        worker=_worker(row),
        company=company_of([community_id], instant).get(community_id, ""),
        joined=queries.join_count(row.id),
        doubtful=queries.contractors_in_doubt(row),
        proof=queries.proof(row),
        terms=terms,
        next_zh=NEXT_ZH[row.state],
        is_overdue=row.is_overdue(instant),
        ways=ways(row) if works else [],
        may_review=_may_review(row),
        is_mine=row.suspension_asked_by == me().actor.key,
        may_call=holds(Permission.CALL_BACK_TICKET, community_id)
        and any(possible(row.state, one.act, is_answered=row.answered_at is not None) for one in Said),
        may_note=holds(Permission.ENTER_TICKET, community_id),
        typed={"seen": row.version, "client_key": secrets.token_urlsafe(16)},
    )


@tickets.get("/communities/<int:community_id>/tickets/<int:ticket_id>/photos/<int:photo_id>")
@needs(Permission.SEE_TICKETS)
def show_photo(community_id: int, ticket_id: int, photo_id: int) -> Response:
    row = found(community_id, ticket_id)
    some = [one for kept in queries.photos(row.id).values() for one in kept if one.id == photo_id]
    if not some or (row.flat_id is not None and not sees_home(row)):
        raise NotFound
    return Response(pictures.content(some[0].attachment_id), content_type="image/jpeg")


@tickets.get("/communities/<int:community_id>/tickets/<int:ticket_id>/works-photos/<int:evidence_id>")
@needs(Permission.SEE_TICKETS)
def show_works_photo(community_id: int, ticket_id: int, evidence_id: int) -> Response:
    """A picture of the item that the ticket is about, from before it went out of sight; of nothing else of the works."""
    proof = queries.proof(found(community_id, ticket_id))
    hidden = proof.hidden if proof is not None else []
    some = [one for kept in hidden for one in kept.pictures if one.id == evidence_id]
    if not some:
        raise NotFound
    return Response(pictures.content(some[0].attachment_id), content_type="image/jpeg")


def _home(row: Ticket) -> str:
    flat = ledger.flat(row.flat_id, row.community_id) if row.flat_id is not None else None
    return flat.label if flat else ""


def _contact(row: Ticket, *, in_full: bool) -> str:
    """How to reach whoever it is for: in full for those who must, as long as it is not over."""
    name, phone = row.contact_name or "", row.contact_phone or ""
    return " ".join(filter(None, (name, phone) if in_full else (mask_name(name), mask_phone(phone))))


def _worker(row: Ticket) -> str:
    if row.assignee_id is None:
        return row.worker
    return identity.staff_names([row.assignee_id]).get(row.assignee_id, row.worker)


def _may_review(row: Ticket) -> bool:
    return row.suspension_asked_by is not None and holds(Permission.REVIEW_SUSPENSION, row.community_id)
