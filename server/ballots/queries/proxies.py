"""Authorizations of a ballot: for whom, by whom, for what, and whether they still stand."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from server.ballots.models import Authorization, ProxyAct, ProxyCode, ProxyDeed
from server.ballots.queries.desk import last_review
from server.ballots.queries.heads import heads_named
from server.ballots.rules.proxies import ended_by_sale
from server.infra.db import db


@dataclass(frozen=True)
class ProxyCard:
    row: Authorization
    labels: Sequence[str]
    is_revoked: bool
    #: The home it was given for was sold since.
    is_sold: bool
    #: A vote by it stands in the log.
    is_cast: bool
    #: Who took it onto their telephone, as an actor's key.
    claimed_by: str | None
    #: Who gave out its code last: another person than who registered it, or the owner themselves.
    vouched_by: str | None
    #: Its votes in the log.
    seqs: Sequence[int]

    @property
    def is_ended(self) -> bool:
        """Nothing can be done with it any more; a vote that was cast by it before stands."""
        return self.is_revoked or (self.is_sold and not self.is_cast)

    @property
    def state_zh(self) -> str:
        if self.is_revoked:
            return "已撤回"
        if self.is_cast:
            return "已投票"
        if self.is_sold:
            return "房子换了业主，失效"
        if self.claimed_by is not None:
            return "受托人已领"
        return "发了编码，等受托人领" if self.vouched_by else "没发编码"

    @property
    def tone(self) -> str:
        if self.is_ended:
            return "quiet"
        return "go" if self.is_cast else "wait"


def proxies(ballot_id: int) -> list[ProxyCard]:
    """All there were, in order."""
    rows = list(
        db.session.scalars(
            sa.select(Authorization).where(Authorization.ballot_id == ballot_id).order_by(Authorization.id)
        )
    )
    cards = {card.head: card for card in heads_named(ballot_id, {row.head for row in rows})}
    ids = [row.id for row in rows]
    acts = sa.select(ProxyAct).where(ProxyAct.authorization_id.in_(ids)).order_by(ProxyAct.id)
    codes = sa.select(ProxyCode).where(ProxyCode.authorization_id.in_(ids)).order_by(ProxyCode.id)
    revoked: set[int] = set()
    claimed: dict[int, str] = {}
    cast: dict[int, list[int]] = {}
    for act in db.session.scalars(acts) if rows else ():
        if act.deed is ProxyDeed.REVOKED:
            revoked.add(act.authorization_id)
        elif act.deed is ProxyDeed.CLAIMED:
            claimed[act.authorization_id] = act.acted_by
        elif act.seq is not None:
            cast.setdefault(act.authorization_id, []).append(act.seq)
    vouched = {code.authorization_id: code.issued_by for code in db.session.scalars(codes)} if rows else {}
    return [
        ProxyCard(
            row,
            cards[row.head].labels,
            row.id in revoked,
            ended_by_sale(row.registered_at, cards[row.head].taken_over_at),
            _any_stands(ballot_id, cast.get(row.id, ())),
            claimed.get(row.id),
            vouched.get(row.id),
            cast.get(row.id, ()),
        )
        for row in rows
    ]


def proxy(ballot_id: int, authorization_id: int) -> ProxyCard | None:
    return next((one for one in proxies(ballot_id) if one.row.id == authorization_id), None)


def _any_stands(ballot_id: int, seqs: Sequence[int]) -> bool:
    reviews = [last_review(ballot_id, seq) for seq in seqs]
    return any(review is None or review.verdict != "void" for review in reviews)


def proxy_by_code(code_hash: bytes) -> tuple[int, int] | None:
    """Ballot and authorization of a code, where no later code took its place."""
    row = db.session.scalar(sa.select(ProxyCode).where(ProxyCode.code_hash == code_hash))
    if row is None:
        return None
    newest = sa.select(sa.func.max(ProxyCode.id)).where(ProxyCode.authorization_id == row.authorization_id)
    if db.session.scalar(newest) != row.id:
        return None
    return db.session.get_one(Authorization, row.authorization_id).ballot_id, row.authorization_id


def proxies_claimed(resident: str) -> list[ProxyCard]:
    """What this person, by their actor's key, has taken onto their telephone, the newest first."""
    rows = (
        sa.select(Authorization.ballot_id, Authorization.id)
        .join(ProxyAct, ProxyAct.authorization_id == Authorization.id)
        .where(ProxyAct.acted_by == resident, ProxyAct.deed == ProxyDeed.CLAIMED)
        .order_by(ProxyAct.id.desc())
    )
    found = [proxy(ballot_id, id_) for ballot_id, id_ in db.session.execute(rows)]
    return [card for card in found if card is not None]


def proxies_of_heads(ballot_id: int, heads: Collection[str]) -> list[ProxyCard]:
    """What was given away for these heads, the newest first."""
    return [card for card in reversed(proxies(ballot_id)) if card.row.head in heads]
