"""Staff accounts: opened, signed in to, given a new password, closed."""

from dataclasses import dataclass
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from server.audit.actions import record
from server.identity import queries
from server.identity.models import Staff
from server.identity.rules import Grant, may_hand_out
from server.identity.rules.passwords import password_problem, plain_password
from server.infra import replay
from server.infra.db import db, lock_row
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import Conflict, Invalid, NotFound, Refused

_hasher = PasswordHasher()
#: Verified against where there is no such account, so that both answers take the same time; its password was thrown away.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$yHagCd1pYwOSA/nYSYNwkg$JvszYfUv1zjSzfYs/xTLg5bzaFwysVMwIQJytXvzLjI"


@dataclass(frozen=True)
class SignIn:
    """Whether name and password fit an open account. Which of them was wrong is not told."""

    staff: Staff | None


def check_password(*, username: str, password: str) -> SignIn:
    """Takes its time (argon2id), so call it outside a unit of work. Writes nothing."""
    staff = queries.staff_named(username)
    is_right = _is_password(staff.password_hash if staff else _NOBODY, password)
    is_open = staff is not None and staff.disabled_at is None
    return SignIn(staff if is_right and is_open else None)


def record_sign_in(staff: Staff, *, actor: Actor, now: datetime) -> None:
    record(actor, "identity.sign_in", "staff", staff.id, now=now)


def create_staff(
    *,
    username: str,
    name: str,
    password: str | None,
    actor: Actor,
    now: datetime,
    client_key: str | None = None,
    is_first: bool = True,
) -> Staff:
    """A new account without any role. Its owner must replace a first password at the first sign-in; where it is None,
    no password fits until one is set.
    """
    username = username.strip().lower()
    digest = replay.digest(actor, "staff", username, name.strip())
    if client_key and (row := replay.earlier(Staff, client_key, digest)):
        return row
    _check_username(username)
    if password is not None:
        _check_new_password(password, username)
    if queries.staff_named(username):
        raise Invalid("这个登录名已经有人用了。", fields={"username": ["这个登录名已经有人用了，换一个。"]})
    row = Staff(
        username=username,
        name=name.strip(),
        password_hash=_NOBODY if password is None else _hasher.hash(plain_password(password)),
        must_change_password=is_first,
        session_version=1,
        created_at=now,
        client_key=client_key,
        client_digest=digest if client_key else None,
    )
    db.session.add(row)
    db.session.flush()
    record(actor, "identity.create_staff", "staff", row.id, now=now, username=username, name=row.name)
    return row


def change_password(staff: Staff, *, old: str, new: str, actor: Actor, now: datetime) -> bool:
    """The owner replaces their own password; every other browser is signed out. False where the old one is wrong."""
    if not _is_password(staff.password_hash, old):
        return False
    _check_new_password(new, staff.username)
    if plain_password(old) == plain_password(new):
        raise Invalid("新密码要和原来的不同。", fields={"new": ["新密码要和原来的不同。"]})
    staff.password_hash = _hasher.hash(plain_password(new))
    staff.must_change_password = False
    staff.session_version += 1
    record(actor, "identity.change_password", "staff", staff.id, now=now)
    return True


def reset_password(
    staff_id: int, *, password: str, granter: tuple[Grant, ...] | None, actor: Actor, now: datetime
) -> Staff:
    """Someone in charge gives a first password again, and takes a lost second factor away."""
    staff = _in_charge(staff_id, granter, actor, now)
    _check_new_password(password, staff.username)
    staff.password_hash = _hasher.hash(plain_password(password))
    staff.must_change_password = True
    staff.totp_secret = None
    staff.totp_step = None
    staff.session_version += 1
    record(actor, "identity.reset_password", "staff", staff.id, now=now)
    return staff


def disable_staff(
    staff_id: int, *, reason: str, granter: tuple[Grant, ...] | None, actor: Actor, now: datetime
) -> Staff:
    staff = _in_charge(staff_id, granter, actor, now)
    if staff.disabled_at is not None:
        raise Conflict("这个账号已经停用了。")
    staff.disabled_at = now
    staff.session_version += 1
    record(actor, "identity.disable_staff", "staff", staff.id, now=now, reason=reason)
    return staff


def enable_staff(staff_id: int, *, granter: tuple[Grant, ...] | None, actor: Actor, now: datetime) -> Staff:
    staff = _in_charge(staff_id, granter, actor, now)
    staff.disabled_at = None
    record(actor, "identity.enable_staff", "staff", staff.id, now=now)
    return staff


def _in_charge(staff_id: int, granter: tuple[Grant, ...] | None, actor: Actor, now: datetime) -> Staff:
    """The account, where the granter could hand out every role it holds. `granter` None is a command at the server."""
    lock_row(Staff, staff_id)
    staff = queries.staff(staff_id)
    if staff is None or (granter is not None and not queries.is_under(staff_id, list(granter))):
        raise NotFound
    if granter is None:
        return staff
    if actor.id == staff_id:
        raise Refused("不能停用或重置自己的账号。")
    held = queries.grants_ahead(staff_id, china_day(now))
    if not all(may_hand_out(granter, row.role, row.grant.place) for row in held):
        raise Refused("这个人还有你管不到的岗位。你可以只撤掉你给的岗位。")
    return staff


def _is_password(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, plain_password(password))
    except (VerificationError, InvalidHashError):
        return False


def _check_username(username: str) -> None:
    if not (3 <= len(username) <= 60 and all(sign.isalnum() or sign in "._-" for sign in username)):
        raise Invalid(
            "登录名不对。", fields={"username": ["登录名用 3 到 60 个字母、数字、点或横线，例如 wang.li。"]}
        )


def _check_new_password(password: str, username: str) -> None:
    problem = password_problem(plain_password(password), username)
    if problem:
        raise Invalid("密码不合要求。", fields={"new": [problem], "password": [problem]})
