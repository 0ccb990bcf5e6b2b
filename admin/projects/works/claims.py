"""Damage that the works did: what households claim, by when an answer is owed, the answer, and what was paid."""

from typing import Any

from flask import flash, request
from marshmallow import Schema
from marshmallow.fields import Enum

from admin.guard import needs
from admin.projects.desk import Page
from admin.projects.works.desk import back_to, draw, works
from admin.projects.works.telling import tell_flats
from admin.session import me
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.addresses import page_asked
from server.infra.web.fields import Line, Words
from server.infra.web.forms import load_form
from server.kernel.errors import Problem
from server.kernel.money import fen_of
from server.ledger import queries as ledger
from server.projects import actions, queries
from server.projects.queries import ClaimCard
from server.projects.rules.claims import LONGEST_WORDS, ClaimAct, ClaimState

KIND: dict[str, Any] = {"required": "选怎么答复。", "unknown": "选怎么答复。"}
NEXT = {
    ClaimState.CLAIMED: (ClaimAct.ACKNOWLEDGED, ClaimAct.REFUSED),
    ClaimState.ACKNOWLEDGED: (ClaimAct.SETTLED,),
    ClaimState.REFUSED: (ClaimAct.ACKNOWLEDGED,),
    ClaimState.SETTLED: (),
}


class AnswerIn(Schema):
    kind = Enum(ClaimAct, by_value=True, required=True, error_messages=KIND)
    words = Words(LONGEST_WORDS, load_default="")
    paid = Line(30, load_default="")
    client_key = Line(80, required=True)


@works.get("/claims")
@needs(Permission.RECORD_PROJECTS)
def list_claims(community_id: int) -> Page:
    page = queries.claims(community_id, page_asked())
    flats = ledger.flats_by_ids({card.claim.flat_id for card in page.items})
    return draw("claims.html", community_id, page=page, flats=flats)


@works.get("/claims/<int:claim_id>")
@needs(Permission.RECORD_PROJECTS)
def claim_page(community_id: int, claim_id: int) -> Page:
    return _page(community_id, queries.claim(claim_id, community_id))


@works.post("/claims/<int:claim_id>/acts")
@needs(Permission.RECORD_PROJECTS)
def answer_claim(community_id: int, claim_id: int) -> Page:
    card = queries.claim(claim_id, community_id)
    try:
        form = load_form(AnswerIn)
        paid = fen_of(form["paid"], "paid") if form["paid"] else None
        with unit_of_work():
            actions.answer_claim(
                claim_id, community_id=community_id, kind=form["kind"], words=form["words"], paid_fen=paid,
                client_key=form["client_key"], actor=me().actor, now=now(),
            )  # fmt: skip
            tell_flats(
                [card.claim.flat_id],
                community_id,
                "works.claim",
                f"施工损坏有了答复：{form['kind'].name_zh}",
                form["words"] or "打开看看赔了多少。",
                f"/communities/{community_id}/works/claims",
            )
    except Problem as error:
        return _page(community_id, card, error)
    flash(f"已答复：{form['kind'].name_zh}。住户已经告知。")
    return back_to("claim_page", community_id, claim_id=claim_id)


def _page(community_id: int, card: ClaimCard, error: Problem | None = None) -> Page:
    return draw(
        "claim.html",
        community_id,
        dict(request.form) if error else None,
        error,
        card=card,
        flat=ledger.flat(card.claim.flat_id),
        kinds=[(kind.value, kind.name_zh) for kind in NEXT[card.state]],
    )
