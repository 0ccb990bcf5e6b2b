"""What the ballots' pages share: the blueprint, finding what an address names, and what a stage is called."""

from typing import Any

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from server.ballots import queries
from server.ballots.models import Ballot
from server.ballots.rules.drafting import Stage
from server.infra.clock import now
from server.kernel.errors import Invalid, NotFound, Problem

ballots = Blueprint("ballots", __name__, url_prefix="/communities/<int:community_id>/ballots")

Page = str | Response | tuple[str, int]

TONES = {
    Stage.DRAFT: "quiet",
    Stage.ANNOUNCED: "info",
    Stage.OPEN: "go",
    Stage.CLOSED: "wait",
    Stage.COUNTED: "info",
    Stage.DISCARDED: "quiet",
}


def found_ballot(community_id: int, ballot_id: int) -> Ballot:
    """The ballot of this community; a discarded or foreign one is not there."""
    found = queries.ballot(ballot_id, community_id)
    if found is None or found.discarded_at is not None:
        raise NotFound
    return found


def state_of(ballot: Ballot) -> dict[str, Any]:
    return words_of(queries.stage(ballot, now()))


def words_of(stage: Stage) -> dict[str, Any]:
    return {"stage": stage, "word": stage.name_zh, "tone": TONES[stage]}


def page_of(ballot: Ballot) -> str:
    return url_for("admin.ballots.show_ballot", community_id=ballot.community_id, ballot_id=ballot.id)


def fields_of(error: Problem, otherwise: str) -> dict[str, list[str]]:
    """The sentences by field; a refusal without fields stands beside `otherwise`."""
    fields = error.fields if isinstance(error, Invalid) else {}
    return fields or {otherwise: [error.message]}
