"""The project, the communities in it, the dated acts of the works with who confirmed them, and the pictures that show it."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, BigId, Instant, Keyed, Word
from server.infra.second import Entered, Looked
from server.projects.rules.acts import EventKind


class Project(Keyed, Base):
    """One project. Its stage follows from its events; no column says it."""

    __tablename__ = "projects"
    __table_args__ = (
        sa.UniqueConstraint("division_id", "code"),
        # So that a community's row can carry the year of its project, and no other.
        sa.UniqueConstraint("id", "plan_year"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    #: The county (or what stands in its place) that all its communities lie in.
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"))
    code: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str] = mapped_column(sa.String(80))
    plan_year: Mapped[int] = mapped_column(index=True)
    #: 实施主体, an organisation: "南明区城市建设投资有限公司".
    body_name: Mapped[str] = mapped_column(sa.String(80))
    #: The row of the annual plan that it carries out, where one was named.
    plan_row_id: Mapped[int | None] = mapped_column(sa.ForeignKey("plan_rows.id"))
    created_by: Mapped[str] = mapped_column(sa.String(40))
    created_at: Mapped[datetime] = mapped_column(Instant)


class ProjectCommunity(Base):
    """A community of a project; in a plan year it is in one at most."""

    __tablename__ = "project_communities"
    __table_args__ = (
        sa.UniqueConstraint("community_id", "plan_year"),
        sa.ForeignKeyConstraint(
            ["project_id", "plan_year"],
            ["projects.id", "projects.plan_year"],
            name="fk_project_communities_project_id_projects",
        ),
    )
    project_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"), primary_key=True)
    plan_year: Mapped[int]


class WorksEvent(Entered, Base):
    """That something happened on a day, as one person entered it. It counts once another has confirmed it. Append-only."""

    __tablename__ = "works_events"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    kind: Mapped[EventKind] = mapped_column(Word(EventKind))
    happened_on: Mapped[date]
    #: The paper it rests on: "开工令，南建开〔2026〕3 号".
    document: Mapped[str] = mapped_column(sa.String(120), default="")


class EventReview(Looked, Base):
    """What another person said of an act: that it is so, or why not. One for each act. Append-only."""

    __tablename__ = "works_event_reviews"
    event_id: Mapped[int] = mapped_column(
        sa.ForeignKey("works_events.id"), primary_key=True, autoincrement=False
    )


class Withdrawal(Keyed):
    """That something confirmed should not stand, as one person asked. It no longer counts once another has confirmed that."""

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    reason: Mapped[str] = mapped_column(sa.String(300))
    asked_by: Mapped[str] = mapped_column(sa.String(40))
    asked_name: Mapped[str] = mapped_column(sa.String(100))
    asked_at: Mapped[datetime] = mapped_column(Instant)


class EventWithdrawal(Withdrawal, Base):
    """That a confirmed act should not stand. Append-only; the act itself stays readable."""

    __tablename__ = "works_event_withdrawals"
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("works_events.id"), index=True)


class About(StrEnum):
    """What a picture shows: a row of which table."""

    EVENT = "event"
    STEP = "step"
    FUNDING = "funding"
    COST = "cost"
    STRUCTURE = "structure"
    COMPLETION = "completion"
    HIDDEN = "hidden"
    PATROL = "patrol"
    POINT = "point"
    POINT_ACT = "point_act"
    CLAIM = "claim"


#: What residents sent, of one community of the project: never shown with the project's own pictures.
FROM_RESIDENTS = frozenset({About.PATROL, About.POINT, About.POINT_ACT, About.CLAIM})


class Evidence(Base):
    """A picture that shows what a row says. Append-only."""

    __tablename__ = "project_evidence"
    __table_args__ = (sa.Index("ix_project_evidence_about", "about", "about_id"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    about: Mapped[About] = mapped_column(Word(About))
    about_id: Mapped[int] = mapped_column(BigId)
    attachment_id: Mapped[int] = mapped_column(sa.ForeignKey("attachments.id"))
