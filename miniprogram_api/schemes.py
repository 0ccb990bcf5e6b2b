"""Schemes as JSON: what is built where, the vote it rests on, what changed since, and how far a lift is. Open to anyone."""

from typing import Any

from apiflask import APIBlueprint, Schema
from apiflask.fields import Boolean, Date, DateTime, Integer, List, Nested, String

from miniprogram_api.guard import open_to_all
from miniprogram_api.schemas import problems
from server.decisions.queries.open_schemes import OpenChange, OpenLift, OpenLine, OpenScheme, open_scheme
from server.decisions.queries.places import Place
from server.decisions.rules.schemes import Line
from server.infra.clock import now

schemes = APIBlueprint("schemes", __name__, url_prefix="/api/v1/communities", tag="改造方案")


class PlaceOut(Schema):
    node = String(required=True, metadata={"description": "community、b 加楼栋编号、e 加单元编号"})
    name = String(required=True)


class LineOut(Schema):
    title = String(required=True)
    code = String(required=True)
    is_done = Boolean(required=True, metadata={"description": "这里做不做"})
    is_undone = Boolean(
        required=True, metadata={"description": "凭的表决作废了或被法院撤销了，重新表决以前先不做"}
    )
    quantity = String(required=True, metadata={"description": "两位小数"})
    unit = String(required=True)
    cost_fen = Integer(required=True)
    by = Nested(PlaceOut, required=True, metadata={"description": "按哪里的方案"})
    outcome = String(required=True, allow_none=True, metadata={"description": "没有表决时为 null"})
    ballot_id = Integer(required=True, allow_none=True)


class ItemChangeOut(Schema):
    title = String(required=True)
    before_fen = Integer(required=True, allow_none=True, metadata={"description": "原来不做时为 null"})
    after_fen = Integer(required=True, allow_none=True, metadata={"description": "现在不做时为 null"})


class ChangeOut(Schema):
    number = Integer(required=True)
    confirmed_at = DateTime(required=True)
    drawn_by = String(required=True)
    reason = String(required=True)
    cost_fen = Integer(required=True)
    items = List(Nested(ItemChangeOut), required=True)


class FloorOut(Schema):
    floor = Integer(required=True)
    parts = Integer(required=True)


class LiftOut(Schema):
    outcome = String(required=True)
    ballot_id = Integer(required=True)
    missing = String(required=True, metadata={"description": "还缺什么，都齐了时为空"})
    cost_fen = Integer(required=True, allow_none=True)
    parts = List(Nested(FloorOut), required=True)
    upkeep = String(required=True)


class DrawingOut(Schema):
    number = Integer(required=True)
    title = String(required=True)
    drawn_by = String(required=True)
    drawn_on = Date(required=True)
    before = String(required=True)
    after = String(required=True)
    reason = String(required=True)
    agreed_by = String(required=True)
    agreed_on = Date(required=True, allow_none=True)


class SchemeOut(Schema):
    """One place of the tree: the whole community, a building, or an entrance."""

    place = Nested(PlaceOut, required=True)
    above = List(Nested(PlaceOut), required=True)
    below = List(Nested(PlaceOut), required=True, metadata={"description": "有自己的方案或电梯的地方"})
    version = Integer(required=True, allow_none=True, metadata={"description": "自己没有方案时为 null"})
    lines = List(Nested(LineOut), required=True)
    changes = List(Nested(ChangeOut), required=True)
    resting = List(String(), required=True, metadata={"description": "为什么新的一版要重新征求意见"})
    lift = Nested(LiftOut, required=True, allow_none=True)
    drawings = List(Nested(DrawingOut), required=True)


@schemes.get("/<int:community_id>/schemes/<node>")
@schemes.output(SchemeOut)
@schemes.doc(
    operation_id="get_scheme",
    summary="改造方案",
    description="全小区是 community；一栋、一个单元用它在上一级 below 里的编号。",
    responses=problems(404),
)
@open_to_all
def scheme(community_id: int, node: str) -> dict[str, Any]:
    return _scheme(open_scheme(community_id, node, now()))


def _scheme(of: OpenScheme) -> dict[str, Any]:
    return {
        "place": _place(of.place),
        "above": list(map(_place, of.above)),
        "below": list(map(_place, of.below)),
        "version": of.in_force.row.number if of.in_force else None,
        "lines": list(map(_line, of.lines)),
        "changes": list(map(_change, of.changes)),
        "resting": [reason.message for reason in of.resting],
        "lift": _lift(of.lift) if of.lift else None,
        "drawings": of.drawings,
    }


def _place(of: Place) -> dict[str, Any]:
    return {"node": of.key, "name": of.label}


def _line(of: OpenLine) -> dict[str, Any]:
    return {
        "title": of.title,
        "code": of.line.item,
        "is_done": of.holds,
        "is_undone": of.is_undone,
        "quantity": f"{of.line.quantity:.2f}",
        "unit": of.line.unit,
        "cost_fen": of.line.cost_fen,
        "by": _place(of.of),
        "outcome": of.vote.outcome.value if of.vote else None,
        "ballot_id": of.vote.ballot_id if of.vote else None,
    }


def _change(of: OpenChange) -> dict[str, Any]:
    items = [
        {"title": title, "before_fen": _cost(before), "after_fen": _cost(after)}
        for title, before, after in of.items
    ]
    return {**vars(of), "items": items}


def _cost(line: Line | None) -> int | None:
    return line.cost_fen if line is not None and line.is_adopted else None


def _lift(of: OpenLift) -> dict[str, Any]:
    parts = [{"floor": floor, "parts": number} for floor, number in of.parts.items()]
    return {**vars(of), "outcome": of.outcome.value, "parts": parts}
