"""GeoReport v2 as a program of another house meets it, field by field as the specification writes them."""

import json
from datetime import timedelta
from typing import Any
from xml.etree.ElementTree import Element

import pytest
import sqlalchemy as sa
from defusedxml.ElementTree import fromstring
from flask.testing import FlaskClient

from miniprogram_api.open311 import guard
from server.identity import actions as identity
from server.identity import queries as codes
from server.identity.models import PlaceKind
from server.infra.db import db, unit_of_work
from server.kernel.actor import COMMAND
from server.moderation import actions as moderation
from server.moderation.models import ModerationItem
from server.open311 import queries as programs
from server.tickets import queries
from server.tickets.models import Ticket
from server.tickets.rules.words import Category, Source, State
from tests.conftest import START
from tests.factories.identity import make_resident
from tests.factories.ledger import make_community, make_facility, make_flat
from tests.factories.open311 import make_key, revoke
from tests.factories.tickets import COMMITTEE, make_ticket, move

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

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def community(app):
    found = make_community("九洲巷小区")
    make_flat(found, building="3", entrance="2", room="501")
    return found


@pytest.fixture
def secret(app) -> str:
    return make_key()[1]


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


def post(client: FlaskClient, secret: str, status: int = 200, form: str = "json", **sent: str) -> Any:
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


# ------------------------------------------------------------------ what there is


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


# ------------------------------------------------------------------ reporting


def test_a_report_makes_a_ticket(client, community, secret):
    (answered,) = post(client, secret, address_string="九洲巷小区 3 栋旁边", media_url="https://pic.example/1.jpg",
                       first_name="三", last_name="张", phone="13800138000", lat="26.5783", long="106.7135",
                       email="z@example.cn", device_id="d-1", account_id="a-1")  # fmt: skip
    assert sorted(answered) == ["account_id", "service_notice", "service_request_id"]
    assert answered["account_id"] is None
    row = queries.known(int(answered["service_request_id"]))
    assert (row.community_id, row.category, row.source) == (community.id, Category.WATER, Source.OPEN311)
    assert (row.words, row.media_url) == ("楼道漏水", "https://pic.example/1.jpg")
    assert (row.contact_name, row.contact_phone) == ("张三", "13800138000")
    along = programs.report(row.id)
    assert (along.address_string, along.lat, along.long) == ("九洲巷小区 3 栋旁边", 26_578_300, 106_713_500)


def test_a_report_is_answered_in_xml_as_well(client, community, secret):
    drawn = post(client, secret, form="xml", address_string="九洲巷小区")
    assert drawn.tag == "service_requests"
    assert queries.known(int(drawn.findtext("request/service_request_id") or ""))
    assert drawn.find("request/account_id").text is None


def test_a_place_is_named_by_its_own_number_or_by_what_its_poster_says(client, community, secret):
    flat, lift = make_flat(community, building="5", entrance="1"), make_facility(community)
    with unit_of_work():
        identity.issue_place_codes(community.id, actor=COMMAND, now=START)
    poster = next(one.token for one in codes.place_codes_of(community.id) if one.kind is PlaceKind.FACILITY)
    for written, where in (
        (f"c{community.id}", (None, None, None)),
        (f"c{community.id}-b{flat.building_id}", (flat.building_id, None, None)),
        (f"c{community.id}-e{flat.entrance_id}", (flat.building_id, flat.entrance_id, None)),
        (f"c{community.id}-f{lift.id}", (lift.building_id, None, lift.id)),
        (poster, (lift.building_id, None, lift.id)),
        (f"http://xiangyi.test/p/{poster}", (lift.building_id, None, lift.id)),
    ):
        (answered,) = post(client, secret, address_id=written)
        row = queries.known(int(answered["service_request_id"]))
        assert (row.building_id, row.entrance_id, row.facility_id) == where, written


@pytest.mark.parametrize(
    "written", ["c1-x1", "c987654321", "c{}-e987654321", "c{}-f987654321", "0123456789ABCDEFGHJK"]
)
def test_a_place_that_there_is_not_is_not_found(client, community, secret, written):
    assert "address_id" in said(post(client, secret, 404, address_id=written.format(community.id)), 404)


def test_a_place_of_another_jurisdiction_is_as_if_it_were_not(client, app, secret):
    away = make_community("云岩示例小区", code="520103024")
    for sent in ({"address_id": f"c{away.id}"}, {"address_id": "c987654321"}):
        answered = said(post(client, secret, 404, **sent), 404)
        assert (
            answered.replace(sent["address_id"], "")
            == "这个 jurisdiction_id 下没有这个地方：。海报上的码，或查询结果里的 address_id，都可以用。"
        )
    assert "小区" in said(post(client, secret, 400, address_string="云岩示例小区"), 400)


def test_the_longer_of_two_names_is_meant_and_two_alike_are_asked_about(client, community, secret):
    longer = make_community("九洲巷小区北区")
    (answered,) = post(client, secret, address_string="九洲巷小区北区门口")
    assert queries.known(int(answered["service_request_id"])).community_id == longer.id
    make_community("九洲巷小区", code="520102028005")
    assert "几个小区" in said(post(client, secret, 400, address_string="九洲巷小区"), 400)


