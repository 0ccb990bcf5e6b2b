"""A count as it is kept: what the recount prints, and beside it each test in words and what of it the public may see."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from server.ballots.rules import tally
from server.ballots.rules.disclosure import Cast, may_tell_exactly, public_shares
from server.ballots.rules.log import LogState
from server.ballots.rules.standing import effective_votes


def outcome(state: LogState, least_heads: int, least_side: int) -> dict[str, Any]:
    """The two settings say where exact areas may be told, see `disclosure`."""
    count = tally.count_state(state)
    found = {
        **count.as_recount_document(),
        "details": [_scope(scope, state, least_heads, least_side) for scope in count.scopes],
    }
    plain = tally.count_without_silence(state)
    return found if plain is None else {**found, "without_silence": plain.as_recount_document()["results"]}


def _scope(scope: tally.ScopeCount, state: LogState, least_heads: int, least_side: int) -> dict[str, Any]:
    shares = tally.spots(state)[scope.spot]
    return {
        "scope": scope.name,
        "name_zh": scope.name_zh,
        "motions": [_motion(motion, state, shares, least_heads, least_side) for motion in scope.motions],
    }


def _motion(
    motion: tally.MotionCount,
    state: LogState,
    shares: Mapping[str, Decimal],
    least_heads: int,
    least_side: int,
) -> dict[str, Any]:
    casts = _casts(motion, state, shares)
    is_exact = may_tell_exactly(casts, least_heads, least_side)
    return {
        "id": motion.motion.id,
        "title": motion.motion.title,
        "kind": motion.motion.kind.value,
        "basis_zh": motion.requirement.basis_zh,
        "is_special": motion.requirement.is_special,
        "lacking_zh": motion.lacking_zh,
        "followers": {"heads": motion.followers.heads, "area": f"{motion.followers.area:.2f}"},
        "followed": motion.followed,
        "checks": [_check(check) for check in motion.checks],
        "is_exact": is_exact,
        "shares": None if is_exact else public_shares(motion, casts),
    }


def _check(check: tally.Check) -> dict[str, Any]:
    return {
        "kind": check.kind,
        "side": check.side,
        "name_zh": check.name_zh,
        "demand_zh": check.demand_zh,
        "threshold": check.demand.threshold.written,
        "part": {"heads": check.part.heads, "area": f"{check.part.area:.2f}"},
        "whole": {"heads": check.whole.heads, "area": f"{check.whole.area:.2f}"},
        "heads": check.is_met_by_heads,
        "area": check.is_met_by_area,
        "lacking_zh": check.lacking_zh,
    }


def _casts(motion: tally.MotionCount, state: LogState, shares: Mapping[str, Decimal]) -> list[Cast]:
    votes = effective_votes(state)[motion.motion.id]

    def choice(head: str) -> str:
        if head not in votes:
            return ""
        chosen = votes[head].choices.get(motion.motion.id, tally.ABSTAIN)
        return chosen if chosen in motion.motion.sides else tally.ABSTAIN

    return [Cast(head, area, choice(head)) for head, area in shares.items()]
