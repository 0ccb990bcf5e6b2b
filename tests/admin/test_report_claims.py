"""What plans claim of consent, beside survey and vote: it shows at every level above, and nowhere beside."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from server.identity.rules import Role
from server.infra.db import db, unit_of_work
from server.ledger.models import Community
from tests.conftest import Clock
from tests.factories import plans
from tests.factories.divisions import get_division
from tests.factories.identity import make_staff, sign_in_staff
from tests.factories.ledger import make_flat
from tests.factories.reports import GUIYANG, GUIZHOU, NANMING, NOW, YUNYAN, make_place, recompute, set_facts
from tests.factories.surveys import ANSWERS, WHOLE, answer, make_open_survey

pytestmark = pytest.mark.usefixtures("clock")


def address(code: str, page: str = "/claims") -> str:
    return f"/admin/reports/{get_division(code).id}{page}"


def at(client: FlaskClient, role: Role, code: str) -> FlaskClient:
    return sign_in_staff(client, make_staff(role, division=code))


def claimed(*communities: Community) -> None:
    """In the plan of their county, which says that 108 of 120 agree."""
    plan = plans.make_plan()
    for community in communities:
        plans.add_row(plan, 120, community)
    with unit_of_work():
        plans.actions.submit_plan(plan.id, actor=plans.SUBMITTING, now=plans.NOW)
    plans.freeze(plan)


@pytest.fixture
def differing(clock: Clock) -> Community:
    """Its plan claims nine of ten; of its three homes one was asked and agrees."""
    community = make_place(name="九洲巷小区", flats=2)
    flat = make_flat(community, room="901")
    survey = make_open_survey(community, WHOLE)
    answer(survey, flat, ANSWERS)
    claimed(community, make_place(name="没人问过的小区"))
    clock.set(NOW)
    recompute()
    return community


@pytest.mark.parametrize(
    ("role", "code"),
    [
        pytest.param(Role.COUNTY_OFFICER, NANMING, id="county"),
        pytest.param(Role.CITY_OFFICER, GUIYANG, id="prefecture"),
        pytest.param(Role.PROVINCE_OFFICER, GUIZHOU, id="province"),
    ],
)
def test_a_claim_that_differs_shows_up_the_levels(
    client: FlaskClient, differing: Community, role: Role, code: str
) -> None:
    desk = at(client, role, code)
    overview = desk.get(address(code, "")).text
    assert "1 个小区，计划写的同意比例和调查、表决差得多" in overview
    page = desk.get(address(code)).text
    table = page.split("<tbody>")[1]
    assert "九洲巷小区" in table
    assert "没人问过的小区" not in table
    assert "108 / 120 户（90.0%），2026 年度计划" in table
    assert "1 / 3 户（33.3%）" in table
    assert "计划写的高了 56.7 个百分点" in table


def test_one_that_nobody_was_asked_in_is_listed_apart(client: FlaskClient, differing: Community) -> None:
    page = at(client, Role.COUNTY_OFFICER, NANMING).get(address(NANMING) + "?show=without")
    table = page.text.split("<tbody>")[1]
    assert "没人问过的小区" in table
    assert "九洲巷小区" not in table


def test_the_county_beside_sees_none_of_it(client: FlaskClient, differing: Community) -> None:
    make_place("520103025", name="毓秀小区")
    desk = at(client, Role.COUNTY_OFFICER, YUNYAN)
    assert desk.get(address(NANMING)).status_code == 404
    assert "九洲巷小区" not in desk.get(address(YUNYAN) + "?show=all").text
    assert "计划写的同意比例和调查、表决差得多" not in desk.get(address(YUNYAN, "")).text


def test_each_division_below_says_how_many_differ(client: FlaskClient, differing: Community) -> None:
    near = make_place("520103025", name="毓秀小区")
    set_facts(near, claim_differs=False)
    make_place("520302001001", name="大兴路小区")
    below = (
        at(client, Role.PROVINCE_OFFICER, GUIZHOU)
        .get(address(GUIZHOU, ""))
        .text.split('<caption class="sr">下面各地')[1]
    )
    assert "没有可对照的" in below.split("遵义市")[1]
    assert f'{get_division(GUIYANG).id}/claims">1 个</a>' in below
    yunyan = (
        at(client, Role.CITY_OFFICER, GUIYANG)
        .get(address(GUIYANG, ""))
        .text.split('<caption class="sr">下面各地')[1]
    )
    assert "0 个" in yunyan.split("云岩区")[1]


def test_the_list_makes_no_query_for_each_community(client: FlaskClient, differing: Community) -> None:
    desk = at(client, Role.COUNTY_OFFICER, NANMING)
    page = address(NANMING) + "?show=all"
    few = statements(lambda: desk.get(page))
    for number in range(4):
        make_place(name=f"又一个小区 {number}")
    assert statements(lambda: desk.get(page)) == few


def statements(ask: Callable[[], object]) -> int:
    db.session.expire_all()
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)
