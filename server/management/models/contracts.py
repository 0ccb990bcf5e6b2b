"""Property companies, which management a community has from when to when, how one ended early, and what it costs."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, BigId, Instant, Keyed, Word
from server.management.rules.fees import Fee, FeeUnit
from server.management.rules.terms import Mode


class PropertyCompany(Keyed, Base):
    """A company (or state-owned firm) that manages communities; once for the whole platform."""

    __tablename__ = "property_companies"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    #: 统一社会信用代码, 18 characters.
    code: Mapped[str] = mapped_column(sa.String(18), unique=True)
    registered_by: Mapped[str] = mapped_column(sa.String(40))
    registered_at: Mapped[datetime] = mapped_column(Instant)


class ManagementContract(Keyed, Base):
    """That somebody manages a community, in one of five ways. Only the contact may be changed."""

    __tablename__ = "management_contracts"
    __table_args__ = (
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
        sa.CheckConstraint("company_id IS NOT NULL OR manager <> ''", name="somebody_manages"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    mode: Mapped[Mode] = mapped_column(Word(Mode))
    company_id: Mapped[int | None] = mapped_column(sa.ForeignKey("property_companies.id"))
    #: Who manages where it is no company: the committee, the owners' committee, the work unit.
    manager: Mapped[str] = mapped_column(sa.String(80))
    starts_on: Mapped[date]
    #: The last day, in it; None where none was agreed.
    ends_on: Mapped[date | None]
    #: The ballot in which the owners chose it (民法典 278 四), as the door found it passed.
    chosen_by_ballot_id: Mapped[int | None] = mapped_column(BigId)
    document: Mapped[str] = mapped_column(sa.String(120))
    #: How to complain: an office's line and place, no person's.
    contact_phone: Mapped[str] = mapped_column(sa.String(40))
    contact_place: Mapped[str] = mapped_column(sa.String(120))
    entered_by: Mapped[str] = mapped_column(sa.String(40))
    entered_name: Mapped[str] = mapped_column(sa.String(100))
    entered_at: Mapped[datetime] = mapped_column(Instant)


class ContractEnd(Base):
    """That a management ended before its time. One for each contract. Append-only."""

    __tablename__ = "management_contract_ends"
    contract_id: Mapped[int] = mapped_column(
        sa.ForeignKey("management_contracts.id"), primary_key=True, autoincrement=False
    )
    #: Its last day, in it.
    last_on: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.String(300))
    entered_by: Mapped[str] = mapped_column(sa.String(40))
    entered_name: Mapped[str] = mapped_column(sa.String(100))
    entered_at: Mapped[datetime] = mapped_column(Instant)


class ManagementFee(Keyed, Base):
    """What a management costs from a day on. Append-only; the newest that has begun holds."""

    __tablename__ = "management_fees"
    __table_args__ = (sa.CheckConstraint("amount_fen >= 0", name="amount_not_below_nothing"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    contract_id: Mapped[int] = mapped_column(sa.ForeignKey("management_contracts.id"), index=True)
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger)
    unit: Mapped[FeeUnit] = mapped_column(Word(FeeUnit))
    from_on: Mapped[date]
    document: Mapped[str] = mapped_column(sa.String(120))
    entered_by: Mapped[str] = mapped_column(sa.String(40))
    entered_name: Mapped[str] = mapped_column(sa.String(100))
    entered_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def fee(self) -> Fee:
        return Fee(self.amount_fen, self.unit, self.from_on, self.document, self.id)
