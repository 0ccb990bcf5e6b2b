"""A round through the community without signal: logged with one hand, sent when there is a network, followed on the desk."""

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.journeys.committee import enter_as
from tests.journeys.conftest import Arrive
from tests.journeys.visitor import DESK, PHONE, Visitor

TOUR = "/admin/field/tour/"
#: Keeps what is found and works on tickets, as the property company does.
CARD = "居委会经办人"
DANGER = re.compile("有危险，可能伤人")


@pytest.fixture
def photo(tmp_path: Path) -> str:
    path = tmp_path / "valve.jpg"
    Image.effect_noise((900, 700), 60).convert("RGB").save(path, "JPEG")
    return str(path)


@pytest.fixture
def walker(arrive: Arrive) -> Visitor:
    visitor: Visitor = arrive(PHONE)
    enter_as(visitor, CARD)
    visitor.visit(TOUR)
    expect(visitor.page.locator("a.cell").first).to_be_visible()
    visitor.look()
    visitor.page.evaluate("navigator.serviceWorker.ready")
    visitor.page.wait_for_function("navigator.serviceWorker.controller !== null")
    return visitor


def bar(visitor: Visitor, words: str) -> None:
    expect(visitor.page.locator("[data-field-bar]")).to_contain_text(words)


def log(visitor: Visitor, what: str, words: str = "", photo: str = "", *, is_danger: bool = False) -> None:
    page = visitor.page
    page.get_by_role("link", name=what, exact=True).click()
    expect(page.get_by_role("heading", name=what)).to_be_visible()
    visitor.look()
    if photo:
        page.locator("#f-photo").set_input_files(photo)
        expect(page.get_by_alt_text("第 1 张照片")).to_be_visible()
    if words:
        page.get_by_label(re.compile("说一句")).fill(words)
    if is_danger:
        page.get_by_label(DANGER).check()
    page.get_by_role("button", name="记下").click()
    bar(visitor, "接着巡查")


def test_what_is_found_without_signal_is_sent_once_and_worked_on(
    walker: Visitor, arrive: Arrive, photo: str
) -> None:
    page = walker.page
    place = page.locator("a.cell").nth(1).locator(".cell-label").inner_text()
    page.locator("a.cell").nth(1).click()
    expect(page.locator(".tour-place")).to_contain_text(place)
    walker.look()
    walker.is_away = True
    walker.context.set_offline(True)
    log(walker, "水管、下水", "阀门滴水", photo)
    log(walker, "供电、照明", is_danger=True)
    page.reload()
    bar(walker, "待发送 2 条")
    expect(page.locator(".tour-place")).to_contain_text(place)
    page.locator("[data-field-bar] a").click()
    expect(page.locator("a.cell")).to_have_count(2)
    walker.look()
    page.locator("a.cell").filter(has_text="供电、照明").click()
    expect(page.locator("dl.facts")).to_contain_text("可能伤人")
    walker.look()
    page.go_back()
    walker.context.set_offline(False)
    bar(walker, "都发出去了")
    walker.is_away = False
    page.get_by_role("button", name="更新").click()
    bar(walker, "都发出去了")

    desk: Visitor = arrive(DESK)
    enter_as(desk, CARD)
    desk.visit("/admin/tickets?tab=open")
    found = desk.page.get_by_role("link", name=re.compile(f"水管、下水，{re.escape(place)}"))
    assert found.count() == 1
    desk.visit("/admin/tickets?tab=open&priority=p0")
    assert found.count() == 0
    desk.reads(f"供电、照明，{place}")
    desk.visit("/admin/tickets?tab=open")
    desk.act(found)
    desk.reads("阀门滴水")
    here = desk.path
    desk.press("受理")
    desk.page.get_by_text("别的办法").click()
    desk.press("申请暂停")
    desk.page.get_by_label("为什么要停").fill("等配件")
    desk.press("申请暂停")
    other: Visitor = arrive(DESK)
    enter_as(other, "居委会复核人")
    other.visit(here)
    other.follow("看原因，同意或者不同意")
    other.page.get_by_text("不同意", exact=True).click()
    other.page.get_by_label("为什么", exact=True).fill("库里有")
    other.press("记下")
    desk.visit(here)
    desk.press("到场了")
    desk.press("办完了")
    desk.page.get_by_label("做了什么").fill("换了阀门")
    desk.page.locator("#f-photo").set_input_files(photo)
    desk.press("办完了")
    desk.reads("等居民确认")
    desk.press("问过居民，记下来")
    desk.page.get_by_text("没解决", exact=True).click()
    desk.page.get_by_label("说明").fill("还在滴水")
    desk.press("记下")
    desk.reads("重新打开 1 次")
    desk.turn_to("工单")
    desk.press("登记一件")
    desk.turn_to("所有工单")
    desk.press("看办得怎么样")


