"""A survey of 20 questions, and as many answers to it as a bench wants, put in by bulk."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from server.infra.db import db, unit_of_work
from server.ledger.models import Flat, Household
from server.surveys import actions
from server.surveys.actions import Heading
from server.surveys.models import Counted, Survey, SurveyResponse, SurveyText
from server.surveys.rules.words import Capacity, Channel, Proof
from tests.bench.seeding import CLERK, ROWS_AT_ONCE

QUESTIONS = 20
OPTIONS = [{"value": f"o{number}", "title": f"选项 {number}"} for number in range(6)]
WORDS = ("灯暗", "路破", "没有电梯", "停车难", "下水道堵")


def definition() -> dict[str, Any]:
    """Six kinds in turn; one of them in words, one put to owners only."""
    questions: list[dict[str, Any]] = []
    for number in range(QUESTIONS):
        question: dict[str, Any] = {"key": f"q{number}", "title": f"第 {number + 1} 题，问一件事情"}
        match number % 6:
            case 0 | 1:
                question |= {"kind": "one", "options": OPTIONS, "required": True}
            case 2:
                question |= {"kind": "many", "options": OPTIONS, "at_most": 3}
            case 3:
                question |= {"kind": "scale", "least": "1", "most": "5"}
            case 4:
                question |= {"kind": "items", "options": OPTIONS, "at_most": 3}
            case _:
                question |= {"kind": "stance", "is_consent": True}
        questions.append(question)
    questions[-1] = {"key": f"q{QUESTIONS - 1}", "kind": "text", "title": "还有什么想说的"}
    return {"sections": [{"key": "all", "title": "全部", "questions": questions}]}


def answers(number: int) -> dict[str, Any]:
    drawn = random.Random(number)  # noqa: S311 - the same answers every time
    said: dict[str, Any] = {}
    for place in range(QUESTIONS - 1):
        values = [option["value"] for option in OPTIONS]
        match place % 6:
            case 0 | 1:
                said[f"q{place}"] = drawn.choice(values)
            case 2:
                said[f"q{place}"] = sorted(drawn.sample(values, 2))
            case 3:
                said[f"q{place}"] = str(drawn.randint(1, 5))
            case 4:
                said[f"q{place}"] = sorted(drawn.sample(values, 4))
                said[f"q{place}.top"] = said[f"q{place}"][:3]
            case _:
                said[f"q{place}"] = drawn.choice(["agree", "disagree", "neutral"])
    said[f"q{QUESTIONS - 1}"] = drawn.choice(WORDS)
    return said


def open_questionnaire(community_id: int) -> Survey:
    now = datetime.now(UTC)
    with unit_of_work():
        survey = actions.draft_survey(
            community_id,
            Heading("量速问卷"),
            definition(),
            client_key=f"bench-{community_id}",
            actor=CLERK,
            now=now,
        )
        actions.open_survey(survey, closes_at=now + timedelta(days=30), actor=CLERK, now=now)
    return survey


def answer_all(survey: Survey, flat_ids: Sequence[int]) -> None:
    """Every household answers; then the sums are folded as the clock would."""
    households = db.session.execute(
        sa.select(Household.id, Flat.building_id)
        .join(Flat, Flat.id == Household.flat_id)
        .where(Flat.community_id == survey.community_id)
        .order_by(Household.id)
        .limit(len(flat_ids))
    ).all()
    with unit_of_work():
        for start in range(0, len(households), ROWS_AT_ONCE):
            _answer_some(survey, households[start : start + ROWS_AT_ONCE])
    while _fold(survey.id):
        pass


def _answer_some(survey: Survey, households: Sequence[Any]) -> None:
    rows = list(_rows(survey, households))
    ids = list(
        db.session.scalars(
            sa.insert(SurveyResponse).returning(SurveyResponse.id, sort_by_parameter_order=True), rows
        )
    )
    last = f"q{QUESTIONS - 1}"
    texts = [
        {
            "survey_id": survey.id,
            "response_id": id_,
            "key": last,
            "text": row["answers"][last],
            "digest": row["answers"][last],
        }
        for id_, row in zip(ids, rows, strict=True)
    ]
    db.session.execute(sa.insert(SurveyText), texts)
    counted = [
        {
            "survey_id": survey.id,
            "household_id": row["household_id"],
            "proof": Proof.PROVEN,
            "response_id": id_,
            "consent_response_id": id_,
            "is_folded": False,
        }
        for id_, row in zip(ids, rows, strict=True)
    ]
    db.session.execute(sa.insert(Counted), counted)


def _rows(survey: Survey, households: Sequence[Any]) -> Iterator[dict[str, Any]]:
    now = datetime.now(UTC)
    capacities = list(Capacity)
    for household in households:
        yield {
            "survey_id": survey.id,
            "version_number": 1,
            "household_id": household.id,
            "building_id": household.building_id,
            "proof": Proof.PROVEN,
            "channel": Channel.SLIP,
            "capacity": capacities[household.id % 3],
            "answers": answers(household.id),
            "answered_at": now,
            "received_at": now,
            "entered_by": "resident:1",
            "needs_review": False,
        }


def _fold(survey_id: int) -> int:
    with unit_of_work():
        return actions.fold_survey(survey_id)
