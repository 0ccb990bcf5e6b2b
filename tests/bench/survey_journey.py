"""A survey of twenty questions, loaded and sent, by a visitor who was never here before: what it costs the web server.

Sixteen visitors at once, each with a cookie of their own as the slip's page leaves it: the page with its questions, its form
filled in and sent. The processor's time is that of gunicorn and its workers, by /proc; that of PostgreSQL stands beside it.
The house stands as for the public, without the example's clock and the bar that moves it. At the end every answer is
looked for in the database, word for word.
"""

import base64
import http.client
import json
import os
import re
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from server.infra.db import db
from server.surveys.models import SurveyResponse, SurveyText
from tests.bench.frame import Place, Row, place
from tests.bench.house import house_at, served
from tests.bench.questionnaire import answers, open_questionnaire
from tests.bench.seeding import seed_electorate

VISITORS = 16
WARM_UP = 160
JOURNEYS = 1600
MOST_MS = 9.0
TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")
UNTIL = 2**33
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_KEY = re.compile(r'name="form.key" value="([^"]+)"')
_ACTION = re.compile(r'data-survey action="([^"]+)"')


@dataclass(frozen=True)
class _Ours(Place):
    """With secrets of its own, without which no house opens for the public."""

    @property
    def environment(self) -> dict[str, str]:
        key = base64.b64encode(b"the key of this one measurement.").decode()
        own = {"SECRET_KEY": "measured-" * 4, "DATA_KEYS": f"k1:{key}", "LOOKUP_KEY": key, "SIGNING_KEY": key}
        return super().environment | {"PUBLIC_URL": "https://measured.example"} | own


def run(database: str) -> list[Row]:
    if not Path("/proc/self/stat").exists():
        return []
    with place(database) as lent:
        ours = _Ours(lent.database, lent.url, lent.folder)
        survey_id, cookies = _seeded(ours)
        with served(ours.environment | {"APP_ENV": "production"}) as web:
            _travel(_Journeys(web.port, survey_id, cookies[:WARM_UP]))
            before = _tree_ms(web.pid), _postgres_ms(ours)
            measured = _travel(_Journeys(web.port, survey_id, cookies[WARM_UP:]))
            between = _tree_ms(web.pid), _postgres_ms(ours)
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
        return survey.id, list(_cookies(app, electorate.resident_ids))


def _cookies(app: Flask, resident_ids: Sequence[int]) -> Iterator[str]:
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    for id_ in resident_ids:
        yield str(signer.dumps({"resident": f"{id_}.1", "resident_until": UNTIL, "_permanent": True}))


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


@dataclass
class _Journeys:
    """Who is still to travel, taken by sixteen threads in turn."""

    port: int
    survey_id: int
    cookies: Sequence[str]
    done: int = 0
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self) -> tuple[int, str] | None:
        with self.lock:
            if self.wrong or self.done >= len(self.cookies):
                return None
            self.done += 1
            return self.done, self.cookies[self.done - 1]


def _travel(journeys: _Journeys) -> _Journeys:
    threads = [threading.Thread(target=_visitor, args=(journeys,)) for _ in range(VISITORS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if journeys.wrong:
        raise RuntimeError(journeys.wrong[0])
    return journeys


def _visitor(journeys: _Journeys) -> None:
    while (mine := journeys.next()) is not None:
        number, cookie = mine
        line = http.client.HTTPConnection("127.0.0.1", journeys.port, timeout=30)
        try:
            _journey(line, journeys, number, cookie)
        except (OSError, http.client.HTTPException, AssertionError) as problem:
            journeys.wrong.append(f"journey {number}: {problem}")
        finally:
            line.close()


def _journey(line: http.client.HTTPConnection, journeys: _Journeys, number: int, cookie: str) -> None:
    line.request("GET", f"/surveys/{journeys.survey_id}", headers={"Cookie": f"session={cookie}"})
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


# ------------------------------------------------------------------ the processor's time


def _tree_ms(pid: int) -> float:
    """What a process and all below it have used, those that ended among them."""
    children = dict(_processes())
    found, waiting = 0.0, [pid]
    while waiting:
        one = waiting.pop()
        if one in children:
            found += children[one][1]
        waiting += [child for child, facts in children.items() if facts[0] == one]
    return found


def _postgres_ms(ours: Place) -> float:
    """What the backends of this database have used; the pools of the web server keep theirs."""
    if ours.database != "postgresql":
        return 0.0
    name = ours.url.rpartition("/")[2]
    return sum(
        facts[1]
        for pid, facts in _processes()
        if (title := _title(pid)).startswith("postgres:") and f" {name} " in title
    )


def _processes() -> Iterator[tuple[int, tuple[int, float]]]:
    """Each process: its parent, and the milliseconds it used."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            facts = path.read_text().rpartition(") ")[2].split()
        except OSError:
            continue
        used = sum(int(facts[place]) for place in (11, 12, 13, 14))
        yield int(path.parent.name), (int(facts[1]), used * TICK_MS)


def _title(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""
