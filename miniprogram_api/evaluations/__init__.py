"""Judging as JSON: the rounds in which my homes are asked, my answer, and what all answered once a round is over."""

from typing import Any

from apiflask import APIBlueprint

from miniprogram_api.evaluations import reading
from miniprogram_api.evaluations.schemas import (
    EXAMPLE,
    EvaluationIn,
    EvaluationResultOut,
    EvaluationsOut,
    GivenEvaluationOut,
    WholeEvaluationOut,
    said_of,
)
from miniprogram_api.evaluations.shapes import answer_shape, result_shape, round_shape
from miniprogram_api.guard import auth, open_to_all
from miniprogram_api.schemas import KeyIn, problems
from miniprogram_api.session import me
from server.evaluations import actions
from server.infra.clock import now
from server.infra.db import unit_of_work

evaluations = APIBlueprint("evaluations", __name__, url_prefix="/api/v1/evaluations", tag="评价")


@evaluations.get("")
@evaluations.auth_required(auth)
@evaluations.output(EvaluationsOut)
@evaluations.doc(operation_id="list_evaluations", summary="请我家评的改造", responses=problems(401))
def listing() -> dict[str, Any]:
    """The open rounds, the first to close first."""
    moment = now()
    return {"items": [round_shape(one, moment) for one in reading.own_rounds(me(), moment)]}


@evaluations.get("/<int:round_id>")
@evaluations.auth_required(auth)
@evaluations.output(WholeEvaluationOut)
@evaluations.doc(operation_id="get_evaluation", summary="评什么，我家评了什么", responses=problems(401, 404))
def one(round_id: int) -> dict[str, Any]:
    """Also once it is over, for the households that were asked."""
    moment = now()
    return round_shape(reading.own_round(round_id, me(), moment), moment)


@evaluations.post("/<int:round_id>/answers")
@evaluations.auth_required(auth)
@evaluations.input(KeyIn, location="headers", arg_name="key")
@evaluations.input(EvaluationIn, example=EXAMPLE)
@evaluations.output(GivenEvaluationOut, status_code=201)
@evaluations.doc(
    operation_id="give_evaluation", summary="评", responses=problems(400, 401, 404, 409, 415, 422)
)
def give(round_id: int, key: dict[str, str], json_data: dict[str, Any]) -> dict[str, Any]:
    """A later answer of the household takes the earlier one's place until the round is over."""
    moment = now()
    with unit_of_work():
        row = actions.give_answer(
            round_id,
            json_data["household_id"],
            said_of(json_data),
            client_key=key["client_key"],
            actor=me().actor,
            now=moment,
        )
    here = reading.own_round(round_id, me(), moment)
    return answer_shape(here, here.seat(row.household_id), row)


@evaluations.get("/<int:round_id>/result")
@evaluations.output(EvaluationResultOut)
@evaluations.doc(operation_id="get_evaluation_result", summary="大家评得怎么样", responses=problems(404, 409))
@open_to_all
def result(round_id: int) -> dict[str, Any]:
    """Only once the round is over; refused before, for everyone. Small counts are null."""
    moment = now()
    return result_shape(reading.public_result(reading.public_round(round_id, moment), moment))
