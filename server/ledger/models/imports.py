"""A sheet on its way into the ledger: where it stands, what it would change, what is wrong with it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, BigId, Instant, Keyed, Word
from server.ledger.rules.words import ImportState


class LedgerImport(Base, Keyed):
    __tablename__ = "ledger_imports"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    filename: Mapped[str] = mapped_column(sa.String(200))
    #: The name of the sealed upload (and of its staging file) under the instance's folder of imports.
    file_key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    size: Mapped[int]
    state: Mapped[ImportState] = mapped_column(Word(ImportState), index=True)
    #: Division paths and community ids within which whoever uploaded it may import; None: everywhere.
    allowed: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    #: Who uploaded it: key and label of the actor.
    actor: Mapped[str] = mapped_column(sa.String(40), index=True)
    actor_label: Mapped[str] = mapped_column(sa.String(100))
    #: What is being done, in words, with figures; for the page that shows it.
    stage: Mapped[str] = mapped_column(sa.String(60), default="")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    problem_count: Mapped[int] = mapped_column(default=0)
    #: The first problems (sheet, row, column, what, mend); never a personal value.
    problems: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)
    #: What would change, by sheet, with masked samples; after applying, what did.
    summary: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    #: Why it failed, in a sentence.
    failure: Mapped[str] = mapped_column(sa.String(300), default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    checked_at: Mapped[datetime | None] = mapped_column(Instant)
    applied_at: Mapped[datetime | None] = mapped_column(Instant)
    #: The last sign of life of the job that works on it; one that went silent is taken up again.
    beat_at: Mapped[datetime | None] = mapped_column(Instant)
    #: How often it was taken up: a file that brings the job down each time is given up.
    tries: Mapped[int] = mapped_column(default=0)
