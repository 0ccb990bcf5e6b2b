"""Many residents' answers to one round at once: what is brought over from elsewhere, or made for an example.

By the rules that hold for one by one, in few statements for all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from server.audit.actions import entry_of, record_all
from server.evaluations import queries
from server.evaluations.actions.answering import values_of
from server.evaluations.models import EvaluationAnswer
from server.evaluations.rules.answering import Said, check_said
from server.identity import queries as identity
from server.infra.statements import insert_rows
from server.kernel.actor import Actor
from server.kernel.errors import NotFound


@dataclass(frozen=True)
class Given:
    household_id: int
    said: Said
    actor: Actor
    at: datetime


def answer_in_batch(round_id: int, answers: Sequence[Given]) -> None:
    """Raises NotFound where a household is not that resident's or not asked, and what a single answer raises; then nothing
    is entered.
    """
    of = queries.named(round_id)
    asked = queries.items(of.panel_id)
    seats = {one.household_id for one in queries.seats_in(of, {one.household_id for one in answers})}
    for one in answers:
        mine = {reached.household_id for reached in identity.reached_households(one.actor.id)}
        if one.household_id not in seats & mine:
            raise NotFound
        of.check_open(one.at)
        check_said(one.said, asked)
    insert_rows(
        EvaluationAnswer,
        [values_of(of, one.household_id, one.said, one.actor, one.at, is_own=True) for one in answers],
    )
    record_all(
        [
            entry_of(
                one.actor, "evaluations.answer", "evaluation_round", of.id, now=one.at,
                community_id=of.community_id, household=one.household_id,
            )
            for one in answers
        ]
    )  # fmt: skip
