"""From door to door: which homes were not served yet, which have not voted; each attempt noted on the phone, or a round of many.

The rounds begin with the announcement: what served whom by then is logged with the opening.
"""

import secrets
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import Schema
from marshmallow.fields import Boolean, Enum, Integer, List, NaiveDateTime

from admin.desk.entering import photo_sent
from admin.desk.pages import Page, desk, fields_of
from admin.guard import needs
from admin.session import me
from server.attachments import actions as attachments
from server.attachments.actions import Photo
from server.ballots import actions, queries
from server.ballots.models import Ballot
from server.ballots.rules.drafting import Stage
from server.ballots.rules.service import BY_HAND, Way
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.addresses import page_asked
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.chinatime import from_china
from server.kernel.errors import Invalid, NotFound, Refused, TooLarge
from server.kernel.pages import PAGE_SIZE

HOW: dict[str, Any] = {"required": "选怎么送的。", "unknown": "选怎么送的。"}
WHEN: dict[str, Any] = {"required": "填什么时候送的。", "invalid": "填什么时候送的。"}
WHERE: dict[str, Any] = {"required": "从名单里选一户。", "invalid": "从名单里选一户。"}


class WentIn(Schema):
    way = Enum(Way, by_value=True, required=True, error_messages=HOW)
    done_at = NaiveDateTime(required=True, error_messages=WHEN)
    witness = Line(40, load_default="")
    client_key = Line(80, required=True)


class AttemptIn(WentIn):
    flat_id = Integer(required=True, error_messages=WHERE)


class RoundIn(WentIn):
    flat_ids = List(Integer(), load_default=list)
    #: The homes that the page listed, where all of them are meant.
    listed = List(Integer(), load_default=list)
    all = Boolean(load_default=False)


@desk.get("/service")
@needs(Permission.SERVE_BALLOT)
def list_doors(community_id: int, ballot_id: int) -> Page:
    return _list(announced_ballot(community_id, ballot_id), {"done_at": now()}, {})


@desk.get("/service/print")
@needs(Permission.SERVE_BALLOT)
def print_doors(community_id: int, ballot_id: int) -> Page:
    """The list on paper, with room to write what came of it."""
    ballot = announced_ballot(community_id, ballot_id)
    return render_template(
        "office/desk/doors_print.html",
        ballot=ballot,
        back_href=_back(ballot),
        **_listed(ballot, page=1, size=AT_MOST),
    )


#: So many homes are printed at once, or noted in one round.
AT_MOST = 3_000
ROUND = 100


def announced_ballot(community_id: int, ballot_id: int) -> Ballot:
    """The ballot of this community, announced: a draft is brought to nobody."""
    found = queries.ballot(ballot_id, community_id)
    if found is None or queries.stage(found, now()) in {Stage.DRAFT, Stage.DISCARDED}:
        raise NotFound
    return found


def _listed(ballot: Ballot, *, page: int, size: int) -> dict[str, Any]:
    """What the list and its print both show, as the address asks for it."""
    unvoted = request.args.get("unvoted") == "yes" and ballot.opened_at is not None
    stairs = queries.stairs(queries.door_cards(ballot, now()))
    stair = next((one for one in stairs if " ".join(one) == request.args.get("at")), None)
    return {
        "unvoted": unvoted,
        "stairs": stairs,
        "stair": stair,
        "doors": queries.doors(ballot, now(), unvoted=unvoted, stair=stair, page=page, size=size),
    }


def _list(ballot: Ballot, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    stage = queries.stage(ballot, now())
    return render_template(
        "office/desk/doors.html",
        ballot=ballot,
        stage=stage,
        may_note=stage in {Stage.ANNOUNCED, Stage.OPEN},
        ways=[(way.value, way.name_zh) for way in BY_HAND],
        chosen=request.form.getlist("flat_ids", int),
        typed={"client_key": secrets.token_urlsafe(16), **typed},
        fields=fields,
        kept=_kept(),
        **_listed(ballot, page=page_asked(), size=PAGE_SIZE),
    )


def _kept() -> dict[str, str]:
    """What the address says of the list, to come back to the same one."""
    return {key: request.args[key] for key in ("unvoted", "at", "page") if request.args.get(key)}


def _back(ballot: Ballot) -> str:
    where: dict[str, Any] = {"community_id": ballot.community_id, "ballot_id": ballot.id, **_kept()}
    return url_for("admin.desk.list_doors", **where)


@desk.get("/service/<int:flat_id>")
@needs(Permission.SERVE_BALLOT)
def door(community_id: int, ballot_id: int, flat_id: int) -> Page:
    return _door(announced_ballot(community_id, ballot_id), flat_id, {"done_at": now()}, {})


@desk.post("/service")
@needs(Permission.SERVE_BALLOT)
def record_attempt(community_id: int, ballot_id: int) -> Page:
    ballot = announced_ballot(community_id, ballot_id)
    try:
        form = load_form(AttemptIn)
        _keep(ballot, [form["flat_id"]], form, photo_sent())
    except (Invalid, Refused, TooLarge) as error:
        typed = request.form.to_dict()
        return _door(ballot, request.form.get("flat_id", 0, int), typed, fields_of(error, "way")), 422
    flash("记下了。")
    return redirect(url_for("admin.desk.list_doors", community_id=community_id, ballot_id=ballot_id))


@desk.post("/service/many")
@needs(Permission.SERVE_BALLOT)
def record_round(community_id: int, ballot_id: int) -> Page:
    """Several homes at once, with one piece of evidence: a sheet that all signed, or the board where it hangs."""
    ballot = announced_ballot(community_id, ballot_id)
    try:
        form = load_form(RoundIn)
        flat_ids = _chosen(form)
        _keep(ballot, flat_ids, form, photo_sent())
    except (Invalid, Refused, TooLarge) as error:
        return _list(ballot, request.form.to_dict(), fields_of(error, "way")), 422
    flash(f"{len(flat_ids)} 户都记下了。")
    return redirect(_back(ballot))


def _chosen(form: dict[str, Any]) -> list[int]:
    flat_ids = list(dict.fromkeys(form["listed"] if form["all"] else form["flat_ids"]))
    if not 0 < len(flat_ids) <= ROUND:
        raise Invalid("先在名单里选几户。", fields={"flat_ids": [f"选 1 到 {ROUND} 户再记。"]})
    return flat_ids


def _keep(ballot: Ballot, flat_ids: list[int], form: dict[str, Any], photo: Photo | None) -> None:
    with unit_of_work():
        kept = attachments.keep_photo(photo, actor=me().actor, now=now()) if photo else None
        actions.record_attempts(
            ballot,
            flat_ids,
            form["way"],
            done_at=from_china(form["done_at"]),
            witness=form["witness"],
            photo_id=kept.id if kept else None,
            client_key=form["client_key"],
            actor=me().actor,
            now=now(),
        )


def _door(ballot: Ballot, flat_id: int, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    cards = queries.door_cards(ballot, now())
    card = next((one for one in cards if flat_id in one.flat_ids), None)
    if card is None:
        raise NotFound
    return render_template(
        "office/desk/door.html",
        ballot=ballot,
        flat_id=flat_id,
        card=card,
        attempts=[one for one in queries.attempts(ballot.id) if one.flat_id in card.flat_ids],
        ways=[(way.value, way.name_zh) for way in BY_HAND],
        typed={"client_key": secrets.token_urlsafe(16), **typed},
        fields=fields,
    )
