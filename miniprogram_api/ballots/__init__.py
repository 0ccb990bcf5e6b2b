"""Ballots as JSON: what is voted on, voting, turnout, and the result once it is counted."""

from typing import Any

from apiflask import APIBlueprint
from flask import current_app

from miniprogram_api.ballots import reading
from miniprogram_api.ballots.schemas import (
    BallotsOut,
    BallotTextOut,
    CheckpointsOut,
    ResultOut,
    TurnoutsOut,
    VoteIn,
    VoteOut,
)
from miniprogram_api.ballots.shapes import (
    ballot_shape,
    checkpoint_shape,
    motion_shape,
    result_shape,
    turnout_shape,
    voter_shape,
)
from miniprogram_api.guard import auth
from miniprogram_api.schemas import KeyIn, problems
from miniprogram_api.session import Resident, me
from server.ballots import actions, queries
from server.ballots.actions import Receipt
from server.infra import signing
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.kernel.errors import Refused

#: The newest; a file on the page has them all.
SHOWN_CHECKPOINTS = 20

ballots = APIBlueprint("ballots", __name__, url_prefix="/api/v1/ballots", tag="投票")


@ballots.get("")
@ballots.auth_required(auth)
@ballots.output(BallotsOut)
@ballots.doc(operation_id="list_ballots", summary="我的小区的投票", responses=problems(401))
def listing() -> dict[str, Any]:
    """Announced, open and closed ones; drafts are nobody's yet."""
    found = reading.ballots_for(me().id, now())
    return {"items": [ballot_shape(of, stage) for of, stage in found]}


@ballots.get("/<int:ballot_id>")
@ballots.auth_required(auth)
@ballots.output(BallotTextOut)
@ballots.doc(operation_id="get_ballot", summary="投什么，我能不能投", responses=problems(401, 404))
def text(ballot_id: int) -> dict[str, Any]:
    moment = now()
    resident = me()
    of = reading.own_ballot(ballot_id, resident, moment)
    return {
        **ballot_shape(of, queries.stage(of, moment)),
        "intro": of.intro,
        "who_votes": queries.limits_text(of),
        "notice_id": reading.notice_of(of),
        "may_change": of.may_change,
        "motions": [motion_shape(motion) for motion in reading.asked_motions(of)],
        "me": voter_shape(queries.voter(of, resident.id, moment)),
        "turnout": [turnout_shape(line) for line in reading.turnout_for(of, resident, moment)],
    }


def cast(ballot_id: int, asked: dict[str, Any], client_key: str, resident: Resident) -> Receipt:
    """Cast in a unit of work of its own. A ballot that is not this person's to know of answers as none."""
    try:
        with unit_of_work():
            return actions.cast_vote(
                ballot_id,
                asked["choices"],
                client_key=client_key,
                actor=resident.actor,
                now=now(),
                flat_id=asked["flat_id"],
            )
    except Refused as problem:
        if problem.code == "not_open":
            reading.own_ballot(ballot_id, resident, now())
        raise


def look_up_address(code: str) -> str:
    """Where anyone who holds the receipt sees what became of the vote."""
    return f"{current_app.config['PUBLIC_URL']}/r/{code}"


@ballots.post("/<int:ballot_id>/votes")
@ballots.auth_required(auth)
@ballots.input(KeyIn, location="headers", arg_name="key")
@ballots.input(VoteIn, example={"choices": {"m1": "for", "m2": "abstain"}})
@ballots.output(VoteOut, status_code=201)
@ballots.doc(
    operation_id="cast_vote", summary="投票", responses=problems(400, 401, 403, 404, 409, 415, 422, 429)
)
def vote(ballot_id: int, key: dict[str, str], json_data: dict[str, Any]) -> dict[str, Any]:
    """One choice for every motion. May be sent again while changing is allowed; the settings say which one counts."""
    receipt = cast(ballot_id, json_data, key["client_key"], me())
    return {
        "receipt": receipt.code,
        "ballot_id": receipt.ballot_id,
        "recorded_at": receipt.recorded_at,
        "look_up": look_up_address(receipt.code),
    }


@ballots.get("/<int:ballot_id>/turnout")
@ballots.auth_required(auth)
@ballots.output(TurnoutsOut)
@ballots.doc(operation_id="get_turnout", summary="多少人投了", responses=problems(401, 404))
def turnout(ballot_id: int) -> dict[str, Any]:
    """Heads and area, never choices."""
    moment = now()
    of = reading.own_ballot(ballot_id, me(), moment)
    return {
        "ballot_id": of.id,
        "scopes": [turnout_shape(line) for line in reading.turnout_for(of, me(), moment)],
    }


@ballots.get("/<int:ballot_id>/checkpoints")
@ballots.auth_required(auth, optional=True)  # type: ignore[arg-type]
@ballots.output(CheckpointsOut)
@ballots.doc(
    operation_id="list_checkpoints",
    summary="签了名的核对点",
    security=[{"BearerAuth": []}, {}],
    responses=problems(404),
)
def checkpoints(ballot_id: int) -> dict[str, Any]:
    """What anyone may keep to hold the log against later. None before the opening."""
    of = reading.opened_ballot(ballot_id, now())
    rows, name = queries.checkpoints(of.id), queries.ballot_name(of.id)
    return {
        "ballot_id": of.id,
        "public_key": signing.public_key(),
        "total": len(rows),
        "items": [checkpoint_shape(row, name) for row in rows[:SHOWN_CHECKPOINTS]],
    }


@ballots.get("/<int:ballot_id>/result")
@ballots.auth_required(auth, optional=True)  # type: ignore[arg-type]
@ballots.output(ResultOut)
@ballots.doc(
    operation_id="get_result",
    summary="投票结果",
    security=[{"BearerAuth": []}, {}],
    responses=problems(404, 409),
)
def result(ballot_id: int) -> dict[str, Any]:
    """Public once it is counted. In a small scope exact areas are for its own owners, who send their token."""
    moment = now()
    of = reading.public_ballot(ballot_id, moment)
    return result_shape(of, reading.result_for(of, auth.current_user, moment))
