"""GeoReport v2: what there is, and following what was reported, field by field as the specification writes them."""

import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from defusedxml.ElementTree import fromstring

from server.infra.db import db
from server.tickets.rules.words import Category, State
from tests.conftest import START
from tests.factories.identity import make_resident
from tests.factories.ledger import make_community, make_flat
from tests.factories.open311 import make_key
from tests.factories.tickets import COMMITTEE, make_ticket, move
from tests.miniprogram_api.programs import (
    BASE,
    FIELDS,
    GUIZHOU,
    YUNYAN,
    get,
    pass_words,
    post,
    said,
    xml,
)

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def community(app):
    found = make_community("九洲巷小区")
    make_flat(found, building="3", entrance="2", room="501")
    return found


@pytest.fixture
def secret(app) -> str:
    return make_key()[1]


def test_discovery_says_where_the_endpoint_is_in_both_forms(client):
    told = client.get(f"{BASE}/discovery.json").json
    assert sorted(told) == ["changeset", "contact", "endpoints", "key_service"]
    (endpoint,) = told["endpoints"]
    assert sorted(endpoint) == ["changeset", "formats", "specification", "type", "url"]
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert endpoint["url"] == "http://xiangyi.test/open311/v2"
    assert endpoint["formats"] == ["text/xml", "application/json"]
    drawn = fromstring(client.get(f"{BASE}/discovery.xml").text)
    assert drawn.tag == "discovery"
    assert [one.text for one in drawn.findall("endpoints/endpoint/formats/format")] == endpoint["formats"]


def test_every_category_of_tickets_is_a_service(client):
    listed = get(client, "services")
    assert [one["service_code"] for one in listed] == [one.value for one in Category]
    names = ["description", "group", "keywords", "metadata", "service_code", "service_name", "type"]
    assert all(sorted(one) == names and one["type"] == "realtime" for one in listed)
    drawn = xml(client, "services")
    assert drawn.tag == "services"
    assert [one.findtext("service_code") for one in drawn.findall("service")] == [
        one.value for one in Category
    ]
    assert {one.findtext("metadata") for one in drawn.findall("service")} == {"true", "false"}


def test_a_service_says_what_is_asked_beside_the_place(client):
    told = get(client, "services/works")
    assert told["service_code"] == "works"
    (asked,) = told["attributes"]
    assert {name: asked[name] for name in ("variable", "code", "datatype", "required", "order")} == {
        "variable": True, "code": "item", "datatype": "string", "required": False, "order": 1,
    }  # fmt: skip
    drawn = xml(client, "services/works")
    assert drawn.tag == "service_definition"
    assert drawn.findtext("attributes/attribute/variable") == "true"
    assert get(client, "services/water") == {"service_code": "water", "attributes": []}


@pytest.mark.parametrize("address", ["services", "services/water", "requests", "requests/1", "tokens/1"])
def test_a_jurisdiction_must_be_named_and_known(client, address):
    assert "jurisdiction_id" in said(get(client, address, 400, jurisdiction_id=""), 400)
    for unknown in ("999999", "city.gov", "٥٢"):
        assert "jurisdiction_id" in said(get(client, address, 404, jurisdiction_id=unknown), 404)


def test_a_service_that_there_is_not_is_not_found(client):
    assert "magic" in said(get(client, "services/magic", 404), 404)


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("get", "nothing.json", 404),
        ("get", "requests/abc.json", 404),
        ("get", "requests/1.html", 404),
        ("put", "requests.json", 404),
        ("post", "services.json", 404),
    ],
)
def test_what_is_no_address_of_ours_is_answered_in_the_shape_of_the_specification(
    client, method, address, status
):
    answer = getattr(client, method)(f"{BASE}/{address}")
    assert answer.status_code == status
    if address.endswith(".json"):
        said(json.loads(answer.text), status)
    else:
        errors = fromstring(answer.text)
        assert (errors.tag, errors.findtext("error/code")) == ("errors", str(status))


def test_what_an_address_held_makes_no_broken_xml(client):
    errors = xml(client, "services/%01%1b", 404)
    assert errors.findtext("error/description")


def test_a_request_has_every_field_of_the_specification(client, community):
    row = make_ticket(community.id, entrance_id=make_flat(community, building="3", entrance="2").entrance_id)
    (told,) = get(client, f"requests/{row.id}")
    assert list(told) == FIELDS
    assert (told["service_request_id"], told["status"], told["service_code"]) == (
        str(row.id),
        "open",
        "water",
    )
    assert told["requested_datetime"] == "2026-03-02T09:00:00+08:00"
    assert told["address"].startswith("3 栋 2 单元，九洲巷小区，九洲巷社区")
    assert told["address"].endswith("南明区，贵阳市，贵州省")
    assert told["address_id"] == f"c{community.id}-e{row.entrance_id}"
    drawn = xml(client, f"requests/{row.id}")
    assert [one.tag for one in drawn.find("request")] == FIELDS
    assert drawn.find("request/zipcode").text is None


