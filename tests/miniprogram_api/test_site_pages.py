"""The works on the phone: booking, raising, looking, claiming, patrolling and giving, with the forms as they are drawn."""

import io
from datetime import date

import pytest

from miniprogram_api.works import seats
from server.contributions import queries as contributions
from server.contributions.rules import Entry as Gift
from server.contributions.rules import Kind, Shown
from server.identity.rules import Role
from server.infra.db import db, unit_of_work
from server.messages import queries as messages
from server.messages.rules import Recipient
from server.moderation import actions as moderation
from server.moderation import queries as moderated
from server.projects import queries
from server.projects.rules.money import Entry
from server.projects.rules.points import PointAct, PointState
from tests.factories.contributions import enter, make_pledge
from tests.factories.identity import make_staff
from tests.factories.ledger import make_community, make_flat
from tests.factories.projects import CONFIRMS, NOW, a_picture, make_funding, make_photo, make_project
from tests.factories.works import act, adopt, hide, name_supervisor, offer, plan, point
from tests.miniprogram_api.pockets import by_slip

MONDAY = date(2026, 3, 9)


@pytest.fixture
def place(app, clock):
    """A community with a project, an item planned for the whole of it, and a flat; the time is NOW."""
    clock.set(NOW)
    community = make_community("甲院")
    flat = make_flat(community, building="3", entrance="1", room="501")
    project = make_project(community)
    item = adopt(project, community, "给水立管更换")
    plan(item)
    return community, project, item, flat


def works(community) -> str:
    return f"/communities/{community.id}/works"


def picture(shade=90):
    return io.BytesIO(a_picture(shade)), "a.jpg"


def look_at_all(community):
    for item in moderated.waiting(community.id).items:
        with unit_of_work():
            moderation.pass_text(item.id, community_id=community.id, acts_seen=0, actor=CONFIRMS, now=NOW)


def test_everything_is_reached_from_the_communitys_page_and_each_page_opens(app, place, client):
    community, _, item, flat = place
    hide(item)
    assert "施工日历" in client.get(f"/communities/{community.id}").text
    hub = client.get(works(community)).text
    for name in ("calendar", "visits", "points", "claims", "patrols", "hidden", "money"):
        assert f"{works(community)}/{name}" in hub
    for name in ("calendar", "points", "patrols", "money"):
        assert client.get(f"{works(community)}/{name}").status_code == 200
    for name in ("visits", "claims", "hidden", "pledges", "points/new", "patrols/new"):
        assert client.get(f"{works(community)}/{name}").status_code == 302
    phone = by_slip(app, flat)
    for name in (
        "calendar",
        "visits",
        "points",
        "points/new",
        "claims",
        "patrols",
        "patrols/new",
        "hidden",
        "money",
        "pledges",
    ):
        phone.get(f"{works(community)}/{name}")
        assert phone.status == 200, name
    assert client.get("/communities/987654321/works/calendar").status_code == 404


def test_the_calendar_is_public_and_tells_who_works_where(place, client):
    community, *_ = place
    text = client.get(f"{works(community)}/calendar?month=2026-03").text
    assert "3 月 9 日 到 20 日" in text and "全小区，给水立管更换" in text and "黔建第三工程公司" in text
    assert "这个月没有排" in client.get(f"{works(community)}/calendar?month=2027-03").text
    assert client.get(f"{works(community)}/calendar?month=nonsense").status_code == 200


def test_a_household_books_moves_and_lets_go_on_the_phone(app, place):
    community, _, item, flat = place
    offer(item, MONDAY, MONDAY, times=[0, 1])
    phone = by_slip(app, flat)
    page = phone.get(f"{works(community)}/visits")
    page = phone.send(page, "/works/visits")
    assert "约好了" in page and "改到这个时间" in page
    page = phone.send(page, "/works/visits")
    (booked,) = queries.appointments_of([flat.id])
    assert booked[1].time_text == "10:00–12:00"
    page = phone.send(page, "/cancel")
    assert "取消了" in page
    assert queries.appointments_of([flat.id]) == []


