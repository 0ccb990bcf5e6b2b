"""What a counted vote means for each item. An outcome is derived from the stored count; nobody types one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from server.decisions.rules.lifts import missing_counts
from server.kernel.matters import Matter


class Outcome(StrEnum):
    ADOPTED = "adopted"
    #: Passed by the count, but an owner whose own exclusive part is taken has not consented.
    BLOCKED = "blocked"
    REJECTED = "rejected"
    #: Too few took part: nothing was decided, which is not a rejection.
    NO_QUORUM = "no_quorum"
    NOT_COMPUTABLE = "not_computable"
    #: The vote itself was void for a named fault.
    VOID = "void"

    @property
    def name_zh(self) -> str:
        return NAMES[self]

    @property
    def tone(self) -> str:
        """The colour beside the word: go, wait, stop, info or quiet."""
        return TONES[self]


NAMES = {
    Outcome.ADOPTED: "通过",
    Outcome.BLOCKED: "票数够，还缺同意",
    Outcome.REJECTED: "未通过",
    Outcome.NO_QUORUM: "参与人数不够",
    Outcome.NOT_COMPUTABLE: "无法计算",
    Outcome.VOID: "作废",
}
TONES = {
    Outcome.ADOPTED: "go",
    Outcome.BLOCKED: "wait",
    Outcome.REJECTED: "info",
    Outcome.NO_QUORUM: "wait",
    Outcome.NOT_COMPUTABLE: "wait",
    Outcome.VOID: "stop",
}
#: The words of the count (ballot-bundle) and what each means here. A count knows no other.
BY_VERDICT = {
    "passed": Outcome.ADOPTED,
    "rejected": Outcome.REJECTED,
    "no_quorum": Outcome.NO_QUORUM,
    "not_computable": Outcome.NOT_COMPUTABLE,
}


@dataclass(frozen=True)
class TestLine:
    """One test of the law on one base, with its numbers."""

    #: Not a test of ours to be collected.
    __test__ = False

    #: quorum or approval.
    stage: str
    #: heads or area.
    base: str
    #: Whose part it is: participants, for, or an option.
    side: str
    #: What the share is taken of: roll or participants.
    of: str
    #: What the law asks of it, in words: "三分之二以上", "过半数".
    asks: str
    #: The share at which the law draws its line, as "2/3".
    mark: str
    #: Whole heads, or square metres.
    part: Decimal
    whole: Decimal
    is_met: bool
    #: What was missing, 0 where it was met; None where no number would have been enough.
    short: Decimal | None = Decimal(0)

    @property
    def words(self) -> str:
        """What is tested: "参与人数占全体"."""
        what = {"participants": "参与", "for": "同意"}.get(self.side, f"选“{self.side}”的")
        whole = {"roll": "全体", "participants": "参与"}[self.of]
        return f"{what}{'人数' if self.base == 'heads' else '面积'}占{whole}"

    def number(self, amount: Decimal) -> str:
        return f"{amount:,.0f} 人" if self.base == "heads" else f"{amount:,.2f} ㎡"

    @property
    def figures(self) -> str:
        """ "40 / 60 人"; exact, so never for the public of a small scope."""
        part = f"{self.part:,.0f}" if self.base == "heads" else f"{self.part:,.2f}"
        return f"{part} / {self.number(self.whole)}"

    @property
    def result_zh(self) -> str:
        return "达到" if self.is_met else "没有达到"

    @property
    def sentence(self) -> str:
        """The whole test with its numbers, as it is printed."""
        missing = f"，还差 {self.number(self.short)}" if self.short else ""
        return f"{self.words}：{self.figures}，要求{self.asks}，{self.result_zh}{missing}。"

    def as_document(self) -> dict[str, Any]:
        """As it is kept: amounts as text, so that no reader makes floats of them."""
        amounts = {"part": str(self.part), "whole": str(self.whole)}
        return asdict(self) | amounts | {"short": None if self.short is None else str(self.short)}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "TestLine":
        short = document["short"]
        amounts = {"part": exact(document["part"]), "whole": exact(document["whole"])}
        return cls(**dict(document) | amounts | {"short": None if short is None else exact(short)})


@dataclass(frozen=True)
class ItemResult:
    """One item in one scope, as counted."""

    #: "m1", "m2" … as the ballot numbers its motions.
    motion: str
    title: str
    #: "community", "building 1", "building 1 entrance 2".
    scope: str
    kind: str
    matter: Matter | None
    catalogue_item_id: int | None
    subsidy_key: str | None
    law: str
    #: The place of the law (or of the motion's own rule) that decides it, as printed.
    basis: str
    #: roll, participants, for, against, abstain; of a choice among options, the options in place of for and against.
    heads: Mapping[str, int]
    area: Mapping[str, Decimal]
    verdict: str
    #: Of a choice among options: the one that was adopted.
    adopted_option: str | None = None
    tests: Sequence[TestLine] = field(default_factory=tuple)
    #: Whether its exact areas are public: so many voted, and no choice was that of a few; said by the count.
    is_exact: bool = True
    #: Where not: whole per cent of the roll's area, as far as they may be told; None where none may.
    public_shares: Mapping[str, int] | None = None
    #: Owners whose own part is taken and who have not consented; counted, never named.
    missing_consents: int = 0
    #: Objections of affected neighbours to a lift that are not settled; counted, never quoted.
    open_objections: int = 0

    @property
    def outcome(self) -> Outcome:
        return outcome_of(self.verdict, self.missing_consents + self.open_objections)

    @property
    def missing_sentence(self) -> str:
        """What holds a passed item back, in numbers: the office sees which flats, the public how many."""
        said = missing_counts(self.missing_consents, self.open_objections)
        return f"票数够了，还缺：{said}。办齐才算通过。" if said else ""

    @property
    def is_tied(self) -> bool:
        """More than one option met what is asked, so none was adopted: the only way to fail a test that is met."""
        approval = [test for test in self.tests if test.stage == "approval"]
        is_met = bool(approval) and all(test.is_met for test in approval)
        return is_met and self.outcome is Outcome.REJECTED

    @property
    def choices(self) -> list[str]:
        """The sides of the vote without roll and participants, abstaining last."""
        sides = [side for side in self.heads if side not in {"roll", "participants", "abstain"}]
        return [*sides, "abstain"]

    @property
    def quorum_marks(self) -> list[Fraction]:
        """Where the twin bar of the turnout draws the law's line."""
        return self._marks("quorum", "roll")

    @property
    def approval_marks(self) -> list[Fraction]:
        """Where the bar of the choices draws it; none where the law counts shares of the whole roll."""
        return self._marks("approval", "participants")

    def _marks(self, stage: str, of: str) -> list[Fraction]:
        return sorted({Fraction(test.mark) for test in self.tests if test.stage == stage and test.of == of})

    @property
    def scope_zh(self) -> str:
        return scope_zh(self.scope)


