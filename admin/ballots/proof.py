"""Checkpoints on paper: what hangs in the stairwell binds the house to the log as it stood."""

from flask import current_app, render_template, request

from admin.ballots.pages import Page, ballots, found_ballot, page_of
from admin.guard import needs
from server.ballots import queries
from server.identity.rules import Permission
from server.infra import qr
from server.kernel.errors import NotFound
from server.ledger import queries as ledger


@ballots.get("/<int:ballot_id>/checkpoint")
@needs(Permission.SEE_BALLOT)
def print_checkpoint(community_id: int, ballot_id: int) -> Page:
    """The one of the opening, to hang while the vote runs; the newest where the address asks for it."""
    ballot = found_ballot(community_id, ballot_id)
    rows = queries.checkpoints(ballot_id) if ballot.opened_at is not None else []
    if not rows:
        raise NotFound
    row = rows[0] if request.args.get("which") == "newest" else rows[-1]
    community = ledger.community(community_id)
    name, phone, _ = ledger.contact(community_id)
    return render_template(
        "office/ballots/checkpoint.html",
        ballot=ballot,
        row=row,
        text=queries.signed(row, queries.ballot_name(ballot_id)).text,
        community=community.name if community else "",
        issuer=name,
        phone=phone,
        page_qr=qr.svg(_public_page(ballot_id), "核对点网页的二维码"),
        public_page=_public_page(ballot_id),
        back_href=page_of(ballot),
    )


def _public_page(ballot_id: int) -> str:
    return f"{current_app.config['PUBLIC_URL']}/ballots/{ballot_id}/proof"
