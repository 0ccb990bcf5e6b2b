"""Which law, which item of it, and what it takes."""

from datetime import UTC, date, datetime, timedelta

import pytest

from server.ballots.rules.law import (
    CIVIL_CODE,
    PROPERTY_LAW,
    Base,
    CustomRule,
    Demand,
    law_for_closing,
    law_on,
)
from server.kernel.chinatime import CHINA
from server.kernel.matters import Matter
from server.kernel.shares import at_least, more_than

NEW_YEAR = datetime(2021, 1, 1, tzinfo=CHINA)


def test_the_civil_code_is_in_force_from_new_year_2021() -> None:
    assert law_on(date(2020, 12, 31)) is PROPERTY_LAW
    assert law_on(date(2021, 1, 1)) is CIVIL_CODE
    assert law_on(date(2008, 1, 1)) is PROPERTY_LAW


@pytest.mark.parametrize(
    ("closes_at", "law"),
    [
        pytest.param(NEW_YEAR, PROPERTY_LAW, id="at-midnight-the-day-before"),
        pytest.param(NEW_YEAR + timedelta(microseconds=1), CIVIL_CODE, id="a-moment-later"),
        pytest.param(NEW_YEAR.astimezone(UTC), PROPERTY_LAW, id="midnight-in-utc"),
        pytest.param(datetime(2021, 1, 1, tzinfo=UTC), CIVIL_CODE, id="eight-in-the-morning"),
        pytest.param(datetime(2020, 12, 31, 15, tzinfo=UTC), PROPERTY_LAW, id="eleven-at-night"),
    ],
)
def test_a_closing_belongs_to_the_day_of_its_last_moment(closes_at: datetime, law: object) -> None:
    assert law_for_closing(closes_at) is law


@pytest.mark.parametrize("matter", list(Matter))
def test_raising_the_fund_rebuilding_and_change_of_use_are_special_today(matter: Matter) -> None:
    special = matter in (Matter.RAISE_FUND, Matter.REBUILD, Matter.CHANGE_USE)
    found = CIVIL_CODE.requirement(matter)
    assert found.is_special is special
    assert found.approval == Demand(Base.PARTICIPANTS, at_least("3/4") if special else more_than("1/2"))
    assert found.quorum == Demand(Base.ROLL, at_least("2/3"))
    assert found.basis_zh == f"《中华人民共和国民法典》第二百七十八条第一款第（{matter.item_zh[-3]}）项"


@pytest.mark.parametrize("matter", list(Matter))
def test_using_the_fund_was_special_before_and_change_of_use_was_not(matter: Matter) -> None:
    special = matter in (Matter.USE_FUND, Matter.RAISE_FUND, Matter.REBUILD)
    found = PROPERTY_LAW.requirement(matter)
    assert found.is_special is special
    assert found.approval == Demand(Base.ROLL, at_least("2/3") if special else more_than("1/2"))
    assert found.quorum == Demand(Base.ROLL, more_than("1/2"))


def test_the_items_of_the_old_law_are_its_own() -> None:
    assert PROPERTY_LAW.basis_zh(Matter.REBUILD) == "《中华人民共和国物权法》第七十六条第一款第（六）项"
    assert PROPERTY_LAW.basis_zh(Matter.USE_FUND) == PROPERTY_LAW.basis_zh(Matter.RAISE_FUND)


@pytest.mark.parametrize("quorum", [None, Demand(Base.ROLL, at_least("2/3"))])
def test_a_rule_of_its_own_is_written_and_read_alike(quorum: Demand | None) -> None:
    rule = CustomRule("议事规则第 9 条", quorum, Demand(Base.PARTICIPANTS, more_than("1/2")))
    assert CustomRule.from_document(rule.as_document()) == rule
    assert rule.requirement().law == "custom"
    assert rule.as_document()["approval"] == {"of": "participants", "more_than": "1/2"}


def test_a_demand_says_what_it_asks() -> None:
    assert Demand(Base.ROLL, at_least("2/3")).text_zh == "全体业主人数和面积都达到三分之二以上"
    assert Demand(Base.ROLL, more_than("1/2")).text_zh == "全体业主人数和面积都过半数"
