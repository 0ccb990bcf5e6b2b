"""Templates of papers: which one is used where, and what a division has put in place."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import undefer

from server.decisions.models import PaperTemplate
from server.decisions.rules.papers import OURS, PaperKind, TemplateRow, template_in_force
from server.divisions import queries as divisions
from server.divisions.rules import ids_in
from server.infra.db import db


@dataclass(frozen=True)
class ChosenTemplate:
    """The template that is used: an office's, or (document None) the house's own."""

    template_id: int | None
    #: As it is kept with each paper.
    words: str
    document: bytes | None


OUR_OWN = ChosenTemplate(None, OURS, None)


def template_for(kind: PaperKind, division_path: str) -> ChosenTemplate:
    """The county's, else the city's, else the province's, else ours."""
    path = ids_in(division_path)
    rows = db.session.execute(
        sa.select(
            PaperTemplate.id, PaperTemplate.division_id, PaperTemplate.number, PaperTemplate.source
        ).where(PaperTemplate.kind == kind, PaperTemplate.division_id.in_(path))
    )
    held = template_in_force((TemplateRow(*row) for row in rows), path)
    if held is None:
        return OUR_OWN
    return ChosenTemplate(held.id, words_of(held), template_document(held.id))


def words_of(row: TemplateRow) -> str:
    division = divisions.division(row.division_id)
    return f"{division.name if division else ''}的模板（第 {row.number} 版）"


def template_document(template_id: int) -> bytes | None:
    return db.session.scalar(sa.select(PaperTemplate.document).where(PaperTemplate.id == template_id))


def templates_of(division_id: int, kind: PaperKind) -> list[PaperTemplate]:
    """All that a division put in place for a kind, newest first; without the files."""
    rows = sa.select(PaperTemplate).where(
        PaperTemplate.division_id == division_id, PaperTemplate.kind == kind
    )
    return list(db.session.scalars(rows.order_by(PaperTemplate.number.desc())))


def template(template_id: int, division_id: int) -> PaperTemplate | None:
    """One with its file; None where it is another division's."""
    found = sa.select(PaperTemplate).where(
        PaperTemplate.id == template_id, PaperTemplate.division_id == division_id
    )
    return db.session.scalar(found.options(undefer(PaperTemplate.document)))
