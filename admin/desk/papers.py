"""Numbered paper ballots: numbering, printing, replacing a spoiled one, and where all of them are."""

import secrets
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import Schema

from admin.desk.pages import Page, desk, fields_of, frozen, opened_ballot, to_settle
from admin.guard import needs
from admin.session import me
from server.ballots import actions, queries
from server.ballots.models import Ballot
from server.ballots.rules.drafting import choice_name
from server.identity.rules import Permission
from server.infra import qr
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line, Words
from server.infra.web.forms import load_form
from server.kernel.errors import Invalid, NotFound, Refused
from server.ledger import queries as ledger


class SpoilIn(Schema):
    reason = Line(200, required=True, error_messages={"required": "写明为什么作废。"})


class ExplainIn(Schema):
    text = Words(500, required=True, error_messages={"required": "写明没收回的纸票去了哪里。"})
    client_key = Line(80, required=True)


@desk.get("/papers")
@needs(Permission.KEY_PAPER)
def list_papers(community_id: int, ballot_id: int) -> Page:
    return _list(opened_ballot(community_id, ballot_id), {})


def _list(ballot: Ballot, fields: dict[str, Any]) -> str:
    sums = queries.paper_sums(ballot.id)
    states = queries.paper_states(ballot.id)
    closing_at = ballot.closing_at
    is_closed = closing_at is not None and now() >= closing_at
    return render_template(
        "office/desk/papers.html",
        ballot=ballot,
        rows=[(row, states[row.number]) for row in queries.papers(ballot.id)],
        sums=sums,
        heads=len(queries.heads_of(ballot.id)),
        statement=queries.statement(ballot.id, sums, closing_at) if closing_at else None,
        is_closed=is_closed,
        to_settle=to_settle(ballot),
        mine=me().actor.key,
        typed={"client_key": secrets.token_urlsafe(16), **request.form.to_dict()},
        fields=fields,
    )


@desk.post("/papers/statement")
@needs(Permission.KEY_PAPER)
def explain_papers(community_id: int, ballot_id: int) -> Page:
    ballot = opened_ballot(community_id, ballot_id)
    try:
        form = load_form(ExplainIn)
        with unit_of_work():
            actions.explain_papers(
                ballot_id, form["text"], client_key=form["client_key"], actor=me().actor, now=now()
            )
    except (Invalid, Refused) as error:
        return _list(ballot, fields_of(error, "text")), 422
    flash("记下了。请另一个人核对。")
    return redirect(url_for("admin.desk.list_papers", community_id=community_id, ballot_id=ballot_id))


@desk.post("/papers/statement/<int:statement_id>/confirm")
@needs(Permission.KEY_PAPER)
def confirm_papers(community_id: int, ballot_id: int, statement_id: int) -> Page:
    ballot = opened_ballot(community_id, ballot_id)
    try:
        with unit_of_work():
            actions.confirm_papers(ballot_id, statement_id, actor=me().actor, now=now())
    except Refused as error:
        return _list(ballot, fields_of(error, "text")), 422
    flash("核对好了。纸票对上了。")
    return redirect(url_for("admin.desk.list_papers", community_id=community_id, ballot_id=ballot_id))


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
