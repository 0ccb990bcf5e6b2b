"""The preliminary result of a vote on the desk: looked at, posted for objections, taken down to be posted anew."""

import secrets
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from marshmallow import Schema
from werkzeug.wrappers import Response

from admin.guard import needs
from admin.session import me
from server.ballots import queries as ballots
from server.decisions import actions, queries
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line, Words
from server.infra.web.forms import load_form
from server.kernel.errors import Invalid, NotFound
from server.notices import queries as notices
from server.notices.rules import drawn_blocks

preliminary = Blueprint(
    "preliminary", __name__, url_prefix="/communities/<int:community_id>/ballots/<int:ballot_id>/preliminary"
)

Page = str | Response | tuple[str, int]


class PostIn(Schema):
    client_key = Line(80, required=True)


class WithdrawIn(Schema):
    reason = Words(300, required=True, error_messages={"required": "写上为什么撤下，居民会看到。"})


@preliminary.get("")
@needs(Permission.SEE_DECISION)
def page(community_id: int, ballot_id: int) -> Page:
    return _page(community_id, ballot_id, {}, {})


@preliminary.post("")
@needs(Permission.PUBLISH_DECISION)
def post(community_id: int, ballot_id: int) -> Page:
    key = load_form(PostIn)["client_key"]
    with unit_of_work():
        notice_id = actions.post_preliminary(
            ballot_id, community_id=community_id, client_key=key, actor=me().actor, now=now()
        )
    flash("初步结果贴出来了，业主都收到了消息。打印一份，贴到每个单元门口。", "go")
    return redirect(url_for("admin.notices.notice_page", community_id=community_id, notice_id=notice_id))


@preliminary.post("/withdraw")
@needs(Permission.PUBLISH_DECISION)
def withdraw(community_id: int, ballot_id: int) -> Page:
    try:
        reason = load_form(WithdrawIn)["reason"]
    except Invalid as error:
        return _page(community_id, ballot_id, dict(request.form), error.fields), 422
    with unit_of_work():
        actions.withdraw_preliminary(
            ballot_id, community_id=community_id, reason=reason, actor=me().actor, now=now()
        )
    flash("已撤下。重新贴出、公示期满以后，才能公示决定。")
    return redirect(url_for(".page", community_id=community_id, ballot_id=ballot_id))


def _page(community_id: int, ballot_id: int, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    """Before a count there is nothing to show."""
    ballot = ballots.known(ballot_id, community_id)
    if not ballots.is_counted(ballot_id):
        raise NotFound
    posted = queries.preliminary_notices(ballot_id)
    open_counts = notices.open_counts([one.notice_id for one in posted])
    last = ballots.last_checkpoint(ballot_id)
    text = ballots.signed(last, ballots.ballot_name(ballot_id)).text if last else ""
    return render_template(
        "office/decisions/preliminary.html",
        ballot=ballot,
        posted=posted,
        waiting=open_counts,
        reasons=queries.preliminary_obstacles(ballot_id),
        blocks=drawn_blocks(queries.preliminary_sheet(ballot_id, text, now())),
        decision=queries.decision_of_ballot(ballot_id),
        typed=typed,
        fields=fields,
        client_key=secrets.token_urlsafe(16),
    )
