"""Tickets by API: reporting, what is like it, following it up, and who may see and say what."""

import io

import pytest
from sqlalchemy import event

from miniprogram_api.tickets import reporting
from server.identity.rules import Level
from server.infra.db import db
from server.messages.queries import inbox
from server.messages.rules import Recipient
from server.tickets import queries
from server.tickets.rules.words import Category, Source
from tests.conftest import START
from tests.factories.ledger import make_community, make_facility, make_flat
from tests.factories.projects import a_picture
from tests.factories.tickets import make_ticket, move, pass_all, poster_of
from tests.miniprogram_api.phones import make_phone


@pytest.fixture
def home(app, clock):
    """A community with two flats at two entrances of one building."""
    clock.set(START)
    community = make_community()
    return community, [make_flat(community, "3", "1", "101"), make_flat(community, "3", "2", "501")]


def phone_of(app, flat):
    return make_phone(app, flat, level=Level.REACHED)


def statements(ask):
    """How many statements an act costs."""
    found = []

    def note(_connection, _cursor, statement, *_rest):
        found.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(found)


def photo(phone):
    files = {"photo": (io.BytesIO(a_picture()), "a.jpg")}
    return phone.api("POST", "/tickets/photos", data=files, content_type="multipart/form-data")


def test_a_resident_reports_from_a_poster_with_a_picture_and_reads_what_happened(app, home):
    community, flats = home
    lift = make_facility(community, name="3 栋 1 单元电梯")
    phone = phone_of(app, flats[0])
    token = photo(phone).json["photo"]
    body = {"code": poster_of(community, lift), "category": "lift", "words": "门关不上", "photos": [token]}
    first = phone.api("POST", "/tickets", body, client_key="k1")
    assert first.status_code == 201, first.text
    assert (first.json["place"], first.json["state"], first.json["priority"]) == (
        "3 栋 1 单元电梯",
        "new",
        "p1",
    )
    assert (first.json["due_for"], first.json["is_overdue"]) == ("受理", False)
    again = phone.api("POST", "/tickets", body, client_key="k1")
    assert (again.status_code, again.json["id"]) == (201, first.json["id"])
    assert phone.api("POST", "/tickets", {**body, "words": "别的"}, client_key="k1").status_code == 409
    move(first.json["id"], "accept", "dispatch")
    read = phone.api("GET", f"/tickets/{first.json['id']}").json
    assert [one["act"] for one in read["acts"]] == ["report", "accept", "dispatch"]
    assert (read["worker"], read["words"], read["due_for"]) == ("王师傅", "门关不上", "到场")
    seen = phone.api("GET", f"/tickets/{read['id']}/photos/{read['photos'][0]}")
    assert (seen.status_code, seen.content_type) == (200, "image/jpeg")
    assert [one["id"] for one in phone.api("GET", "/tickets").json["items"]] == [read["id"]]


@pytest.mark.parametrize(
    ("where", "place", "is_home"),
    [("home", "3 栋 1 单元", True), ("entrance", "3 栋 1 单元", False), ("community", "小区公共区域", False)],
)
def test_from_ones_own_home_it_is_inside_on_the_stairs_or_in_the_community(app, home, where, place, is_home):
    _, flats = home
    phone = phone_of(app, flats[0])
    made = phone.api("POST", "/tickets", {"category": "water", "where": where}, client_key="k").json
    assert made["place"] == place
    assert (queries.known(made["id"]).flat_id == flats[0].id) is is_home


def test_a_report_for_a_neighbour_says_so_and_keeps_who_it_is_sealed_from_everybody_else(app, home):
    _, flats = home
    phone = phone_of(app, flats[0])
    body = {"category": "water", "contact_name": "李奶奶", "contact_phone": "13800138000"}
    made = phone.api("POST", "/tickets", body, client_key="k")
    assert "13800138000" not in made.text
    assert queries.known(made.json["id"]).source is Source.ON_BEHALF


