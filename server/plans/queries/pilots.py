"""Pilot candidates with their scores, and what was learnt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import sqlalchemy as sa

from server.infra.db import db
from server.ledger import queries as ledger
from server.plans.models import PilotCandidate, PilotLesson
from server.plans.queries.places import SIGNS, within
from server.plans.rules.pilots import Part, Scale, score, scored
from server.policies import queries as policies

SCALE_KEYS = {
    "will": "pilot.will_points",
    "items": "pilot.items_points",
    "systems": "pilot.systems_points",
    "neighbours": "pilot.neighbours_points",
    "full_items": "pilot.full_items",
}


@dataclass(frozen=True)
class PilotLine:
    pilot: PilotCandidate
    name: str
    parts: list[Part]
    score: Fraction


def scale_at(division_path: str, on: date) -> Scale:
    found = policies.values_of(tuple(SCALE_KEYS.values()), division_path, on)
    return Scale(**{name: int(found[key]) for name, key in SCALE_KEYS.items()})


def pilot(pilot_id: int) -> PilotCandidate | None:
    return db.session.get(PilotCandidate, pilot_id)


def pilot_of(community_id: int, year: int) -> PilotCandidate | None:
    return db.session.scalar(
        sa.select(PilotCandidate).where(
            PilotCandidate.community_id == community_id, PilotCandidate.year == year
        )
    )


def pilot_lines(paths: Sequence[str], year: int | None = None) -> list[PilotLine]:
    """Candidates under these paths, the best score first."""
    found = (
        sa.select(PilotCandidate, SIGNS.name)
        .join(ledger.COMMUNITY_SIGNS, SIGNS.id == PilotCandidate.community_id)
        .where(within(SIGNS.division_id, paths))
    )
    if year is not None:
        found = found.where(PilotCandidate.year == year)
    lines = [line_of(row.PilotCandidate, row.name) for row in db.session.execute(found)]
    return sorted(lines, key=lambda line: (-line.pilot.year, -line.score, line.name))


def line_of(of: PilotCandidate, name: str) -> PilotLine:
    parts = scored(of.facts, of.scale_of_then)
    return PilotLine(of, name, parts, score(parts))


def lessons(pilot_id: int) -> list[PilotLesson]:
    found = sa.select(PilotLesson).where(PilotLesson.pilot_id == pilot_id)
    return list(db.session.scalars(found.order_by(PilotLesson.id)))
