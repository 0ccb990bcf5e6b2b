"""议事会 on the phone and by call."""

import io

import pytest

from server.contributions.actions import take_back
from server.contributions.rules import Kind
from server.identity.rules import Role
from server.infra.db import unit_of_work
from server.matters import actions, queries
from server.matters.rules.links import LinkKind
from server.messages.queries import inbox
from server.messages.rules import Recipient
from server.moderation.actions import pass_text
from server.moderation.queries import waiting
from server.tickets.rules.words import Category
from tests.factories.ballots import make_draft, make_electorate
from tests.factories.contributions import GIVER, make_pledge
from tests.factories.identity import make_staff
from tests.factories.ledger import make_community
from tests.factories.matters import LATER, look_at, make_matter, make_meeting, make_minutes
from tests.factories.projects import CONFIRMS, ENTERS, NOW, a_picture, key
from tests.factories.surveys import make_open_survey
from tests.factories.tickets import make_ticket
from tests.miniprogram_api.phones import make_phone

LAMP = {"kind": "request", "title": "3 栋门口的灯不亮", "text": "晚上看不见台阶。"}


@pytest.fixture
def home(app, clock):
    clock.set(NOW)
    return make_electorate(("60.00",) * 3)


def raised(community):
    return queries.inbox(community.id, NOW, only_owed=True, only_public=False).items[0].matter


def test_a_resident_raises_and_neighbours_read_it_once_it_was_looked_at(app, home):
    community, flats = home
    clerk = make_staff(Role.CLERK, community=community)
    mine, theirs = make_phone(app, flats[0]), make_phone(app, flats[1])
    listing = f"/communities/{community.id}/matters"
    page = mine.fill(mine.get(f"{listing}/new"), listing, **LAMP)
    assert "收到了" in page
    assert "还没公开" in page
    matter = raised(community)
    assert "还没公开" in mine.get(listing)
    assert LAMP["title"] not in theirs.get(listing)
    theirs.get(f"/matters/{matter.id}")
    assert theirs.status == 404
    assert [one.kind for one in inbox([Recipient.staff(clerk.id)]).items] == ["matters.raised"]
    look_at(matter)
    assert LAMP["title"] in theirs.get(listing)
    text = theirs.get(f"/matters/{matter.id}")
    assert "晚上看不见台阶" in text
    assert flats[0].room not in text


def picture(shade=90):
    return io.BytesIO(a_picture(shade)), "a.jpg"


def photos_of(matter):
    return queries.photos_of(matter.id, only_public=False)


def raises(phone, community, **more):
    """One's own matter, passed for others; whatever came along with it is not."""
    listing = f"/communities/{community.id}/matters"
    phone.fill(phone.get(f"{listing}/new"), listing, **LAMP, **more)
    matter = raised(community)
    look_at(matter)
    return matter


def test_pictures_come_along_and_are_seen_by_others_once_they_were_looked_at(app, home):
    community, flats = home
    mine, theirs = make_phone(app, flats[0]), make_phone(app, flats[1])
    matter = raises(mine, community, photo=picture())
    (photo,) = photos_of(matter)
    address = f"/matters/{matter.id}/photos/{photo.id}"

    def seen(phone):
        return phone.client.get(address).status_code, address in phone.get(f"/matters/{matter.id}")

    assert (seen(mine), seen(theirs)) == ((200, True), (404, False))
    assert theirs.api("GET", f"/matters/{matter.id}").json["photos"] == []
    (item,) = waiting(community.id).items
    with unit_of_work():
        pass_text(item.id, community_id=community.id, acts_seen=0, actor=CONFIRMS, now=NOW)
    assert seen(theirs) == (200, True)
    assert theirs.api("GET", f"/matters/{matter.id}").json["photos"] == [photo.id]
    assert theirs.api("GET", address).content_type == "image/jpeg"
    other = make_phone(app, *make_electorate(("60.00",))[1])
    assert seen(other) == (404, False)


