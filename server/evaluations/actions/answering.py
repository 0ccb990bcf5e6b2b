"""Giving a household's answer: its residents, as often as they like until the round is over; staff once, from a paper."""

from datetime import datetime
from typing import Any

from server.audit.actions import record
from server.evaluations import queries
from server.evaluations.models import EvaluationAnswer, PanelHousehold
from server.evaluations.queries import RoundCard, Seat
from server.evaluations.rules.answering import Said, check_said, check_staff_entry
from server.evaluations.rules.words import FURTHER
from server.identity import queries as identity
from server.infra import replay
from server.infra.db import db, lock_row
from server.kernel.actor import Actor, ActorKind
from server.kernel.errors import NotFound


def give_answer(
    round_id: int, household_id: int, said: Said, *, client_key: str, actor: Actor, now: datetime
) -> EvaluationAnswer:
    """A resident answers for their household; a later answer takes an earlier one's place until the round is over.

    Raises NotFound for a household that is not this resident's, whoever asks.
    """
    of = queries.named(round_id)
    mine = identity.reached_households(actor.id) if actor.kind is ActorKind.RESIDENT else []
    if household_id not in {one.household_id for one in mine}:
        raise NotFound
    seat = _locked(of, household_id)
    digest = replay.digest(actor, "give_answer", round_id, household_id, _asked(said))
    earlier = replay.earlier(EvaluationAnswer, client_key, digest)
    if earlier is not None:
        return earlier
    of.check_open(now)
    check_said(said, queries.items(of.panel_id))
    row = _keep(of, seat, said, (client_key, digest), actor, now, is_own=True)
    # What was answered stays out of the record: whoever reads it must not learn it before the end, or ever by name.
    record(
        actor, "evaluations.answer", "evaluation_round", of.id, now=now, community_id=of.community_id,
        household=household_id,
    )  # fmt: skip
    return row


def enter_paper(
    round_id: int,
    household_id: int,
    said: Said,
    *,
    community_id: int,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> EvaluationAnswer:
    """Staff key in the paper of a household that asked for it. It counts once another has looked at it, and only while no
    resident of the household has answered."""
    of = queries.named(round_id, community_id)
    seat = _locked(of, household_id)
    digest = replay.digest(actor, "enter_paper", round_id, household_id, _asked(said))
    earlier = replay.earlier(EvaluationAnswer, client_key, digest)
    if earlier is not None:
        return earlier
    of.check_open(now)
    check_staff_entry(queries.state_in(of.id, household_id))
    check_said(said, queries.items(of.panel_id))
    row = _keep(of, seat, said, (client_key, digest), actor, now, is_own=False)
    record(
        actor, "evaluations.enter_paper", "evaluation_round", of.id, now=now, community_id=of.community_id,
        household=household_id, answer_id=row.id,
    )  # fmt: skip
    return row


def _locked(of: RoundCard, household_id: int) -> Seat:
    """The household's place in the panel, so that two who answer for it at once do so one after the other."""
    seat = queries.seat(of.panel_id, household_id)
    lock_row(PanelHousehold, seat.id)
    return seat


def _keep(
    of: RoundCard,
    seat: Seat,
    said: Said,
    keys: tuple[str, str],
    actor: Actor,
    now: datetime,
    *,
    is_own: bool,
) -> EvaluationAnswer:
    row = EvaluationAnswer(
        **values_of(of, seat.household_id, said, actor, now, is_own=is_own),
        client_key=keys[0],
        client_digest=keys[1],
    )
    db.session.add(row)
    db.session.flush()
    return row


def values_of(
    of: RoundCard, household_id: int, said: Said, actor: Actor, now: datetime, *, is_own: bool
) -> dict[str, Any]:
    """The columns of an answer."""
    return {
        "round_id": of.id,
        "panel_id": of.panel_id,
        "household_id": household_id,
        "is_own": is_own,
        "overall": said.overall,
        **{aspect.value: said.aspects.get(aspect) for aspect in FURTHER},
        "items": {code: mark.value for code, mark in said.items.items()},
        "fee": said.fee,
        "words": said.words.strip(),
        "entered_by": actor.key,
        "entered_name": "" if is_own else actor.label,
        "answered_at": now,
    }


def _asked(said: Said) -> list[object]:
    """What the answer says, as a request is told from another by it."""
    return [
        said.overall.value,
        sorted((aspect.value, mark.value) for aspect, mark in said.aspects.items()),
        sorted((code, mark.value) for code, mark in said.items.items()),
        said.fee.value if said.fee else None,
        said.words,
    ]
