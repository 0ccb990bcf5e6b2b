"""The words of settings: what a setting rests on, of what kind it is, and how the house knows one."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Value = Any


class Basis(StrEnum):
    LAW = "law"
    DOCUMENT = "document"
    HOUSE = "house"

    @property
    def name_zh(self) -> str:
        return {"law": "法律法规", "document": "文件", "house": "平台默认"}[self.value]


class Kind(StrEnum):
    PERIOD = "period"
    NUMBER = "number"
    DAY = "day"
    #: A day that comes every year: "06-30".
    YEAR_DAY = "year_day"
    FLAG = "flag"
    CHOICE = "choice"
    WORDS = "words"
    #: A part of a whole, exact: "2/3". It may be typed as "80%".
    SHARE = "share"
    #: Words one by one: a list of texts.
    LIST = "list"


@dataclass(frozen=True)
class Spec:
    """One setting as the house knows it: its kind and bounds, its words, and what holds where nobody set it."""

    key: str
    kind: Kind
    name_zh: str
    explanation_zh: str
    default: Value
    basis: Basis
    #: The law and article, or whom the house follows.
    basis_text: str
    unit: str = ""
    least: int = 0
    most: int = 1_000_000
    #: For a choice: word and its Chinese name.
    options: tuple[tuple[str, str], ...] = ()
    #: A document of a division may only ask for more than the law, never for less.
    is_floor: bool = False
