"""The courses that were signed for communities, and what their settings say on a day."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import sqlalchemy as sa

from server.decisions.models import Verdict
from server.decisions.rules.consent import Base
from server.decisions.rules.parts import Lines
from server.infra.db import db
from server.kernel.errors import NotFound
from server.policies import queries as policies
from server.policies.rules import share_of

ALARM_KEY = "consent.alarm"
COURSE_KEYS = (
    ALARM_KEY,
    "verdict.coverage",
    "verdict.consent",
    "verdict.consent_base",
    "verdict.gap",
    "verdict.open_objections",
    "verdict.without_subsidy",
)


@dataclass(frozen=True)
class Drawn:
    """The lines of the rule, and the difference above which a plan's claim rings."""

    lines: Lines
    alarm: Fraction


def drawn_at(division_path: str, on: date) -> Drawn:
    """Where the division draws its lines on that day."""
    held = policies.values_of(COURSE_KEYS, division_path, on)
    lines = Lines(
        coverage=share_of(held["verdict.coverage"]),
        consent=share_of(held["verdict.consent"]),
        consent_base=Base(held["verdict.consent_base"]),
        gap=share_of(held["verdict.gap"]),
        most_objections=int(held["verdict.open_objections"]),
        needs_subsidy=not held["verdict.without_subsidy"],
    )
    return Drawn(lines, share_of(held[ALARM_KEY]))


_OF_COMMUNITY = (
    sa.select(Verdict)
    .where(Verdict.community_id == sa.bindparam("community_id"))
    .order_by(Verdict.number.desc())
)


def verdicts_of(community_id: int) -> list[Verdict]:
    """Every signed course of a community, the newest first."""
    return list(db.session.scalars(_OF_COMMUNITY, {"community_id": community_id}))


def newest_course(community_id: int) -> Verdict | None:
    """The course that stands or waits to; None where nobody signed any."""
    rows = sa.select(Verdict).where(Verdict.community_id == community_id)
    return db.session.scalars(rows.order_by(Verdict.number.desc()).limit(1)).first()


def verdict(verdict_id: int, community_id: int) -> Verdict:
    """Raises NotFound, also where it is another community's."""
    found = db.session.get(Verdict, verdict_id)
    if found is None or found.community_id != community_id:
        raise NotFound
    return found


def settled(community_ids: Collection[int]) -> dict[int, Verdict]:
    """By community, the newest course that a second person confirmed; for the rooms above."""
    rows = sa.select(Verdict).where(Verdict.community_id.in_(community_ids)).order_by(Verdict.number)
    return {
        row.community_id: row for row in db.session.scalars(rows) if row.answer and row.answer.is_confirmed
    }
