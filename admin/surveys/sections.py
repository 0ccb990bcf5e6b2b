"""The parts of a survey: each is one page of the phone form. Added, changed, moved, taken out."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request
from marshmallow import Schema

from admin.guard import needs
from admin.surveys.pages import Page, fields_of, surveys
from admin.surveys.question_form import condition_of, shown_condition
from admin.surveys.questions import SeenIn, draw_editor, shift
from admin.surveys.worksheet import Worksheet, said_condition, worksheet, write
from server.identity.rules import Permission
from server.infra.web.fields import Line, Words
from server.infra.web.forms import load_form
from server.kernel.errors import Conflict, Invalid, Refused
from server.surveys.rules.conditions import choices_before
from server.surveys.rules.definition import Section
from server.surveys.rules.editing import add_section, change_section, free_key, move_section, remove_section
from server.surveys.rules.soundness import LONGEST_HELP, LONGEST_TITLE
from server.surveys.rules.wording import numbers_of


class SectionIn(Schema):
    title = Line(LONGEST_TITLE, required=True, error_messages={"required": "写这一部分的标题。"})
    help = Words(LONGEST_HELP, load_default="")
    show_if = Line(200, load_default="")
    seen = Line(64, required=True)


class KeyIn(Schema):
    key = Line(40, required=True)


@surveys.get("/<int:survey_id>/sections/new")
@needs(Permission.RUN_SURVEY)
def new_section(community_id: int, survey_id: int) -> Page:
    sheet = worksheet(community_id, survey_id)
    return _draw(sheet, Section(_free(sheet), "", ()), {}, {}, is_new=True)


def _free(sheet: Worksheet) -> str:
    return free_key("s", [one.key for one in sheet.definition.sections])


@surveys.post("/<int:survey_id>/sections")
@needs(Permission.RUN_SURVEY)
def create_section(community_id: int, survey_id: int) -> Page:
    sheet = worksheet(community_id, survey_id)
    blank = Section(request.form.get("key", "")[:40], "", ())
    try:
        blank = Section(load_form(KeyIn)["key"], "", ())
        section, seen = _read(sheet, blank)
        write(sheet, lambda definition: add_section(definition, section), seen)
    except Conflict as error:
        again = worksheet(community_id, survey_id)
        fresh = Section(_free(again), "", ())
        return _draw(again, fresh, request.form.to_dict(), {}, is_new=True, clash=error.message), 409
    except (Invalid, Refused) as error:
        wrong = fields_of(error, "title")
        return _draw(sheet, blank, request.form.to_dict(), wrong, is_new=True), error.status
    flash("这一部分加好了。现在往里面加题。")
    return redirect(sheet.href(f"s-{section.key}"))


@surveys.get("/<int:survey_id>/sections/<key>")
@needs(Permission.RUN_SURVEY)
def edit_section(community_id: int, survey_id: int, key: str) -> Page:
    sheet = worksheet(community_id, survey_id)
    section = sheet.section(key)
    choices = choices_before(sheet.definition, section=key)
    typed = {
        "title": section.title,
        "help": section.help,
        "show_if": shown_condition(section.show_if, choices),
    }
    return _draw(sheet, section, typed, {}, is_new=False)


@surveys.post("/<int:survey_id>/sections/<key>")
@needs(Permission.RUN_SURVEY)
def save_section(community_id: int, survey_id: int, key: str) -> Page:
    sheet = worksheet(community_id, survey_id)
    held = sheet.section(key)
    try:
        section, seen = _read(sheet, held)
        write(sheet, lambda definition: change_section(definition, section), seen)
    except Conflict as error:
        again = worksheet(community_id, survey_id)
        held = again.section(key)
        return _draw(again, held, request.form.to_dict(), {}, is_new=False, clash=error.message), 409
    except (Invalid, Refused) as error:
        wrong = fields_of(error, "title")
        return _draw(sheet, held, request.form.to_dict(), wrong, is_new=False), error.status
    flash("存好了。")
    return redirect(sheet.href(f"s-{key}"))


@surveys.post("/<int:survey_id>/sections/<key>/move")
@needs(Permission.RUN_SURVEY)
def shift_section(community_id: int, survey_id: int, key: str) -> Page:
    sheet = worksheet(community_id, survey_id)
    sheet.section(key)
    return shift(sheet, move_section, key, f"s-{key}")


@surveys.post("/<int:survey_id>/sections/<key>/remove")
@needs(Permission.RUN_SURVEY)
def take_out_section(community_id: int, survey_id: int, key: str) -> Page:
    sheet = worksheet(community_id, survey_id)
    try:
        seen = load_form(SeenIn)["seen"]
        write(sheet, lambda definition: remove_section(definition, key), seen)
    except (Invalid, Refused, Conflict) as error:
        return draw_editor(worksheet(community_id, survey_id), fields_of(error, f"s-{key}")), error.status
    flash("这一部分删掉了。")
    return redirect(sheet.href())


def _read(sheet: Worksheet, held: Section) -> tuple[Section, str]:
    form = load_form(SectionIn)
    choices = choices_before(sheet.definition, section=held.key)
    show_if = condition_of(form["show_if"], held.show_if, choices)
    return Section(held.key, form["title"], (), form["help"], show_if), form["seen"]


def _draw(
    sheet: Worksheet,
    section: Section,
    typed: Mapping[str, Any],
    fields: dict[str, Any],
    *,
    is_new: bool,
    clash: str = "",
) -> str:
    return render_template(
        "office/surveys/section.html",
        survey=sheet.survey,
        sheet=sheet,
        section=section,
        typed=typed,
        fields=fields,
        choices=choices_before(sheet.definition, section=section.key),
        numbers=numbers_of(sheet.definition),
        condition=said_condition(section.show_if, sheet.definition),
        is_new=is_new,
        clash=clash,
    )