def test_neighbours_see_what_where_and_how_far_and_the_words_only_once_somebody_looked(app, home):
    community, flats = home
    mine, neighbour = phone_of(app, flats[0]), phone_of(app, flats[1])
    token = photo(mine).json["photo"]
    body = {"category": "power", "where": "entrance", "words": "楼道灯不亮", "photos": [token]}
    ticket = mine.api("POST", "/tickets", body, client_key="k").json
    address = f"/tickets/{ticket['id']}"
    seen = neighbour.api("GET", address).json
    assert (seen["place"], seen["state"], seen["words"], seen["photos"], seen["acts"]) == (
        "3 栋 1 单元",
        "new",
        None,
        [],
        [],
    )
    assert neighbour.api("GET", f"{address}/photos/{ticket['photos'][0]}").status_code == 404
    pass_all(community)
    seen = neighbour.api("GET", address).json
    assert (seen["words"], seen["photos"], seen["acts"]) == ("楼道灯不亮", ticket["photos"], [])
    assert neighbour.api("GET", f"{address}/photos/{ticket['photos'][0]}").status_code == 200
    around = neighbour.api("GET", "/tickets?scope=around").json
    assert [one["id"] for one in around["items"]] == [ticket["id"]]


def test_what_was_answered_waits_for_whoever_reported_until_they_said_a_word(app, home):
    community, flats = home
    phone, neighbour = phone_of(app, flats[0]), phone_of(app, flats[1])
    row = make_ticket(community.id, reporter_id=phone.actor.id)
    assert phone.api("GET", "/tickets?scope=waiting").json["items"] == []
    move(row.id, "accept", "arrive", "finish")
    found = phone.api("GET", "/tickets?scope=waiting").json
    assert [(one["id"], one["state"]) for one in found["items"]] == [(row.id, "done")]
    assert (found["page"], found["pages"], found["total"]) == (1, 1, 1)
    assert phone.api("GET", "/tickets?scope=waiting&page=2").json["items"] == []
    assert neighbour.api("GET", "/tickets?scope=waiting").json["total"] == 0
    assert phone.api("POST", f"/tickets/{row.id}/confirmations", client_key="right").status_code == 201
    assert phone.api("GET", "/tickets?scope=waiting").json["total"] == 0


def test_what_is_inside_a_home_and_what_is_elsewhere_answers_as_if_it_were_not_there(app, home):
    community, flats = home
    neighbour = phone_of(app, flats[1])
    inside = make_ticket(community.id, flat_id=flats[0].id)
    elsewhere = make_ticket(make_community().id)
    for ticket in (inside, elsewhere):
        for method, address in (
            ("GET", ""),
            ("POST", "/joins"),
            ("POST", "/confirmations"),
            ("POST", "/withdrawals"),
        ):
            answer = neighbour.api(method, f"/tickets/{ticket.id}{address}", client_key=f"k{address}")
            assert answer.status_code == 404, address
    assert neighbour.api("GET", "/tickets?scope=around").json["items"] == []


def test_the_same_is_suggested_and_whoever_joins_may_say_it_is_not_solved_but_not_that_it_is(app, home):
    community, flats = home
    mine, neighbour = phone_of(app, flats[0]), phone_of(app, flats[1])
    gate = make_facility(community, "GM-1", name="南门")
    code = poster_of(community, gate)
    ticket = mine.api("POST", "/tickets", {"code": code, "category": "security"}, client_key="k").json
    alike = neighbour.api("GET", f"/tickets/similar?code={code}&category=security").json["items"]
    assert [one["id"] for one in alike] == [ticket["id"]]
    at_home = neighbour.api("GET", "/tickets/similar?category=security").json["items"]
    assert at_home == []
    address = f"/tickets/{ticket['id']}"
    assert neighbour.api("GET", address).json["may"] == ["join"]
    joined = neighbour.api("POST", f"{address}/joins", client_key="j")
    assert (joined.status_code, joined.json["joined"], joined.json["is_mine"]) == (201, 1, True)
    move(ticket["id"], "accept", "arrive", "finish")
    assert neighbour.api("POST", f"{address}/confirmations", client_key="c").status_code == 403
    assert neighbour.api("GET", address).json["may"] == ["reopen"]
    assert mine.api("GET", address).json["may"] == ["confirm", "reopen"]
    assert mine.api("POST", f"{address}/confirmations", client_key="c").json["state"] == "confirmed"
    assert mine.api("POST", f"{address}/confirmations", client_key="c").json["state"] == "confirmed"
    again = neighbour.api("POST", f"{address}/reopenings", {"note": "又坏了"}, client_key="r").json
    assert (again["state"], again["reopened"]) == ("new", 1)


