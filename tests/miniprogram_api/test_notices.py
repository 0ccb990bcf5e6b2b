"""Notices and objections, by API and by page."""

from datetime import timedelta

import pytest

from server.identity.rules import Level, Role
from server.infra.db import unit_of_work
from server.kernel.actor import COMMAND
from server.messages import queries as messages
from server.messages.rules import Recipient
from server.notices import actions, queries
from server.notices.rules import NoticeKind
from tests.factories.ballots import key, make_announced, make_electorate
from tests.factories.identity import make_staff
from tests.factories.notices import NOW, make_notice, make_objection
from tests.miniprogram_api.phones import forms_of, make_phone

TEXT = {"text": "我家那票是别人代投的。"}


@pytest.fixture
def home(app, clock):
    clock.set(NOW)
    return make_electorate()


def test_a_resident_reads_what_hangs_and_what_hung(app, home, clock):
    community, flats = home
    hung = make_notice(community, title="从前的")
    clock.set(hung.ends_at)
    hangs = make_notice(community, title="现在的", now=clock.now)
    items = make_phone(app, flats[0]).api("GET", "/notices").json["items"]
    assert [(item["id"], item["is_hanging"]) for item in items] == [(hangs.id, True), (hung.id, False)]


def test_a_foreign_notice_answers_like_none_on_the_api_and_reads_like_a_wall_on_the_page(app, home):
    _, flats = home
    foreign = make_notice(title="别处的")
    phone = make_phone(app, flats[0])
    assert phone.api("GET", f"/notices/{foreign.id}").status_code == 404
    assert phone.api("POST", f"/notices/{foreign.id}/objections", TEXT, client_key=key()).status_code == 404
    page = phone.get(f"/notices/{foreign.id}")
    assert "别处的" in page
    assert not [form for form in forms_of(page) if form.method == "post"]


def test_a_notice_that_has_not_begun_is_nobodys_to_read(app, home):
    community, flats = home
    later = make_notice(community, opens_on=(NOW + timedelta(days=3)).date())
    assert make_phone(app, flats[0]).api("GET", f"/notices/{later.id}").status_code == 404
    assert app.test_client().get(f"/notices/{later.id}").status_code == 404


@pytest.mark.parametrize("level", list(Level))
def test_whoever_lives_there_may_object_and_those_who_answer_are_told_once(app, home, level):
    community, flats = home
    reviewer = make_staff(Role.REVIEWER, community=community)
    notice = make_notice(community)
    phone = make_phone(app, flats[0], level=level)
    once, again = (
        phone.api("POST", f"/notices/{notice.id}/objections", TEXT, client_key="one") for _ in range(2)
    )
    assert (once.status_code, again.status_code) == (201, 201)
    assert once.data == again.data
    assert len(queries.objections(notice.id)) == 1
    told = messages.inbox([Recipient.staff(reviewer.id)])
    assert [letter.kind for letter in told.items] == ["notices.objection_raised"]


def test_the_same_key_with_another_text_is_a_conflict(app, home):
    community, flats = home
    notice = make_notice(community)
    phone = make_phone(app, flats[0])
    phone.api("POST", f"/notices/{notice.id}/objections", TEXT, client_key="one")
    answer = phone.api("POST", f"/notices/{notice.id}/objections", {"text": "另一件"}, client_key="one")
    assert (answer.status_code, answer.json["code"]) == (409, "client_key_reused")


def test_an_objection_in_the_last_second_is_in_time_and_the_next_is_late(app, home, clock):
    community, flats = home
    notice = make_notice(community)
    phone = make_phone(app, flats[0])
    clock.set(notice.ends_at - timedelta(seconds=1))
    in_time = phone.api("POST", f"/notices/{notice.id}/objections", TEXT, client_key=key())
    clock.set(notice.ends_at)
    late = phone.api("POST", f"/notices/{notice.id}/objections", TEXT, client_key=key())
    assert in_time.status_code == 201
    assert (late.status_code, late.json["code"]) == (409, "too_late")
    seen = phone.api("GET", f"/notices/{notice.id}").json
    assert (seen["may_object"], len(seen["my_objections"])) == (False, 1)
    assert "公示期已经过了" in seen["why_not"]


def test_an_announcement_takes_no_objection(app, home):
    community, flats = home
    make_announced(community, now=NOW)
    phone = make_phone(app, flats[0])
    (notice,) = phone.api("GET", "/notices").json["items"]
    assert (notice["kind_name"], notice["takes_objections"]) == ("公告", False)
    answer = phone.api("POST", f"/notices/{notice['id']}/objections", TEXT, client_key=key())
    assert (answer.status_code, answer.json["code"]) == (409, "no_objections")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": ""},
        {"text": "   "},
        {"text": "长" * 2001},
        {"text": "\x00"},
        {**TEXT, "flat_id": 2**80},
        {**TEXT, "as": "x"},
    ],
)
def test_an_objection_not_in_form_is_refused_by_field(app, home, body):
    community, flats = home
    notice = make_notice(community)
    answer = make_phone(app, flats[0]).api("POST", f"/notices/{notice.id}/objections", body, client_key=key())
    assert answer.status_code == 422
    assert answer.json["errors"]


