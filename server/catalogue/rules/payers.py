"""Who pays which share of an item: exact fractions that make one whole."""

import re
from dataclasses import dataclass
from fractions import Fraction

from server.kernel.errors import Invalid

#: "60", "33.33", "60%", "1/3".
TYPED = re.compile(r"(?P<percent>\d{1,3}(?:\.\d{1,4})?)\s*[%％]?|(?P<over>\d{1,4})\s*/\s*(?P<under>\d{1,4})")
NAMES = ("政府", "业主", "其他")


@dataclass(frozen=True)
class Payers:
    government: Fraction
    owners: Fraction
    others: Fraction

    def __post_init__(self) -> None:
        if min(self.shares) < 0 or sum(self.shares) != 1:
            raise ValueError(f"shares make one whole: {self.shares}")

    @property
    def shares(self) -> tuple[Fraction, Fraction, Fraction]:
        return self.government, self.owners, self.others

    @property
    def words_zh(self) -> str:
        """ "政府 60%，业主 40%": those who pay nothing are left out."""
        named = zip(NAMES, self.shares, strict=True)
        return "，".join(f"{name} {share_words(share)}" for name, share in named if share)


def share_words(share: Fraction) -> str:
    """A share in percent where two places hold it exactly, else as a fraction: "33.3%" would be another share than 1/3."""
    hundredths = share * 10_000
    if hundredths.denominator != 1:
        return f"{share.numerator}/{share.denominator}"
    whole, rest = divmod(hundredths.numerator, 100)
    return f"{whole}.{rest:02}".rstrip("0") + "%" if rest else f"{whole}%"


def read_share(field: str, text: str) -> Fraction:
    """What a person typed: percent, or a fraction."""
    found = TYPED.fullmatch(text.strip())
    share = _value(found) if found else None
    if share is None or share > 1:
        sentence = "填 0 到 100 的百分数，例如 60；除不尽的填分数，例如 1/3。"
        raise Invalid(sentence, fields={field: [sentence]})
    return share


def _value(found: re.Match[str]) -> Fraction | None:
    if found["percent"]:
        return Fraction(found["percent"]) / 100
    under = int(found["under"])
    return Fraction(int(found["over"]), under) if under else None


def read_payers(government: str, owners: str, others: str) -> Payers:
    """Three shares as typed; what was left empty pays nothing. They must make one whole exactly."""
    typed = {"government_share": government, "owners_share": owners, "others_share": others}
    shares = [read_share(name, text or "0") for name, text in typed.items()]
    if sum(shares) != 1:
        together = " + ".join(share_words(share) for share in shares)
        sentence = f"三方加起来要正好是 100%，现在是 {together} = {share_words(sum(shares, Fraction(0)))}。"
        raise Invalid(sentence, fields={"owners_share": [sentence]})
    return Payers(*shares)
