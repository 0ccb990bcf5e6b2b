"""A phone at the door as the server meets it: what it takes along, and the items it sends."""

import base64
import io
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from PIL import Image

from server.identity.rules import Role
from server.infra.db import db
from server.ledger.models import Community, Flat
from server.surveys import queries
from server.surveys.models import Survey, SurveyResponse
from tests.admin.browsers import browser_of
from tests.factories.identity import make_staff
from tests.factories.ledger import household_of
from tests.factories.surveys import (
    ANSWERS,
    ASKING,
    WHOLE,
    make_asked,
)


def picture(shade: int = 1) -> str:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (shade, 2, 3)).save(out, "JPEG")
    return "data:image/jpeg;base64," + base64.b64encode(out.getvalue()).decode()


def worklist(phone: FlaskClient) -> dict[str, Any]:
    return phone.get("/admin/field/worklist").json


def send(phone: FlaskClient, *items: Any) -> list[dict[str, Any]]:
    answered = phone.post(
        "/admin/field/items", json=list(items), headers={"X-CSRFToken": worklist(phone)["token"]}
    )
    assert answered.status_code == 200, answered.text
    return answered.json["items"]


def listed(**answers: Any) -> dict[str, list[str]]:
    """As a form sends them: each field with its values."""
    return {name: value if isinstance(value, list) else [value] for name, value in answers.items()}


def filled(survey: Survey, flat, key: str = "k1", **changed: Any) -> dict[str, Any]:
    return {
        "key": key,
        "kind": "response",
        "survey_id": survey.id,
        "household_id": household_of(flat).id,
        "version": 1,
        "capacity": "owner",
        "seen_response_id": 0,
        "at": (ASKING - timedelta(hours=1)).isoformat(),
        "answers": listed(**ANSWERS),
        "photos": {},
        **changed,
    }


def visited(survey: Survey, flat, key: str = "v1", **changed: Any) -> dict[str, Any]:
    return {
        "key": key,
        "kind": "visit",
        "survey_id": survey.id,
        "household_id": household_of(flat).id,
        "result": "nobody_home",
        "at": (ASKING - timedelta(hours=1)).isoformat(),
        "note": "",
        "come_back_at": None,
        **changed,
    }


def set_out(app, clock) -> tuple[Survey, list[Flat], FlaskClient]:
    """A survey of most kinds of questions, its flats, and an interviewer's phone."""
    survey, flats = make_asked(WHOLE)
    clock.set(ASKING)
    community = db.session.get(Community, survey.community_id)
    return survey, flats, browser_of(app, make_staff(Role.INTERVIEWER, community=community, name="李网格"))


def responses(survey: Survey, flat: Flat) -> list[SurveyResponse]:
    db.session.expire_all()
    return queries.responses_of(survey.id, household_of(flat).id)
