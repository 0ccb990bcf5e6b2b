"""What a matter takes: 民法典 278 for votes that close from 2021-01-01, 物权法 76 before, or a rule of the motion's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from server.kernel.chinatime import last_day
from server.kernel.matters import Matter
from server.kernel.shares import Threshold, at_least, more_than

__all__ = [
    "CIVIL_CODE",
    "CUSTOM",
    "LAWS",
    "PROPERTY_LAW",
    "Base",
    "CustomRule",
    "Demand",
    "Law",
    "Matter",
    "Requirement",
]

#: The code of a motion that carries its own rule.
CUSTOM = "custom"


class Base(StrEnum):
    """The whole that a share is taken of."""

    ROLL = "roll"
    PARTICIPANTS = "participants"

    @property
    def heads_zh(self) -> str:
        return {"roll": "全体业主", "participants": "参与表决的业主"}[self.value]


@dataclass(frozen=True)
class Demand:
    """A threshold and what it is taken of; heads and area must both meet it."""

    of: Base
    threshold: Threshold

    @property
    def text_zh(self) -> str:
        verb = "都" if self.threshold.is_strict else "都达到"
        return f"{self.of.heads_zh}人数和面积{verb}{self.threshold.text_zh}"

    def as_document(self) -> dict[str, str]:
        """As a motion's rule writes it."""
        key = "more_than" if self.threshold.is_strict else "at_least"
        return {"of": self.of.value, key: self.threshold.written}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Demand":
        if "at_least" in document:
            return cls(Base(document["of"]), at_least(document["at_least"]))
        return cls(Base(document["of"]), more_than(document["more_than"]))


@dataclass(frozen=True)
class Requirement:
    """What one motion takes: the law that says so, the quorum (None: none is asked) and the approval."""

    law: str
    basis_zh: str
    quorum: Demand | None
    approval: Demand
    is_special: bool = False


@dataclass(frozen=True)
class Law:
    code: str
    name_zh: str
    valid_from: date
    quorum: Demand
    special_matters: frozenset[Matter]
    ordinary: Demand
    special: Demand
    #: The item of the law for each matter, as printed: "（六）".
    items_zh: Mapping[Matter, str]

    def is_special(self, matter: Matter) -> bool:
        return matter in self.special_matters

    def approval_for(self, matter: Matter) -> Demand:
        return self.special if self.is_special(matter) else self.ordinary

    def basis_zh(self, matter: Matter) -> str:
        """The place of the law that decides this matter: 《民法典》第二百七十八条第一款第（七）项."""
        return f"{self.name_zh}第{self.items_zh[matter]}项"

    def requirement(self, matter: Matter) -> Requirement:
        return Requirement(
            self.code, self.basis_zh(matter), self.quorum, self.approval_for(matter), self.is_special(matter)
        )


@dataclass(frozen=True)
class CustomRule:
    """The rule a motion carries where no law decides its question; `basis` says where it comes from."""

    basis: str
    quorum: Demand | None
    approval: Demand

    def requirement(self) -> Requirement:
        return Requirement(CUSTOM, self.basis, self.quorum, self.approval)

    def as_document(self) -> dict[str, Any]:
        quorum = self.quorum.as_document() if self.quorum else None
        return {"basis": self.basis, "quorum": quorum, "approval": self.approval.as_document()}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "CustomRule":
        quorum = document["quorum"]
        return cls(
            document["basis"],
            None if quorum is None else Demand.from_document(quorum),
            Demand.from_document(document["approval"]),
        )


CIVIL_CODE = Law(
    code="civil-code-278",
    name_zh="《中华人民共和国民法典》第二百七十八条第一款",
    valid_from=date(2021, 1, 1),
    quorum=Demand(Base.ROLL, at_least("2/3")),
    special_matters=frozenset({Matter.RAISE_FUND, Matter.REBUILD, Matter.CHANGE_USE}),
    ordinary=Demand(Base.PARTICIPANTS, more_than("1/2")),
    special=Demand(Base.PARTICIPANTS, at_least("3/4")),
    items_zh=dict(
        zip(
            Matter,
            ("（一）", "（二）", "（三）", "（四）", "（五）", "（六）", "（七）", "（八）", "（九）"),
            strict=True,
        )
    ),
)
#: The Act itself asks no quorum; the regulation on property management (2018), article 12, does.
PROPERTY_LAW = Law(
    code="property-law-76",
    name_zh="《中华人民共和国物权法》第七十六条第一款",
    valid_from=date.min,
    quorum=Demand(Base.ROLL, more_than("1/2")),
    special_matters=frozenset({Matter.USE_FUND, Matter.RAISE_FUND, Matter.REBUILD}),
    ordinary=Demand(Base.ROLL, more_than("1/2")),
    special=Demand(Base.ROLL, at_least("2/3")),
    items_zh=dict(
        zip(
            Matter,
            ("（一）", "（二）", "（三）", "（四）", "（五）", "（五）", "（六）", "（七）", "（七）"),
            strict=True,
        )
    ),
)
LAWS = (CIVIL_CODE, PROPERTY_LAW)


def law_on(day: date) -> Law:
    """The law in force on a China day."""
    return next(law for law in LAWS if day >= law.valid_from)


def law_for_closing(closes_at: datetime) -> Law:
    """The law of the last moment before the closing: a closing at 00:00 belongs to the day before."""
    return law_on(last_day(closes_at))
