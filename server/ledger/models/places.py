"""Communities and what stands in them."""

from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Area, Base, BigId, Keyed, Word
from server.ledger.rules.words import (
    AreaSource,
    CommunityKind,
    Exclusion,
    FacilityKind,
    FlatUse,
    LocationType,
    OwnershipKind,
    Pool,
    PropertyMode,
)

#: Compared byte by byte on every database, so that lists have one order.
SortText = sa.String(250).with_variant(sa.String(250, collation="C"), "postgresql")


class Community(Base, Keyed):
    __tablename__ = "communities"
    __table_args__ = (
        sa.UniqueConstraint("division_id", "name"),
        sa.UniqueConstraint("division_id", "code"),
        sa.CheckConstraint(
            "built_year IS NULL OR (built_year BETWEEN 1840 AND 2200)", name="built_year_possible"
        ),
        sa.CheckConstraint("floor_area IS NULL OR floor_area > 0", name="floor_area_positive"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"))
    name: Mapped[str] = mapped_column(sa.String(60), index=True)
    #: A number of the locality's own ledger, where it has one.
    code: Mapped[str | None] = mapped_column(sa.String(40))
    address: Mapped[str] = mapped_column(sa.String(200), default="")
    location_type: Mapped[LocationType] = mapped_column(Word(LocationType))
    kind: Mapped[CommunityKind] = mapped_column(Word(CommunityKind), default=CommunityKind.COMMUNITY)
    #: Completion acceptance (竣工验收), where the day is known; otherwise only the year.
    built_on: Mapped[date | None]
    built_year: Mapped[int | None]
    #: Where the year was read: acceptance file, title certificate.
    year_evidence: Mapped[str] = mapped_column(sa.String(200), default="")
    has_poor_environment: Mapped[bool] = mapped_column(default=False)
    has_lacking_facilities: Mapped[bool] = mapped_column(default=False)
    lacks_accessibility: Mapped[bool] = mapped_column(default=False)
    lacks_management: Mapped[bool] = mapped_column(default=False)
    #: Better pulled down and rebuilt as a whole (宜整体拆除重建): then it is not renovated.
    is_rebuild_suitable: Mapped[bool] = mapped_column(default=False)
    exclusion: Mapped[Exclusion] = mapped_column(Word(Exclusion), default=Exclusion.NONE)
    ownership_kind: Mapped[OwnershipKind | None] = mapped_column(Word(OwnershipKind))
    #: None: not recorded yet.
    has_owners_assembly: Mapped[bool | None]
    has_owners_committee: Mapped[bool | None]
    has_maintenance_fund: Mapped[bool | None]
    property_mode: Mapped[PropertyMode | None] = mapped_column(Word(PropertyMode))
    floor_area: Mapped[Decimal | None] = mapped_column(Area)
    pool: Mapped[Pool] = mapped_column(Word(Pool), default=Pool.RESERVE)
    #: The committee's office, as it is printed on slips and notices: public data of an office, not of a person.
    contact_name: Mapped[str] = mapped_column(sa.String(60), default="")
    contact_phone: Mapped[str] = mapped_column(sa.String(40), default="")
    contact_place: Mapped[str] = mapped_column(sa.String(120), default="")
    #: Counts the changes of this community's ledger, so that an import that was checked against an older state is seen.
    revision: Mapped[int] = mapped_column(default=0)


class Building(Base):
    __tablename__ = "buildings"
    __table_args__ = (
        sa.UniqueConstraint("community_id", "name"),
        sa.CheckConstraint("name <> '' AND name NOT LIKE '% %'", name="name_without_space"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"))
    name: Mapped[str] = mapped_column(sa.String(20))
    sort_key: Mapped[str] = mapped_column(SortText)
    floors: Mapped[int | None]


class Entrance(Base):
    """单元. A building that is not divided has one, named NO_ENTRANCE."""

    __tablename__ = "entrances"
    __table_args__ = (
        sa.UniqueConstraint("building_id", "name"),
        sa.CheckConstraint("name <> '' AND name NOT LIKE '% %'", name="name_without_space"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    building_id: Mapped[int] = mapped_column(sa.ForeignKey("buildings.id"))
    name: Mapped[str] = mapped_column(sa.String(20))
    sort_key: Mapped[str] = mapped_column(SortText)
    #: How many living households it holds; `actions/counting.py` keeps it.
    households: Mapped[int] = mapped_column(default=0, server_default="0")


class Flat(Base, Keyed):
    """An exclusive unit (专有部分): dwelling, shop, titled parking, other."""

    __tablename__ = "flats"
    __table_args__ = (
        sa.UniqueConstraint("entrance_id", "room"),
        sa.CheckConstraint("area IS NULL OR area > 0", name="area_positive"),
        sa.CheckConstraint("(area IS NULL) = (area_source IS NULL)", name="area_has_source"),
        sa.Index("ix_flats_community_id_building_id", "community_id", "building_id"),
        sa.Index("ix_flats_community_id_sort_key", "community_id", "sort_key"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"))
    building_id: Mapped[int] = mapped_column(sa.ForeignKey("buildings.id"))
    entrance_id: Mapped[int] = mapped_column(sa.ForeignKey("entrances.id"))
    room: Mapped[str] = mapped_column(sa.String(20))
    #: Of building, entrance and room together.
    sort_key: Mapped[str] = mapped_column(SortText)
    floor: Mapped[int | None]
    use: Mapped[FlatUse] = mapped_column(Word(FlatUse), default=FlatUse.DWELLING)
    area: Mapped[Decimal | None] = mapped_column(Area)
    area_source: Mapped[AreaSource | None] = mapped_column(Word(AreaSource))


class Facility(Base, Keyed):
    """Something shared that can be named, found and reported: a lift, a gate, a lamp."""

    __tablename__ = "facilities"
    __table_args__ = (sa.UniqueConstraint("community_id", "code"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"))
    building_id: Mapped[int | None] = mapped_column(sa.ForeignKey("buildings.id"))
    #: The committee's own number for it, as it stands on its poster.
    code: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[FacilityKind] = mapped_column(Word(FacilityKind))
    name: Mapped[str] = mapped_column(sa.String(60))
    place: Mapped[str] = mapped_column(sa.String(120), default="")
