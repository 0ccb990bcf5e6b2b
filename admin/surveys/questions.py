"""The editor: the questions in their order, one added, changed, moved, taken out. Each act is one form that is sent."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from flask import flash, redirect, render_template, request
from marshmallow import Schema
from marshmallow.fields import String
from marshmallow.validate import OneOf

from admin.guard import needs
from admin.surveys.listing import placed_problems
from admin.surveys.pages import Page, fields_of, surveys
from admin.surveys.pictures import kept_pictures, read_pictures, with_pictures
from admin.surveys.question_form import (
    EXAMPLES,
    PRIVATE,
    QuestionIn,
    alike,
    drawn,
    offered_items,
    question_of,
    typed_again,
    typed_of,
)
from admin.surveys.starts import contents_of, household_budget, path_of
from admin.surveys.worksheet import Worksheet, names_taken, said_condition, values_taken, worksheet, write
from server.identity.rules import Permission
from server.infra.web.fields import Line, Words
from server.infra.web.forms import load_form
from server.kernel.errors import Conflict, Invalid, Refused, TooLarge
from server.surveys.rules.conditions import choices_above, choices_before
from server.surveys.rules.definition import Definition, Question
from server.surveys.rules.editing import (
    add_question,
    change_question,
    free_key,
    move_question,
    remove_question,
)
from server.surveys.rules.wording import condition_in_words, numbers_of
from server.surveys.rules.words import Kind

LONGEST_THANKS = 1000


class SeenIn(Schema):
    seen = Line(64, required=True)


class MoveIn(SeenIn):
    direction = String(required=True, validate=OneOf(["up", "down"]))


class Move(Protocol):
    """One place up or down."""

    def __call__(self, definition: Definition, key: str, *, is_up: bool) -> Definition: ...


class ThanksIn(SeenIn):
    thanks = Words(LONGEST_THANKS, load_default="")


class PlaceIn(Schema):
    key = Line(40, required=True)
    section = Line(40, required=True)
    after = Line(40, load_default="")


@surveys.get("/<int:survey_id>/questions")
@needs(Permission.RUN_SURVEY)
def edit_questions(community_id: int, survey_id: int) -> Page:
    return draw_editor(worksheet(community_id, survey_id), {})


def draw_editor(sheet: Worksheet, fields: dict[str, Any], thanks: str | None = None) -> str:
    definition = sheet.definition
    return render_template(
        "office/surveys/edit.html",
        survey=sheet.survey,
        sheet=sheet,
        definition=definition,
        numbers=numbers_of(definition),
        when=lambda tree: condition_in_words(tree, definition),
        problems=placed_problems(definition),
        thanks=definition.thanks if thanks is None else thanks,
        fields=fields,
    )


@surveys.post("/<int:survey_id>/thanks")
@needs(Permission.RUN_SURVEY)
def save_thanks(community_id: int, survey_id: int) -> Page:
    sheet = worksheet(community_id, survey_id)
    try:
        form = load_form(ThanksIn)
        write(sheet, lambda definition: replace(definition, thanks=form["thanks"]), form["seen"])
    except (Invalid, Refused, Conflict) as error:
        again = worksheet(community_id, survey_id)
        return draw_editor(again, fields_of(error, "thanks"), request.form.get("thanks")), error.status
    flash("最后的话存好了。")
    return redirect(sheet.href("thanks"))


# ------------------------------------------------------------------ one question


@surveys.get("/<int:survey_id>/questions/new")
@needs(Permission.RUN_SURVEY)
def new_question(community_id: int, survey_id: int) -> Page:
    """First the kind, then the form of that kind."""
    sheet = worksheet(community_id, survey_id)
    section, after = request.args.get("section", ""), request.args.get("after", "")
    sheet.section(section)
    kind = next((one for one in EXAMPLES if one.value == request.args.get("kind")), None)
    if kind is None:
        return render_template(
            "office/surveys/kinds.html",
            survey=sheet.survey,
            sheet=sheet,
            section=section,
            after=after,
            kinds=EXAMPLES,
        )
    question = _blank(sheet, kind)
    return _draw_new(sheet, question, {**typed_of(question, ()), "section": section, "after": after}, {})


def _blank(sheet: Worksheet, kind: Kind) -> Question:
    """A new question as it is mostly wanted."""
    usual: dict[str, Any] = {}
    if kind is Kind.SCALE:
        usual = {"least": "1", "most": "5", "low": "很不满意", "high": "很满意"}
    elif kind in {Kind.ITEMS, Kind.PACKAGE}:
        path = path_of(sheet.survey.community_id)
        beside = {"at_most": 3} if kind is Kind.ITEMS else {"household_budget": household_budget(path)}
        usual = {"options": tuple(contents_of(kind, path)), **beside}
    return Question(key=free_key("q", names_taken(sheet)), kind=kind, title="", **usual)


@surveys.post("/<int:survey_id>/questions")
@needs(Permission.RUN_SURVEY)
def create_question(community_id: int, survey_id: int) -> Page:
    sheet = worksheet(community_id, survey_id)
    kind = next((one for one in EXAMPLES if one.value == request.form.get("kind")), Kind.NOTE)
    blank = Question(key=request.form.get("key", "")[:40], kind=kind, title="")
    typed = typed_again()
    try:
        place = load_form(PlaceIn)
        choices = choices_above(sheet.definition, place["section"], place["after"])
        question = _save(
            sheet,
            replace(blank, key=place["key"]),
            choices,
            lambda definition, made: add_question(
                definition, made, section=place["section"], after=place["after"]
            ),
        )
    except Conflict as error:
        # Another question may have taken the name meanwhile; what was typed gets a fresh one.
        again = worksheet(community_id, survey_id)
        fresh = replace(blank, key=free_key("q", names_taken(again)))
        return _draw_new(again, fresh, typed, {}, clash=error.message), 409
    except (Invalid, Refused, TooLarge) as error:
        return _draw_new(sheet, blank, typed, fields_of(error, "title")), error.status
    flash("题目加好了。")
    return redirect(sheet.href(f"q-{question.key}"))


@surveys.get("/<int:survey_id>/questions/<key>")
@needs(Permission.RUN_SURVEY)
def edit_question(community_id: int, survey_id: int, key: str) -> Page:
    sheet = worksheet(community_id, survey_id)
    question = sheet.question(key)
    typed = typed_of(question, choices_before(sheet.definition, key))
    return _draw_held(sheet, question, typed, {})


@surveys.post("/<int:survey_id>/questions/<key>")
@needs(Permission.RUN_SURVEY)
def save_question(community_id: int, survey_id: int, key: str) -> Page:
    sheet = worksheet(community_id, survey_id)
    question, typed = sheet.question(key), typed_again()
    try:
        _save(sheet, question, choices_before(sheet.definition, key), change_question)
    except Conflict as error:
        again = worksheet(community_id, survey_id)
        held = again.question(key)
        return _draw_held(again, held, typed, {}, clash=error.message), 409
    except (Invalid, Refused, TooLarge) as error:
        return _draw_held(sheet, question, typed, fields_of(error, "title")), error.status
    flash("存好了。")
    return redirect(sheet.href(f"q-{key}"))


def _save(sheet: Worksheet, held: Question, choices: Sequence[Any], place: Any) -> Question:
    """The form as a question, its pictures kept, written where `place` puts it."""
    form = load_form(QuestionIn)
    made = question_of(
        held,
        form,
        choices=choices,
        items=contents_of(held.kind, path_of(sheet.survey.community_id)),
        taken=values_taken(sheet, held.key),
    )
    photos = read_pictures(made)

    def change(definition: Definition) -> Definition:
        changed: Definition = place(definition, with_pictures(made, kept_pictures(photos), form["drops"]))
        return changed

    write(sheet, change, form["seen"])
    return made


def shift(sheet: Worksheet, move: Move, key: str, anchor: str) -> Page:
    """A question or a section one place up or down, and back to where it stands then."""
    try:
        form = load_form(MoveIn)
        is_up = form["direction"] == "up"
        write(sheet, lambda definition: move(definition, key, is_up=is_up), form["seen"])
    except (Invalid, Refused, Conflict) as error:
        held = worksheet(sheet.survey.community_id, sheet.survey.id)
        return draw_editor(held, fields_of(error, anchor)), error.status
    return redirect(sheet.href(anchor))


@surveys.post("/<int:survey_id>/questions/<key>/move")
@needs(Permission.RUN_SURVEY)
def shift_question(community_id: int, survey_id: int, key: str) -> Page:
    sheet = worksheet(community_id, survey_id)
    sheet.question(key)
    return shift(sheet, move_question, key, f"q-{key}")


@surveys.post("/<int:survey_id>/questions/<key>/remove")
@needs(Permission.RUN_SURVEY)
def take_out_question(community_id: int, survey_id: int, key: str) -> Page:
    sheet = worksheet(community_id, survey_id)
    title = sheet.definition.by_key[key].title if key in sheet.definition.by_key else ""
    try:
        seen = load_form(SeenIn)["seen"]
        write(sheet, lambda definition: remove_question(definition, key), seen)
    except (Invalid, Refused, Conflict) as error:
        return draw_editor(worksheet(community_id, survey_id), fields_of(error, f"q-{key}")), error.status
    flash(f"删掉了“{title[:30]}”。" if title else "这道题已经删掉了。")
    return redirect(sheet.href())


# ------------------------------------------------------------------ drawing


def _draw_new(
    sheet: Worksheet, question: Question, typed: Mapping[str, Any], fields: dict[str, Any], *, clash: str = ""
) -> str:
    choices = choices_above(sheet.definition, str(typed.get("section", "")), str(typed.get("after", "")))
    return _draw(sheet, question, typed, fields, choices=choices, is_new=True, clash=clash)


def _draw_held(
    sheet: Worksheet, question: Question, typed: Mapping[str, Any], fields: dict[str, Any], *, clash: str = ""
) -> str:
    choices = choices_before(sheet.definition, question.key)
    return _draw(sheet, question, typed, fields, choices=choices, is_new=False, clash=clash)


def _draw(
    sheet: Worksheet, question: Question, typed: Mapping[str, Any], fields: dict[str, Any], **facts: Any
) -> str:
    items = contents_of(question.kind, path_of(sheet.survey.community_id))
    numbers = numbers_of(sheet.definition)
    return render_template(
        "office/surveys/question.html",
        survey=sheet.survey,
        sheet=sheet,
        question=question,
        number=numbers.get(question.key),
        numbers=numbers,
        typed=typed,
        fields=fields,
        items=offered_items(question, items),
        drawn=drawn(question.kind),
        kinds=() if sheet.is_correction else alike(question.kind),
        private=PRIVATE,
        condition=said_condition(question.show_if, sheet.definition),
        **facts,
    )
