"""A county starts one survey in many communities and sees how far each has come."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from server.identity.rules import Role
from server.infra.db import db
from server.surveys import queries
from server.surveys.models import Campaign
from tests.admin.browsers import browser_of
from tests.admin.forms import post_form
from tests.admin.test_ballots import local
from tests.conftest import START
from tests.factories.divisions import get_division
from tests.factories.identity import make_staff
from tests.factories.ledger import make_community, make_small_community
from tests.factories.surveys import answer, make_survey

NANMING, YUNYAN, YUNYAN_STREET = "520102", "520103", "520103024"
HOME = "/admin/campaigns"
CHOOSE = f"{HOME}/new?start=template:satisfaction"


@pytest.fixture
def county(app, clock):
    """Two communities with households, the county's browser."""
    made = [make_small_community(4), make_small_community(2)]
    return made, browser_of(app, make_staff(Role.COUNTY_OFFICER, division=NANMING))


def typed(*communities, **facts) -> dict:
    return {
        "division": str(get_division(NANMING).id),
        "start": "template:satisfaction",
        "title": "全区满意度",
        "intro": "请说说改得好不好。",
        "closes_at": local(START + timedelta(days=14)),
        "community_ids": [str(one.id) for one in communities],
        **facts,
    }


def only_campaign() -> Campaign:
    return db.session.scalars(sa.select(Campaign)).one()


def test_a_county_starts_one_survey_in_the_communities_it_ticks(county, clock) -> None:
    ((first, flats), (second, _)), office = county
    assert "还没有多小区问卷" in office.get(HOME).text
    assert "用哪份问卷" in office.get(f"{HOME}/new").text
    page = office.get(CHOOSE).text
    assert first.name in page and "4 户" in page and "看问什么" in page
    written = make_survey(first, title="先写好的")
    made = post_form(office, CHOOSE, HOME, typed(first, second, start=f"survey:{written.id}"))
    assert made.location == f"{HOME}/{only_campaign().id}"
    surveys = queries.surveys_of_campaign(only_campaign().id)
    assert {one.community_id for one in surveys} == {first.id, second.id}
    answer(surveys[0], flats[0], {"wants": "a"}, now=START + timedelta(minutes=5))
    shown = office.get(made.location).text
    for words in ("1 / 6 户", "1 / 4 户", "0 / 2 户", "正在填", "原定"):
        assert words in shown
    assert f"/communities/{first.id}/surveys/{surveys[0].id}" in shown
    assert "1 / 6 户" in office.get(HOME).text
    committee = office.get(f"/admin/communities/{first.id}/surveys").text
    assert "上级统一发起" in committee


def test_results_are_summed_over_communities_and_stand_side_by_side(county) -> None:
    ((first, flats), (second, others)), office = county
    written = make_survey(first, title="先写好的")
    made = post_form(office, CHOOSE, HOME, typed(first, second, start=f"survey:{written.id}"))
    ours, theirs = sorted(queries.surveys_of_campaign(only_campaign().id), key=lambda one: one.community_id)
    later = START + timedelta(minutes=5)
    for flat in flats[:3]:
        answer(ours, flat, {"wants": "a"}, now=later)
    answer(theirs, others[0], {"wants": "b"}, now=later)
    summed = office.get(f"{made.location}/results").text
    for words in ("4 / 6 户", "4 户答了这一题", "75.0%", "25.0%"):
        assert words in summed, words
    beside = office.get(f"{made.location}/results?by=community").text
    for words in (first.name, second.name, "3（100%）", "1（100%）", "0（0%）"):
        assert words in beside, words


def test_the_same_form_sent_twice_starts_one_campaign(county) -> None:
    ((first, _), _), office = county
    for _ in range(2):
        assert post_form(office, CHOOSE, HOME, typed(first, client_key="k-1")).status_code == 302
    assert len(queries.surveys_of(first.id)) == 1


def test_a_survey_that_a_community_has_written_may_be_used(county) -> None:
    ((first, _), (second, _)), office = county
    written = make_survey(first, title="先写好的")
    page = office.get(f"{HOME}/new").text
    assert f'value="survey:{written.id}"' in page and "先写好的" in page
    post_form(office, CHOOSE, HOME, typed(second, start=f"survey:{written.id}"))
    (survey,) = queries.surveys_of(second.id)
    assert queries.form(survey).definition == queries.form(written).definition


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        pytest.param({"community_ids": []}, "community_ids", id="no-community"),
        pytest.param({"community_ids": ["987654"]}, "community_ids", id="a-community-elsewhere"),
        pytest.param({"closes_at": local(START - timedelta(days=1))}, "closes_at", id="closed-before"),
        pytest.param({"title": ""}, "title", id="no-name"),
    ],
)
def test_what_is_wrong_stands_by_its_field_and_nothing_starts(county, facts: dict, field: str) -> None:
    ((first, _), _), office = county
    refused = post_form(office, CHOOSE, HOME, {**typed(first), "intro": "留着这句", **facts})
    assert refused.status_code == 422
    assert f'id="f-{field}-error"' in refused.text and "留着这句" in refused.text
    assert queries.surveys_of(first.id) == []


def test_a_community_without_households_stops_all_of_them(county) -> None:
    ((first, _), _), office = county
    empty = make_community("空小区")
    refused = post_form(office, CHOOSE, HOME, typed(first, empty))
    assert refused.status_code == 409 and "空小区" in refused.text
    assert queries.surveys_of(first.id) == []


def test_a_campaign_of_another_county_is_not_there(app, county) -> None:
    ((first, _), _), office = county
    post_form(office, CHOOSE, HOME, typed(first))
    other = browser_of(app, make_staff(Role.COUNTY_OFFICER, division=YUNYAN))
    assert "全区满意度" not in other.get(HOME).text
    assert other.get(f"{HOME}/{only_campaign().id}").status_code == 404
    assert office.get(f"{HOME}/987654").status_code == 404
    assert other.get(f"{HOME}/new?division={get_division(NANMING).id}").status_code == 404


def test_a_city_sees_the_campaigns_of_its_counties(app, county) -> None:
    ((first, _), _), office = county
    post_form(office, CHOOSE, HOME, typed(first))
    city = browser_of(app, make_staff(Role.CITY_OFFICER, division="5201"))
    assert "全区满意度" in city.get(HOME).text
    assert first.name in city.get(f"{HOME}/{only_campaign().id}").text


def test_an_office_of_one_community_only_starts_no_campaign(app, county) -> None:
    ((first, _), _), _office = county
    office = browser_of(app, make_staff(Role.COUNTY_OFFICER, community=first))
    assert office.get(f"{HOME}/new").status_code == 403
    assert office.get(HOME).status_code == 200


def test_a_committee_starts_no_campaign(app, county) -> None:
    ((first, _), _), _ = county
    clerk = browser_of(app, make_staff(Role.CLERK, community=first))
    assert clerk.get(HOME).status_code == 403
