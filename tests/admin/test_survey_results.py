"""Results of a survey for staff: live, by group, in people's own words, as a file, and posted as a notice."""

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from admin.surveys import results
from server.attachments import actions as attachments
from server.identity.rules import Role
from server.infra.db import db, unit_of_work
from server.jobs.surveys import work_on_exports
from server.ledger.models import Community
from server.notices.models import Notice
from server.surveys import queries
from server.surveys.models import Survey, SurveyExport, SurveyText
from tests.admin.forms import post_form
from tests.admin.survey_editors import picture
from tests.factories.identity import make_staff, sign_in_staff
from tests.factories.surveys import (
    ANSWERS,
    ASKING,
    CLERK,
    CLOSES,
    WHOLE,
    answer,
    form_of,
    make_asked,
    question,
)

OVER = CLOSES + timedelta(hours=1)


@pytest.fixture
def asked(app: APIFlask, clock: Any) -> tuple[Survey, list[Any]]:
    clock.set(ASKING)
    survey, flats = make_asked(WHOLE)
    answer(survey, flats[0], ANSWERS)
    answer(survey, flats[1], {**ANSWERS, "more": "路灯 太暗！"})
    answer(survey, flats[2], {"people": "5", "agree": "disagree"})
    return survey, flats


def desk(app: APIFlask, survey: Survey, role: Role = Role.CLERK) -> FlaskClient:
    community = db.session.get_one(Community, survey.community_id)
    return sign_in_staff(app.test_client(), make_staff(role, community=community))


def at(survey: Survey, rest: str = "results") -> str:
    return f"/admin/communities/{survey.community_id}/surveys/{survey.id}/{rest}"


def test_photos_are_seen_by_who_may_read_answers_and_through_their_answer_only(app, clock):
    clock.set(ASKING)
    survey, flats = make_asked(form_of(question("pics", "photo"), question("wants")))
    with unit_of_work():
        mine, other = (
            attachments.keep_photo(
                attachments.draw_anew(picture(color)[0].read()), actor=CLERK, now=ASKING
            ).id
            for color in ((9, 9, 9), (90, 90, 90))
        )
    answer(survey, flats[0], {"pics": [str(mine)], "wants": "a"})
    answer(survey, flats[1], {"wants": "a"})
    clerk = desk(app, survey)
    assert at(survey, "photos/pics") in clerk.get(at(survey)).text
    page = clerk.get(at(survey, "photos/pics"))
    (address,) = set(re.findall(r'src="([^"]+/photos/\d+)"', page.text))
    assert clerk.get(address).content_type == "image/jpeg"
    assert clerk.get(address.replace(f"/photos/{mine}", f"/photos/{other}")).status_code == 404
    assert clerk.get(at(survey, "photos/wants")).status_code == 404
    assert desk(app, survey, Role.PROPERTY_MANAGER).get(address).status_code == 403


def test_results_are_live_with_their_bases(app, asked):
    survey, _ = asked
    page = desk(app, survey).get(at(survey)).text
    for words in ("3 / 6 户", "家里几口人", "平均 3.7 口", "修路", "最要紧", "66.7%"):
        assert words in page, words


@pytest.mark.parametrize(
    ("by", "words"),
    [
        ("building", "1 栋"),
        ("capacity", "业主"),
        ("proof", "已核实住户"),
        ("version", "第 1 版"),
        ("age", "还没有可以分开看的答案"),
    ],
)
def test_results_are_split_by_group(app, asked, by, words):
    survey, _ = asked
    assert words in desk(app, survey).get(at(survey, f"results?by={by}")).text


def test_who_was_not_reached_is_listed(app, asked):
    survey, flats = asked
    page = desk(app, survey).get(at(survey, "not-reached")).text
    assert "还有 3 户" in page
    assert flats[5].room in page
    assert flats[0].room not in page.split("<table")[1]


