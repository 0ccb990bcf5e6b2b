"""Owners of a flat: shown in full for a purpose, added, changed after a sale, mended, and who represents them."""

import secrets
from typing import Any

from flask import Blueprint, flash, render_template, request
from marshmallow import Schema, fields
from werkzeug.wrappers import Response

from admin.guard import needs
from admin.ledger.communities import Choice, words
from admin.ledger.flats import back_to_flat, flat_page, said, the_flat
from admin.session import me
from server.ballots import actions as ballots
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.chinatime import china_day
from server.kernel.errors import Conflict, Invalid, NotFound
from server.ledger import queries
from server.ledger.actions import owners as actions
from server.ledger.actions import personal
from server.ledger.actions.owners import NewOwner
from server.ledger.actions.places import lock_community
from server.ledger.queries import FlatCard
from server.ledger.rules.words import OwnerKind

owners = Blueprint("owners", __name__, url_prefix="/communities/<int:community_id>/flats/<int:flat_id>")

Page = str | Response | tuple[str, int]
DAY: dict[str, Any] = {"required": "请填日期。", "invalid": "请写成 2026-03-02 这样。"}


class OwnerIn(Schema):
    name = Line(100, required=True)
    kind = Choice(OwnerKind, required=True)
    phone = Line(40, load_default="")
    id_number = Line(40, load_default="")
    share = Line(40, load_default="")
    client_key = Line(80, required=True)


class AddIn(OwnerIn):
    from_on = fields.Date(load_default=None, error_messages=DAY)


class SaleIn(OwnerIn):
    on = fields.Date(required=True, error_messages=DAY)


class MendIn(Schema):
    name = Line(100, required=True)
    phone = Line(40, load_default="")
    id_number = Line(40, load_default="")


class RepresentativeIn(Schema):
    #: Blank: nobody is chosen.
    owner_id = fields.Integer(load_default=None)


class PurposeIn(Schema):
    purpose = Line(200, required=True)


#: What the three forms say: heading, lead, the words of the button.
ADD = ("加一位共有人", "和现在的业主一起共有这套房。", "加上")
SALE = (
    "换业主",
    "房子卖了、继承了、过户了。现在的业主到这一天为止，换成下面这位；有几位共有人，先填一位，再逐个加。",
    "换成这位业主",
)
MEND = ("更正登记", "写错了才改这里，换了人请用“换业主”。三项都要重填，留空就是没有。", "更正")


@owners.post("/owners/show")
@needs(Permission.SEE_PERSONAL)
def show_in_full(community_id: int, flat_id: int) -> Page:
    """The same page once more with the owners in full; asked by POST, so that no address and no reload shows them."""
    try:
        form = load_form(PurposeIn)
        with unit_of_work():
            cards = personal.show_owners(community_id, flat_id, actor=me().actor, now=now(), **form)
    except Invalid as error:
        typed = request.form.get("purpose", "")
        return flat_page(community_id, flat_id, purpose=typed, errors=error.fields), 422
    answer = Response(flat_page(community_id, flat_id, full=cards), content_type="text/html; charset=utf-8")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@owners.get("/owners/new")
@needs(Permission.EDIT_LEDGER)
def add_form(community_id: int, flat_id: int) -> Page:
    return _form(the_flat(community_id, flat_id), ADD, "from_on", {})


@owners.post("/owners/new")
@needs(Permission.EDIT_LEDGER)
def add(community_id: int, flat_id: int) -> Page:
    flat = the_flat(community_id, flat_id)
    try:
        new, rest = _new(load_form(AddIn))
        with unit_of_work():
            actions.add_owner(community_id, flat_id, new, actor=me().actor, now=now(), **rest)
    except (Invalid, Conflict) as error:
        return _form(flat, ADD, "from_on", said(error, "name")), 422
    flash("业主加好了。", "go")
    return back_to_flat(community_id, flat_id)


IN_A_VOTE = "正在投的票名册不变，这户收到了消息；新业主要投，到那次投票的“名册更正和换业主”里登记。"


@owners.get("/owners/change")
@needs(Permission.EDIT_LEDGER)
def change_form(community_id: int, flat_id: int) -> Page:
    return _form(the_flat(community_id, flat_id), SALE, "on", {})


@owners.post("/owners/change")
@needs(Permission.EDIT_LEDGER)
def change(community_id: int, flat_id: int) -> Page:
    """A sale or inheritance: all present owners leave, this one comes. Co-owners are added after."""
    flat = the_flat(community_id, flat_id)
    try:
        new, rest = _new(load_form(SaleIn))
        with unit_of_work():
            lock_community(community_id)
            with ballots.telling_of_sales([community_id], now=now()) as told:
                actions.change_owners(community_id, flat_id, [new], actor=me().actor, now=now(), **rest)
    except (Invalid, Conflict) as error:
        return _form(flat, SALE, "on", said(error, "name")), 422
    # A sale that is dated after every closing is nothing to a vote, unless that is moved: then the homes are told.
    flash(f"业主变更记下了。{IN_A_VOTE if told else ''}", "go")
    return back_to_flat(community_id, flat_id)


@owners.get("/owners/<int:owner_id>/mend")
@needs(Permission.EDIT_LEDGER)
def mend_form(community_id: int, flat_id: int, owner_id: int) -> Page:
    flat = the_flat(community_id, flat_id)
    _owns(flat_id, owner_id)
    return _form(flat, MEND, "", {})


@owners.post("/owners/<int:owner_id>/mend")
@needs(Permission.EDIT_LEDGER)
def mend(community_id: int, flat_id: int, owner_id: int) -> Page:
    flat = the_flat(community_id, flat_id)
    _owns(flat_id, owner_id)
    try:
        form = load_form(MendIn)
        with unit_of_work():
            actions.mend_owner(community_id, owner_id, actor=me().actor, now=now(), **form)
    except (Invalid, Conflict) as error:
        return _form(flat, MEND, "", said(error, "name")), 422
    flash("业主资料改好了。", "go")
    return back_to_flat(community_id, flat_id)


@owners.post("/representative")
@needs(Permission.EDIT_LEDGER)
def represent(community_id: int, flat_id: int) -> Page:
    form = load_form(RepresentativeIn)
    with unit_of_work():
        actions.set_representative(community_id, flat_id, form["owner_id"], actor=me().actor, now=now())
    flash("共有人代表记下了。", "go")
    return back_to_flat(community_id, flat_id)


def _owns(flat_id: int, owner_id: int) -> None:
    if owner_id not in {one.id for one in queries.owners_of_flat(flat_id, china_day(now()))}:
        raise NotFound


def _new(form: dict[str, Any]) -> tuple[NewOwner, dict[str, Any]]:
    of_owner = {name: form.pop(name) for name in ("name", "kind", "phone", "id_number", "share")}
    return NewOwner(**of_owner), form


def _form(flat: FlatCard, texts: tuple[str, str, str], day: str, errors: dict[str, list[str]]) -> str:
    """`day` names the date the form asks for; none where the same person is only spelled right."""
    heading, lead, button = texts
    return render_template(
        "office/ledger/owner_form.html",
        flat=flat,
        heading=heading,
        lead=lead,
        button=button,
        day=day,
        kinds=words(OwnerKind),
        typed=request.form,
        fields=errors,
        key=secrets.token_urlsafe(16),
    )
