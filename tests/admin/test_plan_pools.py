"""The three pools, the master plan by year, and pilots on the desk."""

import io
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient

from admin.plans.will import counted_will
from server.identity.rules import Role
from server.infra.db import db
from server.ledger import queries as ledger
from server.ledger.rules.words import Exclusion, Pool
from server.plans import queries
from tests.admin.test_plans import GUIYANG, GUIZHOU, YUNYAN, sent, signed_in
from tests.factories.divisions import get_division
from tests.factories.ledger import make_community, make_flat
from tests.factories.plans import NANMING, make_chosen, make_frozen, make_move, make_pilot, rows_in_force
from tests.factories.surveys import (
    ASKING,
    answer,
    form_of,
    make_asked,
    make_open_survey,
    make_survey,
    question,
)

pytestmark = pytest.mark.usefixtures("clock")


def pool_page(community: Any) -> str:
    return f"/admin/communities/{community.id}/pool"


def test_a_community_moves_from_pool_to_pool_and_each_move_is_kept(client: FlaskClient) -> None:
    community = make_community("一号院")
    make_flat(community)
    signed_in(client)
    here = pool_page(community)
    assert "还不在库里" in client.get(here).text
    move = {"to_pool": "reserve", "moved_on": "2026-02-01", "reason": "摸底列入"}
    assert sent(client, here, here, **move).status_code == 302
    assert (
        sent(client, here, here, **{**move, "to_pool": "implement", "moved_on": "2026-03-01"}).status_code
        == 302
    )
    moves = queries.moves_of(community.id)
    assert [(one.from_pool, one.to_pool) for one in moves] == [
        (Pool.RESERVE, Pool.IMPLEMENT),
        (None, Pool.RESERVE),
    ]
    listed = client.get("/admin/plans/pools").text
    assert "一号院" in listed and "1 个小区" in listed
    assert "一号院" not in client.get("/admin/plans/pools?pool=reserve").text
    assert "一号院" in client.get("/admin/plans/pools/moves").text
    assert "一号院" not in client.get("/admin/plans/pools?pool=none").text


@pytest.mark.parametrize(
    ("wrong", "status", "sentence"),
    [
        ({"to_pool": "reserve"}, 409, "已经在储备库"),
        ({"moved_on": "2026-03-03"}, 422, "不能晚于今天"),
        ({"moved_on": "2026-01-31"}, 422, "不能早于上一次调库"),
        ({"reason": " "}, 422, "写上为什么"),
        ({"to_pool": "elsewhere"}, 422, "选一个库"),
    ],
    ids=["the-same-pool", "tomorrow", "before-the-last-move", "no-reason", "no-such-pool"],
)
def test_a_move_that_does_not_fit_is_refused(
    client: FlaskClient, wrong: dict[str, str], status: int, sentence: str
) -> None:
    community = make_community()
    signed_in(client)
    here = pool_page(community)
    first = {"to_pool": "reserve", "moved_on": "2026-02-01", "reason": "摸底列入"}
    sent(client, here, here, **first)
    refused = sent(client, here, here, **{**first, "to_pool": "plan", "moved_on": "2026-02-02", **wrong})
    assert (refused.status_code, sentence in refused.text) == (status, True)
    assert len(queries.moves_of(community.id)) == 1


def test_what_lies_outside_the_plan_is_only_kept_in_reserve(client: FlaskClient) -> None:
    community = make_community(exclusion=Exclusion.URBAN_VILLAGE)
    signed_in(client)
    here = pool_page(community)
    move = {"moved_on": "2026-03-01", "reason": "试试"}
    assert 'value="implement"' not in client.get(here).text
    refused = sent(client, here, here, to_pool="implement", **move)
    assert refused.status_code == 409 and "不在改造范围内" in refused.text
    assert sent(client, here, here, to_pool="reserve", **move).status_code == 302


def test_those_entered_before_moves_were_logged_go_where_the_ledger_says(client: FlaskClient) -> None:
    here, none = "/admin/plans/pools", "/admin/plans/pools?pool=none"
    reserve, planned = make_community("一号院"), make_community("二号院", pool=Pool.PLAN)
    barred = make_community("三号院", pool=Pool.PLAN, exclusion=Exclusion.URBAN_VILLAGE)
    away = make_community("别处的", code="520103024")
    signed_in(client, Role.PROVINCE_OFFICER, GUIZHOU)
    assert "由县里或者市里列入" in client.get(none).text
    assert sent(client, none, f"{here}/as-written").status_code == 403
    signed_in(client)
    assert "台账里记的是“谋划库”" in client.get(pool_page(planned)).text
    assert "全部按台账里记的库列入" in client.get(none).text
    told = client.get(
        sent(client, none, f"{here}/as-written", division=get_division(NANMING).id).location
    ).text
    assert "2 个小区按台账里记的库列入了" in told and "还有 1 个不在改造范围内" in told
    moves = {one.id: queries.current_move(one.id) for one in (reserve, planned, barred, away)}
    assert [one.to_pool if one else None for one in moves.values()] == [Pool.RESERVE, Pool.PLAN, None, None]


