"""The columns of an entry that a second person confirms, and of that person's word on it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Instant, Keyed
from server.kernel.actor import Actor


class Entered(Keyed):
    """What one person entered, and when."""

    entered_by: Mapped[str] = mapped_column(sa.String(40))
    entered_name: Mapped[str] = mapped_column(sa.String(100))
    entered_at: Mapped[datetime] = mapped_column(Instant)


class Looked:
    """What another person said of it: that it is so, or why not."""

    is_confirmed: Mapped[bool]
    reason: Mapped[str] = mapped_column(sa.String(300), default="")
    reviewed_by: Mapped[str] = mapped_column(sa.String(40))
    reviewed_name: Mapped[str] = mapped_column(sa.String(100))
    reviewed_at: Mapped[datetime] = mapped_column(Instant)


def entered(actor: Actor, now: datetime, client_key: str, digest: str) -> dict[str, Any]:
    """The columns of `Entered`: by whom, when, and the call it came by."""
    return {
        "entered_by": actor.key,
        "entered_name": actor.label,
        "entered_at": now,
        "client_key": client_key,
        "client_digest": digest,
    }


def looked(actor: Actor, now: datetime, *, is_confirmed: bool, reason: str) -> dict[str, Any]:
    """The columns of `Looked`."""
    return {
        "is_confirmed": is_confirmed,
        "reason": reason.strip(),
        "reviewed_by": actor.key,
        "reviewed_name": actor.label,
        "reviewed_at": now,
    }