def test_at_a_facilitys_poster_what_its_building_told_is_suggested(app, home):
    community, flats = home
    lift = make_facility(community, name="电梯", building_id=flats[0].building_id)
    told = make_ticket(community.id, Category.LIFT, entrance_id=flats[0].entrance_id)
    code = poster_of(community, lift)
    alike = phone_of(app, flats[1]).api("GET", f"/tickets/similar?code={code}&category=lift").json["items"]
    assert [one["id"] for one in alike] == [told.id]


def test_whoever_joins_reads_what_the_staff_did_and_of_a_neighbour_what_was_looked_at(app, home):
    community, flats = home
    mine, neighbour = phone_of(app, flats[0]), phone_of(app, flats[1])
    code = poster_of(community, make_facility(community, "GM-1", name="南门"))
    token = photo(mine).json["photo"]
    asked = {"code": code, "category": "security", "words": "二楼老李弄坏的", "photos": [token]}
    ticket = mine.api("POST", "/tickets", asked, client_key="k").json
    address = f"/tickets/{ticket['id']}"
    neighbour.api("POST", f"{address}/joins", client_key="j")
    move(ticket["id"], "accept", "arrive", "finish")
    mine.api("POST", f"{address}/reopenings", {"note": "老李还在弄"}, client_key="r")

    def read(phone):
        page = phone.api("GET", address).json
        return page["words"], len(page["photos"]), [act["note"] for act in page["acts"]]

    did = ["", "好的。", "好的。", "好的。"]
    assert read(mine) == ("二楼老李弄坏的", 2, [*did, "老李还在弄"])
    # The picture of what was done is the staff's.
    assert read(neighbour) == (None, 1, [*did, ""])
    assert "老李" not in neighbour.get(address)
    (letter, *_) = inbox([Recipient.resident(neighbour.actor.id)]).items
    assert ("重新办" in letter.body, "老李" in letter.body) == (True, False)
    pass_all(community)
    assert read(neighbour) == ("二楼老李弄坏的", 2, [*did, ""])


def test_out_of_order_is_told_what_stands(app, home):
    _, flats = home
    phone = phone_of(app, flats[0])
    ticket = phone.api("POST", "/tickets", {"category": "water"}, client_key="k").json
    address = f"/tickets/{ticket['id']}"
    early = phone.api("POST", f"{address}/confirmations", client_key="c")
    assert (early.status_code, early.json["code"]) == (409, "out_of_order")
    assert phone.api("POST", f"{address}/withdrawals", client_key="w").json["state"] == "closed"
    late = phone.api("POST", f"{address}/reopenings", {"note": "还在漏"}, client_key="r")
    assert "另报一件" in late.json["detail"]


