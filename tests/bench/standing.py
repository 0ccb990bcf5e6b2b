"""The whole plan of 2020, and on it the one page of a community's decision: the largest that is decided, and the story's own."""

from collections.abc import Iterable
from datetime import UTC, datetime
from time import perf_counter

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy import event

from server.example import whole_plan
from server.example.clock import ledger_community
from server.identity.rules import Role
from server.infra.db import db
from server.ledger.models import Community
from server.reports.models import CommunityFigures
from tests.bench import frame, province
from tests.bench.apart import filled
from tests.bench.frame import Row, median, percentile
from tests.bench.house import house_at
from tests.bench.pages import ASKED, WARM_UP, Meter
from tests.factories.identity import make_staff, sign_in_staff

MOST_MS = 60.0
MOST_SECONDS = {"postgresql": 300.0, "sqlite": 480.0}


def run(database: str) -> list[Row]:
    with frame.place(database) as place:
        seconds = filled(place, _build)
        with house_at(place) as app:
            desks = {
                name: (_clerk(app.test_client(), id_), f"/admin/communities/{id_}/standing")
                for name, id_ in (("largest", _largest()), ("the story's", ledger_community() or 0))
            }
            engine = db.engine
        meter = Meter(app.wsgi_app)
        app.wsgi_app = meter  # type: ignore[method-assign]
        event.listen(engine, "before_cursor_execute", meter.before)
        event.listen(engine, "after_cursor_execute", meter.after)
        try:
            return [
                Row("whole_plan", database, "seconds", round(seconds, 1), MOST_SECONDS[database]),
                *(
                    row
                    for name, desk in desks.items()
                    for row in _rows(database, name, meter, _asked(meter, *desk))
                ),
            ]
        finally:
            engine.dispose()


def _build() -> float:
    """The seconds that the plan itself took."""
    began = perf_counter()
    whole_plan.build(print, datetime.now(UTC))
    took = perf_counter() - began
    province.gather_statistics()
    return took


def _largest() -> int:
    """Of those with a signed decision, a survey and a project."""
    found = (
        sa.select(CommunityFigures.community_id)
        .where(
            CommunityFigures.decision_id.is_not(None),
            CommunityFigures.survey_id.is_not(None),
            CommunityFigures.project_id.is_not(None),
        )
        .order_by(CommunityFigures.households.desc())
        .limit(1)
    )
    return db.session.scalars(found).one()


def _clerk(client: FlaskClient, community_id: int) -> FlaskClient:
    community = db.session.get_one(Community, community_id)
    return sign_in_staff(client, make_staff(Role.CLERK, community=community))


def _asked(meter: Meter, client: FlaskClient, path: str) -> list[float]:
    """Server time of each request: its CPU and the time its statements ran, in ms."""
    for number in range(WARM_UP + ASKED):
        if number == WARM_UP:
            meter.cpu.clear()
            meter.sql.clear()
        answer = client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code}")
    return [cpu + sql for cpu, sql in zip(meter.cpu, meter.sql, strict=True)]


def _rows(database: str, name: str, meter: Meter, took: list[float]) -> Iterable[Row]:
    # Server time of a page is the median, as for all pages (tests/bench/pages.py).
    yield Row("decision_page", database, f"{name}: median ms", round(median(took), 1), MOST_MS)
    yield Row("decision_page", database, f"{name}: p95 ms", round(percentile(took, 0.95), 1))
    yield Row("decision_page", database, f"{name}: median CPU ms", round(median(meter.cpu), 1))
    yield Row("decision_page", database, f"{name}: statements", meter.statements)
