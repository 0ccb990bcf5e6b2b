"""The photos that came with answers, household by household, for those who may read what was answered."""

from dataclasses import dataclass

import sqlalchemy as sa

from server.infra.db import db
from server.kernel.errors import NotFound
from server.kernel.pages import Page
from server.ledger import queries as ledger
from server.surveys.models import Counted, Survey, SurveyResponse
from server.surveys.queries.asked import form
from server.surveys.queries.responses import response
from server.surveys.rules.words import Kind

#: Households a page: each may have sent several photos.
A_PAGE = 20


@dataclass(frozen=True)
class Pictured:
    """What one household photographed. `label`: its door, as long as it is in the ledger."""

    response_id: int
    label: str
    photo_ids: tuple[int, ...]


def pictured(of: Survey, key: str, *, page: int = 1) -> Page[Pictured]:
    """The photos of the answers that count to one question, the latest answer first."""
    rows = (
        sa.select(SurveyResponse.id, SurveyResponse.household_id, SurveyResponse.answers)
        .join(Counted, Counted.response_id == SurveyResponse.id)
        .where(Counted.survey_id == of.id, SurveyResponse.answers[key].as_string().is_not(None))
    )
    total = db.session.scalar(sa.select(sa.func.count()).select_from(rows.subquery())) or 0
    some = rows.order_by(SurveyResponse.id.desc()).offset((page - 1) * A_PAGE).limit(A_PAGE)
    found = [
        Pictured(row.id, _label(row.household_id), tuple(int(one) for one in row.answers[key]))
        for row in db.session.execute(some)
    ]
    return Page(found, page, A_PAGE, total)


def check_names_photo(of: Survey, response_id: int, photo_id: int) -> None:
    """Raises NotFound unless this response to this survey names the photo."""
    answers = response(response_id, of.id).answers
    keys = [one.key for one in form(of).definition.questions if one.kind is Kind.PHOTO]
    if not any(str(photo_id) == str(one) for key in keys for one in answers.get(key) or ()):
        raise NotFound


def _label(household_id: int) -> str:
    card = ledger.household(household_id)
    return card.label if card is not None else "已不在台账里的一户"
