"""The mini program as WeChat reads it: pages are there, components are found, what is drawn is known, colours are the house's."""

import json
import re
from pathlib import Path

import pytest

from tools import miniprogram
from tools.miniprogram import ROOT, SOURCES

TOKENS = ROOT / "server/infra/web/static/css/tokens.css"
DRAWN = sorted(SOURCES.rglob("*.wxml"))
#: Words of templates that are no data of ours.
OF_THE_LANGUAGE = {"length", "index", "true", "false", "item"}


def parts(path: Path) -> dict[str, Path]:
    return {suffix: path.with_suffix(suffix) for suffix in (".ts", ".json", ".wxml", ".wxss")}


def colours(text: str) -> list[dict[str, str]]:
    """The custom properties by block, the light one first."""
    blocks = [dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6});", block)) for block in re.split(r"\{", text)]
    return [block for block in blocks if "paper" in block]


def test_every_page_of_the_list_is_whole():
    listed = json.loads((SOURCES / "app.json").read_text())["pages"]
    assert listed[0] == "pages/home/home"
    assert set(listed) == {
        str(one.with_suffix("").relative_to(SOURCES)) for one in (SOURCES / "pages").rglob("*.wxml")
    }
    for page in listed:
        assert parts(SOURCES / f"{page}.ts")[".json"].is_file(), page
        assert parts(SOURCES / f"{page}.ts")[".ts"].is_file(), page


@pytest.mark.parametrize("drawn", DRAWN, ids=lambda path: path.stem)
def test_components_are_named_where_they_are_used_and_are_there(drawn):
    using = json.loads(drawn.with_suffix(".json").read_text())["usingComponents"]
    used = set(re.findall(r"<([a-z]+-[a-z-]+|told)\b", drawn.read_text())) - {"web-view"}
    assert used == set(using)
    for target in using.values():
        assert (drawn.parent / f"{target}.wxml").resolve().is_file(), target


@pytest.mark.parametrize("drawn", DRAWN, ids=lambda path: path.stem)
def test_what_is_drawn_is_data_of_its_own_or_a_field_of_the_api(drawn):
    known = drawn.with_suffix(".ts").read_text() + "".join(
        (SOURCES / name).read_text()
        for name in ("api/shapes.ts", "lib/questionnaire.ts", "lib/categories.ts")
    )
    text = drawn.read_text()
    inside = re.sub(r"'[^']*'", "", " ".join(re.findall(r"\{\{(.*?)\}\}", text)))
    loops = set(re.findall(r'wx:for-item="(\w+)"', text))
    words = set(re.findall(r"[A-Za-z_]\w*", inside)) - OF_THE_LANGUAGE - loops
    assert {word for word in words if not re.search(rf"\b{word}\b", known)} == set()


@pytest.mark.parametrize("drawn", DRAWN, ids=lambda path: path.stem)
def test_every_tap_has_someone_who_takes_it(drawn):
    taken = set(re.findall(r'\bbind:?\w+="(\w+)"', drawn.read_text()))
    methods = set(re.findall(r"^    (?:async )?(\w+)\(", drawn.with_suffix(".ts").read_text(), re.MULTILINE))
    assert taken <= methods


def test_every_page_can_be_drawn_in_large_letters():
    for drawn in (SOURCES / "pages").rglob("*.wxml"):
        if drawn.stem != "web":
            assert drawn.read_text().startswith('<view class="page {{size}}">'), drawn.stem
            assert "textSize()" in drawn.with_suffix(".ts").read_text(), drawn.stem


def test_the_colours_are_those_of_the_house_in_light_and_dark():
    ours, theirs = colours((SOURCES / "app.wxss").read_text()), colours(TOKENS.read_text())
    assert len(ours) == len(theirs) == 2
    for mine, house in zip(ours, theirs, strict=True):
        assert mine == {name: house[name] for name in mine}
    theme = json.loads((SOURCES / "theme.json").read_text())
    assert [theme[mode]["paper"] for mode in ("light", "dark")] == [one["paper"] for one in theirs]


def test_no_colour_is_written_beside_the_tokens():
    for path in SOURCES.rglob("*.wxss"):
        if path.name != "app.wxss":
            assert not re.search(r"#[0-9A-Fa-f]{3,8}\b|rgba?\(", path.read_text()), path.name


@pytest.mark.parametrize(
    ("house", "is_checked"), [("https://xiangyi.example", True), ("http://127.0.0.1:8000", False)]
)
def test_a_house_on_the_open_net_is_only_asked_over_tls(tmp_path, house, is_checked):
    settings = tmp_path / "project.config.json"
    settings.write_text((SOURCES / settings.name).read_text())
    miniprogram._write_settings(settings, house, "wx1234567890abcdef")
    written = json.loads(settings.read_text())
    assert (written["appid"], written["setting"]["urlCheck"]) == ("wx1234567890abcdef", is_checked)
