"""Coming to a survey: the list, home, the public page, posters; and at a poster the room that is typed."""

import re
from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask

from server.identity import actions as identity
from server.identity.models import PlaceKind
from server.identity.queries import place_codes_of
from server.infra.db import unit_of_work
from server.kernel.actor import COMMAND
from server.ledger.models import Flat
from server.surveys import actions, queries
from server.surveys.models import Survey
from server.surveys.rules.words import Proof
from tests.factories.ledger import make_flat, make_small_community
from tests.factories.surveys import (
    ANSWERS,
    ASKING,
    CLOSES,
    WHOLE,
    answer,
    card_of,
    make_asked,
    make_open_survey,
)
from tests.miniprogram_api.pockets import Pocket, address, by_slip


@pytest.fixture
def asking(app: APIFlask, clock: Any) -> tuple[Survey, list[Flat]]:
    clock.set(ASKING)
    return make_asked(WHOLE)


def test_the_list_says_which_wait(app, asking):
    survey, (flat, *_) = asking
    pocket = by_slip(app, flat)
    assert "等你家填" in pocket.get("/surveys")
    answer(survey, flat, ANSWERS)
    assert "等你家填" not in pocket.get("/surveys")
    assert "正在填" in pocket.get("/surveys")


def test_only_those_asked_may_answer_and_the_page_says_who(app, clock):
    clock.set(ASKING)
    community, (flat, *_) = make_small_community()
    other = make_flat(community, building="2")
    survey = make_open_survey(community, WHOLE, building_ids=(flat.building_id,))
    pocket = by_slip(app, other)
    page = pocket.get(f"/surveys/{survey.id}")
    assert "这次只问 1 栋 的住户" in page
    pocket.send(page, "/room", building="2", room=other.room)
    assert pocket.status == 409


def test_home_leads_to_what_waits(app, asking):
    survey, (flat, *_) = asking
    pocket = by_slip(app, flat)
    assert f'href="/surveys/{survey.id}"' in pocket.get("/me")
    answer(survey, flat, ANSWERS)
    page = pocket.get("/me")
    assert f'href="/surveys/{survey.id}"' not in page
    assert 'href="/surveys"' in page


def test_where_the_slip_leads_stands_what_the_home_has_still_to_answer(app, asking):
    survey, (flat, *_) = asking
    pocket = by_slip(app, flat)
    home = re.search(r"/me/flats/\d+", pocket.get("/me/flats"))[0]
    assert f'href="/surveys/{survey.id}"' in pocket.get(home)
    answer(survey, flat, ANSWERS)
    page = pocket.get(home)
    assert f'href="/surveys/{survey.id}"' not in page
    assert 'href="/me"' in page


def test_the_community_and_its_posters_lead_to_open_surveys(app, asking, clock):
    survey, (flat, *_) = asking
    pocket = Pocket(app.test_client())
    with unit_of_work():
        identity.issue_place_codes(flat.community_id, actor=COMMAND, now=ASKING)
    posters = {one.kind: one.token for one in place_codes_of(flat.community_id)}
    assert f'href="/surveys/{survey.id}"' in pocket.get(f"/communities/{flat.community_id}")
    assert f'href="/surveys/{survey.id}"' in pocket.get(f"/p/{posters[PlaceKind.COMMUNITY]}")
    page = pocket.get(f"/p/{posters[PlaceKind.ENTRANCE]}")
    assert f"/surveys/{survey.id}?building=1&amp;entrance=1" in page
    assert 'name="entrance" type="text" value="1"' in pocket.get(
        f"/surveys/{survey.id}?building=1&entrance=1"
    )
    clock.set(CLOSES)
    assert f"/surveys/{survey.id}" not in pocket.get(f"/communities/{flat.community_id}")
    assert f"/surveys/{survey.id}" not in pocket.get(f"/p/{posters[PlaceKind.COMMUNITY]}")


