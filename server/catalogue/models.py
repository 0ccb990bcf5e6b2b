"""Versions of the catalogue, and their items."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.catalogue.rules import ItemClass, SubsidyKey
from server.infra.db import Base, BigId, Word
from server.kernel.matters import Matter
from server.kernel.places import ScopeKind


class CatalogueVersion(Base):
    """The list of one division, in force from a day until its next one begins."""

    __tablename__ = "catalogue_versions"
    __table_args__ = (sa.UniqueConstraint("division_id", "name"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    #: The document the list stands in.
    source: Mapped[str] = mapped_column(sa.String(200))
    #: A local list is approved by the government of its level, then filed with the province; only then in force.
    approved_by: Mapped[str] = mapped_column(sa.String(100), default="")
    approved_on: Mapped[date | None]
    filed_no: Mapped[str] = mapped_column(sa.String(60), default="")
    filed_on: Mapped[date | None]
    valid_from: Mapped[date | None]


class CatalogueItem(Base):
    """One content of renovation, as its version words it."""

    __tablename__ = "catalogue_items"
    __table_args__ = (sa.UniqueConstraint("version_id", "code"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("catalogue_versions.id"))
    code: Mapped[str] = mapped_column(sa.String(10))
    position: Mapped[int]
    item_class: Mapped[ItemClass] = mapped_column(Word(ItemClass))
    #: As the document names it.
    name: Mapped[str] = mapped_column(sa.String(60))
    #: What it means for residents, in one or two short sentences.
    description: Mapped[str] = mapped_column(sa.String(300))
    #: What the owners decide by taking it; None: nothing to vote on, residents are consulted.
    matter: Mapped[Matter | None] = mapped_column(Word(Matter))
    subsidy_key: Mapped[SubsidyKey | None] = mapped_column(Word(SubsidyKey))
    default_scope: Mapped[ScopeKind] = mapped_column(Word(ScopeKind))
    lead_department: Mapped[str] = mapped_column(sa.String(40))
    #: When another matter applies, or why there is no vote; for those who draft.
    note: Mapped[str] = mapped_column(sa.String(300), default="")

    @property
    def is_voteable(self) -> bool:
        return self.matter is not None
