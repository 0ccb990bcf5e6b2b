"""The phone pages in WeChat's own browser: signing in through WeChat, scanning, photos and sending on; and the queue of what
others will read at the desk. WeChat's servers are played by the stand-in, its bridge by a `wx` of ours."""

import base64
import io
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import expect

from server.infra.wechat.sandbox import State
from tests.journeys.conftest import Arrive
from tests.journeys.live import Databases, LiveHouse
from tests.journeys.visitor import DESK, PHONE, Visitor
from tests.wechat import AES_KEY, MINI, MINI_SECRET, OFFICIAL, OFFICIAL_SECRET, TOKEN, serving

WECHAT = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130 Mobile Safari/537.36 MicroMessenger/8.0.50"
)
WX = """(() => {
  let begin = () => {};
  window.asked = {};
  window.jWeixin = window.wx = {
    config(o) { window.asked.config = o; setTimeout(() => begin(), 0); },
    ready(f) { begin = f; },
    error() {},
    checkJsApi(o) { o.success({ checkResult: Object.fromEntries(o.jsApiList.map((n) => [n, n !== window.lacking])) }); },
    scanQRCode(o) { o.success({ resultStr: window.scanned }); },
    chooseImage(o) { window.asked.count = o.count; o.success({ localIds: ["a", "b"] }); },
    getLocalImgData(o) { o.success({ localData: (o.localId === "a" ? "data:image/jgp;base64," : "") + "PICTURE" }); },
    updateAppMessageShareData(card) { window.asked.card = card; },
    updateTimelineShareData() {},
  };
})();"""


@pytest.fixture(scope="module")
def stand_in() -> Iterator[tuple[State, str]]:
    state = State(token=TOKEN, aes_key=AES_KEY)
    with serving(state) as url:
        yield state, url


@pytest.fixture(scope="module")
def live(databases: Databases, stand_in: tuple[State, str]) -> Iterator[LiveHouse]:
    accounts = {
        "WECHAT_MINI_APPID": MINI, "WECHAT_MINI_SECRET": MINI_SECRET, "WECHAT_OFFICIAL_APPID": OFFICIAL,
        "WECHAT_OFFICIAL_SECRET": OFFICIAL_SECRET, "WECHAT_TOKEN": TOKEN, "WECHAT_AES_KEY": AES_KEY,
        "WECHAT_BASE_URL": stand_in[1],
    }  # fmt: skip
    with LiveHouse(databases.copy() | accounts).running() as house:
        stand_in[0].callback_url = f"{house.address}/api/v1/wechat/events"
        yield house
    assert not house.complaints(), house.complaints()


def in_wechat(arrive: Arrive, script: str = WX) -> Visitor:
    visitor = arrive(PHONE, user_agent=WECHAT)
    if script:
        visitor.context.add_init_script(script.replace("PICTURE", picture()))
    return visitor


def picture() -> str:
    out = io.BytesIO()
    Image.new("RGB", (320, 240), "teal").save(out, "JPEG")
    return base64.b64encode(out.getvalue()).decode()


def test_a_browser_bound_once_signs_in_by_one_press(arrive: Arrive) -> None:
    first = in_wechat(arrive)
    first.visit("/")
    first.press("以业主身份进入")
    first.visit("/me/flats")
    first.press("绑定这个微信")
    first.reads("绑定好了")
    again = in_wechat(arrive)
    again.visit("/enter")
    again.press("用微信登录")
    assert again.path == "/me"
    again.visit("/me/flats")
    again.press("解除微信绑定")


def test_a_slip_is_scanned_and_nothing_else_is_followed(arrive: Arrive, live: LiveHouse) -> None:
    visitor = in_wechat(arrive)
    page = visitor.page
    visitor.visit("/enter#code")
    scan = page.get_by_role("button", name="扫一扫纸上的码")
    expect(scan).to_be_visible()
    visitor.look()
    assert page.evaluate("asked.config.appId") == OFFICIAL
    for false in ("https://evil.example/s/AAAA", "weixin://dl/scan", f"{live.address}/admin/", "一句话"):
        page.evaluate("text => { window.scanned = text; }", false)
        scan.click()
        expect(page.get_by_text("这不是信箱里的码")).to_be_visible()
    assert visitor.path == "/enter"
    visitor.expected.add(404)
    page.evaluate("text => { window.scanned = text; }", f"{live.address}/s/AAAAAAAAAAAAAAAAAAAAAAAAAA")
    with page.expect_navigation():
        scan.click()
    assert visitor.path == "/s/AAAAAAAAAAAAAAAAAAAAAAAAAA"


