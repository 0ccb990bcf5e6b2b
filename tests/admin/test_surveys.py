"""The committee makes a survey, opens it, moves its closing and closes it, through the pages."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from server.identity.rules import Role
from server.infra.db import db, unit_of_work
from server.surveys import actions, queries
from server.surveys.models import Survey
from tests.admin.browsers import browser_of
from tests.admin.forms import post_form
from tests.admin.test_ballots import local
from tests.conftest import START
from tests.factories.identity import make_staff
from tests.factories.ledger import make_building, make_small_community
from tests.factories.surveys import (
    ANSWERS,
    CLERK,
    WHOLE,
    answer,
    form_of,
    make_survey,
    question,
)

CLOSES = START + timedelta(days=14)


@pytest.fixture
def desk(app, clock):
    """A small community, its flats, and its clerk's browser."""
    community, flats = make_small_community(6)
    return community, flats, browser_of(app, make_staff(Role.CLERK, community=community))


def home_of(community) -> str:
    return f"/admin/communities/{community.id}/surveys"


def page_of(survey: Survey) -> str:
    return f"/admin/communities/{survey.community_id}/surveys/{survey.id}"


def only_survey() -> Survey:
    return db.session.scalars(sa.select(Survey)).one()


def test_a_committee_goes_from_a_template_to_an_open_survey(desk) -> None:
    community, _, clerk = desk
    home = home_of(community)
    assert "从模板开始最快" in clerk.get(home).text
    made = post_form(clerk, f"{home}/new", home, {"start": "template:willingness"})
    survey = only_survey()
    assert (made.status_code, made.location) == (302, f"{page_of(survey)}/questions")
    assert survey.title == "改造意愿入户调查"
    page = clerk.get(page_of(survey)).text
    for words in ("起草中", "问全小区，6 户", "你同意改造这个小区吗？", "开始问卷"):
        assert words in page
    opened = post_form(clerk, page_of(survey), f"{page_of(survey)}/open", {"closes_at": local(CLOSES)})
    assert opened.status_code == 302
    shown = clerk.get(page_of(survey)).text
    assert "正在填" in shown and "0 / 6 户" in shown and "更正问题" in shown
    assert "0 / 6 户" in clerk.get(home).text


def test_the_items_of_a_template_are_those_of_the_catalogue_in_force(desk) -> None:
    community, _, clerk = desk
    home = home_of(community)
    post_form(clerk, f"{home}/new", home, {"start": "template:needs", "title": "缺什么"})
    survey = only_survey()
    titles = [one.title for one in queries.form(survey).definition.by_key["items"].options]
    assert survey.title == "缺什么"
    assert "加装电梯" in titles and len(titles) > 20


def test_last_years_survey_is_copied_with_its_questions_and_its_scope(desk) -> None:
    community, _, clerk = desk
    building = make_building(community, "1", ("1",))
    old = make_survey(community, WHOLE, title="去年的", intro="每年问一次", building_ids=(building.id,))
    home = home_of(community)
    assert f'value="survey:{old.id}" checked' in clerk.get(f"{home}/new?start=survey:{old.id}").text
    post_form(clerk, f"{home}/new", home, {"start": f"survey:{old.id}", "title": "今年的"})
    new = db.session.scalars(sa.select(Survey).where(Survey.title == "今年的")).one()
    assert queries.form(new).definition == queries.form(old).definition
    assert (new.intro, new.building_ids) == ("每年问一次", [building.id])


def test_the_survey_of_a_community_beyond_reach_is_neither_offered_nor_taken(desk) -> None:
    community, _, clerk = desk
    elsewhere, _ = make_small_community(2)
    foreign = make_survey(elsewhere, title="别处的")
    home = home_of(community)
    assert "别处的" not in clerk.get(f"{home}/new").text
    answer_ = post_form(clerk, f"{home}/new", home, {"start": f"survey:{foreign.id}"})
    assert answer_.status_code == 422 and 'id="f-start-error"' in answer_.text
    assert queries.surveys_of(community.id) == []


def test_the_same_form_sent_twice_makes_one_survey(desk) -> None:
    community, _, clerk = desk
    home = home_of(community)
    typed = {"start": "empty", "title": "一份", "client_key": "k-1"}
    first, again = (post_form(clerk, f"{home}/new", home, typed) for _ in range(2))
    assert first.location == again.location
    assert only_survey().title == "一份"


def test_an_empty_survey_needs_a_name_and_says_what_to_do_before_it_opens(desk) -> None:
    community, _, clerk = desk
    home = home_of(community)
    assert post_form(clerk, f"{home}/new", home, {"start": "empty"}).status_code == 422
    post_form(clerk, f"{home}/new", home, {"start": "empty", "title": "空白"})
    page = clerk.get(page_of(only_survey())).text
    assert "还没有一道要答的题" in page
    assert "开始问卷" not in page
    refused = post_form(
        clerk, page_of(only_survey()), f"{page_of(only_survey())}/open", {"closes_at": local(CLOSES)}
    )
    assert refused.status_code == 422 and "问题还没有写好" in refused.text


