"""Keying in paper forms: scan one, type its answers with the keyboard alone, next."""

import secrets
from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import Schema
from marshmallow.fields import Date, Enum, Integer
from marshmallow.validate import Range

from admin.guard import needs
from admin.session import me
from admin.surveys.pages import Page, fields_of, opened_survey, said_pairs, surveys
from server.attachments import actions as attachments
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.errors import Conflict, Invalid, NotFound, Refused, TooLarge
from server.ledger.queries import HouseholdCard
from server.surveys import actions, queries
from server.surveys.actions import Answering
from server.surveys.models import Survey, SurveyResponse
from server.surveys.queries import Form
from server.surveys.rules.answering import kept_of
from server.surveys.rules.instants import answered_on_paper
from server.surveys.rules.serials import Serial, read_serial
from server.surveys.rules.wording import condition_in_words, numbers_of
from server.surveys.rules.words import Capacity, Channel, Kind, Proof

LARGEST_ID = 2**53
WHEN: dict[str, Any] = {"required": "填表上写的日期。", "invalid": "填表上写的日期。"}
WHO: dict[str, Any] = {"required": "选填表的是谁。", "unknown": "选填表的是谁。"}


class KeyedIn(Schema):
    signed_on = Date(required=True, error_messages=WHEN)
    capacity = Enum(Capacity, by_value=True, required=True, error_messages=WHO)
    seen = Integer(load_default=0, validate=Range(0, LARGEST_ID))
    client_key = Line(80, required=True)


@surveys.get("/<int:survey_id>/paper/key")
@needs(Permission.ENTER_RESPONSES)
def key_form(community_id: int, survey_id: int) -> Page:
    """First the serial; with it the form. Of a household that has answered, its answer is shown before anything is keyed."""
    of = opened_survey(community_id, survey_id)
    serial = request.args.get("serial", "").strip()
    if not serial:
        return _ask_serial(of, "", {})
    try:
        card = _household(of, serial)
    except (Invalid, Refused) as error:
        return _ask_serial(of, serial, fields_of(error, "serial")), 422
    held, seen = _held(of, card), request.args.get("seen", 0, int)
    if held is not None and held.id != seen:
        return _there(of, card, held)
    return _draw(_form_asked(of), card, {"signed_on": request.args.get("signed_on"), "seen": seen}, {}, {})


@surveys.post("/<int:survey_id>/paper/key")
@needs(Permission.ENTER_RESPONSES)
def enter_form(community_id: int, survey_id: int) -> Page:
    of = opened_survey(community_id, survey_id)
    try:
        card = _household(of, request.form.get("serial", ""))
    except (Invalid, Refused) as error:
        return _ask_serial(of, request.form.get("serial", ""), fields_of(error, "serial")), 422
    form, typed = _form_asked(of), request.form.to_dict()
    raw = _raw(form)
    try:
        kept = _enter(form, card, raw, load_form(KeyedIn))
    except Conflict as error:
        held = _held(of, card)
        typed |= {"seen": str(held.id if held else 0)}
        return _draw(form, card, typed, raw, {"serial": [error.message]}, held=held), 409
    except (Invalid, Refused, TooLarge) as error:
        return _draw(form, card, typed, raw, fields_of(error, "serial")), 422
    flash(_said(of, card, kept))
    return redirect(_next(of, str(typed["signed_on"])))


def _next(of: Survey, signed_on: str) -> str:
    """Forms come in piles: the next one mostly bears the same day."""
    return url_for(
        "admin.surveys.key_form", community_id=of.community_id, survey_id=of.id, signed_on=signed_on
    )


