"""The paper desk in a browser: how many keys a paper takes, a desk that loses its network, and a third person to settle."""

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.journeys.committee import enter_as
from tests.journeys.conftest import Arrive
from tests.journeys.visitor import DESK, PHONE, Visitor

MOTIONS = "112"
OTHERWISE = "211"
COUNTING = """addEventListener('keydown', () => {
  sessionStorage.keys = 1 + Number(sessionStorage.keys || 0); }, true);"""
#: A browser that reads codes off pictures; this one is told what it reads.
READING = """window.BarcodeDetector = class {
  detect() { return Promise.resolve([{ rawValue: sessionStorage.code }]); } };"""


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    made = tmp_path / "paper.png"
    Image.new("RGB", (600, 840), "#fdfdf8").save(made)
    return made


def at_the_desk(arrive: Arrive, card: str, size: dict[str, int] = DESK) -> tuple[Visitor, str]:
    """Somebody of the committee, and the address of the open vote."""
    visitor = arrive(size)
    enter_as(visitor, card)
    visitor.follow("打开这次投票")
    return visitor, visitor.path


def paper_outside(visitor: Visitor, ballot: str) -> tuple[str, str]:
    """Number and code of a paper that is with its owner."""
    visitor.visit(f"{ballot}/papers")
    row = visitor.page.get_by_role("row").filter(has_text="在外面").first
    number = row.get_by_role("rowheader").inner_text().split()[0]
    visitor.visit(f"{ballot}/papers/print")
    sheet = visitor.page.locator("section.paper").filter(has_text=f"第 {number} 号")
    return number, sheet.locator(".notice-foot p").inner_text()


def scan(visitor: Visitor, ballot: str, serial: str) -> None:
    """A bar-code reader is a keyboard that ends with Enter; the page stands ready for it."""
    visitor.visit(f"{ballot}/desk")
    expect(visitor.page.get_by_label("扫票上的二维码")).to_be_focused()
    visitor.page.keyboard.type(serial)
    visitor.page.keyboard.press("Enter")


def key(visitor: Visitor, marks: str) -> int:
    """Type the marks and send them off. Returns how many keys that took."""
    page = visitor.page
    expect(page.get_by_label("每一项按一个键")).to_be_focused()
    page.evaluate("() => { sessionStorage.keys = 0; }")
    with page.expect_navigation():
        page.keyboard.type(marks)
        page.keyboard.press("Enter")
    visitor.look()
    return int(page.evaluate("() => sessionStorage.keys"))


def take_in(visitor: Visitor, ballot: str, serial: str, marks: str, photo: Path) -> None:
    """The first to key a paper brings its picture."""
    scan(visitor, ballot, serial)
    visitor.page.get_by_label("票面照片").set_input_files(photo)
    visitor.page.get_by_label("每一项按一个键").focus()
    key(visitor, marks)


def test_a_paper_takes_a_key_for_each_motion_and_at_most_two_more_after_the_scan(
    arrive: Arrive, photo: Path
) -> None:
    clerk, ballot = at_the_desk(arrive, "居委会经办人")
    for script in (COUNTING, READING):
        clerk.context.add_init_script(script)
    _, serial = paper_outside(clerk, ballot)
    clerk.visit(f"{ballot}/desk")
    clerk.page.evaluate("code => { sessionStorage.code = code; }", serial)
    # By the camera: the code is read off the picture that has to be taken anyway.
    clerk.page.get_by_label("票面照片").set_input_files(photo)
    expect(clerk.page.get_by_label("扫票上的二维码")).to_have_value(serial)
    assert key(clerk, MOTIONS) <= len(MOTIONS) + 2
    clerk.reads("还要另一个人录一遍")

    reviewer, _ = at_the_desk(arrive, "居委会复核人")
    reviewer.context.add_init_script(COUNTING)
    scan(reviewer, ballot, serial)
    assert key(reviewer, MOTIONS) <= len(MOTIONS) + 2
    reviewer.reads("两个人录得一样")
    expect(reviewer.page.get_by_label("扫票上的二维码")).to_be_focused()


