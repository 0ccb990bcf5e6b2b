"""A resident's homes as pages: what each is bound by, proving to be the owner, disputing, letting go."""

import secrets
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from miniprogram_api.binding import proving
from miniprogram_api.guard import resident_page
from miniprogram_api.session import me
from miniprogram_api.surveys import reading as surveys
from server.identity import queries
from server.identity.rules import WeChatApp
from server.infra.clock import now
from server.infra.web.forms import load_form
from server.kernel.errors import Conflict, Invalid, NotFound, Refused
from server.ledger import queries as ledger
from server.surveys.models import Survey

binding_pages = Blueprint("binding_pages", __name__, url_prefix="/me/flats")

Page = str | Response | tuple[str, int]


@binding_pages.get("")
@resident_page
def my_flats() -> Page:
    return render_template(
        "phone/binding/list.html",
        flats=proving.bound_flats(me().id),
        is_bound=queries.wechat_account_of(me().id, WeChatApp.OFFICIAL) is not None,
    )


@binding_pages.get("/<int:binding_id>")
@resident_page
def my_flat(binding_id: int) -> Page:
    flat = _mine(binding_id)
    beside = [one for one in proving.beside(me().id) if one["flat_id"] == flat["flat_id"]]
    return _page(
        "flat",
        flat,
        beside=beside,
        waiting=queries.waiting_request(binding_id),
        asked=_asked(flat["flat_id"]),
    )


@binding_pages.get("/<int:binding_id>/prove")
@resident_page
def prove_form(binding_id: int) -> Page:
    return _prove_page(_mine(binding_id), {"client_key": secrets.token_urlsafe(16), "way": "phone"}, {})


@binding_pages.post("/<int:binding_id>/prove")
@resident_page
def prove(binding_id: int) -> Page:
    flat = _mine(binding_id)
    try:
        proving.prove(binding_id, load_form(proving.ProofIn()), request.form.get("client_key", ""))
    except Invalid as error:
        return _prove_page(flat, request.form, error.fields), 422
    except Refused as error:
        # A new key: another try is another request. The tail is not sent back.
        typed = {
            "name": request.form.get("name", ""),
            "way": request.form.get("way"),
            "client_key": secrets.token_urlsafe(16),
        }
        return _prove_page(
            flat, typed, {"tail": [error.message]}, is_locked=error.code == "proof_locked"
        ), 422
    return _page("proven", _mine(binding_id))


@binding_pages.get("/<int:binding_id>/ask")
@resident_page
def ask_form(binding_id: int) -> Page:
    return _page("ask", _mine(binding_id), typed={"client_key": secrets.token_urlsafe(16)}, fields={})


@binding_pages.post("/<int:binding_id>/ask")
@resident_page
def ask(binding_id: int) -> Page:
    flat = _mine(binding_id)
    try:
        proving.ask(binding_id, load_form(proving.RequestIn()), request.form.get("client_key", ""))
    except Invalid as error:
        return _page("ask", flat, typed=request.form, fields=error.fields), 422
    except Conflict as error:
        flash(error.message, "wait")
        return redirect(url_for("mobile.binding_pages.my_flat", binding_id=binding_id))
    return _page("asked", flat)


@binding_pages.get("/<int:binding_id>/beside/<int:other_id>/dispute")
@resident_page
def dispute_form(binding_id: int, other_id: int) -> Page:
    typed = {"client_key": secrets.token_urlsafe(16)}
    return _page("dispute", _mine(binding_id), other=_beside(binding_id, other_id), typed=typed, fields={})


@binding_pages.post("/<int:binding_id>/beside/<int:other_id>/dispute")
@resident_page
def dispute(binding_id: int, other_id: int) -> Page:
    flat, other = _mine(binding_id), _beside(binding_id, other_id)
    try:
        text = load_form(proving.DisputeIn())["text"]
        proving.dispute(other_id, text, request.form.get("client_key", ""))
    except Invalid as error:
        return _page("dispute", flat, other=other, typed=request.form, fields=error.fields), 422
    flash("居委会会来核实，结论会告诉你。", "go")
    return redirect(url_for("mobile.binding_pages.my_flat", binding_id=binding_id))


@binding_pages.get("/<int:binding_id>/withdraw")
@resident_page
def withdraw_form(binding_id: int) -> Page:
    return _page("withdraw", _mine(binding_id))


@binding_pages.post("/<int:binding_id>/withdraw")
@resident_page
def withdraw(binding_id: int) -> Page:
    proving.let_go(binding_id)
    flash("解除好了。要再进来，重新扫信箱里的码。", "go")
    return redirect(url_for("mobile.binding_pages.my_flats"))


def _mine(binding_id: int) -> dict[str, Any]:
    row = proving.my_binding(binding_id)
    return proving.bound(queries.bound_flat(row))


def _asked(flat_id: int) -> list[Survey]:
    """The open surveys that this home has still to answer: most slips are scanned for one."""
    found = surveys.waiting_for(me().id, now())
    return [of for of, left in found if any(one.household.flat_id == flat_id for one in left)]


def _beside(binding_id: int, other_id: int) -> dict[str, Any]:
    flat_id = _mine(binding_id)["flat_id"]
    for one in proving.beside(me().id):
        if one["id"] == other_id and one["flat_id"] == flat_id:
            return one
    raise NotFound


def _prove_page(
    flat: dict[str, Any], typed: Any, fields: dict[str, list[str]], *, is_locked: bool = False
) -> str:
    return _page("prove", flat, typed=typed, fields=fields, is_locked=is_locked)


def _page(name: str, flat: dict[str, Any], **facts: Any) -> str:
    phone = ledger.contact(flat["community_id"])[1]
    return render_template(
        f"phone/binding/{name}.html", flat=flat, community=flat["community"], help_phone=phone, **facts
    )
