"""Two people key each returned paper, neither seeing the other's entry; a third settles where they differ.

One person who keys what suits them changes no vote: the other's entry will not agree. And no third may log what neither
of the two had read: where both are wrong, both key again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from server.kernel.errors import Reason, Refused

#: So many entries of one paper are compared.
KEYERS = 2


@dataclass(frozen=True)
class Read:
    """All that one person took from a paper."""

    choices: Mapping[str, str]
    #: Motions whose mark was no plain choice.
    marks: Mapping[str, str]
    is_signed: bool
    by_representative: bool


class Choice(StrEnum):
    """What the third person decides of two entries that differ."""

    FIRST = "first"
    SECOND = "second"
    ANEW = "anew"

    @property
    def name_zh(self) -> str:
        return {
            "first": "第一个人录的对",
            "second": "第二个人录的对",
            "anew": "两个都不对，退回，两个人重新录",
        }[self.value]


def check_keyer(keyer: str, keyed_by: Sequence[str]) -> None:
    """Whether this person may key the paper, after those who did."""
    if keyer in keyed_by:
        raise Refused("这张票你已经录过了。要由另一个人再录一遍。", code="own_keying")
    if len(keyed_by) >= KEYERS:
        raise Refused("这张票已经有两个人录过，录得不一样，要由第三个人来定。", code="keyed_twice")


def check_settler(settler: str, keyed_by: Sequence[str]) -> None:
    """Only where two have keyed, and only another person."""
    if len(keyed_by) < KEYERS:
        raise Refused("这张票还没有两个人录过，没有要定的。", code="nothing_to_settle")
    if settler in keyed_by:
        raise Refused("这张票你录过，要由另一个人来定。", code="own_keying")


@dataclass(frozen=True)
class PaperSums:
    """Where the numbered papers are. Each is spoiled, returned or still out; a returned one is keyed or waits for it."""

    issued: int
    spoiled: int
    returned: int
    #: Votes in the log that were read from papers, by paper.
    entered: int
    #: Returned, and not keyed by two people yet, or sent back because the entry was wrong.
    unkeyed: int
    #: Keyed by two people who differ.
    differing: int

    @property
    def out(self) -> int:
        return self.issued - self.spoiled - self.returned


def papers_obstacles(sums: PaperSums, *, is_explained: bool) -> list[Reason]:
    """What about the papers keeps a closed vote from being counted."""
    found = []
    if sums.unkeyed:
        found.append(
            Reason(
                "papers_unkeyed", f"收回的纸票还有 {sums.unkeyed} 张没有录完，每张要两个人各录一遍。", "desk"
            )
        )
    if sums.differing:
        found.append(
            Reason(
                "papers_differ", f"有 {sums.differing} 张纸票两个人录得不一样，要由第三个人来定。", "settle"
            )
        )
    if sums.out and not is_explained:
        found.append(
            Reason(
                "papers_out",
                f"发出的纸票还有 {sums.out} 张没有收回。由一个人写明去向，另一个人核对，再计票。",
                "papers",
            )
        )
    return found


def check_confirmer(confirmer: str, stated_by: str) -> None:
    """Whoever explained the papers does not confirm it."""
    if confirmer == stated_by:
        raise Refused("这份说明是你写的，要由另一个人核对。", code="own_statement")
