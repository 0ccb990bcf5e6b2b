"""Agents as JSON: an owner gives a vote away and takes it back; the agent claims it with its code and casts it."""

from typing import Any

from apiflask import APIBlueprint, Schema
from apiflask.fields import Boolean, DateTime, Integer, List, Nested, String
from apiflask.validators import Length, Range

from miniprogram_api.ballots import ballots, look_up_address, reading
from miniprogram_api.ballots.schemas import ChoicesIn, MotionOut, VoteOut
from miniprogram_api.ballots.shapes import motion_shape
from miniprogram_api.guard import auth
from miniprogram_api.schemas import KeyIn, problems
from miniprogram_api.session import Resident, me
from server.ballots import actions, queries
from server.ballots.actions import Granted, Receipt
from server.ballots.queries import ProxyCard
from server.ballots.rules.drafting import Stage
from server.infra import throttle
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.addresses import LARGEST_ID
from server.infra.web.fields import Line
from server.kernel.errors import NotFound, Refused, Throttled

#: Wrong codes of one person. A code has 54 random bits; this is against noise.
WRONG_CODES = "20/hour"

proxies = APIBlueprint("proxies", __name__, url_prefix="/api/v1/proxies", tag="代投")


class GrantIn(Schema):
    """Who votes for the owner, and on what. Agent and extent, as the law asks of a written authorization."""

    agent = Line(40, required=True, error_messages={"required": "写上受托人的姓名。"})
    phone = Line(20, required=True, error_messages={"required": "写上受托人的手机号。"})
    motions = List(
        String(validate=Length(1, 40)),
        load_default=list,
        metadata={"description": '委托哪几项，例如 ["m1"]'},
    )
    flat_id = Integer(
        strict=True,
        allow_none=True,
        load_default=None,
        validate=Range(1, LARGEST_ID, error="没有这套房。"),
        metadata={"description": "名下的房分属几位业主时，说明是哪一套"},
    )


class ClaimIn(Schema):
    code = Line(40, required=True, error_messages={"required": "填业主或居委会给你的编码。"})
    agent = Line(40, required=True, error_messages={"required": "写上你的姓名。"})
    phone = Line(20, required=True, error_messages={"required": "写上你的手机号。"})


class GrantOut(Schema):
    """The code is told to the owner alone; the same request again tells the same."""

    id = Integer(required=True)
    code = String(required=True, metadata={"description": "交给受托人的编码，12 位"})


class OwnProxyOut(Schema):
    id = Integer(required=True)
    agent = String(required=True)
    motions = List(String(), required=True)
    is_revoked = Boolean(required=True)
    is_cast = Boolean(required=True)
    state = String(required=True, metadata={"description": "给人看的状态"})
    registered_at = DateTime(required=True)


class OwnProxiesOut(Schema):
    limit = Integer(required=True, metadata={"description": "一位受托人最多替几位业主投，0 是不接受委托"})
    items = List(Nested(OwnProxyOut), required=True)


class ProxyOut(Schema):
    """What an agent has in hand: for which homes, on what, until when."""

    id = Integer(required=True)
    ballot_id = Integer(required=True)
    title = String(required=True)
    homes = List(String(), required=True)
    closes_at = DateTime(required=True, allow_none=True)
    may_vote = Boolean(required=True)
    state = String(required=True)
    motions = List(Nested(MotionOut), required=True)


class ClaimedOut(ProxyOut):
    """What was claimed just now."""


class ProxiesOut(Schema):
    items = List(Nested(ProxyOut), required=True)


# ------------------------------------------------------------------ the owner


def own_proxies(ballot_id: int, resident: Resident) -> list[ProxyCard]:
    """What was given away for the heads this person may vote for, the newest first."""
    of = reading.own_ballot(ballot_id, resident, now())
    held = queries.rights(of.id, of.community_id, resident.id, now()).rights
    return queries.proxies_of_heads(ballot_id, {one.card.head for one in held})


def limit_of(ballot_id: int) -> int:
    frozen = queries.document(ballot_id)
    return int(frozen.raw.get("proxy_limit", 0)) if frozen else 0


def grant(ballot_id: int, asked: dict[str, Any], client_key: str, resident: Resident) -> Granted:
    reading.own_ballot(ballot_id, resident, now())
    with unit_of_work():
        return actions.grant_proxy(ballot_id, client_key=client_key, actor=resident.actor, now=now(), **asked)


def revoke(ballot_id: int, authorization_id: int, resident: Resident) -> None:
    reading.own_ballot(ballot_id, resident, now())
    with unit_of_work():
        actions.revoke_proxy(ballot_id, authorization_id, actor=resident.actor, now=now())


@ballots.get("/<int:ballot_id>/proxies")
@ballots.auth_required(auth)
@ballots.output(OwnProxiesOut)
@ballots.doc(operation_id="list_own_proxies", summary="我家委托了谁投票", responses=problems(401, 404))
def own_listing(ballot_id: int) -> dict[str, Any]:
    found = own_proxies(ballot_id, me())
    return {"limit": limit_of(ballot_id), "items": [_own_shape(card) for card in found]}


