"""What was resolved in a community: who does what by when, what is late, and what came of each."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from marshmallow import Schema
from marshmallow.fields import Date, Enum

from admin.guard import needs
from admin.matters.desk import Page, form_page, matters, typed_again
from admin.session import me
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound, Problem
from server.matters import actions, queries
from server.matters.rules.resolutions import Outcome, ResolutionState

OUTCOME: dict[str, Any] = {"required": "选办得怎么样。", "unknown": "选办得怎么样。"}
DAY: dict[str, Any] = {"required": "填是哪一天的事。", "invalid": "填是哪一天的事。"}


class OutcomeIn(Schema):
    outcome = Enum(Outcome, by_value=True, required=True, error_messages=OUTCOME)
    done_on = Date(required=True, error_messages=DAY)
    words = Line(200, required=True, error_messages={"required": "写上办成什么样，或者为什么。居民会看到。"})
    client_key = Line(80, required=True)


@matters.get("/communities/<int:community_id>/resolutions")
@needs(Permission.SEE_MATTERS)
def list_resolutions(community_id: int) -> Page:
    lines = queries.resolutions_of(community_id, china_day(now()))
    return render_template(
        "office/matters/resolutions.html",
        community_id=community_id,
        lines=lines,
        late=sum(one.state is ResolutionState.LATE for one in lines),
    )


@matters.get("/communities/<int:community_id>/resolutions/<int:resolution_id>")
@needs(Permission.SEE_MATTERS)
def show_resolution(community_id: int, resolution_id: int) -> Page:
    return _page(community_id, resolution_id, None)


@matters.post("/communities/<int:community_id>/resolutions/<int:resolution_id>/outcomes")
@needs(Permission.HOLD_MEETING)
def record_outcome(community_id: int, resolution_id: int) -> Page:
    try:
        form = load_form(OutcomeIn)
        with unit_of_work():
            actions.record_outcome(
                resolution_id, community_id=community_id, actor=me().actor, now=now(), **form
            )
    except Problem as error:
        return _page(community_id, resolution_id, error)
    flash(f"已记下：{form['outcome'].name_zh}。")
    return redirect(url_for("admin.matters.list_resolutions", community_id=community_id))


def _page(community_id: int, resolution_id: int, error: Problem | None) -> Page:
    line = queries.resolution(resolution_id, community_id, china_day(now()))
    if line is None:
        raise NotFound
    is_over = line.state not in {ResolutionState.OPEN, ResolutionState.LATE}
    outcomes = [Outcome.REOPENED] if is_over else [Outcome.DONE, Outcome.DROPPED]
    return form_page(
        "resolution.html",
        error,
        community_id=community_id,
        line=line,
        outcomes=[(one.value, one.name_zh) for one in outcomes],
        typed=typed_again(),
    )
