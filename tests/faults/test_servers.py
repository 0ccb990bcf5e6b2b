"""A database that is gone, a server that is asked to stop: what people and programs are told, what is finished."""

import fcntl
import http.client
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from admin import back_office
from miniprogram_api import mobile
from server.app import create_app
from server.infra.settings import load_settings
from server.jobs import jobs
from tests.bench import frame
from tests.bench.frame import Place
from tests.bench.house import Web, free_port, house_at
from tests.bench.seeding import CHOICES, open_ballot, seed_electorate
from tests.conftest import database_under_test

pytestmark = pytest.mark.deep


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/healthz", 200, "ok"),
        ("/readyz", 503, "数据库没有应答"),
        ("/api/v1/ballots", 503, "系统正忙"),
        ("/notices/1", 503, "系统正忙"),
    ],
)
def test_without_its_database_the_house_says_so_and_shows_no_trace(
    tmp_path: Path, path: str, status: int, words: str
) -> None:
    environment = {
        "APP_ENV": "test",
        "DATABASE_URL": f"postgresql://postgres@127.0.0.1:{free_port()}/gone?connect_timeout=2",
        "INSTANCE_DIR": str(tmp_path),
        "PUBLIC_URL": "http://xiangyi.test",
    }
    app = create_app(doors=[mobile, back_office, jobs], settings=load_settings(environment))
    answer = app.test_client().get(path, headers={"Authorization": "Bearer xy_0"})
    text = answer.get_data(as_text=True)
    assert (answer.status_code, words in text) == (status, True)
    assert "Traceback" not in text
    assert "psycopg" not in text
    if path.startswith("/api/"):
        assert answer.content_type == "application/problem+json"
        assert answer.get_json()["code"] == "unavailable"


def test_a_server_asked_to_stop_finishes_the_vote_in_hand() -> None:
    with frame.place(database_under_test()) as place:
        with house_at(place):
            electorate = seed_electorate(2)
            ballot_id = open_ballot(electorate.community_id)
        web = Web(place.environment).start()
        answers: list[int] = []
        asking = threading.Thread(
            target=lambda: answers.append(_vote(web.port, ballot_id, electorate.tokens[0]))
        )
        try:
            with _writers_held_up(place, ballot_id):
                asking.start()
                time.sleep(2)
                stopping = threading.Thread(target=web.stop)
                stopping.start()
                time.sleep(1)
                assert answers == []
            asking.join(30)
            stopping.join(30)
        finally:
            web.kill()
    assert answers == [201]


def _vote(port: int, ballot_id: int, token: str) -> int:
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {
        "Authorization": f"Bearer {token}",
        "Idempotency-Key": "one",
        "Content-Type": "application/json",
    }
    try:
        asking.request(
            "POST", f"/api/v1/ballots/{ballot_id}/votes", json.dumps({"choices": CHOICES}), headers
        )
        return asking.getresponse().status
    finally:
        asking.close()


@contextmanager
def _writers_held_up(place: Place, ballot_id: int) -> Iterator[None]:
    """Hold what a vote waits for: the ballot's row, or on SQLite the gate of all writers."""
    if place.database == "postgresql":
        with psycopg.connect(place.url) as held:
            held.execute("SELECT id FROM ballots WHERE id = %s FOR UPDATE", [ballot_id])
            yield
        return
    with Path(place.url.removeprefix("sqlite:///") + ".lock").open("a") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield
