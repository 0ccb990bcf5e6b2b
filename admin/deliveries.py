"""Messages on their way to telephones as staff see them: how they went, and sending again what was given up."""

from datetime import timedelta

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from admin.guard import holds, needs
from admin.session import me
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.addresses import page_asked
from server.messages import delivery, queries
from server.messages.rules import Bringing

deliveries = Blueprint("deliveries", __name__, url_prefix="/communities/<int:community_id>/messages/wechat")

SHOWN_FOR = timedelta(days=30)
REASONS = {
    "away": "微信一直没有应答，或限了次数。过一阵再重发",
    "rejected": "微信不收这样的消息。请系统维护人员核对设置里的微信模板，改好再重发",
}


def given_up(community_id: int) -> int:
    """How many wait to be sent again. A house without WeChat gives nothing up, and is not asked."""
    config = current_app.config
    has_wechat = config["WECHAT_HAS_MINI"] or config["WECHAT_HAS_OFFICIAL"]
    return queries.given_up_count(community_id) if has_wechat else 0


@deliveries.get("")
@needs(Permission.SEE_MESSAGES)
def list_deliveries(community_id: int) -> str:
    since = now() - SHOWN_FOR
    counts = queries.counts(community_id, since)
    table = [[state.name_zh, counts[state]] for state in Bringing if state in counts]
    if counts:
        table.append(["其中点开看过的", queries.read_count(community_id, since)])
    return render_template(
        "office/messages/deliveries.html",
        community_id=community_id,
        page=queries.troubled(community_id, page_asked()),
        counts=table,
        reasons=REASONS,
        may_resend=holds(Permission.RESEND_MESSAGES, community_id),
    )


@deliveries.post("/<int:delivery_id>/resend")
@needs(Permission.RESEND_MESSAGES)
def resend(community_id: int, delivery_id: int) -> Response:
    with unit_of_work():
        delivery.resend(delivery_id, community_id, actor=me().actor, now=now())
    flash("一分钟内会再发一次。夜里 22 点到早上 8 点不发。", "go")
    return redirect(url_for("admin.deliveries.list_deliveries", community_id=community_id))