def test_whoever_raised_it_adds_pictures_until_it_is_answered(app, home):
    community, flats = home
    mine, theirs = make_phone(app, flats[0]), make_phone(app, flats[1])
    matter = raises(mine, community)
    address = f"/matters/{matter.id}/photos"
    token = {"csrf_token": mine.csrf()}
    assert "选一张照片" in mine.post(address, token)
    for _ in range(2):
        mine.post(address, {**token, "photo": picture()})
    assert len(photos_of(matter)) == 1
    mine.post(address, {**token, "photo": (io.BytesIO(b"no picture"), "a.jpg")})
    assert mine.status == 422
    refused = theirs.post(address, {"csrf_token": theirs.csrf(), "photo": picture(10)})
    assert "要由提的人来加" in refused
    for shade in (10, 20):
        mine.post(address, {**token, "photo": picture(shade)})
    sent = mine.app.test_client().post(
        f"/api/v1{address}", data={"photo": picture(30)}, headers={"Authorization": f"Bearer {mine.token}"}
    )
    assert (sent.status_code, len(sent.json["photos"])) == (200, 4)
    assert "最多 4 张" in mine.post(address, {**token, "photo": picture(40)})
    with unit_of_work():
        actions.answer_matter(
            matter.id, community_id=community.id, text="下周来装。", answered_as="居委会经办人",
            client_key=key(), actor=ENTERS, now=NOW,
        )  # fmt: skip
    assert "不能再加照片" in mine.post(address, {**token, "photo": picture(50)})
    assert len(photos_of(matter)) == 4


def test_a_home_supports_once_and_may_take_it_back(app, home):
    community, flats = home
    matter = make_matter(community)
    phone, housemate = make_phone(app, flats[0]), make_phone(app, flats[0])
    page = phone.fill(phone.get(f"/matters/{matter.id}"), "/support")
    assert "你家支持这件事" in page
    assert "1 户支持" in page
    assert "另一个人支持的" in housemate.fill(housemate.get(f"/matters/{matter.id}"), "/withdraw")
    assert housemate.status == 409
    assert "0 户支持" in phone.fill(phone.get(f"/matters/{matter.id}"), "/withdraw")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title": ""}, "用一句话写"),
        ({"kind": "wish"}, "选是建议"),
        ({"text": "长" * 1001}, "最多 1000 个字"),
    ],
)
def test_a_form_that_lacks_something_comes_back_with_what_was_typed(app, home, change, words):
    community, flats = home
    phone = make_phone(app, flats[0])
    listing = f"/communities/{community.id}/matters"
    page = phone.fill(phone.get(f"{listing}/new"), listing, **{**LAMP, **change})
    assert phone.status == 422
    assert words in page
    assert LAMP["text"] in page or LAMP["title"] in page
    assert queries.inbox(community.id, NOW, only_owed=False, only_public=False).total == 0


def test_too_many_in_a_day_are_refused_with_what_was_typed(app, home):
    community, flats = home
    phone = make_phone(app, flats[0])
    listing = f"/communities/{community.id}/matters"
    for _ in range(5):
        answer = phone.api("POST", "/matters", {**LAMP, "community_id": community.id}, client_key=key())
        assert answer.status_code == 201
    page = phone.fill(phone.get(f"{listing}/new"), listing, **LAMP)
    assert (phone.status, "一天最多提 5 件" in page, LAMP["text"] in page) == (429, True, True)
    assert (
        phone.api("POST", "/matters", {**LAMP, "community_id": community.id}, client_key=key()).status_code
        == 429
    )


def test_its_page_follows_it_to_the_meeting_and_to_what_it_became(app, home, clock):
    community, flats = home
    matter, other = make_matter(community), make_matter(community, "灯坏了")
    survey, draft = make_open_survey(community), make_draft(community)
    shared = make_ticket(community.id, Category.POWER, place="南门路灯")
    inside = make_ticket(community.id, Category.GAS, flat_id=flats[1].id)
    pledge, taken_back = make_pledge(flats[1], Kind.LABOUR, 8), make_pledge(flats[1])
    with unit_of_work():
        take_back(taken_back.id, flat_ids=[flats[1].id], actor=GIVER, now=NOW)
    meeting = make_meeting(community, matter)
    facts = {"community_id": community.id, "actor": ENTERS, "now": NOW}
    with unit_of_work():
        actions.link_matter(matter.id, kind=LinkKind.SURVEY, target_id=survey.id, **facts)
        actions.link_matter(matter.id, kind=LinkKind.BALLOT, target_id=draft.id, **facts)
        for kind, target in (
            (LinkKind.TICKET, shared.id), (LinkKind.TICKET, inside.id), (LinkKind.TICKET, 987_654),
            (LinkKind.CONTRIBUTION, pledge.id), (LinkKind.CONTRIBUTION, taken_back.id),
        ):  # fmt: skip
            actions.link_matter(matter.id, kind=kind, target_id=target, **facts)
        actions.merge_matter(other.id, into_id=matter.id, reason="同一盏灯", **facts)
    clock.set(LATER)
    make_minutes(meeting)
    (point,) = queries.points_of(meeting.id, LATER)
    with unit_of_work():
        actions.resolve(
            meeting.id, community_id=community.id, point_id=point.point.id, what="装两盏灯", who="物业公司",
            due_on=LATER.date(), client_key=key(), actor=ENTERS, now=LATER,
        )  # fmt: skip
    phone = make_phone(app, flats[0])
    page = phone.get(f"/matters/{matter.id}")
    for words in ("定下来了", "三月议事会", "装两盏灯", survey.title, "正在起草"):
        assert words in page, words
    assert (f"/tickets/{shared.id}" in page, "南门路灯" in page) == (True, True)
    # Inside a home: how far it is, and no way in.
    assert (f"/tickets/{inside.id}" in page, "燃气" in page) == (False, True)
    assert (page.count("不写名的住户"), "答应了" in page) == (1, True)
    # A draft's title is nobody's to read yet.
    assert draft.title not in page
    assert "同一盏灯" in phone.get(f"/matters/{other.id}")
    shown = phone.get(f"/meetings/{meeting.id}")
    for words in ("居民、业主代表 12 人", "大家同意装灯", "装两盏灯"):
        assert words in shown, words
    assert ENTERS.label not in shown + page