def test_name_words_and_scope_are_changed_until_it_opens(desk) -> None:
    community, _, clerk = desk
    survey = make_survey(community)
    building = make_building(community, "1", ("1",))
    page = f"{page_of(survey)}/heading"
    typed = {"title": "新名字", "intro": "说明", "buildings": [str(building.id)]}
    assert post_form(clerk, page, page, typed).status_code == 302
    assert "问1 栋" in clerk.get(page_of(survey)).text
    wrong = post_form(clerk, page, page, {**typed, "title": "", "intro": "留着"})
    assert wrong.status_code == 422 and "留着" in wrong.text
    foreign = post_form(clerk, page, page, {**typed, "buildings": ["987654"]})
    assert foreign.status_code == 422 and "不在这个小区里" in foreign.text
    post_form(clerk, page_of(survey), f"{page_of(survey)}/open", {"closes_at": local(CLOSES)})
    late = post_form(clerk, page, page, typed)
    assert late.status_code == 422 and "问卷已经开始" in late.text


def test_the_closing_is_moved_and_a_past_one_is_refused_with_what_was_typed(desk, clock) -> None:
    community, _, clerk = desk
    survey = make_survey(community)
    page = page_of(survey)
    past = local(START - timedelta(days=1))
    refused = post_form(clerk, page, f"{page}/open", {"closes_at": past})
    assert refused.status_code == 422 and "截止时间要在现在之后" in refused.text and past in refused.text
    post_form(clerk, page, f"{page}/open", {"closes_at": local(CLOSES)})
    moved = CLOSES + timedelta(days=3)
    assert post_form(clerk, page, f"{page}/closing", {"closes_at": local(moved)}).status_code == 302
    assert only_survey().closes_at == moved
    assert post_form(clerk, page, f"{page}/closing", {"closes_at": past}).status_code == 422
    assert only_survey().closes_at == moved


def test_it_is_closed_early_with_a_reason_only(desk, clock) -> None:
    community, flats, clerk = desk
    survey = make_survey(community, WHOLE)
    page = page_of(survey)
    post_form(clerk, page, f"{page}/open", {"closes_at": local(CLOSES)})
    answer(survey, flats[0], ANSWERS)
    without = post_form(clerk, page, f"{page}/close", {"reason": ""})
    assert without.status_code == 422 and 'id="f-reason-error"' in without.text
    assert post_form(clerk, page, f"{page}/close", {"reason": "都答完了"}).status_code == 302
    clock.advance(minutes=1)
    shown = clerk.get(page).text
    assert "已截止" in shown and "1 / 6 户" in shown and "更正问题" not in shown


def test_a_draft_is_discarded_and_an_open_survey_is_not(desk) -> None:
    community, _, clerk = desk
    draft, opened = make_survey(community, title="不要了"), make_survey(community, title="开着的")
    post_form(clerk, page_of(opened), f"{page_of(opened)}/open", {"closes_at": local(CLOSES)})
    gone = post_form(clerk, page_of(draft), f"{page_of(draft)}/discard", {})
    assert gone.location == home_of(community)
    assert clerk.get(page_of(draft)).status_code == 404
    refused = post_form(clerk, page_of(opened), f"{page_of(opened)}/discard", {})
    assert refused.status_code == 422 and "问卷已经开始" in refused.text


def test_readers_see_a_survey_and_no_button_to_change_it(app, desk) -> None:
    community, _, _ = desk
    survey = make_survey(community, form_of(question(title="修路吗")))
    officer = browser_of(app, make_staff(Role.STREET_OFFICER, division="520102028"))
    page = officer.get(page_of(survey)).text
    assert "修路吗" in page
    for words in ("改问题", "开始问卷", "作废", "照着再做一份"):
        assert words not in page
    assert officer.get(f"{page_of(survey)}/questions").status_code == 403


def test_the_first_page_tells_of_drafts_to_be_opened(desk) -> None:
    community, _, clerk = desk
    make_survey(community, title="等着开始的")
    today = clerk.get(f"/admin/communities/{community.id}/today").text
    assert "问卷待开始" in today and "等着开始的" in today


def test_the_preview_draws_the_questions_as_the_phone_does(desk) -> None:
    community, _, clerk = desk
    survey = make_survey(community, WHOLE, intro="先说两句")
    page = clerk.get(f"{page_of(survey)}/preview").text
    assert 'class="face-phone"' in page and "先说两句" in page
    assert 'name="agree"' in page and "data-show-if" in page
    with unit_of_work():
        actions.change_questions(
            survey,
            form_of(question(title="刚写的")),
            seen=queries.form(survey).fingerprint,
            actor=CLERK,
            now=START,
        )
    assert "刚写的" in clerk.get(f"{page_of(survey)}/preview?draft=1").text
