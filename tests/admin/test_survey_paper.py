"""Paper forms through the pages: printed from the questions, keyed in one after the other, the late ones reviewed."""

import io
import re
from datetime import timedelta
from importlib import import_module

import pytest
from flask.testing import FlaskClient
from PIL import Image

from server.identity.rules import Role
from server.infra.db import db
from server.ledger.models import Community
from server.surveys import queries
from server.surveys.models import Survey, SurveyResponse
from server.surveys.rules.serials import Serial
from server.surveys.rules.words import Channel, Proof
from tests.admin.browsers import browser_of
from tests.admin.forms import post_form
from tests.factories.identity import make_staff
from tests.factories.ledger import household_of
from tests.factories.surveys import ANSWERS, ASKING, CLOSES, WHOLE, answer, form_of, make_asked, question

DAY = "2026-03-04"


def base_of(survey: Survey) -> str:
    return f"/admin/communities/{survey.community_id}/surveys/{survey.id}"


def serial_of(survey: Survey, flat) -> str:
    return str(Serial(survey.id, household_of(flat).id))


def desk_of(app, clock, definition=WHOLE):
    survey, flats = make_asked(definition)
    clock.set(ASKING)
    community = db.session.get(Community, survey.community_id)
    return survey, flats, browser_of(app, make_staff(Role.CLERK, community=community))


@pytest.fixture
def desk(app, clock):
    return desk_of(app, clock)


def key_in(clerk: FlaskClient, survey: Survey, flat, answers=ANSWERS, *, held: int = 0, **more):
    """Key in the form of the flat's household; `held` is the answer whose replacing was agreed to."""
    page = f"{base_of(survey)}/paper/key"
    serial = serial_of(survey, flat)
    data = {"serial": serial, "signed_on": DAY, "capacity": "owner", "seen": held, **answers, **more}
    return post_form(clerk, f"{page}?serial={serial}&seen={held}", page, data)


def responses(survey: Survey, flat) -> list[SurveyResponse]:
    db.session.expire_all()
    return queries.responses_of(survey.id, household_of(flat).id)


def test_a_form_is_printed_for_each_household_with_its_own_serial(desk) -> None:
    survey, flats, clerk = desk
    sheet = clerk.get(f"{base_of(survey)}/paper/print").text
    assert sheet.count('class="paper form"') == 6
    assert all(sheet.count(f'<p class="code">{serial_of(survey, flat)}</p>') == 1 for flat in flats)
    assert sheet.count("<svg") == 6
    for words in (
        "最要紧的 3 项",
        "第 3 题选“同意”",
        "填表人签名",
        "为什么问：看看老人多不多。",
        "我同意居委会",
        "其他：",
    ):
        assert words in sheet


def test_every_kind_of_question_has_its_place_on_paper(app, clock) -> None:
    kinds = [
        "one",
        "many",
        "scale",
        "number",
        "text",
        "long_text",
        "date",
        "ranking",
        "photo",
        "stance",
        "items",
        "contribution",
    ]
    asked = [question(f"q{number}", kind) for number, kind in enumerate(kinds)]
    asked[-1]["ways"] = [{"value": "cash", "title": "出现金"}]
    asked += [question("n", "note", title="先看图纸"), question("c", "calculate", formula=["str", "x"])]
    survey, _, clerk = desk_of(app, clock, form_of(*asked))
    sheet = clerk.get(f"{base_of(survey)}/paper/print").text
    for number in range(1, len(kinds) + 1):
        assert f"<h3>{number}. 题目 q{number - 1}" in sheet
    assert "先看图纸" in sheet
    assert "出现金" in sheet
    assert "题目 c" not in sheet


def test_one_household_or_one_building_is_printed_alone(desk) -> None:
    survey, flats, clerk = desk
    building = household_of(flats[0]) and flats[0].building_id
    assert clerk.get(f"{base_of(survey)}/paper/print?building_id={building}").text.count('"paper form"') == 6
    one = clerk.get(f"{base_of(survey)}/paper/print?find=1 栋 1 单元 101").text
    assert (one.count('"paper form"'), serial_of(survey, flats[0]) in one) == (1, True)
    nobody = clerk.get(f"{base_of(survey)}/paper/print?find=9 栋 1 单元 101")
    assert (nobody.status_code, "没有找到这一户" in nobody.text) == (422, True)


def test_a_large_pile_is_printed_in_parts(desk, monkeypatch) -> None:
    survey, _, clerk = desk
    monkeypatch.setattr(import_module("admin.surveys.paper"), "AT_ONCE", 4)
    desk_page = clerk.get(f"{base_of(survey)}/paper").text
    assert "全部打印 1–4" in desk_page
    assert "全部打印 5–6" in desk_page
    assert clerk.get(f"{base_of(survey)}/paper/print?from=5").text.count('"paper form"') == 2


