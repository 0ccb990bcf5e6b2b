"""Judging on the phone: in a few taps, for one's own household, until the end; and what everyone reads afterwards."""

import html

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from miniprogram_api.evaluations.reading import category_of
from server.evaluations import actions as evaluations
from server.evaluations import queries
from server.evaluations.models import EvaluationAnswer
from server.evaluations.rules.answering import Low, Said
from server.evaluations.rules.words import Aspect, ItemMark, Mark
from server.identity.rules import Level
from server.infra.db import db, unit_of_work
from server.kernel.parts import Part
from server.ledger import queries as ledger
from server.moderation import actions as moderation
from server.moderation.models import ModerationItem
from server.projects import queries as projects
from server.tickets.rules.words import Category
from tests.conftest import Clock
from tests.factories.evaluations import (
    DURING,
    OPENED,
    OVER,
    REVIEWS,
    SECOND,
    SECOND_OVER,
    enter,
    follow,
    give,
    make_rounds,
)
from tests.factories.identity import make_resident, sign_in_resident
from tests.factories.ledger import household_of, make_flat, make_small_community
from tests.factories.policies import make_policy
from tests.factories.projects import make_project
from tests.factories.schemes import CHECKED, make_voted
from tests.factories.tickets import make_ticket
from tests.factories.works import adopt, plan
from tests.miniprogram_api.phones import forms_of, make_phone


@pytest.fixture
def panel(client: FlaskClient, clock: Clock):
    """A community of three flats in its first round; the resident of the first flat is at the telephone."""
    community, flats = make_small_community(3)
    of = make_rounds(community)[0]
    sign_in_resident(client, make_resident(flats[0]))
    clock.set(DURING)
    return of, flats


def token_in(page: str) -> str:
    return next(form.fields["csrf_token"] for form in forms_of(page) if "csrf_token" in form.fields)


def address(of) -> str:
    return f"/me/evaluations/{of.id}"


def post(client: FlaskClient, of, flat, **form):
    page = client.get(address(of)).text
    sent = {"csrf_token": token_in(page), "client_key": "k", "household_id": household_of(flat).id, **form}
    return client.post(address(of), data=sent)


def test_one_tap_is_an_answer(client, panel):
    of, flats = panel
    assert "总的来说，这次改造你满意吗？" in client.get(address(of)).text
    answer = post(client, of, flats[0], overall="fair")
    assert answer.status_code == 303
    own = queries.own_answer(of.id, household_of(flats[0]).id)
    assert own is not None
    assert own.said == Said(Mark.FAIR)
    page = client.get(answer.headers["Location"]).text
    assert "收到了" in page
    assert "让人来处理" not in page


def test_everything_that_can_be_said_is_kept_and_shown_again_to_be_changed(client, panel):
    of, flats = panel
    form = {
        "overall": "poor", "quality": "poor", "service": "good", "item.B-01": "not_done", "fee": "depends",
        "words": "楼道灯\r\n还没装",
    }  # fmt: skip
    post(client, of, flats[0], **form)
    own = queries.own_answer(of.id, household_of(flats[0]).id)
    assert own is not None
    assert own.said.aspects == {Aspect.QUALITY: Mark.POOR, Aspect.SERVICE: Mark.GOOD}
    assert (own.said.items, own.said.words) == ({"B-01": ItemMark.NOT_DONE}, "楼道灯\n还没装")
    page = client.get(address(of)).text
    assert "你家评过了" in page
    assert 'name="item.B-01" value="not_done" checked' in page
    assert "楼道灯\n还没装" in page


def test_what_is_not_good_is_offered_to_be_reported(client, panel):
    of, flats = panel
    location = post(client, of, flats[0], overall="good", **{"item.B-01": "poor"}).headers["Location"]
    page = client.get(location).text
    assert "不满意的，可以让人来处理" in page
    href = html.unescape(page.split('href="/tickets/new')[1].split('"')[0])
    form = client.get(f"/tickets/new{href}").text
    assert "小区公共区域" in form
    assert "修路，不满意：" in form


@pytest.mark.parametrize(
    ("low", "part", "category"),
    [
        (Low("B-01", "修路", False), Part.FIT_OUT, Category.WORKS),
        (Low("B-11", "楼道灯", True), Part.ELECTRICS, Category.POWER),
        (Low("J-02", "屋面防水", False), Part.ROOF_WET, Category.LEAK),
        (Low("J-03", "下水管", False), Part.PIPES, Category.WATER),
        (Low("J-09", "没进计划的", False), None, Category.WORKS),
        (Low("", "物业服务", False), None, Category.SERVICE),
    ],
)
def test_what_is_not_good_is_reported_as_what_its_builder_answers_for(low, part, category):
    assert category_of(low, part) is category