def _enter(
    form: Form, card: HouseholdCard, raw: Mapping[str, Any], head: Mapping[str, Any]
) -> SurveyResponse:
    drawn = {
        question.key: [
            attachments.draw_anew(one.read()) for one in request.files.getlist(question.key) if one
        ]
        for question in form.definition.questions
        if question.kind is Kind.PHOTO
    }
    instant = now()
    how = Answering(
        proof=Proof.PROVEN,
        channel=Channel.PAPER,
        capacity=head["capacity"],
        signed_on=head["signed_on"],
        answered_at=answered_on_paper(head["signed_on"], instant),
        seen_response_id=head["seen"],
    )
    with unit_of_work():
        photos = {
            key: [attachments.keep_photo(one, actor=me().actor, now=instant).id for one in some]
            for key, some in drawn.items()
        }
        return actions.submit_response(
            form, card, {**raw, **photos}, how, client_key=head["client_key"], actor=me().actor, now=instant
        )


def _raw(form: Form) -> dict[str, Any]:
    """The posted answers by field. Photos come as files only: an id in a form could name somebody else's picture."""
    photos = {question.key for question in form.definition.questions if question.kind is Kind.PHOTO}
    sent = {name: values for name, values in request.form.lists() if name not in photos}
    return kept_of(form.definition, sent)


def _said(of: Survey, card: HouseholdCard, kept: SurveyResponse) -> str:
    if kept.needs_review:
        return f"{card.label}记下了。已过截止时间，要另一个人复核过才算。下一张。"
    counted = queries.counted(of.id, card.id)
    if counted is not None and counted.response_id != kept.id:
        return f"{card.label}记下了，只存档：这一户后来又答过，算后来那一份。下一张。"
    return f"{card.label}记下了。下一张。"


def _form_asked(of: Survey) -> Form:
    """The questions as they stand on the paper: a correction may have come after it was printed."""
    return queries.form(of, request.values.get("version", 0, int) or None)


def _household(of: Survey, text: str) -> HouseholdCard:
    """The household of a form of this survey. Raises Invalid or Refused with what to do."""
    serial = read_serial(text)
    if serial.survey_id != of.id:
        raise Refused("这张表是另一份问卷的。请到那份问卷里录。", code="other_survey")
    try:
        return queries.household_asked(of, serial.household_id)
    except NotFound:
        sentence = "台账里没有这一户，可能是印表以后拆户、并户了。请重新印一张。"
        raise Invalid(sentence, fields={"serial": [sentence]}) from None


def _held(of: Survey, card: HouseholdCard) -> SurveyResponse | None:
    """The answer that counts for the household now."""
    counted = queries.counted(of.id, card.id)
    if counted is None or counted.response_id is None:
        return None
    return queries.response(counted.response_id, of.id)


def _ask_serial(of: Survey, serial: str, fields: dict[str, Any]) -> str:
    return render_template(
        "office/surveys/paper_serial.html",
        survey=of,
        serial=serial,
        signed_on=request.values.get("signed_on", ""),
        versions=[row.number for row in queries.versions(of.id)],
        fields=fields,
    )


def _there(of: Survey, card: HouseholdCard, held: SurveyResponse) -> str:
    return render_template(
        "office/surveys/paper_there.html",
        survey=of,
        card=card,
        serial=str(Serial(of.id, card.id)),
        version=request.args.get("version", of.version_number, int),
        signed_on=request.args.get("signed_on", ""),
        held=held,
        said=said_pairs(of, held),
    )


def _draw(
    form: Form,
    card: HouseholdCard,
    typed: Mapping[str, Any],
    raw: Mapping[str, Any],
    fields: dict[str, Any],
    *,
    held: SurveyResponse | None = None,
) -> str:
    of, definition = form.survey, form.definition
    return render_template(
        "office/surveys/paper_key.html",
        survey=of,
        card=card,
        serial=str(Serial(of.id, card.id)),
        version=form.number,
        definition=definition,
        numbers=numbers_of(definition),
        when=lambda tree: condition_in_words(tree, definition),
        typed={"client_key": secrets.token_urlsafe(16), "seen": 0, **typed},
        answers=raw,
        fields=fields,
        held=held,
        said=said_pairs(of, held) if held is not None else [],
        capacities=list(Capacity),
    )