def test_pools_are_read_downward_and_kept_by_county_and_city(client: FlaskClient) -> None:
    community = make_community("一号院")
    make_move(community, Pool.IMPLEMENT)
    move = {"to_pool": "plan", "moved_on": "2026-03-02", "reason": "资金推迟"}
    for role, division in [(Role.PROVINCE_OFFICER, GUIZHOU), (Role.AUDITOR, NANMING)]:
        signed_in(client, role, division)
        assert "一号院" in client.get("/admin/plans/pools").text
        assert sent(client, pool_page(community), pool_page(community), **move).status_code == 403
    signed_in(client, Role.COUNTY_OFFICER, YUNYAN)
    assert client.get(pool_page(community)).status_code == 404
    assert "一号院" not in client.get("/admin/plans/pools").text
    assert client.get(f"/admin/plans/pools?division={get_division(NANMING).id}").status_code == 404
    signed_in(client, Role.CITY_OFFICER, GUIYANG)
    assert sent(client, pool_page(community), pool_page(community), **move).status_code == 302


# ------------------------------------------------------------------ the master plan


def test_the_master_plan_says_which_community_comes_in_which_year(client: FlaskClient) -> None:
    signed_in(client, Role.CITY_OFFICER, GUIYANG)
    division = get_division(GUIYANG).id
    here, action = f"/admin/plans/master?division={division}", f"/admin/plans/master/{division}/entries"
    first, second = make_community("甲小区"), make_community("乙小区")
    make_flat(first)
    for community in (first, second):
        entered = sent(client, here, action, community_id=community.id, year=2022, reason="管网破损")
        assert entered.status_code == 302
    lines = queries.entries_under(["/"], range(2020, 2026))[2022]
    assert [(one.name, one.households) for one in lines] == [("甲小区", 1), ("乙小区", 0)]
    sent(client, here, f"/admin/plans/master/entries/{lines[1].entry.id}/order", to="up")
    db.session.expire_all()
    assert [one.name for one in queries.entries_under(["/"], range(2020, 2026))[2022]] == ["乙小区", "甲小区"]
    assert sent(client, here, action, community_id=first.id, year=2024, reason="资金推迟").status_code == 302
    db.session.expire_all()
    by_year = queries.entries_under(["/"], range(2020, 2026))
    assert ([one.name for one in by_year[2022]], [one.name for one in by_year[2024]]) == (
        ["乙小区"],
        ["甲小区"],
    )
    page = client.get(here).text
    assert "资金推迟" in page and "（2020—2025）" in page
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/admin/plans/master/{division}/master.xlsx").data))
    years = [[cell.value for cell in row] for row in book["分年度"].iter_rows()]
    assert years[-1] == ["合计", 2, 1]
    order = [[cell.value for cell in row] for row in book["小区时序"].iter_rows()]
    assert order[-1] == ["2024 年", 1, "甲小区", 1, "不在库里", "资金推迟"]


def test_a_year_outside_the_span_or_a_community_elsewhere_is_refused(client: FlaskClient) -> None:
    signed_in(client)
    division = get_division(NANMING).id
    here, action = f"/admin/plans/master?division={division}", f"/admin/plans/master/{division}/entries"
    community = make_community()
    for wrong, status in [
        ({"year": 2026}, 422),
        ({"year": 2019}, 422),
        ({"reason": ""}, 422),
        ({"community_id": make_community(exclusion=Exclusion.SHANTYTOWN_PLAN).id}, 409),
        ({"community_id": make_community(code="520103024").id}, 404),
    ]:
        data = {"community_id": community.id, "year": 2021, "reason": "需求", **wrong}
        assert sent(client, here, action, **data).status_code == status, wrong
    assert not any(queries.entries_under(["/"], range(2020, 2026)).values())


def test_a_community_stands_once_whoever_plans_it_and_leaves_with_a_reason(client: FlaskClient) -> None:
    community = make_community("甲小区")
    city, county = get_division(GUIYANG).id, get_division(NANMING).id
    signed_in(client, Role.CITY_OFFICER, GUIYANG)
    data = {"community_id": community.id, "year": 2021, "reason": "需求"}
    sent(client, f"/admin/plans/master?division={city}", f"/admin/plans/master/{city}/entries", **data)
    (line,) = queries.entries_under(["/"], range(2020, 2026))[2021]
    there = f"/admin/plans/master/entries/{line.entry.id}"
    signed_in(client)
    here = f"/admin/plans/master?division={county}"
    assert "甲小区" in client.get(here).text
    taken = sent(client, here, f"/admin/plans/master/{county}/entries", **data)
    assert taken.status_code == 409 and "另一级的总体规划" in taken.text
    # The city's entry is not the county's to touch.
    assert client.get(there).status_code == 404
    assert sent(client, here, f"{there}/remove", remove_reason="不做了").status_code == 404
    assert sent(client, here, f"{there}/order", to="up").status_code == 404
    signed_in(client, Role.CITY_OFFICER, GUIYANG)
    assert sent(client, there, f"{there}/remove").status_code == 422
    assert sent(client, there, f"{there}/remove", remove_reason="列入棚改").status_code == 302
    assert client.get(there).status_code == 404


