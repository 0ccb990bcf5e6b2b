"""Keying: scan a paper, type one key a motion, next; another person does the same; or for an owner who is here in person."""

import secrets
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import Schema
from marshmallow.fields import Boolean, NaiveDateTime

from admin.desk.pages import Page, desk, fields_of, frozen, legends, opened_ballot
from admin.guard import needs
from admin.session import me
from server.attachments import actions as attachments
from server.attachments.actions import Photo
from server.ballots import actions, queries
from server.ballots.actions import Came, Outcome
from server.ballots.models import Ballot
from server.ballots.rules.desk import read_keys
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.chinatime import from_china
from server.kernel.errors import Invalid, Refused, TooLarge

WHEN: dict[str, Any] = {"required": "填收到的时间。", "invalid": "填收到的时间。"}


class EntryIn(Schema):
    serial = Line(40, required=True, error_messages={"required": "先扫票上的二维码，或输入编号。"})
    marks = Line(40, required=True, error_messages={"required": "按票面逐项按键。"})
    #: Asked of who takes the paper in; whoever keys it after that sends no picture.
    received_at = NaiveDateTime(load_default=None, error_messages=WHEN)
    unsigned = Boolean(load_default=False)
    by_representative = Boolean(load_default=False)
    client_key = Line(80, required=True)


class AssistedIn(Schema):
    head = Line(20, required=True)
    marks = Line(40, required=True, error_messages={"required": "照业主说的逐项按键。"})
    by_representative = Boolean(load_default=False)
    client_key = Line(80, required=True)


@desk.get("/desk")
@needs(Permission.KEY_PAPER)
def entry_desk(community_id: int, ballot_id: int) -> Page:
    """One form for paper after paper; the cursor stands where the next code is scanned."""
    ballot = opened_ballot(community_id, ballot_id)
    return _desk(ballot, {"received_at": request.args.get("received", now())}, {})


@desk.post("/desk")
@needs(Permission.KEY_PAPER)
def enter_paper(community_id: int, ballot_id: int) -> Page:
    ballot = opened_ballot(community_id, ballot_id)
    try:
        form = load_form(EntryIn)
        read = read_keys(frozen(ballot).asked, form["marks"])
        outcome = _key(ballot, form, read, photo_sent())
    except (Invalid, Refused, TooLarge) as error:
        return _desk(ballot, _typed(), fields_of(error, "serial")), 422
    flash(_told(outcome, is_signed=not form["unsigned"]))
    return redirect(_again(ballot, form["received_at"]))


def _key(ballot: Ballot, form: dict[str, Any], read: dict[str, str], photo: Photo | None) -> Outcome:
    """Take the paper in where a picture came with it, and key it; both or neither."""
    with unit_of_work():
        if photo is not None:
            _take_in(ballot, form, photo)
        return actions.key_paper(
            ballot.id,
            serial=form["serial"],
            read=read,
            is_signed=not form["unsigned"],
            by_representative=form["by_representative"],
            client_key=form["client_key"],
            actor=me().actor,
            now=now(),
        )


def _take_in(ballot: Ballot, form: dict[str, Any], photo: Photo) -> None:
    if form["received_at"] is None:
        raise Invalid(WHEN["required"], fields={"received_at": [WHEN["required"]]})
    kept = attachments.keep_photo(photo, actor=me().actor, now=now())
    actions.take_in_paper(
        ballot.id,
        serial=form["serial"],
        received_at=from_china(form["received_at"]),
        photo_id=kept.id,
        client_key=f"{form['client_key'][:76]}-in",
        actor=me().actor,
        now=now(),
    )


def _told(outcome: Outcome, *, is_signed: bool) -> str:
    if outcome.receipt is not None and not is_signed:
        return "两个人都说没有签名，先记作废。还要没录过它的复核人看过照片才定，票在“复核”里等着。下一张。"
    if outcome.receipt is not None:
        return f"两个人录得一样，记下了，回执 {outcome.receipt.code}。下一张。"
    if outcome.came is Came.DIFFERS:
        return "和另一个人录的不一样，交给第三个人来定。下一张。"
    return "记下了，还要另一个人录一遍。下一张。"


def _again(ballot: Ballot, received: datetime | None) -> str:
    """Papers come in piles: the next one was mostly received at the same time."""
    same: dict[str, Any] = {"received": f"{received:%Y-%m-%dT%H:%M}"} if received else {}
    return url_for("admin.desk.entry_desk", community_id=ballot.community_id, ballot_id=ballot.id, **same)


@desk.get("/desk/assisted")
@needs(Permission.ENTER_PAPER)
def assisted_desk(community_id: int, ballot_id: int) -> Page:
    ballot = opened_ballot(community_id, ballot_id)
    return _assisted(ballot, {"head": request.args.get("head", ""), "find": request.args.get("find", "")}, {})


@desk.post("/desk/assisted")
@needs(Permission.ENTER_PAPER)
def enter_assisted(community_id: int, ballot_id: int) -> Page:
    ballot = opened_ballot(community_id, ballot_id)
    try:
        form = load_form(AssistedIn)
        read = read_keys(frozen(ballot).asked, form["marks"])
        photo = photo_sent()
        with unit_of_work():
            kept = attachments.keep_photo(photo, actor=me().actor, now=now()) if photo else None
            receipt = actions.enter_assisted(
                ballot_id,
                head=form["head"],
                read=read,
                photo_id=kept.id if kept else None,
                by_representative=form["by_representative"],
                client_key=form["client_key"],
                actor=me().actor,
                now=now(),
            )
    except (Invalid, Refused, TooLarge) as error:
        return _assisted(ballot, _typed(), fields_of(error, "marks")), 422
    flash(f"记下了。请把回执 {receipt.code} 抄给业主。")
    return redirect(url_for("admin.desk.assisted_desk", community_id=community_id, ballot_id=ballot_id))


def photo_sent() -> Photo | None:
    """The uploaded picture drawn anew, before any lock is held."""
    file = request.files.get("photo")
    data = file.read() if file else b""
    return attachments.draw_anew(data) if data else None


def _typed() -> dict[str, Any]:
    """What was typed, so that it need not be typed again; it is shown to no one but who typed it."""
    return request.form.to_dict()


def _desk(ballot: Ballot, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    return render_template(
        "office/desk/entry.html",
        ballot=ballot,
        typed={"client_key": secrets.token_urlsafe(16), **typed},
        fields=fields,
        legends=legends(frozen(ballot).asked),
        sums=queries.paper_sums(ballot.id),
    )


def _assisted(ballot: Ballot, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    find = typed.get("find", "")
    return render_template(
        "office/desk/assisted.html",
        ballot=ballot,
        typed={"client_key": secrets.token_urlsafe(16), **typed},
        fields=fields,
        legends=legends(frozen(ballot).asked),
        card=queries.head(ballot.id, typed.get("head", "")),
        found=queries.find_heads(ballot.id, find) if find else [],
    )