def test_an_item_of_ones_own_stairs_is_reported_from_there(client, panel):
    of, flats = panel
    building = ledger.flats_by_ids([flats[0].id])[flats[0].id].building_id
    (line,) = projects.projects_of(of.community_id)
    adopt(
        projects.project(line.id),
        ledger.community(of.community_id),
        "加装电梯",
        code="T-01",
        building_id=building,
    )
    answer = post(client, of, flats[0], **{"overall": "good", "item.T-01": "not_done"})
    assert "where=entrance" in client.get(answer.headers["Location"]).text


def test_a_form_without_the_first_tap_keeps_what_was_typed(client, panel):
    of, flats = panel
    answer = post(client, of, flats[0], quality="good", words="路灯")
    assert answer.status_code == 422
    assert "先点一下，总的来说满不满意" in answer.text
    assert 'name="quality" value="good" checked' in answer.text
    assert "路灯" in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(EvaluationAnswer)) == 0


@pytest.mark.parametrize(
    "form",
    [
        pytest.param({"overall": "great"}, id="a-mark-there-is-not"),
        pytest.param({"overall": "good", "item.X-9": "good"}, id="an-item-nobody-promised"),
        pytest.param({"overall": "good", "item.B-01": "maybe"}, id="an-items-mark-there-is-not"),
        pytest.param({"overall": "good", "fee": "gold"}, id="a-fee-there-is-not"),
        pytest.param({"overall": "good", "words": "好" * 501}, id="too-many-words"),
    ],
)
def test_what_is_not_in_form_is_refused_whole(client, panel, form):
    of, flats = panel
    assert post(client, of, flats[0], **form).status_code == 422
    assert queries.own_answer(of.id, household_of(flats[0]).id) is None


def test_after_the_end_nothing_changes_and_the_way_leads_to_what_all_said(client, panel, clock):
    of, flats = panel
    token = token_in(client.get(address(of)).text)
    clock.set(OVER)
    sent = {
        "csrf_token": token,
        "client_key": "k",
        "household_id": household_of(flats[0]).id,
        "overall": "poor",
    }
    answer = client.post(address(of), data=sent)
    assert answer.status_code == 409
    assert "已经结束" in answer.text
    page = client.get(address(of))
    assert page.headers["Location"] == f"/communities/{of.community_id}/evaluations/{of.id}"


def test_another_household_answers_as_one_that_does_not_exist(client, panel):
    of, flats = panel
    page = client.get(address(of)).text
    for household_id in (household_of(flats[1]).id, 10**9):
        form = {
            "csrf_token": token_in(page),
            "client_key": "k",
            "household_id": household_id,
            "overall": "poor",
        }
        assert client.post(address(of), data=form).status_code == 404
        assert client.get(address(of), query_string={"household": household_id}).status_code == 404
    other = make_rounds(make_small_community(1)[0])[0]
    assert client.get(address(other)).status_code == client.get("/me/evaluations/999999").status_code == 404
    assert client.get(f"/me/evaluations/{other.id}/sent").status_code == 404


def test_a_person_with_two_homes_judges_for_each(client, clock):
    community, flats = make_small_community(3)
    of = make_rounds(community)[0]
    sign_in_resident(client, make_resident(flats[0], flats[2]))
    clock.set(DURING)
    assert "你有几户，一户评一次" in client.get(address(of)).text
    location = post(client, of, flats[2], overall="good").headers["Location"]
    assert f"household={household_of(flats[2]).id}" in location
    assert "评 1 栋 1 单元 101" in client.get(location).text
    home = client.get("/me").text
    assert "1 栋 1 单元 101还没评" in home


def test_the_first_page_asks_until_the_household_has_judged(client, panel):
    of, flats = panel
    assert "请你评一评" in client.get("/me").text
    post(client, of, flats[0], overall="good")
    assert "请你评一评" not in client.get("/me").text


def test_who_has_sent_nothing_is_led_back_to_the_form(client, panel):
    of, flats = panel
    answer = client.get(f"{address(of)}/sent")
    assert answer.headers["Location"] == f"{address(of)}?household={household_of(flats[0]).id}"


# ------------------------------------------------------------------ for everyone


def results(of) -> str:
    return f"/communities/{of.community_id}/evaluations/{of.id}"


def test_while_it_runs_the_public_page_says_until_when_and_no_number(client, panel):
    of, flats = panel
    give(of, flats[1], Mark.POOR)
    page = client.get(results(of)).text
    assert "评完以前，谁也看不到结果" in page
    assert "满意率" not in page
    assert client.get(f"/communities/{of.community_id}/evaluations").text.count("正在评") == 1


def test_a_round_that_has_not_begun_is_as_if_it_were_not(client, panel):
    of, _ = panel
    second = queries.rounds_of_panel(of.panel_id)[1]
    assert client.get(results(second)).status_code == 404
    assert client.get(address(second)).status_code == 404
    assert client.get(f"/communities/{of.community_id + 1000}/evaluations/{of.id}").status_code == 404


