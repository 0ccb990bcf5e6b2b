"""A package put together with a script, and the same sums from the server without one."""

from tests.journeys.conftest import Arrive
from tests.journeys.visitor import DESK, PHONE, Visitor

HERE = "/communities/1/package"
TICKED = ("B02", "W02", "B11")


def panel(visitor: Visitor) -> str:
    return visitor.page.locator(".package-sums").inner_text()


def tick(visitor: Visitor) -> None:
    visitor.visit(HERE)
    for code in TICKED:
        visitor.page.locator(f"#item-{code}").check()


def test_the_sums_follow_the_ticks_and_are_the_servers_own(arrive: Arrive) -> None:
    visitor = arrive(PHONE)
    tick(visitor)
    followed = panel(visitor)
    assert "3 样" in followed
    visitor.press("算一算")
    assert panel(visitor) == followed
    visitor.reads("怎么算出来的")
    visitor.page.locator("#item-W02").uncheck()
    assert "只有水一样" in panel(visitor)


def test_without_a_script_the_button_adds_up(arrive: Arrive) -> None:
    visitor, plain = arrive(DESK), arrive(DESK, java_script_enabled=False, quick=True)
    tick(visitor)
    tick(plain)
    assert "0 样" in panel(plain)
    plain.press("算一算")
    assert panel(plain) == panel(visitor)


def test_the_own_home_is_told_apart_from_an_average_one(arrive: Arrive) -> None:
    visitor = arrive(PHONE)
    visitor.expected.add(422)
    tick(visitor)
    visitor.fill("你家的面积", "六十")
    visitor.press("算一算")
    visitor.reads("填房产证上的建筑面积")
    visitor.fill("你家的面积", "60")
    visitor.page.get_by_label("你家在哪个单元").select_option(index=1)
    visitor.press("算一算")
    assert "你家要出" in panel(visitor)
