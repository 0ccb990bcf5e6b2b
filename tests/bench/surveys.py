"""Surveys: the results page as answers grow, and taking 100,000 of them out as a file."""

import subprocess
import sys
from collections.abc import Iterable

from sqlalchemy import event

from server.identity.rules import Role
from server.infra.db import db
from server.ledger.models import Community
from tests.bench import frame
from tests.bench.frame import ROOT, Place, Row
from tests.bench.house import house_at
from tests.bench.pages import Cost, Meter, ask
from tests.bench.questionnaire import answer_all, open_questionnaire
from tests.bench.seeding import seed_electorate
from tests.factories.identity import make_staff, sign_in_staff

SIZES = (1_000, 10_000, 100_000)
MOST_TIMES = 2.0
MOST_MB = 120


def run(database: str) -> list[Row]:
    with frame.place(database) as place:
        costs: dict[int, Cost] = {}
        with house_at(place) as app:
            pages = {size: _seeded(size) for size in SIZES}
            clients = {
                size: sign_in_staff(
                    app.test_client(),
                    make_staff(Role.CLERK, community=db.session.get_one(Community, pages[size][0])),
                )
                for size in SIZES
            }
            engine = db.engine
        meter = Meter(app.wsgi_app)
        app.wsgi_app = meter  # type: ignore[method-assign]
        event.listen(engine, "before_cursor_execute", meter.before)
        event.listen(engine, "after_cursor_execute", meter.after)
        for size, (community_id, survey_id) in pages.items():
            path = f"/admin/communities/{community_id}/surveys/{survey_id}/results"
            costs[size] = ask(meter, clients[size], path, {})
        engine.dispose()
        return [*_results(database, costs), *_export(database, place, pages[SIZES[-1]][1])]


def _seeded(size: int) -> tuple[int, int]:
    electorate = seed_electorate(size, with_tokens=False)
    survey = open_questionnaire(electorate.community_id)
    answer_all(survey, electorate.flat_ids)
    return electorate.community_id, survey.id


def _results(database: str, costs: dict[int, Cost]) -> Iterable[Row]:
    for size, cost in costs.items():
        yield Row("survey_results", database, f"ms at {size:,} answers", round(cost.whole, 1))
    times = costs[SIZES[-1]].whole / costs[SIZES[0]].whole
    yield Row("survey_results", database, "100,000 to 1,000 answers", round(times, 2), MOST_TIMES)


def _export(database: str, place: Place, survey_id: int) -> Iterable[Row]:
    for form in ("csv", "xlsx"):
        seconds, grown = _exported(place, survey_id, form)
        yield Row("survey_export", database, f"{form}: seconds", round(seconds, 1))
        yield Row("survey_export", database, f"{form}: MB above idle", round(grown, 1), MOST_MB)


def _exported(place: Place, survey_id: int, form: str) -> tuple[float, float]:
    command = [sys.executable, "-m", "tests.bench.exporting", place.database, place.url, str(place.folder)]
    done = subprocess.run(
        [*command, str(survey_id), form], capture_output=True, text=True, check=True, cwd=ROOT
    )
    seconds, grown = done.stdout.split()[-2:]
    return float(seconds), float(grown)
