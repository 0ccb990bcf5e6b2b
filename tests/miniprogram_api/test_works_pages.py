"""The public page of the works: how far, with what money, and of illegal structures only how many."""

import pytest
from flask.testing import FlaskClient

from server.infra.db import unit_of_work
from server.plans.rules.words import FundSource
from server.projects import actions
from server.projects.rules.acts import EventKind
from server.projects.rules.money import Entry
from server.projects.rules.structures import StructureState
from tests.factories.ledger import make_community
from tests.factories.projects import (
    CONFIRMS,
    ENTERS,
    NOW,
    key,
    make_cost,
    make_event,
    make_funding,
    make_photo,
    make_plan,
    make_project,
    make_structure,
)

pytestmark = pytest.mark.usefixtures("clock")


def page(client: FlaskClient, community) -> str:
    answer = client.get(f"/communities/{community.id}/works")
    assert answer.status_code == 200
    return answer.text


def test_everyone_reads_how_far_the_works_are_and_where_the_money_is_from(client):
    community, other = make_community("甲院"), make_community("乙院")
    project = make_project(community, other)
    make_event(project)
    make_event(project, EventKind.FINISHED, is_confirmed=None)
    make_cost(project, 100_000_00)
    make_funding(project, 80_000_01, FundSource.CENTRAL_SUBSIDY)
    make_funding(project, 5_00, FundSource.RESIDENTS, Entry.RECEIVED)
    text = page(client, community)
    for words in (
        "已开工",
        "2026 年 3 月 2 日",
        "乙院",
        "整个项目的钱",
        "80,000.01 元",
        "居民出资",
        "19,999.99 元",
    ):
        assert words in text, words
    assert "已竣工" not in text
    assert "已开工" in client.get(f"/communities/{community.id}").text


def test_of_illegal_structures_only_the_counts_are_public(client):
    community, next_door = make_community("甲院"), make_community("乙院")
    project = make_project(community, next_door)
    made = [make_structure(project, community, f"{n} 栋东侧，铁皮棚") for n in (3, 4, 5)]
    make_structure(project, next_door, "9 栋楼顶")
    picture = make_photo()
    with unit_of_work():
        actions.move_structure(
            project.id, made[0].id, state=StructureState.REMOVED, happened_on=NOW.date(), document="",
            photos=[picture], client_key=key(), actor=ENTERS, now=NOW,
        )  # fmt: skip
    text = page(client, community)
    assert "一共查明 3 处，已经拆了 1 处" in text
    for hidden in ("铁皮棚", "楼顶", "<img", ENTERS.label, CONFIRMS.label):
        assert hidden not in text, hidden


def test_a_community_without_a_project_says_what_will_come(client):
    community = make_community()
    assert "还没有列入改造项目" in page(client, community)
    assert "改造进度" not in client.get(f"/communities/{community.id}").text
    assert client.get("/communities/987654321/works").status_code == 404


def test_a_planned_start_is_public_before_the_start(client):
    community = make_community()
    make_plan(make_project(community))
    assert "计划开工" in page(client, community)
    assert "计划 2026 年 5 月 开工" in client.get(f"/communities/{community.id}").text
