"""What the public reads of a community once something was decided: the works, who manages, reports, money, and judging."""

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from server.evaluations.queries import rounds_of
from server.evaluations.rules.answering import Said
from server.evaluations.rules.words import ItemMark, Mark
from server.infra.db import db, unit_of_work
from server.jobs.evaluations import follow_rounds
from server.kernel.chinatime import china_day
from server.ledger.models import Community
from server.projects.rules.acts import EventKind
from tests.conftest import Clock
from tests.factories import decisions as made
from tests.factories.evaluations import give
from tests.factories.policies import make_policy
from tests.factories.projects import make_event, make_project
from tests.factories.reports import make_place, recompute, set_facts
from tests.factories.schemes import DRAWN, make_voted
from tests.factories.works import adopt, complete, plan

TICKETS = {
    "tickets_ended": 60, "tickets_on_time": 40, "tickets_open": 30, "tickets_overdue": 10, "tickets_confirmed": 30,
    "tickets_unconfirmed": 20, "tickets_reopened": 9,
}  # fmt: skip


def test_the_page_tells_who_manages_how_reports_went_and_the_money(client: FlaskClient, clock: Clock) -> None:
    community = make_place()
    page = f"/communities/{community.id}"
    assert "改造以后" not in client.get(page).text
    set_facts(
        community, is_covered=False, funds_received=1_234_05, funds_spent=200_00, given=50_00, given_used=0,
        pledged=80_00, hours_pledged=8, hours_given=6, judged_on=date(2026, 2, 1), judged_households=60,
        judged_answered=44, told_marked=40, told_satisfied=30, **TICKETS,
    )  # fmt: skip
    text = client.get(page).text.split("改造以后")[1]
    for told in (
        "没有，居委会要安排", "满意 75%", "44 / 60 户评了", "1,234.05", "收到 50.00", "6 小时",
        "40 / 70 件 (57.1%)", "30 / 60 件 (50.0%)", "9 件", "20 件",
    ):  # fmt: skip
        assert told in text, told


def test_small_counts_of_reports_are_not_told(client: FlaskClient, clock: Clock) -> None:
    community = make_place()
    set_facts(
        community, tickets_ended=2, tickets_on_time=1, tickets_open=0, tickets_overdue=0, is_covered=True
    )
    text = client.get(f"/communities/{community.id}").text
    assert "数太少，不公布" in text
    assert "1 / 2" not in text


@pytest.mark.parametrize(
    ("known", "words"),
    [
        pytest.param({}, ["等开工"], id="not-begun"),
        pytest.param({"started_on": 9}, ["正在改"], id="under-way"),
        pytest.param({"started_on": -60, "finished_on": -9}, ["等开工"], id="works-of-before-are-not-its"),
        pytest.param({"started_on": 9, "finished_on": 90}, ["竣工了", "等住户评"], id="finished"),
        pytest.param({"started_on": 9, "finished_on": 90, "judged_on": 120}, ["竣工了", "评过，答的户太少，不公布"], id="judged"),
    ],
)  # fmt: skip
def test_the_line_of_a_decision_goes_on_to_what_was_done_and_what_holds(
    client: FlaskClient, clock: Clock, known: dict[str, int], words: list[str]
) -> None:
    decision = made.make_final()
    clock.set(made.OVER)
    recompute(decision.community_id, now=made.OVER)
    signed = decision.ending.decided_on
    days = {name: signed + timedelta(days=after) for name, after in known.items()}
    counts = {"judged_households": 9, "judged_answered": 2} if "judged_on" in known else {}
    set_facts(db.session.get_one(Community, decision.community_id), **days, **counts)
    for page in ("", f"/decisions/{decision.id}"):
        text = client.get(f"/communities/{decision.community_id}{page}").text
        line = text.split('class="thread"')[1].split("</ol>")[0]
        for word in words:
            assert word in line


def test_each_thing_that_was_decided_is_followed_on_the_page_and_on_its_decision(
    client: FlaskClient, clock: Clock
) -> None:
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
    first = rounds_of(community.id)[-1]
    marks = (ItemMark.GOOD, ItemMark.GOOD, ItemMark.GOOD, ItemMark.GOOD, ItemMark.POOR, ItemMark.POOR)
    for flat, mark in zip(counted.flats, marks, strict=True):
        give(first, flat, Said(Mark.GOOD, items={"B06": mark}), now=DRAWN)
    clock.set(first.closes_at)
    recompute(now=first.closes_at)
    page = client.get(f"/communities/{community.id}").text
    followed = page.split("你说的，后来怎么样")[1].split("定下来的事")[0]
    address = followed.split('href="/communities/')[1].split('"')[0]
    decision = client.get(f"/communities/{address}").text.split("定下的，后来怎么样")[1]
    for text in (followed, decision):
        assert "调查里没有单独问" in text
        assert "做完了" in text
        assert "竣工时满意 67%" in text
