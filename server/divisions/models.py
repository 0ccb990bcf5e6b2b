"""The tree of divisions."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.divisions.rules import DivisionLevel
from server.infra.db import Base, BigId, Word

#: Compared byte by byte on every database, so that all below a path are one range of the index.
PathText = sa.String(120).with_variant(sa.String(120, collation="C"), "postgresql")


class Division(Base):
    __tablename__ = "divisions"
    __table_args__ = (
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_from IS NULL OR valid_from < valid_to", name="valid_in_order"
        ),
        sa.CheckConstraint("path LIKE '/%/'", name="path_form"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    #: 2, 4, 6, 9 or 12 digits; None where the state gave no code. A label: nothing is worked out from its digits.
    code: Mapped[str | None] = mapped_column(sa.String(12), index=True)
    name: Mapped[str] = mapped_column(sa.String(60), index=True)
    level: Mapped[DivisionLevel] = mapped_column(Word(DivisionLevel))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("divisions.id"), index=True)
    #: "/1/2/14/": the ids from the root to this one.
    path: Mapped[str] = mapped_column(PathText, unique=True)
    #: The first day; None where it was so before our records begin.
    valid_from: Mapped[date | None]
    #: The first day on which it is no longer so; its successor begins on it.
    valid_to: Mapped[date | None]
    replaced_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("divisions.id"))
    #: Where a change was read.
    source: Mapped[str] = mapped_column(sa.String(200), default="")
