"""An item as it may be shown: exactly, or, for the public of a small scope, without exact areas (domain rule 28)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from server.decisions.rules.outcome import ItemResult, Outcome, TestLine
from server.kernel.disclosure import may_show_exact_areas, whole_per_cent

SIDE_WORDS = {"for": "同意", "against": "反对", "abstain": "弃权"}
STAGE_WORDS = {"quorum": "参与够不够", "approval": "同意够不够"}


@dataclass(frozen=True)
class Side:
    """How many chose one thing."""

    choice: str
    word: str
    tone: str
    heads: int
    #: None where exact areas may not be shown.
    area: Decimal | None
    #: Of the participants' area; in whole per cent where exact areas may not be shown.
    area_share: Fraction


@dataclass(frozen=True)
class ShownItem:
    motion: str
    title: str
    scope: str
    basis: str
    outcome: Outcome
    #: The outcome with the adopted option: "通过：灰色".
    outcome_words: str
    is_exact: bool
    roll_heads: int
    heads: int
    roll_area: Decimal | None
    area: Decimal | None
    #: Participants' area of the roll's.
    area_share: Fraction
    sides: tuple[Side, ...]
    quorum_marks: tuple[Fraction, ...]
    approval_marks: tuple[Fraction, ...]
    tests: tuple[str, ...]
    #: What stands under the bar of the turnout, and under the bar of the choices.
    quorum_sentence: str
    approval_sentence: str
    is_quorate: bool

    @property
    def area_text(self) -> str:
        """The participants' area as text: exact, or in whole per cent."""
        return _area_text(self.area, self.area_share)

    def side_area_text(self, side: Side) -> str:
        return _area_text(side.area, side.area_share)


def shown(item: ItemResult, *, least_heads: int | None = None) -> ShownItem:
    """With `least_heads` as the public may see it; without, exactly."""
    is_exact = least_heads is None or may_show_exact_areas(item.heads["roll"], least_heads)
    option = f"：{item.adopted_option}" if item.adopted_option else ""
    return ShownItem(
        motion=item.motion,
        title=item.title,
        scope=item.scope_zh,
        basis=item.basis,
        outcome=item.outcome,
        outcome_words=item.outcome.name_zh + option,
        is_exact=is_exact,
        roll_heads=item.heads["roll"],
        heads=item.heads["participants"],
        roll_area=item.area["roll"] if is_exact else None,
        area=item.area["participants"] if is_exact else None,
        area_share=_share(item.area["participants"], item.area["roll"], is_exact),
        sides=tuple(_sides(item, is_exact)),
        quorum_marks=tuple(item.quorum_marks),
        approval_marks=tuple(item.approval_marks),
        tests=tuple(_told(test, is_exact) for test in item.tests),
        quorum_sentence=_sentence("quorum", item.tests, is_exact),
        approval_sentence=_sentence("approval", item.tests, is_exact),
        is_quorate=all(test.is_met for test in item.tests if test.stage == "quorum"),
    )


def _sides(item: ItemResult, is_exact: bool) -> Iterable[Side]:
    for choice in item.choices:
        area = item.area[choice]
        yield Side(
            choice=choice,
            word=SIDE_WORDS.get(choice, choice),
            tone=_tone(choice, item.adopted_option),
            heads=item.heads[choice],
            area=area if is_exact else None,
            area_share=_share(area, item.area["participants"], is_exact),
        )


def _tone(choice: str, adopted: str | None) -> str:
    if choice in SIDE_WORDS:
        return choice
    return "for" if choice == adopted else "against"


def _share(part: Decimal, whole: Decimal, is_exact: bool) -> Fraction:
    if not whole:
        return Fraction(0)
    if is_exact:
        return Fraction(part) / Fraction(whole)
    rounded = whole_per_cent(part, whole)
    return Fraction(rounded.per_cent, 100) if rounded else Fraction(0)


def _told(test: TestLine, is_exact: bool) -> str:
    """A test of areas in a small scope tells only whether it was met."""
    if is_exact or test.base == "heads":
        return test.sentence
    return f"{test.words}：要求{test.asks}，{test.result_zh}。"


def _sentence(stage: str, tests: Sequence[TestLine], is_exact: bool) -> str:
    """ "还差 12 人、803.50 ㎡"; empty where the law asks nothing at this stage."""
    here = [test for test in tests if test.stage == stage]
    if not here:
        return ""
    asks = f"（{here[0].asks}）"
    missing = [test for test in here if not test.is_met]
    if not missing:
        return f"{_subject(here[0])}够了{asks}"
    return f"{_subject(here[0])}不够{asks}，{'、'.join(_short(test, is_exact) for test in missing)}"


def _subject(test: TestLine) -> str:
    return {"participants": "参与", "for": "同意"}.get(test.side, f"选“{test.side}”")


def _short(test: TestLine, is_exact: bool) -> str:
    if test.short is None:
        return "没有可计算的人数" if test.base == "heads" else "没有可计算的面积"
    if test.base == "area" and not is_exact:
        return "面积也不够"
    return f"还差 {test.number(test.short)}"


def _area_text(area: Decimal | None, share: Fraction) -> str:
    return f"{area:,.2f} ㎡" if area is not None else f"约 {int(share * 100)}%"
