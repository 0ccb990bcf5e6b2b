"""How many consent, of which base; and what a plan claims of it, set beside what was asked and voted. Exact, never rounded."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction

TENTH = Decimal("0.1")


class Base(StrEnum):
    """Of whom the consent is a share. Vacant and unreachable households stay in the first."""

    HOUSEHOLDS_ALL = "households_all"
    HOUSEHOLDS_ANSWERED = "households_answered"
    OWNERS_278 = "owners_278"

    @property
    def name_zh(self) -> str:
        return BASES[self]

    @property
    def is_of_survey(self) -> bool:
        return self is not Base.OWNERS_278


BASES = {
    Base.HOUSEHOLDS_ALL: "全部住户",
    Base.HOUSEHOLDS_ANSWERED: "答了调查的住户",
    Base.OWNERS_278: "全体业主（人数和面积）",
}


@dataclass(frozen=True)
class Measure:
    """A part of a whole, with what both are counted in."""

    part: int | Decimal
    whole: int | Decimal
    unit: str = "户"

    @property
    def share(self) -> Fraction | None:
        """None of nothing: a share of no households is not nought."""
        return Fraction(self.part) / Fraction(self.whole) if self.whole else None

    @property
    def text(self) -> str:
        """ "417 / 703 户（59.3%）"."""
        share = self.share
        if share is None:
            return f"没有可比的{self.unit}数"
        return f"{_amount(self.part)} / {_amount(self.whole)} {self.unit}（{per_cent(share)}）"

    def reaches(self, line: Fraction) -> bool:
        """At least this share (以上 includes the number itself)."""
        return self.share is not None and self.share >= line


def per_cent(share: Fraction) -> str:
    """To one place for reading: only the whole is written 100.0%, only nothing 0.0%. Never compared: tests are made on the
    fraction itself."""
    exact = Decimal(share.numerator) * 100 / Decimal(share.denominator)
    tenths = exact.quantize(TENTH, rounding=ROUND_HALF_UP)
    if share < 1:
        tenths = min(tenths, 100 - TENTH)
    if share > 0:
        tenths = max(tenths, TENTH)
    return f"{tenths}%"


def _amount(number: int | Decimal) -> str:
    return f"{number:,.2f}" if isinstance(number, Decimal) else f"{number:,}"


# ------------------------------------------------------------------ the alarm


@dataclass(frozen=True)
class Claim:
    """What a plan says of consent: so many of so many; and where it says so."""

    consenting: int | None
    base: int | None
    source: str = ""

    @property
    def measure(self) -> Measure | None:
        """None where the plan gives no figure, or only half of one."""
        return None if self.consenting is None or self.base is None else Measure(self.consenting, self.base)


class Match(StrEnum):
    """How a claim and a finding stand to each other."""

    NEAR = "near"
    DIFFERS = "differs"
    #: One of the two is not there, or its base is nought.
    NO_DATA = "no_data"

    @property
    def name_zh(self) -> str:
        return {"near": "对得上", "differs": "差得多", "no_data": "没有数据可比"}[self.value]

    @property
    def tone(self) -> str:
        return {"near": "go", "differs": "stop", "no_data": "quiet"}[self.value]


@dataclass(frozen=True)
class Found:
    """What was really asked or voted, under its name."""

    name: str
    measure: Measure | None


@dataclass(frozen=True)
class Compared:
    found: Found
    match: Match
    #: Claimed less found; None where there is nothing to compare.
    difference: Fraction | None

    @property
    def sentence(self) -> str:
        if self.difference is None:
            return "没有数据可比。"
        if not self.difference:
            return "和计划写的一样。"
        points = per_cent(abs(self.difference)).removesuffix("%")
        return f"计划写的{'高' if self.difference > 0 else '低'}了 {points} 个百分点。"


@dataclass(frozen=True)
class Alarm:
    claim: Claim | None
    #: Differences above this share ring.
    line: Fraction
    rows: tuple[Compared, ...]
    #: The claim contradicts itself: more consent than there are.
    is_impossible: bool = False

    @property
    def rings(self) -> bool:
        return self.is_impossible or any(row.match is Match.DIFFERS for row in self.rows)

    @property
    def is_compared(self) -> bool:
        """Whether there was anything to compare."""
        return self.is_impossible or any(row.match is not Match.NO_DATA for row in self.rows)

    @property
    def sentence(self) -> str:
        if self.claim is None or self.claim.measure is None:
            return "计划里还没有登记同意的户数。"
        if self.is_impossible:
            return "计划里写的同意户数比总户数还多，数字有错。"
        if self.rings:
            # 超过 leaves out the number itself (民法典 1259): at exactly the line nothing rings.
            points = per_cent(self.line).removesuffix("%")
            return f"计划写的同意比例和查到的相差超过 {points} 个百分点，要有人去核实。"
        if all(row.match is Match.NO_DATA for row in self.rows):
            return "计划写了同意比例，可还没有调查和表决来对照。"
        return "计划写的同意比例和查到的对得上。"


def alarm(claim: Claim | None, found: Sequence[Found], line: Fraction) -> Alarm:
    """`found`: the survey and the vote, each with its own base. A difference of exactly the line does not ring."""
    claimed = claim.measure if claim else None
    share = claimed.share if claimed else None
    rows = tuple(_compared(share, one, line) for one in found)
    impossible = claimed is not None and not 0 <= claimed.part <= claimed.whole
    return Alarm(claim, line, rows, impossible)


def _compared(claimed: Fraction | None, found: Found, line: Fraction) -> Compared:
    share = found.measure.share if found.measure else None
    if claimed is None or share is None:
        return Compared(found, Match.NO_DATA, None)
    difference = claimed - share
    return Compared(found, Match.DIFFERS if abs(difference) > line else Match.NEAR, difference)