def test_the_calls_tell_the_same(app, home, clock):
    community, flats = home
    phone, neighbour = make_phone(app, flats[0]), make_phone(app, flats[1])
    path, sent = f"/communities/{community.id}/matters", {**LAMP, "community_id": community.id}
    made = phone.api("POST", "/matters", sent, client_key="k")
    again = phone.api("POST", "/matters", sent, client_key="k")
    assert (made.status_code, made.json["id"]) == (201, again.json["id"])
    assert phone.api("POST", "/matters", {**sent, "title": "别的"}, client_key="k").status_code == 409
    assert (made.json["is_mine"], made.json["is_public"], made.json["homes"]) == (True, False, 1)
    matter_id = made.json["id"]
    assert neighbour.api("GET", f"/matters/{matter_id}").status_code == 404
    look_at(raised(community))
    listed = neighbour.api("GET", path).json
    assert [(one["id"], one["is_mine"]) for one in listed["items"]] == [(matter_id, False)]
    for _ in range(2):
        found = neighbour.api("PUT", f"/matters/{matter_id}/support", {"is_supported": True}).json
        assert (found["homes"], found["is_supported"]) == (2, True)
    found = neighbour.api("PUT", f"/matters/{matter_id}/support", {"is_supported": False}).json
    assert (found["homes"], found["is_supported"]) == (1, False)
    assert phone.api("PUT", f"/matters/{matter_id}/support", {"is_supported": True}).status_code == 409
    meeting = make_meeting(community, raised(community))
    found = neighbour.api("GET", f"/meetings/{meeting.id}").json
    assert (found["agenda"], found["minutes"], found["state"]) == ([LAMP["title"]], "", "announced")


def test_another_community_answers_like_none(app, home):
    _, flats = home
    elsewhere = make_community()
    matter, meeting = make_matter(elsewhere), make_meeting(elsewhere)
    phone = make_phone(app, flats[0])
    for path in (f"/communities/{elsewhere.id}/matters", f"/matters/{matter.id}", f"/meetings/{meeting.id}"):
        assert phone.api("GET", path).status_code == 404
        phone.get(path)
        assert phone.status == 404
    assert (
        phone.api("POST", "/matters", {**LAMP, "community_id": elsewhere.id}, client_key=key()).status_code
        == 404
    )
    assert phone.api("PUT", f"/matters/{matter.id}/support", {"is_supported": True}).status_code == 404
    unannounced = make_meeting(home[0], is_announced=False)
    assert phone.api("GET", f"/meetings/{unannounced.id}").status_code == 404


def test_a_flat_of_somebody_else_speaks_for_nobody(app, home):
    community, flats = home
    phone = make_phone(app, flats[0])
    sent = {**LAMP, "flat_id": flats[1].id}
    answer = phone.api("POST", "/matters", {**sent, "community_id": community.id}, client_key=key())
    assert (answer.status_code, "flat_id" in answer.json["errors"]) == (422, True)


def test_the_home_page_leads_to_matters_and_to_who_manages(app, home):
    community, flats = home
    page = make_phone(app, flats[0]).get("/me")
    assert f"/communities/{community.id}/matters" in page
    assert f"/communities/{community.id}/management" in page