def test_a_ticket_that_staff_entered_is_confirmed_by_whoever_joined(app, home):
    community, flats = home
    phone = phone_of(app, flats[0])
    ticket = make_ticket(community.id)
    phone.api("POST", f"/tickets/{ticket.id}/joins", client_key="j")
    move(ticket.id, "accept", "arrive", "finish")
    assert (
        phone.api("POST", f"/tickets/{ticket.id}/confirmations", client_key="c").json["state"] == "confirmed"
    )


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"category": "dragon"}, 422, "category"),
        ({"category": "noise"}, 422, "words"),
        ({"where": "moon"}, 422, "where"),
        ({"flat_id": 987_654}, 404, None),
        ({"code": "NOSUCHCODE"}, 404, None),
        ({"photos": ["7.0000"]}, 422, "photo"),
        ({"photos": ["x"]}, 422, "photo"),
        ({"photos": ["a"] * 7}, 422, "photos"),
        ({"words": "好" * 1001}, 422, "words"),
    ],
)
def test_bad_input_is_told_what_to_mend_and_makes_no_ticket(app, home, change, status, field):
    _, flats = home
    phone = phone_of(app, flats[0])
    answer = phone.api("POST", "/tickets", {"category": "water", **change}, client_key="k")
    assert answer.status_code == status, answer.text
    assert field is None or field in answer.json["errors"]
    assert phone.api("GET", "/tickets").json["total"] == 0


def test_another_persons_picture_is_none_of_mine(app, home):
    _, flats = home
    mine, other = phone_of(app, flats[0]), phone_of(app, flats[1])
    token = photo(other).json["photo"]
    assert (
        mine.api("POST", "/tickets", {"category": "water", "photos": [token]}, client_key="k").status_code
        == 422
    )


def test_a_poster_of_another_community_is_told_whom_to_call(app, home):
    _, flats = home
    other = make_community()
    code = poster_of(other, make_facility(other))
    answer = phone_of(app, flats[0]).api(
        "POST", "/tickets", {"code": code, "category": "lift"}, client_key="k"
    )
    assert (answer.status_code, "打海报上的电话" in answer.json["detail"]) == (403, True)


def test_a_telephone_that_sends_thousands_is_told_to_wait_and_nothing_else_is_lost(app, home, monkeypatch):
    _, flats = home
    monkeypatch.setattr(reporting, "REPORTS", "2/hour")
    phone, other = phone_of(app, flats[0]), phone_of(app, flats[1])
    sent = [phone.api("POST", "/tickets", {"category": "water"}, client_key=f"k{n}") for n in range(4)]
    assert [one.status_code for one in sent] == [201, 201, 429, 429]
    assert int(sent[-1].headers["Retry-After"]) > 0
    assert phone.api("GET", "/tickets").json["total"] == 2
    assert other.api("POST", "/tickets", {"category": "water"}, client_key="o").status_code == 201


def test_a_telephone_that_sends_too_many_pictures_is_told_to_wait(app, home, monkeypatch):
    monkeypatch.setattr(reporting, "PHOTOS", "1/hour")
    phone = phone_of(app, home[1][0])
    assert [photo(phone).status_code for _ in range(3)] == [200, 429, 429]
    assert "照片太多" in photo(phone).json["detail"]


def test_a_file_that_is_no_picture_is_told_so(app, home):
    phone = phone_of(app, home[1][0])
    files = {"photo": (io.BytesIO(b"MZ not a picture"), "a.jpg")}
    answer = phone.api("POST", "/tickets/photos", data=files, content_type="multipart/form-data")
    assert (answer.status_code, answer.json["code"]) == (422, "photo_unreadable")


def test_a_list_does_not_ask_for_each_row(app, home):
    community, flats = home
    phone = phone_of(app, flats[0])

    def ask():
        return phone.api("GET", "/tickets?scope=around").json["items"]

    make_ticket(community.id)
    few = statements(ask)
    for _ in range(6):
        make_ticket(community.id)
    assert len(ask()) == 7
    assert statements(ask) <= few <= 8


def test_reporting_and_reading_cost_a_bounded_number_of_statements(app, home):
    _, flats = home
    phone = phone_of(app, flats[0])

    def report():
        phone.api("POST", "/tickets", {"category": "waste", "where": "entrance"}, client_key="k")

    assert statements(report) <= 25
    made = phone.api("GET", "/tickets").json["items"][0]["id"]
    assert statements(lambda: phone.api("GET", f"/tickets/{made}")) <= 8