@ballots.post("/<int:ballot_id>/proxies")
@ballots.auth_required(auth)
@ballots.input(KeyIn, location="headers", arg_name="key")
@ballots.input(GrantIn, example={"agent": "张三", "phone": "13900000000", "motions": ["m1"]})
@ballots.output(GrantOut, status_code=201)
@ballots.doc(
    operation_id="grant_proxy",
    summary="委托别人投票",
    responses=problems(400, 401, 403, 404, 409, 415, 422),
)
def grant_proxy(ballot_id: int, key: dict[str, str], json_data: dict[str, Any]) -> dict[str, Any]:
    """Only whoever may vote gives the vote away. Taken back until the agent has cast it, and by voting in person."""
    granted = grant(ballot_id, json_data, key["client_key"], me())
    return {"id": granted.row.id, "code": granted.code}


@ballots.post("/<int:ballot_id>/proxies/<int:authorization_id>/revoke")
@ballots.auth_required(auth)
@ballots.output({}, status_code=204)
@ballots.doc(operation_id="revoke_proxy", summary="撤回委托", responses=problems(401, 404, 409))
def revoke_proxy(ballot_id: int, authorization_id: int) -> str:
    """Taken back already, nothing happens."""
    revoke(ballot_id, authorization_id, me())
    return ""


# ------------------------------------------------------------------ the agent


def held_by(resident: Resident) -> list[ProxyCard]:
    return queries.proxies_claimed(resident.actor.key)


def held_proxy(authorization_id: int, resident: Resident) -> ProxyCard:
    found = next((one for one in held_by(resident) if one.row.id == authorization_id), None)
    if found is None:
        raise NotFound
    return found


def claim(asked: dict[str, Any], resident: Resident) -> ProxyCard:
    """In a unit of work of its own; what does not fit is counted against whoever tried."""
    names = ("claim_proxy", resident.actor.key)
    if not throttle.remaining(WRONG_CODES, *names):
        raise Throttled("试得太多了。请一小时后再试，或问居委会。", retry_after=3600)
    try:
        with unit_of_work():
            return actions.claim_proxy(
                asked["code"], agent=asked["agent"], phone=asked["phone"], actor=resident.actor, now=now()
            )
    except Refused as problem:
        if problem.code == "no_such_code":
            with unit_of_work():
                throttle.hit(WRONG_CODES, *names)
        raise


def cast_for(authorization_id: int, choices: dict[str, str], client_key: str, resident: Resident) -> Receipt:
    card = held_proxy(authorization_id, resident)
    with unit_of_work():
        return actions.cast_by_proxy(
            card.row.ballot_id,
            authorization_id,
            choices,
            client_key=client_key,
            actor=resident.actor,
            now=now(),
        )


def may_vote(card: ProxyCard) -> bool:
    stage = queries.stage(queries.known(card.row.ballot_id), now())
    return stage is Stage.OPEN and not card.is_ended and not card.is_cast


def motions_of(card: ProxyCard) -> list[reading.AskedMotion]:
    of = queries.known(card.row.ballot_id)
    return [motion for motion in reading.asked_motions(of) if motion.id in card.row.motions]


@proxies.get("")
@proxies.auth_required(auth)
@proxies.output(ProxiesOut)
@proxies.doc(operation_id="list_proxies", summary="别人委托我投的票", responses=problems(401))
def held() -> dict[str, Any]:
    return {"items": [_held_shape(card) for card in held_by(me())]}


@proxies.post("")
@proxies.auth_required(auth)
@proxies.input(ClaimIn, example={"code": "234567892345", "agent": "张三", "phone": "13900000000"})
@proxies.output(ClaimedOut)
@proxies.doc(
    operation_id="claim_proxy",
    summary="用编码领一份委托",
    responses=problems(400, 401, 404, 409, 415, 422, 429),
)
def claim_proxy(json_data: dict[str, Any]) -> dict[str, Any]:
    """Once, by the agent it names. The same person again gets the same."""
    return _held_shape(claim(json_data, me()))


@proxies.post("/<int:authorization_id>/votes")
@proxies.auth_required(auth)
@proxies.input(KeyIn, location="headers", arg_name="key")
@proxies.input(ChoicesIn, example={"choices": {"m1": "for"}})
@proxies.output(VoteOut, status_code=201)
@proxies.doc(
    operation_id="cast_by_proxy",
    summary="代业主投票",
    responses=problems(400, 401, 403, 404, 409, 415, 422, 429),
)
def vote(authorization_id: int, key: dict[str, str], json_data: dict[str, Any]) -> dict[str, Any]:
    """One choice for each motion of the authorization and no other; once."""
    receipt = cast_for(authorization_id, json_data["choices"], key["client_key"], me())
    return {
        "receipt": receipt.code,
        "ballot_id": receipt.ballot_id,
        "recorded_at": receipt.recorded_at,
        "look_up": look_up_address(receipt.code),
    }


def _own_shape(card: ProxyCard) -> dict[str, Any]:
    return {
        "id": card.row.id,
        "agent": card.row.agent,
        "motions": card.row.motions,
        "is_revoked": card.is_revoked,
        "is_cast": card.is_cast,
        "state": card.state_zh,
        "registered_at": card.row.registered_at,
    }


def _held_shape(card: ProxyCard) -> dict[str, Any]:
    of = queries.known(card.row.ballot_id)
    return {
        "id": card.row.id,
        "ballot_id": of.id,
        "title": of.title,
        "homes": card.labels,
        "closes_at": reading.closing(of),
        "may_vote": may_vote(card),
        "state": card.state_zh,
        "motions": [motion_shape(motion) for motion in motions_of(card)],
    }
