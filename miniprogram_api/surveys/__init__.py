"""Surveys as JSON: what is asked of my homes, the draft that waits, photos, and answering."""

from typing import Any

from apiflask import APIBlueprint
from flask import Response

from miniprogram_api.guard import auth
from miniprogram_api.homes import communities_of
from miniprogram_api.schemas import PICTURE, KeyIn, problems
from miniprogram_api.session import me
from miniprogram_api.surveys import reading
from miniprogram_api.surveys.schemas import (
    EXAMPLE,
    DraftIn,
    KeptPhotoOut,
    PhotoIn,
    PhotoQuery,
    QuestionnaireOut,
    ResponseIn,
    ResponseOut,
    SavedDraftOut,
    SurveysOut,
)
from miniprogram_api.surveys.shapes import home_shape, response_shape, survey_shape, waiting_shape
from server.attachments import actions as attachments
from server.attachments import queries as kept_photos
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.kernel.chinatime import china_day
from server.kernel.errors import Invalid, NotFound
from server.surveys import actions, queries
from server.surveys.actions import Answering
from server.surveys.queries import Answerer, Form
from server.surveys.rules.answering import clean
from server.surveys.rules.stages import check_takes_answers
from server.surveys.rules.words import Capacity, Channel, Kind, Proof

surveys = APIBlueprint("surveys", __name__, url_prefix="/api/v1/surveys", tag="问卷")


@surveys.get("")
@surveys.auth_required(auth)
@surveys.output(SurveysOut)
@surveys.doc(operation_id="list_surveys", summary="我的小区正在填的问卷", responses=problems(401))
def listing() -> dict[str, Any]:
    """The open ones, the first to close first; drafts are nobody's yet."""
    moment, resident = now(), me()
    waiting = {of.id: homes for of, homes in reading.waiting_for(resident.id, moment)}
    found = queries.open_surveys(communities_of(resident.id), moment)
    return {
        "items": [
            {
                **survey_shape(of, queries.stage(of, moment)),
                "waiting": [waiting_shape(one) for one in waiting.get(of.id, ())],
            }
            for of in found
        ]
    }


@surveys.get("/<int:survey_id>")
@surveys.auth_required(auth)
@surveys.output(QuestionnaireOut)
@surveys.doc(operation_id="get_survey", summary="问什么，我家答了什么", responses=problems(401, 404))
def questionnaire(survey_id: int) -> dict[str, Any]:
    moment, resident = now(), me()
    of = reading.own_survey(survey_id, resident, moment)
    form = queries.form(of)
    return {
        **survey_shape(of, queries.stage(of, moment)),
        "intro": of.intro,
        "version": form.number,
        "definition": form.definition.as_json(),
        "households": [home_shape(one) for one in reading.homes_of(of, resident)],
    }


@surveys.put("/<int:survey_id>/draft")
@surveys.auth_required(auth)
@surveys.input(DraftIn, example=EXAMPLE)
@surveys.output(SavedDraftOut)
@surveys.doc(
    operation_id="save_survey_draft", summary="存草稿", responses=problems(400, 401, 404, 409, 415, 422)
)
def save_draft(survey_id: int, json_data: dict[str, Any]) -> dict[str, Any]:
    """Right or wrong, it is kept; on another telephone the same slip goes on with it."""
    moment = now()
    form, one = _asked(survey_id, json_data["household_id"])
    answers, strange = reading.with_own_photos(form, one.household.id, json_data["answers"])
    _save(form, one, answers, one.capacity or json_data["capacity"])
    errors = clean(form.definition, answers, today=china_day(moment)).errors
    return {
        "survey_id": survey_id,
        "household_id": one.household.id,
        "saved_at": moment,
        "errors": {**errors, **strange},
    }


@surveys.post("/<int:survey_id>/responses")
@surveys.auth_required(auth)
@surveys.input(KeyIn, location="headers", arg_name="key")
@surveys.input(ResponseIn, example=EXAMPLE)
@surveys.output(ResponseOut, status_code=201)
@surveys.doc(operation_id="answer_survey", summary="交问卷", responses=problems(400, 401, 404, 409, 415, 422))
def answer(survey_id: int, key: dict[str, str], json_data: dict[str, Any]) -> dict[str, Any]:
    """One answer a household: a later one takes the place of the earlier until the closing. What is not in form is said by
    field, and everything stays as the draft.
    """
    form, one = _asked(survey_id, json_data["household_id"])
    capacity = one.capacity or json_data["capacity"]
    answers, strange = reading.with_own_photos(form, one.household.id, json_data["answers"])
    try:
        how = _how(capacity, strange)
        with unit_of_work():
            row = actions.submit_response(
                form, one.household, answers, how, client_key=key["client_key"], actor=me().actor, now=now()
            )
    except Invalid:
        _save(form, one, answers, capacity)
        raise
    return response_shape(row, queries.form(form.survey, row.version_number).definition.thanks)


