"""What the staff of a committee do in the back office, by what they see on its pages."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from tests.journeys.visitor import Visitor, button

DATE = re.compile(r"(\d{4}) 年 (\d{1,2}) 月 (\d{1,2}) 日")
DAY = re.compile(r"(?:\d{4} 年 )?(\d{1,2}) 月 (\d{1,2}) 日")


def enter_as(visitor: Visitor, card: str) -> None:
    """Come in by the card of the front page."""
    visitor.visit("/")
    visitor.press(f"以{card}身份进入")


@dataclass
class Office:
    """A member of staff at work in one community."""

    visitor: Visitor
    community_id: int = 0

    def open(self, path: str = "today") -> None:
        self.visitor.visit(f"/admin/communities/{self.community_id}/{path}")

    # ------------------------------------------------------------------ codes

    def print_slips(self) -> dict[str, str]:
        """Issue and print the letterbox slips. Returns the code on each, by the flat it names."""
        self.open("codes")
        self.visitor.press("发码")
        self.visitor.press("打印")
        slips = self.visitor.page.locator(".slip")
        return {
            slip.locator(".slip-place").inner_text(): "".join(slip.locator(".slip-code").inner_text().split())
            for slip in slips.all()
        }

    def print_posters(self) -> int:
        self.open("codes")
        self.visitor.press("打开")
        return self.visitor.page.locator(".poster").count()

    # ------------------------------------------------------------------ the vote

    def draft_vote(self, title: str, items: list[str], opens_at: datetime, closes_at: datetime) -> str:
        """Draft from the catalogue. Returns the address of the draft's page."""
        self.open("ballots")
        self.visitor.press("起草一次投票")
        self.visitor.fill("名称", title)
        for item in items:
            self.visitor.page.get_by_role("checkbox", name=re.compile(f"^{item}")).check()
        self._set_times(opens_at, closes_at)
        self.visitor.press("存草稿")
        return self.visitor.path

    def earliest_opening(self) -> date:
        """As the page of the draft tells it."""
        told = self.visitor.page.locator("main").inner_text()
        return coming_day(told.rpartition("最早")[2], self.today())

    def change_times(self, draft: str, opens_at: datetime, closes_at: datetime) -> None:
        self.visitor.visit(f"{draft}/edit")
        self._set_times(opens_at, closes_at)
        self.visitor.press("存草稿")

    def announce(self) -> None:
        """From the page of the draft."""
        self.visitor.press("去公告")
        self.visitor.press("贴出公告")
        self.visitor.reads("公告贴出来了")

    def _set_times(self, opens_at: datetime, closes_at: datetime) -> None:
        self.visitor.fill("开始", f"{opens_at:%Y-%m-%dT%H:%M}")
        self.visitor.fill("截止", f"{closes_at:%Y-%m-%dT%H:%M}")

    # ------------------------------------------------------------------ paper

    def print_papers(self, ballot: str) -> dict[str, str]:
        """Number and print the paper ballots. Returns the number in each one's QR, by the flats it names."""
        self.visitor.visit(f"{ballot}/papers")
        self.visitor.press("给每位业主编一张票")
        self.visitor.press("打印")
        sheets = self.visitor.page.locator("section.paper")
        return {
            sheet.locator(".notice-figures dd").first.inner_text(): sheet.locator(
                ".notice-foot p"
            ).inner_text()
            for sheet in sheets.all()
        }

    def enter_paper(self, ballot: str, serial: str, marks: str, photo: Path) -> None:
        self.visitor.visit(f"{ballot}/desk")
        self.visitor.fill("扫票上的二维码", serial)
        self.visitor.fill("每一项按一个键", marks)
        self.visitor.page.get_by_label("票面照片").set_input_files(photo)
        self.visitor.press("记下，录下一张")
        self.visitor.reads("还要另一个人录一遍")

    def key_paper_again(self, ballot: str, serial: str, marks: str) -> None:
        """As the second person, with a bar-code reader that ends with Enter, and a keyboard."""
        self.visitor.visit(f"{ballot}/desk")
        self.visitor.page.get_by_label("扫票上的二维码").type(serial)
        self.visitor.page.keyboard.press("Enter")
        self.visitor.page.keyboard.type(marks)
        with self.visitor.page.expect_navigation():
            self.visitor.page.keyboard.press("Enter")
        self.visitor.reads("两个人录得一样")

    def explain_papers(self, ballot: str) -> None:
        self.visitor.visit(f"{ballot}/papers")
        self.visitor.fill("这些票去了哪里", "没有领，或领了没有交回。")
        self.visitor.press("写好了")
        self.visitor.reads("请另一个人核对")

    def confirm_papers(self, ballot: str) -> None:
        self.visitor.visit(f"{ballot}/papers")
        self.visitor.press("我核对过，属实")
        self.visitor.reads("纸票对上了")

    # ------------------------------------------------------------------ time

    def today(self) -> date:
        found = DATE.search(self.visitor.page.locator("aside.example").inner_text())
        assert found
        return date(int(found[1]), int(found[2]), int(found[3]))

    def wait_until(self, words: str, path: str, *, at_most: int = 15) -> int:
        """Let the example's time pass on this page until it says so, from one day that matters to the next. Returns how
        often it was moved."""
        page = self.visitor.page
        page.goto(path)
        for moved in range(at_most):
            if self.visitor.says(words):
                self.visitor.look()
                return moved
            with page.expect_navigation():
                button(page.locator("aside.example"), "到那一天").click()
        raise AssertionError(f"after {at_most} days that matter {path} does not say “{words}”")


def nine(day: date) -> datetime:
    return datetime.combine(day, time(9))


def days(number: int) -> timedelta:
    return timedelta(days=number)


def coming_day(words: str, today: date) -> date:
    """The first day these words name; pages leave out the year, and mean the next such day."""
    found = DAY.search(words)
    assert found, words
    this_year = date(today.year, int(found[1]), int(found[2]))
    return this_year if this_year >= today else this_year.replace(year=today.year + 1)
