"""Owners that may be one person, or two: what the software found, and what somebody decides of each."""

import secrets
from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from marshmallow import Schema, fields
from werkzeug.wrappers import Response

from admin.guard import needs
from admin.ledger.flats import said
from admin.session import me
from server.ballots import queries as ballots
from server.ballots.actions import telling_of_sales
from server.ballots.rules.drafting import Stage
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.addresses import LARGEST_ID
from server.infra.web.fields import Line, Words
from server.infra.web.forms import load_form
from server.kernel.errors import Conflict, Invalid, NotFound, Refused
from server.ledger import queries as ledger
from server.ledger.actions import likeness as actions
from server.ledger.actions.likeness import Told
from server.ledger.queries import likeness as queries

likeness = Blueprint("likeness", __name__, url_prefix="/communities/<int:community_id>/owners")

Page = str | Response | tuple[str, int]
ID: dict[str, Any] = {"validate": lambda value: 0 < value <= LARGEST_ID}


class PairIn(Schema):
    owner_id = fields.Integer(required=True, **ID)
    other_id = fields.Integer(required=True, **ID)
    reason = Words(300, required=True, error_messages={"required": "写明凭什么这样定。"})
    client_key = Line(80, required=True)


class OneIn(Schema):
    owner_id = fields.Integer(required=True, **ID)
    reason = Words(300, required=True, error_messages={"required": "写明凭什么这样定。"})
    client_key = Line(80, required=True)


class SplitIn(OneIn):
    first = Line(50, required=True, error_messages={"required": "写上第一位的姓名。"})
    second = Line(50, required=True, error_messages={"required": "写上第二位的姓名。"})


@likeness.get("/alike")
@needs(Permission.SEE_LEDGER)
def queue(community_id: int) -> Page:
    return _queue(community_id, {}, {})


@likeness.post("/merge")
@needs(Permission.EDIT_LEDGER)
def merge(community_id: int) -> Page:
    return _pair(community_id, actions.merge_owners, "定好了，以后算同一位业主。")


@likeness.post("/apart")
@needs(Permission.EDIT_LEDGER)
def apart(community_id: int) -> Page:
    return _pair(community_id, actions.keep_apart, "定好了，是两位业主，不再提示。")


@likeness.post("/rejoin")
@needs(Permission.EDIT_LEDGER)
def rejoin(community_id: int) -> Page:
    return _pair(community_id, actions.rejoin_owner, "收回了，还是原来那一条登记。")


@likeness.post("/one")
@needs(Permission.EDIT_LEDGER)
def one(community_id: int) -> Page:
    def act(form: dict[str, Any], told: Told) -> None:
        actions.keep_one(community_id, form["owner_id"], told)

    return _decide(community_id, OneIn, act, "定好了，就是一位业主，不再提示。")


@likeness.post("/split")
@needs(Permission.EDIT_LEDGER)
def split(community_id: int) -> Page:
    def act(form: dict[str, Any], told: Told) -> None:
        actions.split_owner(community_id, form["owner_id"], form["first"], form["second"], told)

    return _decide(community_id, SplitIn, act, "拆好了，两位是这些房的共有人。电话和证件请到房屋页面里补。")


def _pair(community_id: int, decide: Callable[..., object], sentence: str) -> Page:
    def act(form: dict[str, Any], told: Told) -> None:
        decide(community_id, form["owner_id"], form["other_id"], told)

    return _decide(community_id, PairIn, act, sentence)


def _decide(
    community_id: int,
    schema: type[Schema],
    act: Callable[[dict[str, Any], Told], None],
    sentence: str,
) -> Page:
    try:
        form = load_form(schema)
        with unit_of_work(), telling_of_sales([community_id], now=now()):
            act(form, Told(form["reason"], form["client_key"], me().actor, now()))
    except (Invalid, Conflict, Refused) as error:
        return _queue(community_id, request.form.to_dict(), said(error, "reason")), 422
    flash(sentence + _running_sentence(community_id), "go")
    return redirect(url_for("admin.ledger.likeness.queue", community_id=community_id))


def _running(community_id: int) -> list[Any]:
    """Votes whose roll is frozen already."""
    staged = ballots.staged_ballots(community_id, now())
    return [one.ballot for one in staged if one.stage is Stage.OPEN]


def _running_sentence(community_id: int) -> str:
    titles = "、".join(f"《{row.title}》" for row in _running(community_id))
    return (
        f"正在投的{titles}名册开始时已经定了，不会跟着变；确实错了，到那次投票里更正名册。" if titles else ""
    )


def _queue(community_id: int, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    community = ledger.community(community_id)
    if community is None:
        raise NotFound
    found = queries.queue(community_id)
    return render_template(
        "office/ledger/alike.html",
        community=community,
        found=found,
        running=_running(community_id),
        typed=typed,
        fields=fields,
        client_key=lambda: secrets.token_urlsafe(16),
    )
