"""The house about itself: the checks that no tool has."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from werkzeug.routing import Rule

ROOT = Path(__file__).resolve().parents[1]
SERVER = ROOT / "server"
ROOMS = sorted(path.parent.name for path in SERVER.glob("*/models*") if path.parent.name != "infra")


def tracked(pattern: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--", pattern], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if not rule.rule.startswith("/static")]


def test_every_address_is_kebab_case(app):
    for rule in rules(app):
        for part in re.sub(r"<[^>]+>", "", rule.rule).split("/"):
            assert re.fullmatch(r"[a-z0-9.-]*", part), f"{rule.rule}: {part}"


def test_every_id_in_an_address_is_a_typed_converter(app):
    for rule in rules(app):
        for converter, name in re.findall(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>", rule.rule):
            if name == "id" or name.endswith("_id"):
                assert converter == "int", rule.rule


def test_every_rooms_tables_are_known_to_the_migrations():
    text = (SERVER / "tables.py").read_text()
    for room in ROOMS:
        assert re.search(rf"\b{room}\b", text), f"{room} is missing in server/tables.py"


def test_no_room_imports_another_rooms_tables():
    for path in SERVER.glob("*/**/*.py"):
        room = path.relative_to(SERVER).parts[0]
        if room in {"reports", "migrations"}:
            continue
        for other in re.findall(
            r"server\.(\w+)\.models|from server\.(\w+) import [^\n]*\bmodels\b", path.read_text()
        ):
            named = other[0] or other[1]
            assert named == room, f"{path.relative_to(ROOT)} reaches into {named}"


def test_migrations_are_one_line_without_gaps():
    script = ScriptDirectory(str(SERVER / "migrations"))
    assert len(script.get_heads()) == 1
    revisions = [step.revision for step in script.walk_revisions()][::-1]
    assert revisions == [f"{number:04d}" for number in range(1, len(revisions) + 1)]
    for step in script.walk_revisions():
        assert Path(step.path).name.startswith(f"{step.revision}_")


def test_only_the_database_file_commits():
    for path in [
        *SERVER.rglob("*.py"),
        *(ROOT / "admin").rglob("*.py"),
        *(ROOT / "miniprogram_api").rglob("*.py"),
    ]:
        if path != SERVER / "infra" / "db.py":
            assert ".commit(" not in path.read_text(), path


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "misc"])
def test_nothing_is_kept_in_a_drawer(name):
    assert not [path for path in tracked("*.py") if path.stem == name or path.parent.name == name]


def test_no_file_is_longer_than_four_hundred_lines():
    for path in tracked("*.py"):
        assert len(path.read_text().splitlines()) <= 400, path


def test_the_owner_of_every_import_contract_is_still_there():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert {contract["id"] for contract in contracts} == {
        "house",
        "floors",
        "room",
        "pure-rules",
        "no-http-inside",
        "recount-alone",
        "one-wechat",
        "one-xlsform",
        "acyclic",
    }


def test_pages_carry_no_inline_script_or_style():
    """The content security policy would refuse them; better that no template has any."""
    for path in tracked("*.html"):
        text = re.sub(r"{[#%{].*?[#%}]}", "", path.read_text(), flags=re.DOTALL)
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), path
        assert not re.search(r"\sstyle=|<style", text), path
        assert not re.search(r"\son[a-z]+=\"", text), path


def test_every_package_says_what_it_holds():
    for path in tracked("*/__init__.py"):
        if path.parts[len(ROOT.parts)] != "tests":
            assert path.read_text().lstrip().startswith('"""') or path.read_text() == "", path
