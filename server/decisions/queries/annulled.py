"""Judgments that revoked decisions: entered, confirmed, returned."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from server.decisions.models import Annulment, AnnulmentAnswer, Decision, Ending
from server.decisions.rules import Stage
from server.infra.db import db
from server.kernel.errors import NotFound


def annulments(decision_id: int) -> list[Annulment]:
    """Every one that was entered, the newest first."""
    rows = sa.select(Annulment).where(Annulment.decision_id == decision_id)
    return list(db.session.scalars(rows.order_by(Annulment.id.desc())))


def annulments_waiting(community_id: int) -> list[Annulment]:
    """Those of a community that no second person has answered."""
    rows = (
        sa.select(Annulment)
        .join(Decision, Decision.id == Annulment.decision_id)
        .outerjoin(AnnulmentAnswer, AnnulmentAnswer.annulment_id == Annulment.id)
        .where(Decision.community_id == community_id, AnnulmentAnswer.annulment_id.is_(None))
    )
    return list(db.session.scalars(rows.order_by(Annulment.id)))


def annulments_in_force(decision_ids: Collection[int]) -> dict[int, Annulment]:
    """By decision; decisions that stand are left out."""
    rows = (
        sa.select(Annulment)
        .join(AnnulmentAnswer, AnnulmentAnswer.annulment_id == Annulment.id)
        .where(Annulment.decision_id.in_(decision_ids), AnnulmentAnswer.is_confirmed)
    )
    return {row.decision_id: row for row in db.session.scalars(rows)}


def known_annulment(annulment_id: int, community_id: int) -> Annulment:
    """Raises NotFound, also for another community's."""
    rows = sa.select(Annulment).join(Decision, Decision.id == Annulment.decision_id)
    found = db.session.scalar(rows.where(Annulment.id == annulment_id, Decision.community_id == community_id))
    if found is None:
        raise NotFound
    return found


#: Of a statement over the acts that ended decisions: whether a court revoked what was signed.
REVOKED = sa.exists().where(
    Annulment.decision_id == Ending.decision_id,
    AnnulmentAnswer.annulment_id == Annulment.id,
    AnnulmentAnswer.is_confirmed,
)


def ballots_undone() -> sa.Select[Any]:
    """The ballots whose vote decides nothing any more: declared void, or revoked by a court."""
    of = sa.select(Decision.ballot_id).join(Ending, Ending.decision_id == Decision.id)
    return of.where(sa.or_(Ending.fault.is_not(None), REVOKED))


def undone(ballot_ids: Collection[int]) -> dict[int, Stage]:
    """By ballot, how; those whose vote decides something, or still may, are left out."""
    rows = ballots_undone().add_columns(Ending.fault).where(Decision.ballot_id.in_(ballot_ids))
    return {
        row.ballot_id: Stage.ANNULLED if row.fault is None else Stage.VOID for row in db.session.execute(rows)
    }
