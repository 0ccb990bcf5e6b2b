"""The tables of lifts: one case for an entrance, and one log of all that happened about it, which only grows."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.decisions.rules.lifts import Act, ActKind
from server.infra.db import Base, BigId, Instant, Keyed, Word


class LiftCase(Keyed, Base):
    """Adding a lift to one entrance. Its state follows from its acts."""

    __tablename__ = "lift_cases"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    entrance_id: Mapped[int] = mapped_column(sa.ForeignKey("entrances.id"), unique=True)
    opened_by: Mapped[str] = mapped_column(sa.String(40))
    opened_at: Mapped[datetime] = mapped_column(Instant)


class LiftAct(Keyed, Base):
    """One act of a case. Append-only; what is said in it is for the staff in reach only."""

    __tablename__ = "lift_acts"
    __table_args__ = (sa.CheckConstraint("amount_fen >= 0", name="amount_not_negative"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("lift_cases.id"), index=True)
    kind: Mapped[ActKind] = mapped_column(Word(ActKind))
    on_day: Mapped[date] = mapped_column(sa.Date)
    flat_id: Mapped[int | None] = mapped_column(sa.ForeignKey("flats.id"))
    objection_id: Mapped[int | None] = mapped_column(sa.ForeignKey("lift_acts.id"))
    #: Who did it or was there: "居委会调解员", "业主本人".
    who: Mapped[str] = mapped_column(sa.String(60), default="")
    words: Mapped[str] = mapped_column(sa.Text, default="")
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    is_agreed: Mapped[bool | None] = mapped_column(sa.Boolean)
    #: Of a plan: {"floors", "cost_fen", "parts": {floor: parts}, "upkeep"}.
    plan: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    attachment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attachments.id"))
    entered_by: Mapped[str] = mapped_column(sa.String(40))
    entered_by_label: Mapped[str] = mapped_column(sa.String(80))
    entered_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def act(self) -> Act:
        """As the rules read it."""
        return Act(
            self.id,
            self.kind,
            self.on_day,
            self.entered_by,
            self.flat_id,
            self.objection_id,
            self.amount_fen,
            self.is_agreed,
        )
