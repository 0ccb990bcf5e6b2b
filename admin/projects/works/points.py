"""The punch list on the desk: raising a point, saying that it is put right, looking whether it is, and what it is not."""

from flask import flash, request
from marshmallow import Schema
from marshmallow.fields import Enum, Integer

from admin.guard import check, holds, needs
from admin.projects.desk import Page, drawn_photos, kept
from admin.projects.works.desk import back_to, draw, known_project, works
from admin.projects.works.telling import tell_flats
from admin.session import me
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.addresses import page_asked
from server.infra.web.fields import Line, Words
from server.infra.web.forms import load_form
from server.kernel.errors import NotFound, Problem
from server.ledger import queries as ledger
from server.projects import actions, queries
from server.projects.queries import PointCard
from server.projects.rules.points import LONGEST_PLACE, LONGEST_WORDS, PointAct, PointState

#: Putting right is for those who build; looking is for the residents' side; that it is no fault, for those who confirm.
NEEDED = {
    PointAct.WORKED_OFF: Permission.RECORD_PROJECTS,
    PointAct.PASSED: Permission.CHECK_WORKS,
    PointAct.SENT_BACK: Permission.CHECK_WORKS,
    PointAct.DECLINED: Permission.CONFIRM_PROJECTS,
}


class PointIn(Schema):
    place = Line(LONGEST_PLACE, load_default="")
    words = Words(LONGEST_WORDS, load_default="")
    item_id = Integer(load_default=None, allow_none=True)
    client_key = Line(80, required=True)


class PointActIn(Schema):
    kind = Enum(
        PointAct, by_value=True, required=True, error_messages={"required": "选一样。", "unknown": "选一样。"}
    )
    words = Words(LONGEST_WORDS, load_default="")
    client_key = Line(80, required=True)


@works.get("/points")
@needs(Permission.SEE_PROJECTS)
def list_points(community_id: int) -> Page:
    return _list(community_id)


@works.post("/points")
@needs(Permission.CHECK_WORKS)
def raise_point(community_id: int) -> Page:
    try:
        form, photos = load_form(PointIn), drawn_photos()
        line = known_project(community_id)
        with unit_of_work():
            actions.raise_point(
                line.id, community_id=community_id, flat_id=None, photos=kept(photos), actor=me().actor,
                now=now(), **form,
            )  # fmt: skip
    except NotFound:
        raise
    except Problem as error:
        return _list(community_id, error)
    flash("记进整改清单了。改好、查过以前，工程不能算竣工。")
    return back_to("list_points", community_id)


@works.get("/points/<int:point_id>")
@needs(Permission.SEE_PROJECTS)
def point_page(community_id: int, point_id: int) -> Page:
    return _point(community_id, queries.point(point_id, community_id))


@works.post("/points/<int:point_id>/acts")
@needs(Permission.SEE_PROJECTS)
def act_on_point(community_id: int, point_id: int) -> Page:
    card = queries.point(point_id, community_id)
    try:
        form, photos = load_form(PointActIn), drawn_photos()
        check(NEEDED[form["kind"]], community_id)
        with unit_of_work():
            actions.act_on_point(
                point_id, community_id=community_id, photos=kept(photos), actor=me().actor, now=now(), **form
            )
            tell_flats(
                [card.point.flat_id],
                community_id,
                "works.point",
                f"整改清单有了进展：{form['kind'].name_zh}",
                form["words"] or "去看看，改得对不对由你和邻居说了算。",
                f"/communities/{community_id}/works/points",
            )
    except Problem as error:
        return _point(community_id, card, error)
    flash(f"已记下：{form['kind'].name_zh}。")
    return back_to("point_page", community_id, point_id=point_id)


def _list(community_id: int, error: Problem | None = None) -> Page:
    page = queries.points(community_id, page_asked())
    return draw(
        "points.html",
        community_id,
        dict(request.form) if error else None,
        error,
        page=page,
        open_count=queries.open_counts([community_id]).get(community_id, 0),
        items=[(card.id, card.label) for card in queries.items_of_community(community_id)],
    )


def _point(community_id: int, card: PointCard, error: Problem | None = None) -> Page:
    may = {kind for kind in _sensible(card) if holds(NEEDED[kind], community_id)}
    flat = ledger.flat(card.point.flat_id) if card.point.flat_id else None
    return draw(
        "point.html",
        community_id,
        dict(request.form) if error else None,
        error,
        card=card,
        flat=flat,
        is_mine_to_wait=card.state is PointState.WORKED_OFF and me().actor.key in card.worked_off_by,
        kinds=[(kind.value, kind.name_zh) for kind in PointAct if kind in may],
    )


def _sensible(card: PointCard) -> set[PointAct]:
    if card.state is PointState.OPEN:
        return {PointAct.WORKED_OFF, PointAct.DECLINED}
    if card.state is PointState.WORKED_OFF:
        found = {PointAct.DECLINED}
        return (
            found if me().actor.key in card.worked_off_by else {*found, PointAct.PASSED, PointAct.SENT_BACK}
        )
    return set()