@dataclass(frozen=True)
class Summary:
    """Items by what became of them, in the order of the ballot."""

    adopted: tuple[ItemResult, ...]
    blocked: tuple[ItemResult, ...]
    rejected: tuple[ItemResult, ...]
    undecided: tuple[ItemResult, ...]

    @property
    def sentence(self) -> str:
        """ "通过 2 项，未通过 1 项，参与人数不够 1 项。" """
        said = [
            f"{word} {len(found)} 项"
            for word, found in (
                ("通过", self.adopted),
                ("票数够但还缺同意", self.blocked),
                ("未通过", self.rejected),
                ("没有形成决定", self.undecided),
            )
            if found
        ]
        return "，".join(said) + "。"


def exact(written: str) -> Decimal:
    """An amount as it was kept."""
    return Decimal(written)


def outcome_of(verdict: str, missing: int = 0) -> Outcome:
    """A missing consent or an open objection holds back what passed; it never changes what did not."""
    found = BY_VERDICT[verdict]
    return Outcome.BLOCKED if found is Outcome.ADOPTED and missing else found


def summary(items: Iterable[ItemResult]) -> Summary:
    items = tuple(items)

    def those(*outcomes: Outcome) -> tuple[ItemResult, ...]:
        return tuple(item for item in items if item.outcome in outcomes)

    return Summary(
        adopted=those(Outcome.ADOPTED),
        blocked=those(Outcome.BLOCKED),
        rejected=those(Outcome.REJECTED),
        undecided=those(Outcome.NO_QUORUM, Outcome.NOT_COMPUTABLE, Outcome.VOID),
    )


def adopted_keys(items: Iterable[ItemResult]) -> list[str]:
    """The subsidy keys of what was adopted somewhere; what was rejected or held back counts for nothing (黔建办函〔2020〕3 号，一（二））."""
    return sorted(
        {item.subsidy_key for item in items if item.subsidy_key and item.outcome is Outcome.ADOPTED}
    )


def scope_zh(scope: str) -> str:
    """ "building 1 entrance 2" -> "1 栋 2 单元"."""
    if scope == "community":
        return "全小区"
    building, _, entrance = scope.removeprefix("building ").partition(" entrance ")
    name = building if building.endswith(("栋", "幢", "楼")) else f"{building} 栋"
    if not entrance:
        return name
    return f"{name} {entrance}" if entrance.endswith(("单元", "门", "梯")) else f"{name} {entrance} 单元"
