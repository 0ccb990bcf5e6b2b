"""Votes by an agent: registering a written authorization, taking it back, and keying what the agent says."""

import secrets
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import Schema
from marshmallow.fields import Boolean, List, String
from werkzeug.wrappers import Response

from admin.desk.entering import photo_sent
from admin.desk.pages import Page, desk, fields_of, frozen, legends, opened_ballot
from admin.guard import needs
from admin.session import me
from server.attachments import actions as attachments
from server.ballots import actions, queries
from server.ballots.models import Ballot
from server.ballots.queries import ProxyCard
from server.ballots.rules.casting import AskedMotion
from server.ballots.rules.desk import read_keys
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.errors import Invalid, NotFound, Refused, TooLarge


class AuthorizationIn(Schema):
    head = Line(20, required=True, error_messages={"required": "先找到委托人的房屋。"})
    agent = Line(40, required=True, error_messages={"required": "写上受托人的姓名。"})
    phone = Line(20, required=True, error_messages={"required": "写上受托人的手机号。"})
    motions = List(String(), load_default=list)
    by_representative = Boolean(load_default=False)
    client_key = Line(80, required=True)


class ProxyVoteIn(Schema):
    marks = Line(40, required=True, error_messages={"required": "照受托人说的逐项按键。"})
    client_key = Line(80, required=True)


@desk.get("/proxies")
@needs(Permission.ENTER_PAPER)
def list_proxies(community_id: int, ballot_id: int) -> Page:
    ballot = opened_ballot(community_id, ballot_id)
    return _list(ballot, {"head": request.args.get("head", ""), "find": request.args.get("find", "")}, {})


@desk.post("/proxies")
@needs(Permission.ENTER_PAPER)
def register_proxy(community_id: int, ballot_id: int) -> Page:
    ballot = opened_ballot(community_id, ballot_id)
    try:
        form = load_form(AuthorizationIn)
        photo = photo_sent()
        with unit_of_work():
            kept = attachments.keep_photo(photo, actor=me().actor, now=now()) if photo else None
            actions.register_proxy(
                ballot_id, **form, photo_id=kept.id if kept else None, actor=me().actor, now=now()
            )
    except (Invalid, Refused, TooLarge) as error:
        typed = {**request.form.to_dict(), "motions": request.form.getlist("motions")}
        return _list(ballot, typed, fields_of(error, "agent")), 422
    flash("委托登记好了，也告诉了业主家里。受托人来的时候，从下面的名单里点开代投。")
    return _back(ballot)


@desk.post("/proxies/<int:authorization_id>/revoke")
@needs(Permission.ENTER_PAPER)
def revoke_proxy(community_id: int, ballot_id: int, authorization_id: int) -> Page:
    ballot = opened_ballot(community_id, ballot_id)
    try:
        with unit_of_work():
            actions.revoke_proxy(ballot_id, authorization_id, actor=me().actor, now=now())
    except Refused as error:
        return _list(ballot, {}, fields_of(error, "agent")), 422
    flash("委托撤回了。")
    return _back(ballot)


@desk.get("/proxies/<int:authorization_id>/vote")
@needs(Permission.ENTER_PAPER)
def proxy_desk(community_id: int, ballot_id: int, authorization_id: int) -> Page:
    ballot = opened_ballot(community_id, ballot_id)
    return _vote(ballot, _known(ballot, authorization_id), {}, {})


@desk.post("/proxies/<int:authorization_id>/vote")
@needs(Permission.ENTER_PAPER)
def enter_by_proxy(community_id: int, ballot_id: int, authorization_id: int) -> Page:
    ballot = opened_ballot(community_id, ballot_id)
    found = _known(ballot, authorization_id)
    try:
        form = load_form(ProxyVoteIn)
        read = read_keys(_asked(ballot, found), form["marks"])
        photo = photo_sent()
        with unit_of_work():
            kept = attachments.keep_photo(photo, actor=me().actor, now=now()) if photo else None
            receipt = actions.enter_by_proxy(
                ballot_id,
                authorization_id,
                read=read,
                photo_id=kept.id if kept else None,
                client_key=form["client_key"],
                actor=me().actor,
                now=now(),
            )
    except (Invalid, Refused, TooLarge) as error:
        return _vote(ballot, found, request.form.to_dict(), fields_of(error, "marks")), 422
    flash(f"记下了。请把回执 {receipt.code} 抄给受托人，让他转给业主。")
    return _back(ballot)


def _back(ballot: Ballot) -> Response:
    return redirect(url_for("admin.desk.list_proxies", community_id=ballot.community_id, ballot_id=ballot.id))


def _known(ballot: Ballot, authorization_id: int) -> ProxyCard:
    found = queries.proxy(ballot.id, authorization_id)
    if found is None:
        raise NotFound
    return found


def _asked(ballot: Ballot, found: ProxyCard) -> list[AskedMotion]:
    return [motion for motion in frozen(ballot).asked if motion.key in found.row.motions]


def _list(ballot: Ballot, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    find = typed.get("find", "")
    return render_template(
        "office/desk/proxies.html",
        ballot=ballot,
        proxies=queries.proxies(ballot.id),
        motions=[(motion.key, motion.title) for motion in frozen(ballot).asked],
        limit=frozen(ballot).raw.get("proxy_limit", 0),
        card=queries.head(ballot.id, typed.get("head", "")),
        found=queries.find_heads(ballot.id, find) if find else [],
        typed={"client_key": secrets.token_urlsafe(16), **typed},
        fields=fields,
    )


def _vote(ballot: Ballot, found: ProxyCard, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    return render_template(
        "office/desk/proxy_vote.html",
        ballot=ballot,
        proxy=found,
        legends=legends(_asked(ballot, found)),
        typed={"client_key": secrets.token_urlsafe(16), **typed},
        fields=fields,
    )
