"""Voting and the paper desk with nothing but a keyboard."""

from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.journeys.committee import enter_as
from tests.journeys.conftest import Arrive
from tests.journeys.visitor import DESK, PHONE, button

OPEN_VOTE = "屋面、楼道和门禁"
#: More stops than any page has before what one is looking for.
FAR = 60
SHOWN = """e => { const shows = one => { const s = getComputedStyle(one);
  return (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none'; };
  return shows(e) || [...(e.closest('label') ? [e.closest('label')] : [])].some(shows); }"""


def tab_to(page: Page, wanted: Locator) -> None:
    """Step on until the wanted thing has the focus; every stop on the way can be seen to have it."""
    for _ in range(FAR):
        if wanted.evaluate("e => e === document.activeElement"):
            return
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count():
            assert focused.evaluate(SHOWN), f"no visible focus: {focused.evaluate('e => e.outerHTML')[:160]}"
    raise AssertionError(f"the keyboard never came to {wanted}")


def test_a_vote_is_cast_by_keyboard_alone(arrive: Arrive) -> None:
    visitor = arrive(PHONE)
    page = visitor.page
    visitor.visit("/")
    tab_to(page, page.get_by_role("button", name="以业主身份进入"))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    sheet = page.locator("section.sheet").filter(has_text=OPEN_VOTE)
    tab_to(page, button(sheet, "去投票"))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    for fieldset in page.locator("form fieldset").all():
        tab_to(page, fieldset.get_by_role("radio").first)
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")
        expect(fieldset.get_by_role("radio").nth(1)).to_be_checked()
    for words in ("看一遍，再确认", "确认，投出这一票"):
        tab_to(page, page.get_by_role("button", name=words))
        with page.expect_navigation():
            page.keyboard.press("Enter")
    visitor.reads("投票回执")
    visitor.look()


def test_papers_are_entered_by_keyboard_alone(arrive: Arrive, tmp_path: Path) -> None:
    visitor = arrive(DESK)
    page = visitor.page
    enter_as(visitor, "居委会经办人")
    visitor.follow("打开这次投票")
    ballot = visitor.path
    visitor.visit(f"{ballot}/papers")
    row = page.get_by_role("row").filter(has_text="在外面").first
    number = row.get_by_role("rowheader").inner_text().split()[0]
    visitor.visit(f"{ballot}/papers/print")
    serial = (
        page.locator("section.paper")
        .filter(has_text=f"第 {number} 号")
        .locator(".notice-foot p")
        .inner_text()
    )
    # The browser has to know long before the key that its choice of files is made by us: told along with it, it may be too late.
    page.on("filechooser", lambda _chooser: None)
    visitor.visit(f"{ballot}/desk")
    expect(page.get_by_label("扫票上的二维码")).to_be_focused()
    page.keyboard.type(serial)
    tab_to(page, page.get_by_label("每一项按一个键"))
    page.keyboard.type("112")
    picture = tmp_path / "paper.png"
    Image.new("RGB", (600, 840), "#fdfdf8").save(picture)
    tab_to(page, page.get_by_label("票面照片"))
    with page.expect_file_chooser() as choosing:
        page.keyboard.press("Space")
    choosing.value.set_files(picture)
    tab_to(page, page.get_by_role("button", name="录下一张"))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    visitor.reads("还要另一个人录一遍")
    expect(page.get_by_label("扫票上的二维码")).to_be_focused()
