"""Rows of the house, in the shape the schemas send."""

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from miniprogram_api.evaluations.reading import OwnRound, PublicResult, reports_of
from server.evaluations import queries
from server.evaluations.models import EvaluationAnswer
from server.evaluations.queries import RoundCard, Seat
from server.evaluations.rules.shown import ShownRate, ShownResult
from server.kernel.disclosure import Cell


def round_shape(here: OwnRound, moment: datetime) -> dict[str, Any]:
    of, stage = here.of, here.of.stage(moment)
    return {
        "id": of.id,
        "community_id": of.community_id,
        "number": of.number,
        "name": of.name,
        "opens_on": of.opens_on,
        "closes_on": of.closes_on,
        "closes_at": of.closes_at,
        "stage": stage.value,
        "stage_name": stage.name_zh,
        "items": [{"code": code, "title": title} for code, title in queries.items(of.panel_id).items()],
        "households": [_household_shape(here, seat) for seat in here.seats],
    }


def _household_shape(here: OwnRound, seat: Seat) -> dict[str, Any]:
    own = queries.own_answer(here.of.id, seat.household_id)
    return {
        "household_id": seat.household_id,
        "label": seat.label,
        "answer": answer_shape(here, seat, own) if own else None,
    }


def answer_shape(here: OwnRound, seat: Seat, row: EvaluationAnswer) -> dict[str, Any]:
    said = row.said
    return {
        "id": row.id,
        "round_id": row.round_id,
        "household_id": row.household_id,
        "answered_at": row.answered_at,
        "overall": said.overall.value,
        "aspects": {aspect.value: mark.value for aspect, mark in said.aspects.items()},
        "items": {code: mark.value for code, mark in said.items.items()},
        "fee": said.fee.value if said.fee else None,
        "words": said.words,
        "low": [
            {**vars(low), "report": {**vars(report), "href": report.href}}
            for low, report in reports_of(here, seat, queries.low_marks_of(row))
        ],
    }


def result_shape(found: PublicResult) -> dict[str, Any]:
    shown = found.shown
    return {
        "round_id": found.of.id,
        "households": shown.households,
        "answered": shown.answered,
        "by_staff": shown.by_staff.count,
        "lacking": shown.lacking,
        "aspects": [_rate_shape(one) for one in shown.aspects],
        "items": [_rate_shape(one) for one in shown.items],
        "fee": [_cell_shape(name, cell) for name, cell in shown.fee],
        "buildings": [
            {"label": one.label, "households": one.households, "answered": one.answered.count}
            for one in shown.buildings
        ],
        "rounds": [_before_shape(of, told) for of, told in found.trend],
        "burst": found.burst,
        "by_few": found.by_few,
        "words": found.words,
    }


def _before_shape(of: RoundCard, told: ShownResult) -> dict[str, Any]:
    return {
        "round_id": of.id,
        "name": of.name,
        "answered": told.answered,
        "lacking": told.lacking,
        "overall": None if told.lacking else _rate_shape(told.overall),
    }


def _rate_shape(one: ShownRate) -> dict[str, Any]:
    interval = one.rate.interval if one.rate else None
    return {
        "title": one.title,
        "counts": [_cell_shape(name, cell) for name, cell in one.cells],
        "answered": one.rate.answered if one.rate else None,
        "share": _share(one.rate.share if one.rate else None),
        "interval_low": _share(interval.low if interval else None),
        "interval_high": _share(interval.high if interval else None),
        "low": _share(one.between.low if one.between else None),
        "high": _share(one.between.high if one.between else None),
    }


def _cell_shape(name: str, cell: Cell) -> dict[str, Any]:
    return {"name": name, "count": cell.count}


def _share(value: Fraction | None) -> str | None:
    """As decimal text of six places, half up."""
    if value is None:
        return None
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return str(exact.quantize(Decimal("0.000001"), ROUND_HALF_UP))
