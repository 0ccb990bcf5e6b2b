"""The sampling audit: which votes are called back, drawn so that anyone can draw them again, and what the answers bound.

The seed is the hash of the log's last event at the closing: nobody could know it before, everybody can see it after.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil, comb

#: One-sided, as auditors state it: the true rate is below the bound with this confidence.
CONFIDENCE = Fraction(95, 100)
#: The bound is rounded up to a tenth of a per cent.
STEP = 1000


class Answer(StrEnum):
    """What the owner said when called back."""

    CONFIRMED = "confirmed"
    DENIED = "denied"
    UNREACHABLE = "unreachable"

    @property
    def name_zh(self) -> str:
        return {"confirmed": "是本人的意思", "denied": "不是本人的意思", "unreachable": "联系不上"}[
            self.value
        ]


def size_of_sample(votes: int, share: Fraction, least: int) -> int:
    """A share of the votes, rounded up, but at least so many; all of them where there are fewer."""
    return min(votes, max(least, ceil(votes * share)))


def drawn(seed: str, seqs: Iterable[int], size: int) -> list[int]:
    """The votes with the smallest SHA-256 of "seed:seq", in that order."""
    return sorted(seqs, key=lambda seq: hashlib.sha256(f"{seed}:{seq}".encode()).digest())[:size]


@dataclass(frozen=True)
class Finding:
    """What the call-backs say so far. `bound` and `worst` are rates of false votes, None while nobody was asked."""

    drawn: int
    confirmed: int
    denied: int
    unreachable: int

    @property
    def answered(self) -> int:
        return self.confirmed + self.denied

    @property
    def open(self) -> int:
        return self.drawn - self.answered - self.unreachable

    @property
    def bound(self) -> Fraction | None:
        """Of those who could be asked."""
        return upper_bound(self.denied, self.answered) if self.answered else None

    @property
    def worst(self) -> Fraction | None:
        """As if each whom nobody could reach had denied."""
        asked = self.answered + self.unreachable
        return upper_bound(self.denied + self.unreachable, asked) if asked else None


def finding(drawn_seqs: Sequence[int], answers: Mapping[int, Answer]) -> Finding:
    """The latest answer of each vote that was drawn; answers about others are no part of it."""
    said = [answers[seq] for seq in drawn_seqs if seq in answers]
    return Finding(len(drawn_seqs), *(said.count(one) for one in Answer))


def upper_bound(false: int, asked: int) -> Fraction:
    """Clopper and Pearson's exact upper limit of a rate: the smallest step at which so few false ones would be seen
    with at most 5 % probability. In whole numbers, so that it is the same on every machine."""
    if not 0 <= false <= asked or asked == 0:
        raise ValueError((false, asked))
    low, high = false * STEP // asked, STEP
    while low < high:
        middle = (low + high) // 2
        if _is_unlikely(false, asked, middle):
            high = middle
        else:
            low = middle + 1
    return Fraction(low, STEP)


def _is_unlikely(false: int, asked: int, per_step: int) -> bool:
    """Whether at most `false` of `asked` has a probability of 1 - CONFIDENCE or less, where each is false at this rate."""
    rate = Fraction(per_step, STEP)
    chance = sum(
        (comb(asked, k) * rate**k * (1 - rate) ** (asked - k) for k in range(false + 1)), Fraction(0)
    )
    return chance <= 1 - CONFIDENCE
