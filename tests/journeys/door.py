"""What an interviewer does on the phone at the door, by what they see."""

import re
from contextlib import AbstractContextManager
from dataclasses import dataclass

from playwright.sync_api import Locator, expect

from tests.journeys.committee import enter_as
from tests.journeys.visitor import Visitor, button

SHELL = "/admin/field/"
ALL_SENT = "都发出去了"


@dataclass
class Phone:
    """An interviewer's phone with the page at the door open on it."""

    visitor: Visitor
    card: str = "网格员"

    def come_in(self) -> None:
        enter_as(self.visitor, self.card)
        if self.visitor.path != SHELL:
            self.visitor.visit(SHELL)
        expect(self.visitor.page.locator("a.cell").first).to_be_visible()
        self.visitor.look()

    def is_kept(self) -> None:
        """Wait until the browser keeps the page."""
        self.visitor.page.evaluate("navigator.serviceWorker.ready")
        self.visitor.page.wait_for_function("navigator.serviceWorker.controller !== null")

    def lose_the_network(self) -> None:
        self.visitor.is_away = True
        self.visitor.context.set_offline(True)

    def find_the_network(self) -> None:
        self.visitor.context.set_offline(False)

    def sending_fails(self) -> AbstractContextManager[object]:
        """What happens inside ends a batch that was on its way."""
        return self.visitor.page.expect_event(
            "requestfailed", lambda request: request.url.endswith("/admin/field/items")
        )

    def open_again(self) -> None:
        """As after the phone was put away: the page from what the phone keeps."""
        self.visitor.page.reload()
        expect(self.visitor.page.locator("[data-field-bar]")).to_contain_text("名单")

    @property
    def bar(self) -> Locator:
        return self.visitor.page.locator("[data-field-bar]")

    def reads(self, words: str) -> None:
        expect(self.visitor.page.locator("body")).to_contain_text(words)

    def waits(self, count: int) -> None:
        expect(self.bar).to_contain_text(f"待发送 {count} 条" if count else ALL_SENT)

    def update(self) -> None:
        self.bar.get_by_role("button", name="更新").click()

    # ------------------------------------------------------------------ the list

    def to_the_list(self) -> None:
        self.visitor.page.evaluate("location.hash = '#/'")
        expect(self.visitor.page.get_by_label("楼栋")).to_be_visible()

    def unreached(self) -> list[str]:
        """The households that nobody has asked or answered for yet, by their doors."""
        self.to_the_list()
        rows = self.visitor.page.locator("a.cell").filter(has_not=self.visitor.page.locator(".tag"))
        return rows.locator(".cell-label").all_inner_texts()

    def row(self, label: str) -> Locator:
        return self.visitor.page.locator("a.cell").filter(
            has=self.visitor.page.get_by_text(label, exact=True)
        )

    def open(self, label: str) -> None:
        self.to_the_list()
        self.row(label).click()
        expect(self.visitor.page.locator("h1")).to_have_text(label)

    # ------------------------------------------------------------------ at a door

    def log_visit(self, label: str, result: str, note: str = "") -> None:
        self.open(label)
        self.visitor.look()
        self.visitor.page.get_by_label(re.compile(f"^{result}")).check()
        self.visitor.fill("备注", note)
        button(self.visitor.page.locator("form"), "记下").click()
        self.reads(f"{label}记下了。")

    def fill(self, label: str, people: str = "3", words: str = "", photo: str = "") -> None:
        """The form of the running survey, filled in but not yet read out."""
        self.open(label)
        page = self.visitor.page
        page.get_by_role("link", name=re.compile("替住户填|接着填")).click()
        page.get_by_label("业主", exact=True).check()
        page.locator("[name=people]").fill(people)
        if words:
            page.locator("[name=suggestion]").fill(words)
        if photo:
            page.locator("input[type=file]").first.set_input_files(photo)
            expect(page.get_by_alt_text("第 1 张照片")).to_be_visible()

    def confirm(self, label: str) -> None:
        self.read_out()
        self.visitor.page.get_by_role("button", name="住户看过，没有错").click()
        self.reads(f"{label}记下了。")

    def read_out(self) -> None:
        self.visitor.page.get_by_role("button", name="填好了，给住户看一遍").click()
        expect(self.visitor.page.locator("h1")).to_have_text("请住户看一遍")
        self.visitor.look()

    # ------------------------------------------------------------------ what waits

    def queue(self) -> Locator:
        self.visitor.page.evaluate("location.hash = '#/queue'")
        expect(self.visitor.page.locator("h1")).to_have_text("待发送")
        return self.visitor.page.locator("a.cell")

    def queued(self) -> int:
        """How many items the phone's own store holds."""
        return int(self.visitor.page.evaluate("Field.store.all('queue').then(all => all.length)"))
