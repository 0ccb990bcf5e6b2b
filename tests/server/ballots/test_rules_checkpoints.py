"""What is signed of a log, and what of it may leave before the closing. When a checkpoint is due: test_checkpoints."""

from datetime import UTC, datetime

from server.ballots.rules.checkpoints import Checkpoint, Signed, chain_document
from tests.server.ballots.bundles import Json, make, vote

TAKEN = Checkpoint("b7", 3, "ab" * 32, datetime(2026, 3, 2, 16, 30, tzinfo=UTC), "k" * 44)


def test_what_is_signed_are_six_lines_in_chinas_time():
    assert TAKEN.text == (
        "xiangyi-checkpoint/1\n"
        "ballot b7\n"
        "events 3\n"
        f"head {'ab' * 32}\n"
        "at 2026-03-03T00:30:00+08:00\n"
        f"key {'k' * 44}\n"
    )


def test_what_is_printed_is_what_was_signed_and_then_the_signature():
    assert Signed(TAKEN, "s" * 88).text == f"{TAKEN.text}sig {'s' * 88}\n"


def log(choice: str) -> list[Json]:
    return make([vote("o1", choice), vote("o2", choice)])["log"]


def test_before_the_closing_an_event_tells_its_number_its_kind_its_time_and_its_hash_alone():
    events = log("against")
    told = chain_document("b7", "cd" * 32, events)
    assert (told["format"], told["ballot"], told["fingerprint"]) == ("ballot-chain/1", "b7", "cd" * 32)
    assert [(one["seq"], one["hash"]) for one in told["log"]] == [(one["seq"], one["hash"]) for one in events]
    for one in told["log"]:
        assert one.keys() == {"seq", "kind", "recorded_at", "hash"}
    for secret in ("against", "o1", events[0]["nonce"], "online"):
        assert secret not in str(told)


def test_a_log_without_events_leaves_as_an_empty_chain():
    assert chain_document("b7", "cd" * 32, [])["log"] == []