def test_words_that_say_the_same_stand_together_and_are_found(app, asked):
    survey, _ = asked
    clerk = desk(app, survey)
    page = clerk.get(at(survey, "words/more")).text
    assert "路灯太暗" in page
    assert ">2<" in page
    assert "没有找到" in clerk.get(at(survey, "words/more?q=电梯")).text
    assert "还没有人写" in clerk.get(at(survey, "words/agree.reason")).text
    assert clerk.get(at(survey, "words/people")).status_code == 404


@pytest.mark.parametrize("role", [Role.COMMITTEE_MEMBER, Role.INTERVIEWER, Role.STREET_OFFICER])
def test_single_answers_are_for_the_committee_only(app, asked, role):
    survey, _ = asked
    someone = desk(app, survey, role)
    assert someone.get(at(survey)).status_code == 200
    assert someone.get(at(survey, "words/more")).status_code == 403
    assert post_form(someone, at(survey), at(survey, "exports"), {}).status_code == 403


def test_a_small_export_comes_at_once(app, asked):
    survey, _ = asked
    clerk = desk(app, survey)
    found = post_form(clerk, at(survey), at(survey, "exports"), {"form": "csv", "words": "labels"})
    rows = list(csv.DictReader(io.StringIO(found.text.removeprefix("\ufeff"))))
    assert [row["同意改造吗"] for row in rows] == ["同意", "同意", "不同意"]
    book = post_form(clerk, at(survey), at(survey, "exports"), {"form": "xlsx", "words": "codes"})
    assert book.data[:2] == b"PK"


def test_a_large_export_is_a_job_with_a_link(app, asked, monkeypatch):
    survey, _ = asked
    monkeypatch.setattr(results, "AT_ONCE", 1)
    clerk = desk(app, survey)
    asked_for = {"form": "csv", "words": "codes", "client_key": "once"}
    for _ in range(2):
        answered = post_form(clerk, at(survey), at(survey, "exports"), asked_for)
    assert answered.status_code == 302
    row = db.session.scalars(db.select(SurveyExport)).one()
    assert clerk.get(at(survey, f"exports/{row.id}")).status_code == 404
    work_on_exports()
    assert "下载" in clerk.get(at(survey)).text
    assert "agree" in clerk.get(at(survey, f"exports/{row.id}")).text


def test_the_committee_looks_at_the_notice_and_posts_it(app, asked, clock):
    survey, _ = asked
    clerk = desk(app, survey)
    page = at(survey, "publication")
    assert "问卷还没有截止" in post_form(clerk, page, page, {}).text
    clock.set(OVER)
    assert "贴出来以前看一遍" in clerk.get(page).text
    assert "下载 .docx" in clerk.get(post_form(clerk, page, page, {}).headers["Location"]).text
    notice = db.session.scalars(db.select(Notice)).one()
    paper = clerk.get(f"/admin/communities/{survey.community_id}/notices/{notice.id}/notice.docx")
    assert paper.data[:2] == b"PK"
    assert "结果已经公示" in clerk.get(at(survey, "publication")).text
    assert queries.result_notice(survey) is not None


def test_words_are_put_forward_to_be_quoted(app, asked):
    survey, _ = asked
    clerk = desk(app, survey)
    page = at(survey, "words/more")
    text = db.session.scalars(db.select(SurveyText).order_by(SurveyText.id)).first()
    assert text is not None
    answered = post_form(clerk, page, f"{page}/{text.id}/quote", {})
    said = clerk.get(answered.headers["Location"]).text
    assert "已经送去看" in said
    assert "公示时引用" not in said.split("<table")[1]


def test_another_communitys_results_are_not_there(app, asked):
    survey, _ = asked
    stranger, _ = make_asked(WHOLE)
    clerk = desk(app, stranger)
    for rest in ("results", "not-reached", "words/more", "publication"):
        assert clerk.get(at(survey, rest)).status_code == 404
        moved = f"/admin/communities/{stranger.community_id}/surveys/{survey.id}/{rest}"
        assert clerk.get(moved).status_code == 404
