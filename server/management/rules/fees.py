"""The fee standard: a price for a unit from a day on; the newest one that has begun holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from server.kernel.errors import Invalid

#: A hundred yuan a square metre, a thousand a household: more is a slip of the finger.
MOST = {"square_metre": 10_000, "household": 100_000}


class FeeUnit(StrEnum):
    SQUARE_METRE = "square_metre"
    HOUSEHOLD = "household"

    @property
    def name_zh(self) -> str:
        return {"square_metre": "元/㎡·月", "household": "元/户·月"}[self.value]


@dataclass(frozen=True)
class Fee:
    fen: int
    unit: FeeUnit
    from_on: date
    document: str
    id: int = 0

    @property
    def text_zh(self) -> str:
        return f"{self.fen // 100}.{self.fen % 100:02d} {self.unit.name_zh}"


def check_fee(fee: Fee) -> None:
    """Whether it may be set. Changing what people pay rests on a paper: the contract, or the owners' vote."""
    if not 0 <= fee.fen <= MOST[fee.unit.value]:
        raise _wrong("amount", "收费标准的金额不对。单位是元，不收费填 0。")
    if not fee.document.strip():
        raise _wrong("document", "写上依据：合同第几条，或者表决结果公告的编号。")


def fee_in_force(fees: Iterable[Fee], on: date) -> Fee | None:
    """The newest that has begun; of two from one day the one entered last."""
    begun = [fee for fee in fees if fee.from_on <= on]
    return max(begun, key=lambda fee: (fee.from_on, fee.id), default=None)


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})
