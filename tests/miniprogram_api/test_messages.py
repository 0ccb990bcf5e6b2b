"""The inbox, by API and by page."""

import pytest

from server.messages.rules import Recipient
from tests.factories.ballots import make_electorate
from tests.factories.messages import NOW, make_message
from tests.miniprogram_api.phones import forms_of, make_phone


@pytest.fixture
def home(app, clock):
    clock.set(NOW)
    return make_electorate()


def test_one_reads_what_was_told_to_oneself_and_to_ones_homes(app, home):
    _, flats = home
    phone, other = make_phone(app, flats[0], flats[1]), make_phone(app, flats[2])
    make_message(Recipient.resident(phone.actor.id), subject="给你的")
    make_message(Recipient.flat(flats[1].id), subject="给这一户的")
    make_message(Recipient.resident(other.actor.id), Recipient.flat(flats[2].id), subject="给别人的")
    answer = phone.api("GET", "/messages").json
    assert [item["subject"] for item in answer["items"]] == ["给这一户的", "给你的"]
    assert (answer["page"], answer["pages"], answer["total"]) == (1, 1, 2)


def test_reading_is_remembered_for_each_person_apart(app, home):
    _, flats = home
    first, second = make_phone(app, flats[0]), make_phone(app, flats[0])
    make_message(Recipient.flat(flats[0].id))
    (letter,) = first.api("GET", "/messages").json["items"]
    assert letter["is_read"] is False
    for _ in range(2):
        answer = first.api("POST", f"/messages/{letter['id']}/read")
        assert (answer.status_code, answer.json["is_read"]) == (200, True)
    assert second.api("GET", "/messages").json["items"][0]["is_read"] is False


def test_anothers_message_answers_like_none(app, home):
    _, flats = home
    phone, other = make_phone(app, flats[0]), make_phone(app, flats[1])
    make_message(Recipient.resident(other.actor.id))
    (letter,) = other.api("GET", "/messages").json["items"]
    foreign = phone.api("POST", f"/messages/{letter['id']}/read")
    absent = phone.api("POST", "/messages/999999/read")
    assert (foreign.status_code, foreign.data) == (404, absent.data)
    assert other.api("GET", "/messages").json["items"][0]["is_read"] is False


def test_a_long_inbox_comes_in_pages(app, home):
    _, flats = home
    phone = make_phone(app, flats[0])
    for number in range(53):
        make_message(Recipient.resident(phone.actor.id), subject=f"第{number}条")
    first, second = (phone.api("GET", f"/messages?page={page}").json for page in (1, 2))
    assert (len(first["items"]), len(second["items"]), second["pages"]) == (50, 3, 2)
    assert second["items"][-1]["subject"] == "第0条"
    assert phone.api("GET", "/messages?page=99").json["items"] == []


@pytest.mark.parametrize("page", ["0", "-1", "1.5", "x", "１", "1_0", "10000", "9" * 40, ""])
def test_a_page_that_is_no_number_is_refused(app, home, page):
    _, flats = home
    answer = make_phone(app, flats[0]).api("GET", f"/messages?page={page}")
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["page"])


def test_the_page_marks_read_and_leads_on(app, home):
    _, flats = home
    phone = make_phone(app, flats[0])
    make_message(Recipient.resident(phone.actor.id), subject="公示贴出来了", link="/notices")
    page = phone.get("/inbox")
    assert "1 条没看过" in page
    (form,) = [one for one in forms_of(page) if one.action.endswith("/read")]
    answer = phone.client.post(form.action, data={**form.fields, "then": "go"})
    assert (answer.status_code, answer.location) == (302, "/notices")
    assert "都看过了" in phone.get("/inbox")


def test_an_empty_inbox_says_what_will_come(app, home):
    _, flats = home
    assert "还没有消息" in make_phone(app, flats[0]).get("/inbox")


def test_a_page_number_out_of_range_opens_the_first_page(app, home):
    _, flats = home
    phone = make_phone(app, flats[0])
    make_message(Recipient.resident(phone.actor.id), subject="给你的")
    assert "给你的" in phone.get("/inbox?page=x")
    assert phone.status == 200