def test_photos_are_chosen_by_wechat_and_go_with_the_report(arrive: Arrive) -> None:
    visitor = in_wechat(arrive)
    page = visitor.page
    visitor.visit("/")
    visitor.press("以业主身份进入")
    visitor.visit("/tickets/new?where=community&category=lift")
    choose = page.get_by_role("button", name="从微信相册选")
    expect(choose).to_be_visible()
    visitor.look()
    choose.click()
    expect(page.get_by_text("选好了 2 张")).to_be_visible()
    assert page.evaluate("document.getElementById('f-photo').files.length") == 2
    visitor.fill("是什么情况", "门关不上")
    visitor.press("发出去")
    assert page.locator("main img").count() == 1  # the same picture twice is kept once


def test_a_notice_is_sent_on_with_its_title_summary_and_address(arrive: Arrive, live: LiveHouse) -> None:
    visitor = in_wechat(arrive)
    page = visitor.page
    visitor.visit("/")
    visitor.press("以业主身份进入")
    visitor.visit("/notices")
    visitor.act(page.locator("main a[href^='/notices/']").first)
    send = page.get_by_role("button", name="发给邻居")
    expect(send).to_be_visible()
    visitor.look()
    card = page.evaluate("asked.card")
    assert card["link"] == f"{live.address}{visitor.path}"
    assert card["title"] == page.locator("h1").first.inner_text()
    assert "贴到" in card["desc"]
    send.click()
    visitor.reads("再点“发送给朋友”")


@pytest.mark.parametrize(
    "script", ["", WX + "window.lacking = 'scanQRCode';"], ids=["no bridge", "an old WeChat"]
)
def test_what_wechat_cannot_do_stays_hidden_and_the_page_works(arrive: Arrive, script: str) -> None:
    visitor = in_wechat(arrive, script)
    visitor.visit("/enter")
    visitor.page.wait_for_load_state("networkidle")
    expect(visitor.page.get_by_role("button", name="扫一扫纸上的码")).to_be_hidden()
    visitor.fill("纸上的码", "AAAA")
    visitor.expected.add(422)
    visitor.press("进去")


def test_another_browser_is_sent_nothing_of_it(arrive: Arrive) -> None:
    visitor = arrive(PHONE)
    loaded: list[str] = []
    visitor.page.on("request", lambda request: loaded.append(urlsplit(request.url).path))
    visitor.visit("/enter")
    assert loaded
    assert not [one for one in loaded if "wechat" in one]


def test_the_queue_is_worked_through_by_one_key_an_entry(arrive: Arrive) -> None:
    clerk = arrive(DESK)
    page = clerk.page
    clerk.visit("/")
    clerk.press("以居委会经办人身份进入")
    there = page.locator("nav a", has_text="待看内容").first.get_attribute("href")
    clerk.visit(there or "")
    entries = page.locator("[data-entry]")
    before = entries.count()
    assert before >= 3
    names = [entries.nth(number).get_attribute("id") for number in range(3)]
    assert page.locator(":focus").get_attribute("id") == names[0]
    for key, told, next_one in (("1", "已公开", names[1]), ("2", "不公开，记下了", names[2])):
        page.keyboard.press(key)
        expect(page.locator("[data-queue-said]")).to_contain_text(told)
        expect(page.locator(":focus")).to_have_attribute("id", next_one or "")
    expect(entries).to_have_count(before - 2)
    page.keyboard.press("x")
    expect(page.get_by_text("勾选了 1 条。")).to_be_visible()
    page.get_by_role("button", name="公开勾选的", exact=True).click()
    expect(page.locator("[data-queue-said]")).to_contain_text("公开 1 条。")
    clerk.look()
    # Outside an entry no key decides anything.
    page.locator("h1").click()
    page.locator("body").press("1")
    expect(entries).to_have_count(before - 3)


#: For each code the sheet or the slip that it is printed on, and by how many pixels it stands out at the worst side.
STANDS_OUT = """(on) => [...document.querySelectorAll(`${on} .one-code > :first-child`)].map((code) => {
  const [inner, outer] = [code.getBoundingClientRect(), code.closest(on).getBoundingClientRect()];
  return Math.max(outer.left - inner.left, inner.right - outer.right, outer.top - inner.top, inner.bottom - outer.bottom);
})"""


@pytest.mark.parametrize(
    ("kind", "button", "on"), [("slips", "打印", ".slip"), ("posters", "打开", ".poster")]
)
def test_both_codes_lie_within_the_paper(arrive: Arrive, kind: str, button: str, on: str) -> None:
    visitor = arrive(DESK)
    visitor.visit("/")
    visitor.press("以居委会经办人身份进入")
    visitor.visit(f"{visitor.path.removesuffix('/today')}/codes")
    visitor.press(button)
    assert kind in visitor.path
    out = visitor.page.evaluate(STANDS_OUT, on)
    assert len(out) >= 2 and max(out) <= 0
