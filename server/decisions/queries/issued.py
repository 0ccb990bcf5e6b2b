"""Papers as they were given out: by community, by id, by the code that stands on them."""

import sqlalchemy as sa
from sqlalchemy.orm import undefer

from server.ballots.rules import receipts
from server.decisions.models import IssuedPaper
from server.infra.db import db
from server.kernel.errors import NotFound


def papers_of(community_id: int) -> list[IssuedPaper]:
    """All of a community, newest first; without the files."""
    rows = sa.select(IssuedPaper).where(IssuedPaper.community_id == community_id)
    return list(db.session.scalars(rows.order_by(IssuedPaper.number.desc())))


def issued_paper(paper_id: int, community_id: int) -> IssuedPaper:
    """Raises NotFound, also where it is another community's."""
    found = db.session.get(IssuedPaper, paper_id)
    if found is None or found.community_id != community_id:
        raise NotFound
    return found


def paper_document(paper_id: int) -> bytes:
    """The file as it was given out."""
    rows = sa.select(IssuedPaper).where(IssuedPaper.id == paper_id).options(undefer(IssuedPaper.document))
    found = db.session.scalar(rows.execution_options(populate_existing=True))
    if found is None:
        raise NotFound
    return found.document


def paper_by_code(code: str) -> IssuedPaper | None:
    """The paper that carries this code."""
    if not receipts.is_valid(code):
        return None
    return db.session.scalar(sa.select(IssuedPaper).where(IssuedPaper.code == code))


def newer_than(of: IssuedPaper) -> IssuedPaper | None:
    """The newest later paper of the same kind about the same thing: then this one is replaced."""
    rows = sa.select(IssuedPaper).where(
        IssuedPaper.community_id == of.community_id,
        IssuedPaper.kind == of.kind,
        IssuedPaper.number > of.number,
        IssuedPaper.decision_id == of.decision_id
        if of.decision_id is not None
        else IssuedPaper.decision_id.is_(None),
    )
    return db.session.scalar(rows.order_by(IssuedPaper.number.desc()).limit(1))
