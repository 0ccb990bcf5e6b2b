"""Surveys in each stage for tests, made through the room's own actions."""

import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from server.infra.db import db, unit_of_work
from server.kernel.actor import Actor, ActorKind
from server.ledger import queries as ledger
from server.ledger.models import Community, Flat
from server.ledger.queries import HouseholdCard
from server.surveys import actions, queries
from server.surveys.actions import Answering, Heading
from server.surveys.models import Survey, SurveyResponse
from server.surveys.rules.words import Capacity, Channel, Proof
from tests.factories.ledger import household_of, make_small_community
from tests.kept import kept

CLERK = Actor(ActorKind.STAFF, 9001, "经办人")
REVIEWER = Actor(ActorKind.STAFF, 9002, "复核人")
RESIDENT = Actor(ActorKind.RESIDENT, 7001, "居民")
#: Monday, 2 March 2026, 09:00 in China.
DRAFTED = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
OPENED = DRAFTED + timedelta(days=1)
CLOSES = datetime(2026, 3, 20, 10, 0, tzinfo=UTC)
ASKING = OPENED + timedelta(days=2)


def question(key: str = "wants", kind: str = "one", **facts: Any) -> dict[str, Any]:
    """A question with two options where its kind has any."""
    usual: dict[str, Any] = {"key": key, "kind": kind, "title": f"题目 {key}"}
    if kind in {"one", "many", "ranking", "items", "contribution"}:
        usual["options"] = [{"value": "a", "title": "甲"}, {"value": "b", "title": "乙"}]
    if kind == "scale":
        usual |= {"least": "1", "most": "5"}
    return {**usual, **facts}


def form_of(*questions: Mapping[str, Any]) -> dict[str, Any]:
    """A definition of one section."""
    asked = list(questions) or [question()]
    return {"sections": [{"key": "s1", "title": "第一部分", "questions": asked}], "thanks": "谢谢。"}


#: One question of most kinds, in two sections; the last only where somebody agrees.
WHOLE = {
    "sections": [
        {
            "key": "home",
            "title": "你家的情况",
            "questions": [
                question("people", "number", title="家里几口人", least="1", most="20", unit="口"),
                question(
                    "age", "one", title="你多大年纪", sensitive="age", why="看看老人多不多。",
                    options=[{"value": "young", "title": "60 岁以下"}, {"value": "old", "title": "60 岁以上"}],
                ),
                question("agree", "stance", title="同意改造吗", is_consent=True, required=True),
            ],
        },
        {
            "key": "wishes",
            "title": "想改什么",
            "show_if": ["=", ["ref", "agree"], ["str", "agree"]],
            "questions": [
                question(
                    "items", "items", title="想改哪些", at_most=3,
                    options=[
                        {"value": code, "title": name}
                        for code, name in (("B-01", "修路"), ("B-02", "换水管"), ("W-01", "停车"), ("T-01", "电梯"))
                    ],
                ),
                question("more", "long_text", title="还有什么想说的"),
                question("faults", "many", title="现在哪里不好", other=True, at_most=2),
            ],
        },
    ],
    "thanks": "谢谢。",
}  # fmt: skip

ANSWERS = {
    "people": "3",
    "agree": "agree",
    "items": ["B-01", "T-01"],
    "items.top": ["T-01"],
    "more": "路灯太暗",
}


def key() -> str:
    return secrets.token_urlsafe(12)


@kept
def make_survey(
    community: Community,
    definition: Mapping[str, Any] | None = None,
    *,
    title: str = "改造意愿入户调查",
    **facts: Any,
) -> Survey:
    """A draft."""
    with unit_of_work():
        return actions.draft_survey(
            community.id,
            Heading(title, **facts),
            definition or form_of(),
            client_key=key(),
            actor=CLERK,
            now=DRAFTED,
        )


@kept
def make_open_survey(
    community: Community,
    definition: Mapping[str, Any] | None = None,
    *,
    closes_at: datetime = CLOSES,
    **facts: Any,
) -> Survey:
    """Opened at OPENED, closes at CLOSES."""
    survey = make_survey(community, definition, **facts)
    with unit_of_work():
        actions.open_survey(survey, closes_at=closes_at, actor=CLERK, now=OPENED)
    return survey


@kept
def make_asked(
    definition: Mapping[str, Any] | None = None, flats: int = 6, **facts: Any
) -> tuple[Survey, list[Flat]]:
    """An open survey of a small community."""
    community, made = make_small_community(flats)
    return make_open_survey(community, definition, **facts), made


def card_of(flat: Flat) -> HouseholdCard:
    card = ledger.household(household_of(flat).id)
    assert card is not None
    return card


@kept
def answer(
    survey: Survey,
    flat: Flat,
    answers: Mapping[str, Any],
    *,
    proof: Proof = Proof.PROVEN,
    channel: Channel | None = None,
    capacity: Capacity = Capacity.OWNER,
    device: str = "",
    signed_on: date | None = None,
    seen: int | None = None,
    client_key: str = "",
    actor: Actor = RESIDENT,
    now: datetime = ASKING,
) -> SurveyResponse:
    """One household's answer, in a unit of work of its own."""
    usual = Channel.SLIP if proof is Proof.PROVEN else Channel.POSTER
    how = Answering(proof, channel or usual, capacity, device or f"device-{flat.id}", signed_on, None, seen)
    with unit_of_work():
        return actions.submit_response(
            queries.form(survey),
            card_of(flat),
            answers,
            how,
            client_key=client_key or key(),
            actor=actor,
            now=now,
        )


@kept
def fold() -> int:
    with unit_of_work():
        return actions.fold_due(ASKING)


def reload(survey: Survey) -> Survey:
    db.session.expire_all()
    return queries.known(survey.id)
