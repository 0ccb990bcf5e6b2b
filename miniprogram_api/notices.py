"""Notices as JSON: what hangs, the whole sheet, and objecting to it."""

from datetime import datetime
from typing import Any

from apiflask import APIBlueprint, Schema
from apiflask.fields import Boolean, Date, DateTime, Dict, Integer, List, Nested, String
from apiflask.validators import Range

from miniprogram_api.guard import auth
from miniprogram_api.homes import communities_of
from miniprogram_api.schemas import KeyIn, problems
from miniprogram_api.session import Resident, me
from server.identity import queries as identity
from server.identity.rules import Deed, Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.addresses import LARGEST_ID
from server.infra.web.fields import Words
from server.kernel.chinatime import china_day
from server.kernel.errors import Forbidden, Invalid, NotFound, Problem
from server.ledger import queries as ledger
from server.messages.actions import tell
from server.messages.rules import Recipient
from server.notices import actions, queries
from server.notices.actions import LONGEST_OBJECTION
from server.notices.models import Notice, Objection
from server.notices.rules import check_objection, has_begun, is_over

notices = APIBlueprint("notices", __name__, url_prefix="/api/v1/notices", tag="公示")


class ObjectionIn(Schema):
    """What someone does not agree with, in their own words."""

    text = Words(LONGEST_OBJECTION, required=True, metadata={"description": "不同意什么，为什么"})
    flat_id = Integer(
        strict=True,
        allow_none=True,
        load_default=None,
        validate=Range(1, LARGEST_ID, error="没有这套房。"),
        metadata={"description": "代表哪一套房，只有一套时可以不填"},
    )


class ObjectionOut(Schema):
    id = Integer(required=True)
    notice_id = Integer(required=True)
    text = String(required=True)
    raised_at = DateTime(required=True)
    answer = String(required=True, metadata={"description": "没有答复时为空"})
    is_upheld = Boolean(
        required=True, allow_none=True, metadata={"description": "异议是否成立，没有答复时为 null"}
    )
    answered_at = DateTime(required=True, allow_none=True)


class RaisedObjectionOut(ObjectionOut):
    """The objection, as it was taken."""


class ContactOut(Schema):
    name = String(required=True)
    phone = String(required=True)
    place = String(required=True)


class NoticeOut(Schema):
    """One sheet, as it stands in a list."""

    id = Integer(required=True)
    community_id = Integer(required=True)
    kind = String(required=True)
    kind_name = String(required=True, metadata={"description": "公示，或公告"})
    number = String(required=True)
    title = String(required=True)
    opens_on = Date(required=True)
    last_on = Date(required=True)
    ends_at = DateTime(required=True, metadata={"description": "这一刻起就晚了"})
    is_provisional = Boolean(required=True, metadata={"description": "放假安排公布前按固定节日推算"})
    is_hanging = Boolean(required=True)
    is_withdrawn = Boolean(required=True)
    withdrawn_reason = String(required=True)
    takes_objections = Boolean(required=True)


class NoticeSheetOut(NoticeOut):
    """The whole sheet, with what this resident objected to it."""

    issuer = String(required=True)
    contact = Nested(ContactOut, required=True)
    body = List(Dict(keys=String()), required=True, metadata={"description": "一块一块的正文，每块有 kind"})
    may_object = Boolean(required=True)
    why_not = String(required=True, metadata={"description": "不能提异议的原因，能提时为空"})
    my_objections = List(Nested(ObjectionOut), required=True)


class NoticesOut(Schema):
    items = List(Nested(NoticeOut), required=True)


# ------------------------------------------------------------------ what both faces ask


def notices_for(resident_id: int, moment: datetime) -> list[Notice]:
    """Everything that has begun in the communities of this person's homes; what hangs first."""
    found = [row for id_ in communities_of(resident_id) for row in queries.public_notices(id_, moment)]
    return sorted(found, key=lambda row: (not hangs(row, moment), -row.id))


def hangs(row: Notice, moment: datetime) -> bool:
    return has_begun(row.opens_on, moment) and not is_over(row.ends_at, moment) and not row.is_withdrawn


def known_notice(notice_id: int, moment: datetime) -> Notice:
    """A notice that has begun, of any community: it hangs on a wall for everyone."""
    row = queries.notice(notice_id)
    if row is None or not has_begun(row.opens_on, moment):
        raise NotFound
    return row


