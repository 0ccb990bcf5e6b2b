"""GeoReport v2: reporting with a key."""

import io
import json

import pytest
import sqlalchemy as sa

from miniprogram_api.open311 import guard
from server.identity import actions as identity
from server.identity import queries as codes
from server.identity.models import PlaceKind
from server.infra.db import db, unit_of_work
from server.kernel.actor import COMMAND
from server.open311 import queries as programs
from server.tickets import queries
from server.tickets.models import Ticket
from server.tickets.rules.words import Category, Source
from tests.conftest import START
from tests.factories.ledger import make_community, make_facility, make_flat
from tests.factories.open311 import make_key, revoke
from tests.miniprogram_api.programs import (
    BASE,
    GUIZHOU,
    REPORT,
    YUNYAN,
    get,
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
    reused = said(
        post(client, secret, 400, address_string="九洲巷小区", client_key="b-2", description="别的"), 400
    )
    assert ("换一个" in reused, "刷新" in reused) == (True, False)


def test_a_picture_that_is_not_taken_is_said_so_and_its_report_does_not_come_without_it(
    client, community, secret
):
    along = {"media": (io.BytesIO(b"picture"), "a.jpg")}
    answer = post(client, secret, 400, address_string="九洲巷小区", **along)
    assert "media_url" in said(answer, 400)
    assert not list(db.session.scalars(sa.select(Ticket)))


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
