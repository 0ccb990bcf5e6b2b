"""Who is signed in to the back office: the staff member of this request, kept by Flask-Login in the signed cookie."""

import time
from dataclasses import dataclass
from typing import cast

from flask import session
from flask_login import LoginManager, current_user, login_user, logout_user

from server.identity import queries
from server.identity.models import Staff
from server.identity.rules import Grant
from server.infra.clock import now
from server.kernel.actor import Actor, ActorKind
from server.kernel.chinatime import china_day
from server.kernel.errors import Unauthenticated

#: A day's work. Counted in real time, also where the example's clock is moved.
SIGNED_IN_FOR = 12 * 3600
_UNTIL = "staff_until"

login = LoginManager()


@dataclass(frozen=True)
class StaffMember:
    """The person at the desk, with the grants that hold today."""

    id: int
    name: str
    username: str
    grants: tuple[Grant, ...]
    must_change_password: bool
    session_version: int

    is_authenticated = True
    is_active = True
    is_anonymous = False

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.STAFF, self.id, self.name)

    def get_id(self) -> str:
        """What the cookie holds: a new password or a closed account raises the version, and old cookies name nobody."""
        return f"{self.id}.{self.session_version}"


def me() -> StaffMember:
    """The staff member of this request. Raises Unauthenticated where nobody is signed in."""
    found = signed_in()
    if found is None:
        raise Unauthenticated("请先登录后台。")
    return found


def signed_in() -> StaffMember | None:
    found = current_user._get_current_object()  # noqa: SLF001 - the proxy's own way to what it stands for
    return cast(StaffMember, found) if found.is_authenticated else None


def remember(staff: Staff) -> None:
    """Sign this browser in, with a fresh session version after a new password too."""
    member = _member(staff.id)
    if member is None:
        raise Unauthenticated("这个账号停用了。请找给你开账号的单位。")
    session[_UNTIL] = int(time.time()) + SIGNED_IN_FOR
    session.permanent = True
    login_user(member)


def forget() -> None:
    session.pop(_UNTIL, None)
    logout_user()


@login.user_loader  # type: ignore[untyped-decorator]
def _load(key: str) -> StaffMember | None:
    staff_id, _, version = key.partition(".")
    if session.get(_UNTIL, 0) < time.time() or not staff_id.isdecimal():
        return None
    found = _member(int(staff_id))
    return found if found is not None and str(found.session_version) == version else None


def _member(staff_id: int) -> StaffMember | None:
    found = queries.at_desk(staff_id, china_day(now()))
    if found is None:
        return None
    return StaffMember(
        found.id, found.name, found.username, found.grants, found.must_change_password, found.session_version
    )
