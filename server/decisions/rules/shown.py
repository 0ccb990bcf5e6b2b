"""An item as it may be shown: exactly, or, for the public of a small scope, without exact areas (个人信息保护法 25)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from server.decisions.rules.outcome import ItemResult, Outcome, TestLine

SIDE_WORDS = {"for": "同意", "against": "反对", "abstain": "弃权"}
NOT_TOLD = "不公布"
#: Why a choice failed although the option that is shown met its test: another met it too.
TIED = "不止一个方案达到要求"


@dataclass(frozen=True)
class Side:
    """How many chose one thing."""

    choice: str
    word: str
    tone: str
    heads: int
    #: None where exact areas may not be shown.
    area: Decimal | None
    #: In place of the area: whole per cent of the roll's; None where even that may not be told.
    roll_share: Fraction | None


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
    #: In place of the participants' area: whole per cent of the roll's.
    roll_share: Fraction | None
    sides: tuple[Side, ...]
    quorum_marks: tuple[Fraction, ...]
    #: Of the participants; only beside exact areas, for the shares are of the roll.
    approval_marks: tuple[Fraction, ...]
    tests: tuple[str, ...]
    #: What stands under the bar of the turnout, and under the bar of the choices.
    quorum_sentence: str
    approval_sentence: str
    is_quorate: bool
    is_approved: bool

    @property
    def area_text(self) -> str:
        if self.area is not None and self.roll_area is not None:
            return f"{self.area:,.2f} / {self.roll_area:,.2f} ㎡"
        return _share_text(self.roll_share)

    @property
    def has_shares(self) -> bool:
        """Whether a bar of areas can be drawn at all."""
        return self.is_exact or self.roll_share is not None

    def side_area_text(self, side: Side) -> str:
        return f"{side.area:,.2f} ㎡" if side.area is not None else _share_text(side.roll_share)


def shown(item: ItemResult, *, publicly: bool = False) -> ShownItem:
    """Exactly, or (publicly) as the count said the public may see it."""
    is_exact = item.is_exact or not publicly
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
        roll_share=None if is_exact else _share(item, "participants"),
        sides=tuple(_sides(item, is_exact)),
        quorum_marks=tuple(item.quorum_marks),
        approval_marks=tuple(item.approval_marks) if is_exact else (),
        tests=(*(_told(test, is_exact) for test in item.tests), *_missing(item), *_tied(item)),
        quorum_sentence=_sentence("quorum", item.tests, is_exact),
        approval_sentence=_approval_sentence(item, is_exact),
        is_quorate=_is_met("quorum", item.tests),
        is_approved=_is_met("approval", item.tests) and not item.is_tied,
    )


def _missing(item: ItemResult) -> Iterable[str]:
    return [item.missing_sentence] if item.outcome is Outcome.BLOCKED else []


def _tied(item: ItemResult) -> Iterable[str]:
    return [f"{TIED}，不能确定采用哪一个。"] if item.is_tied else []


def _approval_sentence(item: ItemResult, is_exact: bool) -> str:
    return TIED if item.is_tied else _sentence("approval", item.tests, is_exact)


def _sides(item: ItemResult, is_exact: bool) -> Iterable[Side]:
    for choice in item.choices:
        yield Side(
            choice=choice,
            word=SIDE_WORDS.get(choice, choice),
            tone=_tone(choice, item.adopted_option),
            heads=item.heads[choice],
            area=item.area[choice] if is_exact else None,
            roll_share=None if is_exact else _share(item, choice),
        )


def _tone(choice: str, adopted: str | None) -> str:
    if choice in SIDE_WORDS:
        return choice
    return "for" if choice == adopted else "against"


def _share(item: ItemResult, name: str) -> Fraction | None:
    # A choice that nobody made has no entry of its own.
    return None if item.public_shares is None else Fraction(item.public_shares.get(name, 0), 100)


def _share_text(share: Fraction | None) -> str:
    return NOT_TOLD if share is None else f"占全体约 {int(share * 100)}%"


def _is_met(stage: str, tests: Sequence[TestLine]) -> bool:
    return all(test.is_met for test in tests if test.stage == stage)


def _told(test: TestLine, is_exact: bool) -> str:
    """A test of areas in a small scope tells only whether it was met."""
    if is_exact or test.base == "heads":
        return test.sentence
    return f"{test.words}：要求{test.asks}，{test.result_zh}。"


def _sentence(stage: str, tests: Sequence[TestLine], is_exact: bool) -> str:
    """ "参与不够（三分之二以上），还差 12 人、803.50 ㎡"; empty where the law asks nothing at this stage."""
    here = [test for test in tests if test.stage == stage]
    if not here:
        return ""
    asks = f"（{here[0].asks}）"
    missing = [test for test in here if not test.is_met]
    if not missing:
        return f"{_subject(here[0])}够了{asks}"
    return f"{_subject(here[0])}不够{asks}，{'，'.join(_short(test, is_exact) for test in missing)}"


def _subject(test: TestLine) -> str:
    return {"participants": "参与", "for": "同意"}.get(test.side, f"选“{test.side}”")


def _short(test: TestLine, is_exact: bool) -> str:
    if test.short is None:
        return "人数无从算起" if test.base == "heads" else "面积无从算起"
    if test.base == "area" and not is_exact:
        return "面积也不够"
    return f"还差 {test.number(test.short)}"
