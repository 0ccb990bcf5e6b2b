"""The forms of a project, sent as a browser sends them."""

import io
from datetime import date

import pytest

from server.identity.rules import Role
from server.infra.db import db
from server.ledger.models import Community
from server.projects import queries
from server.projects.models import Project
from server.projects.rules.acts import EventKind, Stage
from server.projects.rules.preparation import StepState, checklist
from server.projects.rules.structures import StructureState
from tests.admin.browsers import browser_of
from tests.admin.forms import post_form
from tests.factories.identity import make_staff
from tests.factories.ledger import make_community
from tests.factories.projects import a_picture, make_event, make_project, make_structure

pytestmark = pytest.mark.usefixtures("clock")
NANMING = "520102"


@pytest.fixture
def community(app) -> Community:
    return make_community("甲院")


@pytest.fixture
def project(community: Community) -> Project:
    return make_project(community)


@pytest.fixture
def body(app, community):
    """The implementing body at its desk."""
    return browser_of(app, make_staff(Role.IMPLEMENTING_BODY, community=community, name="陈施工"))


@pytest.fixture
def county(app, community):
    return browser_of(app, make_staff(Role.COUNTY_OFFICER, division=NANMING, name="赵县办"))


def photo(name="a.jpg", shade=90):
    return io.BytesIO(a_picture(shade)), name


def page_of(project: Project) -> str:
    return f"/admin/projects/{project.id}"


def start(browser, project, **change):
    sent = {
        "kind": "started",
        "happened_on": "2026-03-01",
        "document": "开工令 3 号",
        "photo": photo(),
        **change,
    }
    return post_form(browser, f"{page_of(project)}/events/new", f"{page_of(project)}/events", sent)


def review(browser, project, event_id, **sent):
    page = f"{page_of(project)}/events/{event_id}"
    return post_form(browser, page, f"{page}/review", sent)


# ------------------------------------------------------------------ acts


def test_one_person_enters_the_start_and_another_confirms_it(body, county, community, app, project):
    assert "不会拦你" in body.get(f"{page_of(project)}/events/new").text
    answer = start(body, project)
    assert answer.status_code == 302
    assert "等另一个人确认" in body.get(page_of(project)).text
    assert queries.line(project.id).stage is Stage.PREPARATION
    (card,) = queries.events(project.id)
    assert "要由另一个人确认" not in county.get(f"{page_of(project)}/events/{card.event.id}").text
    page = county.get(f"{page_of(project)}/events/{card.event.id}").text
    assert "这一天，前期还有 8 步没办完" in page
    assert review(county, project, card.event.id, is_confirmed="true").status_code == 302
    assert queries.line(project.id).dates == {EventKind.STARTED: date(2026, 3, 1)}
    assert "已确认" in body.get(page_of(project)).text


def test_nobody_confirms_what_they_entered_themselves(county, project):
    start(county, project)
    (card,) = queries.events(project.id)
    page = county.get(f"{page_of(project)}/events/{card.event.id}").text
    assert "要由另一个人确认" in page
    token = (
        county.get(f"{page_of(project)}/events/new").text.split('name="csrf_token" value="')[1].split('"')[0]
    )
    answer = county.post(
        f"{page_of(project)}/events/{card.event.id}/review",
        data={"csrf_token": token, "is_confirmed": "true"},
    )
    assert answer.status_code == 409
    assert "自己填的要由另一个人确认" in answer.text
    assert queries.line(project.id).stage is Stage.PREPARATION


def test_an_act_is_turned_down_with_a_reason(body, county, project):
    start(body, project)
    (card,) = queries.events(project.id)
    silent = review(county, project, card.event.id, is_confirmed="false")
    assert silent.status_code == 422
    assert "写上为什么退回" in silent.text
    assert (
        review(county, project, card.event.id, is_confirmed="false", reason="照片不是这里").status_code == 302
    )
    assert "照片不是这里" in body.get(page_of(project)).text
    assert start(body, project).status_code == 302


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"photo": (io.BytesIO(b""), "")}, 422, "要有照片"),
        ({"photo": (io.BytesIO(b"nothing"), "a.jpg")}, 422, "不是照片"),
        ({"happened_on": "2026-03-03"}, 422, "还没有到"),
        ({"happened_on": "昨天"}, 422, "填是哪一天的事"),
        ({"kind": "sideways"}, 422, "选做完了哪一步"),
        ({"kind": "finished"}, 409, "先要有确认过的“开工”"),
        ({"document": "长" * 121}, 422, "最多 120 个字"),
    ],
)
def test_a_start_that_lacks_something_is_refused_and_nothing_is_kept(body, project, change, status, words):
    answer = start(body, project, **change)
    assert answer.status_code == status
    assert words in answer.text
    assert queries.events(project.id) == []
    assert queries.evidence_of(project.id) == {}


def test_too_many_pictures_are_refused(body, project):
    answer = start(body, project, photo=[photo(f"{n}.jpg", n) for n in range(7)])
    assert answer.status_code == 422
    assert "最多 6 张" in answer.text