def test_a_province_sums_up_and_plans_nothing(client: FlaskClient) -> None:
    signed_in(client, Role.PROVINCE_OFFICER, GUIZHOU)
    page = client.get("/admin/plans/master").text
    assert "贵州省改造总体规划" in page and "排一个小区" not in page


# ------------------------------------------------------------------ pilots


def test_a_score_sheet_takes_the_will_from_the_survey_and_not_from_the_form(client: FlaskClient) -> None:
    plan = make_frozen(120)
    (row,) = rows_in_force(plan)
    signed_in(client)
    form = f"/admin/plans/rows/{row.id}/pilot"
    assert "还没有入户调查的数据" in client.get(form).text
    typed = {"will_agreeing": "120", "will_base": "120", "systems": ["service"], "note_service": "建服务站"}
    entered = sent(client, form, form, **typed)
    assert entered.status_code == 302
    pilot = queries.pilot_of(row.community_id, 2026)
    assert pilot is not None and (pilot.will_agreeing, pilot.will_base) == (0, 0)
    page = client.get(entered.location).text
    assert "还没有调查数据，记 0 分" in page and "建服务站" in page and "满分 100 分" in page
    bare = sent(client, form, form, systems=["culture"])
    assert bare.status_code == 422 and "写上文化体系靠什么建起来" in bare.text


def test_the_will_is_what_the_newest_survey_that_asked_for_it_counted(client: FlaskClient) -> None:
    survey, flats = make_asked(form_of(question("agree", "stance", is_consent=True)), flats=3)
    # A newer survey that did not ask, and a draft, change nothing.
    community = ledger.community(survey.community_id)
    assert community is not None
    make_open_survey(community)
    make_survey(community, form_of(question("agree", "stance", is_consent=True)))
    for flat, stance in zip(flats, ("agree", "agree", "disagree"), strict=True):
        answer(survey, flat, {"agree": stance})
    will = counted_will(survey.community_id, ASKING)
    assert will is not None and (will.agreeing, will.base) == (2, 3)
    assert survey.title in will.source


def test_the_city_chooses_a_pilot_and_not_whoever_scored_it(client: FlaskClient) -> None:
    (row,) = rows_in_force(make_frozen(120))
    signed_in(client, Role.CITY_OFFICER, GUIYANG)
    form = f"/admin/plans/rows/{row.id}/pilot"
    there = sent(client, form, form).location
    assert sent(client, there, f"{there}/choose").status_code == 409
    signed_in(client)
    assert sent(client, there, f"{there}/choose").status_code == 403
    signed_in(client, Role.CITY_OFFICER, GUIYANG)
    assert sent(client, there, f"{there}/choose").status_code == 302
    assert "试点" in client.get("/admin/plans/pilots").text
    assert sent(client, there, f"{there}/choose").status_code == 409
    assert sent(client, form, form).status_code == 409


def test_lessons_stand_on_the_page_of_their_pilot(client: FlaskClient) -> None:
    (row,) = rows_in_force(make_frozen(120))
    pilot = make_chosen(row)
    there = f"/admin/plans/pilots/{pilot.id}"
    signed_in(client)
    lesson = {"title": "先改下水，再铺路", "text": "路只挖一次", "advice": "先通气各管线单位"}
    for missing in lesson:
        assert sent(client, there, f"{there}/lessons", **{**lesson, missing: ""}).status_code == 422
    assert sent(client, there, f"{there}/lessons", **lesson).status_code == 302
    signed_in(client, Role.PROVINCE_OFFICER, GUIZHOU)
    page = client.get(there).text
    assert "先改下水，再铺路" in page and "写一条经验" not in page
    signed_in(client, Role.COUNTY_OFFICER, YUNYAN)
    assert client.get(there).status_code == 404
    assert sent(client, "/admin/plans/pilots", f"{there}/lessons", **lesson).status_code == 404


def test_a_candidate_has_no_lessons_yet(client: FlaskClient) -> None:
    (row,) = rows_in_force(make_frozen(120))
    there = f"/admin/plans/pilots/{make_pilot(row).id}"
    signed_in(client)
    lesson = {"title": "题目", "text": "做了什么", "advice": "怎么做"}
    assert sent(client, there, f"{there}/lessons", **lesson).status_code == 409
