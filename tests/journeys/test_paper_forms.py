"""Paper forms of a survey: printed, keyed in with nothing but the keyboard, keyed in without JavaScript."""

import re

from playwright.sync_api import expect

from tests.journeys.committee import enter_as
from tests.journeys.conftest import Arrive
from tests.journeys.visitor import DESK, Visitor

RUNNING = "下一批改什么"


def to_the_paper_desk(visitor: Visitor) -> str:
    """By the page for who cannot use the phone. Returns the desk's address."""
    enter_as(visitor, "居委会经办人")
    visitor.visit("/admin/field/paper")
    visitor.follow(RUNNING)
    return visitor.path


def a_serial(visitor: Visitor, desk: str, flat: str) -> str:
    """Print one form and read its serial."""
    visitor.visit(desk)
    visitor.fill("哪一户", flat)
    visitor.press("打印这一户")
    visitor.reads(flat)
    return visitor.page.locator(".form-code .code").inner_text()


def test_a_form_is_keyed_in_by_keyboard_alone(arrive: Arrive) -> None:
    visitor = arrive(DESK)
    page, keys = visitor.page, visitor.page.keyboard
    desk = to_the_paper_desk(visitor)
    serial = a_serial(visitor, desk, "2 栋 2 单元 602")
    visitor.visit(f"{desk}/key")
    keys.type(serial)
    with page.expect_navigation():
        keys.press("Enter")
    visitor.look()
    day = visitor.page.evaluate("document.querySelector('[name=signed_on]').type")
    assert day == "date"
    today = re.search(r"(\d+) 年 (\d+) 月 (\d+) 日", page.locator("aside.example").inner_text())
    assert today
    page.locator("[name=signed_on]").fill(f"{today[1]}-{int(today[2]):02d}-{int(today[3]):02d}")
    keys.press("Enter")
    keys.press("2")
    expect(page.locator("[name=capacity][value=family]")).to_be_checked()
    for typed in ("Enter", "3", "Enter", "0", "Enter"):
        keys.press(typed)
    keys.press("3")
    keys.press("Enter")
    expect(page.locator("fieldset[data-question=problems] input").nth(2)).to_be_checked()
    for _ in range(30):
        if page.locator(":focus").get_attribute("data-key-stop") is not None:
            break
        keys.press("Enter")
    with page.expect_navigation():
        keys.press("Enter")
    visitor.reads("2 栋 2 单元 602记下了。下一张。")
    expect(page.locator("[name=serial]")).to_be_focused()
    keys.type(serial)
    with page.expect_navigation():
        keys.press("Enter")
    visitor.reads("2 栋 2 单元 602已经答过")
    visitor.look()


def test_a_form_is_keyed_in_without_javascript(arrive: Arrive) -> None:
    visitor = arrive(DESK, java_script_enabled=False, quick=True)
    desk = to_the_paper_desk(visitor)
    serial = a_serial(visitor, desk, "2 栋 2 单元 502")
    visitor.visit(f"{desk}/key")
    visitor.fill("扫表上的二维码", serial)
    visitor.press("打开这张表")
    visitor.expected.add(422)
    visitor.page.get_by_label(re.compile("租户")).check()
    visitor.page.locator("[name=people]").fill("300")
    visitor.press("记下，录下一张")
    visitor.reads("填表上写的日期。")
    today = re.search(r"(\d+) 年 (\d+) 月 (\d+) 日", visitor.page.locator("aside.example").inner_text())
    assert today
    visitor.page.locator("[name=signed_on]").fill(f"{today[1]}-{int(today[2]):02d}-{int(today[3]):02d}")
    visitor.press("记下，录下一张")
    visitor.reads("请看看有没有填错。")
    visitor.page.locator("[name=people]").fill("3")
    visitor.press("记下，录下一张")
    visitor.reads("2 栋 2 单元 502记下了。下一张。")