def test_a_time_that_is_gone_says_so_and_keeps_the_household_where_it_was(app, place):
    community, _, item, flat = place
    offer(item, MONDAY, MONDAY)
    mine, theirs = (
        by_slip(app, flat),
        by_slip(app, make_flat(community, building="3", entrance="1", room="502")),
    )
    page, other = mine.get(f"{works(community)}/visits"), theirs.get(f"{works(community)}/visits")
    theirs.send(other, "/works/visits")
    assert "刚刚约满了" in mine.send(page, "/works/visits")
    assert mine.status == 409


def test_a_resident_raises_a_point_others_read_it_once_seen_and_the_household_says_whether_it_is_right(
    app, place
):
    community, _, _, flat = place
    phone = by_slip(app, flat)
    page = phone.get(f"{works(community)}/points/new")
    assert "写在哪里" in phone.send(page, "/works/points", words="灯不亮")
    assert phone.status == 422
    page = phone.send(page, "/works/points", place="2 单元三楼", words="灯不亮", photo=picture())
    assert "记进整改清单了" in page and "2 单元三楼：灯不亮" in page
    stranger = app.test_client()
    assert "灯不亮" not in stranger.get(f"{works(community)}/points").text
    (card,) = queries.points(community.id).items
    photo = f"{works(community)}/photos/{card.photos[0].id}"
    assert stranger.get(photo).status_code == 404
    assert phone.client.get(photo).status_code == 200
    look_at_all(community)
    assert "2 单元三楼：灯不亮" in stranger.get(f"{works(community)}/points").text
    assert stranger.get(photo).status_code == 200
    act(card.point, PointAct.WORKED_OFF)
    page = phone.get(f"{works(community)}/points/{card.point.id}")
    assert "为什么" in phone.send(page, "/looks", is_right="false", words="")
    page = phone.send(page, "/looks", is_right="false", words="还是不亮")
    assert "谢谢你去看" in page
    db.session.expire_all()
    act(card.point, PointAct.WORKED_OFF)
    phone.send(phone.get(f"{works(community)}/points/{card.point.id}"), "/looks", is_right="true")
    db.session.expire_all()
    assert queries.point(card.point.id, community.id).state is PointState.PASSED


def test_a_point_nobody_has_looked_at_is_as_if_it_were_not_for_a_neighbour(app, place):
    community, project, *_ = place
    mine = make_flat(community)
    row = point(project, community, flat_id=mine.id)
    act(row, PointAct.WORKED_OFF, photos=[make_photo()])
    ((put_right,),) = queries.point(row.id, community.id).act_photos.values()
    photo = f"{works(community)}/photos/{put_right.id}"
    phone = by_slip(app, make_flat(community))
    phone.get(f"{works(community)}/points/{row.id}")
    assert phone.status == 404
    assert phone.client.get(photo).status_code == 404
    assert by_slip(app, mine).client.get(photo).status_code == 200
    look_at_all(community)
    assert phone.client.get(photo).status_code == 200
    assert app.test_client().get(photo).status_code == 404


def test_damage_is_claimed_with_a_photo_and_read_by_its_own_household_alone(app, place):
    community, _, _, flat = place
    body = make_staff(Role.IMPLEMENTING_BODY, community=community)
    phone = by_slip(app, flat)
    page = phone.get(f"{works(community)}/claims")
    page = phone.send(page, "/works/claims", words="脚手架碰裂了窗户", photo=picture())
    assert "最晚 3 月 12 日答复" in page and "脚手架碰裂了窗户" in page
    assert messages.inbox([Recipient.staff(body.id)]).items[0].kind == "works.claim_made"
    (card,) = queries.claims_of([flat.id])
    photo = f"{works(community)}/photos/{card.photos[0].id}"
    neighbour = by_slip(app, make_flat(community))
    assert "窗户" not in neighbour.get(f"{works(community)}/claims")
    assert neighbour.client.get(photo).status_code == 404
    assert phone.client.get(photo).status_code == 200


def test_a_supervisor_walks_the_checklist_on_the_phone(app, place):
    community, project, _, flat = place
    phone = by_slip(app, flat)
    assert "找居委会" in phone.get(f"{works(community)}/patrols/new")
    name_supervisor(project, flat)
    assert "开始巡查" in phone.get(f"{works(community)}/patrols")
    page = phone.get(f"{works(community)}/patrols/new")
    lines = queries.checklist(community.id, MONDAY)
    marks = {f"mark-{n}": "good" for n in range(len(lines))}
    assert "条没有选" in phone.send(page, "/works/patrols", place="3 栋", photo=picture())
    page = phone.send(
        page, "/works/patrols", place="3 栋", **{**marks, "mark-1": "bad"}, words="没戴帽子", photo=picture()
    )
    assert "1 条不合格" in page and "没戴帽子" not in page
    assert [card.point.words for card in queries.points(community.id).items] == [f"不合格：{lines[1]}"]