def test_a_form_is_keyed_in_and_the_next_serial_is_waited_for(desk) -> None:
    survey, flats, clerk = desk
    answer_ = key_in(clerk, survey, flats[0])
    assert (answer_.status_code, answer_.location) == (302, f"{base_of(survey)}/paper/key?signed_on={DAY}")
    (kept,) = responses(survey, flats[0])
    assert (kept.channel, kept.proof, kept.needs_review) == (Channel.PAPER, Proof.PROVEN, False)
    assert kept.answers["items"] == ["B-01", "T-01"]
    following = clerk.get(answer_.location).text
    assert "1 栋 1 单元 101记下了。下一张。" in following
    assert re.search(r'name="serial"[^>]*autofocus', following)


def test_the_same_form_sent_twice_is_kept_once(desk) -> None:
    survey, flats, clerk = desk
    for _ in range(2):
        assert key_in(clerk, survey, flats[0], client_key="the-same").status_code == 302
    assert len(responses(survey, flats[0])) == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        pytest.param({"signed_on": ""}, "signed_on", id="no-day"),
        pytest.param({"signed_on": "2026-03-06"}, "signed_on", id="tomorrow"),
        pytest.param({"signed_on": "2026-02-28"}, "serial", id="before-the-opening"),
        pytest.param({"capacity": ""}, "capacity", id="nobody"),
        pytest.param({"capacity": "king"}, "capacity", id="unknown-capacity"),
        pytest.param({"people": "99"}, "people", id="out-of-bounds"),
        pytest.param({"agree": ""}, "agree", id="required"),
        pytest.param({"items": ["X"]}, "items", id="no-such-item"),
        pytest.param({"items.top": ["B-01", "B-02", "W-01", "T-01"]}, "items.top", id="four-most-important"),
        pytest.param({"seen": "x"}, "seen", id="tampered"),
    ],
)
def test_what_is_wrong_stands_by_its_question_and_what_was_typed_stays(desk, changed, field) -> None:
    survey, flats, clerk = desk
    refused = key_in(clerk, survey, flats[0], **changed)
    assert refused.status_code == 422
    assert f'href="#f-{field}"' in refused.text
    assert "路灯太暗" in refused.text
    assert responses(survey, flats[0]) == []


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        pytest.param("W1-1", "编号的样子是", id="no-serial"),
        pytest.param(str(Serial(987654, 1)), "另一份问卷", id="another-survey"),
    ],
)
def test_a_wrong_serial_is_told_what_is_wrong(desk, typed, words) -> None:
    survey, flats, clerk = desk
    page = f"{base_of(survey)}/paper/key"
    for refused in (
        clerk.get(f"{page}?serial={typed}"),
        post_form(clerk, f"{page}?serial={serial_of(survey, flats[0])}", page, {"serial": typed}),
    ):
        assert (refused.status_code, words in refused.text) == (422, True)


def test_a_household_that_is_not_in_the_ledger_needs_a_new_form(desk) -> None:
    survey, _, clerk = desk
    refused = clerk.get(f"{base_of(survey)}/paper/key?serial={Serial(survey.id, 987654)}")
    assert (refused.status_code, "重新印一张" in refused.text) == (422, True)


def test_an_answer_that_is_there_is_shown_before_anything_is_keyed(desk) -> None:
    survey, flats, clerk = desk
    held = answer(survey, flats[0], {**ANSWERS, "more": "电话里说的"})
    first = clerk.get(f"{base_of(survey)}/paper/key?serial={serial_of(survey, flats[0])}").text
    assert "已经答过" in first
    assert "电话里说的" in first
    assert 'name="capacity"' not in first
    page = f"{base_of(survey)}/paper/key?serial={serial_of(survey, flats[0])}&seen={held.id}"
    assert 'name="capacity"' in clerk.get(page).text


def test_an_answer_that_came_meanwhile_is_shown_and_replaced_only_on_a_second_word(desk) -> None:
    survey, flats, clerk = desk
    held = answer(
        survey, flats[0], {**ANSWERS, "more": "刚刚在网上填的"}, now=ASKING - timedelta(days=1, hours=2)
    )
    conflict = key_in(clerk, survey, flats[0], held=held.id, seen=0)
    assert (conflict.status_code, "刚刚在网上填的" in conflict.text) == (409, True)
    assert f'name="seen" value="{held.id}"' in conflict.text
    assert len(responses(survey, flats[0])) == 1
    assert key_in(clerk, survey, flats[0], held=held.id).status_code == 302
    assert len(responses(survey, flats[0])) == 2
    counted = queries.counted(survey.id, household_of(flats[0]).id)
    assert counted is not None
    assert counted.response_id != held.id


