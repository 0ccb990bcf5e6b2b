"""Checkpoints: at an instant a log had so many events, and this was its head hash. Signed, they bind us to what stood then.

A log of which an older checkpoint is known cannot be rewritten before that point without showing it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from server.ballots.rules.drafting import china_text

FORMAT = "xiangyi-checkpoint/1"


@dataclass(frozen=True)
class Checkpoint:
    """`head_hash` is the hash of event number `events`; of an empty log, the fingerprint of ballot and roll."""

    #: As the bundle names it.
    ballot: str
    events: int
    head_hash: str
    taken_at: datetime
    #: The public half of the key that signs, base64.
    key: str

    @property
    def text(self) -> str:
        """What is signed: six lines, each ended by a line feed."""
        return (
            f"{FORMAT}\nballot {self.ballot}\nevents {self.events}\nhead {self.head_hash}\n"
            f"at {china_text(self.taken_at)}\nkey {self.key}\n"
        )


@dataclass(frozen=True)
class Signed:
    checkpoint: Checkpoint
    signature: str

    @property
    def text(self) -> str:
        """What is shown, printed and put into the QR."""
        return f"{self.checkpoint.text}sig {self.signature}\n"


def is_due(
    last: Checkpoint | None, events: int, closes_at: datetime, every: timedelta, now: datetime
) -> bool:
    """At the opening, at the closing, and between and after them once `every` has passed, where events came since."""
    if last is None:
        return True
    if last.taken_at < closes_at <= now:
        return True
    return events > last.events and now - last.taken_at >= every


def chain_document(ballot: str, fingerprint: str, events: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What may leave before the closing: of each event its number, kind, time and hash, and nothing else."""
    return {
        "format": "ballot-chain/1",
        "ballot": ballot,
        "fingerprint": fingerprint,
        "log": [{key: event[key] for key in ("seq", "kind", "recorded_at", "hash")} for event in events],
    }
