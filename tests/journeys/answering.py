"""Somebody who answers a survey on the phone, question after question, whatever it asks."""

from dataclasses import dataclass

from playwright.sync_api import Locator

from tests.journeys.visitor import Visitor, button


@dataclass
class Answerer:
    visitor: Visitor

    def begin(self, title: str) -> None:
        """From the first page: the survey that waits."""
        self.visitor.visit("/me")
        sheet = self.visitor.page.locator("section.sheet").filter(has_text=title)
        self.visitor.act(button(sheet, "去填"))

    def answer_all(self, words: str) -> int:
        """Fill in page after page and send. Returns how many pages it took."""
        pages = 0
        while True:
            pages += 1
            self.fill_page(words)
            if self.visitor.says("交上去"):
                self.visitor.press("交上去")
                return pages
            self.visitor.press("下一部分")

    def fill_page(self, words: str) -> None:
        asked = self.visitor.page.locator("fieldset.asked, fieldset.cards")
        for place in range(asked.count()):
            if asked.nth(place).is_visible():
                fill(asked.nth(place), words)


def fill(question: Locator, words: str) -> None:
    """The first of what is offered; words where words are asked for."""
    for ring in (question.get_by_role("radio"), question.locator(".cards-list input[type=checkbox]")):
        if ring.count():
            ring.first.check()
    places = question.locator(".rank input")
    for number in range(places.count()):
        places.nth(number).fill(str(number + 1))
    boxes = question.locator("textarea, .control input:not([inputmode])")
    for number in range(boxes.count()):
        boxes.nth(number).fill(words)
    numbers = question.locator(".control input[inputmode=decimal]")
    for number in range(numbers.count()):
        numbers.nth(number).fill("2")
