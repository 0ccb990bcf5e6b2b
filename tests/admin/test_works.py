"""The works of a community on the desk, sent as a browser sends its forms."""

import io
from datetime import date

import pytest
from sqlalchemy import event

from server.identity.rules import Role
from server.infra.db import db
from server.messages import queries as messages
from server.messages.rules import Recipient
from server.projects import queries
from server.projects.rules.acts import EventKind, Stage
from server.projects.rules.claims import ClaimState
from server.projects.rules.points import PointAct, PointState
from tests.admin.browsers import browser_of
from tests.admin.forms import post_form
from tests.factories import schemes as made
from tests.factories.identity import make_staff
from tests.factories.ledger import make_community, make_flat
from tests.factories.projects import NOW, a_picture, make_event, make_photo, make_project
from tests.factories.schemes import CHECKED
from tests.factories.works import act, adopt, book, claim, offer, plan, point

MONDAY = date(2026, 3, 9)


@pytest.fixture
def community(app, clock):
    clock.set(NOW)
    return make_community("甲院")


@pytest.fixture
def project(community):
    return make_project(community)


@pytest.fixture
def desk(app, community):
    """People of this community's desk, each in a browser of their own."""
    return lambda role: browser_of(app, make_staff(role, community=community, name=f"{role.name_zh}甲"))


def works(community, path="") -> str:
    return f"/admin/communities/{community.id}/works{path}"


def told(flat):
    """What whoever is bound to the flat finds in their inbox."""
    return messages.inbox([Recipient.resident(1), Recipient.flat(flat.id)]).items


def photo():
    return io.BytesIO(a_picture()), "a.jpg"


def test_what_was_voted_and_signed_is_taken_over_by_one_click(app, clock):
    clock.set(CHECKED)
    counted = made.make_voted(("B11",))
    community = counted.community
    make_project(community, now=CHECKED)
    body = browser_of(app, make_staff(Role.IMPLEMENTING_BODY, community=community))
    page = body.get(works(community)).text
    assert "定下来了、还没列入的" in page
    for _ in range(2):
        answer = post_form(body, works(community), works(community, "/items"), {"items": ["B11::"]})
        assert answer.status_code == 302
    assert [card.item.code for card in queries.items_of_community(community.id)] == ["B11"]
    assert "还没列入的" not in body.get(works(community)).text


def test_an_item_is_planned_photographed_and_done_by_two_persons(desk, community, project):
    body, reviewer = desk(Role.IMPLEMENTING_BODY), desk(Role.REVIEWER)
    answer = post_form(
        body, works(community), works(community, "/items/own"), {"title": "屋面防水", "part": "roof_wet"}
    )
    assert answer.status_code == 302
    (card,) = queries.items_of_community(community.id)
    page = works(community, f"/items/{card.id}")
    wrong = {"contractor": "黔建三公司", "starts_on": "2026-03-09", "ends_on": "2026-03-01"}
    assert "不能早于第一天" in post_form(body, page, f"{page}/plan", wrong).text
    assert post_form(body, page, f"{page}/plan", {**wrong, "starts_on": "2026-03-01"}).status_code == 302
    hidden = {"place": "3 栋屋面，第一道卷材", "covered_on": "2026-03-02"}
    assert "至少要一张照片" in post_form(body, page, f"{page}/hidden", hidden).text
    assert post_form(body, page, f"{page}/hidden", {**hidden, "photo": photo()}).status_code == 302
    shown = body.get(page).text
    link = shown[shown.index(works(community, "/photos/")) :].split('"')[0]
    assert body.get(link).content_type == "image/jpeg"
    assert post_form(body, page, f"{page}/done", {"completed_on": "2026-03-02"}).status_code == 302
    assert "要由另一个人确认" in body.get(page).text
    assert post_form(reviewer, page, f"{page}/review", {"is_confirmed": "true"}).status_code == 302
    db.session.expire_all()
    assert queries.works_done(community.id)[0].title == "屋面防水"
    assert "写上为什么撤回" in post_form(body, page, f"{page}/withdrawals", {"reason": ""}).text
    assert post_form(body, page, f"{page}/withdrawals", {"reason": "还有一处没做"}).status_code == 302
    assert "要由另一个人确认" in body.get(page).text
    withdrawn = post_form(reviewer, page, f"{page}/withdrawals/review", {"is_confirmed": "true"})
    assert withdrawn.status_code == 302
    db.session.expire_all()
    assert queries.works_done(community.id) == []
    shown = body.get(page).text
    assert "已撤回" in shown and "还有一处没做" in shown and "填完工" in shown


