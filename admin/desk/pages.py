"""What the desk's pages share: the blueprint and finding an opened ballot."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from server.ballots import queries
from server.ballots.models import Ballot
from server.ballots.queries import Document
from server.ballots.rules.casting import AskedMotion
from server.ballots.rules.desk import key_legend
from server.kernel.errors import Invalid, NotFound, Problem

desk = Blueprint("desk", __name__, url_prefix="/communities/<int:community_id>/ballots/<int:ballot_id>")

Page = str | Response | tuple[str, int]


def opened_ballot(community_id: int, ballot_id: int) -> Ballot:
    """The ballot of this community, opened; before the opening there is no desk."""
    found = queries.ballot(ballot_id, community_id)
    if found is None or found.opened_at is None:
        raise NotFound
    return found


def frozen(ballot: Ballot) -> Document:
    found = queries.document(ballot.id)
    if found is None:
        raise NotFound
    return found


def legends(asked: Iterable[AskedMotion]) -> list[dict[str, Any]]:
    """For each motion its keys, in the order of the paper."""
    return [
        {"number": number, "title": motion.title, "keys": key_legend(motion)}
        for number, motion in enumerate(asked, 1)
    ]


def fields_of(error: Problem, otherwise: str) -> dict[str, list[str]]:
    fields = error.fields if isinstance(error, Invalid) else {}
    return fields or {otherwise: [error.message]}