def test_several_pictures_are_kept_and_the_same_twice_is_one(body, project):
    assert start(body, project, photo=[photo(), photo("b.jpg"), photo("c.jpg", 10)]).status_code == 302
    ((_, pictures),) = queries.evidence_of(project.id).items()
    assert len(pictures) == 2


def test_the_same_form_twice_enters_one_act(body, project):
    for _ in range(2):
        assert start(body, project, client_key="same", photo=photo()).status_code == 302
    assert len(queries.events(project.id)) == 1


def test_an_act_of_another_project_is_not_found(county, project):
    event = make_event(make_project(make_community()), is_confirmed=None)
    assert county.get(f"{page_of(project)}/events/{event.id}").status_code == 404


def test_the_reviewer_of_the_community_confirms_too(app, body, community, project):
    start(body, project)
    (card,) = queries.events(project.id)
    reviewer = browser_of(app, make_staff(Role.REVIEWER, community=community))
    assert "去确认" in reviewer.get(page_of(project)).text
    assert review(reviewer, project, card.event.id, is_confirmed="true").status_code == 302
    assert queries.line(project.id).stage is Stage.STARTED


def test_an_act_waits_on_the_first_page_of_whoever_may_confirm_it(app, body, county, community):
    other = make_community("乙院")
    whole, alone = make_project(community, other, name="两个院"), make_project(make_community(), name="别处")
    for one in (whole, alone):
        make_event(one, is_confirmed=None)
    today = f"/admin/communities/{community.id}/today"
    page = county.get(today).text
    assert "施工进度待确认" in page
    assert "两个院" in page
    assert "别处" not in page
    # The reviewer of one of the two communities does not confirm for both.
    reviewer = browser_of(app, make_staff(Role.REVIEWER, community=community))
    for browser in (reviewer, body):
        assert "施工进度待确认" not in browser.get(today).text


def test_what_one_entered_oneself_does_not_wait_for_oneself(county, community, project):
    start(county, project)
    assert "施工进度待确认" not in county.get(f"/admin/communities/{community.id}/today").text
    assert "去确认" not in county.get(page_of(project)).text


# ------------------------------------------------------------------ preparation and starts


def step(browser, project, kind="budget", **sent):
    page = f"{page_of(project)}/steps/{kind}"
    return post_form(
        browser, page, page, {"state": "done", "done_on": "2026-03-01", "words": "预算书", **sent}
    )


def test_a_step_is_recorded_with_its_document_and_shown(body, project):
    assert step(body, project, photo=photo()).status_code == 302
    fact = checklist(queries.stored_steps([project.id])[project.id], {})[5]
    assert (fact.state, fact.words) == (StepState.DONE, "预算书")
    page = body.get(page_of(project)).text
    assert "八步里还有 7 步没办完" in page
    assert "陈施工" in page
    assert "以前记过的" in body.get(f"{page_of(project)}/steps/budget").text


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"words": ""}, "写上依据的文件"),
        ({"done_on": ""}, "填是哪一天的事"),
        ({"state": ""}, "选办到哪里了"),
        ({"state": "waived", "words": ""}, "写上为什么不用办"),
        ({"done_on": "2026-04-01"}, "还没有到"),
    ],
)
def test_a_step_that_lacks_something_comes_back(body, project, sent, words):
    answer = step(body, project, **sent)
    assert answer.status_code == 422
    assert words in answer.text


@pytest.mark.parametrize("kind", ["survey", "result_notice", "sideways"])
def test_the_survey_and_its_notice_have_no_form(body, project, kind):
    assert body.get(f"{page_of(project)}/steps/{kind}").status_code == 404


def plan(browser, project, **sent):
    page = f"{page_of(project)}/start-plan"
    return post_form(browser, page, page, {"month": "2026-05", **sent})


def test_a_county_plans_the_start_and_moves_it_with_a_reason(county, body, project):
    assert body.get(f"{page_of(project)}/start-plan").status_code == 403
    assert plan(county, project, planned_on="2026-05-20").status_code == 302
    refused = plan(county, project, month="2026-06")
    assert refused.status_code == 422
    assert "写上为什么改计划" in refused.text
    assert plan(county, project, month="2026-06", reason="等施工图").status_code == 302
    page = county.get(page_of(project)).text
    assert "改过 1 次" in page
    assert "等施工图" in page
    assert queries.line(project.id).plan.due_on == date(2026, 6, 30)


@pytest.mark.parametrize("month", ["", "2026-13", "2026-5", "五月", "2026-05-01", "2030-01"])
def test_a_month_that_cannot_be_is_refused(county, project, month):
    assert plan(county, project, month=month).status_code == 422
    assert queries.start_plans(project.id) == []


def test_a_plan_day_lies_in_its_month(county, project):
    answer = plan(county, project, planned_on="2026-06-01")
    assert answer.status_code == 422
    assert "日期要在 5 月里" in answer.text


# ------------------------------------------------------------------ money


def pay(browser, project, **sent):
    usual = {
        "source": "county", "entry": "planned", "amount": "120000.50", "entered_on": "2026-03-01", "document": "文件 5 号",
    }  # fmt: skip
    return post_form(
        browser, f"{page_of(project)}/funding/new", f"{page_of(project)}/funding", {**usual, **sent}
    )


