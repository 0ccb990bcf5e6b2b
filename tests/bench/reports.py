"""The overview of a province, a prefecture and a county at full size, and again with ten times the answers and votes."""

from collections.abc import Iterable

from flask.testing import FlaskClient
from sqlalchemy import event

from server.identity.rules import Role
from server.infra.db import db
from tests.bench import frame, province
from tests.bench.apart import filled
from tests.bench.frame import Row, median, percentile
from tests.bench.house import house_at
from tests.bench.pages import ASKED, WARM_UP, Meter
from tests.factories.divisions import get_division
from tests.factories.identity import make_staff, sign_in_staff

MOST_MS = 50.0
MOST_TIMES = 1.3
TIMES = 10
LEVELS = (
    ("province", Role.PROVINCE_OFFICER, "52"),
    ("prefecture", Role.CITY_OFFICER, "5201"),
    ("county", Role.COUNTY_OFFICER, "520102"),
)


def run(database: str) -> list[Row]:
    with frame.place(database) as place:
        ids = filled(place, _seed)
        with house_at(place) as app:
            desks = {
                name: (
                    sign_in_staff(app.test_client(), make_staff(role, division=code)),
                    f"/admin/reports/{get_division(code).id}",
                )
                for name, role, code in LEVELS
            }
            engine = db.engine
        meter = Meter(app.wsgi_app)
        app.wsgi_app = meter  # type: ignore[method-assign]
        event.listen(engine, "before_cursor_execute", meter.before)
        event.listen(engine, "after_cursor_execute", meter.after)
        try:
            once = {name: asked(meter, *desk) for name, desk in desks.items()}
            statements = meter.statements
            filled(place, _grow, ids)
            often = {name: asked(meter, *desk) for name, desk in desks.items()}
        finally:
            engine.dispose()
        return list(_rows(database, once, often, statements))


def _seed() -> list[int]:
    ids = province.seed_province()
    province.ask_and_vote(ids)
    _recompute()
    return ids


def _grow(ids: list[int]) -> None:
    province.grow(ids, TIMES - 1)
    _recompute()


def _recompute() -> None:
    province.recompute()
    province.gather_statistics()


def asked(meter: Meter, client: FlaskClient, path: str) -> list[float]:
    """Server time of each request: its CPU and the time its statements ran, in ms."""
    for number in range(WARM_UP + ASKED):
        if number == WARM_UP:
            meter.cpu.clear()
            meter.sql.clear()
        answer = client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code}")
    return [cpu + sql for cpu, sql in zip(meter.cpu, meter.sql, strict=True)]


def _rows(
    database: str, once: dict[str, list[float]], often: dict[str, list[float]], statements: int
) -> Iterable[Row]:
    for name, took in once.items():
        yield Row("province_page", database, f"{name}: p95 ms", round(percentile(took, 0.95), 1), MOST_MS)
        yield Row("province_page", database, f"{name}: median ms", round(median(took), 1))
        times = median(often[name]) / median(took)
        yield Row(
            "province_page",
            database,
            f"{name}: {TIMES} times the answers to once",
            round(times, 2),
            MOST_TIMES,
        )
    yield Row("province_page", database, "county: statements", statements)
