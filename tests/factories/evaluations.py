"""Panels, rounds and answers for tests, made through the room's own actions."""

import secrets
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from server.evaluations import actions, queries
from server.evaluations.actions import Promised
from server.evaluations.models import EvaluationAnswer, EvaluationReview
from server.evaluations.queries import RoundCard
from server.evaluations.rules.answering import Said
from server.evaluations.rules.results import Answered
from server.evaluations.rules.words import Mark
from server.identity.models import Resident
from server.infra.db import unit_of_work
from server.kernel.actor import Actor, ActorKind
from server.ledger.models import Community, Flat
from server.projects.rules.acts import EventKind
from tests.factories.identity import make_resident
from tests.factories.ledger import household_of
from tests.factories.projects import make_event, make_project
from tests.kept import kept

ENTERS = Actor(ActorKind.STAFF, 9001, "林经办")
REVIEWS = Actor(ActorKind.STAFF, 9002, "周复核")
FINISHED = date(2026, 3, 2)
#: Monday, 2 March 2026, 09:00 in China: the day of completion, and of the first round.
OPENED = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
#: In the first round, which lasts until 23 March.
DURING = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
OVER = datetime(2026, 3, 24, 1, 0, tzinfo=UTC)
SECOND = datetime(2026, 6, 3, 1, 0, tzinfo=UTC)
SECOND_OVER = datetime(2026, 6, 24, 1, 0, tzinfo=UTC)
ITEMS = (Promised("B-01", "修路"), Promised("T-01", "加装电梯"))


def key() -> str:
    return secrets.token_urlsafe(12)


@kept
def follow(now: datetime = OPENED, items: Sequence[Promised] = ITEMS) -> int:
    """What falls due at this instant, done."""
    with unit_of_work():
        return actions.follow_rounds(now, lambda _community_id: items)


@kept
def make_rounds(
    community: Community, *, now: datetime = OPENED, items: Sequence[Promised] = ITEMS, **project: Any
) -> list[RoundCard]:
    """The rounds of a community whose works were finished on 2 March 2026, the first of them opened."""
    of = make_project(community, **project)
    make_event(of, EventKind.STARTED, date(2026, 1, 5))
    make_event(of, EventKind.FINISHED, FINISHED)
    follow(now, items)
    return sorted(queries.rounds_of(community.id), key=lambda one: one.number)


def actor_of(resident: Resident) -> Actor:
    return Actor(ActorKind.RESIDENT, resident.id, "居民")


@kept
def give(
    of: RoundCard,
    flat: Flat,
    said: Said | Mark = Mark.GOOD,
    *,
    resident: Resident | None = None,
    now: datetime = DURING,
    client_key: str = "",
) -> EvaluationAnswer:
    """A resident of the flat answers for its household."""
    who = resident or make_resident(flat)
    with unit_of_work():
        return actions.give_answer(
            of.id,
            household_of(flat).id,
            said if isinstance(said, Said) else Said(said),
            client_key=client_key or key(),
            actor=actor_of(who),
            now=now,
        )


@kept
def enter(
    of: RoundCard,
    flat: Flat,
    said: Said | Mark = Mark.GOOD,
    *,
    is_accepted: bool | None = None,
    actor: Actor = ENTERS,
    now: datetime = DURING,
    client_key: str = "",
) -> EvaluationAnswer:
    """Keyed in by one of the staff; looked at by another where `is_accepted` says how."""
    with unit_of_work():
        row = actions.enter_paper(
            of.id,
            household_of(flat).id,
            said if isinstance(said, Said) else Said(said),
            community_id=of.community_id,
            client_key=client_key or key(),
            actor=actor,
            now=now,
        )
    if is_accepted is not None:
        review(of, row, is_accepted=is_accepted, now=now)
    return row


@kept
def review(
    of: RoundCard,
    row: EvaluationAnswer,
    *,
    is_accepted: bool = True,
    reason: str = "",
    actor: Actor = REVIEWS,
    now: datetime = DURING,
) -> EvaluationReview:
    with unit_of_work():
        return actions.review_paper(
            of.id,
            row.id,
            community_id=of.community_id,
            is_accepted=is_accepted,
            reason=reason or ("" if is_accepted else "没有签名"),
            actor=actor,
            now=now,
        )


def answered(
    household_id: int,
    building_id: int,
    is_own: bool,
    said: Said,
    *,
    by: str = "",
    at: datetime = DURING,
) -> Answered:
    """An answer that counts, for rules; each household's by a person of its own."""
    return Answered(household_id, building_id, is_own, said, by or f"resident:{household_id}", at)
