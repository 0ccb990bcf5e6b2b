"""Codes on paper: slips for letterboxes, which reach a household, and posters, which name a place."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, BigId, Instant, Personal, Word


class PlaceKind(StrEnum):
    COMMUNITY = "community"
    BUILDING = "building"
    ENTRANCE = "entrance"
    FACILITY = "facility"

    @property
    def name_zh(self) -> str:
        return {"community": "小区", "building": "楼栋", "entrance": "单元", "facility": "设施"}[self.value]


class Slip(Base):
    """The letterbox code of one household; of the flat itself where no household is listed (a shop)."""

    __tablename__ = "slips"
    __table_args__ = (
        # One code of a household is good at a time.
        sa.Index(
            "uq_slips_household_alive",
            "household_id",
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL AND household_id IS NOT NULL"),
            postgresql_where=sa.text("revoked_at IS NULL AND household_id IS NOT NULL"),
        ),
        sa.Index(
            "uq_slips_flat_alive",
            "flat_id",
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL AND household_id IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL AND household_id IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    flat_id: Mapped[int] = mapped_column(sa.ForeignKey("flats.id"), index=True)
    household_id: Mapped[int | None] = mapped_column(sa.ForeignKey("households.id"))
    #: Sealed, so that the same slip can be printed again; a copy of the database alone opens nothing.
    code: Mapped[str] = mapped_column(Personal)
    code_hash: Mapped[bytes] = mapped_column(sa.LargeBinary, unique=True)
    issued_at: Mapped[datetime] = mapped_column(Instant)
    printed_at: Mapped[datetime | None] = mapped_column(Instant)
    first_opened_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class PlaceCode(Base):
    """The token on a poster: it opens the public page of a place and says nothing of any person."""

    __tablename__ = "place_codes"
    __table_args__ = (
        sa.Index(
            "uq_place_codes_alive",
            "kind",
            "target_id",
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    kind: Mapped[PlaceKind] = mapped_column(Word(PlaceKind))
    #: The id of the community, building, entrance or facility.
    target_id: Mapped[int] = mapped_column(BigId)
    token: Mapped[str] = mapped_column(sa.String(40), unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
