"""Every kind of page that the person of a card can reach by following links, looked at.

Where the whole runs on two databases, the second run (ONLY_WITH_DATABASE) asks for the same pages without drawing them:
whether they are found and answer hangs on the database, how they look does not.
"""

import re
from collections import Counter, deque
from collections.abc import Iterable
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import APIResponse, Error, Response

from tests.journeys.conftest import Arrive
from tests.journeys.visitor import DESK, PHONE, Visitor, is_drawn

#: Some three hundred pages: make test has the stories, make test-deep this walk as well.
pytestmark = pytest.mark.deep

RESIZED = pytest.mark.resized
#: How many pages of one kind are looked at: a vote is drafted, announced, open, closed or decided.
OF_ONE_KIND = 1
OF_MANY_FACES = 4
MANY_FACES = ("/ballots/#", "/surveys/#", "/decisions/#", "/notices/#", "/result")
CODES = re.compile(r"(?<=/)(?:[A-Za-z0-9_-]{12,}|[0-9]+)(?=/|$)")
AT_MOST = 90


def kind_of(path: str) -> str:
    return CODES.sub("#", path)


@pytest.mark.parametrize(
    ("card", "size", "at_least"),
    [
        ("业主", PHONE, 15),
        ("租户", PHONE, 12),
        ("居委会经办人", DESK, 25),
        pytest.param("居委会经办人", PHONE, 25, marks=RESIZED),
        ("居委会复核人", DESK, 25),
        ("县（区）工作人员", DESK, 20),
        ("市（州）工作人员", DESK, 20),
        ("省工作人员", DESK, 20),
        pytest.param("省工作人员", PHONE, 20, marks=RESIZED),
        ("物业经理", DESK, 15),
        pytest.param("物业经理", PHONE, 15, marks=RESIZED),
        ("改完的业主", PHONE, 20),
        ("改完的居委会", DESK, 25),
    ],
    ids=[
        "owner",
        "tenant",
        "clerk",
        "clerk-on-a-phone",
        "reviewer",
        "county",
        "prefecture",
        "province",
        "province-on-a-phone",
        "manager",
        "manager-on-a-phone",
        "owner-after-the-works",
        "committee-after-the-works",
    ],
)
def test_every_page_behind_a_card_is_fit_to_be_read(
    arrive: Arrive, card: str, size: dict[str, int], at_least: int
) -> None:
    visitor = arrive(size)
    visitor.visit("/")
    visitor.press(f"以{card}身份进入")
    seen = walk(visitor)
    assert len(seen) >= at_least, seen


def walk(visitor: Visitor) -> Counter[str]:
    """Breadth first from where the visitor is; each kind of page a few times. Returns how often each was seen."""
    seen: Counter[str] = Counter({kind_of(visitor.path): 1})
    waiting = deque(links_on(visitor))
    found_on = dict.fromkeys([visitor.path, *waiting], visitor.path)
    while waiting and seen.total() < AT_MOST:
        path = waiting.popleft()
        kind = kind_of(urlsplit(path).path)
        if seen[kind] >= (OF_MANY_FACES if kind.endswith(MANY_FACES) else OF_ONE_KIND):
            continue
        seen[kind] += 1
        found = [link for link in go(visitor, path, found_on[path]) if link not in found_on]
        found_on.update(dict.fromkeys(found, path))
        waiting.extend(found)
    return seen


def go(visitor: Visitor, path: str, found_on: str) -> list[str]:
    """Open the page; a download is only asked whether it is there. Returns the links to follow."""
    answer = answer_to(visitor, path)
    if answer.status >= 400:
        visitor.complain(f"{path}, linked from {found_on}, answers {answer.status}")
        return []
    if not is_page(answer):
        return []
    if not is_drawn():
        hrefs = map(unescape, re.findall(r'<a\b[^>]*\shref="([^"]*)"', answer.text()))
        return on_the_same_site(visitor, answer.url, hrefs)
    visitor.look()
    return links_on(visitor)


def is_page(answer: Response | APIResponse) -> bool:
    return "text/html" in answer.headers.get("content-type", "")


def answer_to(visitor: Visitor, path: str) -> Response | APIResponse:
    """What the browser was answered where pages are drawn; a download leaves it where it was, and is asked for beside it."""
    if is_drawn():
        try:
            answer = visitor.page.goto(path)
        except Error as problem:
            if "Download is starting" not in problem.message:
                raise
        else:
            assert answer is not None
            if not is_page(answer):
                visitor.files.add(visitor.path)
            return answer
    return visitor.context.request.get(path)


def links_on(visitor: Visitor) -> list[str]:
    found = visitor.page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
    return on_the_same_site(visitor, visitor.page.url, found)


def on_the_same_site(visitor: Visitor, url: str, hrefs: Iterable[str]) -> list[str]:
    """Where these lead on this site, without the part after #; the text size switch is no page of its own."""
    paths: dict[str, None] = {}
    for href in hrefs:
        there = urlsplit(urljoin(url, href))
        if there.netloc == urlsplit(visitor.address).netloc and "text_size=" not in there.query:
            paths[there.path + (f"?{there.query}" if there.query else "")] = None
    return list(paths)
