"""What a ticket's page on the desk says of the works: who built what failed, and on what evidence they answer for it."""

from datetime import timedelta

import pytest

from server.identity.rules import Role
from server.infra.db import db
from server.kernel.parts import Part
from server.projects import queries as projects
from server.projects.models import WorkItem
from server.projects.models.works import About
from server.tickets.rules.words import Category
from tests.admin.browsers import browser_of
from tests.admin.ticket_desks import page_of
from tests.conftest import START
from tests.factories import works
from tests.factories.identity import make_staff
from tests.factories.ledger import make_community
from tests.factories.projects import make_project
from tests.factories.tickets import make_ticket

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def community(app):
    return make_community("九洲巷小区")


@pytest.fixture
def company(app, community):
    return browser_of(app, make_staff(Role.PROPERTY_CLERK, community=community, name="王师傅"))


def test_bad_works_that_several_built_stay_with_the_company_which_reads_who_they_were(company, community):
    project = make_project(community)
    for title, contractor in (("楼道照明改造", works.CONTRACTOR), ("大门改造", "黔门窗公司")):
        item = works.adopt(project, community, title)
        works.plan(item, contractor=contractor)
        works.complete(item)
    row = make_ticket(community.id, Category.WORKS, at=START + timedelta(days=60))
    page = company.get(page_of(row)).text
    assert "看不出是哪一家做的" in page
    assert all(name in page for name in (works.CONTRACTOR, "黔门窗公司"))
    assert "归施工单位保修" not in page
    assert "看不出是哪一家做的" not in company.get(page_of(make_ticket(community.id))).text


@pytest.fixture
def under_warranty(community):
    """A ticket of what was renovated, pictured and finished, with the picture of it and one of another item."""
    project, pictures = make_project(community), []
    for title, code, part in (("楼道照明改造", "B11", Part.ELECTRICS), ("屋面防水", "B13", Part.ROOF_WET)):
        item = works.adopt(project, community, title, code=code, part=part)
        works.plan(item)
        hidden = works.hide(item, f"{title}，一层")
        works.complete(item)
        pictures.append(projects.evidence_about(About.HIDDEN, [hidden.id])[hidden.id][0].id)
    row = make_ticket(community.id, Category.POWER, at=START + timedelta(days=60))
    return row, *pictures


def test_the_company_reads_on_what_evidence_it_is_the_contractors(company, community, under_warranty):
    row, picture, _ = under_warranty
    page = company.get(page_of(row)).text
    for words in ("楼道照明改造", "全小区", "2026 年 3 月 20 日", "2028 年 3 月 20 日", "验收单 7 号"):
        assert words in page, words
    assert all(words in page for words in ("楼道照明改造，一层", f"{page_of(row)}/works-photos/{picture}"))
    assert "屋面防水" not in page
    assert "凭什么归施工单位修" not in company.get(page_of(make_ticket(community.id))).text


def test_pictures_of_the_works_are_for_whoever_sees_the_ticket_and_only_of_its_item(
    app, company, community, under_warranty
):
    row, picture, of_another_item = under_warranty
    assert company.get(f"/admin/communities/{community.id}/works/photos/{picture}").status_code == 403
    assert company.get(f"{page_of(row)}/works-photos/{picture}").content_type == "image/jpeg"
    other = make_ticket(community.id)
    for nothing in (
        f"{page_of(row)}/works-photos/{of_another_item}",
        f"{page_of(row)}/works-photos/987654321",
        f"{page_of(other)}/works-photos/{picture}",
    ):
        assert company.get(nothing).status_code == 404
    elsewhere = browser_of(app, make_staff(Role.PROPERTY_CLERK, community=make_community("别的小区")))
    assert elsewhere.get(f"{page_of(row)}/works-photos/{picture}").status_code == 404
    keeper = browser_of(app, make_staff(Role.INTERVIEWER, community=community))
    assert keeper.get(f"{page_of(row)}/works-photos/{picture}").status_code == 403


def test_a_completion_that_was_withdrawn_since_is_said(company, under_warranty):
    row, *_ = under_warranty
    works.undo(db.session.get(WorkItem, row.works_id))
    assert "完工后来撤回了" in company.get(page_of(row)).text
