"""Interviewers at the door: without signal, with a server that dies, sent twice, somebody faster, signed out."""

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Route, expect

from tests.journeys.committee import enter_as
from tests.journeys.conftest import Arrive
from tests.journeys.door import SHELL, Phone
from tests.journeys.live import LiveHouse
from tests.journeys.visitor import DESK, PHONE

#: As slow as a stairwell: a photo takes some seconds.
SLOW = {"offline": False, "latency": 50, "downloadThroughput": 200_000, "uploadThroughput": 30_000}


@pytest.fixture
def phone(arrive: Arrive) -> Phone:
    phone = Phone(arrive(PHONE))
    phone.come_in()
    phone.is_kept()
    return phone


@pytest.fixture
def photo(tmp_path: Path) -> str:
    """A picture with so much in it that it stays large when shrunk."""
    path = tmp_path / "roof.jpg"
    Image.effect_noise((1800, 1400), 90).convert("RGB").save(path, "JPEG", quality=95)
    return str(path)


def progress(phone: Phone) -> int:
    phone.to_the_list()
    found = re.search(r"已答 (\d+) / ", phone.visitor.page.locator("main").inner_text())
    assert found
    return int(found[1])


def test_a_day_without_signal_is_sent_when_the_network_is_back(phone: Phone, photo: str) -> None:
    before = progress(phone)
    first, second, *_ = phone.unreached()
    phone.lose_the_network()
    phone.open_again()
    phone.log_visit(first, "没人在家", "门口有狗")
    phone.fill(second, "4", "楼道灯太暗", photo)
    phone.open_again()
    expect(phone.visitor.page.get_by_alt_text("第 1 张照片")).to_be_visible()
    phone.read_out()
    phone.reads("楼道灯太暗")
    phone.reads("1 张照片")
    phone.visitor.page.get_by_role("button", name="住户看过，没有错").click()
    phone.waits(2)
    phone.open_again()
    phone.waits(2)
    phone.reads("现在没有网络")
    phone.queue()
    phone.visitor.look()
    phone.find_the_network()
    phone.waits(0)
    assert phone.queued() == 0
    assert progress(phone) == before + 1
    expect(phone.row(first)).to_contain_text("没人在家")
    expect(phone.row(first)).to_contain_text("门口有狗")
    phone.visitor.page.get_by_label("也列已经答过的").check()
    expect(phone.row(second)).to_contain_text("已答")


def test_the_server_killed_in_mid_upload_loses_nothing_and_doubles_nothing(
    phone: Phone, live: LiveHouse, photo: str
) -> None:
    before = progress(phone)
    first, second, third, *_ = phone.unreached()
    phone.lose_the_network()
    for label in (first, second):
        phone.fill(label, "2", photo=photo)
        phone.confirm(label)
    phone.log_visit(third, "不愿意答")
    wire = phone.visitor.context.new_cdp_session(phone.visitor.page)
    wire.send("Network.enable")
    with phone.visitor.page.expect_request("**/admin/field/items", timeout=60_000):
        phone.visitor.context.set_offline(False)
        wire.send("Network.emulateNetworkConditions", SLOW)
        phone.update()
    with phone.sending_fails():
        live.kill_web()
    assert phone.queued() == 3
    live.start_web_again()
    wire.send("Network.emulateNetworkConditions", {**SLOW, "uploadThroughput": -1, "downloadThroughput": -1})
    phone.update()
    phone.waits(0)
    assert progress(phone) == before + 2


def test_the_same_queue_sent_twice_has_one_effect(phone: Phone) -> None:
    """The server keeps the batch, and its answer is lost on the way: the phone sends all of it again."""
    before = progress(phone)
    first, second, *_ = phone.unreached()
    phone.lose_the_network()
    phone.fill(first, "5")
    phone.confirm(first)
    phone.log_visit(second, "没人在家")
    sent: list[str] = []

    def lose_the_answer(route: Route) -> None:
        sent.append(str(route.request.post_data))
        route.fetch()
        route.abort()

    phone.visitor.context.route("**/admin/field/items", lose_the_answer, times=1)
    with phone.sending_fails():
        phone.find_the_network()
    assert len(sent) == 1
    assert phone.queued() == 2
    phone.update()
    phone.waits(0)
    assert progress(phone) == before + 1
    expect(phone.row(second)).to_contain_text("没人在家")
    expect(phone.row(second)).not_to_contain_text("第 2 次")


