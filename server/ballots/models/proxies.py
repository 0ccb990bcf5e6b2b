"""Authorizations and what became of them. Both only grow."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, BigId, Instant, Keyed, Personal, Word


class Authorization(Keyed, Base):
    """A written authorization to vote for a head, photographed."""

    __tablename__ = "ballot_authorizations"
    __table_args__ = (sa.Index("ix_ballot_authorizations_head", "ballot_id", "head"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey("ballots.id"))
    head: Mapped[str] = mapped_column(sa.String(20))
    agent: Mapped[str] = mapped_column(Personal)
    agent_phone: Mapped[str] = mapped_column(Personal)
    #: Keyed, of name and number: finds what else this agent was given.
    agent_hash: Mapped[bytes] = mapped_column(sa.LargeBinary)
    motions: Mapped[list[str]] = mapped_column(sa.JSON)
    #: The co-owner who is registered for all of them signed it.
    by_representative: Mapped[bool] = mapped_column(sa.Boolean)
    photo_id: Mapped[int] = mapped_column(sa.ForeignKey("attachments.id"))
    #: Of all the above; stands in the log beside the vote.
    digest: Mapped[str] = mapped_column(sa.String(64))
    registered_by: Mapped[str] = mapped_column(sa.String(40))
    registered_at: Mapped[datetime] = mapped_column(Instant)


class ProxyDeed(StrEnum):
    REVOKED = "revoked"
    CAST = "cast"
    #: The agent took it on their own telephone with the code they were given.
    CLAIMED = "claimed"


class ProxyAct(Base):
    """It was claimed or revoked, or a vote was cast by it. Append-only."""

    __tablename__ = "ballot_proxy_acts"
    __table_args__ = (sa.Index("ix_ballot_proxy_acts_acted_by", "acted_by"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    authorization_id: Mapped[int] = mapped_column(sa.ForeignKey("ballot_authorizations.id"), index=True)
    deed: Mapped[ProxyDeed] = mapped_column(Word(ProxyDeed))
    #: Of a vote: its number in the log.
    seq: Mapped[int | None] = mapped_column(sa.Integer)
    acted_by: Mapped[str] = mapped_column(sa.String(40))
    acted_at: Mapped[datetime] = mapped_column(Instant)


class ProxyCode(Keyed, Base):
    """The code with which the agent claims an authorization; a later one of the same takes its place. Append-only."""

    __tablename__ = "ballot_proxy_codes"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    authorization_id: Mapped[int] = mapped_column(sa.ForeignKey("ballot_authorizations.id"), index=True)
    code_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32), unique=True)
    issued_by: Mapped[str] = mapped_column(sa.String(40))
    issued_at: Mapped[datetime] = mapped_column(Instant)