def why_not_object(row: Notice, moment: datetime) -> str:
    """The sentence that an objection raised now would be refused with; empty where it would be taken."""
    try:
        check_objection(row.hanging, "不同意", moment)
    except Problem as problem:
        return problem.message
    return ""


def object_to(notice_id: int, asked: dict[str, Any], client_key: str, resident: Resident) -> Objection:
    """A resident of the community objects; those who answer are told in the same unit of work."""
    moment = now()
    row = queries.notice(notice_id)
    mine = [flat for flat in identity.flats_of(resident.id) if row and flat.community_id == row.community_id]
    if row is None or not mine:
        raise NotFound
    allowed = [flat.flat_id for flat in mine if flat.may(Deed.RAISE_OBJECTION)]
    if not allowed:
        raise Forbidden("这套房还不能提异议。请打公示上的电话。")
    flat_id = asked["flat_id"] or allowed[0]
    if flat_id not in allowed:
        raise Invalid("这套房没有绑定在你名下。", fields={"flat_id": ["选一套你自己的房。"]})
    before = {one.id for one in queries.objections_of(resident.id, row.id)}
    made = actions.raise_objection(
        row.id,
        text=asked["text"],
        resident_id=resident.id,
        flat_id=flat_id,
        client_key=client_key,
        actor=resident.actor,
        now=moment,
        community_id=row.community_id,
    )
    if made.id not in before:
        _tell_answerers(row, moment)
    return made


def _tell_answerers(row: Notice, moment: datetime) -> None:
    place = ledger.place(row.community_id)
    if place is None:
        return
    answerers = identity.staff_with(Permission.ANSWER_OBJECTION, place, china_day(moment))
    tell(
        [Recipient.staff(staff_id) for staff_id in answerers],
        kind="notices.objection_raised",
        subject=f"有人提了异议：{row.title}",
        body=f"对{row.number_text}提的。答复以前，它说的事定不下来。",
        link=f"/admin/communities/{row.community_id}/notices/{row.id}",
        community_id=row.community_id,
        now=moment,
    )


def as_out(row: Notice, moment: datetime) -> dict[str, Any]:
    return {
        "id": row.id,
        "community_id": row.community_id,
        "kind": row.kind.value,
        "kind_name": row.kind.name_zh,
        "number": row.number_text,
        "title": row.title,
        "opens_on": row.opens_on,
        "last_on": row.last_on,
        "ends_at": row.ends_at,
        "is_provisional": row.is_provisional,
        "is_hanging": hangs(row, moment),
        "is_withdrawn": row.is_withdrawn,
        "withdrawn_reason": row.withdrawn_reason,
        "takes_objections": row.kind.takes_objections,
    }


# ------------------------------------------------------------------ routes


@notices.get("")
@notices.auth_required(auth)
@notices.output(NoticesOut)
@notices.doc(operation_id="list_notices", summary="我的小区贴出的公示和公告", responses=problems(401))
def listing() -> dict[str, Any]:
    moment = now()
    return {"items": [as_out(row, moment) for row in notices_for(me().id, moment)]}


@notices.get("/<int:notice_id>")
@notices.auth_required(auth)
@notices.output(NoticeSheetOut)
@notices.doc(operation_id="get_notice", summary="公示全文", responses=problems(401, 404))
def sheet(notice_id: int) -> dict[str, Any]:
    moment = now()
    row = known_notice(notice_id, moment)
    if row.community_id not in communities_of(me().id):
        raise NotFound
    why_not = why_not_object(row, moment)
    return {
        **as_out(row, moment),
        "issuer": row.issuer,
        "contact": vars(row.contact),
        "body": row.body,
        "may_object": not why_not,
        "why_not": why_not,
        "my_objections": queries.objections_of(me().id, row.id),
    }


@notices.post("/<int:notice_id>/objections")
@notices.auth_required(auth)
@notices.input(KeyIn, location="headers", arg_name="key")
@notices.input(ObjectionIn, example={"text": "我家那票是别人代投的，没有委托书。"})
@notices.output(RaisedObjectionOut, status_code=201)
@notices.doc(
    operation_id="raise_objection", summary="提异议", responses=problems(400, 401, 403, 404, 409, 415, 422)
)
def raise_objection(notice_id: int, key: dict[str, str], json_data: dict[str, Any]) -> Any:
    """Taken until the last second of the period."""
    with unit_of_work():
        return object_to(notice_id, json_data, key["client_key"], me())
