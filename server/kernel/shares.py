"""Exact shares: "at least two thirds", "more than half", tested by cross multiplication and never rounded.

The words are those of 民法典 1259: 以上 includes the number itself, 超过 and 过半 do not.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import overload

#: The smallest step of an area, in m²; the smallest step of heads is one person.
AREA_STEP = Decimal("0.01")


@dataclass(frozen=True)
class Threshold:
    """A share that a part of a whole must reach, or (strict) exceed."""

    value: Fraction
    is_strict: bool

    def __post_init__(self) -> None:
        if not 0 <= self.value <= 1:
            raise ValueError(f"a share is from 0 to 1, not {self.value}")

    def is_met(self, part: int | Decimal, whole: int | Decimal) -> bool:
        """Whether `part` of `whole` is enough. Of nothing, no share is ever reached."""
        if not whole:
            return False
        left, right = Fraction(part) * self.value.denominator, Fraction(whole) * self.value.numerator
        return left > right if self.is_strict else left >= right

    @overload
    def lacking(self, part: int, whole: int) -> int | None: ...
    @overload
    def lacking(self, part: Decimal, whole: Decimal) -> Decimal | None: ...
    def lacking(self, part: int | Decimal, whole: int | Decimal) -> int | Decimal | None:
        """The least further amount that would be enough: whole persons, or hundredths of a m²; 0 where it is met.

        None where no part of the whole is enough: there is no whole, or "more than all of it" is asked.
        """
        step: int | Decimal = 1 if isinstance(whole, int) else AREA_STEP
        steps_there, steps_whole = Fraction(part) / Fraction(step), Fraction(whole) / Fraction(step)
        needed = steps_whole * self.value
        least = floor(needed) + 1 if self.is_strict else ceil(needed)
        if not whole or least > steps_whole:
            return None
        return max(ceil(least - steps_there), 0) * step

    @property
    def text_zh(self) -> str:
        """As laws and notices put it: 三分之二以上, 过半数."""
        if self.value == 1:
            return "超过全部" if self.is_strict else "全部"
        if self.value == 0:
            return "多于零" if self.is_strict else "不设下限"
        if self.is_strict:
            return "过半数" if self.value == Fraction(1, 2) else f"超过{_fraction_zh(self.value)}"
        return "半数以上" if self.value == Fraction(1, 2) else f"{_fraction_zh(self.value)}以上"

    @property
    def written(self) -> str:
        """The share as digits, "2/3"."""
        return f"{self.value.numerator}/{self.value.denominator}"


def at_least(share: str | Fraction) -> Threshold:
    """`share` or more: 以上."""
    return Threshold(Fraction(share), is_strict=False)


def more_than(share: str | Fraction) -> Threshold:
    """More than `share`: 超过, 过半."""
    return Threshold(Fraction(share), is_strict=True)


DIGITS = "零一二三四五六七八九"


def _fraction_zh(value: Fraction) -> str:
    return f"{_number_zh(value.denominator)}分之{_number_zh(value.numerator)}"


def _number_zh(number: int) -> str:
    """A number in Chinese numerals up to 100, beyond that in digits."""
    if number == 100:
        return "百"
    if number > 100:
        return str(number)
    tens, ones = divmod(number, 10)
    if not tens:
        return DIGITS[ones]
    return ("" if tens == 1 else DIGITS[tens]) + "十" + (DIGITS[ones] if ones else "")
