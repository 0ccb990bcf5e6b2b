"""The two bundles as files: the witness's, streamed so that a vote of any size leaves in constant memory; the public's."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import rfc8785

from server.ballots import queries
from server.ballots.models import Ballot
from server.ballots.queries import PublicMotion, PublicResult
from server.ballots.rules.drafting import china_text
from server.ballots.rules.public import public_document, receipts_told
from server.kernel.errors import NotFound, Refused


def bundle_lines(ballot: Ballot) -> Iterator[str]:
    """The bundle of a ballot whose choices may be seen; call `actions.disclose` first, in the same transaction.

    The frozen parts and every event are written exactly as they were hashed.
    """
    act = queries.opening(ballot.id)
    if act is None:
        raise NotFound
    if ballot.disclosed_at is None:
        raise Refused("还没到开票时间，选票不能导出。", code="not_closed")
    yield f'{{"format":"{queries.FORMAT}",\n"ballot":{act.document},\n"roll":'
    yield rfc8785.dumps(queries.roll(ballot.id)).decode()
    yield ',\n"log":['
    separator = "\n"
    for body, hash_ in queries.log_rows(ballot.id):
        yield separator + queries.event_text(body, hash_)
        separator = ",\n"
    yield "\n]}\n"


def public_bundle(ballot: Ballot, now: datetime) -> dict[str, Any] | None:
    """What anyone may take home after the count; None before."""
    act, found = queries.opening(ballot.id), queries.public_result(ballot, now)
    if act is None or found is None:
        return None
    name = queries.ballot_name(ballot.id)
    return public_document(
        json.loads(act.document),
        {"heads": act.heads, "fingerprint": act.fingerprint, "changes": _roll_changes(ballot.id)},
        _result(found, queries.results(ballot.id)[1:]),
        receipts_told(queries.receipt_standings(ballot.id)),
        [queries.signed(row, name).text for row in reversed(queries.checkpoints(ballot.id))],
    )


def _roll_changes(ballot_id: int) -> list[dict[str, Any]]:
    """That the roll was corrected, when, and by which event: whose flats they are stands in the witness bundle alone."""
    return [
        {"seq": row.seq, "recorded_at": china_text(row.recorded_at), "hash": row.hash}
        for row in queries.roll_events(ballot_id)
    ]


def _result(found: PublicResult, earlier: list[queries.StoredCount]) -> dict[str, Any]:
    return {
        "number": found.number,
        "counted_at": china_text(found.counted_at),
        "closes_at": china_text(found.closes_at),
        "head_hash": found.head_hash,
        "scopes": [
            {"scope": scope.scope, "motions": [motion_told(motion) for motion in scope.motions]}
            for scope in found.scopes
        ],
        "superseded": [
            {"number": one.number, "counted_at": china_text(one.counted_at), "head_hash": one.head_hash}
            for one in reversed(earlier)
        ],
    }


def motion_told(motion: PublicMotion) -> dict[str, Any]:
    """Its totals: heads always, areas or shares as far as they may be told, and which tests were met."""
    return {
        "id": motion.id,
        "law": motion.law,
        "verdict": motion.verdict,
        "adopted": motion.adopted,
        "heads": dict(motion.heads),
        "area": None if motion.area is None else {side: f"{area:.2f}" for side, area in motion.area.items()},
        "area_per_cent": None if motion.shares is None else dict(motion.shares),
        "tests": [
            {"kind": one.kind, "side": one.side, "heads": one.is_met_by_heads, "area": one.is_met_by_area}
            for one in motion.tests
        ],
    }
