"""What people wrote in their own words: grouped where they said the same, and searched."""

from dataclasses import dataclass

import sqlalchemy as sa

from server.infra.db import db
from server.kernel.pages import Page
from server.moderation import queries as moderation
from server.moderation.queries import Standing
from server.surveys.models import Counted, Survey, SurveyQuote, SurveyText

A_PAGE = 50
#: By which moderation knows them.
ABOUT_TEXT = "survey_text"


@dataclass(frozen=True)
class Said:
    """The words of one or more households; `text_id` is the first who said them."""

    text_id: int
    text: str
    households: int


def texts(of: Survey, key: str, *, search: str = "", page: int = 1) -> Page[Said]:
    """The words of responses that count, what most people said first. `search`: only those that hold it."""
    where = [SurveyText.survey_id == of.id, SurveyText.key == key, _counts()]
    if search.strip():
        where.append(SurveyText.text.icontains(search.strip(), autoescape=True))
    grouped = (
        sa.select(sa.func.min(SurveyText.id).label("first_id"), sa.func.count().label("households"))
        .where(*where)
        .group_by(SurveyText.digest)
        .subquery()
    )
    total = db.session.scalar(sa.select(sa.func.count()).select_from(grouped)) or 0
    rows = db.session.execute(
        sa.select(SurveyText.id, SurveyText.text, grouped.c.households)
        .join(grouped, grouped.c.first_id == SurveyText.id)
        .order_by(grouped.c.households.desc(), SurveyText.id)
        .offset((page - 1) * A_PAGE)
        .limit(A_PAGE)
    )
    return Page([Said(*row) for row in rows], page, A_PAGE, total)


def text(text_id: int, survey_id: int) -> SurveyText | None:
    row = db.session.get(SurveyText, text_id)
    return row if row is not None and row.survey_id == survey_id else None


def quotes(of: Survey) -> dict[int, Standing]:
    """The texts that were put forward to be quoted, with what the check said."""
    ids = db.session.scalars(sa.select(SurveyQuote.text_id).where(SurveyQuote.survey_id == of.id)).all()
    return moderation.standing(ABOUT_TEXT, ids) if ids else {}


def quotable(of: Survey) -> dict[int, str]:
    """The texts that passed the check, as others may read them."""
    return {id_: one.text for id_, one in sorted(quotes(of).items()) if one.is_public and one.text}


def _counts() -> sa.ColumnElement[bool]:
    return sa.exists().where(
        Counted.survey_id == SurveyText.survey_id, Counted.response_id == SurveyText.response_id
    )
