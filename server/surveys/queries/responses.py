"""What was answered by a household: its responses, which of them counts, its draft."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from server.infra.db import db, table_of
from server.infra.statements import run
from server.kernel.errors import NotFound
from server.surveys.models import (
    Counted,
    Survey,
    SurveyClaim,
    SurveyDraft,
    SurveyPrivate,
    SurveyResponse,
    SurveyReview,
)
from server.surveys.queries.asked import Asked
from server.surveys.rules.counting import ResponseFacts
from server.surveys.rules.words import Capacity, Proof


@dataclass(frozen=True)
class Draft:
    answers: dict[str, Any]
    capacity: Capacity | None
    saved_at: datetime


def response(response_id: int, survey_id: int) -> SurveyResponse:
    """Raises NotFound."""
    row = db.session.get(SurveyResponse, response_id)
    if row is None or row.survey_id != survey_id:
        raise NotFound
    return row


def responses_of(survey_id: int, household_id: int) -> list[SurveyResponse]:
    """All that are on record, the first given first."""
    rows = sa.select(SurveyResponse).where(
        SurveyResponse.survey_id == survey_id, SurveyResponse.household_id == household_id
    )
    return list(db.session.scalars(rows.order_by(SurveyResponse.id)))


def latest(survey_id: int, household_id: int, proof: Proof) -> SurveyResponse | None:
    """What was answered last for the household, as well proven as this."""
    rows = sa.select(SurveyResponse).where(
        SurveyResponse.survey_id == survey_id,
        SurveyResponse.household_id == household_id,
        SurveyResponse.proof == proof,
    )
    return db.session.scalars(
        rows.order_by(SurveyResponse.answered_at.desc(), SurveyResponse.id.desc()).limit(1)
    ).first()


def answered_by_slip(survey_ids: Collection[int], household_ids: Collection[int]) -> set[tuple[int, int]]:
    """Which of these surveys and households have an answer that is proven to be the household's."""
    rows = sa.select(Counted.survey_id, Counted.household_id).where(
        Counted.survey_id.in_(survey_ids),
        Counted.household_id.in_(household_ids),
        Counted.response_id.is_not(None),
        Counted.proof == Proof.PROVEN,
    )
    return {(row.survey_id, row.household_id) for row in db.session.execute(rows)}


FACTS = (
    sa.select(
        SurveyResponse.id,
        SurveyResponse.household_id,
        SurveyResponse.proof,
        SurveyResponse.capacity,
        SurveyResponse.answered_at,
        SurveyResponse.needs_review,
        SurveyReview.is_accepted,
    )
    .outerjoin(SurveyReview, SurveyReview.response_id == SurveyResponse.id)
    .where(SurveyResponse.survey_id == sa.bindparam("survey_id"))
    .order_by(SurveyResponse.household_id, SurveyResponse.id)
)
_FACTS_OF_ONE = FACTS.where(SurveyResponse.household_id == sa.bindparam("household_id"))


def facts_of(survey_id: int, household_id: int) -> list[ResponseFacts]:
    """What is needed to say which response of this household counts."""
    rows = db.session.execute(_FACTS_OF_ONE, {"survey_id": survey_id, "household_id": household_id})
    return [facts_from(row) for row in rows]


@dataclass(frozen=True)
class Before:
    """What an answer finds when the household is held: whether it is in time, what was answered, and what else is there."""

    opened_at: datetime | None
    closes_at: datetime | None
    is_discarded: bool
    facts: list[ResponseFacts]
    has_draft: bool
    #: Id and digest of the response that was made by the same client key.
    earlier: tuple[int, str] | None


_surveys, _responses, _reviews = table_of(Survey), table_of(SurveyResponse), table_of(SurveyReview)
_drafts, _counted, _claims = table_of(SurveyDraft), table_of(Counted), table_of(SurveyClaim)


