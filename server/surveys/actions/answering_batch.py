"""Many answered forms of one survey in few statements: the same rules, rows and entries as one by one.

For whoever carries over what happened elsewhere: an example, a transfer from an older system.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from server.audit.actions import entry_of, record_all
from server.infra import replay
from server.infra.statements import insert_for_ids, insert_rows
from server.kernel.actor import Actor, ActorKind
from server.ledger.queries import HouseholdCard
from server.surveys import queries
from server.surveys.actions.answering import (
    Answering,
    checked,
    columns_of,
    device_name,
    entered,
    holder_of,
    judged,
    noted,
    open_answers,
    sealed,
)
from server.surveys.actions.counting import count_all, lock_households
from server.surveys.actions.keeping import forget_drafts
from server.surveys.models import SurveyClaim, SurveyPrivate, SurveyResponse, SurveyText
from server.surveys.queries import Before, Form
from server.surveys.rules.counting import ResponseFacts, Standing, standing
from server.surveys.rules.words import Proof

#: Above every id that a database gives: a response of the batch is younger than all that stood before it.
NOT_YET = 2**62


@dataclass(frozen=True)
class Submitted:
    """One answered form; the arguments of `submit_response`."""

    household: HouseholdCard
    raw: Mapping[str, Any]
    how: Answering
    client_key: str
    actor: Actor
    now: datetime


def answer_in_batch(form: Form, submitted: Sequence[Submitted]) -> list[int]:
    """Keep one form after another, in the order given; the ids of the responses.

    Raises as `submit_response` would for the first that may not be kept.
    """
    work = _Answering(form, submitted)
    places = [work.take(one) for one in submitted]
    return work.write(places)


class _Answering:
    """The survey as the forms of the batch leave it, until all of them are written together."""

    def __init__(self, form: Form, submitted: Sequence[Submitted]) -> None:
        self.form = form
        self.held = lock_households(
            form.survey_id, {one.household.id: one.how.proof for one in reversed(submitted)}
        )
        self.before = queries.before_answering_all(form.survey_id, list(self.held))
        self.sent: dict[str, tuple[str | None, int]] = queries.sent_before(
            [one.client_key for one in submitted]
        )
        self.claims = queries.claims_of(form.survey_id)
        self.drafts = queries.drafts_of(form.survey_id)
        self.claimed: list[dict[str, Any]] = []
        self.forgotten: set[tuple[int, str]] = set()
        self.standing: dict[int, Standing] = {}
        self.rows: list[dict[str, Any]] = []
        self.answers: list[dict[str, Any]] = []
        self.entered: list[tuple[int, Submitted]] = []

    def take(self, one: Submitted) -> int:
        """The id of the response, or `NOT_YET` and its place among the new ones."""
        form, household_id, how = self.form, one.household.id, one.how
        replay.check_key(one.client_key)
        digest = replay.digest(
            one.actor, "submit_response", form.survey_id, household_id, dict(one.raw), how.capacity
        )
        if (sent := self.sent.get(one.client_key)) is not None:
            replay.check_same(sent[0], digest)
            return sent[1]
        before = self.before[household_id]
        is_late, answers = checked(form, before, how, self.held[household_id], one.raw, one.now)
        if how.proof is Proof.CLAIMED:
            self._claim(household_id, how.device)
        row = columns_of(
            form, one.household, how, one.client_key, digest, one.actor, one.now, is_late=is_late
        )
        id_ = NOT_YET + len(self.rows)
        self.rows.append({**row, "answers": open_answers(form, answers), "confirms_id": None})
        self.answers.append(answers)
        self.sent[one.client_key] = (digest, id_)
        if (household_id, holder_of(how)) in self.drafts:
            self.forgotten.add((household_id, holder_of(how)))
        self._count(household_id, before, ResponseFacts(
            id_, how.proof, how.capacity, row["answered_at"], is_accepted=not is_late
        ))  # fmt: skip
        if one.actor.kind is ActorKind.STAFF:
            self.entered.append((id_, one))
        return id_

    def _count(self, household_id: int, before: Before, mine: ResponseFacts) -> None:
        facts = [*before.facts, mine]
        self.before[household_id] = replace(before, facts=facts)
        self.standing[household_id] = standing(facts)
        self.held[household_id] = self.standing[household_id].needs_id

    def _claim(self, household_id: int, device: str) -> None:
        name = device_name(device)
        held = self.claims.get(household_id)
        if judged(held, name, is_taken=held is None and name in self.claims.values()):
            return
        self.claims[household_id] = name
        survey_id = self.form.survey_id
        self.claimed.append({"survey_id": survey_id, "household_id": household_id, "device": name})

    def write(self, taken: Sequence[int]) -> list[int]:
        form = self.form
        insert_rows(SurveyClaim, self.claimed)
        ids = insert_for_ids(SurveyResponse, self.rows)
        known = {NOT_YET + place: id_ for place, id_ in enumerate(ids)}
        private, words = [], []
        for id_, answers, row in zip(ids, self.answers, self.rows, strict=True):
            private += sealed(form, id_, answers)
            words += noted(form, id_, row["answers"])
        insert_rows(SurveyPrivate, private)
        insert_rows(SurveyText, words)
        forget_drafts(form.survey_id, self.forgotten)
        count_all(
            form.survey_id,
            {
                household_id: replace(
                    stands,
                    needs_id=_known(known, stands.needs_id),
                    consent_id=_known(known, stands.consent_id),
                )
                for household_id, stands in self.standing.items()
            },
        )
        record_all(
            [
                entry_of(**entered(form, one.household, one.how, known[id_], one.actor, one.now))
                for id_, one in self.entered
            ]
        )
        return [known.get(id_, id_) for id_ in taken]


def _known(known: Mapping[int, int], id_: int | None) -> int | None:
    return None if id_ is None else known.get(id_, id_)
