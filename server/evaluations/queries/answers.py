"""Answers: whether a household has one, for everyone who may know; what it says, for its residents, and later for sums."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from server.evaluations.models import (
    EvaluationAnswer,
    EvaluationPanel,
    EvaluationReview,
    EvaluationRound,
    PanelHousehold,
)
from server.evaluations.queries.panels import items
from server.evaluations.queries.rounds import RoundCard, open_rounds
from server.evaluations.rules.answering import Entry, Low, low_marks, state_of
from server.evaluations.rules.results import Answered
from server.evaluations.rules.words import State
from server.identity import queries as identity
from server.infra.db import db
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound
from server.kernel.pages import Page
from server.ledger import queries as ledger
from server.ledger.rules.names import label

ON_A_PAGE = 100
#: More households than any community has.
EVERYONE = 1_000_000


@dataclass(frozen=True)
class Seat:
    """A household in a panel, with its words."""

    id: int
    panel_id: int
    household_id: int
    building_id: int
    label: str


@dataclass(frozen=True)
class Paper:
    """A paper that the staff keyed in, with what another person said of it."""

    answer: EvaluationAnswer
    review: EvaluationReview | None
    seat: Seat


_PLACES = ledger.HOUSEHOLD_PLACES
_SEATS = sa.select(
    PanelHousehold.id,
    PanelHousehold.panel_id,
    PanelHousehold.household_id,
    PanelHousehold.building_id,
    _PLACES.c.building,
    _PLACES.c.entrance,
    _PLACES.c.room,
    _PLACES.c.number,
).join(_PLACES, _PLACES.c.id == PanelHousehold.household_id)
_IN_ORDER = (_PLACES.c.sort_key, _PLACES.c.number, PanelHousehold.id)


def seat(panel_id: int, household_id: int) -> Seat:
    """Raises NotFound for a household that is not in the panel."""
    found = _seats(
        _SEATS.where(PanelHousehold.panel_id == panel_id, PanelHousehold.household_id == household_id)
    )
    if not found:
        raise NotFound
    return found[0]


def seats_of(resident_id: int, now: datetime) -> list[tuple[RoundCard, list[Seat]]]:
    """The open rounds in which this resident's households are asked, each with those households."""
    reached = identity.reached_households(resident_id)
    rounds = open_rounds({one.community_id for one in reached}, now)
    rows = _seats(
        _SEATS.where(
            PanelHousehold.panel_id.in_([one.panel_id for one in rounds]),
            PanelHousehold.household_id.in_([one.household_id for one in reached]),
        ).order_by(*_IN_ORDER)
    )
    found = [(of, [one for one in rows if one.panel_id == of.panel_id]) for of in rounds]
    return [(of, mine) for of, mine in found if mine]


def seats_in(of: RoundCard, household_ids: Collection[int]) -> list[Seat]:
    """Those of these households that the round asks, in the order of their doors."""
    found = _SEATS.where(
        PanelHousehold.panel_id == of.panel_id, PanelHousehold.household_id.in_(household_ids)
    )
    return _seats(found.order_by(*_IN_ORDER))


def answered_by_residents(round_ids: Collection[int]) -> set[tuple[int, int]]:
    """Round and household of those that a resident answered for."""
    found = sa.select(EvaluationAnswer.round_id, EvaluationAnswer.household_id).where(
        EvaluationAnswer.round_id.in_(round_ids), EvaluationAnswer.is_own
    )
    return {(row.round_id, row.household_id) for row in db.session.execute(found.distinct())}


def states(round_id: int) -> dict[int, State]:
    """By household, of those about whom anything was entered."""
    rows = db.session.execute(_entries().where(EvaluationAnswer.round_id == round_id)).all()
    by_household: dict[int, list[Entry]] = {}
    for row in rows:
        entry = Entry(row.id, row.is_own, row.is_accepted)
        by_household.setdefault(row.household_id, []).append(entry)
    return {household_id: state_of(entries) for household_id, entries in by_household.items()}


