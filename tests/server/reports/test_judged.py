"""What reports tell of judging: one line of four stations for each thing, and scorecards summed over communities."""

from datetime import date, timedelta

import pytest

from server.divisions import queries as divisions
from server.evaluations import queries as rounds
from server.evaluations.rules.answering import Said
from server.evaluations.rules.words import Aspect, ItemMark, Mark
from server.infra.db import unit_of_work
from server.jobs.evaluations import follow_rounds, promised
from server.kernel.chinatime import china_day
from server.management.rules.terms import Mode
from server.projects.rules.acts import EventKind
from server.reports.queries import By, cards_under, traces_of
from tests.factories.divisions import get_division
from tests.factories.evaluations import OVER, give, make_rounds
from tests.factories.ledger import make_small_community
from tests.factories.management import make_company, make_contract
from tests.factories.policies import make_policy
from tests.factories.projects import make_event, make_project
from tests.factories.schemes import DRAWN, make_voted
from tests.factories.works import adopt, complete, plan

pytestmark = pytest.mark.usefixtures("app")
NANMING, YUNYAN = "520102", "520103"


@pytest.fixture
def finished():
    """Two items were voted and signed; one of them is recorded as done; the whole is finished, and was judged."""
    make_policy("evaluation.least_answers", 4)
    make_policy("disclosure.least_cell", 2)
    counted = make_voted()
    community, done_on = counted.community, china_day(DRAWN)
    project = make_project(community)
    item = adopt(project, community, "小区道路", code="B06")
    plan(item, done_on - timedelta(days=9), done_on)
    complete(item, done_on, now=DRAWN)
    make_event(project, EventKind.STARTED, done_on - timedelta(days=9), now=DRAWN)
    make_event(project, EventKind.FINISHED, done_on, now=DRAWN)
    with unit_of_work():
        follow_rounds(DRAWN)
    first = rounds.rounds_of(community.id)[-1]
    marks = (ItemMark.GOOD, ItemMark.GOOD, ItemMark.GOOD, ItemMark.GOOD, ItemMark.POOR, ItemMark.POOR)
    for flat, mark in zip(counted.flats, marks, strict=True):
        give(first, flat, Said(Mark.GOOD, items={"B06": mark}), now=DRAWN)
    return counted, first


def test_what_was_adopted_is_what_was_promised_each_item_once():
    counted = make_voted()
    assert [one.code for one in promised(counted.community.id)] == ["B06", "B11"]
    assert promised(make_small_community(1)[0].id) == []


def test_a_thing_is_followed_from_its_decision_through_the_works_to_what_people_say(finished):
    counted, first = finished
    community_id = counted.community.id
    running = {one.code: one for one in traces_of(community_id, DRAWN)}
    assert [station.text for station in running["B06"].stations][2:] == ["做完了", "等住户评"]
    assert running["B11"].stations[2].text == "随整个工程竣工"
    assert running["B06"].stations[1].decision_id is not None
    over = {one.code: one for one in traces_of(community_id, first.closes_at)}
    assert over["B06"].stations[3].text.startswith("竣工时")
    assert over["B11"].stations[3].state == "done"


def test_too_few_answers_leave_every_item_without_a_rate(finished):
    counted, first = finished
    second = rounds.rounds_of_panel(first.panel_id)[1]
    found = {one.code: one for one in traces_of(counted.community.id, second.closes_at)}
    assert found["B06"].stations[3].text == "竣工 3 个月后评过，答的户太少，不公布"


def test_a_community_about_which_nothing_is_known_has_no_lines():
    assert traces_of(make_small_community(1)[0].id, OVER) == []


def test_a_contractor_is_judged_by_its_own_items_and_by_the_communities_it_worked_in(finished):
    _, first = finished
    path = get_division(NANMING).path
    card = cards_under(path, By.CONTRACTOR, first.closes_at)[0]
    assert (card.name, card.communities, card.unjudged) == ("黔建第三工程公司", 1, 0)
    assert card.own is not None
    assert (card.own.satisfied, card.own.answered) == (4, 6)
    assert card.rates[Aspect.QUALITY].answered == 0
    assert cards_under(get_division(YUNYAN).path, By.CONTRACTOR, first.closes_at) == []


def test_a_body_is_judged_over_all_its_finished_communities(finished):
    _, first = finished
    other, flats = make_small_community(4)
    make_rounds(other)
    make_project(make_small_community(2)[0])
    path = divisions.ancestors(get_division(NANMING).path)[0].path
    before = cards_under(path, By.BODY, first.closes_at - timedelta(days=1))
    assert [(card.communities, card.unjudged) for card in before] == [(1, 1)]
    card = cards_under(path, By.BODY, first.closes_at)[0]
    assert (card.communities, card.unjudged, card.households) == (2, 0, 6 + len(flats))
    assert card.rates[Aspect.OVERALL].satisfied == 6


def test_a_company_is_judged_where_it_managed_on_the_last_day_of_the_round(finished):
    counted, first = finished
    company = make_company()
    facts = {"mode": Mode.PROFESSIONAL, "company_id": company.id, "manager": ""}
    make_contract(counted.community, starts_on=first.closes_on, ends_on=date(2026, 12, 31), **facts)
    path = get_division(NANMING).path
    card = cards_under(path, By.COMPANY, first.closes_at)[0]
    assert (card.name, card.communities, card.answered) == (company.name, 1, 6)
    third = rounds.rounds_of_panel(first.panel_id)[2]
    assert cards_under(path, By.COMPANY, third.closes_at) == []