def test_too_few_answers_are_not_told_but_how_many_are_lacking(client, panel, clock):
    of, flats = panel
    give(of, flats[0], Said(Mark.POOR, words="谁都别看见"))
    clock.set(OVER)
    follow(OVER)
    page = client.get(results(of)).text
    assert "回答太少，暂不公布" in page
    assert "全部评了，也不到公布要的户数" in page
    assert "不满意" not in page
    assert "谁都别看见" not in page


def test_everyone_reads_rates_words_that_were_passed_and_the_trend(client, clock):
    make_policy("evaluation.least_answers", 8)
    make_policy("disclosure.least_cell", 2)
    community, flats = make_small_community(8)
    rounds = make_rounds(community)
    for number, flat in enumerate(flats[:5]):
        give(rounds[0], flat, Said(Mark.GOOD, items={"B-01": ItemMark.GOOD}, words=f"话{number}"))
    for flat in flats[5:7]:
        give(rounds[0], flat, Said(Mark.POOR, items={"B-01": ItemMark.NOT_DONE}))
    enter(rounds[0], flats[7], Mark.FAIR, is_accepted=True)
    give(rounds[0], flats[7], Mark.FAIR)
    clock.set(OVER)
    follow(OVER)
    item = db.session.scalars(sa.select(ModerationItem).order_by(ModerationItem.id)).first()
    assert item is not None
    with unit_of_work():
        moderation.pass_text(item.id, community_id=community.id, acts_seen=0, actor=REVIEWS, now=OVER)
    page = client.get(results(rounds[0])).text
    assert "8 / 8 户" in page
    assert "话0" in page
    assert "话1" not in page
    clock.set(SECOND)
    follow(SECOND)
    for flat in flats:
        give(rounds[1], flat, Mark.GOOD, now=SECOND)
    clock.set(SECOND_OVER)
    page = client.get(results(rounds[1])).text
    assert "每次问的都是同一批 8 户" in page
    assert "竣工 3 个月后" in page


def test_the_community_page_leads_to_the_rounds_and_the_trace_says_what_was_promised(client, panel):
    of, _ = panel
    page = client.get(f"/communities/{of.community_id}").text
    assert f'href="{results(of)}"' in page
    assert "还没有" in client.get(f"/communities/{of.community_id}/trace").text
    assert client.get("/communities/999999/trace").status_code == 404
    assert client.get("/communities/999999/evaluations").status_code == 404


def test_whoever_moved_in_after_completion_is_not_asked(client, clock):
    community, _ = make_small_community(1)
    of = make_rounds(community)[0]
    late = make_flat(community, room="901")
    sign_in_resident(client, make_resident(late))
    clock.set(DURING)
    assert client.get(address(of)).status_code == 404
    assert "请你评一评" not in client.get("/me").text
    assert OPENED < DURING


def test_what_one_said_oneself_is_found_by_nobody_else(app, client, clock):
    community, flats = make_small_community(3)
    of = make_rounds(community)[0]
    clock.set(DURING)
    phone, housemate, neighbour = (
        make_phone(app, flats[0]),
        make_phone(app, flats[0]),
        make_phone(app, flats[1]),
    )
    own = f"/communities/{community.id}/trace/mine"
    assert "还没有" in phone.get(own)
    with unit_of_work():
        evaluations.give_answer(
            of.id, household_of(flats[0]).id, Said(Mark.POOR, {}, {"B-01": ItemMark.NOT_DONE}, None, "路还是坑的"),
            client_key="own", actor=phone.actor, now=DURING,
        )  # fmt: skip
    make_ticket(community.id, Category.ROAD, reporter_id=phone.actor.id, at=DURING)
    make_ticket(community.id, Category.WASTE, reporter_id=neighbour.actor.id, at=DURING)
    page = phone.get(own)
    assert all(words in page for words in ("没做", "路还是坑的", "你报过：道路"))
    assert "环卫" not in page
    for other in (housemate, neighbour):
        assert "路还是坑的" not in other.get(own)
    assert client.get(own).status_code in {302, 303}
    elsewhere = make_phone(app, make_flat(make_small_community(1)[0], room="909"), level=Level.REACHED)
    elsewhere.get(own)
    assert elsewhere.status == 404


def test_what_one_said_oneself_stands_beside_what_became_of_it(app, clock):
    clock.set(CHECKED)
    counted = make_voted(("B11",))
    phone = make_phone(app, counted.flats[0])
    item = adopt(make_project(counted.community, now=CHECKED), counted.community, now=CHECKED)
    plan(item, now=CHECKED)
    make_ticket(counted.community.id, Category.POWER, reporter_id=phone.actor.id, at=CHECKED)
    assert "定了要改" in phone.get(f"/communities/{counted.community.id}/trace")
    assert "你报过：供电" in phone.get(f"/communities/{counted.community.id}/trace/mine")
