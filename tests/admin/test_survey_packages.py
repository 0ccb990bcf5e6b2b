"""A package question in the back office: made from the catalogue, seen before, printed, keyed in, taken to the door, read."""

import re

import pytest

from server.attachments import actions as attachments
from server.identity.rules import Role
from server.infra.db import db, unit_of_work
from server.ledger.models import Community
from server.surveys import actions, queries
from server.surveys.rules.serials import Serial
from server.surveys.rules.words import Kind
from tests.admin.browsers import browser_of
from tests.admin.forms import post_form
from tests.admin.survey_editors import KEY, Editor, picture
from tests.factories.catalogue import begin, consent, file, make_item, make_list
from tests.factories.divisions import get_division
from tests.factories.identity import make_staff
from tests.factories.ledger import household_of, make_small_community
from tests.factories.packages import package
from tests.factories.policies import make_policy
from tests.factories.surveys import ASKING, CLERK, CLOSES, OPENED, answer, form_of, make_asked, make_survey


@pytest.fixture
def editor(app, clock):
    """A draft where the county has a list of two contents, one of them with a price."""
    clock.set(OPENED)
    draft = make_list(based_on=None)
    make_item(draft, code="B02", name="水管", unit_cost=100_000)
    make_item(draft, code="B01", name="拆违", unit=None, unit_cost=None, payers=None)
    consent(draft)
    file(draft)
    begin(draft)
    make_policy("package.household_budget", 1_500, division_id=get_division("520102").id)
    community, _ = make_small_community(3)
    return Editor(
        make_survey(community, form_of()), browser_of(app, make_staff(Role.CLERK, community=community))
    )


def test_a_package_is_made_of_the_catalogue_with_its_prices(editor: Editor) -> None:
    form = editor.get("questions/new?section=s1&kind=package").text
    assert "每户 1,000.00 元，政府 60%，业主 40%" in form
    assert "还没有单价" in form
    assert 'name="household_budget" type="text" value="1500"' in form
    key = KEY.search(form).group(1)
    sent = {"key": key, "section": "s1", "kind": "package", "title": "你会改哪些", "is_public": "yes"}
    wrong = editor.send("questions", **sent, contents=["B02"], household_budget="很多")
    assert (wrong.status_code, "填多少元" in wrong.text) == (422, True)
    none = editor.send("questions", **sent, household_budget="")
    assert (none.status_code, "至少要有 1 个选项" in none.text) == (422, True)
    assert (
        editor.send("questions", **sent, contents=["B02", "B01"], household_budget="1200.50").status_code
        == 302
    )
    made = editor.question(key)
    assert (made.kind, made.household_budget, [one.value for one in made.options]) == (
        Kind.PACKAGE,
        120_050,
        ["B02", "B01"],
    )
    assert made.options[0].offer.price.cost == 100_000
    assert 'value="1200.50"' in editor.get(f"questions/{key}").text
    assert "全小区 3,000.00 元" in re.sub(r"<[^>]+>", "", editor.get("preview").text)
    with unit_of_work():
        survey = queries.known(editor.survey.id)
        actions.open_survey(survey, closes_at=CLOSES, actor=CLERK, now=OPENED)
    assert [one.offer.cost for one in editor.question(key).options] == [300_000, None]
    assert editor.question(key).budget == 3 * 120_050


def test_the_items_of_a_question_and_of_a_template_come_with_the_catalogues_pictures(app, clock) -> None:
    clock.set(OPENED)
    with unit_of_work():
        drawn = attachments.draw_anew(picture()[0].read())
        kept = attachments.keep_photo(drawn, actor=CLERK, now=OPENED).id
    draft = make_list(based_on=None)
    make_item(draft, code="B02", name="水管", picture_id=kept)
    consent(draft)
    file(draft)
    begin(draft)
    community, _ = make_small_community(3)
    editor = Editor(
        make_survey(community, form_of()), browser_of(app, make_staff(Role.CLERK, community=community))
    )
    editor.send("questions", key="q1", section="s1", kind="items", title="想改", contents=["B02"])
    assert [one.picture for one in editor.question("q1").options] == [kept]
    assert f"/pictures/{kept}" in editor.get("preview").text


def test_a_budget_of_nothing_is_refused_at_its_field(editor: Editor) -> None:
    form = editor.get("questions/new?section=s1&kind=package").text
    sent = {"key": KEY.search(form).group(1), "section": "s1", "kind": "package", "title": "你会改哪些"}
    answered = editor.send("questions", **sent, contents=["B02"], household_budget="0")
    assert answered.status_code == 422
    assert "f-household_budget-error" in answered.text


@pytest.fixture
def desk(app, clock):
    survey, flats = make_asked(form_of(package(household_budget=150_000)))
    clock.set(ASKING)
    community = db.session.get(Community, survey.community_id)
    clerk = browser_of(app, make_staff(Role.CLERK, community=community))
    return survey, flats, clerk, f"/admin/communities/{community.id}/surveys/{survey.id}"


def test_it_is_printed_with_what_each_costs_and_keyed_in(desk) -> None:
    survey, flats, clerk, base = desk
    paper = clerk.get(f"{base}/paper/print").text
    assert "全小区 6,000.00 元" in paper
    assert "全小区的预算是 9,000.00 元" in paper
    serial = str(Serial(survey.id, household_of(flats[0]).id))
    page = f"{base}/paper/key"
    typed = {
        "serial": serial,
        "signed_on": "2026-03-04",
        "capacity": "owner",
        "seen": "0",
        "pick": ["B02", "B06"],
    }
    assert post_form(clerk, f"{page}?serial={serial}", page, typed).status_code == 302
    held = clerk.get(f"{page}?serial={serial}").text
    assert "水管、道路；全小区要花 9,000.00 元，能拿到中央补助" in held


def test_the_door_takes_it_along_with_the_figures_of_an_average_household(desk) -> None:
    _, _, clerk, base = desk
    form = clerk.get(f"{base}/door-form").json
    assert 'data-package="pick"' in form["html"]
    assert 'data-cost="600000" data-own="40000" data-key="water"' in form["html"]
    assert "平均一户" in form["html"]
    shell = clerk.get("/admin/field/").text
    assert shell.index("/js/package.") < shell.index("/js/survey-form.")


def test_the_committee_sees_the_packages_added_up(desk) -> None:
    survey, flats, clerk, base = desk
    for flat, codes in zip(flats, (["B02", "B06"], ["B02"], ["W02"]), strict=False):
        answer(survey, flat, {"pick": codes})
    page = clerk.get(f"{base}/results").text
    assert "3 户答了这一题" in page
    assert "中位数是 9,000.00 元" in page
    assert "能不能拿到中央补助" in page
    assert "超没超预算" in page
    assert clerk.get(f"{base}/results?by=building").status_code == 200
