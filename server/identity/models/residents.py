"""Residents, their bindings to flats and how each was proven, and what they agreed to."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.identity.rules import Level, effective_level
from server.infra.db import Base, BigId, Instant, Keyed, Personal, Word


class Means(StrEnum):
    """By what a binding reached its level."""

    SLIP = "slip"
    NAME_AND_PHONE = "name_and_phone"
    NAME_AND_ID = "name_and_id"
    #: A whole number that WeChat vouches for.
    PHONE = "phone"
    IN_PERSON = "in_person"

    @property
    def name_zh(self) -> str:
        return MEANS_NAMES[self]


MEANS_NAMES = {
    Means.SLIP: "信箱里的二维码",
    Means.NAME_AND_PHONE: "姓名和手机尾号",
    Means.NAME_AND_ID: "姓名和证件尾号",
    Means.PHONE: "微信核过的手机号",
    Means.IN_PERSON: "居委会当面确认",
}


class BindingEnd(StrEnum):
    WITHDRAWN = "withdrawn"
    DISPUTE_UPHELD = "dispute_upheld"
    SLIP_REPLACED = "slip_replaced"


class Resident(Base):
    """Someone who opened a slip in a browser. Holds no name: who they are follows from a proven binding."""

    __tablename__ = "residents"
    # Its name is older than the column's: SQLite renames a column, and no constraint.
    __table_args__ = (sa.UniqueConstraint("unionid_hash", name="uq_residents_openid_hash"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    #: Raised by "sign out everywhere": browsers with an older one are signed out.
    session_version: Mapped[int] = mapped_column(sa.Integer)
    #: WeChat's name for this person in all apps of one owner, sealed, and its keyed hash to find it by.
    unionid: Mapped[str | None] = mapped_column(Personal)
    unionid_hash: Mapped[bytes | None] = mapped_column(sa.LargeBinary)


class PrivacyAcceptance(Base):
    """Which version of the privacy notice a resident agreed to, and when they took it back."""

    __tablename__ = "privacy_acceptances"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    resident_id: Mapped[int] = mapped_column(sa.ForeignKey("residents.id"), index=True)
    version: Mapped[str] = mapped_column(sa.String(20))
    accepted_at: Mapped[datetime] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)


class ApiToken(Keyed, Base):
    """A bearer token. It is derived from the salt with a key that is not in the database, and found by its hash."""

    __tablename__ = "api_tokens"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    resident_id: Mapped[int] = mapped_column(sa.ForeignKey("residents.id"), index=True)
    salt: Mapped[str] = mapped_column(sa.String(60))
    token_hash: Mapped[bytes] = mapped_column(sa.LargeBinary, unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class HandOver(Base):
    """A session on its way from the mini program into the browser that it shows: once, within a minute, to one page."""

    __tablename__ = "session_hand_overs"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    #: The session that it continues: one that was closed meanwhile is handed to nobody.
    token_id: Mapped[int] = mapped_column(sa.ForeignKey("api_tokens.id"), index=True)
    code_hash: Mapped[bytes] = mapped_column(sa.LargeBinary, unique=True)
    #: A page of the house, said by whoever asked for the code; its address says none.
    target: Mapped[str] = mapped_column(sa.String(300))
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class Binding(Keyed, Base):
    """A resident stands for a flat, at a level. Ended, never deleted."""

    __tablename__ = "bindings"
    __table_args__ = (
        sa.CheckConstraint("(level = 'owner') = (owner_id IS NOT NULL)", name="owner_is_named"),
        sa.Index(
            "uq_bindings_alive",
            "resident_id",
            "flat_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    resident_id: Mapped[int] = mapped_column(sa.ForeignKey("residents.id"))
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    flat_id: Mapped[int] = mapped_column(sa.ForeignKey("flats.id"), index=True)
    slip_id: Mapped[int] = mapped_column(sa.ForeignKey("slips.id"))
    level: Mapped[Level] = mapped_column(Word(Level))
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("owners.id"), index=True)
    means: Mapped[Means] = mapped_column(Word(Means))
    bound_at: Mapped[datetime] = mapped_column(Instant)
    proven_at: Mapped[datetime | None] = mapped_column(Instant)
    #: The staff member who confirmed it in person.
    confirmed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    #: Since when a dispute about it is open.
    frozen_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by: Mapped[BindingEnd | None] = mapped_column(Word(BindingEnd))

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None

    @property
    def standing(self) -> Level:
        """What it counts as now."""
        return effective_level(self.level, is_frozen=self.is_frozen)


class BindingTry(Keyed, Base):
    """One attempt to prove an owner of a flat. Holds neither what was typed nor who was meant."""

    __tablename__ = "binding_tries"
    __table_args__ = (sa.Index("ix_binding_tries_flat_id_at", "flat_id", "at"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    flat_id: Mapped[int] = mapped_column(sa.ForeignKey("flats.id"))
    resident_id: Mapped[int] = mapped_column(sa.ForeignKey("residents.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    means: Mapped[Means] = mapped_column(Word(Means))
    is_success: Mapped[bool] = mapped_column(sa.Boolean)


class BindingRequest(Keyed, Base):
    """A resident asks the committee to confirm in person who they are."""

    __tablename__ = "binding_requests"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    binding_id: Mapped[int] = mapped_column(sa.ForeignKey("bindings.id"), index=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    flat_id: Mapped[int] = mapped_column(sa.ForeignKey("flats.id"))
    claimed_name: Mapped[str] = mapped_column(Personal)
    #: How to reach them and when they will come; free words.
    note: Mapped[str | None] = mapped_column(Personal)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    is_confirmed: Mapped[bool | None] = mapped_column(sa.Boolean)
    #: What was seen, or why it was refused.
    reason: Mapped[str | None] = mapped_column(sa.Text)


class BindingDispute(Keyed, Base):
    """Someone bound to the same flat, or whom the committee heard, says that a binding is wrong."""

    __tablename__ = "binding_disputes"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    binding_id: Mapped[int] = mapped_column(sa.ForeignKey("bindings.id"), index=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    flat_id: Mapped[int] = mapped_column(sa.ForeignKey("flats.id"))
    raised_by: Mapped[int] = mapped_column(sa.ForeignKey("residents.id"))
    text: Mapped[str] = mapped_column(Personal)
    raised_at: Mapped[datetime] = mapped_column(Instant)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    is_upheld: Mapped[bool | None] = mapped_column(sa.Boolean)
    answer: Mapped[str | None] = mapped_column(sa.Text)
