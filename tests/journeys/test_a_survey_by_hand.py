"""A survey written question by question in the editor, and answered on the phone through a page that an answer brings up."""

import re

from playwright.sync_api import expect

from tests.journeys.answering import Answerer
from tests.journeys.committee import enter_as
from tests.journeys.conftest import Arrive
from tests.journeys.visitor import DESK, PHONE, Visitor, button

TITLE = "停车怎么办"


def add(desk: Visitor, part: str, kind: str, title: str, options: str = "") -> None:
    """From the editor, a question at the end of this part."""
    sheet = desk.page.locator("section.sheet", has=desk.page.get_by_role("heading", name=part, exact=True))
    desk.act(button(sheet, "加一道题"))
    desk.act(desk.page.locator("main").get_by_role("link", name=re.compile(f"^{kind}")).first)
    desk.fill("题目", title)
    if options:
        desk.fill("选项，一行一个", options)
    desk.press("存好")
    desk.reads(title)


def write(desk: Visitor) -> None:
    enter_as(desk, "居委会经办人")
    desk.visit("/admin/communities/1/surveys/new")
    desk.choose("从空白开始")
    desk.fill("问卷的名字", TITLE)
    desk.press("存成草稿，去看问题")
    add(desk, "第一部分", "单选", "车位够不够？", "够\n不够")
    desk.press("加一个部分")
    desk.fill("标题", "不够的，再问一句")
    desk.page.get_by_label("什么时候问").select_option(label="第 1 题选了“不够”才问")
    desk.press("存好")
    add(desk, "不够的，再问一句", "填一段话", "哪里还能停？")
    desk.press("改好了，去开始")
    desk.press("开始问卷")
    desk.reads("问卷开始了")


def test_what_a_committee_wrote_is_asked_to_the_end(arrive: Arrive) -> None:
    write(arrive(DESK))
    phone = arrive(PHONE)
    enter_as(phone, "租户")
    Answerer(phone).begin(TITLE)
    page = phone.page
    page.get_by_label("租户", exact=True).check()
    onward = page.locator("button[name='form.then']").first
    page.get_by_label("够", exact=True).check()
    expect(onward).to_have_text("交上去")
    page.get_by_label("不够", exact=True).check()
    expect(onward).to_have_text("下一部分")
    phone.press("下一部分")
    expect(page.get_by_text("哪里还能停？")).to_be_visible()
    page.locator("textarea").fill("门口那块空地。")
    phone.press("交上去")
    phone.reads("收到了")
    phone.reads("门口那块空地。")
