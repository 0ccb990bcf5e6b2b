"""The second factor of staff: a six-figure code from a telephone, or a recovery code from paper, each good once."""

import hmac
from datetime import datetime

import pyotp
import sqlalchemy as sa

from server.audit.actions import record
from server.identity.models import RecoveryCode, Staff
from server.identity.rules.codes import ALPHABET, new_code, plain
from server.infra import crypto
from server.infra.db import db, lock_row
from server.kernel.actor import Actor
from server.kernel.errors import Conflict, Invalid

STEP_SECONDS = 30
RECOVERY_CODES = 8
#: 12 of 32 signs are 60 bits, and each wrong try counts towards a throttle.
RECOVERY_LENGTH = 12
ISSUER = "巷议"


def new_secret() -> str:
    return pyotp.random_base32()


def enrol_address(staff_name: str, secret: str) -> str:
    """What the QR holds: otpauth://…"""
    return str(pyotp.TOTP(secret).provisioning_uri(name=staff_name, issuer_name=ISSUER))


def switch_on(
    staff: Staff, *, secret: str, code: str, real_time: int, actor: Actor, now: datetime
) -> list[str]:
    """From now on a code is asked for. Returns the recovery codes, which are shown this once."""
    lock_row(Staff, staff.id)
    if staff.totp_secret is not None:
        raise Conflict("动态验证码已经开着。")
    step = _step_of(secret, code, real_time)
    if step is None:
        raise Invalid("验证码不对。", fields={"code": ["验证码不对。看手机上的新数字，再填一次。"]})
    staff.totp_secret = secret
    staff.totp_step = step
    codes = [new_code()[:RECOVERY_LENGTH] for _ in range(RECOVERY_CODES)]
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.staff_id == staff.id))
    db.session.add_all(RecoveryCode(staff_id=staff.id, code_hash=_hash(staff.id, one)) for one in codes)
    record(actor, "identity.switch_on_second_factor", "staff", staff.id, now=now)
    return codes


def switch_off(staff: Staff, *, actor: Actor, now: datetime) -> None:
    staff.totp_secret = None
    staff.totp_step = None
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.staff_id == staff.id))
    record(actor, "identity.switch_off_second_factor", "staff", staff.id, now=now)


def use_code(staff_id: int, *, code: str, real_time: int, now: datetime) -> bool:
    """Take a code from telephone or paper. The same one a second time is refused.

    `real_time` is the machine's own: the person's telephone knows nothing of the example's clock.
    """
    lock_row(Staff, staff_id)
    staff = db.session.get(Staff, staff_id, populate_existing=True)
    if staff is None or staff.totp_secret is None:
        return False
    step = _step_of(staff.totp_secret, code, real_time)
    if step is not None and step > (staff.totp_step or 0):
        staff.totp_step = step
        return True
    return step is None and _use_recovery_code(staff_id, code, now)


def _step_of(secret: str, code: str, real_time: int) -> int | None:
    """The 30-second step whose code this is: the present one or a neighbour, for clocks that differ a little."""
    given = "".join(sign for sign in code if sign.isdecimal())
    now = real_time // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    found = None
    for step in (now - 1, now, now + 1):
        if hmac.compare_digest(totp.at(step * STEP_SECONDS).encode(), given.encode()):
            found = step
    return found


def _use_recovery_code(staff_id: int, code: str, now: datetime) -> bool:
    if sum(sign in ALPHABET for sign in plain(code)) != RECOVERY_LENGTH:
        return False
    used = (
        sa.update(RecoveryCode)
        .where(
            RecoveryCode.staff_id == staff_id,
            RecoveryCode.code_hash == _hash(staff_id, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
    )
    return bool(db.session.execute(used).rowcount)  # type: ignore[attr-defined]


def _hash(staff_id: int, code: str) -> bytes:
    return crypto.lookup("recovery-code", f"{staff_id}:{plain(code)}")
