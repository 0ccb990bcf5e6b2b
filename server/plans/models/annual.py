"""Annual plans: rows in draft, the document that freezes them, and the rows that stand."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from server.infra.db import Base, BigId, Instant, Keyed
from server.plans.rules.figures import RowFigures, figures_from


class AnnualPlan(Keyed, Base):
    """The plan of one county for one year. Frozen where a `PlanFreezing` names it."""

    __tablename__ = "annual_plans"
    __table_args__ = (sa.UniqueConstraint("division_id", "year"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"))
    year: Mapped[int]
    drafted_by: Mapped[str] = mapped_column(sa.String(100))
    drafted_at: Mapped[datetime] = mapped_column(Instant)
    #: Who submitted it ("staff:3"), where it is submitted and was not returned.
    submitted_by: Mapped[str | None] = mapped_column(sa.String(40))
    submitted_label: Mapped[str] = mapped_column(sa.String(100), default="")
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    #: Why it was last returned; empty where it never was.
    returned_reason: Mapped[str] = mapped_column(sa.String(300), default="")


class _Figures:
    """What a row says of its community; the same in draft and for good."""

    @declared_attr
    @classmethod
    def community_id(cls) -> Mapped[int]:
        return mapped_column(sa.ForeignKey("communities.id"), index=True)

    households: Mapped[int]
    #: Planned cost by source, in fen: {"central_subsidy": 1200000000}.
    costs: Mapped[dict[str, int]] = mapped_column(sa.JSON)
    #: The sum of `costs`.
    cost_fen: Mapped[int] = mapped_column(sa.BigInteger)
    claimed_consenting: Mapped[int]
    claimed_base: Mapped[int]
    #: Codes of the catalogue's items.
    contents: Mapped[list[str]] = mapped_column(sa.JSON)
    note: Mapped[str] = mapped_column(sa.String(300))

    @property
    def figures(self) -> RowFigures:
        stored = ("households", "costs", "claimed_consenting", "claimed_base", "contents", "note")
        return figures_from({name: getattr(self, name) for name in stored})


def columns_of(figures: RowFigures) -> dict[str, Any]:
    """The figures as the columns of a row."""
    return {**figures.as_json(), "cost_fen": figures.cost_fen}


def _checks() -> tuple[sa.CheckConstraint, ...]:
    return (
        sa.CheckConstraint("households > 0", name="some_households"),
        sa.CheckConstraint(
            "0 <= claimed_consenting AND claimed_consenting <= claimed_base AND claimed_base <= households",
            name="claim_in_order",
        ),
        sa.CheckConstraint("cost_fen >= 0", name="cost_not_negative"),
    )


class PlanDraftRow(Keyed, _Figures, Base):
    """A community in a plan that is still drafted."""

    __tablename__ = "plan_draft_rows"
    __table_args__ = (sa.UniqueConstraint("plan_id", "community_id"), *_checks())
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("annual_plans.id"))
    #: Who entered it as it stands: "staff:3".
    entered_by: Mapped[str] = mapped_column(sa.String(40))
    entered_label: Mapped[str] = mapped_column(sa.String(100))
    entered_at: Mapped[datetime] = mapped_column(Instant)


class PlanDocument(Keyed, Base):
    """The formal document by which an office made plans final. Only grows."""

    __tablename__ = "plan_documents"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    #: The office that issued it.
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"), index=True)
    doc_no: Mapped[str] = mapped_column(sa.String(60))
    title: Mapped[str] = mapped_column(sa.String(120))
    issued_on: Mapped[date]
    attachment_id: Mapped[int] = mapped_column(sa.ForeignKey("attachments.id"))
    recorded_by: Mapped[str] = mapped_column(sa.String(100))
    recorded_at: Mapped[datetime] = mapped_column(Instant)


class PlanFreezing(Base):
    """A plan is final from here on, with these totals. Only grows."""

    __tablename__ = "plan_freezings"
    plan_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("annual_plans.id"), primary_key=True, autoincrement=False
    )
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_documents.id"), index=True)
    communities: Mapped[int]
    households: Mapped[int]
    cost_fen: Mapped[int] = mapped_column(sa.BigInteger)
    frozen_at: Mapped[datetime] = mapped_column(Instant)


class PlanRow(_Figures, Base):
    """A community in a frozen plan. In force unless a `PlanEffect` ended it; readable for good. Only grows."""

    __tablename__ = "plan_rows"
    __table_args__ = (
        sa.UniqueConstraint("replaces_id"),
        *_checks(),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("annual_plans.id"), index=True)
    #: The row in whose place it came; None where it stood in the document.
    replaces_id: Mapped[int | None] = mapped_column(sa.ForeignKey("plan_rows.id"))
    added_at: Mapped[datetime] = mapped_column(Instant)
