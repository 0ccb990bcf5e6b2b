"""Who works on the plan: in each prefecture one who enters and one who reviews, an officer for its counties and its own.

No password fits their accounts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from server.example import people
from server.example.ledger import division_id
from server.example.plan2020.draws import Draws
from server.example.plan2020.names import person
from server.identity.actions import accounts, grants
from server.identity.rules import Role
from server.infra.settings import EXAMPLE_ACCOUNTS
from server.kernel.actor import COMMAND, Actor, ActorKind
from server.kernel.chinatime import china_day
from server.plans.rules.words import Department


@dataclass(frozen=True)
class Desk:
    """Those who act for the communities of one prefecture."""

    clerk: Actor
    reviewer: Actor
    #: One for all counties of the prefecture; the prefecture's; the province's, the same for all.
    county: Actor = COMMAND
    city: Actor = COMMAND
    province: Actor = COMMAND


def make_staff(counties: Mapping[str, Sequence[str]], now: datetime) -> dict[str, Desk]:
    """The desks, by the code of the prefecture; given its counties."""
    province = people.staff_actor(people.PROVINCE_OFFICER)
    return {
        code: Desk(
            _make(f"clerk-{code}", Role.CLERK, [code], now),
            _make(f"reviewer-{code}", Role.REVIEWER, [code], now),
            _make(f"county-{code}", Role.COUNTY_OFFICER, some, now),
            _make(f"city-{code}", Role.CITY_OFFICER, [code], now),
            province,
        )
        for code, some in counties.items()
    }


def make_departments(prefecture: str, desk: Desk, now: datetime) -> dict[Department, Actor]:
    """Who signs for the city's three departments: nobody signs for two."""
    return {
        Department.HOUSING: desk.city,
        Department.REFORM: _make(f"reform-{prefecture}", Role.CITY_OFFICER, [prefecture], now),
        Department.FINANCE: _make(f"finance-{prefecture}", Role.CITY_OFFICER, [prefecture], now),
    }


def _make(username: str, role: Role, division_codes: Sequence[str], now: datetime) -> Actor:
    staff = accounts.create_staff(
        username=f"{EXAMPLE_ACCOUNTS}{username}",
        name=person(Draws("staff", username)),
        password=None,
        actor=COMMAND,
        now=now,
    )
    for code in division_codes:
        grants.grant_role(
            staff_id=staff.id,
            role=role,
            division_id=division_id(code),
            community_id=None,
            valid_from=china_day(now),
            granter=None,
            actor=COMMAND,
            now=now,
        )
    return Actor(ActorKind.STAFF, staff.id, staff.name)
