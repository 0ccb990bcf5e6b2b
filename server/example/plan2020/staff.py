"""Who works on the plan: in each prefecture one who enters and one who reviews, an officer; one officer of the province.

Nobody knows their passwords. Two people for a whole prefecture are few; an account takes its time to make, for its
password's sake.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from server.example.ledger import division_id
from server.example.plan2020.draws import Draws
from server.example.plan2020.names import person
from server.identity.actions import accounts, grants
from server.identity.rules import Role
from server.infra.settings import EXAMPLE_ACCOUNTS
from server.kernel.actor import COMMAND, Actor, ActorKind
from server.kernel.chinatime import china_day

PROVINCE = "52"


@dataclass(frozen=True)
class Desk:
    """Those who act for the communities of one prefecture."""

    clerk: Actor
    reviewer: Actor
    #: The officer of the province, the same for all.
    province: Actor = COMMAND


def make_staff(prefectures: Iterable[str], now: datetime) -> dict[str, Desk]:
    """The desks, by the code of the prefecture."""
    province = _make(f"province-{PROVINCE}", Role.PROVINCE_OFFICER, PROVINCE, now)
    desks = {}
    for code in prefectures:
        _make(f"city-{code}", Role.CITY_OFFICER, code, now)
        desks[code] = Desk(
            _make(f"clerk-{code}", Role.CLERK, code, now),
            _make(f"reviewer-{code}", Role.REVIEWER, code, now),
            province,
        )
    return desks


def _make(username: str, role: Role, division_code: str, now: datetime) -> Actor:
    staff = accounts.create_staff(
        username=f"{EXAMPLE_ACCOUNTS}{username}",
        name=person(Draws("staff", username)),
        password=secrets.token_urlsafe(18),
        actor=COMMAND,
        now=now,
    )
    grants.grant_role(
        staff_id=staff.id,
        role=role,
        division_id=division_id(division_code),
        community_id=None,
        valid_from=china_day(now),
        granter=None,
        actor=COMMAND,
        now=now,
    )
    return Actor(ActorKind.STAFF, staff.id, staff.name)
