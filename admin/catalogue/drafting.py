"""Beginning a list by copying another, its name and document, and giving a draft up."""

from typing import Any

from flask import flash, render_template, request
from marshmallow import Schema
from marshmallow.fields import Integer

from admin.catalogue.listing import new_key, to_list
from admin.catalogue.pages import Page, catalogue, fields_of, own_division, own_list, today
from admin.guard import needs
from admin.session import me
from server.catalogue import actions, queries
from server.catalogue.queries import ListCard
from server.divisions.models import Division
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.errors import Invalid, Refused

NAME = {"required": "写上这份清单叫什么。"}
SOURCE = {"required": "写上出自哪份文件；还没有文号的，写“起草稿”。"}


class DraftIn(Schema):
    name = Line(80, required=True, error_messages=NAME)
    source = Line(200, required=True, error_messages=SOURCE)
    based_on = Integer(load_default=None, error_messages={"invalid": "从列表里选一份，或者从空白开始。"})
    client_key = Line(80, required=True)


class HeadingIn(Schema):
    name = Line(80, required=True, error_messages=NAME)
    source = Line(200, required=True, error_messages=SOURCE)
    price_source = Line(200, load_default="")


@catalogue.get("/divisions/<int:division_id>/catalogue/new")
@needs(Permission.EDIT_CATALOGUE)
def new_version(division_id: int) -> Page:
    one = own_division(division_id)
    held = queries.version(today(), one.path)
    typed = {"client_key": new_key(), "source": "起草稿", "based_on": held.id if held else ""}
    typed["name"] = f"{one.name} {today().year} 年改造内容清单"
    return _new_page(one, typed, {})


@catalogue.post("/divisions/<int:division_id>/catalogue")
@needs(Permission.EDIT_CATALOGUE)
def draft_version(division_id: int) -> Page:
    one = own_division(division_id)
    try:
        row_id = _draft(one, load_form(DraftIn))
    except (Invalid, Refused) as error:
        return _new_page(one, dict(request.form), fields_of(error, "name")), 422
    flash("已起草。逐样看一遍，改好后登记政府同意和备案，再设生效日期。")
    return to_list(row_id)


@catalogue.get("/catalogue/<int:version_id>/heading")
@needs(Permission.EDIT_CATALOGUE)
def heading_form(version_id: int) -> Page:
    row = own_list(version_id).version
    typed = {"name": row.name, "source": row.source, "price_source": row.price_source}
    return _heading_page(own_list(version_id), typed, {})


@catalogue.post("/catalogue/<int:version_id>/heading")
@needs(Permission.EDIT_CATALOGUE)
def change_heading(version_id: int) -> Page:
    card = own_list(version_id)
    try:
        form = load_form(HeadingIn)
        with unit_of_work():
            actions.change_heading(version_id, **form, actor=me().actor, now=now())
    except (Invalid, Refused) as error:
        return _heading_page(card, dict(request.form), fields_of(error, "name")), 422
    flash("已改好。")
    return to_list(version_id)


@catalogue.post("/catalogue/<int:version_id>/discard")
@needs(Permission.EDIT_CATALOGUE)
def discard_version(version_id: int) -> Page:
    own_list(version_id)
    with unit_of_work():
        actions.discard_version(version_id, actor=me().actor, now=now())
    flash("已作废。它还列在这里，供以后查。")
    return to_list(version_id)


def _draft(one: Division, form: dict[str, Any]) -> int:
    based_on = form.pop("based_on")
    if based_on is not None and based_on not in {card.version.id for card in _originals(one)}:
        sentence = "从列表里选一份，或者从空白开始。"
        raise Invalid(sentence, fields={"based_on": [sentence]})
    with unit_of_work():
        return actions.draft_version(one.id, based_on_id=based_on, **form, actor=me().actor, now=now()).id


def _originals(one: Division) -> list[ListCard]:
    """What may be copied: settled lists of this place and of those above it, the nearest first."""
    cards = queries.cards(today(), one.path)
    return [
        card for card in reversed(cards) if card.stage.is_settled and one.path.startswith(card.division_path)
    ]


def _new_page(one: Division, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    return render_template(
        "office/catalogue/new.html", one=one, originals=_originals(one), typed=typed, fields=fields
    )


def _heading_page(card: ListCard, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    return render_template("office/catalogue/heading.html", card=card, typed=typed, fields=fields)
