"""Projects on the desk: who sees which, who may do what, and what the pages say."""

import re
from datetime import date

import pytest
from flask.testing import FlaskClient

from server.identity.rules import Role
from server.ledger.models import Community
from server.notices.rules import NoticeKind
from server.plans.rules.words import FundSource
from server.projects import queries
from server.projects.models import Project
from server.projects.queries import Reach
from server.projects.rules.money import Entry
from tests.admin.forms import post_form
from tests.factories import plans
from tests.factories.divisions import get_division
from tests.factories.identity import give_role, make_staff, sign_in_staff
from tests.factories.ledger import make_community, make_flat
from tests.factories.notices import make_notice
from tests.factories.projects import (
    NOW,
    make_all_steps,
    make_cost,
    make_event,
    make_funding,
    make_plan,
    make_project,
    make_structure,
)
from tests.factories.surveys import CLOSES, answer, make_open_survey

pytestmark = pytest.mark.usefixtures("clock")

NANMING, YUNYAN, GUIYANG, GUIZHOU, STREET = "520102", "520103", "5201", "52", "520102028"
FORMS = ("edit", "events/new", "steps/budget", "start-plan", "funding/new", "cost", "structures/new")
PLANS, RECORDS = (
    {"edit", "start-plan"},
    {"events/new", "steps/budget", "funding/new", "cost", "structures/new"},
)


@pytest.fixture
def community() -> Community:
    return make_community("甲院")


@pytest.fixture
def project(app, community: Community) -> Project:
    return make_project(community)


def enter(client: FlaskClient, *roles: Role, community: Community | None = None, division: str | None = None):
    staff = make_staff(*roles, community=community, division=division)
    return sign_in_staff(client, staff)


def page_of(project: Project) -> str:
    return f"/admin/projects/{project.id}"


OFFICES = {
    Role.STREET_OFFICER: STREET,
    Role.COUNTY_OFFICER: NANMING,
    Role.CITY_OFFICER: GUIYANG,
    Role.PROVINCE_OFFICER: GUIZHOU,
    Role.AUDITOR: NANMING,
}
ON_SITE = (Role.CLERK, Role.REVIEWER, Role.COMMITTEE_MEMBER, Role.IMPLEMENTING_BODY)


@pytest.mark.parametrize("role", [*OFFICES, *ON_SITE])
def test_whoever_is_responsible_for_a_community_sees_its_project(client, community, project, role):
    division = OFFICES.get(role)
    enter(client, role, division=division, community=None if division else community)
    assert "九洲巷片区改造" in client.get("/admin/projects").text
    page = client.get(page_of(project))
    assert page.status_code == 200
    assert "八步里还有 8 步没办完" in page.text
    assert client.get("/admin/project-starts").status_code == 200
    assert "九洲巷片区改造" in client.get(f"/admin/communities/{community.id}/projects").text


@pytest.mark.parametrize(
    "role", [Role.PROPERTY_MANAGER, Role.PROPERTY_CLERK, Role.INTERVIEWER, Role.BUILDING_LEAD]
)
def test_whoever_has_no_part_in_the_works_sees_no_project(client, community, project, role):
    enter(client, role, community=community)
    for path in (
        "/admin/projects",
        "/admin/project-starts",
        page_of(project),
        f"/admin/communities/{community.id}/projects",
    ):
        assert client.get(path).status_code == 403, path


@pytest.mark.parametrize("role", list(OFFICES))
def test_a_project_elsewhere_answers_as_one_that_does_not_exist(client, project, role):
    enter(client, role, division=YUNYAN)
    assert "九洲巷片区改造" not in client.get("/admin/projects").text
    for part in ("", *(f"/{one}" for one in FORMS)):
        there, nowhere = client.get(page_of(project) + part), client.get(f"/admin/projects/987654321{part}")
        assert there.status_code == nowhere.status_code, part
        assert there.status_code == (404 if not part or role is Role.COUNTY_OFFICER else 403), part
        assert there.text.replace(str(project.id), "") == nowhere.text.replace("987654321", "").replace(
            str(project.id), ""
        )


def test_a_committee_next_door_sees_nothing_of_it(client, project):
    enter(client, Role.CLERK, community=make_community("隔壁"))
    for part in ("", "/events/new", "/structures/new"):
        assert client.get(page_of(project) + part).status_code == 404, part