def state_in(round_id: int, household_id: int) -> State:
    rows = db.session.execute(
        _entries().where(EvaluationAnswer.round_id == round_id, EvaluationAnswer.household_id == household_id)
    )
    return state_of(Entry(row.id, row.is_own, row.is_accepted) for row in rows)


def turnouts(rounds: Collection[RoundCard]) -> dict[int, tuple[int, int]]:
    """Of each round how many households have an answer that counts, and how many there are."""
    found = (
        sa.select(EvaluationAnswer.round_id, sa.func.count().label("answered"))
        .where(EvaluationAnswer.id.in_(counted_ids([of.id for of in rounds])))
        .group_by(EvaluationAnswer.round_id)
    )
    answered = {row.round_id: row.answered for row in db.session.execute(found)}
    households = by_panel({of.panel_id for of in rounds})
    return {of.id: (answered.get(of.id, 0), households.get(of.panel_id, 0)) for of in rounds}


def turnout(of: RoundCard) -> tuple[int, int]:
    return turnouts([of])[of.id]


def missing(of: RoundCard, page: int = 1, *, size: int = ON_A_PAGE) -> Page[tuple[Seat, State]]:
    """The households without an answer that counts, in the order of their doors: whether, never how."""
    known = states(of.id)
    rows = _seats(_SEATS.where(PanelHousehold.panel_id == of.panel_id).order_by(*_IN_ORDER))
    left = [(one, known.get(one.household_id, State.NONE)) for one in rows]
    left = [(one, state) for one, state in left if state in {State.NONE, State.WAITING}]
    start = (page - 1) * size
    return Page(left[start : start + size], page, size, len(left))


def own_answer(round_id: int, household_id: int) -> EvaluationAnswer | None:
    """The newest that a resident of the household gave; for its residents only."""
    found = sa.select(EvaluationAnswer).where(
        EvaluationAnswer.round_id == round_id,
        EvaluationAnswer.household_id == household_id,
        EvaluationAnswer.is_own,
    )
    return db.session.scalar(found.order_by(EvaluationAnswer.id.desc()).limit(1))


def low_marks_of(row: EvaluationAnswer) -> list[Low]:
    """What the household is not satisfied with, for its residents: a ticket could be opened for it."""
    return low_marks(row.said, items(row.panel_id))


def papers(of: RoundCard) -> list[Paper]:
    """What the staff keyed in, the waiting ones first, then the newest."""
    rows = db.session.execute(_papers().where(EvaluationAnswer.round_id == of.id)).all()
    seats = _seats(
        _SEATS.where(
            PanelHousehold.panel_id == of.panel_id,
            PanelHousehold.household_id.in_([row[0].household_id for row in rows]),
        )
    )
    by_household = {one.household_id: one for one in seats}
    found = [Paper(row[0], row[1], by_household[row[0].household_id]) for row in rows]
    return sorted(found, key=lambda one: one.review is not None)


def paper(answer_id: int, of: RoundCard) -> Paper:
    """Raises NotFound."""
    found = next((one for one in papers(of) if one.answer.id == answer_id), None)
    if found is None:
        raise NotFound
    return found


def waiting_counts(community_ids: Collection[int], now: datetime, besides: str = "") -> dict[int, int]:
    """How many papers wait for another person in open rounds, by round; `besides`: not those that this person keyed in."""
    today = china_day(now)
    rows = db.session.execute(
        sa.select(EvaluationAnswer.round_id, sa.func.count().label("waiting"))
        .join(EvaluationRound, EvaluationRound.id == EvaluationAnswer.round_id)
        .join(EvaluationPanel, EvaluationPanel.id == EvaluationAnswer.panel_id)
        .outerjoin(EvaluationReview, EvaluationReview.answer_id == EvaluationAnswer.id)
        .where(
            EvaluationPanel.community_id.in_(community_ids),
            EvaluationRound.opens_on <= today,
            EvaluationRound.closes_on >= today,
            EvaluationAnswer.is_own.is_(False),
            EvaluationAnswer.entered_by != besides,
            EvaluationReview.answer_id.is_(None),
            ~_has_own_answer(),
        )
        .group_by(EvaluationAnswer.round_id)
    )
    return {row.round_id: row.waiting for row in rows}


