import pytest

from server.kernel.errors import Invalid, Refused
from server.projects.rules.facts import (
    MOST_COMMUNITIES,
    Member,
    PlannedRow,
    check_change,
    check_communities,
    check_facts,
    check_plan_row,
    code_text,
)


def test_a_number_names_county_year_and_place_in_the_row():
    assert code_text("520102", 2026, 3) == "520102-2026-03"


@pytest.mark.parametrize(
    ("name", "body", "year", "fields"),
    [
        pytest.param("片区", "城投公司", 2019, [], id="first-year"),
        pytest.param("片区", "城投公司", 2031, [], id="five-years-ahead"),
        pytest.param("片区", "城投公司", 2032, ["plan_year"], id="six-years-ahead"),
        pytest.param("片区", "城投公司", 2018, ["plan_year"], id="before-there-were-plans"),
        pytest.param(" ", "", 2026, ["name", "body_name"], id="no-words"),
    ],
)
def test_a_project_has_a_name_a_body_and_a_year(name, body, year, fields):
    if not fields:
        check_facts(name, body, year, 2026)
        return
    with pytest.raises(Invalid) as caught:
        check_facts(name, body, year, 2026)
    assert list(caught.value.fields) == fields


def test_neighbouring_communities_of_one_county_make_a_project():
    assert check_communities([Member(1, "甲院", 14), Member(2, "乙院", 14)], {}) == 14


@pytest.mark.parametrize(
    ("wanted", "taken", "words"),
    [
        pytest.param([], {}, "至少选一个", id="none"),
        pytest.param([Member(1, "甲院", 14), Member(2, "乙院", 15)], {}, "不在一个县", id="two-counties"),
        pytest.param([Member(1, "甲院", 14)], {1: "北片"}, "甲院已经在“北片”里", id="in-another-that-year"),
        pytest.param(
            [Member(n, f"{n} 院", 14) for n in range(MOST_COMMUNITIES + 1)], {}, "最多 30 个", id="too-many"
        ),
    ],
)
def test_communities_that_cannot_share_a_project_are_refused(wanted, taken, words):
    with pytest.raises(Invalid, match=words):
        check_communities(wanted, taken)


def test_communities_come_and_go_until_the_start():
    check_change({1, 2}, {2, 3}, is_started=False, with_structures={2})
    check_change({1, 2}, {2, 1}, is_started=True, with_structures={1, 2})
    with pytest.raises(Refused, match="已经开工"):
        check_change({1}, {1, 2}, is_started=True, with_structures=())
    with pytest.raises(Invalid, match="登记了违法建筑"):
        check_change({1, 2}, {2}, is_started=False, with_structures={1})


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        pytest.param(PlannedRow(1, 2026, True), None, id="its-own-and-in-force"),
        pytest.param(None, "没有这一行", id="not-there"),
        pytest.param(PlannedRow(3, 2026, True), "没有这一行", id="another-communitys-is-as-if-not-there"),
        pytest.param(PlannedRow(1, 2026, False), "没有这一行", id="ended-by-a-change"),
        pytest.param(PlannedRow(1, 2025, True), "2025 年计划的", id="of-another-year"),
    ],
)
def test_the_row_of_the_plan_is_one_of_its_communities(row: PlannedRow | None, sentence: str | None) -> None:
    if sentence is None:
        check_plan_row(row, {1, 2}, 2026)
        return
    with pytest.raises(Invalid, match=sentence) as refused:
        check_plan_row(row, {1, 2}, 2026)
    assert list(refused.value.fields) == ["plan_row_id"]