def test_the_contractor_sees_which_flats_come_when_and_never_whose(desk, community, project):
    flat = make_flat(community, building="3", entrance="1", room="501")
    item = adopt(project, community, "给水立管更换")
    plan(item)
    body = desk(Role.IMPLEMENTING_BODY)
    page = works(community, f"/items/{item.id}")
    sent = {"from_on": "2026-03-09", "to_on": "2026-03-09", "times": ["0", "1"], "seats": "1"}
    assert "至少选一个时段" in post_form(body, page, f"{page}/visits", {**sent, "times": []}).text
    assert post_form(body, page, f"{page}/visits", sent).status_code == 302
    first, _ = queries.slots([item.id], MONDAY)
    book(first, flat)
    assert "3 栋 1 单元 501" in body.get(page).text
    assert "3 栋 1 单元 501" not in desk(Role.COMMITTEE_MEMBER).get(page).text
    slot = works(community, f"/slots/{first.slot.id}")
    assert "为什么取消" in post_form(body, slot, f"{slot}/close", {}).text
    assert post_form(body, slot, f"{slot}/close", {"reason": "停水"}).status_code == 302
    (letter,) = told(flat)
    assert "停水" in letter.body and "3 月 9 日" in letter.body


def test_quiet_days_and_the_works_of_utilities_stand_in_the_calendar(desk, community, project):
    plan(adopt(project, community))
    reviewer, body = desk(Role.REVIEWER), desk(Role.IMPLEMENTING_BODY)
    assert "还没有排" in body.get(works(community)).text
    page = works(community, "/calendar")
    quiet = {"from_on": "2026-03-12", "to_on": "2026-03-12", "reason": "中考"}
    assert post_form(reviewer, page, works(community, "/quiet-days"), quiet).status_code == 302
    utility = {
        "kind": "gas",
        "party": "贵州燃气",
        "what": "换立管",
        "starts_on": "2026-03-30",
        "ends_on": "2026-03-31",
    }
    assert "写做什么" in post_form(body, page, works(community, "/utilities"), {**utility, "what": ""}).text
    assert post_form(body, page, works(community, "/utilities"), utility).status_code == 302
    text = reviewer.get(page).text
    assert "安静日：中考" in text and "不在工期里" in text
    (row,), (card,) = queries.quiet_days(community.id), queries.utility_works(community.id)
    assert post_form(reviewer, page, works(community, f"/quiet-days/{row.id}/lift"), {}).status_code == 302
    assert (
        post_form(body, page, works(community, f"/utilities/{card.works.id}/withdraw"), {}).status_code == 302
    )
    assert body.get(f"{page}?month=2027-13").status_code == 200


def test_a_point_is_worked_off_by_one_and_looked_at_by_another_and_the_household_is_told(
    desk, community, project
):
    flat = make_flat(community)
    clerk, body, reviewer = desk(Role.CLERK), desk(Role.IMPLEMENTING_BODY), desk(Role.REVIEWER)
    row = point(project, community, flat_id=flat.id)
    page = works(community, f"/points/{row.id}")
    assert "2 单元三楼" in body.get(works(community, "/points")).text
    denied = post_form(body, page, f"{page}/acts", {"kind": "declined", "words": "不是我们"})
    assert denied.status_code == 403
    assert post_form(body, page, f"{page}/acts", {"kind": "worked_off", "photo": photo()}).status_code == 302
    assert told(flat)[0].kind == "works.point"
    # Whoever put it right is told why there is nothing to press.
    assert "要由别人去看" in body.get(page).text and "要由别人去看" not in reviewer.get(page).text
    assert "为什么" in post_form(clerk, page, f"{page}/acts", {"kind": "sent_back"}).text
    assert post_form(reviewer, page, f"{page}/acts", {"kind": "passed"}).status_code == 302
    db.session.expire_all()
    assert queries.point(row.id, community.id).state is PointState.PASSED
    raised = {"place": "门厅", "words": "门关不上"}
    assert (
        post_form(clerk, works(community, "/points"), works(community, "/points"), raised).status_code == 302
    )
    assert queries.open_points(project.id) == ["门厅（门关不上）"]


def test_the_finish_is_refused_with_the_list_of_open_points(app, desk, community, project):
    make_event(project)
    point(project, community)
    body = desk(Role.IMPLEMENTING_BODY)
    page = f"/admin/projects/{project.id}"
    assert f'href="{works(community, "/points")}"' in body.get(page).text
    sent = {"kind": "finished", "happened_on": "2026-03-02", "document": "竣工报告", "photo": photo()}
    answer = post_form(body, f"{page}/events/new", f"{page}/events", sent)
    assert answer.status_code == 409 and "2 单元三楼（灯不亮）" in answer.text
    assert queries.line(project.id).stage is Stage.STARTED


def test_whoever_enters_or_confirms_the_finish_sees_which_items_are_not_complete(desk, community, project):
    make_event(project)
    adopt(project, community)
    body, reviewer = desk(Role.IMPLEMENTING_BODY), desk(Role.REVIEWER)
    page = f"/admin/projects/{project.id}"
    assert "没有确认完工" not in body.get(f"{page}/events/new").text
    make_event(project, EventKind.IN_WORKS)
    assert "还有 1 项没有确认完工" in body.get(f"{page}/events/new").text
    sent = {"kind": "finished", "happened_on": "2026-03-02", "document": "竣工报告", "photo": photo()}
    assert post_form(body, f"{page}/events/new", f"{page}/events", sent).status_code == 302
    last = queries.events(project.id)[-1].event.id
    assert "还有 1 项没有确认完工" in reviewer.get(f"{page}/events/{last}").text


