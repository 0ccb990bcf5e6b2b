"""The gallery in a real browser: axe-core finds nothing, and no page scrolls sideways."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize
from werkzeug.serving import make_server

from tests.infra.gallery import PAGES, PRINT, build_gallery
from tests.journeys.visitor import BY_SIZE

pytestmark = [pytest.mark.journey, pytest.mark.deep]

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
PHONE_SIZE = ViewportSize(width=360, height=740)
DESK_SIZE = ViewportSize(width=1280, height=800)
SCREENS = [name for name in PAGES if name not in PRINT]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, build_gallery(), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def faults(page: Page, rules: list[str] | None = None) -> list[str]:
    """What breaks these rules, or any."""
    asked: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        asked["runOnly"] = {"type": "rule", "values": rules}
    found: dict[str, Any] = page.evaluate("asked => axe.run(document, asked)", asked)
    return [
        f"{v['id']}: {node['target']} {(node['any'] or [{}])[0].get('message', '')}"
        for v in found["violations"]
        for node in v["nodes"]
    ]


def is_wider_than_the_screen(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


@pytest.mark.parametrize(
    ("size", "screen", "scheme"),
    [
        pytest.param("normal", PHONE_SIZE, "light", id="normal-phone-light"),
        pytest.param("normal", DESK_SIZE, "dark", id="normal-desk-dark"),
        pytest.param("large", PHONE_SIZE, "dark", id="large-phone-dark"),
        pytest.param("large", DESK_SIZE, "light", id="large-desk-light"),
        pytest.param("normal", PHONE_SIZE, "dark", id="normal-phone-dark"),
        pytest.param("normal", DESK_SIZE, "light", id="normal-desk-light"),
        pytest.param("large", PHONE_SIZE, "light", id="large-phone-light"),
        pytest.param("large", DESK_SIZE, "dark", id="large-desk-dark"),
    ],
)
def test_axe_finds_nothing_on_any_page(
    browser: Browser, address: str, size: str, screen: ViewportSize, scheme: Any
) -> None:
    context = browser.new_context(viewport=screen, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    found: dict[str, list[str]] = {}
    # On each screen all rules are asked once; of the other sizes and schemes, those whose answer can change with them.
    rules = None if (size, scheme) == ("normal", "light") else BY_SIZE
    for name in SCREENS:
        page.goto(f"{address}/{name}?text_size={size}")
        page.add_script_tag(path=AXE)
        problems = faults(page, rules)
        if is_wider_than_the_screen(page):
            problems.append("scrolls sideways")
        if problems:
            found[name] = problems
    context.close()
    assert found == {}


def test_axe_finds_nothing_on_a_sheet_to_print(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport=DESK_SIZE, bypass_csp=True)
    page = context.new_page()
    found: dict[str, list[str]] = {}
    for name in PRINT:
        page.goto(f"{address}/{name}")
        page.add_script_tag(path=AXE)
        if problems := faults(page):
            found[name] = problems
    context.close()
    assert found == {}


def test_pages_keep_their_width_at_200_per_cent_text(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport=PHONE_SIZE)
    page = context.new_page()
    wide = []
    for name in SCREENS:
        page.goto(f"{address}/{name}")
        page.evaluate(
            "document.documentElement.style.fontSize = 2 * parseFloat(getComputedStyle(document.documentElement).fontSize) + 'px'"
        )
        if is_wider_than_the_screen(page):
            wide.append(name)
    context.close()
    assert wide == []


def test_the_policy_of_the_browser_has_nothing_to_refuse(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport=DESK_SIZE)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(str(error)))
    for name in PAGES:
        page.goto(f"{address}/{name}")
    context.close()
    assert said == []


def test_the_list_of_pages_folds_on_a_phone_and_its_groups_everywhere(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport=PHONE_SIZE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/office-home")
    menu = page.get_by_role("navigation", name="栏目")
    assert not menu.is_visible()
    page.get_by_role("link", name="目录", exact=True).click()
    assert not menu.get_by_role("link", name="二维码").is_visible()
    menu.get_by_text("台账", exact=True).click()
    assert menu.get_by_role("link", name="二维码").is_visible()
    page.get_by_role("link", name="收起目录").click()
    assert not menu.is_visible()
    page.set_viewport_size(DESK_SIZE)
    assert menu.get_by_role("link", name="二维码").is_visible()
    for words in ("目录", "收起目录"):
        assert page.get_by_role("link", name=words, exact=True).count() == 0
    context.close()


def test_a_wide_table_is_cards_on_a_phone_and_a_table_on_a_desk(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport=PHONE_SIZE)
    page = context.new_page()
    page.goto(f"{address}/office-table")
    labels = "all => all.map(one => getComputedStyle(one, '::before').content)"
    cells = "tbody tr:first-child td"
    assert page.eval_on_selector_all(cells, labels) == [
        '"用途"',
        '"面积"',
        '"面积来源"',
        '"房主"',
        '"状态"',
        "none",
    ]
    assert page.locator(".scroll").evaluate("one => one.scrollWidth <= one.clientWidth")
    head, first = page.locator("tbody th").first.bounding_box(), page.locator(cells).first.bounding_box()
    assert head is not None and first is not None
    assert first["y"] >= head["y"] + head["height"]
    page.set_viewport_size(DESK_SIZE)
    assert set(page.eval_on_selector_all(cells, labels)) == {"none"}
    context.close()


def test_what_is_to_be_pressed_is_large_enough_for_a_thumb(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport=PHONE_SIZE)
    page = context.new_page()
    for size, least in (("normal", 48), ("large", 60)):
        page.goto(f"{address}/phone-ballot?text_size={size}")
        heights = page.eval_on_selector_all(
            "main .btn, .card, .size", "all => all.map(one => one.getBoundingClientRect().height)"
        )
        assert len(heights) > 5
        assert min(heights) >= least
    context.close()
