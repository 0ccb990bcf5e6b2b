"""What every page keeps: nothing inline, our headers, hashed files, light weight, the size of letters."""

import gzip
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import render_template_string
from flask.testing import FlaskClient

from server.infra.web import assets
from tests.infra.gallery import OFFICE, PAGES, PHONE, build_gallery
from tools.assets import BUILT, collect

ROOT = Path(__file__).parents[2]
PHONE_LIMIT = 100 * 1024


@pytest.fixture(scope="module")
def gallery() -> FlaskClient:
    return build_gallery().test_client()


class Markup(HTMLParser):
    """Collects what the security policy forbids, what is loaded, and ids."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.loaded: list[str] = []
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.controls: set[str] = set()
        self._script = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.inline += [f"{tag} {name}" for name in found if name == "style" or name.startswith("on")]
        if tag == "style":
            self.inline.append(tag)
        if (tag == "script" and found.get("src")) or (tag == "link" and found.get("rel") == "stylesheet"):
            self.loaded.append(str(found.get("src") or found.get("href")))
        self._script = tag == "script"
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag == "label":
            self.labelled.add(str(found.get("for")))
        if tag in {"input", "select", "textarea"} and found.get("type") not in {
            "hidden",
            "checkbox",
            "radio",
        }:
            self.controls.add(str(found.get("id")))

    def handle_data(self, data: str) -> None:
        if self._script and data.strip():
            self.inline.append(f"script {data[:30]}")

    def handle_endtag(self, tag: str) -> None:
        self._script = False


@pytest.mark.parametrize("name", PAGES)
def test_no_page_holds_inline_style_or_script(gallery: FlaskClient, name: str) -> None:
    page = Markup(gallery.get(f"/{name}").text)
    assert page.inline == []
    assert page.loaded, "a page without its style sheet proves nothing"


@pytest.mark.parametrize("name", PAGES)
def test_ids_are_unique_and_every_control_has_its_label(gallery: FlaskClient, name: str) -> None:
    page = Markup(gallery.get(f"/{name}").text)
    assert sorted(page.ids) == sorted(set(page.ids))
    assert page.controls <= page.labelled


@pytest.mark.parametrize("name", PHONE)
def test_a_first_visit_of_a_phone_page_weighs_under_100_kb(gallery: FlaskClient, name: str) -> None:
    answer = gallery.get(f"/{name}")
    weight = len(answer.data)
    for address in Markup(answer.text).loaded:
        with gallery.get(address, headers={"Accept-Encoding": "gzip"}) as file:
            weight += len(file.data)
    assert weight < PHONE_LIMIT


@pytest.mark.parametrize("name", PHONE)
def test_a_phone_page_needs_no_script(gallery: FlaskClient, name: str) -> None:
    assert "<script" not in gallery.get(f"/{name}").text


def test_every_answer_carries_the_security_headers(gallery: FlaskClient) -> None:
    for path in ("/office-home", "/nowhere"):
        headers = gallery.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "style-src 'self';" in policy
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "geolocation=()" in headers["Permissions-Policy"]


def test_hashed_files_are_kept_for_good_and_sent_compressed(gallery: FlaskClient) -> None:
    address = Markup(gallery.get("/phone-ballot").text).loaded[0]
    assert re.fullmatch(r"/static/css/phone\.[0-9a-f]{12}\.css", address)
    with gallery.get(address, headers={"Accept-Encoding": "gzip"}) as packed:
        assert "immutable" in packed.headers["Cache-Control"]
        assert packed.headers["X-Content-Type-Options"] == "nosniff"
        assert "Access-Control-Allow-Origin" not in packed.headers
        assert b"weui" in gzip.decompress(packed.data)
    with gallery.get(address) as plain:
        assert b"weui" in plain.data


def test_collecting_twice_gives_the_same_names() -> None:
    before = json.loads((BUILT / "manifest.json").read_text("utf-8"))
    assert collect() == before


def test_a_missing_collection_names_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(assets.AssetsMissing, match="make setup"):
        assets.asset_urls(tmp_path)("css/phone.css")
    with pytest.raises(assets.AssetsMissing, match=r"css/nowhere\.css"):
        assets.asset_urls()("css/nowhere.css")


def test_the_lock_names_no_registry() -> None:
    lock = (ROOT / "package-lock.json").read_text("utf-8")
    assert '"integrity"' in lock
    assert "resolved" not in lock
    assert "://" not in lock


def test_large_letters_are_remembered(gallery: FlaskClient) -> None:
    assert 'data-text="normal"' in gallery.get("/phone-ballot").text
    asked = gallery.get("/phone-ballot?page=2&text_size=large")
    assert 'data-text="large"' in asked.text
    assert "/phone-ballot?page=2&amp;text_size=normal" in asked.text
    assert 'data-text="large"' in gallery.get("/phone-receipt").text
    gallery.get("/phone-ballot?text_size=normal")
    assert 'data-text="normal"' in gallery.get("/phone-receipt").text


def test_an_unknown_size_is_not_taken(gallery: FlaskClient) -> None:
    answer = gallery.get("/phone-ballot?text_size=%22%3E")
    assert 'data-text="normal"' in answer.text
    assert "Set-Cookie" not in answer.headers


def test_the_pager_keeps_the_filters_of_its_list(gallery: FlaskClient) -> None:
    text = gallery.get("/office-table?building=3&page=3").text
    assert "/office-table?building=3&amp;page=2" in text
    assert "/office-table?building=3&amp;page=4" in text
    assert "第 3 / 15 页，共 703 套" in text


def test_cells_of_a_wide_table_carry_their_headings_and_two_columns_stay_a_table() -> None:
    app = build_gallery()
    draw = '{% import "web/pieces.html" as pieces %}{{ pieces.table("表", columns, [cells]) }}'
    with app.test_request_context():
        wide = render_template_string(
            draw, columns=["房屋", ("面积", "num"), ("", "act")], cells=["101", "60 ㎡", "看"]
        )
        small = render_template_string(draw, columns=["房屋", "面积"], cells=["101", "60 ㎡"])
    assert 'class="table table-cards"' in wide
    assert '<th scope="row" class="">101</th>' in wide
    assert '<td class="num" data-label="面积">60 ㎡</td><td class="act">看</td>' in wide
    assert "table-cards" not in small


def test_no_page_of_the_office_draws_a_table_by_hand() -> None:
    by_hand = [
        path.name
        for path in (ROOT / "admin" / "templates").rglob("*.html")
        if "<table" in path.read_text("utf-8")
    ]
    assert by_hand == []


def test_the_twin_bar_says_in_words_what_it_draws(gallery: FlaskClient) -> None:
    text = gallery.get("/phone-ballot").text
    assert re.search(r"417 / 703 人\s*<strong>\(59\.3%\)", text)
    assert re.search(r"42,118\.35 / 71,020\.80 ㎡\s*<strong>\(59\.3%\)", text)
    assert "法定线：2/3" in text
    assert 'width="59.317%"' in text, "heads: 417 of 703"
    assert 'width="59.304%"' in text, "area: 42,118.35 of 71,020.80"
    assert 'x1="66.666%"' in text


def test_areas_that_must_stay_hidden_are_drawn_in_whole_per_cent(gallery: FlaskClient) -> None:
    text = gallery.get("/phone-pieces").text
    small = text[text.index("小范围") :]
    table = small[small.index("<table") : small.index("</table>")]
    assert "61%" in table
    assert "㎡" not in table


def test_twelve_slips_fill_a_sheet(gallery: FlaskClient) -> None:
    text = gallery.get("/print-slips").text
    sheets = text.split("paper-slips")[1:]
    assert [sheet.count('class="slip"') for sheet in sheets] == [12, 2]


def test_an_error_says_what_to_do_and_a_code(gallery: FlaskClient) -> None:
    text = gallery.get("/error").text
    assert "3 月 16 日 08:00 开始，到时再来。" in text
    assert "403 · ballot_not_open" in text
    assert "公告期还差 13 天。" in text


@pytest.mark.parametrize("name", OFFICE)
def test_the_office_marks_where_one_is(gallery: FlaskClient, name: str) -> None:
    text = gallery.get(f"/{name}").text
    assert text.count("<h1>") == 1
    assert 'aria-current="page"' in text
    assert "示例数据" in text