def test_a_household_becomes_supervisor_by_its_door(desk, community, project):
    make_flat(community, building="3", entrance="1", room="501")
    member = desk(Role.COMMITTEE_MEMBER)
    page = works(community, "/patrols")
    assert (
        "台账里没有这套房"
        in post_form(member, page, works(community, "/supervisors"), {"building": "3", "room": "9"}).text
    )
    answer = post_form(
        member, page, works(community, "/supervisors"), {"building": "3栋", "entrance": "1", "room": "501"}
    )
    assert answer.status_code == 302
    (row,) = queries.supervisors(community.id)
    assert "3 栋 1 单元 501" in member.get(page).text
    assert post_form(member, page, works(community, f"/supervisors/{row.id}/end"), {}).status_code == 302


def test_a_claim_is_answered_and_paid_to_the_fen(desk, community, project):
    flat = make_flat(community)
    row = claim(project, flat)
    body = desk(Role.IMPLEMENTING_BODY)
    assert "碰裂了窗户" in body.get(works(community, "/claims")).text
    page = works(community, f"/claims/{row.id}")
    assert "理由" in post_form(body, page, f"{page}/acts", {"kind": "refused"}).text
    assert (
        post_form(body, page, f"{page}/acts", {"kind": "acknowledged", "words": "是我们"}).status_code == 302
    )
    assert "填赔了多少元" in post_form(body, page, f"{page}/acts", {"kind": "settled"}).text
    assert post_form(body, page, f"{page}/acts", {"kind": "settled", "paid": "320.55"}).status_code == 302
    db.session.expire_all()
    card = queries.claim(row.id, community.id)
    assert (card.state, card.paid_fen) == (ClaimState.SETTLED, 320_55)
    assert len(told(flat)) == 2
    assert desk(Role.COMMITTEE_MEMBER).get(page).status_code == 403


def test_what_residents_sent_is_not_among_the_pictures_of_the_whole_project(app, desk, community, project):
    row = point(project, community, photos=[make_photo()])
    (picture,) = queries.point(row.id, community.id).photos
    reviewer = desk(Role.REVIEWER)
    assert reviewer.get(f"/admin/projects/{project.id}/evidence/{picture.id}").status_code == 404
    assert reviewer.get(works(community, f"/photos/{picture.id}")).status_code == 200
    neighbour = make_community("乙院")
    elsewhere = browser_of(app, make_staff(Role.REVIEWER, community=neighbour))
    assert elsewhere.get(works(neighbour, f"/photos/{picture.id}")).status_code == 404


def test_two_persons_withdraw_a_confirmed_act_on_its_page(desk, community, project):
    started = make_event(project)
    body, reviewer = desk(Role.IMPLEMENTING_BODY), desk(Role.REVIEWER)
    page = f"/admin/projects/{project.id}/events/{started.id}"
    assert "各级都会看到" in post_form(body, page, f"{page}/withdrawals", {}).text
    assert post_form(body, page, f"{page}/withdrawals", {"reason": "填错了项目"}).status_code == 302
    assert "要由另一个人确认" in body.get(page).text
    assert (
        post_form(reviewer, page, f"{page}/withdrawals/review", {"is_confirmed": "true"}).status_code == 302
    )
    db.session.expire_all()
    assert queries.line(project.id).stage is Stage.PREPARATION
    text = reviewer.get(page).text
    assert "已撤回" in text and "填错了项目" in text
    assert EventKind.STARTED not in queries.counted_dates(project.id)


def test_a_community_without_a_project_says_what_comes_first(desk, community):
    body = desk(Role.IMPLEMENTING_BODY)
    assert "还没有列入改造项目" in body.get(works(community)).text
    for path in ("/calendar", "/points", "/patrols", "/claims"):
        assert body.get(works(community, path)).status_code == 200
    answer = post_form(
        desk(Role.CLERK),
        works(community, "/calendar"),
        works(community, "/points"),
        {"place": "a", "words": "b"},
    )
    assert answer.status_code == 409


def statements(browser, page: str) -> int:
    count = 0

    def note(*_: object) -> None:
        nonlocal count
        count += 1

    db.session.expire_all()
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert browser.get(page).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return count


def test_lists_do_not_ask_for_each_row(desk, community, project):
    clerk = desk(Role.CLERK)
    flat = make_flat(community)
    for n in range(3):
        act(point(project, community, words=f"第 {n} 处", flat_id=flat.id), PointAct.WORKED_OFF)
        claim(project, flat, words=f"第 {n} 件")
        plan(adopt(project, community, f"第 {n} 项"))
    offer(queries.items_of_community(community.id)[0].item, MONDAY, MONDAY, times=[0, 1, 2])
    pages = [works(community, path) for path in ("", "/points", "/claims", "/calendar", "/patrols")]
    few = [statements(clerk, page) for page in pages]
    for n in range(3, 9):
        act(point(project, community, words=f"第 {n} 处", flat_id=flat.id), PointAct.WORKED_OFF)
        claim(project, flat, words=f"第 {n} 件")
        plan(adopt(project, community, f"第 {n} 项"))
    assert [statements(clerk, page) for page in pages] == few
