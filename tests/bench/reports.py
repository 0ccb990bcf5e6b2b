"""The overview of a province, a prefecture and a county at full size, in turn with one of ten times the answers and votes."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.engine import Engine

from server.identity.rules import Role
from server.infra.db import db
from tests.bench import frame, province
from tests.bench.apart import filled
from tests.bench.frame import Place, Row, median, percentile
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


@dataclass
class Province:
    """A house with the whole plan, and its officers: path and client by level."""

    meter: Meter
    desks: dict[str, tuple[FlaskClient, str]]
    engine: Engine
    took: dict[str, list[float]] = field(default_factory=dict)
    statements: dict[str, int] = field(default_factory=dict)

    @classmethod
    def opened(cls, place: Place) -> "Province":
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
        return cls(meter, desks, engine)

    def ask(self, level: str) -> None:
        client, path = self.desks[level]
        answer = client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code}")
        self.took.setdefault(level, []).append(self.meter.cpu.pop() + self.meter.sql.pop())
        self.statements[level] = self.meter.statements


def run(database: str) -> list[Row]:
    with frame.place(database) as one, frame.place(database) as other:
        filled(one, _seed)
        ids = filled(other, _seed)
        filled(other, _grow, ids)
        once, often = Province.opened(one), Province.opened(other)
        try:
            # In turn: the pace of a machine changes within half a minute by more than the answers could.
            for name, _, _ in LEVELS:
                for _ in range(WARM_UP + ASKED):
                    once.ask(name)
                    often.ask(name)
        finally:
            once.engine.dispose()
            often.engine.dispose()
        return list(_rows(database, once, often))


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


def _rows(database: str, once: Province, often: Province) -> Iterable[Row]:
    for name, _, _ in LEVELS:
        took, grown = (one.took[name][WARM_UP:] for one in (once, often))
        yield Row("province_page", database, f"{name}: p95 ms", round(percentile(took, 0.95), 1), MOST_MS)
        yield Row("province_page", database, f"{name}: median ms", round(median(took), 1))
        times = round(median(grown) / median(took), 2)
        yield Row("province_page", database, f"{name}: {TIMES} times the answers to once", times, MOST_TIMES)
    yield Row("province_page", database, "county: statements", once.statements["county"])