def test_a_poster_of_a_building_that_is_not_asked_says_nothing_of_it(app, clock):
    clock.set(ASKING)
    community, (flat, *_) = make_small_community()
    other = make_flat(community, building="2")
    survey = make_open_survey(community, WHOLE, entrance_ids=(flat.entrance_id,))
    with unit_of_work():
        identity.issue_place_codes(community.id, actor=COMMAND, now=ASKING)
    pocket = Pocket(app.test_client())
    seen = {
        one.target_id: f"/surveys/{survey.id}" in pocket.get(f"/p/{one.token}")
        for one in place_codes_of(community.id)
        if one.kind is PlaceKind.BUILDING
    }
    assert seen == {flat.building_id: True, other.building_id: False}


def test_a_closed_survey_leads_to_where_its_results_hang(app, asking, clock):
    survey, _ = asking
    pocket, over = Pocket(app.test_client()), CLOSES + timedelta(hours=1)
    clock.set(over)
    assert "看结果公示" not in pocket.get(f"/surveys/{survey.id}")
    with unit_of_work():
        actions.publish_results(queries.known(survey.id), client_key="posted", actor=COMMAND, now=over)
    page = pocket.get(f"/surveys/{survey.id}")
    assert "看结果公示" in page
    assert "也能在“公示”里看" not in page


def test_rooms_are_not_tried_without_end(app, asking):
    survey, _ = asking
    pocket = Pocket(app.test_client())
    page = pocket.get(f"/surveys/{survey.id}")
    for _ in range(60):
        pocket.send(page, "/room", building="9", room="101")
    pocket.send(page, "/room", building="1", room="101")
    assert pocket.status == 429


def test_at_the_poster_one_types_the_room_and_it_is_only_claimed(app, asking):
    survey, _ = asking
    pocket = Pocket(app.test_client())
    page = pocket.get(f"/surveys/{survey.id}")
    assert "填门牌" in page
    page = pocket.send(page, "/room", building="1栋", entrance="一单元", room="101室")
    page = pocket.send(page, "/sections/home", form__as="tenant", agree="disagree", form__then="send")
    assert "以纸条的为准" in page
    assert queries.coverage(survey).claimed == 1
    page = pocket.send(pocket.get(f"/surveys/{survey.id}"), "/room", building="1", room="102")
    assert pocket.status == 409
    assert "一部手机扫海报只能填一户" in page


def test_who_was_second_at_the_poster_is_told_so_and_keeps_what_was_written(app, asking):
    survey, (flat, *_) = asking
    pocket = Pocket(app.test_client())
    page = pocket.send(pocket.get(f"/surveys/{survey.id}"), "/room", building="1", room="101")
    answer(survey, flat, ANSWERS, proof=Proof.CLAIMED, device="another")
    page = pocket.send(
        page, "/sections/home", form__as="tenant", agree="disagree", people="4", form__then="send"
    )
    assert pocket.status == 409
    assert "已经有人扫海报答过" in page
    assert "4 口" in page
    assert 'value="4"' in pocket.get(address(survey, flat))


def test_a_room_that_is_not_there_is_named_and_asked_again(app, asking):
    survey, _ = asking
    pocket = Pocket(app.test_client())
    page = pocket.send(pocket.get(f"/surveys/{survey.id}"), "/room", building="9", room="101")
    assert pocket.status == 422
    assert "没有找到这一户" in page


def test_a_stranger_at_the_poster_never_reads_what_another_claimed(app, asking):
    survey, (flat, *_) = asking
    answer(survey, flat, {**ANSWERS, "more": "秘密的话"}, proof=Proof.CLAIMED)
    pocket = Pocket(app.test_client())
    page = pocket.send(pocket.get(f"/surveys/{survey.id}"), "/room", building="1", room="101")
    assert "秘密的话" not in page
    assert "秘密的话" not in pocket.get(f"/surveys/{survey.id}")
    pocket.get(f"/surveys/{survey.id}/households/{card_of(flat).id}/done")
    assert pocket.status == 404
