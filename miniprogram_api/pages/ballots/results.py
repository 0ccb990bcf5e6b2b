"""A result as the page draws it: twin bars, and each test true or false with its numbers."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from server.ballots import queries
from server.ballots.models import Ballot
from server.ballots.queries import PublicMotion, PublicResult, PublicTest
from server.ballots.rules.drafting import choice_name
from server.ballots.rules.law import Base, Demand
from server.ballots.rules.tally import Verdict
from server.ballots.rules.terms import BallotTerms
from server.infra.web.formats import area_count, count

#: Options of a choice have no colour of their own: they take turns, and their word stands beside.
_TURNS = ("for", "against")


@dataclass(frozen=True)
class DrawnTest:
    """One demand of the law, and whether heads and area met it."""

    demand: str
    is_met: bool
    lines: tuple[tuple[str, bool, str], ...]
    lacking: str


@dataclass(frozen=True)
class DrawnMotion:
    title: str
    verdict: str
    tone: str
    basis: str
    adopted: str | None
    lacking: str
    choices: list[dict[str, Any]]
    base_word: str
    heads_base: int
    area_base: Decimal | None
    #: Where silence followed the majority: what it would have been without.
    without: str
    has_bar: bool
    marks: list[Fraction]
    tests: list[DrawnTest]


_TONES = {
    Verdict.PASSED: "go",
    Verdict.REJECTED: "stop",
    Verdict.NO_QUORUM: "wait",
    Verdict.NOT_COMPUTABLE: "quiet",
}


def scopes_drawn(of: Ballot, found: PublicResult) -> list[tuple[str, bool, list[DrawnMotion]]]:
    """By scope: its name, whether areas are exact, its motions."""
    demands = _approvals(of, found)
    return [
        (scope.name_zh, scope.is_exact, [_motion(motion, demands.get(motion.id)) for motion in scope.motions])
        for scope in found.scopes
    ]


def _approvals(of: Ballot, found: PublicResult) -> dict[str, Demand]:
    """What the approval of each motion takes, by the law of the closing that was counted."""
    frozen = queries.document(of.id)
    if frozen is None:
        return {}
    terms = BallotTerms.from_document(frozen.raw)
    return {motion.id: motion.requirement(found.closes_at).approval for motion in terms.motions}


def _without(motion: PublicMotion) -> str:
    plain = motion.without_silence
    if plain is None:
        return ""
    people, name = plain.heads["participants"], Verdict(plain.verdict).name_zh
    return f"上面把送达后没投票的也算进了多数意见。不算他们：参与 {people} 人，结果是“{name}”。"


def _motion(motion: PublicMotion, approval: Demand | None) -> DrawnMotion:
    verdict = Verdict(motion.verdict)
    # Without exact areas shares are of the whole roll; so are the heads beside them.
    base = "participants" if motion.area else "roll"
    marks = (
        [approval.threshold.value] if approval and approval.of is Base.PARTICIPANTS and motion.area else []
    )
    return DrawnMotion(
        title=motion.title,
        verdict=verdict.name_zh,
        tone=_TONES[verdict],
        basis=motion.basis_zh,
        adopted=motion.adopted,
        lacking=motion.lacking_zh,
        choices=_choices(motion),
        base_word="参与的业主" if motion.area else "全体业主",
        heads_base=motion.heads[base],
        area_base=motion.area[base] if motion.area else None,
        without=_without(motion),
        has_bar=motion.area is not None or motion.shares is not None,
        marks=marks,
        tests=[_test(motion, test, approval) for test in motion.tests],
    )


def _choices(motion: PublicMotion) -> list[dict[str, Any]]:
    sides = [name for name in motion.heads if name not in {"roll", "participants", "abstain"}]
    found = []
    for place, side in enumerate([*sides, "abstain"]):
        tone = side if side in {"for", "against", "abstain"} else _TURNS[place % 2]
        one: dict[str, Any] = {"word": choice_name(side), "tone": tone, "heads": motion.heads[side]}
        if motion.area is not None:
            one["area"] = motion.area[side]
        else:
            one["area_share"] = Fraction((motion.shares or {}).get(side, 0), 100)
        found.append(one)
    return found


def _test(motion: PublicMotion, test: PublicTest, approval: Demand | None) -> DrawnTest:
    part = test.side or "participants"
    whole = "roll" if test.side is None or (approval and approval.of is Base.ROLL) else "participants"
    heads = count(motion.heads[part], motion.heads[whole], "人")
    area = area_count(motion.area[part], motion.area[whole]) if motion.area else ""
    lines = (("人数", test.is_met_by_heads, heads), ("面积", test.is_met_by_area, area))
    return DrawnTest(test.demand_zh, test.is_met, lines, test.lacking_zh)
