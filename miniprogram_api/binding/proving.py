"""Bindings as JSON: listed, proven, disputed, let go. The pages post through these too."""

from datetime import datetime
from typing import Any

from apiflask import Schema
from apiflask.fields import Boolean, DateTime, Enum, Integer, List, String
from apiflask.validators import OneOf

from miniprogram_api.binding.blueprint import binding
from miniprogram_api.guard import auth
from miniprogram_api.schemas import KeyIn, problems
from miniprogram_api.session import me
from server.identity import actions, queries
from server.identity.models import Binding, BindingRequest, Means
from server.identity.queries import BoundFlat
from server.identity.rules import Deed, Level, words
from server.identity.rules.proof import ProofOutcome
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line, Words
from server.kernel.chinatime import CHINA, china_day
from server.kernel.errors import NotFound, Refused
from server.ledger import queries as ledger
from server.messages.actions import tell
from server.messages.rules import Recipient
from server.policies import queries as policies


class ProofIn(Schema):
    name = Line(
        60,
        required=True,
        error_messages={"required": "请填姓名。"},
        metadata={"description": "产权证上的姓名。"},
    )
    way = String(
        load_default="phone",
        validate=OneOf(["phone", "id"], error="请选一种。"),
        metadata={"description": "用哪个尾号：phone 手机号后 4 位，id 身份证号后 6 位。"},
    )
    tail = Line(
        20,
        required=True,
        error_messages={"required": "请填尾号。"},
        metadata={"description": "登记在居委会的手机号后 4 位，或身份证号后 6 位（最后一位可以是 X）。"},
    )


class RequestIn(Schema):
    name = Line(60, required=True, error_messages={"required": "请填姓名。"})
    note = Words(200, load_default="", metadata={"description": "什么时候方便、怎么联系。"})


class DisputeIn(Schema):
    text = Words(300, required=True, error_messages={"required": "请写哪里不对。"})


class BindingOut(Schema):
    id = Integer(required=True)
    flat_id = Integer(required=True)
    community_id = Integer(required=True)
    community = String(required=True)
    label = String(required=True, metadata={"description": "3 栋 2 单元 501"})
    level = Enum(Level, by_value=True, required=True)
    means = Enum(Means, by_value=True, required=True)
    is_frozen = Boolean(required=True)
    may = List(Enum(Deed, by_value=True), required=True)


class BoundOut(BindingOut):
    """An answer of its own: one schema cannot be both an answer and a part of another in the description."""


class BesideOut(Schema):
    """Someone else bound to one of my flats; never who."""

    id = Integer(required=True)
    flat_id = Integer(required=True)
    level = Enum(Level, by_value=True, required=True)
    means = Enum(Means, by_value=True, required=True)
    since = DateTime(required=True)
    is_frozen = Boolean(required=True)


class ProofOut(Schema):
    level = Enum(Level, by_value=True, required=True)


class RequestOut(Schema):
    id = Integer(required=True)
    asked_at = DateTime(required=True)


class DisputeOut(Schema):
    id = Integer(required=True)
    raised_at = DateTime(required=True)
    is_frozen = Boolean(required=True)


@binding.get("/bindings")
@binding.auth_required(auth)
@binding.output(BoundOut(many=True))
@binding.doc(operation_id="list_bindings", summary="我绑定的房屋", responses=problems(401))
def list_bindings() -> list[dict[str, Any]]:
    return bound_flats(me().id)


@binding.get("/bindings/beside")
@binding.auth_required(auth)
@binding.output(BesideOut(many=True))
@binding.doc(
    operation_id="list_bindings_beside",
    summary="和我绑定同一套房的其他人（不说是谁）",
    responses=problems(401),
)
def list_beside() -> list[dict[str, Any]]:
    return beside(me().id)


@binding.post("/bindings/<int:binding_id>/proofs")
@binding.auth_required(auth)
@binding.input(KeyIn, location="headers", arg_name="key")
@binding.input(ProofIn, arg_name="body")
@binding.output(ProofOut, status_code=201)
@binding.doc(
    operation_id="prove_owner", summary="核实自己是这套房的业主", responses=problems(400, 401, 404, 409)
)
def prove_owner(binding_id: int, key: dict[str, str], body: dict[str, str]) -> dict[str, Any]:
    prove(binding_id, body, key["client_key"])
    return {"level": Level.OWNER}


@binding.post("/bindings/<int:binding_id>/requests")
@binding.auth_required(auth)
@binding.input(KeyIn, location="headers", arg_name="key")
@binding.input(RequestIn, arg_name="body")
@binding.output(RequestOut, status_code=201)
@binding.doc(operation_id="ask_committee", summary="请居委会当面确认", responses=problems(400, 401, 404, 409))
def ask_committee(binding_id: int, key: dict[str, str], body: dict[str, str]) -> Any:
    return ask(binding_id, body, key["client_key"])


@binding.post("/bindings/<int:binding_id>/disputes")
@binding.auth_required(auth)
@binding.input(KeyIn, location="headers", arg_name="key")
@binding.input(DisputeIn, arg_name="body")
@binding.output(DisputeOut, status_code=201)
@binding.doc(
    operation_id="dispute_binding", summary="同一套房里别人的绑定不对", responses=problems(400, 401, 404, 409)
)
def dispute_binding(binding_id: int, key: dict[str, str], body: dict[str, str]) -> dict[str, Any]:
    return dispute(binding_id, body["text"], key["client_key"])


