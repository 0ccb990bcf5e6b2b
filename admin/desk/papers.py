"""Numbered paper ballots: numbering, printing, replacing a spoiled one."""

from flask import flash, redirect, render_template, url_for
from marshmallow import Schema

from admin.desk.pages import Page, desk, frozen, opened_ballot
from admin.guard import needs
from admin.session import me
from server.ballots import actions, queries
from server.ballots.rules.drafting import choice_name
from server.identity.rules import Permission
from server.infra import qr
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.errors import NotFound
from server.ledger import queries as ledger


class SpoilIn(Schema):
    reason = Line(200, required=True, error_messages={"required": "写明为什么作废。"})


@desk.get("/papers")
@needs(Permission.ENTER_PAPER)
def list_papers(community_id: int, ballot_id: int) -> Page:
    ballot = opened_ballot(community_id, ballot_id)
    cards = {card.head: card for card in queries.heads_of(ballot_id)}
    entered = queries.entered_papers(ballot_id)
    rows = [(row, cards[row.head].labels, row.id in entered) for row in queries.papers(ballot_id)]
    return render_template(
        "office/desk/papers.html",
        ballot=ballot,
        rows=rows,
        sums=queries.paper_sums(ballot_id),
        heads=len(cards),
    )


@desk.post("/papers")
@needs(Permission.ENTER_PAPER)
def issue_papers(community_id: int, ballot_id: int) -> Page:
    opened_ballot(community_id, ballot_id)
    with unit_of_work():
        number = actions.issue_papers(ballot_id, actor=me().actor, now=now())
    flash(f"编了 {number} 张新票的号。打印出来发给业主。" if number else "每位业主都有票了，没有新编。")
    return redirect(url_for("admin.desk.list_papers", community_id=community_id, ballot_id=ballot_id))


@desk.get("/papers/print")
@needs(Permission.ENTER_PAPER)
def print_papers(community_id: int, ballot_id: int) -> Page:
    ballot = opened_ballot(community_id, ballot_id)
    community = ledger.community(community_id)
    contact = ledger.contact(community_id)
    motions = frozen(ballot).raw["motions"]
    papers = [
        (slip, qr.svg(slip.serial, f"第 {slip.number} 号票")) for slip in queries.papers_to_print(ballot_id)
    ]
    return render_template(
        "office/desk/print.html",
        ballot=ballot,
        community=community.name if community else "",
        contact=contact,
        papers=papers,
        motions=[
            (number, motion, [choice_name(choice) for choice in asked.choices])
            for number, (motion, asked) in enumerate(zip(motions, frozen(ballot).asked, strict=True), 1)
        ],
        back_href=url_for("admin.desk.list_papers", community_id=community_id, ballot_id=ballot_id),
    )


@desk.post("/papers/<int:number>/spoil")
@needs(Permission.ENTER_PAPER)
def spoil_paper(community_id: int, ballot_id: int, number: int) -> Page:
    opened_ballot(community_id, ballot_id)
    reason = load_form(SpoilIn)["reason"]
    with unit_of_work():
        paper = queries.paper(ballot_id, number)
        if paper is None:
            raise NotFound
        fresh = actions.spoil_paper(paper, reason=reason, actor=me().actor, now=now())
    flash(f"第 {number} 号票作废了，换成第 {fresh.number} 号。请打印新票。")
    return redirect(url_for("admin.desk.list_papers", community_id=community_id, ballot_id=ballot_id))