@pytest.mark.parametrize(
    ("sent", "status", "words"),
    [
        pytest.param({"jurisdiction_id": ""}, 400, "jurisdiction_id", id="no jurisdiction"),
        pytest.param({"jurisdiction_id": "999999"}, 404, "jurisdiction_id", id="an unknown jurisdiction"),
        pytest.param({"jurisdiction_id": YUNYAN}, 403, "api_key", id="beyond the key's reach"),
        pytest.param({"jurisdiction_id": GUIZHOU}, 403, "api_key", id="above the key's reach"),
        pytest.param({"service_code": ""}, 400, "service_code", id="no service"),
        pytest.param({"service_code": "magic"}, 404, "service_code", id="an unknown service"),
        pytest.param({"address_string": ""}, 400, "address_id", id="no place"),
        pytest.param(
            {"address_string": "", "lat": "26.5", "long": "106.7"}, 400, "经纬度", id="only coordinates"
        ),
        pytest.param({"lat": "26.5"}, 400, "long", id="half a coordinate"),
        pytest.param({"lat": "x", "long": "1"}, 400, "lat", id="no coordinate"),
        pytest.param({"description": "漏" * 4001}, 400, "description", id="a description too long"),
        pytest.param({"description": "漏\x00水"}, 400, "description", id="a sign that is none"),
        pytest.param({"media_url": "javascript:alert(1)"}, 400, "media_url", id="no link"),
        pytest.param({"phone": "打给我"}, 400, "phone", id="no telephone number"),
        pytest.param(
            {"service_code": "works", "attribute[item]": "x" * 201}, 400, "attribute", id="an answer too long"
        ),
        pytest.param(
            {"service_code": "noise", "description": ""}, 400, "words", id="a complaint without a word"
        ),
    ],
)
def test_a_report_that_is_wrong_is_told_why_and_leaves_nothing(
    client, community, secret, sent, status, words
):
    assert words in said(post(client, secret, status, **{"address_string": "九洲巷小区", **sent}), status)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Ticket)) == 0


def test_a_key_that_is_wrong_missing_or_revoked_opens_nothing(client, community, app):
    row, secret = make_key()
    assert "api_key" in said(post(client, "", 403), 403)
    assert "api_key" in said(post(client, "xiangyi311_guess", 403), 403)
    assert post(client, secret, 403, form="xml", api_key="x").findtext("error/code") == "403"
    assert "api_key" in said(get(client, "requests", 403, api_key="x"), 403)
    post(client, secret, address_string="九洲巷小区")
    revoke(row)
    assert "停用" in said(post(client, secret, 403, address_string="九洲巷小区"), 403)


def test_a_report_comes_as_a_form(client, secret):
    answer = client.post(f"{BASE}/requests.json", json={"api_key": secret, **REPORT})
    assert answer.status_code == 400
    assert "application/x-www-form-urlencoded" in said(json.loads(answer.text), 400)


def test_a_long_description_is_kept_whole(client, community, secret):
    long = "".join(f"第{number:04}句。" for number in range(500))
    (answered,) = post(client, secret, address_string="九洲巷小区", description=long)
    row = queries.known(int(answered["service_request_id"]))
    assert row.words + "".join(act.note for act in queries.acts(row.id)) == long


def test_what_is_answered_to_a_service_stands_before_the_description(client, community, secret):
    (answered,) = post(
        client, secret, address_string="九洲巷小区", service_code="works", **{"attribute[item]": "雨水管"}
    )
    assert queries.known(int(answered["service_request_id"])).words == "雨水管\n楼道漏水"


def test_the_same_report_sent_twice_is_one(client, community, secret):
    first = post(client, secret, address_string="九洲巷小区")
    assert post(client, secret, address_string="九洲巷小区") == first
    other = post(client, secret, address_string="九洲巷小区", client_key="b-2")
    assert other != first
    assert "编号" in said(
        post(client, secret, 400, address_string="九洲巷小区", client_key="b-2", description="别的"), 400
    )


def test_a_lost_answer_is_found_by_what_the_program_called_its_request(client, community, secret):
    ((answered), *_) = post(client, secret, address_string="九洲巷小区", client_key="hotline-77")
    expected = [{"service_request_id": answered["service_request_id"], "token": "hotline-77"}]
    assert get(client, "tokens/hotline-77") == expected
    assert xml(client, "tokens/hotline-77").findtext("request/token") == "hotline-77"
    said(get(client, "tokens/hotline-78", 404), 404)
    said(get(client, "tokens/hotline-77", 404, jurisdiction_id=YUNYAN), 404)
    _, other = make_key(name="另一个程序")
    post(client, other, address_string="九洲巷小区", client_key="hotline-77")
    said(get(client, "tokens/hotline-77", 404), 404)
    assert get(client, "tokens/hotline-77", api_key=secret) == expected


def test_each_key_reports_no_faster_than_it_may(client, community, secret, monkeypatch):
    monkeypatch.setattr(guard, "REPORTS", "2/minute")
    for number in ("1", "2"):
        post(client, secret, address_string="九洲巷小区", description=number)
    answer = client.post(
        f"{BASE}/requests.json", data={"api_key": secret, **REPORT, "address_string": "九洲巷小区"}
    )
    assert (answer.status_code, answer.headers["Retry-After"].isdecimal()) == (429, True)
    said(json.loads(answer.text), 429)
    post(client, make_key()[1], address_string="九洲巷小区", description="3")


def test_reading_is_bounded_too(client, monkeypatch):
    monkeypatch.setattr(guard, "READS", "1/minute")
    get(client, "services")
    said(get(client, "services", 429), 429)


# ------------------------------------------------------------------ following


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
