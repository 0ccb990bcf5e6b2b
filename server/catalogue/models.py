"""Versions of the catalogue, and their items."""

from dataclasses import fields
from datetime import date, datetime
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.catalogue.rules.items import ItemText
from server.catalogue.rules.package import Price, Tariff
from server.catalogue.rules.payers import Payers
from server.catalogue.rules.words import CostUnit, ItemClass, ItemPlace, SplitBy, SubsidyKey
from server.infra.db import Base, BigId, Instant, Keyed, Word
from server.kernel.matters import Matter
from server.kernel.parts import Part
from server.kernel.places import ScopeKind


class Share(sa.types.TypeDecorator[Fraction]):
    """An exact share, stored as "1/3"."""

    impl = sa.String(20)
    cache_ok = True

    def process_bind_param(self, value: Fraction | None, dialect: sa.Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else f"{value.numerator}/{value.denominator}"

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Fraction | None:  # noqa: ARG002
        return None if value is None else Fraction(value)


class CatalogueVersion(Base, Keyed):
    """The list of one division, in force from a day until its next one begins."""

    __tablename__ = "catalogue_versions"
    __table_args__ = (
        sa.UniqueConstraint("division_id", "name"),
        sa.Index("ix_catalogue_versions_client_key", "client_key", unique=True),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    #: The document the list stands in.
    source: Mapped[str] = mapped_column(sa.String(200))
    #: Where the unit costs and shares were taken from; printed wherever a sum is.
    price_source: Mapped[str] = mapped_column(sa.String(200), default="")
    #: The list it was copied from.
    based_on_id: Mapped[int | None] = mapped_column(sa.ForeignKey("catalogue_versions.id"))
    #: A local list is approved by the government of its level, then filed with the province; only then in force.
    approved_by: Mapped[str] = mapped_column(sa.String(100), default="")
    approved_on: Mapped[date | None]
    filed_no: Mapped[str] = mapped_column(sa.String(60), default="")
    filed_on: Mapped[date | None]
    valid_from: Mapped[date | None]
    #: From this day on it no longer holds, and the list above does again; with the reason.
    ends_on: Mapped[date | None]
    ended_reason: Mapped[str] = mapped_column(sa.String(300), default="")
    discarded_at: Mapped[datetime | None] = mapped_column(Instant)
    #: Empty for the list that the migrations brought.
    drafted_by: Mapped[str] = mapped_column(sa.String(40), default="")
    drafted_at: Mapped[datetime | None] = mapped_column(Instant)
    #: Unique by an index instead of a constraint: SQLite adds none to a table that stands.
    client_key: Mapped[str | None] = mapped_column(sa.String(80))


class CatalogueItem(Base, Keyed):
    """One content of renovation, as its version words it."""

    __tablename__ = "catalogue_items"
    __table_args__ = (
        sa.UniqueConstraint("version_id", "code"),
        sa.Index("ix_catalogue_items_client_key", "client_key", unique=True),
    )
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
    #: What the contractor answers for it as, once it is done.
    part: Mapped[Part] = mapped_column(Word(Part), default=Part.OTHER)
    default_scope: Mapped[ScopeKind] = mapped_column(Word(ScopeKind))
    place: Mapped[ItemPlace] = mapped_column(Word(ItemPlace), default=ItemPlace.INSIDE)
    lead_department: Mapped[str] = mapped_column(sa.String(40))
    picture_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attachments.id"))
    #: What the unit cost is for; None: no price is recorded.
    unit: Mapped[CostUnit | None] = mapped_column(Word(CostUnit))
    #: In fen.
    unit_cost: Mapped[int | None] = mapped_column(sa.BigInteger)
    government_share: Mapped[Fraction | None] = mapped_column(Share)
    owners_share: Mapped[Fraction | None] = mapped_column(Share)
    others_share: Mapped[Fraction | None] = mapped_column(Share)
    split_by: Mapped[SplitBy] = mapped_column(Word(SplitBy), default=SplitBy.AREA)
    #: When another matter applies, or why there is no vote; for those who draft.
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    client_key: Mapped[str | None] = mapped_column(sa.String(80))

    @property
    def is_voteable(self) -> bool:
        return self.matter is not None

    @property
    def payers(self) -> Payers | None:
        if self.government_share is None or self.owners_share is None or self.others_share is None:
            return None
        return Payers(self.government_share, self.owners_share, self.others_share)

    @property
    def tariff(self) -> Tariff:
        """The item as a package counts it."""
        payers, price = self.payers, None
        if self.unit is not None and self.unit_cost is not None and payers is not None:
            price = Price(self.unit, self.unit_cost, payers)
        return Tariff(self.code, self.name, self.subsidy_key, self.default_scope, price, self.split_by)

    @property
    def text(self) -> ItemText:
        return ItemText(**{field.name: getattr(self, field.name) for field in fields(ItemText)})
