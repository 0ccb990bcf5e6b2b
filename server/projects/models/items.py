"""The works item by item: the item and its place, its planned windows, that it is done, and what was covered up."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, BigId, Instant, Keyed, Word
from server.infra.second import Entered, Looked
from server.kernel.parts import Part
from server.projects.models.works import Withdrawal


class WorkItem(Base):
    """One adopted item for one place: a community, a building of it, or an entrance of that. Append-only."""

    __tablename__ = "work_items"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    building_id: Mapped[int | None] = mapped_column(sa.ForeignKey("buildings.id"))
    entrance_id: Mapped[int | None] = mapped_column(sa.ForeignKey("entrances.id"))
    #: Of the catalogue: "B02". Empty where what was adopted is in no catalogue.
    code: Mapped[str] = mapped_column(sa.String(40), default="")
    title: Mapped[str] = mapped_column(sa.String(120))
    part: Mapped[Part] = mapped_column(Word(Part))
    created_by: Mapped[str] = mapped_column(sa.String(40))
    created_at: Mapped[datetime] = mapped_column(Instant)


class WorkWindow(Keyed, Base):
    """Who does an item, and from which day to which. The newest row holds. Append-only."""

    __tablename__ = "work_windows"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("work_items.id"), index=True)
    contractor: Mapped[str] = mapped_column(sa.String(80))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.String(200), default="")
    planned_by: Mapped[str] = mapped_column(sa.String(40))
    planned_name: Mapped[str] = mapped_column(sa.String(100))
    planned_at: Mapped[datetime] = mapped_column(Instant)


class WorkCompletion(Entered, Base):
    """That an item is done, as one person entered it. It counts once another has confirmed it. Append-only."""

    __tablename__ = "work_completions"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("work_items.id"), index=True)
    completed_on: Mapped[date]
    document: Mapped[str] = mapped_column(sa.String(120), default="")


class CompletionWithdrawal(Withdrawal, Base):
    """That an item's confirmed completion should not stand. Append-only; the completion itself stays readable."""

    __tablename__ = "work_completion_withdrawals"
    completion_id: Mapped[int] = mapped_column(sa.ForeignKey("work_completions.id"), index=True)


class Second(StrEnum):
    """What a second person looks at: a row of which table."""

    COMPLETION = "completion"
    #: Of an act of the whole project, and of an item's completion.
    WITHDRAWAL = "withdrawal"
    COMPLETION_WITHDRAWAL = "completion_withdrawal"


class SecondLook(Looked, Base):
    """What another person said of what one entered: that it is so, or why not. One for each. Append-only."""

    __tablename__ = "works_second_looks"
    about: Mapped[Second] = mapped_column(Word(Second), primary_key=True)
    about_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)


class HiddenWork(Entered, Base):
    """What will be out of sight, photographed before it is: of which item, where exactly, who and when. Append-only."""

    __tablename__ = "hidden_works"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("work_items.id"), index=True)
    place: Mapped[str] = mapped_column(sa.String(120))
    covered_on: Mapped[date]
