"""The items of a draft: their words, their picture, what they cost and who pays."""

from typing import Any

from flask import flash, render_template, request
from marshmallow import Schema
from marshmallow.fields import Boolean

from admin.catalogue.listing import new_key, to_list
from admin.catalogue.pages import Page, catalogue, fields_of, found_item, own_list
from admin.guard import needs
from admin.session import me
from server.attachments import actions as attachments
from server.attachments.actions import Photo
from server.catalogue import actions
from server.catalogue.models import CatalogueItem
from server.catalogue.queries import ListCard
from server.catalogue.rules.items import ItemText, read_yuan
from server.catalogue.rules.payers import Payers, read_payers, share_words
from server.catalogue.rules.words import CostUnit, ItemClass, ItemPlace, SplitBy, SubsidyKey
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.errors import Invalid, Problem, TooLarge
from server.kernel.matters import Matter
from server.kernel.parts import Part
from server.kernel.places import ScopeKind

WORDS: dict[str, tuple[Any, ...]] = {
    "classes": tuple((one.value, one.name_zh) for one in ItemClass),
    "matters": tuple((one.value, f"{one.name_zh}（{one.item_zh}）") for one in Matter),
    "keys": tuple((one.value, one.name_zh) for one in SubsidyKey),
    "parts": tuple((one.value, one.name_zh) for one in Part),
    "scopes": tuple((one.value, one.name_zh) for one in ScopeKind),
    "places": tuple((one.value, one.name_zh) for one in ItemPlace),
    "units": tuple((one.value, one.name_zh) for one in CostUnit),
    "splits": tuple((one.value, one.name_zh) for one in SplitBy),
}


class ItemIn(Schema):
    code = Line(10, load_default="")
    item_class = Line(1, load_default="")
    name = Line(60, load_default="")
    description = Line(300, load_default="")
    lead_department = Line(40, load_default="")
    matter = Line(40, load_default="")
    subsidy_key = Line(40, load_default="")
    part = Line(40, load_default="other")
    default_scope = Line(40, load_default="")
    place = Line(40, load_default="")
    unit = Line(40, load_default="")
    unit_cost = Line(20, load_default="")
    government_share = Line(20, load_default="")
    owners_share = Line(20, load_default="")
    others_share = Line(20, load_default="")
    split_by = Line(40, load_default="")
    note = Line(300, load_default="")
    drop_picture = Boolean(load_default=False)
    client_key = Line(80, load_default="")


@catalogue.get("/catalogue/<int:version_id>/contents/new")
@needs(Permission.EDIT_CATALOGUE)
def new_item(version_id: int) -> Page:
    typed = {
        "client_key": new_key(),
        "item_class": "B",
        "part": "other",
        "default_scope": "community",
        "place": "inside",
    }
    return _page(own_list(version_id), None, {**typed, "split_by": "area"}, {})


@catalogue.post("/catalogue/<int:version_id>/contents")
@needs(Permission.EDIT_CATALOGUE)
def add_item(version_id: int) -> Page:
    card = own_list(version_id)
    try:
        form, photo = load_form(ItemIn), _photo()
        text = _text(form)
        with unit_of_work():
            actions.add_item(
                version_id,
                text,
                picture_id=_kept(photo),
                client_key=form["client_key"],
                actor=me().actor,
                now=now(),
            )
    except Problem as error:
        return _page(card, None, dict(request.form), fields_of(error, _beside(error))), 422
    flash(f"已加上“{text.name}”。")
    return to_list(version_id)


@catalogue.get("/catalogue/<int:version_id>/contents/<int:content_id>")
@needs(Permission.EDIT_CATALOGUE)
def item_form(version_id: int, content_id: int) -> Page:
    card = own_list(version_id)
    row = found_item(card, content_id)
    return _page(card, row, _typed(row.text), {})


@catalogue.post("/catalogue/<int:version_id>/contents/<int:content_id>")
@needs(Permission.EDIT_CATALOGUE)
def change_item(version_id: int, content_id: int) -> Page:
    card = own_list(version_id)
    row = found_item(card, content_id)
    held = row.picture_id
    try:
        form, photo = load_form(ItemIn), _photo()
        text = _text(form)
        with unit_of_work():
            picture_id = _kept(photo) or (None if form["drop_picture"] else held)
            actions.change_item(
                version_id, content_id, text, picture_id=picture_id, actor=me().actor, now=now()
            )
    except Problem as error:
        return _page(card, row, dict(request.form), fields_of(error, _beside(error))), 422
    flash(f"已改好“{text.name}”。")
    return to_list(version_id)


@catalogue.post("/catalogue/<int:version_id>/contents/<int:content_id>/remove")
@needs(Permission.EDIT_CATALOGUE)
def remove_item(version_id: int, content_id: int) -> Page:
    row = found_item(own_list(version_id), content_id)
    with unit_of_work():
        actions.remove_item(version_id, content_id, actor=me().actor, now=now())
    flash(f"已去掉“{row.name}”。")
    return to_list(version_id)


# ------------------------------------------------------------------ between the form and the item


def _photo() -> Photo | None:
    """Drawn anew before anything is locked."""
    file = request.files.get("photo")
    return attachments.draw_anew(file.read()) if file and file.filename else None


def _beside(error: Problem) -> str:
    return "photo" if isinstance(error, TooLarge) else "name"


def _kept(photo: Photo | None) -> int | None:
    return attachments.keep_photo(photo, actor=me().actor, now=now()).id if photo else None


def _text(form: dict[str, Any]) -> ItemText:
    return ItemText(
        code=form["code"].upper(),
        item_class=_word(ItemClass, form, "item_class"),
        name=form["name"],
        description=form["description"],
        lead_department=form["lead_department"],
        matter=_word(Matter, form, "matter") if form["matter"] else None,
        subsidy_key=_word(SubsidyKey, form, "subsidy_key") if form["subsidy_key"] else None,
        part=_word(Part, form, "part"),
        default_scope=_word(ScopeKind, form, "default_scope"),
        place=_word(ItemPlace, form, "place"),
        unit=_word(CostUnit, form, "unit") if form["unit"] else None,
        unit_cost=read_yuan("unit_cost", form["unit_cost"]),
        payers=_payers(form),
        split_by=_word(SplitBy, form, "split_by"),
        note=form["note"],
    )


def _word(words: Any, form: dict[str, Any], field: str) -> Any:
    try:
        return words(form[field])
    except ValueError:
        sentence = "从列表里选一样。"
        raise Invalid(sentence, fields={field: [sentence]}) from None


def _payers(form: dict[str, Any]) -> Payers | None:
    typed = [form[f"{who}_share"] for who in ("government", "owners", "others")]
    return read_payers(*typed) if any(typed) else None


def _typed(text: ItemText) -> dict[str, Any]:
    """The item as its form shows it."""
    typed: dict[str, Any] = {
        name: getattr(text, name) or "" for name in ItemIn().fields if hasattr(text, name)
    }
    typed["unit_cost"] = (
        "" if text.unit_cost is None else f"{text.unit_cost // 100}.{text.unit_cost % 100:02}"
    )
    if text.payers:
        names = ("government_share", "owners_share", "others_share")
        typed |= {
            name: share_words(share).rstrip("%")
            for name, share in zip(names, text.payers.shares, strict=True)
        }
    return typed


def _page(card: ListCard, row: CatalogueItem | None, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    return render_template(
        "office/catalogue/item.html", card=card, item=row, typed=typed, fields=fields, words=WORDS
    )