def _of_household(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(
        table.c.survey_id == sa.bindparam("survey_id"), table.c.household_id == sa.bindparam("household_id")
    )


_DRAFT_THERE = sa.exists().where(_of_household(_drafts), _drafts.c.holder == sa.bindparam("holder"))
_BEFORE = (
    sa.select(
        _surveys.c.opened_at,
        _surveys.c.closes_at,
        _surveys.c.discarded_at,
        _DRAFT_THERE.label("has_draft"),
        *(
            _responses.c[name]
            for name in ("id", "survey_id", "household_id", "proof", "capacity", "answered_at")
        ),
        *(_responses.c[name] for name in ("needs_review", "client_key", "client_digest")),
        _reviews.c.is_accepted,
    )
    .select_from(_surveys)
    .outerjoin(
        _responses,
        sa.or_(_of_household(_responses), _responses.c.client_key == sa.bindparam("client_key")),
    )
    .outerjoin(_reviews, _reviews.c.response_id == _responses.c.id)
    .where(_surveys.c.id == sa.bindparam("survey_id"))
    .order_by(_responses.c.id)
)


def before_answering(survey_id: int, household_id: int, holder: str, client_key: str) -> Before:
    """One read, because every answer asks it."""
    values = {
        "survey_id": survey_id,
        "household_id": household_id,
        "holder": holder,
        "client_key": client_key,
    }
    rows = run(_BEFORE, values).all()
    if not rows:
        raise NotFound
    made = [row for row in rows if row.id is not None]
    mine = [row for row in made if (row.survey_id, row.household_id) == (survey_id, household_id)]
    same = next((row for row in made if row.client_key == client_key), None)
    return Before(
        rows[0].opened_at,
        rows[0].closes_at,
        rows[0].discarded_at is not None,
        [facts_from(row) for row in mine],
        rows[0].has_draft,
        (same.id, same.client_digest or "") if same is not None else None,
    )


def facts_rows(survey_id: int) -> Iterable[Any]:
    """The same of every household, in the order of households."""
    return db.session.execute(FACTS, {"survey_id": survey_id}, execution_options={"yield_per": 2000})


def facts_from(row: Any) -> ResponseFacts:
    return ResponseFacts(
        id=row.id,
        proof=row.proof,
        capacity=row.capacity,
        answered_at=row.answered_at,
        is_accepted=not row.needs_review or bool(row.is_accepted),
    )


def counted(survey_id: int, household_id: int) -> Counted | None:
    return db.session.get(Counted, (survey_id, household_id))


def counted_of(survey_id: int) -> dict[int, Counted]:
    """What counts of every household that has answered."""
    rows = sa.select(Counted).where(Counted.survey_id == survey_id, Counted.response_id.is_not(None))
    return {row.household_id: row for row in db.session.scalars(rows)}


def claimed_to_confirm(survey_id: int, household_id: int) -> SurveyResponse | None:
    """An answer given by the poster for this household, while nothing proven stands before it."""
    row = counted(survey_id, household_id)
    if row is None or row.response_id is None or row.proof is not Proof.CLAIMED:
        return None
    return db.session.get(SurveyResponse, row.response_id)


def claim_of_household(survey_id: int, household_id: int) -> str | None:
    """The browser that answered for the household at the poster."""
    row = db.session.get(SurveyClaim, (survey_id, household_id))
    return row.device if row else None


def has_claimed(survey_id: int, device: str) -> bool:
    """Whether this browser answered for any household."""
    mine = sa.exists().where(SurveyClaim.survey_id == survey_id, SurveyClaim.device == device)
    return bool(db.session.scalar(sa.select(mine)))


def whole_answers(of: SurveyResponse) -> dict[str, Any]:
    """The answers with the sealed ones: for the household itself, and for what may be counted."""
    return {**of.answers, **private_of([of.id]).get(of.id, {})}


def private_of(response_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """The sealed answers of these responses, opened."""
    found: dict[int, dict[str, Any]] = {}
    rows = sa.select(SurveyPrivate.response_id, SurveyPrivate.key, SurveyPrivate.value).where(
        SurveyPrivate.response_id.in_(response_ids)
    )
    for row in db.session.execute(rows):
        found.setdefault(row.response_id, {})[row.key] = json.loads(row.value)
    return found


_DRAFT = sa.select(SurveyDraft.answers, SurveyDraft.capacity, SurveyDraft.saved_at).where(
    SurveyDraft.survey_id == sa.bindparam("survey_id"),
    SurveyDraft.household_id == sa.bindparam("household_id"),
    SurveyDraft.holder == sa.bindparam("holder"),
)
_DRAFT_HELD = _DRAFT.with_for_update()


def draft(survey_id: int, household_id: int, holder: str, *, is_held: bool = False) -> Draft | None:
    """`is_held`: nobody else may change it before this transaction ends."""
    values = {"survey_id": survey_id, "household_id": household_id, "holder": holder}
    row = db.session.execute(_DRAFT_HELD if is_held else _DRAFT, values).first()
    return Draft(json.loads(row.answers), row.capacity, row.saved_at) if row else None


_HAS_BEGUN = sa.select(
    sa.or_(
        _DRAFT_THERE,
        sa.and_(
            sa.bindparam("is_proven", type_=sa.Boolean()),
            sa.exists().where(_of_household(_counted), _counted.c.response_id.is_not(None)),
        ),
        sa.exists().where(_of_household(_claims), _claims.c.device == sa.bindparam("holder")),
    )
)


def has_begun(survey_id: int, household_id: int, holder: str, proof: Proof) -> bool:
    """Whether there is a draft or an answer to look at before the form; of a browser at the poster only its own."""
    values = {
        "survey_id": survey_id,
        "household_id": household_id,
        "holder": holder,
        "is_proven": proof is Proof.PROVEN,
    }
    return bool(run(_HAS_BEGUN, values).scalar())


def review(response_id: int) -> SurveyReview | None:
    """What another person said of a paper form entered late."""
    return db.session.get(SurveyReview, response_id)


def waiting_for_review(of: Survey) -> list[SurveyResponse]:
    """What was said before the closing, reached us after it, and nobody has looked at."""
    rows = (
        sa.select(SurveyResponse)
        .outerjoin(SurveyReview, SurveyReview.response_id == SurveyResponse.id)
        .where(
            SurveyResponse.survey_id == of.id,
            SurveyResponse.needs_review.is_(True),
            SurveyReview.response_id.is_(None),
        )
    )
    return list(db.session.scalars(rows.order_by(SurveyResponse.id)))


def has_private(of: Asked, household_id: int) -> bool:
    """Whether anything is kept that the household may take back."""
    mine = sa.select(SurveyResponse.id).where(
        SurveyResponse.survey_id == of.id, SurveyResponse.household_id == household_id
    )
    return bool(db.session.scalar(sa.select(sa.exists().where(SurveyPrivate.response_id.in_(mine)))))