@pytest.mark.parametrize(
    ("role", "forms"),
    [
        (Role.COUNTY_OFFICER, PLANS | RECORDS),
        (Role.IMPLEMENTING_BODY, RECORDS),
        (Role.CLERK, RECORDS),
        (Role.REVIEWER, set()),
        (Role.COMMITTEE_MEMBER, set()),
        (Role.STREET_OFFICER, set()),
        (Role.CITY_OFFICER, set()),
        (Role.PROVINCE_OFFICER, set()),
        (Role.AUDITOR, set()),
    ],
)
def test_each_role_has_the_forms_that_are_its_own(client, community, project, role, forms):
    division = OFFICES.get(role)
    enter(client, role, division=division, community=None if division else community)
    page = client.get(page_of(project)).text
    for form in FORMS:
        assert client.get(f"{page_of(project)}/{form}").status_code == (200 if form in forms else 403), form
        # A button stands on the page exactly where the form behind it answers.
        assert (f'href="{page_of(project)}/{form}' in page) == (form in forms), form


def test_of_a_project_over_two_communities_each_committee_sees_all_and_acts_only_at_home(client, community):
    other = make_community("乙院")
    project = make_project(community, other)
    enter(client, Role.CLERK, community=community)
    page = client.get(page_of(project)).text
    assert "乙院" in page
    assert "调查和投票各小区算各小区的" in page
    assert "登记一处" in page
    assert client.get(f"{page_of(project)}/events/new").status_code == 403
    form = client.get(f"{page_of(project)}/structures/new").text
    assert "甲院" in form
    assert "乙院" not in form


def test_the_implementing_body_of_both_communities_acts_for_the_whole(client, community):
    other = make_community("乙院")
    project = make_project(community, other)
    staff = make_staff(Role.IMPLEMENTING_BODY, community=community)
    give_role(staff, Role.IMPLEMENTING_BODY, community=other)
    sign_in_staff(client, staff)
    assert client.get(f"{page_of(project)}/events/new").status_code == 200


# ------------------------------------------------------------------ setting up


def test_a_county_sets_up_a_project_over_neighbouring_communities(client, app, community):
    other = make_community("乙院")
    enter(client, Role.COUNTY_OFFICER, division=NANMING)
    sent = {
        "name": "九洲巷片区",
        "body_name": "城投公司",
        "plan_year": "2026",
        "community_ids": [community.id, other.id],
    }
    answer = post_form(client, "/admin/projects/new", "/admin/projects", sent)
    assert answer.status_code == 302
    page = client.get(answer.location).text
    assert "520102-2026-01" in page
    assert "接着记前期准备" in page
    again = client.get("/admin/projects/new?year=2026").text
    assert "2026 年已经在“九洲巷片区”里" in again
    refused = post_form(client, "/admin/projects/new", "/admin/projects", sent)
    assert refused.status_code == 422
    assert "一个小区一年只能进一个项目" in refused.text
    assert 'value="九洲巷片区"' in refused.text
    assert len(queries.lines(Reach([get_division(NANMING).path]))) == 1


def test_a_project_is_tied_to_its_row_of_the_plan_and_leads_there(client, app):
    (row,) = plans.rows_in_force(plans.make_frozen(120))
    enter(client, Role.COUNTY_OFFICER, division=NANMING)
    assert f'<option value="{row.id}">2026 年计划：' in client.get("/admin/projects/new?year=2026").text
    sent = {"name": "片区", "body_name": "城投", "plan_year": "2026", "community_ids": [row.community_id]}
    wrong = post_form(client, "/admin/projects/new", "/admin/projects", {**sent, "plan_row_id": "9" * 30})
    assert (wrong.status_code, "从列表里选一行" in wrong.text) == (422, True)
    made = post_form(client, "/admin/projects/new", "/admin/projects", {**sent, "plan_row_id": str(row.id)})
    assert f'<a href="/admin/plans/annual/{row.plan_id}">120 户</a>' in client.get(made.location).text
    edit = f"{made.location}/edit"
    assert f'value="{row.id}" selected' in client.get(edit).text
    assert post_form(client, edit, edit, {**sent, "plan_row_id": ""}).status_code == 302
    assert "没有填" in client.get(made.location).text


