"""Rounds with where each stands on a day, and what falls due of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from server.evaluations.models import EvaluationPanel, EvaluationRound, EvaluationStep
from server.evaluations.rules.rounds import check_open, due_step, round_name, stage_of
from server.evaluations.rules.words import Stage, Step
from server.infra.db import db
from server.kernel.chinatime import china_day, end_of
from server.kernel.errors import NotFound


@dataclass(frozen=True)
class RoundCard:
    """One round of one community's panel."""

    id: int
    number: int
    months: int
    opens_on: date
    reminds_on: date
    closes_on: date
    panel_id: int
    community_id: int
    project_id: int
    finished_on: date

    @property
    def name(self) -> str:
        return round_name(self.months)

    @property
    def closes_at(self) -> datetime:
        return end_of(self.closes_on)

    def stage(self, now: datetime) -> Stage:
        return stage_of(self.opens_on, self.closes_on, now)

    def check_open(self, now: datetime) -> None:
        check_open(self.opens_on, self.closes_on, now)


_CARD = sa.select(
    EvaluationRound.id,
    EvaluationRound.number,
    EvaluationRound.months,
    EvaluationRound.opens_on,
    EvaluationRound.reminds_on,
    EvaluationRound.closes_on,
    EvaluationRound.panel_id,
    EvaluationPanel.community_id,
    EvaluationPanel.project_id,
    EvaluationPanel.finished_on,
).join(EvaluationPanel, EvaluationPanel.id == EvaluationRound.panel_id)


def named(round_id: int, community_id: int | None = None) -> RoundCard:
    """Raises NotFound; also for a round of another community than the one named."""
    found = _cards(_CARD.where(EvaluationRound.id == round_id))
    if not found or community_id not in {None, found[0].community_id}:
        raise NotFound
    return found[0]


def rounds_of(community_id: int) -> list[RoundCard]:
    """Those of all its panels, the newest first."""
    found = _CARD.where(EvaluationPanel.community_id == community_id)
    return _cards(found.order_by(EvaluationRound.opens_on.desc(), EvaluationRound.id.desc()))


def public_rounds(community_id: int, now: datetime) -> list[RoundCard]:
    """Those that are open or over: of later ones nobody needs to be told."""
    return [one for one in rounds_of(community_id) if one.stage(now) is not Stage.PLANNED]


def rounds_of_panel(panel_id: int) -> list[RoundCard]:
    """In their order."""
    return _cards(_CARD.where(EvaluationRound.panel_id == panel_id).order_by(EvaluationRound.number))


def open_rounds(community_ids: Collection[int], now: datetime) -> list[RoundCard]:
    """The first to close first."""
    today = china_day(now)
    found = _CARD.where(
        EvaluationPanel.community_id.in_(community_ids),
        EvaluationRound.opens_on <= today,
        EvaluationRound.closes_on >= today,
    )
    return _cards(found.order_by(EvaluationRound.closes_on, EvaluationRound.id))


def latest_over(community_ids: Collection[int], now: datetime) -> dict[int, RoundCard]:
    """Of each community the newest round that is over; communities without one are left out."""
    found = _CARD.where(
        EvaluationPanel.community_id.in_(community_ids), EvaluationRound.closes_on < china_day(now)
    )
    cards = _cards(found.order_by(EvaluationRound.closes_on, EvaluationRound.id))
    return {one.community_id: one for one in cards}


def due_steps(now: datetime) -> list[tuple[RoundCard, Step]]:
    """What has come due of rounds and was not done yet, in the order of the days."""
    today = china_day(now)
    cards = _cards(
        _CARD.where(EvaluationRound.opens_on <= today, _is_unfinished()).order_by(
            EvaluationRound.opens_on, EvaluationRound.id
        )
    )
    rows = db.session.execute(
        sa.select(EvaluationStep.round_id, EvaluationStep.step, EvaluationStep.done_at).where(
            EvaluationStep.round_id.in_([one.id for one in cards])
        )
    )
    done = {(row.round_id, row.step): china_day(row.done_at) for row in rows}
    found = [
        (card, due_step(card.reminds_on, card.closes_on, done.get((card.id, Step.OPENED)), today))
        for card in cards
    ]
    return [(card, step) for card, step in found if step is not None and (card.id, step) not in done]


def _is_unfinished() -> sa.ColumnElement[bool]:
    return ~sa.exists().where(
        EvaluationStep.round_id == EvaluationRound.id, EvaluationStep.step == Step.CLOSED
    )


def _cards(found: sa.Select[*tuple[Any, ...]]) -> list[RoundCard]:
    rows: Sequence[Any] = db.session.execute(found).all()
    return [RoundCard(**row._asdict()) for row in rows]
