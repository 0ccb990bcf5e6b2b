"""Papers as they were given out: by community, by id, by the code that stands on them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import undefer

from server.ballots.rules import receipts
from server.decisions.models import IssuedPaper
from server.decisions.queries.decided import known
from server.decisions.queries.paper import paper
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


def replaced_words(of: IssuedPaper, now: datetime) -> str:
    """A paper of a vote that was declared void, of a decision that a court revoked, or of a version that a recount replaced,
    says so; else it is empty."""
    if of.decision_id is None:
        return ""
    held = paper(known(of.decision_id), now, of.version)
    if held.ending is not None and held.ending.is_void:
        return "这次表决后来宣布作废了，什么也没有定。"
    if held.annulment is not None:
        return "这份决定后来被法院撤销了，不再算数。"
    return "" if held.is_newest else "后来重新计了票，这一版已经被代替。"


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
