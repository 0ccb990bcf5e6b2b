"""The roll after the opening: errors put right, sales noted, each by two people; whoever may see the ballot sees all of it."""

import secrets
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from marshmallow import Schema
from marshmallow.fields import Boolean, Date, Integer, List

from admin.ballots.pages import Page, ballots, fields_of, found_ballot, state_of
from admin.guard import needs
from admin.session import me
from server.attachments import actions as attachments
from server.attachments import queries as photos
from server.ballots import actions, queries
from server.ballots.models import Ballot
from server.identity import queries as identity
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line, Words
from server.infra.web.forms import load_form
from server.kernel.chinatime import china_day
from server.kernel.errors import Invalid, NotFound, Problem, Refused, TooLarge
from server.ledger import queries as ledger

ANSWER: dict[str, Any] = {"required": "选确认还是退回。", "invalid": "选确认还是退回。"}


class CorrectionIn(Schema):
    name = Line(40, required=True)
    reason = Words(300, required=True, error_messages={"required": "写清楚错在哪里、凭什么改。"})
    client_key = Line(80, required=True)


class AnswerIn(Schema):
    is_confirmed = Boolean(required=True, error_messages=ANSWER)
    reason = Words(300, load_default="")


class SaleIn(Schema):
    head = Line(20, required=True)
    owner_ids = List(Integer(), load_default=list)
    sold_on = Date(required=True, error_messages={"required": "选过户的日子。", "invalid": "选过户的日子。"})
    note = Words(300, load_default="")
    client_key = Line(80, required=True)


@ballots.get("/<int:ballot_id>/roll")
@needs(Permission.SEE_BALLOT)
def roll_page(community_id: int, ballot_id: int) -> Page:
    return _page(_opened(community_id, ballot_id), {}, {})


@ballots.post("/<int:ballot_id>/roll/corrections")
@needs(Permission.CORRECT_ROLL)
def propose_correction(community_id: int, ballot_id: int) -> Page:
    _opened(community_id, ballot_id)
    try:
        form = load_form(CorrectionIn)
        with unit_of_work():
            actions.propose_correction(ballot_id, actor=me().actor, now=now(), **form)
    except (Invalid, Refused) as error:
        return _wrong(community_id, ballot_id, error)
    flash("提出了。另一个人核对、确认以后，才写进选票记录。")
    return _back(community_id, ballot_id)


@ballots.post("/<int:ballot_id>/roll/corrections/<int:correction_id>")
@needs(Permission.CONFIRM_ROLL)
def answer_correction(community_id: int, ballot_id: int, correction_id: int) -> Page:
    _opened(community_id, ballot_id)
    queries.known_correction(correction_id, ballot_id)
    try:
        form = load_form(AnswerIn)
        with unit_of_work():
            actions.answer_correction(correction_id, ballot_id=ballot_id, actor=me().actor, now=now(), **form)
    except (Invalid, Refused) as error:
        return _wrong(community_id, ballot_id, error)
    flash("写进选票记录了，有关的住户收到了消息。" if form["is_confirmed"] else "退回了。")
    return _back(community_id, ballot_id)


@ballots.post("/<int:ballot_id>/roll/sales")
@needs(Permission.CORRECT_ROLL)
def note_sale(community_id: int, ballot_id: int) -> Page:
    _opened(community_id, ballot_id)
    try:
        form, photo = load_form(SaleIn), _photo()
        with unit_of_work():
            kept = attachments.keep_photo(photo, actor=me().actor, now=now()) if photo else None
            actions.note_sale(
                ballot_id, photo_id=kept.id if kept else None, actor=me().actor, now=now(), **form
            )
    except (Invalid, Refused, TooLarge) as error:
        return _wrong(community_id, ballot_id, error)
    flash("登记好了。另一个人对过证明、确认以后，由买家投。")
    return _back(community_id, ballot_id)


