"""The chain: what a link's hash is taken of, and how a chain of links is judged."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import rfc8785

#: What stands before the first link.
GENESIS = "0" * 64


@dataclass(frozen=True)
class Link:
    seq: int
    entry_id: int
    prev: str
    hash: str
    #: The entry as it stands now, in its hashed form; None where it is no longer there.
    entry: dict[str, Any] | None


@dataclass(frozen=True)
class Break:
    seq: int
    message: str


def link_hash(prev: str, seq: int, entry: dict[str, Any]) -> str:
    """SHA-256 over the canonical JSON (RFC 8785) of the entry, its place, and the hash before it."""
    return hashlib.sha256(rfc8785.dumps({"prev": prev, "seq": seq, "entry": entry})).hexdigest()


def breaks_in(links: Iterable[Link]) -> list[Break]:
    """Every place where the chain does not hold, in order. Empty means whole."""
    found: list[Break] = []
    prev, expected = GENESIS, 1
    for link in links:
        if link.seq != expected:
            found.append(Break(expected, f"第 {expected} 到 {link.seq - 1} 环缺失"))
        if link.prev != prev:
            found.append(Break(link.seq, "与上一环接不上"))
        if link.entry is None:
            found.append(Break(link.seq, f"记录 {link.entry_id} 不见了"))
        elif link_hash(link.prev, link.seq, link.entry) != link.hash:
            found.append(Break(link.seq, f"记录 {link.entry_id} 的内容被改过"))
        prev, expected = link.hash, link.seq + 1
    return found