def test_another_flat_is_not_ones_own_to_object_for(app, home):
    community, flats = home
    notice = make_notice(community)
    body = {**TEXT, "flat_id": flats[1].id}
    answer = make_phone(app, flats[0]).api("POST", f"/notices/{notice.id}/objections", body, client_key=key())
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["flat_id"])


def test_nobody_reads_what_another_objected(app, home):
    community, flats = home
    notice = make_notice(community)
    first, second = make_phone(app, flats[0]), make_phone(app, flats[1])
    first.api("POST", f"/notices/{notice.id}/objections", {"text": "只有我知道"}, client_key=key())
    assert second.api("GET", f"/notices/{notice.id}").json["my_objections"] == []
    assert "只有我知道" not in second.get(f"/notices/{notice.id}")
    assert "只有我知道" in first.get(f"/notices/{notice.id}")
    assert "只有我知道" not in app.test_client().get(f"/notices/{notice.id}").text


def test_the_page_takes_an_objection_and_shows_its_answer(app, home, clock):
    community, flats = home
    notice = make_notice(community)
    phone = make_phone(app, flats[0])
    page = phone.fill(phone.get(f"/notices/{notice.id}"), "/objections", text="工期太长\n改到秋天")
    assert "收到了" in page
    assert "等答复" in page
    with unit_of_work():
        (raised,) = queries.objections(notice.id)
        actions.answer_objection(
            raised.id,
            community_id=community.id,
            answer="改到九月。",
            is_upheld=True,
            actor=COMMAND,
            now=clock.now,
        )
    page = phone.get(f"/notices/{notice.id}")
    assert "改到九月。" in page
    assert "异议成立" in page


def test_an_empty_objection_is_asked_for_again(app, home):
    community, flats = home
    notice = make_notice(community)
    phone = make_phone(app, flats[0])
    phone.fill(phone.get(f"/notices/{notice.id}"), "/objections", text=" ")
    assert phone.status == 422
    assert queries.objections(notice.id) == []


def test_a_late_objection_keeps_what_was_written_on_the_page(app, home, clock):
    community, flats = home
    notice = make_notice(community)
    phone = make_phone(app, flats[0])
    page = phone.get(f"/notices/{notice.id}")
    clock.set(notice.ends_at)
    late = phone.fill(page, "/objections", text="我写了很久的话")
    assert phone.status == 409
    assert "我写了很久的话" in late
    assert "公示期已经过了" in late


def test_a_withdrawn_notice_says_why(app, home, clock):
    community, _ = home
    notice = make_notice(community)
    with unit_of_work():
        actions.withdraw_notice(notice.id, reason="数字算错了", actor=COMMAND, now=clock.now)
    page = app.test_client().get(f"/notices/{notice.id}").text
    assert "已经撤下" in page
    assert "数字算错了" in page


def test_what_is_written_into_a_notice_is_text(app, home):
    community, flats = home
    nasty = "<script>alert(1)</script>"
    blocks = [
        {"kind": "text", "text": nasty},
        {"kind": "list", "items": [nasty]},
        {"kind": "figures", "figures": [[nasty, nasty]]},
        {"kind": "table", "caption": nasty, "columns": [nasty], "rows": [[nasty]]},
    ]
    notice = make_notice(community, title=nasty, body=blocks)
    make_objection(notice, nasty)
    phone = make_phone(app, flats[0])
    phone.api("POST", f"/notices/{notice.id}/objections", {"text": nasty}, client_key=key())
    for page in (phone.get(f"/notices/{notice.id}"), phone.get("/notices"), phone.get("/me")):
        assert "<script>" not in page
        assert "&lt;script&gt;" in page


def test_every_kind_of_block_is_drawn(app, home):
    community, _ = home
    bar = {"marks": ["2/3"], "sentence": "都够了。", "state": "met"}
    choice = {"word": "同意", "tone": "for", "heads": 3}
    blocks = [
        {"kind": "heading", "text": "标题块"},
        {"kind": "twin_bar", "caption": "双条块", "heads": [3, 6], "area": ["30.00", "60.00"], **bar},
        {
            "kind": "twin_bar",
            "caption": "粗略双条",
            "heads": [3, 6],
            "area": None,
            "area_share": "1/2",
            **bar,
        },
        {
            "kind": "choice_bar",
            "caption": "选项块",
            "choices": [{**choice, "area": "30.00"}],
            "heads_base": 3,
            "area_base": "30.00",
        },
        {"kind": "law", "text": "民法典二百七十八条"},
        {"kind": "contact", "name": "值班室", "phone": "0851-1", "place": "一楼"},
    ]
    notice = make_notice(community, body=blocks, kind=NoticeKind.GENERAL)
    page = app.test_client().get(f"/notices/{notice.id}").text
    for words in (
        "标题块",
        "双条块",
        "粗略双条",
        "选项块",
        "民法典二百七十八条",
        "值班室",
        "30.00 ㎡",
        "50%",
    ):
        assert words in page