def test_a_form_older_than_the_answer_that_counts_is_only_kept_on_record(desk) -> None:
    survey, flats, clerk = desk
    held = answer(survey, flats[0], ANSWERS, now=ASKING - timedelta(hours=1))
    kept = key_in(clerk, survey, flats[0], held=held.id)
    assert "只存档" in clerk.get(kept.location).text
    counted = queries.counted(survey.id, household_of(flats[0]).id)
    assert counted is not None
    assert counted.response_id == held.id


def test_a_form_keyed_after_the_closing_waits_for_another_person(desk, app, clock) -> None:
    survey, flats, clerk = desk
    clock.set(CLOSES + timedelta(days=2))
    kept = key_in(clerk, survey, flats[0])
    assert "要另一个人复核" in clerk.get(kept.location).text
    (late,) = responses(survey, flats[0])
    reviewer = browser_of(
        app, make_staff(Role.REVIEWER, community=db.session.get(Community, survey.community_id))
    )
    listed = reviewer.get(f"{base_of(survey)}/late-forms").text
    assert "1 栋 1 单元 101" in listed
    page = f"{base_of(survey)}/late-forms/{late.id}"
    assert "路灯太暗" in reviewer.get(page).text
    assert "3 月 4 日" in reviewer.get(page).text
    assert post_form(reviewer, page, page, {"verdict": "refuse"}).status_code == 422
    assert post_form(reviewer, page, page, {}).status_code == 422
    assert queries.coverage(survey).proven == 0
    assert post_form(reviewer, page, page, {"verdict": "accept"}).status_code == 302
    assert queries.coverage(survey).proven == 1
    assert "收下了" in reviewer.get(page).text
    assert "没有要复核的" in reviewer.get(f"{base_of(survey)}/late-forms").text


def test_whoever_keyed_a_late_form_may_not_review_it(app, clock) -> None:
    survey, flats, _ = desk_of(app, clock)
    community = db.session.get(Community, survey.community_id)
    both = browser_of(app, make_staff(Role.INTERVIEWER, Role.REVIEWER, community=community))
    clock.set(CLOSES + timedelta(days=2))
    key_in(both, survey, flats[0])
    (late,) = responses(survey, flats[0])
    page = f"{base_of(survey)}/late-forms/{late.id}"
    assert "要由另一个人复核" in both.get(page).text
    desk_page = f"{base_of(survey)}/paper/key?serial={serial_of(survey, flats[1])}"
    refused = post_form(both, desk_page, page, {"verdict": "accept"})
    assert (refused.status_code, "录表的人不能复核" in refused.text) == (403, True)
    assert queries.review(late.id) is None


def test_a_form_in_time_is_no_late_form(desk, app) -> None:
    survey, flats, clerk = desk
    key_in(clerk, survey, flats[0])
    (kept,) = responses(survey, flats[0])
    reviewer = browser_of(
        app, make_staff(Role.REVIEWER, community=db.session.get(Community, survey.community_id))
    )
    assert reviewer.get(f"{base_of(survey)}/late-forms/{kept.id}").status_code == 404


def test_a_form_signed_after_the_closing_is_refused(desk, clock) -> None:
    survey, flats, clerk = desk
    clock.set(CLOSES + timedelta(days=3))
    refused = key_in(clerk, survey, flats[0], signed_on="2026-03-21")
    assert (refused.status_code, "截止之后" in refused.text) == (422, True)


def test_a_photo_beside_a_paper_form_is_kept_as_its_picture_alone(app, clock) -> None:
    survey, flats, clerk = desk_of(app, clock, form_of(question("roof", "photo"), question("why", "text")))
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (9, 2, 3)).save(out, "PNG")
    photo = (io.BytesIO(out.getvalue()), "roof.png")
    assert key_in(clerk, survey, flats[0], {"roof": photo, "why": "漏水"}).status_code == 302
    (kept,) = responses(survey, flats[0])
    assert len(kept.answers["roof"]) == 1
    broken = key_in(clerk, survey, flats[1], {"roof": (io.BytesIO(b"no picture"), "x.png")})
    assert (broken.status_code, "不是照片" in broken.text) == (422, True)
    forged = key_in(clerk, survey, flats[1], {"roof": str(kept.answers["roof"][0]), "why": "别家的"})
    assert forged.status_code == 302
    assert "roof" not in responses(survey, flats[1])[0].answers


def test_there_are_no_forms_before_the_opening(app, clock) -> None:
    from tests.factories.ledger import make_small_community  # noqa: PLC0415
    from tests.factories.surveys import make_survey  # noqa: PLC0415

    community, _ = make_small_community()
    survey = make_survey(community)
    clerk = browser_of(app, make_staff(Role.CLERK, community=community))
    for path in ("paper", "paper/print", "paper/key"):
        assert clerk.get(f"{base_of(survey)}/{path}").status_code == 404