def test_a_household_promises_is_shown_as_it_wishes_and_takes_it_back(app, place, client):
    community, _, _, flat = place
    clerk = make_staff(Role.CLERK, community=community)
    phone = by_slip(app, flat)
    page = phone.get(f"{works(community)}/pledges")
    assert "大于 0" in phone.send(page, "/pledges", kind="money", amount="")
    page = phone.send(page, "/pledges", kind="money", amount="200.50", shown="household")
    assert "居委会会和你联系" in page and "200.50 元" in page
    (told,) = messages.inbox([Recipient.staff(clerk.id)]).items
    assert (told.kind, told.body) == ("contributions.pledged", "出钱。看看是哪一户，约好怎么交、怎么做。")
    (card,) = contributions.pledges(community.id).items
    assert told.link == f"/admin/communities/{community.id}/contributions/{card.pledge.id}"
    public = client.get(f"{works(community)}/money").text
    assert "3 栋 1 单元 501" in public and "200.50 元" in public
    assert "收回了" in phone.send(page, "/take-back")
    assert "3 栋 1 单元 501" not in client.get(f"{works(community)}/money").text
    assert contributions.pledges(community.id).total == 0


def test_the_money_page_adds_the_projects_sources_and_what_residents_gave(place, client):
    community, project, _, flat = place
    make_funding(project, 80_000_01, entry=Entry.RECEIVED)
    make_funding(project, 20_000_00, entry=Entry.SPENT)
    enter(make_pledge(flat, shown=Shown.ANONYMOUS), 300_50)
    text = client.get(f"{works(community)}/money").text
    for words in ("80,300.51 元", "60,300.51 元", "居民自愿出钱", contributions.ANONYMOUS):
        assert words in text, words
    assert "501" not in text


def test_an_idea_that_was_received_is_not_called_used(place, client):
    community, _, _, flat = place
    idea = make_pledge(flat, Kind.IDEA, None, words="门口种桂花")
    for kind, words, other in (
        (Gift.GIVEN, "已经收到", "已经用上"),
        (Gift.USED, "已经用上", "已经收到"),
    ):
        enter(idea, 1, kind)
        text = client.get(f"{works(community)}/money").text
        assert (words in text, other in text) == (True, False)


def test_photos_of_what_is_out_of_sight_are_for_those_who_live_there(app, place, client):
    community, _, item, flat = place
    hide(item)
    phone = by_slip(app, flat)
    assert "3 栋 2 单元，一层立管" in phone.get(f"{works(community)}/hidden")
    (row,) = queries.evidence_about("hidden", [queries.hidden_works([item.id])[0].id]).values()
    photo = f"{works(community)}/photos/{row[0].id}"
    assert phone.client.get(photo).status_code == 200
    assert client.get(photo).status_code == 404
    elsewhere = by_slip(app, make_flat(make_community("乙院")))
    assert elsewhere.client.get(photo).status_code == 404
    elsewhere.get(f"{works(community)}/visits")
    assert elsewhere.status == 404


def test_a_flood_of_reports_is_slowed_down(app, place, monkeypatch):
    community, *_, flat = place
    monkeypatch.setattr(seats, "REPORTS", "1/hour")
    phone = by_slip(app, flat)
    page = phone.get(f"{works(community)}/points/new")
    phone.send(page, "/works/points", place="a", words="b")
    phone.send(phone.get(f"{works(community)}/points/new"), "/works/points", place="c", words="d")
    assert phone.status == 429
    assert queries.points(community.id).total == 1


@pytest.mark.parametrize("number", ["0", "x", "9999", str(10**30)])
@pytest.mark.parametrize("name", ["points", "patrols", "money"])
def test_no_number_of_a_page_is_too_large(client, place, name, number):
    assert client.get(f"{works(place[0])}/{name}?page={number}").status_code == 200