def test_money_is_typed_in_yuan_and_kept_to_the_fen(body, project):
    assert pay(body, project).status_code == 302
    assert pay(body, project, amount="0.07").status_code == 302
    assert queries.money(project.id).planned == 12_000_057
    page = body.get(page_of(project)).text
    assert "120,000.57 元" in page
    assert "每一笔（2）" in page


@pytest.mark.parametrize("amount", ["", "0", "1.234", "十万", "1e5", "0.001"])
def test_an_amount_that_is_none_is_refused_and_nothing_is_lost(body, project, amount):
    answer = pay(body, project, amount=amount)
    assert answer.status_code == 422
    assert "文件 5 号" in answer.text
    assert queries.funding_lines(project.id) == []


def test_spending_more_than_came_in_is_taken_and_flagged(body, project):
    pay(body, project, entry="received", amount="100")
    assert pay(body, project, entry="spent", amount="100").status_code == 302
    assert "支出超过到账" not in body.get(page_of(project)).text
    assert pay(body, project, entry="spent", amount="0.01").status_code == 302
    page = body.get(page_of(project)).text
    assert "县级配套的支出比到账多 0.01 元" in page
    assert "支出超过到账" in page


def test_taking_back_more_than_there_is_is_refused(body, project):
    pay(body, project, amount="10")
    answer = pay(body, project, amount="-10.01")
    assert answer.status_code == 409
    assert "合计会变成负数" in answer.text
    assert pay(body, project, amount="-10").status_code == 302
    assert queries.money(project.id).planned == 0


def test_the_same_entry_twice_is_one(body, project):
    for _ in range(2):
        pay(body, project, client_key="same")
    assert len(queries.funding_lines(project.id)) == 1


def test_the_budget_gives_the_gap(body, project):
    page = f"{page_of(project)}/cost"
    wrong = post_form(body, page, page, {"amount": "-5", "entered_on": "2026-03-01", "document": "预算书"})
    assert wrong.status_code == 422
    assert "要大于 0" in wrong.text
    sent = {"amount": "3860000", "entered_on": "2026-03-01", "document": "预算书"}
    assert post_form(body, page, page, sent).status_code == 302
    pay(body, project)
    text = body.get(page_of(project)).text
    assert "3,860,000.00 元" in text
    assert "3,739,999.50 元" in text
    assert "改工程预算" in body.get(page).text


# ------------------------------------------------------------------ illegal structures


def enter(browser, project, community, **sent):
    usual = {
        "community_id": community.id,
        "place": "3 栋东侧，铁皮棚",
        "happened_on": "2026-03-01",
        "photo": photo(),
    }
    return post_form(
        browser, f"{page_of(project)}/structures/new", f"{page_of(project)}/structures", {**usual, **sent}
    )


def test_a_structure_is_entered_ordered_and_removed(body, project, community):
    assert enter(body, project, community).status_code == 302
    (card,) = queries.structures(project.id)
    page = f"{page_of(project)}/structures/{card.structure.id}"
    ordered = {"state": "ordered", "happened_on": "2026-03-02", "document": "责令 3 号"}
    assert post_form(body, page, f"{page}/acts", ordered).status_code == 302
    unseen = post_form(body, page, f"{page}/acts", {"state": "removed", "happened_on": "2026-03-02"})
    assert unseen.status_code == 422
    assert "传一张照片" in unseen.text
    gone = {"state": "removed", "happened_on": "2026-03-02", "photo": photo()}
    assert post_form(body, page, f"{page}/acts", gone).status_code == 302
    assert queries.structures(project.id)[0].state is StructureState.REMOVED
    assert "记下一步" not in body.get(page).text


@pytest.mark.parametrize("place", ["张三家的棚子", "业主：李四", "13812345678 旁", ""])
def test_a_structure_tells_of_no_person(body, project, community, place):
    answer = enter(body, project, community, place=place)
    assert answer.status_code == 422
    assert queries.structures(project.id) == []


def test_a_structure_of_a_community_elsewhere_is_not_found(body, county, project):
    other = make_community()
    assert enter(county, project, other).status_code == 404
    assert enter(body, project, other).status_code == 404
    foreign = make_structure(make_project(other), other)
    assert county.get(f"{page_of(project)}/structures/{foreign.id}").status_code == 404


def test_one_communitys_clerk_does_not_move_the_neighbours_structure(app, community):
    other = make_community("乙院")
    project = make_project(community, other)
    theirs = make_structure(project, other)
    clerk = browser_of(app, make_staff(Role.CLERK, community=community))
    page = f"{page_of(project)}/structures/{theirs.id}"
    assert "记下一步" not in clerk.get(page).text
    sent = {"state": "removed", "happened_on": "2026-03-02", "photo": photo()}
    assert post_form(clerk, f"{page_of(project)}/structures/new", f"{page}/acts", sent).status_code == 404
    assert db.session.is_active
    assert queries.structures(project.id)[0].state is StructureState.FOUND
