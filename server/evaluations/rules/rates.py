"""A satisfaction rate: (满意 + 基本满意) / answered, with its base, how many are lacking, and a 95 % interval by Wilson."""

from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from math import ceil

#: The 97.5 % point of the normal distribution, so that 95 % lie between it and its opposite.
Z = Decimal("1.959963984540054")
STEP = Decimal("0.000001")
FORMULA_ZH = "满意率 =（满意 + 基本满意）÷ 答了这一项的户。括号里是 95% 的区间：答的户少，区间就宽。"


@dataclass(frozen=True)
class Least:
    """From how many answers on a rate is shown."""

    share: Fraction
    answers: int

    def needed(self, households: int) -> int:
        """Both must be reached: so many answers, and such a share of all households."""
        return max(self.answers, ceil(self.share * households), 1)

    def lacking(self, answered: int, households: int) -> int:
        """How many further answers it takes; 0 where there are enough."""
        return max(self.needed(households) - answered, 0)


def lacking_zh(lacking: int, answered: int, households: int) -> str:
    """How many answers are lacking; of more than there are households nobody is told that they may still come."""
    if answered + lacking > households:
        return "全部评了，也不到公布要的户数"
    return f"还差 {lacking:,} 户"


@dataclass(frozen=True)
class Interval:
    """Between these two shares the truth lies in 95 of 100 cases."""

    low: Fraction
    high: Fraction


@dataclass(frozen=True)
class Rate:
    """Of `answered` that said something to it, `satisfied` are; `households` is everyone who was asked."""

    satisfied: int
    answered: int
    households: int
    lacking: int

    @property
    def is_shown(self) -> bool:
        return self.lacking == 0

    @property
    def lacking_zh(self) -> str:
        return lacking_zh(self.lacking, self.answered, self.households)

    @property
    def share(self) -> Fraction:
        """Raises ZeroDivisionError where nobody answered; such a rate is never shown."""
        return Fraction(self.satisfied, self.answered)

    @property
    def interval(self) -> Interval:
        return wilson(self.satisfied, self.answered)


def rate(satisfied: int, answered: int, households: int, least: Least) -> Rate:
    return Rate(satisfied, answered, households, least.lacking(answered, households))


def wilson(part: int, whole: int) -> Interval:
    """The score interval of Wilson (1927). It stays between 0 and 1, also for none and for all of a few.

    Raises ValueError where there is nothing to take a share of.
    """
    if not 0 <= part <= whole or not whole:
        raise ValueError("a share is of something, and from none to all of it")
    with localcontext() as context:
        context.prec = 40
        n, p, square = Decimal(whole), Decimal(part) / Decimal(whole), Z * Z
        middle = p + square / (2 * n)
        reach = Z * (p * (1 - p) / n + square / (4 * n * n)).sqrt()
        below = 1 + square / n
        low, high = (middle - reach) / below, (middle + reach) / below
    return Interval(
        Fraction(0) if part == 0 else _rounded(low), Fraction(1) if part == whole else _rounded(high)
    )


def _rounded(value: Decimal) -> Fraction:
    return Fraction(value.quantize(STEP))
