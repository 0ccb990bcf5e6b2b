"""The one clock of the house. In example mode it can be moved forward; the offset is kept in the database."""

from datetime import UTC, datetime, timedelta
from typing import cast

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, db, table_of


class ClockOffset(Base):
    """One row: how far the example's time is ahead of real time."""

    __tablename__ = "clock_offset"
    __table_args__ = (
        sa.CheckConstraint("id = 1", name="one_row"),
        sa.CheckConstraint("seconds >= 0", name="never_back"),
    )
    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    seconds: Mapped[int] = mapped_column(sa.BigInteger)


_OFFSET = sa.select(table_of(ClockOffset).c.seconds)
#: For a statement that is asked first in a request anyway: its reader hands the column to `note`, and a read is saved.
OFFSET_COLUMN = _OFFSET.scalar_subquery().label("clock_offset")


def now() -> datetime:
    """The present instant, aware, in UTC. Doors and jobs ask; rules and actions are told."""
    if "TEST_CLOCK" in current_app.config:
        return cast(datetime, current_app.config["TEST_CLOCK"].now)
    real = datetime.now(UTC)
    if not current_app.config["EXAMPLE_CLOCK"]:
        return real
    return real + timedelta(seconds=offset_seconds())


def offset_seconds() -> int:
    """How far the example clock is ahead; read once a request."""
    info = db.session().info
    if "clock_offset" not in info:
        note(db.session.scalar(_OFFSET))
    return int(info["clock_offset"])


def note(seconds: int | None) -> None:
    """Take an offset that was read with something else; None where the clock was never moved."""
    db.session().info["clock_offset"] = seconds or 0


def move_forward(by: timedelta) -> None:
    """Move the example clock; inside a unit of work. It never runs back."""
    if by < timedelta(0):
        raise ValueError("the clock never runs back")
    if not current_app.config["EXAMPLE_CLOCK"]:
        raise RuntimeError("only the example's clock can be moved")
    row = db.session.get(ClockOffset, 1, with_for_update=True)
    if row is None:
        row = ClockOffset(id=1, seconds=0)
        db.session.add(row)
    row.seconds += int(by.total_seconds())
    note(row.seconds)


def is_example_clock_moved() -> bool:
    """Whether the database holds an example clock: production refuses to start on it."""
    return bool(db.session.scalar(_OFFSET))