@surveys.post("/<int:survey_id>/photos")
@surveys.auth_required(auth)
@surveys.input(PhotoIn, location="form_and_files", arg_name="sent")
@surveys.output(KeptPhotoOut)
@surveys.doc(
    operation_id="send_survey_photo", summary="传一张照片", responses=problems(400, 401, 404, 409, 413, 422)
)
def send_photo(survey_id: int, sent: dict[str, Any]) -> dict[str, Any]:
    """It is drawn anew, without place and time, and stands in the draft. The same photo twice is one."""
    form, one = _asked(survey_id, sent["household_id"])
    question = form.definition.by_key.get(sent["question"])
    if question is None or question.kind is not Kind.PHOTO:
        raise Invalid("这一题不收照片。", fields={"question": ["这一题不收照片。"]})
    check_takes_answers(queries.stage(form.survey, now()))
    drawn = attachments.draw_anew(sent["photo"].read())
    with unit_of_work():
        photo_id = attachments.keep_photo(drawn, actor=me().actor, now=now()).id
        held = actions.add_photo(
            form, one.household, question, photo_id,
            holder=actions.SLIP_HOLDER, capacity=one.capacity, now=now(),
        )  # fmt: skip
    return {"photo_id": photo_id, "question": question.key, "photos": held}


@surveys.get("/<int:survey_id>/photos/<int:photo_id>")
@surveys.auth_required(auth)
@surveys.input(PhotoQuery, location="query", arg_name="query")
@surveys.doc(
    operation_id="get_survey_photo",
    summary="看自己家传的照片",
    responses=PICTURE | problems(401, 404, 422),
)
def photo(survey_id: int, photo_id: int, query: dict[str, Any]) -> Response:
    """Only for the household whose draft or answer names it."""
    form, one = _asked(survey_id, query["household_id"])
    row = kept_photos.attachment(photo_id)
    if row is None or str(photo_id) not in reading.own_photos(form, one.household.id):
        raise NotFound
    return Response(kept_photos.content(photo_id), content_type=row.media_type)


@surveys.get("/<int:survey_id>/pictures/<int:picture_id>")
@surveys.auth_required(auth)
@surveys.doc(
    operation_id="get_survey_picture", summary="看题目旁边的图", responses=PICTURE | problems(401, 404)
)
def picture(survey_id: int, picture_id: int) -> Response:
    """One that the form names; another answers as if it were not there."""
    of = reading.own_survey(survey_id, me(), now())
    row = kept_photos.attachment(picture_id)
    if row is None or picture_id not in queries.form(of).definition.pictures:
        raise NotFound
    return Response(kept_photos.content(picture_id), content_type=row.media_type)


@surveys.delete("/<int:survey_id>/private")
@surveys.auth_required(auth)
@surveys.input(PhotoQuery, location="query", arg_name="query")
@surveys.output({}, status_code=204)
@surveys.doc(
    operation_id="withdraw_private_answers",
    summary="收回同意，删掉敏感的回答",
    responses=problems(401, 404, 422),
)
def withdraw(survey_id: int, query: dict[str, Any]) -> str:
    """Age, health, names and telephones of the household are deleted, after the closing too; all else stays."""
    form, one = _asked(survey_id, query["household_id"])
    with unit_of_work():
        actions.withdraw_private(form.survey, one.household, actor=me().actor, now=now())
    return ""


# ------------------------------------------------------------------ parts of the above


def _asked(survey_id: int, household_id: int) -> tuple[Form, Answerer]:
    """The questions in force and the household, where they are this person's. Raises NotFound."""
    resident = me()
    of = reading.own_survey(survey_id, resident, now())
    return queries.form(of), reading.own_household(of, resident, household_id)


def _how(capacity: Capacity | None, strange: dict[str, list[str]]) -> Answering:
    """By the slip; raises Invalid where it is not said as what somebody answers, or a photo is not theirs."""
    wrong = dict(strange)
    if capacity is None:
        wrong["capacity"] = ["请说你是这一户的业主、家人还是租户。"]
    if capacity is None or wrong:
        raise Invalid("还有几处要改。已经填好的都留着。", fields=wrong)
    return Answering(Proof.PROVEN, Channel.SLIP, capacity)


def _save(form: Form, one: Answerer, answers: dict[str, Any], capacity: Capacity | None) -> None:
    with unit_of_work():
        actions.save_draft(
            form, one.household, answers, holder=actions.SLIP_HOLDER, capacity=capacity, now=now()
        )