def counted(round_ids: Collection[int]) -> dict[int, list[Answered]]:
    """The answers that count, by round, in the order of households. Asked by what sums them up after the end."""
    rows = db.session.execute(
        sa.select(EvaluationAnswer, PanelHousehold.building_id)
        .join(
            PanelHousehold,
            sa.and_(
                PanelHousehold.panel_id == EvaluationAnswer.panel_id,
                PanelHousehold.household_id == EvaluationAnswer.household_id,
            ),
        )
        .where(EvaluationAnswer.id.in_(counted_ids(round_ids)))
        .order_by(EvaluationAnswer.round_id, EvaluationAnswer.household_id)
    )
    found: dict[int, list[Answered]] = {round_id: [] for round_id in round_ids}
    for answer, building_id in rows:
        one = Answered(
            answer.household_id,
            building_id,
            answer.is_own,
            answer.said,
            answer.entered_by,
            answer.answered_at,
        )
        found[answer.round_id].append(one)
    return found


def counted_ids(round_ids: Collection[int]) -> sa.Select[int]:
    """Of each household the newest answer of its own; without one what the staff keyed in and another accepted."""
    place = sa.func.row_number().over(
        partition_by=(EvaluationAnswer.round_id, EvaluationAnswer.household_id),
        order_by=(EvaluationAnswer.is_own.desc(), EvaluationAnswer.id.desc()),
    )
    ranked = (
        sa.select(EvaluationAnswer.id, place.label("place"))
        .outerjoin(EvaluationReview, EvaluationReview.answer_id == EvaluationAnswer.id)
        .where(
            EvaluationAnswer.round_id.in_(round_ids),
            sa.or_(EvaluationAnswer.is_own, EvaluationReview.is_accepted),
        )
        .subquery()
    )
    return sa.select(ranked.c.id).where(ranked.c.place == 1)


def words_of(of: RoundCard) -> list[EvaluationAnswer]:
    """The answers that count and say something in words."""
    found = sa.select(EvaluationAnswer).where(
        EvaluationAnswer.id.in_(counted_ids([of.id])), EvaluationAnswer.words != ""
    )
    return list(db.session.scalars(found.order_by(EvaluationAnswer.id)))


def by_panel(panel_ids: Collection[int]) -> dict[int, int]:
    """How many households each panel has."""
    found = (
        sa.select(PanelHousehold.panel_id, sa.func.count().label("households"))
        .where(PanelHousehold.panel_id.in_(panel_ids))
        .group_by(PanelHousehold.panel_id)
    )
    return {row.panel_id: row.households for row in db.session.execute(found)}


def _entries() -> sa.Select[int, int, bool, bool]:
    return (
        sa.select(
            EvaluationAnswer.id,
            EvaluationAnswer.household_id,
            EvaluationAnswer.is_own,
            EvaluationReview.is_accepted,
        )
        .outerjoin(EvaluationReview, EvaluationReview.answer_id == EvaluationAnswer.id)
        .order_by(EvaluationAnswer.id)
    )


def _papers() -> sa.Select[EvaluationAnswer, EvaluationReview]:
    return (
        sa.select(EvaluationAnswer, EvaluationReview)
        .outerjoin(EvaluationReview, EvaluationReview.answer_id == EvaluationAnswer.id)
        .where(EvaluationAnswer.is_own.is_(False))
        .order_by(EvaluationAnswer.id.desc())
    )


def _has_own_answer() -> sa.ColumnElement[bool]:
    own = sa.orm.aliased(EvaluationAnswer)
    return sa.exists().where(
        own.round_id == EvaluationAnswer.round_id,
        own.household_id == EvaluationAnswer.household_id,
        own.is_own,
    )


def _seats(found: sa.Select[int, int, int, int, str, str, str, int]) -> list[Seat]:
    return [
        Seat(
            row.id,
            row.panel_id,
            row.household_id,
            row.building_id,
            label(row.building, row.entrance, row.room) + (f" 第 {row.number} 户" if row.number > 1 else ""),
        )
        for row in db.session.execute(found)
    ]
