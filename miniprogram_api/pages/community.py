"""What everyone may read of a community: where it stands, what hangs, its votes and decisions, and whether a paper is genuine."""

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from miniprogram_api.communities.reading import about, overview, paper_with, sheet
from miniprogram_api.guard import open_to_all
from miniprogram_api.pages.papers import verified_paper
from miniprogram_api.session import signed_in
from server.ballots.rules.receipts import normalise
from server.decisions import exports, queries
from server.decisions.models import IssuedPaper
from server.decisions.queries import Paper
from server.infra import qr
from server.infra.clock import now
from server.kernel.errors import NotFound
from server.notices.rules import drawn_blocks

community = Blueprint("community", __name__)

LONGEST_TYPED = 64
#: Further things are one tap away.
MOST_TRACES = 4


@community.get("/communities/<int:community_id>")
@open_to_all
def public_page(community_id: int) -> str:
    return render_template(
        "phone/community/page.html",
        **_about(community_id),
        **vars(overview(community_id, signed_in(), now())),
        most_traces=MOST_TRACES,
    )


@community.get("/communities/<int:community_id>/decisions/<int:decision_id>")
@open_to_all
def decision_page(community_id: int, decision_id: int) -> str:
    """The newest version, or the one the address names; a draft answers as if there were none."""
    of = sheet(community_id, decision_id, request.args.get("version", None, int), signed_in(), now())
    return render_template(
        "phone/community/decision.html",
        **_about(community_id),
        paper=of.paper,
        blocks=drawn_blocks(of.paper.body(of.items)),
        is_all_exact=all(item.is_exact for item in of.items),
        state=exports.state_words(of.paper).strip("（）"),
        notices_sentence=exports.notices_sentence(of.paper),
        objections_sentence=exports.objections_sentence(of.paper),
        thread=of.thread,
        since=of.since,
        traces=of.traces,
        qr=qr.svg(_address(of.paper), "这份决定的二维码"),
    )


@community.get("/v")
@open_to_all
def verify_form() -> str | Response:
    typed = request.args.get("code", "").strip()[:LONGEST_TYPED]
    if not typed:
        return _verify_form("", "")
    # A slash would be another address; nothing else that people type can leave the page.
    return redirect(url_for("mobile.community.verify", code=normalise(typed).replace("/", "") or "-"))


@community.get("/v/<code>")
@open_to_all
def verify(code: str) -> str | tuple[str, int]:
    """Whether a paper that carries this code was signed here, and what it decided."""
    try:
        found = paper_with(code)
    except NotFound as problem:
        return _verify_form(code.strip("-"), problem.message), 404
    if isinstance(found, IssuedPaper):
        return verified_paper(found, _about(found.community_id))
    paper = queries.paper(found, now())
    return render_template(
        "phone/community/verified.html",
        **_about(found.community_id),
        paper=paper,
        items=paper.shown_publicly(),
    )


# ------------------------------------------------------------------ drawing


def _verify_form(typed: str, problem: str) -> str:
    return render_template("phone/community/verify.html", typed=typed, problem=problem)


def _about(community_id: int) -> dict[str, Any]:
    found = about(community_id, signed_in())
    return {**vars(found), "help_phone": found.contact.phone}


def _address(paper: Paper) -> str:
    of = paper.decision
    here = url_for("mobile.community.decision_page", community_id=of.community_id, decision_id=of.id)
    return str(current_app.config["PUBLIC_URL"]) + here
