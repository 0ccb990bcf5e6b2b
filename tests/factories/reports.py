"""Facts of communities, and returns in each state, for tests of reports."""

import secrets
from datetime import UTC, date, datetime
from typing import Any

from server.infra.db import db, unit_of_work
from server.kernel.actor import Actor, ActorKind
from server.ledger.models import Community
from server.reports import actions, queries
from server.reports.models import CommunityFigures, MonthlyReport
from server.reports.rules.facts import Facts
from tests.factories.divisions import get_division
from tests.factories.ledger import make_community, make_flat
from tests.kept import kept

COUNTY_CLERK = Actor(ActorKind.STAFF, 8001, "县里经办人")
CITY_OFFICER = Actor(ActorKind.STAFF, 8002, "市里审核人")
PROVINCE_OFFICER = Actor(ActorKind.STAFF, 8003, "省里审核人")
#: February 2026; the day after the tests' clock begins is Tuesday, 3 March 2026.
MONTH = date(2026, 2, 1)
NOW = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
NANMING, YUNYAN, GUIYANG, GUIZHOU = "520102", "520103", "5201", "52"
JIUZHOUXIANG, YUNYAN_STREET = "520102028004", "520103025"


def facts(community_id: int = 1, path: str = "/1/2/3/", **known: Any) -> Facts:
    """A community of a hundred households of which nothing else is recorded."""
    return Facts(**{"community_id": community_id, "path": path, "households": 100, "buildings": 2, **known})


@kept
def make_place(code: str = JIUZHOUXIANG, flats: int = 2, **known: Any) -> Community:
    """A community with homes, its figures computed."""
    community = make_community(code=code, **known)
    for number in range(flats):
        make_flat(community, room=f"{number + 1}01")
    recompute(community.id)
    return community


@kept
def set_facts(community: Community, **known: Any) -> None:
    """Let the kept figures say so, as if the rooms below did."""
    with unit_of_work():
        row = db.session.get_one(CommunityFigures, community.id)
        for name, value in known.items():
            setattr(row, name, value)


@kept
def recompute(*ids: int, now: datetime = NOW) -> int:
    with unit_of_work():
        return actions.recompute(ids or queries.community_ids(), now)


def key() -> str:
    return secrets.token_urlsafe(12)


@kept
def submit(
    code: str = NANMING, month: date = MONTH, *, actor: Actor = COUNTY_CLERK, now: datetime = NOW
) -> MonthlyReport:
    division = get_division(code)
    with unit_of_work():
        seen = queries.sheet(division, month, now).fingerprint
        return actions.submit_report(division, month, seen=seen, client_key=key(), actor=actor, now=now)


@kept
def accept(
    code: str = NANMING, month: date = MONTH, *, actor: Actor = CITY_OFFICER, now: datetime = NOW
) -> MonthlyReport:
    division = get_division(code)
    with unit_of_work():
        seen = queries.sheet(division, month, now).fingerprint
        return actions.accept_report(division, month, seen=seen, client_key=key(), actor=actor, now=now)


@kept
def send_back(
    code: str = NANMING,
    month: date = MONTH,
    *,
    reason: str = "开工数和照片对不上",
    actor: Actor = CITY_OFFICER,
    now: datetime = NOW,
) -> MonthlyReport:
    division = get_division(code)
    with unit_of_work():
        return actions.return_report(division, month, reason=reason, client_key=key(), actor=actor, now=now)


@kept
def override(
    key_: str,
    value: int,
    reason: str = "有一个小区漏登了",
    code: str = NANMING,
    *,
    actor: Actor = COUNTY_CLERK,
    now: datetime = NOW,
) -> MonthlyReport:
    with unit_of_work():
        return actions.override_figure(
            get_division(code), MONTH, key_, value=value, reason=reason, actor=actor, now=now
        )
