"""Owners with their dated ownerships, and households: two electorates that only share the flat."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra import crypto
from server.infra.db import Base, BigId, Instant, Keyed, Personal, Word
from server.ledger.rules.likeness import VerdictKind
from server.ledger.rules.words import HouseholdState, OwnerKind


class Owner(Base):
    """Someone who owns in this community. The same person in another community is another row there."""

    __tablename__ = "owners"
    __table_args__ = (
        sa.Index("ix_owners_community_id_name_hash", "community_id", "name_hash"),
        sa.Index("ix_owners_community_id_id_hash", "community_id", "id_hash"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"))
    kind: Mapped[OwnerKind] = mapped_column(Word(OwnerKind), default=OwnerKind.PERSON)
    name: Mapped[str] = mapped_column(Personal)
    phone: Mapped[str | None] = mapped_column(Personal)
    #: Identity number of a person, credit code of an organisation.
    id_number: Mapped[str | None] = mapped_column(Personal)
    #: Keyed hashes by which the values are found again.
    name_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    phone_hash: Mapped[bytes | None] = mapped_column(sa.LargeBinary(32))
    id_hash: Mapped[bytes | None] = mapped_column(sa.LargeBinary(32))


class Ownership(Base, Keyed):
    """Who owns which flat from when to when."""

    __tablename__ = "ownerships"
    __table_args__ = (
        sa.CheckConstraint("from_on IS NULL OR to_on IS NULL OR from_on <= to_on", name="in_order"),
        sa.Index(
            "uq_ownerships_present",
            "flat_id",
            "owner_id",
            unique=True,
            sqlite_where=sa.text("to_on IS NULL"),
            postgresql_where=sa.text("to_on IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    flat_id: Mapped[int] = mapped_column(sa.ForeignKey("flats.id"), index=True)
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("owners.id"), index=True)
    #: Of several co-owners the one they chose to vote.
    is_representative: Mapped[bool] = mapped_column(default=False)
    #: As the title says it: "1/2", "共同共有".
    share: Mapped[str] = mapped_column(sa.String(40), default="")
    #: The first day; None where it was so before the ledger began.
    from_on: Mapped[date | None]
    #: The first day on which it is no longer so; None while it lasts.
    to_on: Mapped[date | None]


class OwnerVerdict(Keyed, Base):
    """What a person decided: two records are one owner, or are not; one record is two owners, or is not. The newest of a pair
    stands. Append-only."""

    __tablename__ = "owner_verdicts"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    kind: Mapped[VerdictKind] = mapped_column(Word(VerdictKind))
    #: Of a pair the record with the lower number.
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("owners.id"))
    #: Of a record that was split: the second owner's. None where one record was found to be one owner.
    other_id: Mapped[int | None] = mapped_column(sa.ForeignKey("owners.id"))
    #: What spoke for it, by name: see `rules.likeness.Sign`.
    signs: Mapped[list[str]] = mapped_column(sa.JSON)
    #: Of a split: the name that stood in the one field, so that it can be taken back.
    was_named: Mapped[str | None] = mapped_column(Personal)
    reason: Mapped[str] = mapped_column(sa.String(300))
    decided_by: Mapped[str] = mapped_column(sa.String(40))
    decided_at: Mapped[datetime] = mapped_column(Instant)


class Household(Base, Keyed):
    """户: the unit of surveys and of the plan. One for each dwelling unless the committee has split it."""

    __tablename__ = "households"
    __table_args__ = (
        sa.UniqueConstraint("flat_id", "number"),
        sa.CheckConstraint("number >= 1", name="number_from_one"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    flat_id: Mapped[int] = mapped_column(sa.ForeignKey("flats.id"))
    number: Mapped[int] = mapped_column(default=1)
    state: Mapped[HouseholdState] = mapped_column(Word(HouseholdState), default=HouseholdState.OCCUPIED)
    note: Mapped[str] = mapped_column(sa.String(200), default="")
    #: When a split was taken back; the first household of a flat is never closed.
    closed_at: Mapped[datetime | None] = mapped_column(Instant)


def name_hash(name: str) -> bytes:
    return crypto.lookup("owner.name", name)


def phone_hash(phone: str | None) -> bytes | None:
    return crypto.lookup("owner.phone", phone) if phone else None


def id_hash(number: str | None) -> bytes | None:
    return crypto.lookup("owner.id", number) if number else None
