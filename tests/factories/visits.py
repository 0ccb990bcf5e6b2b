"""Visits for tests, recorded through the room's own action."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from server.infra.db import unit_of_work
from server.kernel.actor import Actor, ActorKind
from server.ledger.models import Household
from server.visits import actions
from server.visits.models import Visit
from server.visits.rules import Purpose, Result
from tests.kept import kept

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
INTERVIEWER = Actor(ActorKind.STAFF, 9, "王网格")


@kept
def make_visit(
    household: Household,
    result: Result = Result.NOBODY_HOME,
    *,
    community_id: int,
    about_id: int = 1,
    visited_at: datetime = NOW,
    now: datetime | None = None,
    **facts: Any,
) -> Visit:
    facts = {
        "purpose": Purpose.SURVEY,
        "since": NOW - timedelta(days=30),
        "client_key": secrets.token_urlsafe(12),
        "actor": INTERVIEWER,
        **facts,
    }
    with unit_of_work():
        return actions.record_visit(
            community_id, household.id, about_id=about_id, result=result, visited_at=visited_at,
            now=now or visited_at, **facts,
        )  # fmt: skip
