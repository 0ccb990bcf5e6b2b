"""A package in a survey on the telephone: what falls to the household is told to whoever proved to live there."""

import re
from typing import Any

import pytest
from apiflask import APIFlask

from server.ledger.models import Flat
from server.surveys.models import Survey
from tests.factories.ledger import make_community, make_flat, make_owner
from tests.factories.packages import package
from tests.factories.surveys import ASKING, form_of, make_open_survey
from tests.miniprogram_api.pockets import Pocket, address, answers_of, by_slip


@pytest.fixture
def asking(app: APIFlask, clock: Any) -> tuple[Survey, list[Flat]]:
    """A small and a large flat; water costs 2,000 yuan, of which they pay 800 by area."""
    clock.set(ASKING)
    community = make_community()
    flats = [make_flat(community, room="101", area="40.00"), make_flat(community, room="102", area="120.00")]
    for flat in flats:
        make_owner(flat)
    return make_open_survey(community, form_of(package(household_budget=150_000))), flats


def own(page: str) -> str:
    found = re.search(r'data-sum="own">([^<]+)<', page)
    assert found
    return found.group(1)


def test_by_the_slip_one_sees_what_the_own_home_would_pay(app: APIFlask, asking: Any) -> None:
    survey, (small, large) = asking
    pocket = by_slip(app, small)
    page = pocket.get(f"/surveys/{survey.id}")
    assert "全小区 2,000.00 元" in re.sub(r"<[^>]+>", "", page)
    assert "你家出 200.00 元" in re.sub(r"<[^>]+>", "", page)
    assert "你家出 600.00 元" in re.sub(r"<[^>]+>", "", by_slip(app, large).get(f"/surveys/{survey.id}"))
    page = pocket.send(page, "/sections/s1", form__as="owner", pick=["B02", "B06"], form__then="send")
    assert "收到了" in page
    assert "水管、道路；全小区要花 3,000.00 元，能拿到中央补助" in page
    assert answers_of(survey, small) == {"pick": ["B02", "B06"]}
    again = pocket.get(address(survey, small, "s1"))
    assert own(again) == "400.00 元"
    assert "占了 2 样" in again


def test_at_the_poster_nobody_learns_the_area_of_a_home(app: APIFlask, asking: Any) -> None:
    survey, (small, _) = asking
    pocket = Pocket(app.test_client())
    page = pocket.get(f"/surveys/{survey.id}")
    page = pocket.send(page, "/room", building="1", entrance="1", room="101")
    assert "平均一户出 400.00 元" in re.sub(r"<[^>]+>", "", page)
    assert "你家出" not in page
    assert small


def test_what_is_not_on_the_menu_is_refused(app: APIFlask, asking: Any) -> None:
    survey, (small, _) = asking
    pocket = by_slip(app, small)
    page = pocket.get(f"/surveys/{survey.id}")
    page = pocket.send(page, "/sections/s1", form__as="owner", pick=["B99"], form__then="send")
    assert pocket.status == 422
    assert "这个选项不在题目里" in page
