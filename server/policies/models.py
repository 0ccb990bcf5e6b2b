"""Settings by division and day, and the days that are worked or not. Rows are only added."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, BigId, Instant, Word
from server.policies.rules import Basis, value_words


class Policy(Base):
    """From a day on, a setting of a division has this value. A later row of the same day stands before an earlier one."""

    __tablename__ = "policies"
    __table_args__ = (sa.Index("ix_policies_key_division_id_valid_from", "key", "division_id", "valid_from"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    #: None: for the whole platform.
    division_id: Mapped[int | None] = mapped_column(sa.ForeignKey("divisions.id"), index=True)
    key: Mapped[str] = mapped_column(sa.String(60))
    #: As `rules.checked_value` gives it; null in a row that ends the division's own setting.
    value: Mapped[Any] = mapped_column(sa.JSON)
    valid_from: Mapped[date]
    is_ended: Mapped[bool] = mapped_column(default=False)
    basis: Mapped[Basis] = mapped_column(Word(Basis))
    #: The law and article, or the document with its number.
    basis_text: Mapped[str] = mapped_column(sa.String(200))
    set_by: Mapped[str] = mapped_column(sa.String(100))
    set_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def text_zh(self) -> str:
        return value_words(self.key, self.value)


class Holiday(Base):
    """What is known of one day. The newest row of a day holds; `is_workday` None takes an earlier one back."""

    __tablename__ = "holidays"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    day: Mapped[date] = mapped_column(index=True)
    #: True: a weekend day that is worked (调休). False: a holiday. None: an ordinary day after all.
    is_workday: Mapped[bool | None]
    name: Mapped[str] = mapped_column(sa.String(40))
    source: Mapped[str] = mapped_column(sa.String(200))
    set_by: Mapped[str] = mapped_column(sa.String(100))
    set_at: Mapped[datetime] = mapped_column(Instant)


class AnnouncedYear(Base):
    """A year whose holidays the State Council has announced. The newest row of a year holds."""

    __tablename__ = "announced_years"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    year: Mapped[int] = mapped_column(index=True)
    is_announced: Mapped[bool]
    #: The document that announces it, or where it was read.
    source: Mapped[str] = mapped_column(sa.String(200))
    set_by: Mapped[str] = mapped_column(sa.String(100))
    set_at: Mapped[datetime] = mapped_column(Instant)
