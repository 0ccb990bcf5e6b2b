"""XLSForm through the pages: in as a draft, out again the same, or refused by cell with nothing kept."""

import io

import pytest
from openpyxl import Workbook

from server.identity.rules import Role
from server.surveys import queries
from tests.admin.browsers import browser_of
from tests.admin.forms import post_form
from tests.factories.identity import make_staff
from tests.factories.ledger import make_small_community
from tests.factories.surveys import WHOLE, make_survey

SURVEY = [
    ["type", "name", "label", "relevant"],
    ["select_one yes_no", "agree", "同意改造吗", ""],
    ["text", "why", "为什么", "${agree} = 'no'"],
]
CHOICES = [["list_name", "name", "label"], ["yes_no", "yes", "同意"], ["yes_no", "no", "不同意"]]


def book(*rows: list[str]) -> bytes:
    made = Workbook()
    made.remove(made.active)
    for title, lines in (("survey", [*SURVEY, *rows]), ("choices", CHOICES)):
        sheet = made.create_sheet(title)
        for line in lines:
            sheet.append(line)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.fixture
def desk(app, clock):
    community, _ = make_small_community(2)
    browser = browser_of(app, make_staff(Role.CLERK, community=community))
    return community, browser, f"/admin/communities/{community.id}/surveys"


def send(browser, home: str, data: bytes, name: str = "村里的问卷.xlsx", **typed: str):
    return post_form(browser, f"{home}/new", f"{home}/xlsform", {"file": (io.BytesIO(data), name), **typed})


def test_a_sheet_becomes_a_draft(desk) -> None:
    community, browser, home = desk
    made = send(browser, home, book())
    assert made.status_code == 302
    (survey,) = queries.surveys_of(community.id)
    assert survey.title == "村里的问卷"
    assert "同意改造吗" in browser.get(made.location).text
    assert queries.form(survey).definition.by_key["why"].show_if == ["=", ["ref", "agree"], ["str", "no"]]


def test_a_sheet_with_something_that_is_not_taken_is_refused_by_cell_and_nothing_is_kept(desk) -> None:
    community, browser, home = desk
    refused = send(browser, home, book(["geopoint", "where", "在哪里", ""]))
    assert refused.status_code == 422
    assert "表格里要改的地方" in refused.text
    assert 'data-label="行"' in refused.text and ">4<" in refused.text
    assert queries.surveys_of(community.id) == []


@pytest.mark.parametrize(
    ("data", "name"),
    [
        pytest.param(b"", "a.xlsx", id="empty"),
        pytest.param(b"no sheet", "a.xlsx", id="no-sheet"),
    ],
)
def test_what_is_no_sheet_is_refused_with_what_to_do(desk, data: bytes, name: str) -> None:
    community, browser, home = desk
    refused = send(browser, home, data, name)
    assert refused.status_code == 422
    assert 'id="f-file-error"' in refused.text
    assert queries.surveys_of(community.id) == []


def test_the_same_sheet_sent_twice_by_one_form_makes_one_draft(desk) -> None:
    community, browser, home = desk
    first, again = (send(browser, home, book(), client_key="k-1") for _ in range(2))
    assert first.location == again.location
    assert len(queries.surveys_of(community.id)) == 1


def test_a_survey_goes_out_as_a_sheet_and_comes_in_again_the_same(desk) -> None:
    community, browser, home = desk
    survey = make_survey(community, WHOLE, title="意愿")
    out = browser.get(f"{home}/{survey.id}/xlsform")
    assert out.headers["Content-Disposition"].endswith("%E6%84%8F%E6%84%BF.xlsx")
    assert send(browser, home, out.data, "意愿.xlsx").status_code == 302
    copy = queries.surveys_of(community.id)[0]
    assert copy.id != survey.id
    assert queries.form(copy).definition == queries.form(survey).definition