def test_who_was_faster_is_shown_and_the_interviewer_chooses(phone: Phone, arrive: Arrive) -> None:
    first, second, *_ = phone.unreached()
    phone.lose_the_network()
    for label in (first, second):
        phone.fill(label, "2", f"{label}在门口说的")
        phone.confirm(label)
    other = Phone(arrive(PHONE, quick=True), "居委会经办人")
    other.come_in()
    for label in (first, second):
        other.fill(label, "6", f"{label}先说的")
        other.confirm(label)
        other.waits(0)
    phone.find_the_network()
    phone.waits(2)
    phone.queue()
    expect(phone.visitor.page.locator(".tag", has_text="别人也答了")).to_have_count(2)
    phone.row(first).click()
    for words in (f"{first}先说的", f"{first}在门口说的"):
        phone.reads(words)
    expect(phone.visitor.page.get_by_text("，上门，业主答的")).to_have_count(2)
    phone.visitor.look()
    phone.visitor.page.get_by_role("button", name="用手机里的替换").click()
    phone.waits(1)
    phone.queue()
    phone.row(second).click()
    phone.visitor.page.get_by_text("不要我这份").click()
    phone.visitor.page.get_by_role("button", name="删掉手机里这一条").click()
    phone.waits(0)
    assert phone.queued() == 0


def test_signed_out_meanwhile_nothing_is_lost(phone: Phone) -> None:
    first, *_ = phone.unreached()
    phone.lose_the_network()
    phone.fill(first, "1")
    phone.confirm(first)
    phone.visitor.context.clear_cookies()
    phone.find_the_network()
    phone.reads("请重新登录")
    phone.open_again()
    phone.reads("请重新登录")
    phone.waits(1)
    phone.visitor.look()
    enter_as(phone.visitor, "网格员")
    phone.waits(0)


def test_another_persons_items_wait_for_that_person(phone: Phone) -> None:
    first, *_ = phone.unreached()
    phone.lose_the_network()
    phone.fill(first, "1")
    phone.confirm(first)
    phone.visitor.context.clear_cookies()
    phone.find_the_network()
    phone.reads("请重新登录")
    Phone(phone.visitor, "居委会经办人").come_in()
    phone.waits(1)
    expect(phone.queue()).to_contain_text("登录以后发送")
    phone.visitor.context.clear_cookies()
    Phone(phone.visitor).come_in()
    phone.waits(0)


def test_what_the_server_finds_wrong_is_opened_again_with_its_sentence(phone: Phone) -> None:
    first, *_ = phone.unreached()
    phone.fill(first, "2.5")
    phone.confirm(first)
    phone.waits(1)
    phone.queue()
    phone.row(first).click()
    phone.visitor.page.get_by_role("button", name="打开改").click()
    phone.reads("请填整数")
    phone.visitor.look()
    phone.visitor.page.locator("[name=people]").fill("2")
    phone.confirm(first)
    phone.waits(0)


def test_what_is_lacking_is_said_at_the_door(phone: Phone) -> None:
    first, *_ = phone.unreached()
    phone.open(first)
    phone.visitor.page.get_by_role("link", name="替住户填").click()
    phone.visitor.page.locator("[name=people]").fill("99")
    phone.visitor.page.get_by_role("button", name="填好了，给住户看一遍").click()
    phone.reads("选回答的是谁。")
    phone.reads("请看看有没有填错。")
    phone.visitor.look()
    assert phone.queued() == 0


def test_a_browser_that_cannot_keep_pages_says_where_to_open_it(arrive: Arrive) -> None:
    visitor = arrive(PHONE)
    visitor.context.add_init_script("delete Navigator.prototype.serviceWorker")
    phone = Phone(visitor)
    phone.come_in()
    phone.reads("在 Safari 中打开")


def test_without_javascript_there_is_the_paper_desk(arrive: Arrive) -> None:
    visitor = arrive(DESK, java_script_enabled=False, quick=True)
    enter_as(visitor, "网格员")
    visitor.visit(SHELL)
    visitor.reads("这一页要开着 JavaScript 才能用")
    visitor.follow("用纸质表")
    visitor.reads("用纸质表上门")
