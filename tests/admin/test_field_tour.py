"""A round: what a phone takes along, and what it found, each sent once."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from server.identity import actions as identity
from server.identity.rules import Role
from server.infra.db import db, unit_of_work
from server.kernel.actor import COMMAND
from server.tickets import queries
from server.tickets.models import Ticket
from server.tickets.rules.words import Category, Priority, Source
from tests.admin.browsers import browser_of
from tests.admin.phones import picture
from tests.conftest import START
from tests.factories.identity import make_staff
from tests.factories.ledger import make_community, make_facility, make_flat

TOUR = "/admin/field/tour"

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def community(app):
    found = make_community("九洲巷小区")
    make_flat(found, building="3", entrance="2")
    make_facility(found)
    return found


@pytest.fixture
def phone(app, community):
    return browser_of(app, make_staff(Role.PROPERTY_CLERK, community=community, name="王师傅"))


def taken(phone) -> dict[str, Any]:
    return phone.get(f"{TOUR}/list").json


def send(phone, *items: Any) -> list[dict[str, Any]]:
    answered = phone.post(f"{TOUR}/items", json=list(items), headers={"X-CSRFToken": taken(phone)["token"]})
    assert answered.status_code == 200, answered.text
    return answered.json["items"]


def seen(community, key: str = "k1", **changed: Any) -> dict[str, Any]:
    return {
        "key": key, "kind": "ticket", "community_id": community.id, "category": "water", "words": "阀门滴水",
        "photos": [picture()], "at": START.isoformat(), **changed,
    }  # fmt: skip


def kept() -> list[Ticket]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Ticket).order_by(Ticket.id)))


def test_a_phone_takes_along_the_places_and_what_may_be_wrong_there(phone, community):
    with unit_of_work():
        identity.issue_place_codes(community.id, actor=COMMAND, now=START)
    told = taken(phone)
    assert (told["who"]["name"], len(told["categories"])) == ("王师傅", len(Category))
    (one,) = told["communities"]
    assert (one["name"], [each["label"] for each in one["entrances"]]) == ("九洲巷小区", ["3 栋 2 单元"])
    (lift,) = one["facilities"]
    assert (lift["label"], lift["code"], len(lift["token"])) == ("1 号电梯", "DT-1", 26)
    assert len({one["token"], one["entrances"][0]["token"], lift["token"]}) == 3


def test_a_finding_is_a_ticket_with_its_picture_and_the_time_it_was_found(phone, community):
    entrance = taken(phone)["communities"][0]["entrances"][0]["id"]
    assert send(phone, seen(community, entrance_id=entrance)) == [{"key": "k1", "state": "kept"}]
    (row,) = kept()
    assert (row.source, row.category, row.entrance_id, row.place) == (
        Source.COMPANY, Category.WATER, entrance, "3 栋 2 单元",
    )  # fmt: skip
    assert row.words == "阀门滴水\n（3 月 2 日 09:00 巡查发现）"
    assert len(queries.photos(row.id)) == 1


def test_a_danger_found_comes_before_all_and_what_an_older_page_queued_is_none(phone, community):
    older = seen(community, "older")
    assert "is_danger" not in older
    said = send(
        phone, seen(community, "d", is_danger=True), seen(community, "n", is_danger=False), older,
        seen(community, "odd", is_danger="maybe"),
    )  # fmt: skip
    assert [one["state"] for one in said] == ["kept", "kept", "kept", "wrong"]
    assert [one.priority for one in kept()] == [Priority.P0, Priority.P2, Priority.P2]


def test_a_round_of_the_committee_is_named_so(app, community):
    clerk = browser_of(app, make_staff(Role.CLERK, community=community))
    facility = taken(clerk)["communities"][0]["facilities"][0]["id"]
    send(clerk, seen(community, facility_id=facility))
    assert [(one.source, one.facility_id) for one in kept()] == [(Source.PATROL, facility)]


def test_the_same_batch_sent_twice_has_one_effect_whenever_it_comes(phone, community, clock):
    batch = [seen(community), seen(community, "k2", category="power", photos=[])]
    first = send(phone, *batch)
    clock.advance(days=1)
    assert send(phone, *batch) == first == [{"key": "k1", "state": "kept"}, {"key": "k2", "state": "kept"}]
    assert len(kept()) == 2


def test_each_item_stands_for_itself(phone, community):
    said = send(
        phone,
        seen(community, "no-picture", photos=["data:image/jpeg;base64,AAAA"]),
        seen(community, "no-base64", photos=["???"]),
        seen(community, "no-category", category="magic"),
        seen(community, "no-place", entrance_id=987_654_321),
        seen(community, "no-facility", facility_id=987_654_321),
        seen(community, "too-many", photos=[picture(shade) for shade in range(7)]),
        seen(community, "long", words="长" * 901),
        seen(community, "no-word", category="noise", words="", photos=[]),
        seen(community, "kind", kind="response"),
        "rubbish",
        seen(community, "good"),
    )
    states = {one["key"]: one["state"] for one in said}
    assert states == {
        "no-picture": "wrong", "no-base64": "wrong", "no-category": "wrong", "no-place": "refused", "no-facility": "refused",
        "too-many": "wrong", "long": "wrong", "no-word": "wrong", "kind": "refused", "": "refused", "good": "kept",
    }  # fmt: skip
    assert said[2]["fields"]["category"] == ["选哪里不对。"]
    assert len(kept()) == 1


def test_another_companys_community_answers_as_one_that_does_not_exist(phone, app):
    away = make_community("别的小区")
    there, nowhere = send(phone, seen(away, "a"), seen(away, "b", community_id=987_654_321))
    assert (there["state"], there["message"]) == (nowhere["state"], nowhere["message"])
    assert kept() == []
    assert [one["name"] for one in taken(phone)["communities"]] == ["九洲巷小区"]


def test_the_same_key_for_something_else_is_given_back(phone, community):
    send(phone, seen(community))
    (again,) = send(phone, seen(community, words="别的事"))
    assert again["state"] == "refused"
    assert len(kept()) == 1


def test_a_batch_that_is_none_is_refused_whole(phone):
    token = {"X-CSRFToken": taken(phone)["token"]}
    assert phone.post(f"{TOUR}/items", json={"key": "k"}, headers=token).status_code == 422
    assert phone.post(f"{TOUR}/items", json=[{}] * 51, headers=token).status_code == 413
    assert phone.post(f"{TOUR}/items", json=[]).status_code == 400


def test_the_pages_and_their_worker_name_all_they_keep(app, phone, client):
    worker = client.get("/admin/field/sw.js")
    assert '"/admin/field/tour/"' in worker.text
    assert '"/admin/field/"' in worker.text
    assert "js/tour" in worker.text
    manifest = client.get(f"{TOUR}/manifest.webmanifest").json
    assert manifest["start_url"] == manifest["scope"] == f"{TOUR}/"
    page = phone.get(f"{TOUR}/")
    assert "王师傅" not in page.text
    assert phone.get("/admin/field/").status_code == 403
    lead = browser_of(app, make_staff(Role.STREET_OFFICER, division="520102028"))
    assert lead.get(f"{TOUR}/").status_code == 403


def test_what_was_found_yesterday_says_so(phone, community, clock):
    clock.advance(days=1)
    send(phone, seen(community, at=(START + timedelta(hours=8)).isoformat()), seen(community, "k2", at=None))
    assert [one.words for one in kept()] == ["阀门滴水\n（3 月 2 日 17:00 巡查发现）", "阀门滴水"]
