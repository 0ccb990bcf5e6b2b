"""Sealing and reading the log on the server's side. Where it is broken: test_recount_log asks both."""

import json
from datetime import UTC, datetime

import pytest

from server.ballots.rules.events import Vote, event_from_document
from server.ballots.rules.log import (
    EventRefused,
    LogState,
    Sealed,
    chain_start,
    seal,
    verify_chain,
)
from server.ballots.rules.roll import Roll
from server.ballots.rules.terms import BallotTerms
from tests.server.ballots.bundles import (
    LATER,
    Dice,
    Json,
    digest,
    extension,
    flat,
    make,
    paper,
    review,
    roll_change,
    service,
    vote,
)


def started(bundle: Json) -> LogState:
    return LogState(BallotTerms.from_document(bundle["ballot"]), Roll.from_document(bundle["roll"]))


def test_a_seal_is_the_hash_of_the_canonical_event_with_its_prev() -> None:
    found = seal({"b": 1, "a": "é"}, "0" * 64)
    assert found == Sealed(
        '{"a":"é","b":1,"prev":"' + "0" * 64 + '"}', digest({"a": "é", "b": 1, "prev": "0" * 64})
    )
    body, hash_ = found
    assert json.loads(found.text) == {**json.loads(body), "hash": hash_}


def test_a_log_sealed_by_the_server_is_the_one_the_format_asks_for() -> None:
    bundle = Dice(7).bundle()
    prev = chain_start(bundle["ballot"], bundle["roll"])
    for event in bundle["log"]:
        told = {key: value for key, value in event.items() if key not in ("prev", "hash")}
        assert {**told, "prev": prev, "hash": seal(told, prev).hash} == event
        prev = event["hash"]
    assert verify_chain(bundle["ballot"], bundle["roll"], bundle["log"]) is None


EVENTS = {
    "service": service("o1"),
    "online-vote": vote("o1", title="x", by=["anything"]),
    "paper-vote": paper("o1", motions=["m1"]),
    "review": review(2),
    "extension": extension("2021-04-09T00:00:00+08:00"),
    "roll": roll_change("o9", flat("f9")),
}


@pytest.mark.parametrize("document", EVENTS.values(), ids=EVENTS.keys())
def test_an_event_is_written_and_read_alike(document: Json) -> None:
    numbered = {**document, "seq": 3}
    assert event_from_document(numbered).as_document() == numbered
    assert event_from_document({**numbered, "prev": "x", "hash": "y"}).as_document() == numbered


def test_the_state_keeps_what_was_told() -> None:
    bundle = make(
        [
            service("o1"),
            vote("o1"),
            paper("o2"),
            review(2),
            extension("2021-04-09T00:00:00Z"),
            roll_change("o4"),
        ]
    )
    state = started(bundle)
    for event in map(event_from_document, bundle["log"]):
        state.apply(event)
    assert (state.seq, state.served, set(state.votes), len(state.reviews)) == (6, {"o1"}, {2, 3}, 1)
    assert state.closes_at == datetime(2021, 4, 9, tzinfo=UTC)
    assert "o4" not in state.roll
    assert "o4" in state.frozen
    assert [extension.closes_at for extension in state.extensions] == [state.closes_at]


def test_a_refused_event_leaves_the_state_as_it_was() -> None:
    state = started(make())
    good = event_from_document({**vote("o1", at=LATER), "seq": 1})
    with pytest.raises(EventRefused, match="not on the roll"):
        state.apply(event_from_document({**vote("o9"), "seq": 1}))
    with pytest.raises(EventRefused, match="stand on the roll twice"):
        state.apply(event_from_document({**roll_change("o1", flat("f2")), "seq": 1}))
    with pytest.raises(EventRefused, match="comes after"):
        state.apply(event_from_document({**vote("o1"), "seq": 2}))
    assert (state.seq, state.votes) == (0, {})
    state.apply(good)
    assert isinstance(state.votes[1], Vote)


def test_a_log_with_another_start_is_broken_at_once() -> None:
    bundle = make([service("o1")])
    found = verify_chain({**bundle["ballot"], "title": "another"}, bundle["roll"], bundle["log"])
    assert found is not None
    assert found.seq == 1
