"""What a phone at the door takes along: the page, the worklist, the forms."""

import base64
from datetime import UTC, datetime

import pytest

from server.attachments import actions as attachments
from server.identity.rules import Role
from server.infra.db import db, unit_of_work
from server.ledger.models import Community
from server.surveys.rules.words import Proof
from tests.admin.browsers import browser_of
from tests.admin.phones import picture, send, set_out, visited, worklist
from tests.factories.identity import make_staff
from tests.factories.ledger import household_of, make_small_community
from tests.factories.surveys import (
    ANSWERS,
    ASKING,
    CLERK,
    CLOSES,
    OPENED,
    answer,
    form_of,
    make_asked,
    make_open_survey,
    make_survey,
    question,
)


@pytest.fixture
def walk(app, clock):
    return set_out(app, clock)


def test_the_worklist_names_every_household_with_what_came_of_it(walk) -> None:
    survey, flats, phone = walk
    held = answer(survey, flats[0], ANSWERS)
    answer(survey, flats[1], ANSWERS, proof=Proof.CLAIMED)
    send(
        phone,
        visited(
            survey, flats[2], result="come_back", come_back_at="2026-03-06T19:00:00+08:00", note="晚上在"
        ),
    )
    taken = worklist(phone)
    assert taken["who"]["name"] == "李网格"
    (asked,) = taken["surveys"]
    assert (asked["id"], asked["version"], len(asked["households"])) == (survey.id, 1, 6)
    rows = {one["id"]: one for one in asked["households"]}
    first, second, third = (rows[household_of(flat).id] for flat in flats[:3])
    assert (first["label"], first["response_id"], first["proof"]) == ("1 栋 1 单元 101", held.id, "proven")
    assert (second["proof"], third["proof"]) == ("claimed", "")
    visit = third["visit"]
    assert (visit["words"], visit["note"], visit["number"], visit["visitor"]) == (
        "约好再来",
        "晚上在",
        1,
        "李网格",
    )
    assert datetime.fromisoformat(visit["come_back_at"]) == datetime(2026, 3, 6, 11, 0, tzinfo=UTC)


def test_the_worklist_holds_the_open_surveys_of_ones_own_communities_alone(walk, clock) -> None:
    survey, _, phone = walk
    make_survey(db.session.get(Community, survey.community_id), title="还在起草")
    make_open_survey(make_small_community()[0], title="别的小区")
    assert [one["id"] for one in worklist(phone)["surveys"]] == [survey.id]
    clock.set(CLOSES)
    assert worklist(phone)["surveys"] == []


def test_a_clerk_of_a_whole_district_takes_all_its_communities_along(walk, app) -> None:
    survey, _, _ = walk
    other = make_open_survey(make_small_community()[0])
    phone = browser_of(app, make_staff(Role.CLERK, division="520102"))
    assert {one["id"] for one in worklist(phone)["surveys"]} == {survey.id, other.id}


def test_the_form_comes_drawn_with_the_questions_for_saying_it(walk) -> None:
    _, _, phone = walk
    (asked,) = worklist(phone)["surveys"]
    form = phone.get(asked["form"]).json
    assert (form["version"], form["fingerprint"]) == (1, asked["fingerprint"])
    assert 'name="agree"' in form["html"]
    assert form["definition"]["sections"][1]["key"] == "wishes"
    assert form["pictures"] == []


def test_pictures_of_the_questions_come_along_and_no_others(app, clock) -> None:
    with unit_of_work():
        shown, other = (
            attachments.keep_photo(
                base64.b64decode(picture(shade).partition(",")[2]), actor=CLERK, now=OPENED
            ).id
            for shade in (50, 200)
        )
    survey, _ = make_asked(form_of(question("q", "one", picture=shown)))
    clock.set(ASKING)
    phone = browser_of(
        app, make_staff(Role.BUILDING_LEAD, community=db.session.get(Community, survey.community_id))
    )
    (asked,) = worklist(phone)["surveys"]
    (address,) = phone.get(asked["form"]).json["pictures"]
    assert phone.get(address).content_type == "image/jpeg"
    assert phone.get(address.replace(f"/{shown}", f"/{other}")).status_code == 404


def test_the_page_can_be_installed(walk) -> None:
    _, _, phone = walk
    shell = phone.get("/admin/field/").text
    assert "李网格" not in shell
    assert "/admin/field/paper" in shell
    told = phone.get("/admin/field/manifest.webmanifest")
    assert told.content_type == "application/manifest+json"
    assert (told.json["start_url"], told.json["scope"]) == ("/admin/field/", "/admin/field/")
    assert told.json["icons"][0]["src"].startswith("/static/img/mark.")
    worker = phone.get("/admin/field/sw.js")
    assert worker.content_type.startswith("text/javascript")
    assert "importScripts(" in worker.text


def test_another_text_size_is_another_page_to_keep(walk) -> None:
    _, _, phone = walk
    normal = phone.get("/admin/field/sw.js").text
    phone.get("/admin/field/?text_size=large")
    assert phone.get("/admin/field/sw.js").text != normal


def test_where_the_page_cannot_run_there_is_the_paper_desk(walk) -> None:
    survey, _, phone = walk
    page = phone.get("/admin/field/paper").text
    assert f"/admin/communities/{survey.community_id}/surveys/{survey.id}/paper" in page