def test_words_are_read_by_others_only_once_they_were_looked_at(client, community, secret):
    (answered,) = post(
        client,
        secret,
        address_string="九洲巷小区",
        media_url="https://pic.example/1.jpg",
        phone="13800138000",
    )
    id_ = answered["service_request_id"]
    (mine,), (others,) = get(client, f"requests/{id_}", api_key=secret), get(client, f"requests/{id_}")
    assert (mine["description"], mine["media_url"]) == ("楼道漏水", "https://pic.example/1.jpg")
    assert (others["description"], others["media_url"]) == (None, None)
    assert "13800138000" not in json.dumps([mine, others])
    pass_words(int(id_))
    assert get(client, f"requests/{id_}")[0]["description"] == "楼道漏水"
    assert get(client, f"requests/{id_}")[0]["media_url"] is None


def test_what_is_wrong_inside_a_home_is_nobodys_business(client, community):
    row = make_ticket(community.id, flat_id=make_flat(community).id)
    said(get(client, f"requests/{row.id}", 404), 404)
    assert get(client, "requests") == []
    assert get(client, "requests", service_request_id=row.id) == []


def test_a_request_of_another_jurisdiction_is_as_if_it_were_not(client, community):
    row = make_ticket(community.id)
    assert said(get(client, f"requests/{row.id}", 404, jurisdiction_id=YUNYAN), 404) == said(
        get(client, "requests/987654321", 404), 404
    ).replace("987654321", str(row.id))
    assert get(client, f"requests/{row.id}", jurisdiction_id=GUIZHOU)


def test_done_is_open_until_the_resident_has_said_so(client, community):
    row = make_ticket(community.id)
    move(row.id, "accept", "arrive", "finish", at=START + timedelta(hours=1))
    (told,) = get(client, f"requests/{row.id}")
    assert (told["status"], told["status_notes"], told["expected_datetime"]) == (
        "open",
        State.DONE.name_zh,
        None,
    )
    assert told["updated_datetime"] == "2026-03-02T10:00:00+08:00"
    move(row.id, "confirm", actor=COMMITTEE, at=START + timedelta(hours=2))
    (told,) = get(client, f"requests/{row.id}")
    assert (told["status"], told["updated_datetime"]) == ("closed", "2026-03-02T11:00:00+08:00")


def test_the_finer_states_stand_in_the_extensions_where_they_are_asked_for(client, community):
    row = make_ticket(community.id)
    move(row.id, "accept")
    assert "extended_attributes" not in get(client, f"requests/{row.id}")[0]
    (told,) = get(client, f"requests/{row.id}", extensions="true")
    assert told["extended_attributes"]["state"] == "accepted"
    assert [one["type"] for one in told["notes"]] == ["report", "accept"]
    assert "好的" not in json.dumps(told, ensure_ascii=False)
    drawn = xml(client, f"requests/{row.id}", extensions="true")
    assert [one.findtext("type") for one in drawn.findall("request/notes/note")] == ["report", "accept"]


def test_requests_are_found_by_date_status_and_service(client, community, clock):
    water, power = (
        make_ticket(community.id),
        make_ticket(community.id, Category.POWER, at=START + timedelta(days=2)),
    )
    old = make_ticket(community.id, at=START - timedelta(days=91))
    move(power.id, "withdraw", at=START + timedelta(days=2))
    clock.set(START + timedelta(days=3))

    def listed(**arguments: str) -> list[int]:
        return [int(one["service_request_id"]) for one in get(client, "requests", **arguments)]

    assert listed() == [power.id, water.id]
    assert listed(status="open") == [water.id]
    assert listed(status="closed") == [power.id]
    assert listed(service_code="power,water", status="open,closed") == [power.id, water.id]
    assert listed(service_code="water") == [water.id]
    at = "2026-03-02T01:00:00Z"
    assert listed(start_date=at, end_date=at) == [water.id]
    assert listed(end_date="2026-03-01T00:00:00Z") == [old.id]
    assert listed(service_request_id=f"{water.id},{old.id},987654321,x", status="closed") == [
        old.id,
        water.id,
    ]
    assert listed(page_size="1") == [power.id]
    assert listed(page_size="1", page="2") == [water.id]


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ({"status": "done"}, 400),
        ({"start_date": "yesterday"}, 400),
        ({"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-06-01T00:00:00Z"}, 400),
        ({"page": "0"}, 400),
        ({"page_size": "1001"}, 400),
        ({"service_code": "magic"}, 404),
    ],
)
def test_a_query_that_is_wrong_is_told_why(client, arguments, status):
    said(get(client, "requests", status, **arguments), status)


def test_many_requests_cost_no_more_questions_than_one(client, community, app):
    def statements() -> int:
        count = 0

        def counted(*_: Any) -> None:
            nonlocal count
            count += 1

        sa.event.listen(db.engine, "before_cursor_execute", counted)
        try:
            get(client, "requests", extensions="true")
        finally:
            sa.event.remove(db.engine, "before_cursor_execute", counted)
        return count

    make_ticket(community.id)
    one = statements()
    for _ in range(5):
        make_ticket(community.id)
    assert statements() <= one


def test_a_resident_reported_and_no_name_leaves(client, community):
    resident = make_resident(make_flat(community))
    row = make_ticket(
        community.id, reporter_id=resident.id, contact_name="王秀英", contact_phone="13912345678"
    )
    (told,) = get(client, f"requests/{row.id}", extensions="true")
    for personal in ("王秀英", "13912345678", "COMMITTEE", COMMITTEE.label):
        assert personal not in json.dumps(told, ensure_ascii=False)
