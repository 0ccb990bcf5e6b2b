"""The three pools of one's reach, every move between them, and moving a community."""

import secrets
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import Schema
from marshmallow.fields import Date, Enum

from admin.guard import needs
from admin.plans.pages import Page, below, check_place, chosen_division, fields_of, holds_at, plans
from admin.session import me
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.addresses import page_asked
from server.infra.web.fields import Line, Words
from server.infra.web.forms import load_form
from server.kernel.chinatime import china_day
from server.kernel.errors import Conflict, Invalid, Refused
from server.ledger import queries as ledger
from server.ledger.rules.words import Pool
from server.plans import actions, queries

NOWHERE = "none"


class MoveIn(Schema):
    to_pool = Enum(
        Pool, by_value=True, required=True, error_messages={"required": "选一个库。", "unknown": "选一个库。"}
    )
    moved_on = Date(required=True, error_messages={"required": "选哪天调的。", "invalid": "选哪天调的。"})
    reason = Words(300, required=True, error_messages={"required": "写上为什么。"})
    client_key = Line(80, required=True)


@plans.get("/plans/pools")
@needs(Permission.SEE_PLANS)
def list_pools() -> Page:
    division = chosen_division()
    asked = request.args.get("pool", Pool.IMPLEMENT.value)
    pool = None if asked == NOWHERE else Pool(asked) if asked in set(Pool) else Pool.IMPLEMENT
    return render_template(
        "office/plans/pools.html",
        division=division,
        choices=below(division),
        counts=queries.pool_counts([division.path]),
        pools=list(Pool),
        pool=pool,
        page=queries.pool_lines([division.path], pool, _page()),
        may_keep=holds_at(Permission.KEEP_POOLS, division.path),
        client_key=secrets.token_urlsafe(16),
    )


@plans.post("/plans/pools/as-written")
@needs(Permission.KEEP_POOLS)
def enter_as_written() -> Page:
    """What the ledger says of communities that were entered before moves were logged becomes their first move."""
    division = chosen_division()
    check_place(division.path, Permission.KEEP_POOLS)
    with unit_of_work():
        entered, left = actions.log_as_written([division.path], actor=me().actor, now=now())
    rest = f"还有 {left} 个不在改造范围内，台账里记的却不是储备库，点进去看。" if left else ""
    flash(f"{entered} 个小区按台账里记的库列入了。{rest}", "wait" if left else "go")
    return redirect(url_for("admin.plans.list_pools", division=division.id, pool=NOWHERE))


@plans.get("/plans/pools/moves")
@needs(Permission.SEE_PLANS)
def list_moves() -> Page:
    division = chosen_division()
    page = queries.moves([division.path], _page())
    return render_template("office/plans/moves.html", division=division, page=page)


@plans.get("/communities/<int:community_id>/pool")
@needs(Permission.SEE_PLANS)
def community_pool(community_id: int) -> Page:
    return _draw(community_id, {}, {})


@plans.post("/communities/<int:community_id>/pool")
@needs(Permission.KEEP_POOLS)
def move_community(community_id: int) -> Page:
    try:
        form = load_form(MoveIn)
        with unit_of_work():
            actions.move_community(community_id, actor=me().actor, now=now(), **form)
    except (Invalid, Refused, Conflict) as error:
        return _draw(community_id, dict(request.form), fields_of(error, "to_pool")), error.status
    flash("已调库。")
    return redirect(url_for("admin.plans.community_pool", community_id=community_id))


def _page() -> int:
    return page_asked()


def _draw(community_id: int, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    current = queries.current_move(community_id)
    is_excluded = queries.is_excluded(community_id, china_day(now()))
    open_to = [Pool.RESERVE] if is_excluded else list(Pool)
    return render_template(
        "office/plans/pool.html",
        community_id=community_id,
        name=queries.community_names([community_id])[community_id],
        current=current,
        moves=queries.moves_of(community_id),
        pools=[(one.value, one.store_zh) for one in open_to if current is None or one is not current.to_pool],
        is_excluded=is_excluded,
        written=ledger.community(community_id),
        typed={"moved_on": china_day(now()), "client_key": secrets.token_urlsafe(16), **typed},
        fields=fields,
    )
