"""Server time of pages: median CPU of the request in the web process, warm, plus the time it waited for its statements.

The house is asked in this process, so that the CPU is the asking thread's own (`time.thread_time`). What the driver computes
while a statement runs is CPU of this thread already; only the waiting comes on top.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import perf_counter, thread_time
from typing import Any

from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import event

from server.identity.models import Resident
from server.identity.rules import Role
from server.infra.db import db
from server.ledger.models import Community
from tests.bench import frame
from tests.bench.frame import Row, median
from tests.bench.house import house_at
from tests.bench.seeding import Electorate, cast_all, count_ballot, open_ballot, seed_electorate
from tests.factories.identity import make_staff, sign_in_resident, sign_in_staff

MANY, FEW = 3_000, 100
TURNOUT = 0.58
MOST_MS = 25.0
MOST_TIMES = 2.0
WARM_UP, ASKED = 8, 50


@dataclass
class Meter:
    """Wraps the application: what each request took of this thread's CPU, and how long it waited for its statements."""

    app: Callable[..., Iterable[bytes]]
    cpu: list[float] = field(default_factory=list)
    sql: list[float] = field(default_factory=list)
    statements: int = 0
    _in_sql: float = 0.0
    _began: tuple[float, float] = (0.0, 0.0)

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        self._in_sql, self.statements = 0.0, 0
        began = thread_time()
        answer = self.app(environ, start_response)
        whole = [b"".join(answer)]
        close = getattr(answer, "close", None)
        if close is not None:
            close()
        self.cpu.append((thread_time() - began) * 1000)
        self.sql.append(self._in_sql * 1000)
        return whole

    def before(self, *_: Any) -> None:
        self._began = perf_counter(), thread_time()
        self.statements += 1

    def after(self, *_: Any) -> None:
        began, cpu = self._began
        self._in_sql += max(perf_counter() - began - (thread_time() - cpu), 0.0)


@dataclass(frozen=True)
class Cost:
    cpu: float
    sql: float
    statements: int

    @property
    def whole(self) -> float:
        return self.cpu + self.sql


@dataclass(frozen=True)
class Village:
    """A community with a vote that runs and one that was counted, and who looks at them."""

    electorate: Electorate
    running: int
    counted: int
    clerk: FlaskClient
    resident: FlaskClient

    @property
    def office(self) -> str:
        return f"/admin/communities/{self.electorate.community_id}"


def run(database: str) -> list[Row]:
    with frame.place(database) as place:
        with house_at(place) as app:
            many, few = _village(app, MANY), _village(app, FEW)
            officer = sign_in_staff(app.test_client(), make_staff(Role.COUNTY_OFFICER, division="520102"))
            _gather_statistics()
            engine = db.engine
        # Outside that context, so that every request opens one of its own, as under a server.
        meter = Meter(app.wsgi_app)
        app.wsgi_app = meter  # type: ignore[method-assign]
        event.listen(engine, "before_cursor_execute", meter.before)
        event.listen(engine, "after_cursor_execute", meter.after)
        try:
            return list(_rows(database, meter, many, few, officer))
        finally:
            engine.dispose()


def _village(app: APIFlask, flats: int) -> Village:
    electorate = seed_electorate(flats)
    now = datetime.now(UTC)
    counted = open_ballot(electorate.community_id, days_open=20, days_left=-2)
    cast_all(electorate, counted, share=TURNOUT, at=now - timedelta(days=10))
    count_ballot(counted)
    running = open_ballot(electorate.community_id)
    cast_all(electorate, running, share=TURNOUT)
    community = db.session.get_one(Community, electorate.community_id)
    clerk = make_staff(Role.CLERK, community=community)
    resident = db.session.get_one(Resident, electorate.resident_ids[0])
    return Village(
        electorate,
        running,
        counted,
        sign_in_staff(app.test_client(), clerk),
        sign_in_resident(app.test_client(), resident),
    )


def _gather_statistics() -> None:
    """What autovacuum does within minutes of a load."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE")


def _rows(database: str, meter: Meter, many: Village, few: Village, officer: FlaskClient) -> Iterable[Row]:
    def cost(client: FlaskClient, path: str, **headers: str) -> Cost:
        return ask(meter, client, path, headers)

    yield from _alone(database, "home_page", "phone /me", cost(many.resident, "/me"))
    yield from _alone(database, "home_page", "office today", cost(many.clerk, f"{many.office}/today"))
    yield from _alone(database, "home_page", "office list", cost(officer, "/admin/"))
    yield from _alone(database, "ledger_page", "flats", cost(many.clerk, f"{many.office}/flats"))
    yield from _alone(database, "ledger_page", "community", cost(many.clerk, f"{many.office}/ledger"))
    pairs: list[tuple[str, str, Callable[[Village], Cost]]] = [
        ("ballot_page", "phone", lambda v: cost(v.resident, f"/ballots/{v.running}")),
        ("ballot_page", "office", lambda v: cost(v.clerk, f"{v.office}/ballots/{v.running}")),
        ("turnout_page", "api", lambda v: cost(v.resident, _turnout(v), Authorization=_bearer(v))),
        ("result_page", "phone", lambda v: cost(v.resident, f"/ballots/{v.counted}/result")),
        ("result_page", "office", lambda v: cost(v.clerk, f"{v.office}/ballots/{v.counted}/result")),
    ]
    for bench, figure, page in pairs:
        large, small = page(many), page(few)
        yield from _alone(database, bench, figure, large)
        times = round(large.whole / small.whole, 2)
        yield Row(bench, database, f"{figure}: {MANY} owners to {FEW}", times, MOST_TIMES)


def _turnout(village: Village) -> str:
    return f"/api/v1/ballots/{village.running}/turnout"


def _bearer(village: Village) -> str:
    return f"Bearer {village.electorate.tokens[0]}"


def _alone(database: str, bench: str, figure: str, cost: Cost) -> Iterable[Row]:
    yield Row(bench, database, f"{figure}: ms", round(cost.whole, 2), MOST_MS)
    yield Row(bench, database, f"{figure}: CPU ms", round(cost.cpu, 2))
    yield Row(bench, database, f"{figure}: SQL ms", round(cost.sql, 2))
    yield Row(bench, database, f"{figure}: statements", cost.statements)


def ask(meter: Meter, client: FlaskClient, path: str, headers: dict[str, str]) -> Cost:
    for number in range(WARM_UP + ASKED):
        if number == WARM_UP:
            meter.cpu.clear()
            meter.sql.clear()
        answer = client.get(path, headers=headers)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code}\n{answer.get_data(as_text=True)[:500]}")
    return Cost(median(meter.cpu), median(meter.sql), meter.statements)
