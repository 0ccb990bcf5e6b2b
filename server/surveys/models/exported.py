"""Exports that take a while: asked for, written by the job, fetched by a link, gone after some days."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, BigId, Instant, Keyed, Word
from server.surveys.rules.words import ExportState


class SurveyExport(Keyed, Base):
    __tablename__ = "survey_exports"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("surveys.id"), index=True)
    state: Mapped[ExportState] = mapped_column(Word(ExportState), index=True)
    #: "xlsx" or "csv".
    form: Mapped[str] = mapped_column(sa.String(4))
    has_labels: Mapped[bool] = mapped_column(sa.Boolean)
    #: The file's name under the instance's folder of exports.
    file_key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    done: Mapped[int] = mapped_column(sa.Integer, default=0)
    total: Mapped[int] = mapped_column(sa.Integer, default=0)
    asked_by: Mapped[str] = mapped_column(sa.String(40))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    #: The last sign of life of the job; one that went silent is taken up again, three times at most.
    beat_at: Mapped[datetime | None] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(sa.Integer, default=0)