def test_what_was_begun_is_there_after_the_phone_was_put_away(walker: Visitor, photo: str) -> None:
    page = walker.page
    page.locator("a.cell").first.click()
    page.get_by_role("link", name="绿化", exact=True).click()
    page.locator("#f-photo").set_input_files(photo)
    expect(page.get_by_alt_text("第 1 张照片")).to_be_visible()
    page.get_by_label(re.compile("说一句")).fill("树枝挡路")
    page.get_by_label(DANGER).check()
    # Nobody puts a telephone away in the same instant; what is typed is written beside the page.
    page.wait_for_timeout(500)
    page.reload()
    expect(page.get_by_label(re.compile("说一句"))).to_have_value("树枝挡路")
    expect(page.get_by_label(DANGER)).to_be_checked()
    expect(page.get_by_alt_text("第 1 张照片")).to_be_visible()


def test_a_complaint_without_a_word_is_opened_again_with_its_sentence(walker: Visitor) -> None:
    page = walker.page
    page.locator("a.cell").first.click()
    page.get_by_role("link", name="噪声、扰民", exact=True).click()
    page.get_by_label(DANGER).check()
    page.get_by_role("button", name="记下").click()
    bar(walker, "待发送 1 条")
    page.locator("[data-field-bar] a").click()
    page.locator("a.cell").first.click()
    page.get_by_role("button", name="打开改").click()
    expect(page.locator(".error-summary")).to_contain_text("写一句是什么事")
    walker.look()
    expect(page.get_by_label(DANGER)).to_be_checked()
    page.get_by_label(re.compile("说一句")).fill("半夜装修")
    page.get_by_role("button", name="记下").click()
    bar(walker, "都发出去了")


SCANNED = """token => {
  window.BarcodeDetector = class { async detect() { return [{ rawValue: `https://xiangyi.example/p/${token}` }]; } };
  navigator.mediaDevices.getUserMedia = async () => {
    const seen = document.createElement('canvas'), pen = seen.getContext('2d');
    setInterval(() => pen.fillRect(0, 0, 9, 9), 50);
    return seen.captureStream(20);
  };
}"""


def test_a_code_on_the_wall_says_where_one_is(walker: Visitor) -> None:
    page = walker.page
    listed = page.evaluate("async () => (await fetch('/admin/field/tour/list')).json()")
    place = next(one for one in listed["communities"][0]["entrances"] if one["token"])
    page.evaluate(SCANNED, place["token"])
    page.evaluate("location.hash = '#/place'")
    page.get_by_role("button", name="扫墙上的码").click()
    expect(page.locator(".tour-place")).to_contain_text(place["label"])
    page.evaluate(SCANNED, "0123456789ABCDEFGHJKMNPQRS")
    page.get_by_role("link", name="换地方").click()
    page.get_by_role("button", name="扫墙上的码").click()
    expect(page.locator(".tour-scanner")).to_contain_text("不是你负责的地方")
    walker.look()
    page.get_by_role("button", name="不扫了").click()
    expect(page.locator(".tour-scanner")).to_have_count(0)


def test_keys_are_issued_on_the_desk(arrive: Arrive) -> None:
    office: Visitor = arrive(DESK)
    enter_as(office, "县（区）工作人员")
    office.turn_to("报修接口密钥")
    office.page.get_by_label("给谁用").fill("12345 热线")
    office.page.get_by_label("管到哪里").select_option(index=1)
    office.press("发密钥")
    office.reads("只显示这一次")
    office.press("记好了")
    office.follow("12345 热线")


def test_without_javascript_there_is_the_desk(arrive: Arrive) -> None:
    visitor: Visitor = arrive(PHONE, java_script_enabled=False, quick=True)
    enter_as(visitor, CARD)
    visitor.visit(TOUR)
    visitor.follow("到工单里登记")
    visitor.reads("所有工单")
