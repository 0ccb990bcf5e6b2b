"""The house under test: a real database (SQLite, or PostgreSQL where DATABASE_UNDER_TEST says so), made once by the
migrations and brought back to that state after each test; a clock that tests set; no network but loopback."""

import gc
import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.globals import app_ctx
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from jinja2 import FileSystemBytecodeCache
from werkzeug import test as werkzeug_test
from werkzeug.sansio.multipart import Data, Event, MultipartEncoder, State

from admin import back_office
from miniprogram_api import mobile
from server.app import create_app
from server.infra.db import db, forget_answers
from server.infra.settings import load_settings
from server.jobs import jobs
from tests.kept import keeper
from tests.shelves import PostgresShelf, SqliteShelf

hypothesis_settings.register_profile(
    "default", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
# Ten times the daily number. Those that name a number of their own, because each of theirs writes to a database, keep it.
hypothesis_settings.register_profile(
    "deep", deadline=None, max_examples=600, suppress_health_check=list(HealthCheck)
)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

POSTGRES = "postgresql"
DOORS = (Path(__file__).parent / "admin", Path(__file__).parent / "miniprogram_api")
FAULTS = Path(__file__).parent / "faults"
ROOMS = Path(__file__).parent / "server"
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # Monday, 2 March 2026, 09:00 in China


def database_under_test() -> str:
    return os.environ.get("DATABASE_UNDER_TEST", "sqlite")


def pytest_itemcollected(item: pytest.Item) -> None:
    """The doors hold no statements of their own: PostgreSQL, which the rooms behind them are tested on every day, has them
    in `make test-deep`."""
    if any(map(item.path.is_relative_to, DOORS)):
        item.add_marker(pytest.mark.walk)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What touches no database is the same on each, and so is a walk on another screen: with ONLY_WITH_DATABASE both are
    left to the other run.

    The longest comes first: begun late, it would keep one core busy for minutes with nothing left for the others. Journeys
    come next, together: one worker has them with one filled example, and none ends on them alone.
    """
    items.sort(key=_in_order)
    if os.environ.get("ONLY_WITH_DATABASE"):
        config.hook.pytest_deselected(items=[item for item in items if not _hangs_on_database(item)])
        items[:] = [item for item in items if _hangs_on_database(item)]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> None:
    """Rules are pure: the examples that ask them without a database reach every line of them. Tracing anything else takes it
    two thirds longer and would show no more: it pauses."""
    plugin = item.config.pluginmanager.getplugin("_cov")
    tracing = plugin and plugin.cov_controller
    if tracing and tracing.started is not (is_asking_rules := _asks_rules_alone(item)):
        (tracing.resume if is_asking_rules else tracing.pause)()


def _asks_rules_alone(item: pytest.Item) -> bool:
    is_of_a_room = item.path.is_relative_to(ROOMS)
    return is_of_a_room and not _touches_database(item) and item.get_closest_marker("hypothesis") is None


def _in_order(item: pytest.Item) -> tuple[bool, bool]:
    return item.get_closest_marker("longest") is None, item.get_closest_marker("journey") is None


def _hangs_on_database(item: pytest.Item) -> bool:
    return _touches_database(item) and item.get_closest_marker("resized") is None


def _touches_database(item: pytest.Item) -> bool:
    """The faults start houses of their own; everything else asks a fixture for its database."""
    asked = set(getattr(item, "fixturenames", ()))
    return bool(asked & {"store", "databases"}) or item.path.is_relative_to(FAULTS)


class Store:
    """The database of one test process, and how it gets back to where the migrations left it, or to a state that was kept."""

    def __init__(self, folder: Path, worker: str) -> None:
        self.kind = database_under_test()
        self.folder = folder
        if self.kind == POSTGRES:
            base = os.environ["TEST_DATABASE_URL"].replace("postgresql+psycopg://", "postgresql://")
            self.name = f"{base.rpartition('/')[2] or 'xiangyi_test'}_{worker}"
            self.server = f"{base.rpartition('/')[0]}/postgres"
            self.url = f"{base.rpartition('/')[0]}/{self.name}"
            self._recreate()
        else:
            self.path = folder / "test.sqlite"
            self.url = f"sqlite:///{self.path}"

    def _recreate(self) -> None:
        engine = sa.create_engine(self.server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sa.text(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)'))
            connection.execute(sa.text(f'CREATE DATABASE "{self.name}"'))
            connection.execute(sa.text(f'ALTER DATABASE "{self.name}" SET synchronous_commit = off'))
        engine.dispose()

    def stop_waiting_for_the_disk(self) -> None:
        """Nothing here must outlive the machine. PostgreSQL was told when the database was made."""
        if self.kind != POSTGRES:
            sa.event.listen(db.engine, "connect", _sync_nothing)

    def remember(self) -> None:
        """Note what the migrations left, to come back to it."""
        keeper.shelf = (
            PostgresShelf(db.engine) if self.kind == POSTGRES else SqliteShelf(db.engine, self.path)
        )
        sa.event.listen(db.engine, "commit", lambda _connection: keeper.note_writing())

    def restore(self) -> None:
        db.session.remove()
        keeper.go_back()


def _sync_nothing(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Store:
    return Store(tmp_path_factory.mktemp("house"), worker_id)


class Browser(FlaskClient):
    """Each request starts with nothing remembered of the last one, as it does outside tests: here one application
    context stays open round them all, and what guards keep in it (who is signed in) would outlive its request."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        app_ctx.g.__dict__.clear()
        forget_answers()
        return super().open(*args, **kwargs)


class BrowsersForms(MultipartEncoder):
    """Parts that hold nothing keep the end of the line before it, as browsers write them; Werkzeug's own leaves it out."""

    def send_event(self, event: Event) -> bytes:
        is_empty = isinstance(event, Data) and not event.data and self.state is State.DATA_START
        return b"\r\n" * is_empty + super().send_event(event)


werkzeug_test.MultipartEncoder = BrowsersForms


@pytest.fixture(scope="session")
def pages_compiled(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Where the pages lie compiled for all workers of this run: each would compile the same ones."""
    own = tmp_path_factory.getbasetemp()
    folder = (own if worker_id == "master" else own.parent) / "pages"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def house(store: Store, pages_compiled: Path) -> Iterator[APIFlask]:
    """The house with all its doors, on a migrated database, for the whole test process."""
    environ = {
        "APP_ENV": "test",
        "DATABASE_URL": store.url,
        "INSTANCE_DIR": str(store.folder),
        "PUBLIC_URL": "http://xiangyi.test",
    }
    app = create_app(doors=[mobile, back_office, jobs], settings=load_settings(environ))
    app.test_client_class = Browser
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(pages_compiled))
    with app.app_context():
        store.stop_waiting_for_the_disk()
        flask_migrate.upgrade()
        store.remember()
    # What the house is made of stays to the end: the collector of garbage need not go through it time and again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    yield app
    gc.unfreeze()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app(house: APIFlask, store: Store, request: pytest.FixtureRequest) -> Iterator[APIFlask]:
    """The house for one test, with an application context open; afterwards the database is as it was."""
    with house.app_context(), keeper.open_to(request.fixturenames):
        yield house
        store.restore()


@pytest.fixture(scope="module")
def shared_house(house: APIFlask, store: Store) -> Iterator[APIFlask]:
    """The house for all tests of one module, which takes it for its `app`: what is built once, all of them find.

    For walks that ask much of what was costly to build. In whichever order they run, none may hang on another.
    """
    with house.app_context():
        yield house
        store.restore()


@pytest.fixture
def client(app: APIFlask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, for journeys. One process has no second: playwright does not stand beside itself."""
    from tests import chromium  # noqa: PLC0415 - only journeys need playwright loaded

    with chromium.running() as opened:
        yield opened


@pytest.fixture
def wechat(app: APIFlask) -> Iterator[Any]:
    """The house with both accounts of WeChat, whose servers a stand-in on loopback plays; see tests/wechat.py."""
    from tests import wechat  # noqa: PLC0415 - few tests need it loaded

    with wechat.standing_in(app) as stand_in:
        yield stand_in


class Clock:
    """The clock of the house, set by a test: `clock.now`, `clock.set(instant)`, `clock.advance(days=3)`."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def set(self, instant: datetime) -> datetime:
        self.now = instant.astimezone(UTC)
        return self.now

    def advance(self, **by: Any) -> datetime:
        return self.set(self.now + timedelta(**by))


@pytest.fixture
def clock(app: APIFlask) -> Iterator[Clock]:
    """Time stands at START until the test moves it. Doors that ask the clock of the house are told this time."""
    clock = Clock(START)
    app.config["TEST_CLOCK"] = clock
    yield clock
    app.config.pop("TEST_CLOCK")


@pytest.fixture(autouse=True)
def _no_network() -> Iterator[None]:
    """A test that reaches beyond this machine fails."""
    real_connect = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if host and host not in {"127.0.0.1", "::1", "localhost"}:
            raise AssertionError(f"a test tried to reach {address}")
        real_connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        yield
