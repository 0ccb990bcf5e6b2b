"""The desk where what others will read is looked at first."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.identity.rules import Role
from server.infra.db import db, unit_of_work
from server.ledger.models import Community
from server.moderation import queries
from server.moderation.models import ModerationCheck
from server.moderation.queries import Standing
from server.moderation.rules.checking import Checking, Found, Why
from server.moderation.rules.states import State
from tests.admin.forms import post_form
from tests.conftest import Clock
from tests.factories.identity import make_staff, sign_in_staff
from tests.factories.ledger import make_community
from tests.factories.moderation import make_item, make_photo_item

pytestmark = pytest.mark.usefixtures("clock")

TEXT = "电话13812345678，找张三要路灯"


def page_of(community: Community) -> str:
    return f"/admin/communities/{community.id}/moderation"


def now_of(about_id: int = 1) -> Standing:
    return queries.standing("tests.text", [about_id])[about_id]


@pytest.fixture
def community(client: FlaskClient) -> Community:
    found = make_community()
    sign_in_staff(client, make_staff(Role.CLERK, community=found))
    return found


def test_an_empty_queue_says_what_comes_here(client: FlaskClient, community: Community) -> None:
    page = client.get(page_of(community)).text
    assert "没有要看的" in page
    assert "内容待看" not in client.get(f"/admin/communities/{community.id}/today").text


def test_what_waits_is_counted_on_the_first_page_and_led_to_by_the_menu(
    client: FlaskClient, community: Community
) -> None:
    make_item(community)
    make_item(community, about_id=2)
    today = client.get(f"/admin/communities/{community.id}/today").text
    assert re.search(r"内容待看</span><span class=\"stat-value\">2<", today)
    assert f'href="{page_of(community)}"' in today


@pytest.mark.parametrize(
    ("role", "sees"), [(Role.REVIEWER, True), (Role.COMMITTEE_MEMBER, False), (Role.AUDITOR, False)]
)
def test_only_whoever_may_decide_is_told_of_it(client: FlaskClient, role: Role, sees: bool) -> None:
    community = make_community()
    make_item(community)
    sign_in_staff(client, make_staff(role, community=community))
    today = client.get(f"/admin/communities/{community.id}/today").text
    assert ("内容待看" in today) is sees
    assert ("待看内容" in today) is sees


def test_marks_stand_in_the_text_and_are_named(client: FlaskClient, community: Community) -> None:
    make_item(community, TEXT)
    page = client.get(page_of(community)).text
    assert '电话<mark class="flag">13812345678</mark>，找张三要路灯' in page
    assert "有电话号码" in page
    assert "照原样公开" in page


def test_a_script_in_a_text_is_shown_and_not_run(client: FlaskClient, community: Community) -> None:
    item = make_item(community, "<script>alert(1)</script> 加微信<b>")
    for page in (page_of(community), f"{page_of(community)}/{item.id}"):
        text = client.get(page).text
        assert "&lt;script&gt;alert(1)" in text
        assert "<script>alert" not in text
        assert "<b>" not in text


def test_one_press_passes_and_leads_on(client: FlaskClient, community: Community) -> None:
    item = make_item(community)
    here = page_of(community)
    answer = post_form(client, here, f"{here}/{item.id}/pass", {"acts_seen": 0})
    assert (answer.status_code, answer.location) == (302, here)
    assert now_of() == Standing(State.PASSED, "希望多装几盏路灯")
    assert "已公开。" in client.get(here).text
    again = post_form(client, f"{here}/{item.id}", f"{here}/{item.id}/pass", {"acts_seen": 0})
    assert again.status_code == 302
    assert len(queries.acts(item.id)) == 1


def test_ticked_marks_and_typed_words_are_struck_out(client: FlaskClient, community: Community) -> None:
    item = make_item(community, TEXT)
    here = f"{page_of(community)}/{item.id}"
    data = {"acts_seen": 0, "marks": ["0"], "words": "张三\r\n\r\n 电话 "}
    assert post_form(client, here, f"{here}/redact", data).status_code == 302
    assert now_of().text == "（略），找（略）要路灯"
    shelf = client.get(f"{page_of(community)}?shelf=passed").text
    assert "公开的是：（略），找（略）要路灯" in shelf


@pytest.mark.parametrize(
    ("act", "data", "sentence"),
    [
        ("redact", {"acts_seen": 0, "words": "李四"}, "原文里没有“李四”"),
        ("redact", {"acts_seen": 0}, "要涂掉的"),
        ("redact", {"acts_seen": 0, "marks": ["x"]}, "刷新页面"),
        ("refuse", {"acts_seen": 0}, "写上为什么不公开"),
        ("refuse", {"acts_seen": 0, "reason": "长" * 301}, "最多 300 个字"),
        ("pass", {}, "刷新页面"),
        ("pass", {"acts_seen": "x"}, "刷新页面"),
    ],
)
def test_a_wrong_form_says_what_to_do_keeps_what_was_typed_and_decides_nothing(
    client: FlaskClient, community: Community, act: str, data: dict[str, object], sentence: str
) -> None:
    item = make_item(community, TEXT)
    here = f"{page_of(community)}/{item.id}"
    answer = post_form(client, here, f"{here}/{act}", data)
    assert answer.status_code == 422
    assert sentence in answer.text
    for typed in (data.get("words"), data.get("reason")):
        assert typed is None or str(typed) in answer.text
    assert now_of().state is State.HELD


def test_what_is_refused_is_kept_on_its_shelf_and_can_be_passed(
    client: FlaskClient, community: Community
) -> None:
    item = make_item(community)
    here = f"{page_of(community)}/{item.id}"
    post_form(client, here, f"{here}/refuse", {"acts_seen": 0, "reason": "说的是别人家的事"})
    assert now_of() == Standing(State.REFUSED, reason="说的是别人家的事")
    shelf = client.get(f"{page_of(community)}?shelf=refused").text
    assert "希望多装几盏路灯" in shelf
    assert "说的是别人家的事" in shelf
    post_form(client, here, f"{here}/pass", {"acts_seen": 1})
    assert now_of().is_public


def test_whoever_decides_second_is_shown_what_the_first_decided(
    client: FlaskClient, community: Community
) -> None:
    item = make_item(community)
    here = f"{page_of(community)}/{item.id}"
    post_form(client, here, f"{here}/pass", {"acts_seen": 0})
    late = post_form(client, here, f"{here}/refuse", {"acts_seen": 0, "reason": "有广告"})
    assert late.status_code == 409
    assert "刚才有人看过" in late.text
    assert "有广告" in late.text
    assert 'name="acts_seen" value="1"' in late.text
    assert now_of().is_public


def test_a_text_that_was_written_anew_needs_no_look(client: FlaskClient, community: Community) -> None:
    item = make_item(community, "旧的")
    make_item(community, "新的")
    assert "旧的" not in client.get(page_of(community)).text
    page = client.get(f"{page_of(community)}/{item.id}").text
    assert "这一条不用看了" in page
    assert "/refuse" not in page


def test_a_photo_is_seen_by_those_who_decide(client: FlaskClient, community: Community) -> None:
    item, text = make_photo_item(community), make_item(community)
    here = page_of(community)
    assert f'src="{here}/{item.id}/photo"' in client.get(here).text
    assert "/redact" not in client.get(f"{here}/{item.id}").text
    photo = client.get(f"{here}/{item.id}/photo")
    assert (photo.status_code, photo.content_type) == (200, "image/jpeg")
    assert client.get(f"{here}/{text.id}/photo").status_code == 404
    answer = post_form(client, here, f"{here}/{item.id}/redact", {"acts_seen": 0, "words": "字"})
    assert answer.status_code == 422
    assert "照片涂不了字" in answer.text


def test_the_queue_is_cut_into_pages(client: FlaskClient, community: Community) -> None:
    for number in range(1, 22):
        make_item(community, f"第 {number} 条意见", about_id=number)
    here = page_of(community)
    first, second = client.get(here).text, client.get(f"{here}?page=2").text
    assert "第 1 条意见" in first
    assert "第 21 条意见" not in first
    assert "第 21 条意见" in second
    assert "这一页看完了" in client.get(f"{here}?page=9").text
    assert client.get(f"{here}?shelf=nonsense").status_code == 404


def test_one_press_refuses_for_a_reason_that_is_often_given(
    client: FlaskClient, community: Community
) -> None:
    item = make_item(community)
    here = page_of(community)
    assert 'name="reason" value="说的是别人家的私事"' in client.get(here).text
    post_form(client, here, f"{here}/{item.id}/refuse", {"acts_seen": 0, "reason": "骂人"})
    assert now_of() == Standing(State.REFUSED, reason="骂人")


@pytest.mark.parametrize(
    ("verdict", "state", "said"),
    [("allow", State.PASSED, "公开 2 条。"), ("refuse", State.REFUSED, "没有公开 2 条。")],
)
def test_several_are_decided_at_once_and_what_another_decided_is_left_alone(
    client: FlaskClient, community: Community, verdict: str, state: State, said: str
) -> None:
    ids = [make_item(community, f"第 {number} 句", about_id=number).id for number in range(1, 4)]
    here = page_of(community)
    other = "refuse" if verdict == "allow" else "pass"
    post_form(client, here, f"{here}/{ids[2]}/{other}", {"acts_seen": 0, "reason": "骂人"})
    data = {"items": ids, "verdict": verdict, "reason": "有广告"}
    for _ in range(2):
        assert post_form(client, here, f"{here}/several", data).location == here
        text = client.get(here).text
        assert f"{said}另外 1 条刚才有人看过，没有动。" in text
    assert [now_of(number).state for number in (1, 2)] == [state, state]
    assert now_of(3).state is not state
    assert [len(queries.acts(one)) for one in ids] == [1, 1, 1]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"verdict": "allow"}, "先勾选"),
        ({"verdict": "allow", "items": list(range(1, 22))}, "一次最多一页"),
        ({"verdict": "allow", "items": ["x"]}, "刷新页面"),
        ({"verdict": "x", "items": [1]}, "刷新页面"),
        ({"verdict": "refuse", "items": [1], "reason": " "}, "写上为什么不公开"),
    ],
)
def test_several_with_nothing_or_nonsense_says_what_to_do(
    client: FlaskClient, community: Community, data: dict[str, object], sentence: str
) -> None:
    make_item(community)
    here = page_of(community)
    if data.get("items") == [1]:
        data = data | {"items": [queries.waiting(community.id).items[0].id]}
    post_form(client, here, f"{here}/several", data)
    assert sentence in client.get(here).text
    assert now_of().state is State.PENDING


def test_several_of_another_community_are_not_there(client: FlaskClient, community: Community) -> None:
    mine, other = make_item(community), make_item(make_community(), about_id=2)
    here = page_of(community)
    answer = post_form(client, here, f"{here}/several", {"verdict": "allow", "items": [mine.id, other.id]})
    assert answer.status_code == 404
    assert (now_of(1).state, now_of(2).state) == (State.PENDING, State.PENDING)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"state": Checking.DONE, "found": Found.RISKY, "label": 20003}, "微信检查：有问题（辱骂）。"),
        ({"state": Checking.WAITING, "attempts": 2}, "检查暂时不通，已留着"),
        ({"state": Checking.LEFT, "why": Why.SILENT}, "微信收了照片，一直没有回话。"),
    ],
)
def test_what_wechat_says_stands_with_the_entry(
    client: FlaskClient, community: Community, clock: Clock, facts: dict[str, Any], sentence: str
) -> None:
    item = make_item(community)
    with unit_of_work():
        db.session.add(ModerationCheck(item_id=item.id, next_at=clock.now, **{"attempts": 1, **facts}))
    for page in (page_of(community), f"{page_of(community)}/{item.id}"):
        assert sentence in client.get(page).text