def test_a_desk_that_loses_its_network_in_mid_entry_loses_and_doubles_nothing(
    arrive: Arrive, photo: Path
) -> None:
    clerk, ballot = at_the_desk(arrive, "居委会经办人")
    number, serial = paper_outside(clerk, ballot)
    page = clerk.page
    scan(clerk, ballot, serial)
    page.get_by_label("票面照片").set_input_files(photo)
    page.get_by_label("每一项按一个键").fill(MOTIONS)
    clerk.is_away = True
    clerk.context.set_offline(True)
    for _ in range(2):
        page.get_by_label("每一项按一个键").press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("还没有记下")
    expect(page.get_by_label("扫票上的二维码")).to_have_value(serial)
    expect(page.get_by_label("每一项按一个键")).to_have_value(MOTIONS)
    clerk.context.set_offline(False)
    clerk.is_away = False
    clerk.complaints = [one for one in clerk.complaints if "ERR_INTERNET_DISCONNECTED" not in one.what]
    with page.expect_navigation():
        page.get_by_label("每一项按一个键").press("Enter")
    clerk.reads("还要另一个人录一遍")
    clerk.visit(f"{ballot}/papers")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=f"{number} 号", exact=True))
    expect(row).to_contain_text("录了 1 遍")


@pytest.mark.deep
def test_a_committee_of_two_asks_the_street_and_every_page_of_the_desk_is_fit_to_be_read(
    arrive: Arrive, photo: Path
) -> None:
    clerk, ballot = at_the_desk(arrive, "居委会经办人")
    reviewer, _ = at_the_desk(arrive, "居委会复核人", PHONE)
    number, serial = paper_outside(clerk, ballot)
    take_in(clerk, ballot, serial, MOTIONS, photo)
    scan(reviewer, ballot, serial)
    key(reviewer, OTHERWISE)
    reviewer.reads("交给第三个人来定")
    for keyer in (clerk, reviewer):
        keyer.visit(f"{ballot}/papers")
        keyer.reads("陈开敏（街道（乡镇）工作人员）")
    reviewer.visit(f"{ballot}/reviews")
    reviewer.reads("你录的")

    street = from_the_street(arrive)
    clerk.visit(f"{ballot}/papers")
    clerk.reads("陆街道（街道（乡镇）工作人员）")
    street.visit(f"{ballot.partition('/ballots/')[0]}/today")
    street.follow("纸票录得不一样")
    street.follow(f"{number} 号票")
    street.reads("不一样")
    street.choose("第一个人录的对")
    street.press("定下来")
    street.reads("定好了")
    street.visit(ballot)

    # Two who call a paper unsigned: a further reviewer has to look, and the page says so.
    number, serial = paper_outside(clerk, ballot)
    for keyer in (clerk, reviewer):
        scan(keyer, ballot, serial)
        if keyer is clerk:
            keyer.page.get_by_label("票面照片").set_input_files(photo)
        keyer.page.get_by_label("没有签名").check()
        keyer.page.get_by_label("每一项按一个键").focus()
        key(keyer, MOTIONS)
    reviewer.visit(f"{ballot}/reviews")
    reviewer.act(reviewer.page.get_by_role("row").filter(has_text=f"{number} 号票").get_by_role("link").first)
    reviewer.reads("现在没有别的复核人")

    for path in (
        "service", "service/print", "service?unvoted=yes", "service/print?unvoted=yes",
        "desk/assisted", "proxies", "call-backs", "papers", "papers/print", "checkpoint", "checkpoint?which=newest",
    ):  # fmt: skip
        reviewer.expected = clerk.expected = {403}
        for keyer in (clerk, reviewer):
            if keyer.context.request.get(f"{ballot}/{path}").ok:
                keyer.visit(f"{ballot}/{path}")
    clerk.visit(f"{ballot}/service")
    clerk.act(clerk.page.get_by_role("rowheader").get_by_role("link").first)
    clerk.expected = {403, 422}
    clerk.choose("投进信箱或门内")
    clerk.press("记下")
    clerk.reads("投信箱的，要写上见证人")


def from_the_street(arrive: Arrive) -> Visitor:
    """The county gives somebody of the street an account, and they come in with it."""
    county = arrive(DESK)
    enter_as(county, "县（区）工作人员")
    county.visit("/admin/staff/new")
    county.fill("姓名", "陆街道")
    county.fill("登录名", "lu.jiedao")
    county.page.get_by_label("岗位").select_option(label="街道（乡镇）工作人员")
    county.fill("管哪里", "中曹司街道")
    county.press("开账号")
    if county.page.get_by_role("radio").count():
        county.page.get_by_role("radio").first.check()
        county.press("开账号")
    password = county.page.locator("dd").last.inner_text()
    street = arrive(DESK)
    street.visit("/admin/sign-in")
    street.fill("登录名", "lu.jiedao")
    street.fill("密码", password)
    street.press("登录")
    own = "一句只有我自己记得的话 2026"
    street.fill("现在的密码", password)
    street.fill("新密码", own)
    street.fill("再填一遍新密码", own)
    street.press("换好")
    return street
