"""What residents watch: supervisors, their patrols, the punch list, and damage that the works did. Their words are sealed."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, BigId, Instant, Keyed, Personal, Word
from server.projects.rules.claims import ClaimAct
from server.projects.rules.points import PointAct


class Supervisor(Keyed, Base):
    """A household that watches the works of a project for its neighbours. No name: whoever is bound to the flat."""

    __tablename__ = "supervisors"
    __table_args__ = (
        sa.Index(
            "uq_supervisors_flat",
            "project_id",
            "flat_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"))
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    flat_id: Mapped[int] = mapped_column(sa.ForeignKey("flats.id"))
    named_by: Mapped[str] = mapped_column(sa.String(40))
    named_name: Mapped[str] = mapped_column(sa.String(100))
    named_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class Patrol(Keyed, Base):
    """What a supervisor saw: when, where, line by line. Append-only."""

    __tablename__ = "patrols"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    flat_id: Mapped[int] = mapped_column(sa.ForeignKey("flats.id"))
    place: Mapped[str] = mapped_column(Personal)
    #: [{"text": "工人戴安全帽", "mark": "good"}], as the checklist was that day.
    answers: Mapped[list[dict[str, str]]] = mapped_column(sa.JSON)
    words: Mapped[str] = mapped_column(Personal)
    walked_by: Mapped[str] = mapped_column(sa.String(40))
    walked_at: Mapped[datetime] = mapped_column(Instant)


class PunchPoint(Keyed, Base):
    """Something that must be put right before the works are complete. Append-only; its state is its newest act."""

    __tablename__ = "punch_points"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(sa.ForeignKey("work_items.id"))
    #: Of the household that raised it; none where the committee did.
    flat_id: Mapped[int | None] = mapped_column(sa.ForeignKey("flats.id"))
    patrol_id: Mapped[int | None] = mapped_column(sa.ForeignKey("patrols.id"))
    place: Mapped[str] = mapped_column(Personal)
    words: Mapped[str] = mapped_column(Personal)
    raised_by: Mapped[str] = mapped_column(sa.String(40))
    raised_at: Mapped[datetime] = mapped_column(Instant)


class PunchAct(Keyed, Base):
    """What was said of a point: put right, looked at, or none of these works. Append-only."""

    __tablename__ = "punch_acts"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    point_id: Mapped[int] = mapped_column(sa.ForeignKey("punch_points.id"), index=True)
    kind: Mapped[PointAct] = mapped_column(Word(PointAct))
    words: Mapped[str] = mapped_column(Personal)
    acted_by: Mapped[str] = mapped_column(sa.String(40))
    acted_name: Mapped[str] = mapped_column(sa.String(100))
    acted_at: Mapped[datetime] = mapped_column(Instant)


class DamageClaim(Keyed, Base):
    """Damage that the works did to a household. Append-only; its state is its newest act."""

    __tablename__ = "damage_claims"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(sa.ForeignKey("work_items.id"))
    flat_id: Mapped[int] = mapped_column(sa.ForeignKey("flats.id"))
    happened_on: Mapped[date]
    words: Mapped[str] = mapped_column(Personal)
    claimed_by: Mapped[str] = mapped_column(sa.String(40))
    claimed_at: Mapped[datetime] = mapped_column(Instant)
    #: The last day for an answer, as it was promised on the day of the claim.
    due_on: Mapped[date]


class DamageAct(Keyed, Base):
    """An answer to a claim, or that it is settled and what was paid. Append-only."""

    __tablename__ = "damage_acts"
    __table_args__ = (
        sa.CheckConstraint("(kind = 'settled') = (paid_fen IS NOT NULL)", name="settled_has_sum"),
        sa.CheckConstraint("paid_fen IS NULL OR paid_fen >= 0", name="paid_not_below_nothing"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    claim_id: Mapped[int] = mapped_column(sa.ForeignKey("damage_claims.id"), index=True)
    kind: Mapped[ClaimAct] = mapped_column(Word(ClaimAct))
    words: Mapped[str] = mapped_column(Personal)
    paid_fen: Mapped[int | None] = mapped_column(sa.BigInteger)
    acted_by: Mapped[str] = mapped_column(sa.String(40))
    acted_name: Mapped[str] = mapped_column(sa.String(100))
    acted_at: Mapped[datetime] = mapped_column(Instant)
