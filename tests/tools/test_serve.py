"""Starting the house: what stops it is told before anything starts, what to open afterwards."""

import os
import re
import runpy
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tools import serve

ROOT = Path(__file__).resolve().parents[2]


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_a_busy_port_is_told_with_one_that_is_free(busy_port: int) -> None:
    done = run(sys.executable, "-m", "tools.serve", HOST="127.0.0.1", PORT=str(busy_port))
    assert done.returncode == 1
    assert done.stdout == ""
    told = re.fullmatch(
        r"端口 (\d+) 已被占用。请先停下占用它的程序，或换一个端口：PORT=(\d+) make run。\n", done.stderr
    )
    assert told, done.stderr
    assert int(told[1]) == busy_port
    socket.create_server(("127.0.0.1", int(told[2]))).close()


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        pytest.param({"PORT": "eight"}, "PORT=eight 不是端口号。", id="not a number"),
        pytest.param({"PORT": "70000"}, "PORT=70000 不是端口号。", id="too large"),
        pytest.param(
            {"HOST": "192.0.2.7"}, "这台机器没有 HOST=192.0.2.7 这个地址。", id="another machine's address"
        ),
        pytest.param({"HOST": "not a host"}, "这台机器没有 HOST=not a host 这个地址。", id="no address"),
    ],
)
def test_a_wrong_address_is_told_before_anything_starts(settings: dict[str, str], sentence: str) -> None:
    with pytest.raises(serve.Trouble) as trouble:
        serve.check_free(serve.read_address(settings))
    assert str(trouble.value).startswith(sentence)


def test_qr_codes_carry_an_address_that_a_phone_can_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "own_address", lambda: "192.168.3.4")
    only_here = serve.settings_for(serve.Address("127.0.0.1", 8000), {})
    for_phones = serve.settings_for(serve.Address(serve.ANYWHERE[0], 8000), {})
    chosen = serve.settings_for(
        serve.Address(serve.ANYWHERE[0], 8000), {"PUBLIC_URL": "https://xiangyi.example"}
    )
    assert [each["PUBLIC_URL"] for each in (only_here, for_phones, chosen)] == [
        "http://127.0.0.1:8000",
        "http://192.168.3.4:8000",
        "https://xiangyi.example",
    ]


def test_what_to_open_is_three_lines() -> None:
    lines = serve.what_to_open(serve.Address("127.0.0.1", 8001)).splitlines()
    assert len(lines) == 3
    assert all("http://127.0.0.1:8001/" in line for line in lines)


def test_a_slow_machine_is_told_once_and_still_hears_what_to_open(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tries = iter([False, False, False, True])
    monkeypatch.setattr(serve, "answers", lambda address: next(tries))
    monkeypatch.setattr(serve, "READY_WITHIN_SECONDS", 0)
    ready = threading.Event()
    serve.announce_when_ready(serve.Address("127.0.0.1", 8001), ready)
    assert ready.is_set()
    told = capsys.readouterr().out
    assert told.count("还在等") == 1
    assert told.endswith(serve.what_to_open(serve.Address("127.0.0.1", 8001)) + "\n")


def test_starting_afresh_removes_the_data_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "instance/photos").mkdir(parents=True)
    (tmp_path / "instance/xiangyi.sqlite").touch()
    (tmp_path / "kept").touch()
    monkeypatch.setattr(serve, "INSTANCE", tmp_path / "instance")
    serve.start_fresh({})
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["instance", "kept"]


@pytest.mark.parametrize(
    "settings",
    [{"APP_ENV": "production"}, {"DATABASE_URL": "postgresql://127.0.0.1/x"}, {"INSTANCE_DIR": "/srv/x"}],
    ids=lambda settings: next(iter(settings)),
)
def test_starting_afresh_refuses_what_is_not_the_example(
    settings: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "xiangyi.sqlite").touch()
    monkeypatch.setattr(serve, "INSTANCE", tmp_path)
    with pytest.raises(serve.Trouble):
        serve.start_fresh(settings)
    assert (tmp_path / "xiangyi.sqlite").exists()


