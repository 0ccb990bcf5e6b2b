"""Shares of area in small scopes: in whole per cent, or exactly where the scope is large enough."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True)
class PublicShare:
    """A share as the public may see it: whole per cent, rounded half up, never an exact area."""

    per_cent: int


def whole_per_cent(part: int | Decimal, whole: int | Decimal) -> PublicShare | None:
    """The share in whole per cent; None where there is no whole to take it of."""
    if not whole:
        return None
    exact = Fraction(part) * 100 / Fraction(whole)
    return PublicShare(int(exact + Fraction(1, 2)))


def may_show_exact_areas(heads: int, least_heads: int) -> bool:
    """Whether a scope is so large that exact areas no longer give single choices away.

    Under `least_heads`, whoever knows the flats' areas can solve the totals for each choice.
    """
    return heads >= least_heads
