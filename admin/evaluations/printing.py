"""Blank papers for households that would rather write: one for each that is silent, with its own door on it."""

from flask import current_app, render_template, request

from admin.evaluations.desk import Page, evaluations, found, page_of
from admin.guard import needs
from server.evaluations import queries
from server.evaluations.rules.words import FURTHER, Aspect, Fee, ItemMark, Mark, State
from server.identity.rules import Permission
from server.infra import qr
from server.infra.clock import now
from server.infra.web.addresses import page_asked
from server.kernel.errors import NotFound
from server.ledger import queries as ledger


@evaluations.get("/<int:round_id>/papers/print")
@needs(Permission.ENTER_EVALUATIONS)
def print_papers(community_id: int, round_id: int) -> Page:
    """Of one household, or of a page of those that are silent."""
    of = found(community_id, round_id)
    of.check_open(now())
    household_id = request.args.get("household", None, int)
    page = queries.missing(of, page_asked())
    seats = [seat for seat, state in page.items if state is State.NONE]
    if household_id is not None:
        seats = [queries.seat(of.panel_id, household_id)]
    if not seats:
        raise NotFound("没有要打印的。每一户都评过，或者代填了。", code="nothing_to_print")
    address = f"{current_app.config['PUBLIC_URL']}/me/evaluations/{of.id}"
    return render_template(
        "office/evaluations/papers_print.html",
        round=of,
        seats=seats,
        items=queries.items(of.panel_id),
        marks=list(Mark),
        item_marks=list(ItemMark),
        fees=list(Fee),
        overall=Aspect.OVERALL,
        further=FURTHER,
        community=ledger.community(community_id),
        contact=ledger.contact(community_id),
        code=qr.svg(address, "用手机评", is_bulk=True),
        back_href=page_of(of, "missing"),
    )
