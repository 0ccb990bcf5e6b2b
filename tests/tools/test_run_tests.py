"""Running the tests: on which database, with which browser, and what is said about the rest."""

import os
import re
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tools import pg, run_tests

SMALL_PROJECT = """
import os, pytest

def test_plain() -> None:
    assert os.environ["DATABASE_UNDER_TEST"] == "sqlite"
    assert "PYTHONDONTWRITEBYTECODE" not in os.environ

@pytest.mark.journey
def test_story() -> None:
    assert os.environ["CHROMIUM"]
    assert ("LEAVE_RULES" in os.environ) is (os.environ["PART"] == "everyday")

@pytest.mark.deep
def test_long() -> None:
    assert os.environ["HYPOTHESIS_PROFILE"] == "deep"
"""


def run_by(run_on: Callable[..., int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Both databases, a browser and four cores are there; whatever would run tests is told to this instead."""
    monkeypatch.setattr(run_tests, "run_on", run_on)
    monkeypatch.setattr(run_tests, "what_is_missing", lambda _chromium: None)
    monkeypatch.setattr(run_tests, "find_chromium", lambda: "/bin/true")
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    monkeypatch.setenv("TEST_DATABASE_URL", "postgresql://somewhere/x")
    monkeypatch.setenv("HYPOTHESIS_PROFILE", "default")


@pytest.fixture
def small_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "test_small.py").write_text(SMALL_PROJECT)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n  journey: x\n  deep: x\n")
    monkeypatch.setattr(run_tests, "ROOT", tmp_path)
    for name in ("TEST_DATABASE_URL", "REQUIRE_ALL", "CHROMIUM", "HYPOTHESIS_PROFILE", "LEAVE_RULES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TEST_WORKERS", "0")
    monkeypatch.setenv("PART", "everyday")
    # Each run would load the plugins of the whole house; these tests need xdist's options alone.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_PLUGINS", "xdist.plugin")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    return tmp_path


def test_without_a_browser_the_last_line_says_how_many_stories_were_left_out(
    small_project: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run_tests, "find_chromium", lambda: None)
    assert run_tests.main([]) == 0
    said = capfd.readouterr().out
    assert "1 passed" in said
    assert "skipped" not in said
    assert re.match(
        r"没有找到 Chromium，1 个浏览器故事没有运行。要运行它们：.*make test-journeys$", said.splitlines()[-1]
    )


@pytest.mark.parametrize(
    ("part", "count"), [([], 2), (["--journeys"], 1), (["--deep"], 2), (["--all"], 3)], ids=str
)
def test_with_a_browser_nothing_is_left_out(
    part: list[str],
    count: int,
    small_project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(run_tests, "find_chromium", lambda: "/bin/true")
    monkeypatch.setenv("PART", "".join(part) or "everyday")
    assert run_tests.main(part) == 0
    said = capfd.readouterr().out
    assert f"{count} passed" in said
    assert "没有运行" not in said


@pytest.mark.parametrize(
    ("arguments", "first", "second"),
    [
        pytest.param([], "not deep", "not deep and not walk and not journey", id="every-day"),
        pytest.param(
            ["--deep"],
            "deep or hypothesis or journey",
            "deep or hypothesis or journey or walk",
            id="what-was-left-out-comes-in-the-deep-run",
        ),
        pytest.param(["--all"], "", "", id="all-in-one-go"),
        pytest.param(["tests/x.py"], "not deep", "not deep", id="what-is-named-runs-on-both"),
    ],
)
def test_on_the_second_database_long_walks_wait_for_the_deep_run(
    arguments: list[str], first: str, second: str, small_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marks: dict[str, str] = {}

    def run_on(database: str, _chromium: object, passed: list[str], **_how: int) -> int:
        marks[database] = passed[passed.index("-m") + 1]
        return 0

    run_by(run_on, monkeypatch)
    assert run_tests.main(arguments) == 0
    assert marks == {"sqlite": first, "postgresql": second}


def test_every_day_both_databases_go_side_by_side_the_second_with_half_the_workers(
    small_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both, found = threading.Barrier(2), {}

    def run_on(database: str, *_what: object, is_second: bool, is_beside: bool, **_how: bool) -> int:
        both.wait(timeout=10)
        found[database] = (run_tests.workers_of(is_beside=is_beside), is_second)
        return 0

    run_by(run_on, monkeypatch)
    assert run_tests.main([]) == 0
    assert found == {"sqlite": (4, False), "postgresql": (2, True)}


@pytest.mark.parametrize(
    ("arguments", "is_second"),
    [(["--deep"], True), (["--all"], True), (["tests/x.py"], False)],
    ids=["deep", "all", "named"],
)
def test_deep_and_named_tests_run_on_one_database_after_the_other_with_every_core(
    arguments: list[str], is_second: bool, small_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running, found = threading.Lock(), []

    def run_on(database: str, *_what: object, is_second: bool, is_beside: bool, **_how: bool) -> int:
        assert running.acquire(blocking=False)
        found.append((database, run_tests.workers_of(is_beside=is_beside), is_second))
        time.sleep(0.05)
        running.release()
        return 0

    run_by(run_on, monkeypatch)
    assert run_tests.main(arguments) == 0
    assert found == [("sqlite", 4, False), ("postgresql", 4, is_second)]


def test_a_failing_test_fails_the_run(small_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (small_project / "test_wrong.py").write_text("def test_wrong() -> None:\n    assert False\n")
    monkeypatch.setattr(run_tests, "find_chromium", lambda: "/bin/true")
    assert run_tests.main([]) == 1


def test_where_everything_is_required_a_missing_browser_is_an_error(
    small_project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REQUIRE_ALL", "1")
    monkeypatch.setattr(run_tests, "find_chromium", lambda: None)
    assert run_tests.main([]) == 1
    assert "缺少 Chromium 或 TEST_DATABASE_URL" in capsys.readouterr().err


def test_a_database_that_does_not_answer_is_told_before_the_tests(
    small_project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    monkeypatch.setenv("TEST_DATABASE_URL", f"postgresql://postgres@127.0.0.1:{port}/x")
    assert run_tests.main([]) == 1
    assert "的 PostgreSQL 没有应答" in capsys.readouterr().err


def test_a_scratch_database_is_on_the_server_that_the_address_names() -> None:
    address = "postgresql+psycopg://me:secret@db.example:5433/real?sslmode=require"
    assert pg.at_database(address, "other") == "postgresql://me:secret@db.example:5433/other?sslmode=require"
