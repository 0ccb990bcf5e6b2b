"""The works as JSON."""

import io
from datetime import date

import pytest

from server.contributions import queries as contributions
from server.identity.rules import Level, Role
from server.infra.db import unit_of_work
from server.messages.queries import inbox
from server.messages.rules import Recipient
from server.moderation.actions import pass_text
from server.moderation.queries import waiting
from server.projects import queries
from server.projects.rules.points import PointAct
from tests.factories.identity import make_staff
from tests.factories.ledger import make_community, make_flat
from tests.factories.projects import CONFIRMS, NOW, a_picture, key, make_project
from tests.factories.works import act, adopt, hide, name_supervisor, offer, plan
from tests.miniprogram_api.phones import make_phone

MONDAY = date(2026, 3, 9)


@pytest.fixture
def place(app, clock):
    clock.set(NOW)
    community = make_community("甲院")
    flat = make_flat(community, building="3", entrance="1", room="501")
    item = adopt(make_project(community), community, "给水立管更换")
    plan(item)
    return community, item, flat


@pytest.fixture
def phone(app, place):
    return make_phone(app, place[2], level=Level.REACHED)


def at(community, path: str) -> str:
    return f"/communities/{community.id}/{path}"


def send(phone, path, fields, client_key=None):
    """A form with a picture in it, as telephones send one."""
    return phone.app.test_client().post(
        f"/api/v1{path}",
        data=fields,
        headers={"Authorization": f"Bearer {phone.token}", "Idempotency-Key": client_key or key()},
        content_type="multipart/form-data",
    )


def test_what_is_done_when(phone, place):
    community, *_ = place
    found = phone.api("GET", at(community, "works")).json
    assert found["items"][0]["starts_on"] == "2026-03-09"
    assert found["open_points"] == 0 and found["noise_hours"] and found["checklist"]


def test_a_visit_is_booked_once_moved_and_cancelled(phone, place):
    community, item, _ = place
    offer(item, MONDAY, MONDAY, times=[0, 1])
    first, second = phone.api("GET", at(community, "visits")).json["free"]
    same = key()
    for _ in range(2):
        made = phone.api("POST", at(community, "visits"), {"slot_id": first["id"]}, client_key=same)
        assert made.status_code == 201
    again = phone.api("POST", at(community, "visits"), {"slot_id": second["id"]}, client_key=same)
    assert again.status_code == 409
    moved = phone.api("POST", at(community, "visits"), {"slot_id": second["id"]}, client_key=key()).json
    assert [one["id"] for one in phone.api("GET", at(community, "visits")).json["booked"]] == [moved["id"]]
    assert phone.api("DELETE", at(community, f"visits/{moved['id']}")).status_code == 204
    assert phone.api("DELETE", at(community, f"visits/{moved['id']}")).status_code == 409


def test_a_point_with_its_photo_and_a_look_at_it(phone, place):
    community, *_ = place
    fields = {"place": "2 单元三楼", "words": "灯不亮"}
    made = send(phone, at(community, "points"), {**fields, "photo": (io.BytesIO(a_picture()), "a.jpg")})
    assert made.status_code == 201 and made.json["text"] == "2 单元三楼：灯不亮"
    assert send(phone, at(community, "points"), {"place": "x"}).status_code == 422
    assert (
        send(phone, at(community, "points"), {**fields, "photo": (io.BytesIO(b"no"), "a.jpg")}).status_code
        == 422
    )
    point = queries.point(made.json["id"], community.id)
    act(point.point, PointAct.WORKED_OFF)
    looked = phone.api(
        "POST", at(community, f"points/{point.point.id}/looks"), {"is_right": True}, client_key=key()
    )
    assert looked.json["state"] == "passed"
    assert phone.api("GET", at(community, "points")).json["items"][0]["is_mine"] is True


def test_what_others_wrote_is_not_told_before_somebody_has_looked(app, phone, place):
    community, *_ = place
    send(phone, at(community, "points"), {"place": "2 单元三楼", "words": "灯不亮"})
    other = make_phone(app, make_flat(community), level=Level.REACHED)
    (one,) = other.api("GET", at(community, "points")).json["items"]
    assert (one["text"], one["is_mine"]) == ("", False)


def pass_everything(community) -> None:
    for item in waiting(community.id).items:
        with unit_of_work():
            pass_text(item.id, community_id=community.id, acts_seen=0, actor=CONFIRMS, now=NOW)


def test_one_point_tells_its_way_and_to_others_what_was_passed(app, phone, place):
    community, *_ = place
    made = send(
        phone,
        at(community, "points"),
        {"place": "2 单元三楼", "words": "灯不亮", "photo": (io.BytesIO(a_picture()), "a.jpg")},
    ).json
    where, other = (
        at(community, f"points/{made['id']}"),
        make_phone(app, make_flat(community), level=Level.REACHED),
    )
    act(queries.point(made["id"], community.id).point, PointAct.WORKED_OFF, words="换了灯")
    mine = phone.api("GET", where).json
    picture = at(community, f"photos/{mine['photo_ids'][0]}")
    assert [(one["kind"], one["words"]) for one in mine["acts"]] == [("worked_off", "换了灯")]
    assert phone.api("GET", picture).content_type == "image/jpeg"
    assert (other.api("GET", where).status_code, other.api("GET", picture).status_code) == (404, 404)
    pass_everything(community)
    seen = other.api("GET", where).json
    assert (seen["text"], seen["is_mine"]) == ("2 单元三楼：灯不亮", False)
    assert other.api("GET", picture).status_code == 200
    phone.api("POST", f"{where}/looks", {"is_right": False, "words": "王小二说还不亮"}, client_key=key())
    assert other.api("GET", where).json["acts"][-1]["words"] == ""
    assert phone.api("GET", where).json["acts"][-1]["words"] == "王小二说还不亮"


