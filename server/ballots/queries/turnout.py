"""Turnout: how many heads and how much area took part, and what the quorum still lacks. Never a choice."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

import sqlalchemy as sa

from server.ballots.models import Ballot, Turnout
from server.ballots.queries.asked import document, known
from server.ballots.queries.bundle import broken_at, log_state
from server.ballots.queries.heads import HeadCard
from server.ballots.rules import turnout as rules
from server.ballots.rules.heads import flat_name
from server.ballots.rules.law import Demand
from server.ballots.rules.roll import Flat, scope_name, scope_name_zh
from server.ballots.rules.terms import BallotTerms
from server.infra.db import db
from server.kernel.places import ScopeKind


@dataclass(frozen=True)
class ScopeTurnout:
    """One twin bar: heads over area, with the line the law draws."""

    scope: str
    name_zh: str
    heads: int
    roll_heads: int
    area: Decimal
    roll_area: Decimal
    #: What the quorum asks; None where no motion asks one.
    quorum: Demand | None

    @property
    def lacking(self) -> tuple[int, Decimal]:
        """What the quorum still lacks; zeros where it is met or none is asked."""
        if self.quorum is None:
            return 0, Decimal(0)
        heads = self.quorum.threshold.lacking(self.heads, self.roll_heads)
        area = self.quorum.threshold.lacking(self.area, self.roll_area)
        return (
            self.roll_heads - self.heads if heads is None else heads,
            self.roll_area - self.area if area is None else area,
        )

    @property
    def is_met(self) -> bool:
        return not any(self.lacking)

    @property
    def marks(self) -> list[Fraction]:
        return [self.quorum.threshold.value] if self.quorum else []

    @property
    def sentence(self) -> str:
        """Under the bar: 还差 12 人、803.50 ㎡."""
        if self.quorum is None:
            return "这次投票不要求参与比例。"
        heads, area = self.lacking
        wanting = [f"{heads} 人"] * (heads > 0) + [f"{area:,.2f} ㎡"] * (area > 0)
        if not wanting:
            return "参与的人数和面积都够了。"
        return f"要有效，还差 {'、'.join(wanting)}参与。"


def turnout(of: Ballot) -> list[ScopeTurnout]:
    """By scope, in order; from the kept sums. Empty before the opening."""
    quorum = quorum_of(of)
    rows = db.session.scalars(sa.select(Turnout).where(Turnout.ballot_id == of.id).order_by(Turnout.position))
    return [
        ScopeTurnout(
            row.scope, scope_zh(row.scope), row.heads, row.roll_heads, row.area, row.roll_area, quorum
        )
        for row in rows
    ]


def quorums(of: Ballot) -> dict[str, Demand]:
    """What each motion that asks a quorum asks, by the law of the closing in force."""
    frozen = document(of.id)
    if frozen is None or of.closing_at is None:
        return {}
    terms = BallotTerms.from_document(frozen.raw)
    asked = {motion.id: motion.requirement(of.closing_at).quorum for motion in terms.motions}
    return {motion: demand for motion, demand in asked.items() if demand}


def quorum_of(of: Ballot) -> Demand | None:
    """The largest quorum any motion asks."""
    return max(quorums(of).values(), key=lambda demand: demand.threshold.value, default=None)


def scope_zh(scope: str) -> str:
    """A scope's name in the bundle, as people read it. Names of buildings and entrances hold no space."""
    words = scope.split(" ")
    return scope_name_zh(tuple(words[1::2]))


def turnout_from_log(ballot_id: int) -> list[rules.Turnout]:
    """The same from roll and log alone: what the kept sums must equal."""
    return list(rules.turnout(log_state(ballot_id)))


def areas_of(kind: ScopeKind, card: HeadCard) -> dict[str, Decimal]:
    """In which scopes a head is counted, and with what area there."""
    found: dict[str, Decimal] = {}
    for flat_id, building, entrance, _, area in card.flats:
        scope = scope_name(Flat(flat_name(flat_id), building, entrance, area).spot(kind))
        found[scope] = found.get(scope, Decimal(0)) + area
    return found


def has_differing_turnout(ballot_id: int) -> bool:
    """Whether the kept sums differ from the log."""
    fresh = {(row.name, row.taken_part.heads, row.taken_part.area) for row in turnout_from_log(ballot_id)}
    kept = sa.select(Turnout.scope, Turnout.heads, Turnout.area).where(Turnout.ballot_id == ballot_id)
    return fresh != {(scope, heads, area) for scope, heads, area in db.session.execute(kept)}


def faults_in(ballot_id: int) -> Iterator[str]:
    """What does not hold together between log, roll and kept figures, in sentences; nothing where all is whole."""
    broken = broken_at(ballot_id)
    if broken is not None:
        yield f"日志断在第 {broken.seq} 条：{broken.reason}"
        return
    if log_state(ballot_id).closes_at != known(ballot_id).closing_at:
        yield "保存的截止时间和日志不一致"
    if has_differing_turnout(ballot_id):
        yield "保存的参与合计和日志不一致"


def due_to_open(now: datetime) -> list[int]:
    """Announced ballots whose announced instant has come."""
    rows = sa.select(Ballot.id).where(
        Ballot.announced_number.is_not(None),
        Ballot.opened_at.is_(None),
        Ballot.discarded_at.is_(None),
        Ballot.opens_at <= now,
        Ballot.closes_at > now,
    )
    return list(db.session.scalars(rows.order_by(Ballot.id)))
