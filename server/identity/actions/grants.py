"""Roles handed out and taken back. Nobody hands out beyond their own reach, nor to themselves."""

from datetime import date, datetime

from server.audit.actions import record
from server.divisions import queries as divisions
from server.identity import queries
from server.identity.models import RoleGrant, Staff
from server.identity.rules import Grant, Role, clash, covers, may_hand_out
from server.infra import replay
from server.infra.db import db, lock_row
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import Conflict, Invalid, NotFound, Refused
from server.ledger import queries as ledger


def grant_role(
    *,
    staff_id: int,
    role: Role,
    division_id: int | None = None,
    community_id: int | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    granter: tuple[Grant, ...] | None,
    actor: Actor,
    now: datetime,
    client_key: str | None = None,
) -> RoleGrant:
    """Give a role over one community, or over a division and all below it. `granter` None is a command at the server."""
    digest = replay.digest(actor, "grant", staff_id, role, division_id, community_id, valid_from, valid_to)
    if client_key and (row := replay.earlier(RoleGrant, client_key, digest)):
        return row
    lock_row(Staff, staff_id)
    wanted, division_id = _wanted(role, division_id, community_id)
    _check_granter(staff_id, wanted, granter, actor)
    today = china_day(now)
    first = valid_from or today
    if valid_to is not None and valid_to < max(first, today):
        raise Invalid("结束日期不对。", fields={"valid_to": ["结束日期不能早于开始日期或今天。"]})
    _check_held(staff_id, wanted, today)
    row = RoleGrant(
        staff_id=staff_id,
        role=role,
        division_id=division_id,
        division_path=wanted.division_path,
        community_id=community_id,
        valid_from=first,
        valid_to=valid_to,
        granted_at=now,
        client_key=client_key,
        client_digest=digest if client_key else None,
    )
    db.session.add(row)
    db.session.flush()
    record(
        actor, "identity.grant_role", "staff", staff_id, now=now, community_id=community_id,
        role=role, division_id=division_id, valid_from=first, valid_to=valid_to,
    )  # fmt: skip
    return row


def revoke_role(
    grant_id: int, *, reason: str, granter: tuple[Grant, ...] | None, actor: Actor, now: datetime
) -> RoleGrant:
    lock_row(RoleGrant, grant_id)
    row = queries.role_grant(grant_id)
    if row is None or (granter is not None and not any(covers(held, row.grant.place) for held in granter)):
        raise NotFound
    if granter is not None and not may_hand_out(granter, row.role, row.grant.place):
        raise Refused(f"“{row.role.name_zh}”不归你的岗位管。请找上一级。")
    if row.revoked_at is not None:
        raise Conflict("这个岗位已经撤了。")
    row.revoked_at = now
    record(
        actor, "identity.revoke_role", "staff", row.staff_id, now=now, community_id=row.community_id,
        role=row.role, division_id=row.division_id, reason=reason,
    )  # fmt: skip
    return row


def _wanted(role: Role, division_id: int | None, community_id: int | None) -> tuple[Grant, int]:
    """The grant as asked for, and the division it stands in."""
    if (division_id is None) == (community_id is None):
        raise Invalid("请选一个地方。", fields={"place": ["选一个小区，或者选一个地区。"]})
    if community_id is not None:
        place, community = ledger.place(community_id), ledger.community(community_id)
        if place is None or community is None:
            raise _no_such_place()
        return Grant(role, place.division_path, community_id), community.division_id
    division = divisions.division(division_id or 0)
    if division is None:
        raise _no_such_place()
    return Grant(role, division.path), division.id


def _check_granter(staff_id: int, wanted: Grant, granter: tuple[Grant, ...] | None, actor: Actor) -> None:
    if granter is None:
        return
    if not any(covers(held, wanted.place) for held in granter):
        raise _no_such_place()
    if not may_hand_out(granter, wanted.role, wanted.place):
        raise Refused(f"你的岗位不能给出“{wanted.role.name_zh}”。请找上一级。")
    if actor.id == staff_id:
        raise Refused("不能给自己加岗位。请找上一级。")


def _check_held(staff_id: int, wanted: Grant, today: date) -> None:
    held = [row.grant for row in queries.grants_ahead(staff_id, today)]
    if wanted in held:
        raise Conflict("这个人已经有这个岗位了。")
    other = clash(held, wanted)
    if other is not None:
        raise Refused(
            f"同一个小区里，一个人不能又是“{other.role.name_zh}”又是“{wanted.role.name_zh}”：谁录入的，要由另一个人复核。"
        )


def _no_such_place() -> NotFound:
    return NotFound("没有找到这个地方。请从列表里选。")
