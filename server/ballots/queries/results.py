"""Results, through one gate: nothing of a count leaves before it was made, and small scopes leave it coarsened."""

import itertools
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from server.ballots.models import Ballot, Count
from server.ballots.queries.asked import is_counted
from server.ballots.queries.bundle import head_hash, log_state
from server.ballots.queries.desk import awaiting_review
from server.ballots.queries.keying import is_explained, paper_sums
from server.ballots.rules.casting import Channel
from server.ballots.rules.desk import Fault
from server.ballots.rules.events import Verdict
from server.ballots.rules.keying import papers_obstacles
from server.ballots.rules.standing import Standing, vote_standings
from server.infra.db import asked_once, db
from server.kernel.errors import Reason


@dataclass(frozen=True)
class StoredCount:
    """A count as it was made. `results` is exact, as the recount prints it: for staff, auditors and decisions."""

    ballot_id: int
    number: int
    counted_at: datetime
    closes_at: datetime
    head_hash: str
    events: int
    results: list[dict[str, Any]]
    results_at_closing: list[dict[str, Any]] | None
    #: Each test with its numbers, in words, by scope.
    details: list[dict[str, Any]]
    is_superseded: bool
    #: The same as if silence had not followed the majority; empty where it does not anyway.
    without_silence: list[dict[str, Any]]


def last_count(ballot_id: int) -> Count | None:
    """The count in force, as a row."""
    return next(reversed(counts(ballot_id)), None)


def papers_at_count(ballot_id: int) -> dict[str, Any]:
    """How the papers stood when the count in force was made, and what two people said of those that were out."""
    last = last_count(ballot_id)
    found: dict[str, Any] = last.outcome.get("papers", {}) if last else {}
    return found


def result(ballot_id: int) -> StoredCount | None:
    """The count in force; None before one was made. A count is never made before the closing."""
    return next(iter(results(ballot_id)), None)


def results(ballot_id: int) -> list[StoredCount]:
    """Every count, the one in force first."""
    return [
        StoredCount(
            row.ballot_id,
            row.number,
            row.counted_at,
            row.closes_at,
            row.head_hash,
            row.events,
            row.outcome["results"],
            row.outcome.get("results_at_closing"),
            row.outcome["details"],
            is_superseded=place > 0,
            without_silence=row.outcome.get("without_silence", []),
        )
        for place, row in enumerate(reversed(counts(ballot_id)))
    ]


_COUNTS = sa.select(Count).where(Count.ballot_id == sa.bindparam("ballot_id")).order_by(Count.number)


def counts(ballot_id: int) -> list[Count]:
    """Every stored count, in order: there is hardly ever a second one."""
    return asked_once(
        ("counts", ballot_id), lambda: list(db.session.scalars(_COUNTS, {"ballot_id": ballot_id}))
    )


def channel_split(ballot_id: int) -> tuple[Mapping[str, int], int]:
    """How many heads' counting votes came by each channel, and how many votes are void; nothing before a count stands."""
    if not is_counted(ballot_id):
        return {}, 0
    return _sums(ballot_id, head_hash(ballot_id)[1])


@dataclass(frozen=True)
class CountMark:
    """Which count is in force, without what it says."""

    number: int
    counted_at: datetime
    head_hash: str


_MARKS = (
    sa.select(Count.ballot_id, Count.number, Count.counted_at, Count.head_hash)
    .where(Count.ballot_id.in_(sa.bindparam("ballot_ids", expanding=True)))
    .order_by(Count.number)
)


def count_marks(ballot_ids: Collection[int]) -> dict[int, CountMark]:
    """The counts in force, by ballot; ballots without one are left out."""
    found = db.session.execute(_MARKS, {"ballot_ids": list(ballot_ids)})
    # The last of each ballot stays.
    return {row.ballot_id: CountMark(row.number, row.counted_at, row.head_hash) for row in found}


