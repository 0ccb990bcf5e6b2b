"""The public bundle: what anyone may take home of a counted vote. No flat's choice follows from it.

The choices themselves, row by row, stand in the witness bundle alone, which leaves for a stated reason to those who
may see it. Both name the same fingerprint and the same last hash.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from server.ballots.rules.standing import Standing

FORMAT = "ballot-public/1"


def receipt_hash(code: str) -> str:
    """Whoever holds a receipt finds it: the SHA-256 of the code in capitals, without dashes."""
    return hashlib.sha256(code.encode("ascii")).hexdigest()


def receipts_told(receipts: Iterable[tuple[str, Standing]]) -> list[dict[str, str]]:
    """What became of each receipt, in the order of the hashes: when it was cast, and by whom, is not told by its place."""
    told = sorted((receipt_hash(code), standing.value) for code, standing in receipts)
    return [{"sha256": hashed, "state": state} for hashed, state in told]


def public_document(
    ballot: Mapping[str, Any],
    roll: Mapping[str, Any],
    result: Mapping[str, Any],
    receipts: Sequence[Mapping[str, str]],
    checkpoints: Sequence[str],
) -> dict[str, Any]:
    """`ballot` as it was frozen; `roll` its number of heads, the fingerprint of both, and which events of the log corrected it; `result` as the public sees it."""
    return {
        "format": FORMAT,
        "ballot": dict(ballot),
        "roll": dict(roll),
        "result": dict(result),
        "receipts": list(receipts),
        "checkpoints": list(checkpoints),
    }