@ballots.post("/<int:ballot_id>/roll/sales/<int:takeover_id>")
@needs(Permission.CONFIRM_ROLL)
def answer_sale(community_id: int, ballot_id: int, takeover_id: int) -> Page:
    _opened(community_id, ballot_id)
    queries.known_sale(takeover_id, ballot_id)
    try:
        form = load_form(AnswerIn)
        with unit_of_work():
            actions.answer_sale(takeover_id, ballot_id=ballot_id, actor=me().actor, now=now(), **form)
    except (Invalid, Refused) as error:
        return _wrong(community_id, ballot_id, error)
    flash("确认了，以后由买家投。原业主投过的票仍然算数。" if form["is_confirmed"] else "退回了。")
    return _back(community_id, ballot_id)


@ballots.get("/<int:ballot_id>/roll/sales/<int:takeover_id>/proof.jpg")
@needs(Permission.CONFIRM_ROLL)
def sale_proof(community_id: int, ballot_id: int, takeover_id: int) -> Response:
    """The picture names people: for whoever has to compare it."""
    _opened(community_id, ballot_id)
    row = queries.known_sale(takeover_id, ballot_id)
    return picture_of(row.photo_id)


def picture_of(photo_id: int) -> Response:
    found = photos.attachment(photo_id)
    if found is None:
        raise NotFound
    return Response(
        photos.content(photo_id),
        content_type="image/jpeg"
        if found.media_type.startswith("image/")
        else f"{found.media_type}; charset=utf-8",
        headers={"Cache-Control": "no-store"},
    )


def _opened(community_id: int, ballot_id: int) -> Ballot:
    ballot = found_ballot(community_id, ballot_id)
    if ballot.opened_at is None:
        raise NotFound
    return ballot


def _photo() -> attachments.Photo | None:
    file = request.files.get("photo")
    return attachments.draw_anew(file.read()) if file is not None and file.filename else None


def _wrong(community_id: int, ballot_id: int, error: Problem) -> Page:
    typed = {**request.form.to_dict(), "owner_ids": request.form.getlist("owner_ids", int)}
    return _page(_opened(community_id, ballot_id), typed, fields_of(error, "reason")), 422


def _back(community_id: int, ballot_id: int) -> Page:
    return redirect(url_for("admin.ballots.roll_page", community_id=community_id, ballot_id=ballot_id))


def _page(ballot: Ballot, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    state = state_of(ballot)
    is_open = state["stage"] == "open"
    proposed = queries.corrections(ballot.id)
    waiting = {one.correction.name for one in proposed if one.row.answer is None}
    noted = queries.sales(ballot.id)
    pending = {one.row.head for one in noted if one.row.answer is None}
    sold = queries.heads_sold(ballot, now()) if is_open else []
    flat_ids = [flat_id for card, _ in sold for flat_id in card.flat_ids]
    voted = queries.heads_with_vote(ballot.id)
    return render_template(
        "office/ballots/roll.html",
        ballot=ballot,
        **state,
        is_open=is_open,
        opening=queries.opening(ballot.id),
        found=[one for one in queries.corrections_found(ballot) if one.name not in waiting]
        if is_open
        else [],
        proposed=proposed,
        sales=noted,
        sold=[(card, _buyers(rows), card.head in voted) for card, rows in sold if card.head not in pending],
        names=ledger.names_of(flat_ids, china_day(now())),
        voted=voted,
        people=_people(proposed, noted),
        today=china_day(now()),
        me_key=me().actor.key,
        typed=typed,
        fields=fields,
        client_key=lambda: secrets.token_urlsafe(16),
    )


def _buyers(rows: list[Any]) -> list[tuple[tuple[int, ...], int]]:
    """Each set of owners that now owns some of the head's flats, with one of those flats."""
    found: dict[tuple[int, ...], int] = {}
    for row in rows:
        if row.owners:
            found.setdefault(row.owners, row.flat_id)
    return list(found.items())


def _people(proposed: list[Any], noted: list[Any]) -> dict[str, str]:
    """Who proposed and who answered, by the names of the staff."""
    rows = [one.row for one in [*proposed, *noted]]
    keys = {row.proposed_by for row in rows} | {row.answer.answered_by for row in rows if row.answer}
    ids = {key: int(key.partition(":")[2]) for key in keys if key.startswith("staff:")}
    names = identity.staff_names(ids.values())
    return {key: names.get(id_, key) for key, id_ in ids.items()}
