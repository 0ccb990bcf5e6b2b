"""A program of another house, as it speaks GeoReport v2."""

import json
from typing import Any
from xml.etree.ElementTree import Element

import sqlalchemy as sa
from defusedxml.ElementTree import fromstring
from flask.testing import FlaskClient

from server.infra.db import db, unit_of_work
from server.moderation import actions as moderation
from server.moderation.models import ModerationItem
from tests.conftest import START
from tests.factories.tickets import COMMITTEE

BASE = "/open311/v2"
NANMING, YUNYAN, GUIZHOU = "520102", "520103", "52"
HERE = {"jurisdiction_id": NANMING}
#: Of a request as GeoReport lists them.
FIELDS = [
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description", "agency_responsible",
    "service_notice", "requested_datetime", "updated_datetime", "expected_datetime", "address", "address_id", "zipcode",
    "lat", "long", "media_url",
]  # fmt: skip
REPORT = {"service_code": "water", "description": "楼道漏水", **HERE}


def get(client: FlaskClient, address: str, expected: int = 200, /, **arguments: Any) -> Any:
    answer = client.get(f"{BASE}/{address}.json", query_string={**HERE, **arguments})
    assert answer.status_code == expected, answer.text
    assert answer.content_type == "application/json; charset=utf-8"
    return json.loads(answer.text)


def xml(client: FlaskClient, address: str, expected: int = 200, /, **arguments: Any) -> Element:
    answer = client.get(f"{BASE}/{address}.xml", query_string={**HERE, **arguments})
    assert answer.status_code == expected, answer.text
    assert answer.content_type == "text/xml; charset=utf-8"
    assert answer.text.startswith('<?xml version="1.0" encoding="utf-8"?>')
    return fromstring(answer.text)


def post(client: FlaskClient, secret: str, status: int = 200, form: str = "json", **sent: Any) -> Any:
    answer = client.post(f"{BASE}/requests.{form}", data={"api_key": secret, **REPORT, **sent})
    assert answer.status_code == status, answer.text
    return json.loads(answer.text) if form == "json" else fromstring(answer.text)


def said(errors: list[dict[str, Any]], status: int) -> str:
    """An error has a code and a description, and nothing else."""
    assert [sorted(one) for one in errors] == [["code", "description"]] * len(errors)
    assert {one["code"] for one in errors} == {status}
    return " ".join(one["description"] for one in errors)


def pass_words(ticket_id: int) -> None:
    item = db.session.scalars(sa.select(ModerationItem).where(ModerationItem.about_id == ticket_id)).one()
    with unit_of_work():
        moderation.pass_text(item.id, community_id=item.community_id, acts_seen=0, actor=COMMITTEE, now=START)
