"""Coming in by slip as JSON: the slip looked at, the privacy notice, sessions, who I am. The pages post through these too."""

from typing import Any

from apiflask import Schema
from apiflask.fields import DateTime, Integer, List, Nested, String
from apiflask.validators import Range
from flask import request

from miniprogram_api.binding.blueprint import binding
from miniprogram_api.binding.proving import BindingOut, BoundOut, bound, bound_flats, label_of
from miniprogram_api.guard import auth, open_to_all
from miniprogram_api.schemas import KeyIn, problems
from miniprogram_api.session import me
from server.identity import actions, queries
from server.identity.models import ApiToken, Slip
from server.identity.rules.privacy import NEWEST, PrivacyNotice, privacy_notice
from server.infra import throttle
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.addresses import LARGEST_ID
from server.infra.web.fields import Line
from server.kernel.chinatime import china_day
from server.kernel.errors import Conflict, NotFound
from server.ledger import queries as ledger
from server.policies import queries as policies

#: Wrong codes from one address. A living code has 130 random bits; this is against noise, not against guessing.
WRONG_CODES = "30/10 minute"


class SlipIn(Schema):
    slip_code = Line(60, required=True, metadata={"description": "信箱里那张纸上的码，可以带空格。"})
    privacy_version = Line(
        20, required=True, metadata={"description": "读过并同意的告知书版本，见 GET /slips/{code}。"}
    )


class SessionOut(Schema):
    token = String(required=True)
    expires_at = DateTime(required=True)
    resident_id = Integer(required=True)


class SectionOut(Schema):
    title = String(required=True)
    sentences = List(String(), required=True)


class PrivacyOut(Schema):
    version = String(required=True)
    summary = List(String(), required=True)
    sections = List(Nested(SectionOut), required=True)


class PrivacyNoticeOut(PrivacyOut):
    """The notice by itself."""


class PrivacyQuery(Schema):
    community_id = Integer(load_default=None, validate=Range(1, LARGEST_ID, error="没有这个小区。"))


class SlipOut(Schema):
    community_id = Integer(required=True)
    community = String(required=True)
    label = String(required=True, metadata={"description": "3 栋 2 单元 501"})
    privacy = Nested(PrivacyOut, required=True)


class MeOut(Schema):
    resident_id = Integer(required=True)
    accepted_privacy_version = String(required=True, allow_none=True)
    bindings = List(Nested(BindingOut), required=True)


@binding.get("/privacy-notice")
@binding.input(PrivacyQuery, location="query", arg_name="query")
@binding.output(PrivacyNoticeOut)
@binding.doc(operation_id="get_privacy_notice", summary="个人信息告知书")
@open_to_all
def show_privacy(query: dict[str, Any]) -> Any:
    return current_privacy(query["community_id"])


@binding.get("/slips/<code>")
@binding.output(SlipOut)
@binding.doc(operation_id="get_slip", summary="入户码是哪一户的", responses=problems(404, 429))
@open_to_all
def show_slip(code: str) -> dict[str, Any]:
    slip = known_slip(code)
    community = ledger.community(slip.community_id)
    return {
        "community_id": slip.community_id,
        "community": community.name if community else "",
        "label": label_of(slip.flat_id),
        "privacy": current_privacy(slip.community_id),
    }


@binding.post("/sessions")
@binding.input(KeyIn, location="headers", arg_name="key")
@binding.input(SlipIn, arg_name="body")
@binding.output(SessionOut, status_code=201)
@binding.doc(operation_id="open_session", summary="用入户码换令牌", responses=problems(400, 404, 409, 429))
@open_to_all
def open_session(key: dict[str, str], body: dict[str, str]) -> dict[str, Any]:
    slip = known_slip(body["slip_code"])
    check_privacy_version(body["privacy_version"], slip.community_id)
    with unit_of_work():
        row, token = actions.open_session(
            slip, privacy_version=body["privacy_version"], now=now(), client_key=key["client_key"]
        )
    return _session(row, token)


@binding.delete("/sessions/current")
@binding.auth_required(auth)
@binding.output({}, status_code=204)
@binding.doc(operation_id="close_session", summary="退出，令牌作废", responses=problems(401))
def close_session() -> str:
    token = request.authorization.token if request.authorization else None
    with unit_of_work():
        actions.close_session(token or "", now=now())
    return ""


@binding.delete("/privacy-consents/current")
@binding.auth_required(auth)
@binding.output({}, status_code=204)
@binding.doc(
    operation_id="withdraw_consent",
    summary="收回对告知书的同意：房屋全部解除，所有令牌作废",
    responses=problems(401),
)
def take_consent_back() -> str:
    """What was voted, answered and reported stays, as the notice says. To come again takes the slip and a new agreement."""
    with unit_of_work():
        actions.withdraw_consent(me().id, actor=me().actor, now=now())
    return ""


@binding.get("/me")
@binding.auth_required(auth)
@binding.output(MeOut)
@binding.doc(operation_id="get_me", summary="我是谁，绑定了哪些房", responses=problems(401))
def show_me() -> dict[str, Any]:
    version = queries.accepted_privacy(me().id)
    return {"resident_id": me().id, "accepted_privacy_version": version, "bindings": bound_flats(me().id)}


@binding.post("/bindings")
@binding.auth_required(auth)
@binding.input(KeyIn, location="headers", arg_name="key")
@binding.input(SlipIn, arg_name="body")
@binding.output(BoundOut, status_code=201)
@binding.doc(operation_id="add_binding", summary="再绑定一套房", responses=problems(400, 401, 404, 409, 429))
def add_binding(key: dict[str, str], body: dict[str, str]) -> dict[str, Any]:
    slip = known_slip(body["slip_code"])
    check_privacy_version(body["privacy_version"], slip.community_id)
    with unit_of_work():
        row = actions.enter_by_slip(
            slip,
            resident_id=me().id,
            privacy_version=body["privacy_version"],
            now=now(),
            client_key=key["client_key"],
        )
    return bound(queries.bound_flat(row))


def known_slip(code: str) -> Slip:
    """The living slip with this code. A wrong one counts against the address it came from."""
    slip = queries.slip_by_code(code)
    if slip is None:
        with unit_of_work():
            throttle.hit(WRONG_CODES, "slip", request.remote_addr or "")
        raise NotFound(
            "这个码不能用：可能输错了，也可能换过新的。请用信箱里最新的一张，或到居委会领。",
            code="slip_unknown",
        )
    return slip


def current_privacy(community_id: int | None) -> PrivacyNotice:
    """The notice in force where this community is; the house's own without one."""
    place = ledger.place(community_id) if community_id is not None else None
    if place is None:
        return privacy_notice(NEWEST)
    version = policies.setting("privacy.notice_version", place.division_path, china_day(now())).value
    return privacy_notice(str(version))


def check_privacy_version(version: str, community_id: int) -> None:
    if version != current_privacy(community_id).version:
        raise Conflict("告知书换了新的版本。请重新读一遍再进入。", code="privacy_version_changed")


def _session(row: ApiToken, token: str) -> dict[str, Any]:
    return {"token": token, "expires_at": row.expires_at, "resident_id": row.resident_id}
