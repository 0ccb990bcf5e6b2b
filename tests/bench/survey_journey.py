"""A survey of twenty questions, loaded and sent, by a visitor who was never here before: what it costs the web server.

The page with its questions, its form filled in and sent, sixteen visitors at once. At the end every answer is looked for in
the database, word for word.
"""

import http.client
import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

import sqlalchemy as sa

from server.infra.db import db
from server.surveys.models import SurveyResponse, SurveyText
from tests.bench.frame import Place, Row, place
from tests.bench.house import house_at, served
from tests.bench.questionnaire import answers, open_questionnaire
from tests.bench.seeding import seed_electorate
from tests.bench.visitors import Journeys, cookies, in_public, postgres_ms, travel, tree_ms

WARM_UP = 160
JOURNEYS = 1600
MOST_MS = 9.0
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_KEY = re.compile(r'name="form.key" value="([^"]+)"')
_ACTION = re.compile(r'data-survey action="([^"]+)"')


def run(database: str) -> list[Row]:
    if not Path("/proc/self/stat").exists():
        return []
    with place(database) as lent:
        ours = in_public(lent)
        survey_id, signed = _seeded(ours)
        with served(ours.environment | {"APP_ENV": "production"}) as web:
            asking = partial(_journey, survey_id)
            travel(Journeys(web.port, signed[:WARM_UP], asking))
            before = tree_ms(web.pid), postgres_ms(ours)
            measured = travel(Journeys(web.port, signed[WARM_UP:], asking))
            between = tree_ms(web.pid), postgres_ms(ours)
        _check_kept(ours, survey_id)
    count = measured.done
    rows = [_row(database, "web CPU ms a journey", (between[0] - before[0]) / count, MOST_MS)]
    if database == "postgresql":
        return [*rows, _row(database, "PostgreSQL CPU ms a journey", (between[1] - before[1]) / count)]
    # The mark is set for PostgreSQL, on which the product is run.
    return [_row(database, "web CPU ms a journey", rows[0].value)]


def _row(database: str, figure: str, value: float, mark: float | None = None) -> Row:
    return Row("survey_journey", database, figure, round(value, 2), mark)


def _seeded(ours: Place) -> tuple[int, list[str]]:
    with house_at(ours) as app:
        electorate = seed_electorate(WARM_UP + JOURNEYS, with_tokens=False)
        survey = open_questionnaire(electorate.community_id)
        return survey.id, list(cookies(app, electorate.resident_ids))


def _check_kept(ours: Place, survey_id: int) -> None:
    """Raises where an answer that was sent is not there as it was sent."""
    numbers = [*range(1, WARM_UP + 1), *range(1, JOURNEYS + 1)]
    with house_at(ours):
        rows = sa.select(SurveyResponse.answers).where(SurveyResponse.survey_id == survey_id)
        kept = Counter(map(_as_text, db.session.scalars(rows)))
        words = db.session.scalar(sa.select(sa.func.count()).select_from(SurveyText))
    if kept != Counter(_as_text(answers(number)) for number in numbers) or words != len(numbers):
        raise RuntimeError(f"{kept.total()} answers with {words} texts are kept, of {len(numbers)} sent")


def _as_text(said: object) -> str:
    return json.dumps(said, sort_keys=True)


def _journey(survey_id: int, line: http.client.HTTPConnection, number: int, cookie: str) -> None:
    line.request("GET", f"/surveys/{survey_id}", headers={"Cookie": f"session={cookie}"})
    page = line.getresponse()
    text = page.read().decode()
    found = [pattern.search(text) for pattern in (_TOKEN, _KEY, _ACTION)]
    assert page.status == 200 and all(found), f"{page.status} {text[:300]}"
    token, key, action = (one.group(1) for one in found if one)
    kept = (page.headers.get("Set-Cookie") or f"session={cookie}").split(";")[0]
    sent = [("csrf_token", token), ("form.key", key), ("form.then", "send"), *_fields(number)]
    headers = {"Cookie": kept, "Content-Type": "application/x-www-form-urlencoded"}
    line.request("POST", action, urlencode(sent), headers)
    answer = line.getresponse()
    assert answer.status == 303, f"{answer.status} {answer.read().decode()[:300]}"
    answer.read()


def _fields(number: int) -> Iterator[tuple[str, str]]:
    for name, value in answers(number).items():
        for one in value if isinstance(value, list) else [value]:
            yield name, str(one)
