"""What the proposal for a community rests on: each part with its figures, its base and the line it is held to.

What nobody asked, counted or recorded is a state of its own, never nought.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from server.decisions.rules.consent import Base, Measure, per_cent
from server.decisions.rules.money import NOT_RECORDED, Money, yuan


class Stand(StrEnum):
    FOR = "for"
    AGAINST = "against"
    MISSING = "missing"

    @property
    def name_zh(self) -> str:
        return {"for": "支持", "against": "不支持", "missing": "还没有数据"}[self.value]

    @property
    def tone(self) -> str:
        return {"for": "go", "against": "stop", "missing": "wait"}[self.value]


class VoteState(StrEnum):
    """Where the votes of the community stand together, the furthest first."""

    SIGNED = "signed"
    UNSIGNED = "unsigned"
    RUNNING = "running"
    BLOCKED = "blocked"
    NO_QUORUM = "no_quorum"
    REJECTED = "rejected"
    NONE = "none"


@dataclass(frozen=True)
class Votes:
    """Items by what became of them, over all votes in force."""

    signed: int = 0
    unsigned: int = 0
    blocked: int = 0
    rejected: int = 0
    no_quorum: int = 0
    #: Votes that are announced or open.
    running: int = 0

    @property
    def state(self) -> VoteState:
        for word, number in (
            (VoteState.SIGNED, self.signed),
            (VoteState.UNSIGNED, self.unsigned),
            (VoteState.RUNNING, self.running),
            (VoteState.BLOCKED, self.blocked),
            (VoteState.NO_QUORUM, self.no_quorum),
            (VoteState.REJECTED, self.rejected),
        ):
            if number:
                return word
        return VoteState.NONE


@dataclass(frozen=True)
class Lines:
    """Where the lines are drawn: settings of the division, as they hold on a day."""

    coverage: Fraction
    consent: Fraction
    consent_base: Base
    gap: Fraction
    most_objections: int
    needs_subsidy: bool


@dataclass(frozen=True)
class Known:
    """All that the rule looks at. None: nobody asked, counted or recorded it."""

    coverage: Measure | None
    #: Households that consented, of the base of households that the settings name.
    survey_consent: Measure | None
    #: Owners for the least supported adopted item, by heads and by area, of the whole roll.
    vote_heads: Measure | None
    vote_area: Measure | None
    votes: Votes
    money: Money
    #: Open ones on all notices; None where nothing was ever put up to be objected to.
    open_objections: int | None
    #: True, False, or None where evidence is missing; with the reasons of what is not met.
    is_eligible: bool | None
    eligibility_reasons: tuple[str, ...]
    #: None where nothing was adopted yet.
    is_subsidised: bool | None
    subsidy_sentence: str


@dataclass(frozen=True)
class Part:
    """One thing that speaks for it, against it, or cannot speak yet; with its figures and the line it is held to."""

    code: str
    name: str
    stand: Stand
    figures: str
    asks: str
    reason: str
    #: Where the settings say so it is shown and decides nothing.
    counts: bool = True

    def as_document(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "name": self.name,
            "stand": self.stand.value,
            "figures": self.figures,
            "asks": self.asks,
            "reason": self.reason,
            "counts": self.counts,
        }

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> "Part":
        return cls(**document | {"stand": Stand(document["stand"])})


# ------------------------------------------------------------------ the parts


def _coverage(known: Known, lines: Lines) -> Part:
    asks = f"{per_cent(lines.coverage)}以上的住户答过"
    held = known.coverage
    if held is None or held.share is None:
        return Part("coverage", "问到的人", Stand.MISSING, NOT_RECORDED, asks, "还没有做过入户调查。")
    if held.reaches(lines.coverage):
        return Part("coverage", "问到的人", Stand.FOR, held.text, asks, "问到的住户够了。")
    return Part("coverage", "问到的人", Stand.AGAINST, held.text, asks, "问到的住户不够。")


def _consent(known: Known, lines: Lines) -> Part:
    asks = f"{lines.consent_base.name_zh}里 {per_cent(lines.consent)}以上同意"
    if lines.consent_base.is_of_survey:
        measures = [known.survey_consent]
        nobody = "调查里没有问过同不同意改造，或者还没有人答。"
    else:
        measures = [known.vote_heads, known.vote_area]
        nobody = "还没有可以算的表决。"
    held = [one for one in measures if one is not None and one.share is not None]
    if len(held) < len(measures):
        return Part("consent", "同意的人", Stand.MISSING, NOT_RECORDED, asks, nobody)
    figures = "，".join(one.text for one in held)
    if all(one.reaches(lines.consent) for one in held):
        return Part("consent", "同意的人", Stand.FOR, figures, asks, "同意的够了。")
    return Part("consent", "同意的人", Stand.AGAINST, figures, asks, "同意的不够。")


VOTE_WORDS = {
    VoteState.SIGNED: (Stand.FOR, "有事项表决通过，决定已经签发。"),
    VoteState.UNSIGNED: (Stand.MISSING, "表决通过了，决定还没有签发。"),
    VoteState.RUNNING: (Stand.MISSING, "表决还没有结束。"),
    VoteState.BLOCKED: (Stand.AGAINST, "票数够，还缺必须征得的同意。"),
    VoteState.NO_QUORUM: (Stand.AGAINST, "参与表决的人不够，没有形成决定。"),
    VoteState.REJECTED: (Stand.AGAINST, "表决过，没有一项通过。"),
    VoteState.NONE: (Stand.MISSING, "还没有表决。"),
}


def _votes(known: Known, lines: Lines) -> Part:  # noqa: ARG001 - every part is drawn alike
    votes = known.votes
    said = [
        f"{word} {number} 项"
        for word, number in (
            ("通过并签发", votes.signed),
            ("通过未签发", votes.unsigned),
            ("还缺同意", votes.blocked),
            ("未通过", votes.rejected),
            ("参与不够", votes.no_quorum),
        )
        if number
    ]
    if votes.running:
        said.append(f"还有 {votes.running} 次没有结果")
    stand, reason = VOTE_WORDS[votes.state]
    return Part("votes", "表决", stand, "，".join(said) or NOT_RECORDED, "至少一项通过，决定已签发", reason)


def _gap(known: Known, lines: Lines) -> Part:
    asks = f"缺口不超过总费用的 {per_cent(lines.gap)}"
    money = known.money
    if not money.cost_fen or money.gap_fen is None:
        return Part("gap", "资金缺口", Stand.MISSING, NOT_RECORDED, asks, money.sentence)
    figures = f"{yuan(money.gap_fen)} / {yuan(money.cost_fen)}（{per_cent(Fraction(money.gap_fen, money.cost_fen))}）"
    if Fraction(money.gap_fen, money.cost_fen) <= lines.gap:
        return Part("gap", "资金缺口", Stand.FOR, figures, asks, money.sentence)
    return Part("gap", "资金缺口", Stand.AGAINST, figures, asks, money.sentence)


def _objections(known: Known, lines: Lines) -> Part:
    asks = f"没有答复的不超过 {lines.most_objections} 条"
    number = known.open_objections
    if number is None:
        return Part("objections", "异议", Stand.MISSING, NOT_RECORDED, asks, "还没有公示过，没有人能提异议。")
    if number <= lines.most_objections:
        reason = "异议都答复了。" if not number else "没有答复的异议在限度里。"
        return Part("objections", "异议", Stand.FOR, f"{number} 条没有答复", asks, reason)
    return Part("objections", "异议", Stand.AGAINST, f"{number} 条没有答复", asks, "还有异议没有答复。")


def _eligibility(known: Known, lines: Lines) -> Part:  # noqa: ARG001 - every part is drawn alike
    name, asks = "改造条件", "每一条都符合"
    if known.is_eligible:
        return Part("eligibility", name, Stand.FOR, "每一条都符合", asks, "在改造范围里。")
    stand = Stand.MISSING if known.is_eligible is None else Stand.AGAINST
    figures = f"{len(known.eligibility_reasons)} 条{'缺证据' if known.is_eligible is None else '没有达到'}"
    return Part("eligibility", name, stand, figures, asks, "".join(known.eligibility_reasons))


def _subsidy(known: Known, lines: Lines) -> Part:
    name, asks = "中央补助", "水、电、路、气里改两样，或加装电梯"
    counts = lines.needs_subsidy
    if known.is_subsidised is None:
        reason = "还没有通过的事项，算不出来。"
        return Part("subsidy", name, Stand.MISSING, NOT_RECORDED, asks, reason, counts)
    stand = Stand.FOR if known.is_subsidised else Stand.AGAINST
    figures = "符合" if known.is_subsidised else "不符合"
    return Part("subsidy", name, stand, figures, asks, known.subsidy_sentence, counts)


PARTS: Sequence[Callable[[Known, Lines], Part]] = (
    _eligibility,
    _coverage,
    _consent,
    _votes,
    _gap,
    _objections,
    _subsidy,
)
