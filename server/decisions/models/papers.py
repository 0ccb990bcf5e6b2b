"""Papers: the templates that offices put in place of ours, and every paper as it was given out, with its code."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.decisions.rules.papers import PaperKind, TemplateSource
from server.infra.db import Base, BigId, Instant, Keyed, Word


class PaperTemplate(Keyed, Base):
    """What a division uses for one kind of paper from now on. Append-only: the newest of a division and kind holds."""

    __tablename__ = "paper_templates"
    __table_args__ = (
        sa.UniqueConstraint("division_id", "kind", "number"),
        sa.CheckConstraint("(source = 'own') = (document IS NOT NULL)", name="own_has_a_document"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"))
    kind: Mapped[PaperKind] = mapped_column(Word(PaperKind))
    #: From 1 within the division and kind; printed as the version.
    number: Mapped[int]
    source: Mapped[TemplateSource] = mapped_column(Word(TemplateSource))
    #: The .docx as it was uploaded; only where the source is the office's own. Read when it is asked for.
    document: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)
    filename: Mapped[str] = mapped_column(sa.String(120))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    put_by: Mapped[str] = mapped_column(sa.String(40))
    put_label: Mapped[str] = mapped_column(sa.String(100))
    put_at: Mapped[datetime] = mapped_column(Instant)


class IssuedPaper(Keyed, Base):
    """One paper as it was given out: what it says, for the office and for everyone, and the file. Append-only."""

    __tablename__ = "issued_papers"
    __table_args__ = (
        sa.UniqueConstraint("community_id", "number"),
        sa.ForeignKeyConstraint(
            ["decision_id", "version"],
            ["decision_versions.decision_id", "decision_versions.number"],
            name="fk_issued_papers_version",
        ),
        sa.CheckConstraint("(decision_id IS NULL) = (version IS NULL)", name="names_a_whole_version"),
        sa.Index("ix_issued_papers_decision_id", "decision_id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"))
    #: From 1 within the community.
    number: Mapped[int]
    kind: Mapped[PaperKind] = mapped_column(Word(PaperKind))
    title: Mapped[str] = mapped_column(sa.String(200))
    issuer: Mapped[str] = mapped_column(sa.String(80))
    #: The decision and its version that the paper is of; none of an application pack.
    decision_id: Mapped[int | None] = mapped_column(BigId)
    version: Mapped[int | None]
    #: What a stranger checks the paper by.
    code: Mapped[str] = mapped_column(sa.String(12), unique=True)
    #: The sheet as the office prints it, and as everyone may read it: blocks of a notice.
    body: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    public_body: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    #: The template it was filled into; None: the house's own. In words as it is printed beside the paper.
    template_id: Mapped[int | None] = mapped_column(sa.ForeignKey("paper_templates.id"))
    template_words: Mapped[str] = mapped_column(sa.String(160))
    document: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    issued_on: Mapped[date]
    issued_by: Mapped[str] = mapped_column(sa.String(40))
    issued_label: Mapped[str] = mapped_column(sa.String(100))
    issued_at: Mapped[datetime] = mapped_column(Instant)
