"""Taking back consent: sensitive and personal answers are deleted, everything else stays (PIPL 15, 16, 47)."""

from datetime import datetime

import sqlalchemy as sa

from server.audit.actions import record
from server.infra.db import db, lock_row
from server.kernel.actor import Actor
from server.ledger.queries import HouseholdCard
from server.surveys import queries
from server.surveys.actions.counting import fold_out, lock_household
from server.surveys.actions.keeping import forget_draft
from server.surveys.models import Survey, SurveyPrivate
from server.surveys.queries import Asked
from server.surveys.rules.words import SLIP_HOLDER, Proof


def withdraw_private(of: Asked, household: HouseholdCard, *, actor: Actor, now: datetime) -> int:
    """Delete what the household gave with separate consent, in every response and draft. Returns how many answers.

    The household leaves the sums with what it had said before the deletion, or its age would stay counted.
    """
    lock_row(Survey, of.id)
    lock_household(of.id, household.id, Proof.CLAIMED)
    fold_out(of.id, household.id)
    mine = [row.id for row in queries.responses_of(of.id, household.id)]
    deleted = db.session.execute(sa.delete(SurveyPrivate).where(SurveyPrivate.response_id.in_(mine)))
    forget_draft(of.id, household.id, SLIP_HOLDER)
    count = int(deleted.rowcount)  # type: ignore[attr-defined]
    record(
        actor, "surveys.withdraw_private", "survey", of.id, now=now, community_id=of.community_id,
        household=household.id, answers=count,
    )  # fmt: skip
    return count
