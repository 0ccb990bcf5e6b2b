"""Illegal structures by place. There is no column for whose they are, and never will be."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, BigId, Instant, Keyed, Word
from server.infra.second import Entered
from server.projects.rules.structures import StructureState


class IllegalStructure(Keyed, Base):
    """One structure: in which community, and where. Append-only; its state is its newest act."""

    __tablename__ = "illegal_structures"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    #: "3 栋东侧，一层搭建的铁皮棚": what and where, never whose.
    place: Mapped[str] = mapped_column(sa.String(80))
    entered_by: Mapped[str] = mapped_column(sa.String(40))
    entered_at: Mapped[datetime] = mapped_column(Instant)


class StructureAct(Entered, Base):
    """That it was found, ordered to be removed, or removed, on a day. Append-only."""

    __tablename__ = "illegal_structure_acts"
    __table_args__ = (sa.UniqueConstraint("structure_id", "state"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    structure_id: Mapped[int] = mapped_column(sa.ForeignKey("illegal_structures.id"))
    state: Mapped[StructureState] = mapped_column(Word(StructureState))
    happened_on: Mapped[date]
    document: Mapped[str] = mapped_column(sa.String(120), default="")
