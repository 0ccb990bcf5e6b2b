"""Which resident this request is of: by bearer token under /api/v1, by the signed cookie on pages; never the other way."""

import time
from dataclasses import dataclass
from typing import cast

from apiflask import HTTPTokenAuth
from flask import session

from server.identity import queries
from server.identity.models import Resident as ResidentRow
from server.kernel.actor import Actor, ActorKind
from server.kernel.errors import Unauthenticated

_RESIDENT = "resident"
_UNTIL = "resident_until"
#: A season: long enough for a vote with its notices. Counted in real time, as the cookie's own life is.
SIGNED_IN_FOR = 90 * 24 * 3600

auth = HTTPTokenAuth(description="`POST /api/v1/sessions` gives the token for a slip code.")


@dataclass(frozen=True)
class Resident:
    """The person with the telephone: a number, never a name."""

    id: int

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.RESIDENT, self.id, "居民")


def me() -> Resident:
    """The resident of this request. Raises Unauthenticated where there is none."""
    found = cast(Resident | None, auth.current_user) or signed_in()
    if found is None:
        raise Unauthenticated("请先扫信箱里的二维码。")
    return found


@dataclass(frozen=True)
class Named:
    """Whom the cookie of this browser names; it is theirs only while `version` is the resident's own."""

    resident_id: int
    version: str

    def signed_in(self, session_version: int | None) -> Resident | None:
        """The resident, told the version that the database holds; None where there is no such resident."""
        return Resident(self.resident_id) if str(session_version) == self.version else None


def named() -> Named | None:
    """For pages that ask for the resident's version along with what else they read."""
    resident_id, _, version = str(session.get(_RESIDENT, "")).partition(".")
    if not resident_id.isdecimal() or session.get(_UNTIL, 0) < time.time():
        return None
    return Named(int(resident_id), version)


def signed_in() -> Resident | None:
    """The resident whose cookie this browser carries, for pages that anyone may read."""
    found = named()
    return found.signed_in(queries.session_version(found.resident_id)) if found is not None else None


def remember(row: ResidentRow) -> None:
    session[_RESIDENT] = f"{row.id}.{row.session_version}"
    session[_UNTIL] = int(time.time()) + SIGNED_IN_FOR
    session.permanent = True


def forget() -> None:
    session.pop(_RESIDENT, None)
    session.pop(_UNTIL, None)


@auth.verify_token  # type: ignore[untyped-decorator]
def _resident_of(token: str) -> Resident | None:
    resident_id = queries.resident_of_token(token) if token else None
    return Resident(resident_id) if resident_id is not None else None
