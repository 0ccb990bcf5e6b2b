"""Authorizations of a ballot: for whom, by whom, for what, and whether they still stand."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from server.ballots.models import Authorization, ProxyAct, ProxyDeed
from server.ballots.queries.desk import last_review
from server.ballots.queries.heads import heads_named
from server.infra.db import db


@dataclass(frozen=True)
class ProxyCard:
    row: Authorization
    labels: Sequence[str]
    is_revoked: bool
    #: A vote by it stands in the log.
    is_cast: bool


def proxies(ballot_id: int) -> list[ProxyCard]:
    """All there were, in order."""
    rows = list(
        db.session.scalars(
            sa.select(Authorization).where(Authorization.ballot_id == ballot_id).order_by(Authorization.id)
        )
    )
    labels = {card.head: card.labels for card in heads_named(ballot_id, {row.head for row in rows})}
    acts = sa.select(ProxyAct).where(ProxyAct.authorization_id.in_([row.id for row in rows]))
    revoked: set[int] = set()
    cast: dict[int, list[int]] = {}
    for act in db.session.scalars(acts.order_by(ProxyAct.id)) if rows else ():
        if act.deed is ProxyDeed.REVOKED:
            revoked.add(act.authorization_id)
        elif act.seq is not None:
            cast.setdefault(act.authorization_id, []).append(act.seq)
    return [
        ProxyCard(row, labels[row.head], row.id in revoked, _any_stands(ballot_id, cast.get(row.id, ())))
        for row in rows
    ]


def proxy(ballot_id: int, authorization_id: int) -> ProxyCard | None:
    return next((one for one in proxies(ballot_id) if one.row.id == authorization_id), None)


def _any_stands(ballot_id: int, seqs: Sequence[int]) -> bool:
    reviews = [last_review(ballot_id, seq) for seq in seqs]
    return any(review is None or review.verdict != "void" for review in reviews)
