"""Somebody with a browser. Every page they come to is looked at: the accessibility rules at both text sizes, no side
scrolling, a title, no complaint of the browser, no error of the server.

The rules are the dear part. They judge HTML and styles, which are the same whatever database filled them, and so is how
wide a page is: where the whole runs on two, the second run (ONLY_WITH_DATABASE) leaves both to the first and looks at
everything else. The everyday run (LEAVE_RULES) leaves the rules alone, for its one story is judged in the deep run with
every other page. And a page that stands exactly as one that was judged before, on the same screen, is answered from there:
stories begin alike.
"""

import hashlib
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Response

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
#: The rules whose answer can change with the size of the text.
BY_SIZE = ["color-contrast", "target-size", "scrollable-region-focusable", "meta-viewport"]
JUDGE = """async (asked) => {
  const page = document.documentElement, broken = [];
  for (const [size, rules] of Object.entries(asked)) {
    page.dataset.text = size;
    const found = await axe.run(document, { runOnly: rules, resultTypes: ['violations'] });
    broken.push(...found.violations.map(v => `[${size}] ${v.id}: ${v.help}\\n` +
      v.nodes.slice(0, 4).map(n => `    ${n.html.slice(0, 160)}  ${(n.failureSummary || '').split('\\n')[1] || ''}`).join('\\n')));
  }
  return broken;
}"""
#: How the page asks to be drawn hangs on this attribute alone.
DRAW = "size => { document.documentElement.dataset.text = size; }"
#: What is seen of a page at once, each question to the browser being a way there and back.
SEE = """sizes => {
  const page = document.documentElement;
  const seen = {
    title: document.title, headings: document.querySelectorAll('h1').length,
    is_print: page.classList.contains('face-print'), came: page.dataset.text || 'normal', wide: [],
  };
  const held = e => { for (let up = e.parentElement; up; up = up.parentElement)
    if (['auto', 'scroll', 'hidden'].includes(getComputedStyle(up).overflowX)) return true; return false; };
  for (const size of sizes) {
    page.dataset.text = size;
    if (page.scrollWidth > page.clientWidth) seen.wide.push(...[...document.querySelectorAll('body *')]
      .filter(e => e.getBoundingClientRect().right > page.clientWidth + 1 && !held(e)).slice(0, 4)
      .map(e => `[${size}] wider than the screen: ${e.outerHTML.slice(0, 140)} ` +
        `(${Math.round(e.getBoundingClientRect().right)} of ${page.clientWidth})`));
  }
  page.dataset.text = seen.came;
  return seen;
}"""
#: All that the rules can see of a page: its elements, and which boxes and rings are set.
AS_IT_STANDS = """() => document.documentElement.outerHTML +
  [...document.querySelectorAll('input, option')].map(e => Number(e.checked || e.selected || false)).join('')"""
#: Drawn anew for each form and seen by nobody: tokens and keys.
DRAWN_ANEW = re.compile(r'(?<= value=")[\w.=-]{20,}(?=")')
#: At the second size only those rules are asked whose answer can change with it.
ASKED = {"normal": {"type": "tag", "values": RULES}, "large": {"type": "rule", "values": BY_SIZE}}
#: What was broken on each page that was judged in this process.
_judged: dict[str, list[str]] = {}


@dataclass
class Complaint:
    path: str
    what: str
    by_browser: bool = False

    def __str__(self) -> str:
        return f"{self.path}: {self.what}"


