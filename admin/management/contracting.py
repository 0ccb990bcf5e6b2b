"""Recording who manages a community; ending it early, its fee, and where to complain."""

from typing import Any

from flask import flash, redirect, url_for
from marshmallow import Schema
from marshmallow.fields import Date, Enum, Integer
from marshmallow.validate import Range
from werkzeug.wrappers import Response

from admin.guard import needs
from admin.management.desk import (
    Page,
    back_to,
    chosen_by,
    form_page,
    found_contract,
    management,
    today,
    typed_again,
    votes_for_manager,
)
from admin.projects.desk import drawn_photos, kept
from admin.session import me
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.addresses import LARGEST_ID
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.errors import Invalid, Problem
from server.kernel.money import fen_of
from server.management import actions, queries
from server.management.models import About
from server.management.rules.fees import FeeUnit
from server.management.rules.terms import Mode

MODE: dict[str, Any] = {"required": "选由谁来管。", "unknown": "选由谁来管。"}
UNIT: dict[str, Any] = {"required": "选按什么收。", "unknown": "选按什么收。"}
CHOICE: dict[str, Any] = {"invalid": "从列表里选。"}


def day(sentence: str) -> dict[str, Any]:
    return {"required": sentence, "invalid": sentence}


class ContactIn(Schema):
    contact_phone = Line(40, load_default="")
    contact_place = Line(120, load_default="")


class ContractIn(ContactIn):
    mode = Enum(Mode, by_value=True, required=True, error_messages=MODE)
    company_id = Integer(
        load_default=None, validate=Range(1, LARGEST_ID, error="从列表里选。"), error_messages=CHOICE
    )
    manager = Line(80, load_default="")
    starts_on = Date(required=True, error_messages=day("填从哪天开始管。"))
    ends_on = Date(load_default=None, error_messages=day("填管到哪天，没有约定就不填。"))
    chosen_by = Integer(load_default=None, error_messages=CHOICE)
    document = Line(120, load_default="")
    client_key = Line(80, required=True)


class EndIn(Schema):
    last_on = Date(required=True, error_messages=day("填管到哪天为止。"))
    reason = Line(300, required=True, error_messages={"required": "写上为什么提前结束，居民会看到。"})


class FeeIn(Schema):
    amount = Line(30, required=True, error_messages={"required": "填多少钱。"})
    unit = Enum(FeeUnit, by_value=True, required=True, error_messages=UNIT)
    from_on = Date(required=True, error_messages=day("填从哪天起按这个收。"))
    document = Line(120, load_default="")
    client_key = Line(80, required=True)


@management.get("/communities/<int:community_id>/management/contracts/new")
@needs(Permission.KEEP_MANAGEMENT)
def new_contract(community_id: int) -> Page:
    return _new_page(community_id, None)


@management.post("/communities/<int:community_id>/management/contracts")
@needs(Permission.KEEP_MANAGEMENT)
def start_management(community_id: int) -> Page:
    try:
        form, photos = load_form(ContractIn), drawn_photos()
        _check_vote(community_id, form["chosen_by"])
        with unit_of_work():
            actions.start_management(community_id, photos=kept(photos), actor=me().actor, now=now(), **form)
    except Problem as error:
        return _new_page(community_id, error)
    flash("已记下。接着定收费标准，居民看得到。")
    return back_to(community_id)


@management.get("/communities/<int:community_id>/management/contracts/<int:contract_id>")
@needs(Permission.SEE_MANAGEMENT)
def contract_page(community_id: int, contract_id: int) -> Page:
    return _contract_page(community_id, contract_id, None)


@management.post("/communities/<int:community_id>/management/contracts/<int:contract_id>/end")
@needs(Permission.KEEP_MANAGEMENT)
def end_management(community_id: int, contract_id: int) -> Page:
    try:
        form = load_form(EndIn)
        with unit_of_work():
            actions.end_management(
                contract_id, community_id=community_id, actor=me().actor, now=now(), **form
            )
    except Problem as error:
        return _contract_page(community_id, contract_id, error)
    flash("已记下。没有人接着管的，会列进提醒。")
    return _to_contract(community_id, contract_id)


@management.post("/communities/<int:community_id>/management/contracts/<int:contract_id>/fees")
@needs(Permission.KEEP_MANAGEMENT)
def set_fee(community_id: int, contract_id: int) -> Page:
    try:
        form = load_form(FeeIn)
        fen = fen_of(form.pop("amount"))
        with unit_of_work():
            actions.set_fee(
                contract_id, community_id=community_id, amount_fen=fen, actor=me().actor, now=now(), **form
            )
    except Problem as error:
        return _contract_page(community_id, contract_id, error)
    flash("收费标准已记下。")
    return _to_contract(community_id, contract_id)


@management.post("/communities/<int:community_id>/management/contracts/<int:contract_id>/contact")
@needs(Permission.KEEP_MANAGEMENT)
def change_contact(community_id: int, contract_id: int) -> Page:
    try:
        form = load_form(ContactIn)
        with unit_of_work():
            actions.change_contact(
                contract_id, community_id=community_id, actor=me().actor, now=now(), **form
            )
    except Problem as error:
        return _contract_page(community_id, contract_id, error)
    flash("联系方式已改好。")
    return _to_contract(community_id, contract_id)


def _check_vote(community_id: int, ballot_id: int | None) -> None:
    """Only a vote of this community that passed: what the owners did not choose must not read as chosen."""
    if ballot_id is not None and ballot_id not in dict(votes_for_manager(community_id)):
        raise Invalid("没有这次表决，或者没有通过。", fields={"chosen_by": ["从列表里选已经通过的表决。"]})


def _to_contract(community_id: int, contract_id: int) -> Response:
    there = url_for("admin.management.contract_page", community_id=community_id, contract_id=contract_id)
    return redirect(there)


def _new_page(community_id: int, error: Problem | None) -> Page:
    return form_page(
        "new.html",
        error,
        community_id=community_id,
        typed=typed_again(),
        modes=[(mode.value, mode.name_zh) for mode in Mode],
        companies=[(one.id, one.name) for one in queries.companies(size=500).items],
        votes=votes_for_manager(community_id),
    )


def _contract_page(community_id: int, contract_id: int, error: Problem | None) -> Page:
    card = found_contract(contract_id, community_id)
    contact = {"contact_phone": card.contract.contact_phone, "contact_place": card.contract.contact_place}
    return form_page(
        "contract.html",
        error,
        community_id=community_id,
        card=card,
        today=today(),
        fees=queries.fees(contract_id),
        units=[(unit.value, unit.name_zh) for unit in FeeUnit],
        evidence=queries.evidence_of(community_id, About.CONTRACT).get(contract_id, []),
        vote=chosen_by(card),
        typed=typed_again(**contact),
    )