def count_ids(ballot_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Every count of these ballots: its id -> the ballot and the number."""
    rows = sa.select(Count.id, Count.ballot_id, Count.number).where(Count.ballot_id.in_(ballot_ids))
    return {row.id: (row.ballot_id, row.number) for row in db.session.execute(rows)}


def voids_by_fault(ballot_id: int) -> Mapping[str, int]:
    """How many votes are void for each fault, in words; nothing before a count stands."""
    if not is_counted(ballot_id):
        return {}
    latest = {review.of: review for review in log_state(ballot_id).reviews}
    faults = Counter(one.reason for one in latest.values() if one.verdict is Verdict.VOID)
    return {fault.name_zh: faults[fault.value] for fault in Fault if faults[fault.value]}


@lru_cache(maxsize=256)
def _sums(ballot_id: int, _head_hash: str) -> tuple[Mapping[str, int], int]:
    """Heads by channel and void votes. A log with this last hash never changes, so it is gone through once."""
    state = log_state(ballot_id)
    standings = vote_standings(state)
    included = [state.votes[seq] for seq, standing in standings.items() if standing is Standing.INCLUDED]
    heads = {
        channel.value: len({vote.head for vote in included if vote.channel is channel}) for channel in Channel
    }
    return heads, sum(standing is Standing.VOID for standing in standings.values())


def verdict(ballot_id: int, motion: str, scope: str = "community") -> str | None:
    """What the count in force says of one motion in one scope."""
    found = result(ballot_id)
    if found is None:
        return None
    by_scope = {part["scope"]: part["motions"] for part in found.results}
    return next((str(one["verdict"]) for one in by_scope.get(scope, []) if one["id"] == motion), None)


def count_obstacles(ballot_id: int, closing_at: datetime, now: datetime) -> list[Reason]:
    """What keeps a closed ballot from being counted."""
    if now < closing_at:
        return [Reason("not_closed", "还没到截止时间，不能计票。")]
    waiting = awaiting_review(ballot_id)
    reviews = [Reason("reviews_waiting", f"还有 {waiting} 张票没有复核。", "review")] if waiting else []
    sums = paper_sums(ballot_id)
    explained = not sums.out or is_explained(ballot_id, sums, closing_at)
    return [*reviews, *papers_obstacles(sums, is_explained=explained)]


def due_to_count(now: datetime) -> list[int]:
    """Closed ballots without a count."""
    rows = sa.select(Ballot.id).where(
        Ballot.opened_at.is_not(None),
        Ballot.closing_at <= now,
        ~sa.exists().where(Count.ballot_id == Ballot.id),
    )
    return list(db.session.scalars(rows.order_by(Ballot.id)))


# ------------------------------------------------------------------ what the public may see


@dataclass(frozen=True)
class PublicTest:
    kind: str
    side: str | None
    demand_zh: str
    is_met_by_heads: bool
    is_met_by_area: bool
    #: With exact areas only: the numbers, and what was missing.
    lacking_zh: str = ""

    @property
    def is_met(self) -> bool:
        return self.is_met_by_heads and self.is_met_by_area


@dataclass(frozen=True)
class PublicMotion:
    id: str
    title: str
    kind: str
    law: str
    basis_zh: str
    verdict: str
    adopted: str | None
    #: "roll", "participants", each side, "abstain".
    heads: Mapping[str, int]
    #: The same in square metres; None where they would give choices away and whoever asks is not of the scope.
    area: Mapping[str, Decimal] | None
    #: Without them: whole per cent of the roll's area, by side; None where even that would betray somebody.
    shares: Mapping[str, int] | None
    tests: Sequence[PublicTest]
    lacking_zh: str
    #: Where silence followed the majority: verdict and heads as if it had not.
    without_silence: "WithoutSilence | None" = None


@dataclass(frozen=True)
class WithoutSilence:
    verdict: str
    heads: Mapping[str, int]


@dataclass(frozen=True)
class PublicScope:
    scope: str
    name_zh: str
    motions: Sequence[PublicMotion]

    @property
    def is_exact(self) -> bool:
        return all(motion.area is not None for motion in self.motions)


@dataclass(frozen=True)
class PublicResult:
    ballot_id: int
    number: int
    counted_at: datetime
    head_hash: str
    closes_at: datetime
    #: How many counts this one supersedes.
    earlier: int
    scopes: Sequence[PublicScope]


def public_result(
    of: Ballot, now: datetime, *, exact: bool = False, exact_scopes: frozenset[str] = frozenset()
) -> PublicResult | None:
    """The result as someone may see it; None while the gate is shut.

    `exact` gives exact areas everywhere (the posted notice, staff, auditors); `exact_scopes` in these scopes only (the
    signed-in owners of a scope, see `scopes_of_owner`).
    """
    # The gate: the closing in force has passed, and a count stands.
    is_over = of.closing_at is not None and now >= of.closing_at
    found = result(of.id) if is_over else None
    if found is None:
        return None
    return PublicResult(
        of.id,
        found.number,
        found.counted_at,
        found.head_hash,
        found.closes_at,
        found.number - 1,
        shown_scopes(
            found.details, found.results, found.without_silence, exact=exact, exact_scopes=exact_scopes
        ),
    )


def shown_scopes(
    details: Sequence[Mapping[str, Any]],
    counted: Sequence[Mapping[str, Any]],
    without_silence: Sequence[Mapping[str, Any]] = (),
    *,
    exact: bool = False,
    exact_scopes: frozenset[str] = frozenset(),
) -> list[PublicScope]:
    """The figures of a kept count, as whoever asks may see them; where silence followed, beside those without it."""
    by_scope = {part["scope"]: part["motions"] for part in counted}
    plain = {part["scope"]: part["motions"] for part in without_silence}
    return [
        _scope(
            part, by_scope[part["scope"]], plain.get(part["scope"]), exact or part["scope"] in exact_scopes
        )
        for part in details
    ]


def _scope(
    detail: Mapping[str, Any],
    counted: Sequence[Mapping[str, Any]],
    plain: Sequence[Mapping[str, Any]] | None,
    may_be_exact: bool,
) -> PublicScope:
    without: Iterable[Mapping[str, Any] | None] = (
        plain if plain is not None else itertools.repeat(None, len(counted))
    )
    motions = [
        # Counts from before each side was looked at do not say it: then nothing exact is told.
        _motion(motion, figures, beside, bool(motion.get("is_exact")) or may_be_exact)
        for motion, figures, beside in zip(detail["motions"], counted, without, strict=True)
    ]
    return PublicScope(detail["scope"], detail["name_zh"], motions)


def _motion(
    detail: Mapping[str, Any],
    figures: Mapping[str, Any],
    without: Mapping[str, Any] | None,
    is_exact: bool,
) -> PublicMotion:
    tests = [
        PublicTest(
            check["kind"],
            check["side"],
            check["demand_zh"],
            check["heads"],
            check["area"],
            check["lacking_zh"] if is_exact else "",
        )
        for check in detail["checks"]
    ]
    return PublicMotion(
        id=detail["id"],
        title=detail["title"],
        kind=detail["kind"],
        law=figures["law"],
        basis_zh=detail["basis_zh"],
        verdict=figures["verdict"],
        adopted=figures.get("adopted"),
        heads=figures["heads"],
        area={name: Decimal(text) for name, text in figures["area"].items()} if is_exact else None,
        shares=None if is_exact else detail["shares"],
        tests=tests,
        lacking_zh=detail["lacking_zh"] if is_exact else "",
        without_silence=WithoutSilence(without["verdict"], without["heads"]) if without else None,
    )