@dataclass
class Visitor:
    """A person and their browser. `complaints` gathers what is wrong with the pages; `check()` fails on any."""

    context: BrowserContext
    address: str
    page: Page
    complaints: list[Complaint] = field(default_factory=list)
    #: Errors that this visitor means to meet, by status.
    expected: set[int] = field(default_factory=set)
    #: Only passes through pages that others look at.
    quick: bool = False
    #: Has no network just now, or the house does not answer: requests that fail are no complaint.
    is_away: bool = False
    #: Files that are no pages. The browser puts them into a page of its own making, and complains of its style.
    files: set[str] = field(default_factory=set)

    @classmethod
    def arrive(
        cls, browser: Browser, address: str, size: dict[str, int], *, quick: bool = False, **more: Any
    ) -> "Visitor":
        is_phone = size == PHONE
        context = browser.new_context(
            viewport=size,
            locale="zh-CN",
            has_touch=is_phone,
            reduced_motion="reduce",
            base_url=address,
            **more,
        )
        context.set_default_timeout(20_000)
        if is_judged() and not quick:
            # Told once, it stands in every page; put into each page it would be sent each time, half a megabyte.
            context.add_init_script(path=AXE)
        visitor = cls(context, address, context.new_page(), quick=quick)
        visitor.page.on("console", visitor._hear)
        visitor.page.on("pageerror", lambda error: visitor.complain(f"script error: {error}"))
        visitor.page.on("response", visitor._see_answer)
        visitor.page.on(
            "requestfailed", lambda request: visitor._see_failure(request.url, request.failure or "")
        )
        return visitor

    # ------------------------------------------------------------------ getting about

    def visit(self, path: str) -> None:
        answer = self.page.goto(path)
        assert answer is not None
        self.look()

    def press(self, words: str, *, exact: bool = True, within: Locator | None = None) -> None:
        """Press the button (or button-like link) of these words and look at where it leads."""
        self.act(button(within or self.page.locator("body"), words, exact))

    def follow(self, words: str, *, within: Locator | None = None) -> None:
        """Follow a link by its words."""
        self.act((within or self.page.locator("body")).get_by_role("link", name=words).first)

    def turn_to(self, words: str) -> None:
        """Open a page from the list at the side of the back office, whose groups are folded."""
        entry = self.page.locator("#menu a", has=self.page.get_by_text(words, exact=True)).first
        if not entry.is_visible():
            entry.locator("xpath=ancestor::details/summary").click()
        self.act(entry)

    def act(self, what: Locator) -> None:
        """Click what leads to another page, wait for it, look at it."""
        with self.page.expect_navigation(wait_until="load"):
            what.click()
        self.look()

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(labelled(label)).first.fill(text)

    def choose(self, label: str, *, within: Locator | None = None) -> None:
        """Tick the box or ring of this label."""
        (within or self.page.locator("main")).get_by_label(label).first.check()

    def reads(self, words: str) -> None:
        """The page says this."""
        said = self.page.locator("body").inner_text()
        assert words in said, f"{self.path} does not say “{words}”:\n{said}"

    def says(self, words: str) -> bool:
        return words in self.page.locator("body").inner_text()

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    # ------------------------------------------------------------------ looking

    def look(self) -> None:
        """The page at both text sizes; it is left at the size it came in."""
        if self.quick:
            return
        as_it_stands = self._as_it_stands() if is_judged() else ""
        seen = self.page.evaluate(SEE, list(ASKED) if is_drawn() else [])
        if not seen["title"].strip():
            self.complain("no title")
        if seen["headings"] != 1 and not (seen["headings"] and seen["is_print"]):
            self.complain(f"{seen['headings']} first headings")  # in print each sheet has its own
        for element in seen["wide"]:
            self.complain(element)
        if as_it_stands:
            if as_it_stands not in _judged:
                _judged[as_it_stands] = self.page.evaluate(JUDGE, ASKED)
                self.page.evaluate(DRAW, seen["came"])
            for violation in _judged[as_it_stands]:
                self.complain(violation)

    def _as_it_stands(self) -> str:
        html = DRAWN_ANEW.sub("", self.page.evaluate(AS_IT_STANDS)).replace(self.address, "")
        return hashlib.sha256(f"{self.page.viewport_size}{html}".encode()).hexdigest()

    def complain(self, what: str) -> None:
        self.complaints.append(Complaint(self.path, what))

    def found(self) -> list[str]:
        """What is wrong with pages of ours, each once."""
        ours = (one for one in self.complaints if not (one.by_browser and one.path in self.files))
        return sorted({str(one) for one in ours})

    def check(self) -> None:
        assert not self.found(), "\n".join(self.found())

    def leave(self) -> None:
        self.context.close()

    def _hear(self, message: ConsoleMessage) -> None:
        # Chromium repeats every 4xx on the console; answers are judged in _see_answer.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.complaints.append(Complaint(self.path, f"the browser says: {message.text}", by_browser=True))

    def _see_answer(self, answer: Response) -> None:
        if answer.status >= 400 and answer.status not in self.expected:
            self.complaints.append(Complaint(urlsplit(answer.url).path, f"answered {answer.status}"))

    def _see_failure(self, url: str, why: str) -> None:
        if "ERR_ABORTED" not in why and not self.is_away:  # a download, or a page left early
            self.complaints.append(Complaint(urlsplit(url).path, f"failed: {why}"))


def is_judged() -> bool:
    """Whether the rules are asked in this run."""
    return is_drawn() and not os.environ.get("LEAVE_RULES")


def is_drawn() -> bool:
    """Whether how pages look is looked at in this run."""
    return not os.environ.get("ONLY_WITH_DATABASE")


def labelled(label: str) -> re.Pattern[str]:
    """A field's label, with or without the note that it may be left out."""
    return re.compile(rf"^\s*{re.escape(label)}(（可不填）)?\s*$")


def button(within: Locator, words: str, exact: bool = True) -> Locator:
    named = within.get_by_role("button", name=words, exact=exact)
    return named.or_(within.get_by_role("link", name=words, exact=exact)).first