def test_the_same_form_twice_sets_up_one_project(client, app, community):
    enter(client, Role.COUNTY_OFFICER, division=NANMING)
    sent = {
        "name": "片区",
        "body_name": "城投",
        "plan_year": "2026",
        "community_ids": [community.id],
        "client_key": "same",
    }
    first, second = (post_form(client, "/admin/projects/new", "/admin/projects", sent) for _ in range(2))
    assert first.location == second.location


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "写项目名称"),
        ({"plan_year": "明年"}, "填年份"),
        ({"plan_year": "2050"}, "填 2019 到 2031 年"),
        ({"community_ids": []}, "至少选一个小区"),
        ({"code": "520102-2026-01"}, "这个编号已经用了"),
    ],
)
def test_a_wrong_form_comes_back_with_what_was_typed(client, project, change, words):
    other = make_community("乙院")
    enter(client, Role.COUNTY_OFFICER, division=NANMING)
    sent = {
        "name": "片区",
        "body_name": "南明城投",
        "plan_year": "2026",
        "community_ids": [other.id],
        **change,
    }
    answer = post_form(client, "/admin/projects/new", "/admin/projects", sent)
    assert answer.status_code in {409, 422}
    assert words in answer.text
    assert "南明城投" in answer.text


def test_a_community_beyond_reach_cannot_be_put_into_a_project(client, project):
    foreign = make_community(code="520103024")
    enter(client, Role.COUNTY_OFFICER, division=NANMING)
    sent = {"name": "片区", "body_name": "城投", "plan_year": "2026", "community_ids": [foreign.id]}
    assert post_form(client, "/admin/projects/new", "/admin/projects", sent).status_code == 404
    edit = f"{page_of(project)}/edit"
    assert post_form(client, edit, edit, sent).status_code == 404
    sent["community_ids"] = [987654321]
    assert post_form(client, "/admin/projects/new", "/admin/projects", sent).status_code == 404


def test_a_project_is_put_right_until_the_start(client, community, project):
    other = make_community("乙院")
    enter(client, Role.COUNTY_OFFICER, division=NANMING)
    edit = f"{page_of(project)}/edit"
    sent = {"name": "新名字", "body_name": "新单位", "community_ids": [community.id, other.id]}
    assert post_form(client, edit, edit, sent).status_code == 302
    assert "新单位" in client.get(page_of(project)).text
    make_event(project)
    refused = post_form(client, edit, edit, {**sent, "community_ids": [community.id]})
    assert refused.status_code == 409
    assert "已经开工，不能再改包含哪些小区" in refused.text


# ------------------------------------------------------------------ what the pages say


def test_the_page_of_a_project_tells_in_order_where_it_stands(client, community, project):
    enter(client, Role.COUNTY_OFFICER, division=NANMING)
    text = client.get(page_of(project)).text
    places = [
        text.index(words)
        for words in (
            "走到哪里了",
            "接下来",
            'id="steps"',
            'id="starts"',
            'id="money"',
            'id="structures"',
            'id="events"',
        )
    ]
    assert places == sorted(places)
    assert "前期还有 8 步没办完" in text
    assert "甲院还没有调查" in text
    assert "黔建办函〔2020〕3 号" in text
    assert "2026 年 6 月 30 日" in text


def test_a_start_with_open_steps_is_flagged_wherever_the_project_is_listed(client, clock, community, project):
    make_all_steps(project)
    make_event(project)
    enter(client, Role.PROVINCE_OFFICER, division=GUIZHOU)
    for path in ("/admin/projects", f"/admin/communities/{community.id}/projects"):
        assert "前期没办完就开工" in client.get(path).text, path
    words = "开工时还有 2 步没办完：②入户调查、③汇总调查结果并公示"
    assert words in client.get("/admin/project-starts?year=2026").text
    assert words in client.get(page_of(project)).text
    # What is done afterwards does not take the flag away.
    make_notice(community, kind=NoticeKind.SURVEY_RESULT)
    clock.set(NOW.replace(month=5))
    assert words in client.get(page_of(project)).text


def test_a_start_with_all_steps_done_bears_no_flag(client, clock, community, project):
    flat = make_flat(community)
    answer(make_open_survey(community), flat, {"wants": "a"})
    make_notice(community, kind=NoticeKind.SURVEY_RESULT)
    make_all_steps(project)
    later = CLOSES.replace(month=4)
    clock.set(later)
    make_event(project, happened_on=later.date(), now=later)
    enter(client, Role.COUNTY_OFFICER, division=NANMING)
    for path in ("/admin/projects", "/admin/project-starts?year=2026", page_of(project)):
        assert "没办完" not in client.get(path).text.replace("前期没办完就开工的", ""), path