def test_what_went_out_of_sight_is_for_those_who_live_there(app, phone, place):
    community, item, _ = place
    hide(item)
    (one,) = phone.api("GET", at(community, "hidden-works")).json["items"]
    assert (one["title"], one["place"]) == ("给水立管更换", "3 栋 2 单元，一层立管")
    picture = at(community, f"photos/{one['photo_ids'][0]}")
    assert phone.api("GET", picture).status_code == 200
    assert phone.api("GET", at(community, "photos/987654")).status_code == 404
    elsewhere = make_phone(app, make_flat(make_community("乙院")), level=Level.REACHED)
    assert elsewhere.api("GET", picture).status_code == 404


def test_a_patrol_is_told_line_by_line_and_its_words_once_somebody_has_looked(app, phone, place):
    community, item, flat = place
    name_supervisor(queries.project(item.project_id), flat)
    marks = ["good"] * (len(queries.checklist(community.id, MONDAY)) - 1) + ["bad"]
    walked = {
        "place": "3 栋",
        "marks": marks,
        "words": "没戴帽子",
        "photo": (io.BytesIO(a_picture()), "a.jpg"),
    }
    assert send(phone, at(community, "patrols"), walked).status_code == 201
    other = make_phone(app, make_flat(community), level=Level.REACHED)
    found = other.api("GET", at(community, "patrols")).json
    assert (found["households"], found["may_walk"], found["total"]) == (1, False, 1)
    assert phone.api("GET", at(community, "patrols")).json["may_walk"] is True
    (one,) = found["items"]
    assert (one["bad"], one["words"], one["photo_ids"]) == (1, "", [])
    assert [line["mark"] for line in one["lines"]] == marks
    pass_everything(community)
    (one,) = other.api("GET", at(community, "patrols")).json["items"]
    assert "没戴帽子" in one["words"] and len(one["photo_ids"]) == 1


@pytest.mark.parametrize("path", ["points", "patrols", "pledges"])
@pytest.mark.parametrize("number", ["0", "-1", "一", "10000", str(10**30)])
def test_a_page_is_a_number_that_people_turn_to(phone, place, path, number):
    answer = phone.api("GET", at(place[0], f"{path}?page={number}"))
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["page"])


def test_how_far_the_works_are_and_where_the_money_comes_from(phone, place):
    found = phone.api("GET", at(place[0], "works")).json
    (project,) = found["projects"]
    assert (project["stage"], project["others"], project["cost_fen"]) == ("preparation", [], None)
    assert project["stations"][0] == {"word": "开工", "on": None}
    assert found["structures"] == {"found": 0, "ordered": 0, "removed": 0}


def test_a_claim_and_a_patrol(phone, place):
    community, item, flat = place
    made = send(phone, at(community, "claims"), {"happened_on": "2026-03-01", "words": "窗户裂了"})
    assert (made.status_code, made.json["due_on"], made.json["state"]) == (201, "2026-03-12", "claimed")
    assert len(phone.api("GET", at(community, "claims")).json["items"]) == 1
    name_supervisor(queries.project(item.project_id), flat)
    lines = queries.checklist(community.id, MONDAY)
    walked = {"place": "3 栋", "marks": ["good"] * (len(lines) - 1) + ["bad"]}
    short = send(
        phone,
        at(community, "patrols"),
        {**walked, "marks": ["good"], "photo": (io.BytesIO(a_picture()), "a.jpg")},
    )
    assert short.status_code == 422
    made = send(phone, at(community, "patrols"), {**walked, "photo": (io.BytesIO(a_picture()), "a.jpg")})
    assert (made.status_code, made.json["bad"]) == (201, 1)
    assert send(phone, at(community, "patrols"), walked).status_code == 422


def test_a_promise_and_the_money(phone, place):
    community, *_ = place
    clerk = make_staff(Role.CLERK, community=community)
    made = phone.api(
        "POST", at(community, "pledges"), {"kind": "money", "amount": "200.50"}, client_key=key()
    )
    assert (made.status_code, made.json["amount"], made.json["shown"]) == (201, 200_50, "anonymous")
    again = phone.api(
        "POST", at(community, "pledges"), {"kind": "idea", "words": "种桂花"}, client_key="once"
    )
    assert again.json == phone.api(
        "POST", at(community, "pledges"), {"kind": "idea", "words": "种桂花"}, client_key="once"
    ).json  # fmt: skip
    told = [one.body for one in inbox([Recipient.staff(clerk.id)]).items]
    assert told == [f"{kind}。看看是哪一户，约好怎么交、怎么做。" for kind in ("出主意", "出钱")]
    assert phone.api("DELETE", at(community, f"pledges/{again.json['id']}")).status_code == 204
    wrong = phone.api("POST", at(community, "pledges"), {"kind": "labour", "amount": "八"}, client_key=key())
    assert wrong.status_code == 422
    (one,) = phone.api("GET", at(community, "pledges")).json["items"]
    assert one["giver"] == contributions.ANONYMOUS
    assert phone.api("GET", at(community, "funding")).json["left_fen"] == 0
    assert phone.api("DELETE", at(community, f"pledges/{made.json['id']}")).status_code == 204


def test_another_communitys_works_answer_as_ones_that_do_not_exist(phone):
    elsewhere = make_community("乙院")
    for path in (
        "works",
        "visits",
        "points",
        "points/1",
        "claims",
        "patrols",
        "hidden-works",
        "photos/1",
        "funding",
        "pledges",
    ):
        there = phone.api("GET", at(elsewhere, path))
        nowhere = phone.api("GET", f"/communities/987654/{path}")
        assert (there.status_code, nowhere.status_code) == (404, 404)
        assert there.json["code"] == nowhere.json["code"]