@pytest.mark.parametrize(
    ("version", "has_community", "is_prepared"),
    [
        pytest.param(None, False, False, id="no-database"),
        pytest.param("0001", True, False, id="behind-the-newest-migration"),
        pytest.param("newest", False, False, id="migrated-and-empty"),
        pytest.param("newest", True, True, id="migrated-and-filled"),
    ],
)
def test_a_database_that_is_ready_is_not_prepared_again(
    version: str | None,
    has_community: bool,
    is_prepared: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(serve, "INSTANCE", tmp_path)
    newest = max(path.name[:4] for path in serve.MIGRATIONS.glob("0*.py"))
    if version is not None:
        with closing(sqlite3.connect(tmp_path / "xiangyi.sqlite")) as database, database:
            database.execute("CREATE TABLE alembic_version (version_num)")
            database.execute(
                "INSERT INTO alembic_version VALUES (?)", (newest if version == "newest" else version,)
            )
            database.execute("CREATE TABLE communities (id)")
            if has_community:
                database.execute("INSERT INTO communities VALUES (1)")
    assert serve.is_prepared({}) == is_prepared
    assert not serve.is_prepared({"DATABASE_URL": "postgresql://127.0.0.1/x"})


def test_an_example_without_an_appid_has_wechat_played_beside_it() -> None:
    here = serve.Address("127.0.0.1", 8000)
    made = serve.with_stand_in(here, serve.settings_for(here, {}))
    assert made["WECHAT_BASE_URL"].startswith("http://127.0.0.1:")
    assert "仿真微信" in serve.commands(here, made)
    assert made["WECHAT_OFFICIAL_APPID"]


@pytest.mark.parametrize("own", [{"WECHAT_MINI_APPID": "wx1"}, {"APP_ENV": "production"}])
def test_whoever_has_an_appid_or_is_no_example_has_no_stand_in(own: dict[str, str]) -> None:
    here = serve.Address("127.0.0.1", 8000)
    made = serve.with_stand_in(here, serve.settings_for(here, own))
    assert "WECHAT_BASE_URL" not in made
    assert "仿真微信" not in serve.commands(here, made)


def serving() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "gunicorn.conf.py"))


@pytest.mark.parametrize(("said", "workers"), [({}, 2), ({"WEB_CONCURRENCY": "6"}, 6)])
def test_gunicorn_serves_as_the_house_says_unless_the_operator_says_how_many(
    monkeypatch: pytest.MonkeyPatch, said: dict[str, str], workers: int
) -> None:
    monkeypatch.delenv("WEB_CONCURRENCY", raising=False)
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    served = serving()
    assert (served["worker_class"], served["workers"], served["threads"]) == ("gthread", workers, 4)


def test_the_web_server_tells_the_library_of_pictures_what_to_keep_before_the_house_is_loaded(
    tmp_path: Path,
) -> None:
    """Asked of gunicorn itself: it sets what the file says, and a worker that is forked then loads the library."""
    (tmp_path / "asked.py").write_text(
        "import os\n"
        "from PIL import Image\n"
        "print('kept', Image.core.get_blocks_max(), flush=True)\n"
        "os.kill(os.getppid(), 15)\n"
        "def app(environ, start): ...\n"
    )
    command = (sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:0", "--no-control-socket", "asked:app")
    assert "kept 4\n" in run(*command, PYTHONPATH=str(tmp_path), PILLOW_BLOCKS_MAX="4").stdout
    assert "kept 2\n" in run(*command, PYTHONPATH=str(tmp_path), PILLOW_BLOCKS_MAX="2").stdout


def served_by(
    monkeypatch: pytest.MonkeyPatch, processors: set[int], stay: Callable[[int, set[int]], None]
) -> Any:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: processors, raising=False)
    monkeypatch.setattr(os, "sched_setaffinity", stay, raising=False)
    return serving()


@pytest.mark.parametrize(
    ("processors", "wanted", "alive", "chosen"),
    [
        pytest.param({0, 1}, 2, [], 0, id="the-first"),
        pytest.param({0, 1}, 2, [0], 1, id="beside-another"),
        pytest.param({0, 1}, 2, [1], 0, id="for-one-that-died"),
        pytest.param({4, 7}, 2, [4], 7, id="only-where-it-may-run"),
        pytest.param({0, 1}, 4, [0, 1, 1], 0, id="two-for-each"),
        pytest.param({0, 1}, 3, [], None, id="one-more-than-processors"),
        pytest.param({0, 1, 2}, 2, [], None, id="a-processor-to-spare"),
        pytest.param({3}, 1, [], None, id="there-is-but-one"),
        pytest.param(set(), 2, [], None, id="the-system-does-not-tell"),
    ],
)
def test_each_worker_stays_on_a_processor_where_they_fill_them_evenly(
    monkeypatch: pytest.MonkeyPatch, processors: set[int], wanted: int, alive: list[int], chosen: int | None
) -> None:
    stays: list[set[int]] = []
    served = served_by(monkeypatch, processors, lambda _pid, there: stays.append(there))
    others = {number: SimpleNamespace(processor=one) for number, one in enumerate(alive)}
    server, worker = SimpleNamespace(num_workers=wanted, WORKERS=others), SimpleNamespace()
    served["pre_fork"](server, worker)
    served["post_fork"](server, worker)
    assert (worker.processor, stays) == (chosen, [] if chosen is None else [{chosen}])


def test_a_system_that_forbids_it_and_workers_that_never_chose_stop_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def forbid(_pid: int, _there: set[int]) -> None:
        raise PermissionError

    served = served_by(monkeypatch, {0, 1}, forbid)
    server, worker = SimpleNamespace(num_workers=2, WORKERS={1: SimpleNamespace()}), SimpleNamespace()
    served["pre_fork"](server, worker)
    served["post_fork"](server, worker)
    assert worker.processor == 0
