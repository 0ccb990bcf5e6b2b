"""The pool in which a community stands, as the moves between the pools have it."""

import sqlalchemy as sa

from server.infra.db import db
from server.ledger.models import Community
from server.ledger.rules.words import Pool


def stand_in_pool(community_id: int, pool: Pool) -> None:
    """What a logged move of the community says, kept here for lists and sheets. The move itself tells who and why."""
    db.session.execute(sa.update(Community).where(Community.id == community_id).values(pool=pool))
