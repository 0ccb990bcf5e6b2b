"""What anyone may take home of a counted vote."""

import json

from server.ballots.rules.public import public_document, receipts_told
from server.ballots.rules.standing import Standing

RECEIPTS = [("222222222222", Standing.INCLUDED), ("BBBBBBBBBBBB", Standing.VOID), ("CCCCCCCCCCCC", Standing.SUPERSEDED)]  # fmt: skip


def test_receipts_are_told_by_hash_and_in_no_order_of_casting():
    told = receipts_told(RECEIPTS)
    assert told == receipts_told(reversed(RECEIPTS))
    assert [one["sha256"] for one in told] == sorted(one["sha256"] for one in told)
    assert sorted(one["state"] for one in told) == ["included", "superseded", "void"]
    assert not any(code in str(told) for code, _ in RECEIPTS)


def test_the_public_bundle_holds_what_it_was_given_and_no_log():
    told = receipts_told(RECEIPTS)
    document = public_document(
        {"id": "b7"}, {"heads": 4, "fingerprint": "ab"}, {"results": []}, tuple(told), ("six lines",)
    )
    assert document == {
        "format": "ballot-public/1",
        "ballot": {"id": "b7"},
        "roll": {"heads": 4, "fingerprint": "ab"},
        "result": {"results": []},
        "receipts": told,
        "checkpoints": ["six lines"],
    }
    assert json.loads(json.dumps(document)) == document
