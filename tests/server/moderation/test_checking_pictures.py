"""Pictures that WeChat looks at: fetched by it, called back about, matched by their trace, and never lost in between."""

import threading
import time

import pytest
import sqlalchemy as sa
from werkzeug.serving import make_server

from server.infra.db import db, unit_of_work
from server.infra.wechat import pictures
from server.infra.wechat.sandbox import Fault
from server.jobs.checks import work_on_checks
from server.jobs.due import run_due
from server.moderation import checking
from server.moderation.models import LooseVerdict
from server.moderation.rules.checking import (
    CALLS_BACK_WITHIN,
    Checking,
    Found,
    Why,
)
from server.moderation.rules.states import State
from tests.factories.checks import call_back, check, item, photo
from tests.factories.policies import make_policy
from tests.wechat import MEDIA_CHECK


@pytest.mark.parametrize(
    ("result", "found", "state"),
    [
        ({"suggest": "pass", "label": 100}, Found.PASS, State.PENDING),
        ({"suggest": "review", "label": "20002"}, Found.REVIEW, State.HELD),
        ({"suggest": "risky", "label": 20002}, Found.RISKY, State.HELD),
        ({"suggest": "brand new"}, Found.REVIEW, State.HELD),
    ],
)
def test_a_picture_waits_for_the_call_back_that_bears_its_trace(
    wechat, community, writer, client, result, found, state
):
    item_id, other = photo(community, writer), photo(community, writer, about_id=2, colour="red")
    work_on_checks()
    assert check(item_id).sentence == "微信正在看照片。"
    assert call_back(client, check(item_id).trace_id, result=result) == 200
    assert (check(item_id).found, item(item_id).state) == (found, state)
    assert check(other).state is Checking.ASKED


def test_a_call_back_told_again_or_otherwise_changes_nothing(wechat, community, writer, client):
    item_id = photo(community, writer)
    work_on_checks()
    trace = check(item_id).trace_id
    for _ in range(3):
        assert call_back(client, trace) == 200
    assert call_back(client, trace, result={"suggest": "risky", "label": 20002}, CreateTime=9) == 200
    assert (check(item_id).found, item(item_id).state) == (Found.PASS, State.PENDING)


def test_an_unknown_trace_is_kept_and_answered(wechat, client, clock):
    assert [call_back(client, "nobody-asked", CreateTime=at) for at in (1, 2)] == [200, 200]
    assert [row.trace_id for row in db.session.scalars(sa.select(LooseVerdict))] == ["nobody-asked"]
    clock.advance(days=30)
    run_due()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(LooseVerdict)) == 0


def test_a_call_back_that_overtakes_the_writing_down_is_not_lost(wechat, community, writer, client, clock):
    item_id = photo(community, writer)
    with unit_of_work():
        checking.take_in(clock.now)
        (question,) = checking.claim(clock.now)
    call_back(client, "quick", result={"suggest": "risky", "label": 20002})
    with unit_of_work():
        checking.settle(question, checking.Answer(trace_id="quick"), now=clock.now)
    assert (check(item_id).found, item(item_id).state) == (Found.RISKY, State.HELD)


@pytest.mark.parametrize(
    "broken",
    [
        {"trace_id": ""},
        {"trace_id": "x" * 81},
        {"trace_id": {"a": 1}},
        {"result": "pass"},
        {"result": {"suggest": ["pass"], "label": {"x": 1}}},
        {"errcode": "x"},
    ],
)
def test_a_malformed_call_back_is_answered_and_passes_nothing(wechat, community, writer, client, broken):
    make_policy(checking.PASSED_IS_PUBLIC, True)
    item_id = photo(community, writer)
    work_on_checks()
    assert call_back(client, check(item_id).trace_id, **broken) == 200
    assert item(item_id).state.is_waiting


def test_a_picture_that_wechat_could_not_fetch_goes_to_people(wechat, community, writer, client):
    item_id = photo(community, writer)
    work_on_checks()
    call_back(client, check(item_id).trace_id, errcode=-1008, result=None)
    assert (check(item_id).state, check(item_id).why) == (Checking.LEFT, Why.UNSEEN)
    assert item(item_id).state is State.PENDING


def test_a_call_back_that_never_comes_leaves_the_picture_to_people_and_a_late_one_still_counts(
    wechat, community, writer, client, clock
):
    item_id = photo(community, writer)
    wechat.fails(Fault.SILENT, MEDIA_CHECK)
    work_on_checks()
    clock.advance(seconds=CALLS_BACK_WITHIN.total_seconds() - 1)
    assert run_due()["leave-unanswered-checks"] == 0
    clock.advance(seconds=1)
    assert run_due()["leave-unanswered-checks"] == 1
    assert check(item_id).sentence == "微信收了照片，一直没有回话。"
    call_back(client, check(item_id).trace_id, result={"suggest": "risky", "label": 20002})
    assert (check(item_id).found, item(item_id).state) == (Found.RISKY, State.HELD)


def test_the_picture_is_handed_out_only_while_wechat_looks_at_it(wechat, community, writer, client, clock):
    item_id = photo(community, writer)
    address = f"/wechat/pictures/{pictures.name_of(item_id, clock.now)}"
    assert client.get(address).status_code == 404
    work_on_checks()
    answer = client.get(address)
    assert (answer.status_code, answer.content_type, answer.headers["Cache-Control"]) == (
        200,
        "image/jpeg",
        "no-store",
    )
    stem, _, seal_ = address.rpartition("-")
    forged = f"{stem}-{'0' * len(seal_)}"
    for false in (
        forged,
        address + "0",
        "/wechat/pictures/1",
        "/wechat/pictures/²-1-a",
        address.replace("-", "--"),
    ):
        assert client.get(false).status_code == 404
    clock.advance(hours=1)
    assert client.get(address).status_code == 404
    clock.advance(hours=-1)
    call_back(client, check(item_id).trace_id)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("says", "found", "state"), [("pass", Found.PASS, State.PENDING), ("risky", Found.RISKY, State.HELD)]
)
def test_over_http_wechat_fetches_the_picture_and_calls_back(
    wechat, community, writer, monkeypatch, says, found, state
):
    """The house itself serves: the stand-in asks for the picture at the address it was given, and calls back there."""
    server = make_server("127.0.0.1", 0, wechat.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    here = f"http://127.0.0.1:{server.port}"
    monkeypatch.setitem(wechat.app.config, "PUBLIC_URL", here)
    wechat.state.callback_url, wechat.state.pictures = f"{here}/api/v1/wechat/events", says
    try:
        item_id = photo(community, writer)
        assert work_on_checks() == 1
        until = time.monotonic() + 10
        while check(item_id).state is Checking.ASKED and time.monotonic() < until:
            time.sleep(0.02)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert (check(item_id).found, item(item_id).state) == (found, state)


def test_a_call_back_that_came_at_the_very_instant_is_found_by_the_next_look(
    wechat, community, writer, clock
):
    """Its asking was not there yet to be seen, nor it for the asking: both stand a moment later."""
    item_id = photo(community, writer)
    work_on_checks()
    trace = check(item_id).trace_id
    with unit_of_work():
        db.session.add(LooseVerdict(trace_id=trace, found=Found.RISKY, label=20002, received_at=clock.now))
    assert run_due()["leave-unanswered-checks"] == 1
    assert (check(item_id).found, item(item_id).state) == (Found.RISKY, State.HELD)