def test_the_months_show_planned_and_actual_starts_by_communities_and_households(client, clock, community):
    other = make_community("乙院")
    for one in (community, community, other):
        make_flat(one)
    project, late = make_project(community, other), make_project(make_community("丙院"), name="南片改造")
    make_plan(project, date(2026, 3, 1))
    make_plan(late, date(2026, 4, 1), date(2026, 4, 10))
    make_event(project)
    enter(client, Role.CITY_OFFICER, division=GUIYANG)
    clock.set(NOW.replace(month=4, day=10))
    before = client.get("/admin/project-starts").text
    assert "逾期的" not in before
    assert re.search(r"3 月</th>.{0,200}1 个项目.{0,100}2 个小区，3 户", before, re.DOTALL)
    assert "2 / 3 个小区 (66.7%)" in before
    assert "3 / 3 户" in before
    clock.set(NOW.replace(month=4, day=11))
    after = client.get("/admin/project-starts").text
    assert "按计划开工" in after
    assert "南片改造" in after[after.index("逾期的") : after.index("各月计划开工")]


def test_missing_the_thirtieth_of_june_is_late_on_the_first_of_july(client, clock, project):
    enter(client, Role.COUNTY_OFFICER, division=NANMING)
    clock.set(NOW.replace(month=6, day=30))
    assert "逾期的" not in client.get("/admin/project-starts?year=2026").text
    clock.set(NOW.replace(month=7, day=1))
    text = client.get("/admin/project-starts?year=2026").text
    assert "逾期的" in text
    assert "1 天" in text
    assert "没有排" in text


def test_a_year_without_projects_says_what_to_do(client, app):
    enter(client, Role.COUNTY_OFFICER, division=NANMING)
    assert "2026 年还没有项目" in client.get("/admin/project-starts?year=1999").text
    assert "还没有改造项目" in client.get("/admin/projects").text


def test_the_list_is_narrowed_by_text_and_year(client, project):
    make_project(make_community("丙院"), name="南片改造", plan_year=2027)
    enter(client, Role.COUNTY_OFFICER, division=NANMING)
    assert "南片改造" not in client.get("/admin/projects?year=2026").text
    assert "九洲巷片区改造" not in client.get("/admin/projects?text=丙院").text
    assert "没有找到" in client.get("/admin/projects?text=不在").text
    assert "南片改造" in client.get(f"/admin/projects?year={'9' * 23}").text, "no year at all"


def test_money_is_shown_by_source_with_the_gap_and_the_flag(client, project):
    make_cost(project, 100_000_00)
    make_funding(project, 80_000_01, FundSource.CENTRAL_SUBSIDY)
    make_funding(project, 10_00, FundSource.COUNTY, Entry.RECEIVED)
    make_funding(project, 10_01, FundSource.COUNTY, Entry.SPENT)
    enter(client, Role.AUDITOR, division=NANMING)
    text = client.get(page_of(project)).text
    assert "19,999.99 元" in text
    assert "支出多出 0.01 元" in text
    assert "支出超过到账：县级配套" in text
    assert "支出超过到账" in client.get("/admin/projects").text


def test_a_picture_is_shown_to_whoever_sees_the_project_and_to_nobody_else(client, community, project):
    make_event(project)
    other = make_project(make_community())
    ((_, (picture,)),) = queries.evidence_of(project.id).items()
    enter(client, Role.AUDITOR, division=NANMING)
    answer = client.get(f"{page_of(project)}/evidence/{picture}")
    assert (answer.status_code, answer.content_type) == (200, "image/jpeg")
    assert client.get(f"{page_of(other)}/evidence/{picture}").status_code == 404
    enter(client, Role.AUDITOR, division=YUNYAN)
    assert client.get(f"{page_of(project)}/evidence/{picture}").status_code == 404


def test_a_structure_stands_on_the_page_by_its_place(client, community, project):
    make_structure(project, community)
    enter(client, Role.COUNTY_OFFICER, division=NANMING)
    text = client.get(page_of(project)).text
    assert "3 栋东侧，铁皮棚" in text
    assert "对外只公布有几处、拆了几处" in text
