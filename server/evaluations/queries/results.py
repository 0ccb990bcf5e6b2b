"""Results of rounds that are over. Of a round that still runs there are none, for nobody."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from server.evaluations.models import EvaluationAnswer
from server.evaluations.queries.answers import by_panel, counted, counted_ids
from server.evaluations.queries.panels import asked
from server.evaluations.queries.rounds import RoundCard, latest_over, rounds_of_panel
from server.evaluations.rules.oddities import Oddities, oddities
from server.evaluations.rules.results import Change, Result, change
from server.evaluations.rules.results import result as summed
from server.evaluations.rules.scorecards import Judged
from server.evaluations.rules.shown import ShownResult, shown
from server.evaluations.rules.words import Aspect, ItemMark, Mark, Stage
from server.infra.db import db
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound, Refused
from server.ledger import queries as ledger
from server.policies import queries as policies


def result(of: RoundCard, now: datetime) -> Result:
    """Raises Refused while anyone may still answer."""
    _check_over(of, now)
    return summed(counted([of.id])[of.id], asked(of.panel_id))


def shown_result(of: RoundCard, now: datetime) -> ShownResult:
    """The same as the public may read it."""
    return shown(result(of, now), least_cell(of))


def least_cell(of: RoundCard) -> int:
    """From which number on a count is told, by the setting of the day after the round: so it stays the same for good."""
    place = ledger.place(of.community_id)
    if place is None:
        raise NotFound
    return policies.number("disclosure.least_cell", place.division_path, china_day(of.closes_at))


def odd(of: RoundCard, now: datetime) -> Oddities:
    """What is odd about how the answers came; not before the end either."""
    _check_over(of, now)
    return oddities(counted([of.id])[of.id])


def overs(of: RoundCard, now: datetime) -> list[RoundCard]:
    """The rounds of the same panel that are over, in their order, up to this one."""
    rounds = rounds_of_panel(of.panel_id)
    return [one for one in rounds if one.stage(now) is Stage.OVER and one.number <= of.number]


def trend(of: RoundCard, now: datetime) -> list[tuple[RoundCard, Result]]:
    """The same panel, round after round, up to this one."""
    _check_over(of, now)
    rounds = overs(of, now)
    answers, panel = counted([one.id for one in rounds]), asked(of.panel_id)
    return [(one, summed(answers[one.id], panel)) for one in rounds]


def change_since(of: RoundCard, now: datetime) -> Change | None:
    """Against the round before, of the households that answered both; None where this is the first."""
    _check_over(of, now)
    rounds = overs(of, now)
    if len(rounds) < 2:
        return None
    answers = counted([one.id for one in rounds[-2:]])
    return change(answers[rounds[-2].id], answers[of.id])


def judged(community_ids: Collection[int], now: datetime) -> dict[int, Judged]:
    """What the newest round that is over says, by community; summed in the database, for a whole province is asked at once."""
    rounds = {card.id: card for card in latest_over(community_ids, now).values()}
    households = by_panel([card.panel_id for card in rounds.values()])
    marks = [
        column
        for aspect in Aspect
        for column in (
            _count(aspect, Mark.GOOD, Mark.FAIR).label(f"{aspect.value}_satisfied"),
            _count(aspect, *Mark).label(f"{aspect.value}_answered"),
        )
    ]
    rows = db.session.execute(
        sa.select(
            EvaluationAnswer.round_id,
            sa.func.count().label("answered"),
            sa.func.sum(sa.case((EvaluationAnswer.is_own.is_(False), 1), else_=0)).label("by_staff"),
            *marks,
        )
        .where(EvaluationAnswer.id.in_(counted_ids(list(rounds))))
        .group_by(EvaluationAnswer.round_id)
    )
    by_round = {row.round_id: row for row in rows}
    items = _item_marks(list(rounds))
    found = {}
    for card in rounds.values():
        row = by_round.get(card.id)
        found[card.community_id] = Judged(
            card.community_id,
            households.get(card.panel_id, 0),
            row.answered if row else 0,
            int(row.by_staff) if row else 0,
            {aspect: _pair(row, aspect) if row else (0, 0) for aspect in Aspect},
            items.get(card.id, {}),
        )
    return found


def _item_marks(round_ids: Collection[int]) -> dict[int, dict[str, tuple[int, int]]]:
    """By round and code: how many are satisfied with a promised item, and how many said something to it."""
    rows = db.session.execute(
        sa.select(EvaluationAnswer.round_id, EvaluationAnswer.items).where(
            EvaluationAnswer.id.in_(counted_ids(round_ids))
        )
    )
    found: dict[int, dict[str, tuple[int, int]]] = {}
    for round_id, items in rows:
        of_round = found.setdefault(round_id, {})
        for code, mark in items.items():
            satisfied, answered = of_round.get(code, (0, 0))
            of_round[code] = (satisfied + (mark in SATISFIED), answered + 1)
    return found


SATISFIED = {ItemMark.GOOD, ItemMark.FAIR}


def _pair(row: sa.Row[int], aspect: Aspect) -> tuple[int, int]:
    satisfied, answered = (getattr(row, f"{aspect.value}_{part}") for part in ("satisfied", "answered"))
    return int(satisfied), int(answered)


def _count(aspect: Aspect, *marks: Mark) -> sa.ColumnElement[int]:
    column = getattr(EvaluationAnswer, aspect.value)
    return sa.func.sum(sa.case((column.in_(marks), 1), else_=0))


def _check_over(of: RoundCard, now: datetime) -> None:
    if of.stage(now) is not Stage.OVER:
        raise Refused("还没评完。评完以后才看得到结果，免得先看到的人跟着评。", code="not_over")