@binding.delete("/bindings/<int:binding_id>")
@binding.auth_required(auth)
@binding.output({}, status_code=204)
@binding.doc(operation_id="withdraw_binding", summary="解除绑定", responses=problems(401, 404))
def withdraw_binding(binding_id: int) -> str:
    let_go(binding_id)
    return ""


def bound_flats(resident_id: int) -> list[dict[str, Any]]:
    return [bound(one) for one in queries.flats_of(resident_id)]


def beside(resident_id: int) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id, "flat_id": one.flat_id, "level": one.standing, "means": one.means,
            "since": one.proven_at or one.bound_at, "is_frozen": one.is_frozen,
        }
        for one in queries.bindings_beside(resident_id)
    ]  # fmt: skip


def prove(binding_id: int, body: dict[str, str], client_key: str) -> None:
    """Raises Refused where it was wrong or the flat is locked; by then the try is written down."""
    _prove(binding_id, {"name": body["name"], f"{body['way']}_tail": body["tail"]}, client_key)


def prove_by_number(binding_id: int, name: str, number: str, client_key: str) -> None:
    """The same by a whole number that WeChat vouches for. Raises Invalid where a name is needed."""
    _prove(binding_id, {"name": name, "number": number}, client_key)


def _prove(binding_id: int, shown: dict[str, str], client_key: str) -> None:
    with unit_of_work():
        row = my_binding(binding_id)
        place = ledger.place(row.community_id)
        path, today = (place.division_path if place else "/"), china_day(now())
        proof = actions.prove_owner(
            row, **shown,
            tries=policies.number("binding.tries", path, today),
            window_hours=policies.number("binding.window_hours", path, today),
            actor=me().actor, now=now(), client_key=client_key,
        )  # fmt: skip
        if proof.outcome is ProofOutcome.PROVEN and not proof.is_repeat:
            _tell_flat(row, *words.owner_proven(label_of(row.flat_id), row.means.name_zh, now()))
    if proof.outcome is ProofOutcome.LOCKED:
        raise Refused(locked_sentence(proof.opens_at), code="proof_locked")
    if proof.outcome is ProofOutcome.WRONG:
        is_number = "number" in shown
        raise Refused(wrong_sentence(proof.tries_left, is_number=is_number), code="proof_wrong")


def wrong_sentence(tries_left: int, *, is_number: bool = False) -> str:
    if not tries_left:
        return "还是对不上。这套房试错太多次，先锁住了。请到居委会当面确认，或用纸质票。"
    if is_number:
        return f"登记在居委会的不是这个微信的号码。请填姓名和尾号。这套房还能试 {tries_left} 次。"
    return f"和台账对不上。请按产权证写姓名，尾号用登记在居委会的那个。这套房还能试 {tries_left} 次。"


def locked_sentence(opens_at: datetime | None) -> str:
    when = f"{opens_at.astimezone(CHINA):%-m 月 %-d 日 %H:%M} 以后再试" if opens_at else "明天再试"
    return f"这套房试错太多次，先锁住了。请{when}；着急就到居委会当面确认，或用纸质票。"


def ask(binding_id: int, body: dict[str, str], client_key: str) -> BindingRequest:
    with unit_of_work():
        return actions.ask_committee(
            my_binding(binding_id),
            name=body["name"],
            note=body["note"],
            actor=me().actor,
            now=now(),
            client_key=client_key,
        )


def dispute(binding_id: int, text: str, client_key: str) -> dict[str, Any]:
    with unit_of_work():
        row = actions.dispute_binding(
            binding_id, resident_id=me().id, text=text, actor=me().actor, now=now(), client_key=client_key
        )
        disputed = queries.bindings_by_id([binding_id])[binding_id]
        subject, body = words.dispute_raised(label_of(row.flat_id), is_frozen=disputed.is_frozen)
        _tell([Recipient.resident(disputed.resident_id)], disputed, subject, body)
    return {"id": row.id, "raised_at": row.raised_at, "is_frozen": disputed.is_frozen}


def let_go(binding_id: int) -> None:
    with unit_of_work():
        actions.withdraw_binding(my_binding(binding_id), actor=me().actor, now=now())


def my_binding(binding_id: int) -> Binding:
    row = queries.binding(binding_id, me().id)
    if row is None:
        raise NotFound
    return row


def bound(one: BoundFlat) -> dict[str, Any]:
    community = ledger.community(one.community_id)
    return {
        "id": one.binding_id, "flat_id": one.flat_id, "community_id": one.community_id,
        "community": community.name if community else "", "label": label_of(one.flat_id),
        "level": one.level, "means": one.means, "is_frozen": one.is_frozen,
        "may": [deed for deed in Deed if one.may(deed)],
    }  # fmt: skip


def label_of(flat_id: int) -> str:
    flat = ledger.flat(flat_id)
    return flat.label if flat else ""


def _tell_flat(row: Binding, subject: str, body: str) -> None:
    _tell([Recipient.flat(row.flat_id)], row, subject, body)


def _tell(recipients: list[Recipient], row: Binding, subject: str, body: str) -> None:
    tell(
        recipients,
        kind="binding",
        subject=subject,
        body=body,
        link="/me/flats",
        community_id=row.community_id,
        now=now(),
    )
