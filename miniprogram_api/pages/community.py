"""What everyone may read of a community: where it stands, what hangs, its votes and decisions, and whether a paper is genuine."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from miniprogram_api.ballots import reading
from miniprogram_api.guard import open_to_all
from miniprogram_api.homes import communities_of, report_way
from miniprogram_api.pages import threads
from miniprogram_api.pages.papers import verified_paper
from miniprogram_api.session import signed_in
from server.ballots import queries as ballots
from server.ballots.models import Ballot
from server.ballots.rules.drafting import Stage as BallotStage
from server.ballots.rules.receipts import is_valid, normalise
from server.catalogue import queries as catalogue
from server.decisions import exports, queries
from server.decisions.queries import Paper
from server.decisions.queries.open_schemes import has_open_scheme
from server.divisions.queries import full_name
from server.evaluations import queries as evaluations
from server.infra import qr
from server.infra.clock import now
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound
from server.ledger import queries as ledger
from server.notices import queries as notices
from server.notices.rules import drawn_blocks
from server.projects import queries as projects
from server.reports.queries import since, traced
from server.surveys.queries import open_surveys

community = Blueprint("community", __name__)

LONGEST_TYPED = 64
#: Older ones are behind a link of their own notice; the page stays light.
MOST_LISTED = 20
MOST_ROUNDS = 3
#: Further things are one tap away.
MOST_TRACES = 4


@dataclass(frozen=True)
class VoteLine:
    """One vote as the public page tells it."""

    ballot: Ballot
    stage: BallotStage
    turnout: list[reading.TurnoutLine]


@community.get("/communities/<int:community_id>")
@open_to_all
def public_page(community_id: int) -> str:
    moment = now()
    votes = _votes(community_id, moment)
    decided = queries.public_lines(community_id, moment)[:MOST_LISTED]
    place = ledger.place(community_id)
    later, followed = since(community_id, moment), traced(community_id, moment)
    return render_template(
        "phone/community/page.html",
        **_about(community_id),
        division=full_name(place.division_path) if place else "",
        report=report_way(community_id),
        thread=threads.of_community(
            (votes[0].ballot, votes[0].stage) if votes else None, decided[0] if decided else None, later
        ),
        since=later,
        hanging=notices.hanging(community_id, moment),
        votes=votes,
        surveys=open_surveys([community_id], moment),
        decisions=decided,
        works=projects.projects_of(community_id),
        has_scheme=has_open_scheme(community_id),
        became=followed.became,
        traces=followed.traces,
        most_traces=MOST_TRACES,
        rounds=[
            (of, of.stage(moment)) for of in evaluations.public_rounds(community_id, moment)[:MOST_ROUNDS]
        ],
        has_catalogue=place is not None
        and catalogue.version(china_day(moment), place.division_path) is not None,
    )


@community.get("/communities/<int:community_id>/decisions/<int:decision_id>")
@open_to_all
def decision_page(community_id: int, decision_id: int) -> str:
    """The newest version, or the one the address names; a draft answers as if there were none."""
    moment = now()
    row = queries.known(decision_id, community_id)
    if not queries.versions(row.id):
        raise NotFound
    paper = queries.paper(row, moment, request.args.get("version", None, int))
    resident = signed_in()
    later = since(community_id, moment)
    own = ballots.scopes_of_owner(ballots.known(row.ballot_id), resident.id) if resident else frozenset()
    return render_template(
        "phone/community/decision.html",
        **_about(community_id),
        paper=paper,
        blocks=drawn_blocks(paper.body(paper.shown_to(own))),
        is_all_exact=all(item.is_exact for item in paper.shown_to(own)),
        state=exports.state_words(paper).strip("（）"),
        notices_sentence=exports.notices_sentence(paper),
        objections_sentence=exports.objections_sentence(paper),
        thread=threads.of_decision(paper, later),
        since=later if paper.is_final else None,
        traces=[one for one in traced(community_id, moment).traces if one.decision_id == row.id],
        qr=qr.svg(_address(paper), "这份决定的二维码"),
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
    plain = normalise(code)
    issued = queries.paper_by_code(plain)
    if issued is not None:
        return verified_paper(issued, _about(issued.community_id))
    row = queries.decision_by_code(plain)
    if row is None:
        problem = (
            "没有签发过带这个验证码的决定，也没有出过这样的文书。请核对纸上的字；对得上还是查不到，这张纸就不是从这里出的，请问居委会。"
            if is_valid(plain)
            else "这个验证码不对，有字看错或写漏了。一共 12 位，没有数字 0、1 和字母 O、I、L。"
        )
        return _verify_form(code.strip("-"), problem), 404
    paper = queries.paper(row, now())
    return render_template(
        "phone/community/verified.html", **_about(row.community_id), paper=paper, items=paper.shown_publicly()
    )


# ------------------------------------------------------------------ drawing


def _verify_form(typed: str, problem: str) -> str:
    return render_template("phone/community/verify.html", typed=typed, problem=problem)


def _about(community_id: int) -> dict[str, Any]:
    found = ledger.community(community_id)
    if found is None:
        raise NotFound
    name, phone, place = ledger.contact(community_id)
    resident = signed_in()
    return {
        "community_id": community_id,
        "community": found.name,
        "contact": {"name": name, "phone": phone, "place": place},
        "help_phone": phone,
        "is_neighbour": resident is not None and community_id in communities_of(resident.id),
    }


def _votes(community_id: int, moment: datetime) -> list[VoteLine]:
    """What runs or comes first, then the newest that are over."""
    found = [
        one for one in ballots.staged_ballots(community_id, moment) if one.stage in reading.PUBLIC_STAGES
    ]
    lines = [
        VoteLine(
            one.ballot,
            one.stage,
            reading.turnout_for(one.ballot, signed_in(), moment) if one.stage is BallotStage.OPEN else [],
        )
        for one in found[:MOST_LISTED]
    ]
    order = {BallotStage.OPEN: 0, BallotStage.ANNOUNCED: 1}
    return sorted(lines, key=lambda line: order.get(line.stage, 2))


def _address(paper: Paper) -> str:
    of = paper.decision
    here = url_for("mobile.community.decision_page", community_id=of.community_id, decision_id=of.id)
    return str(current_app.config["PUBLIC_URL"]) + here
