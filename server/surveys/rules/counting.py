"""Which response of a household counts, and the cells that one response adds to the sums."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from server.surveys.rules.definition import Definition, Question
from server.surveys.rules.packages import package_cells
from server.surveys.rules.words import Capacity, Kind, Proof

#: The cell that every answered question has; the base of its shares.
ANSWERED = "#answered"
#: The exact sum of numbers, as decimal text.
TOTAL = "#total"
#: Behind an item's code: for how many it is among the most important.
TOP = "@top"

Cell = tuple[str, str, int | Decimal]


@dataclass(frozen=True)
class ResponseFacts:
    """What the count needs to know of a response. `is_accepted`: nothing in it waits for, or failed, a review."""

    id: int
    proof: Proof
    capacity: Capacity
    answered_at: datetime
    is_accepted: bool = True


@dataclass(frozen=True)
class Standing:
    """The response that counts for the household, and the one that stands for it in consent questions."""

    needs_id: int | None = None
    consent_id: int | None = None
    proof: Proof | None = None


def standing(responses: Sequence[ResponseFacts]) -> Standing:
    """One answer a household: the latest, but a claimed one only while nothing proven is there.

    For consent questions the latest answer of an owner stands before any other's. Of two answered at the same
    instant the one that came later is the later.
    """
    taken = [one for one in responses if one.is_accepted]
    proven = [one for one in taken if one.proof is Proof.PROVEN]
    candidates = sorted(proven or taken, key=lambda one: (one.answered_at, one.id))
    if not candidates:
        return Standing()
    owners = [one for one in candidates if one.capacity is Capacity.OWNER]
    latest = candidates[-1]
    return Standing(latest.id, (owners or candidates)[-1].id, latest.proof)


def contributions(definition: Definition, answers: Mapping[str, Any], *, is_consent: bool) -> Iterator[Cell]:
    """What a response adds: question, cell, how much. `is_consent` chooses between consent questions and all others."""
    for question in definition.questions:
        if question.is_consent is is_consent and question.personal is None and question.key in answers:
            yield from _cells(question, answers)


def add(counts: dict[str, dict[str, Any]], cells: Iterable[Cell], sign: int = 1) -> None:
    """Put cells into the counts, or take them out. A cell that comes to nothing is removed, so that order leaves no trace."""
    for question, cell, weight in cells:
        held = counts.get(question)
        if held is None:
            held = counts[question] = {}
        _move(held, cell, weight * sign)
        if not held:
            del counts[question]


def merge(counts: dict[str, dict[str, Any]], moved: Mapping[str, Mapping[str, Any]]) -> None:
    """Add whole counts to counts."""
    for question, cells in moved.items():
        add(counts, ((question, cell, _weight(cell, held)) for cell, held in cells.items()))


def _move(cells: dict[str, Any], cell: str, weight: int | Decimal) -> None:
    moved = _weight(cell, cells.get(cell, 0)) + weight
    if moved:
        cells[cell] = _text(moved) if isinstance(moved, Decimal) else moved
    else:
        cells.pop(cell, None)


def _weight(cell: str, held: Any) -> int | Decimal:
    return Decimal(str(held)) if cell == TOTAL else int(held)


def _cells(question: Question, answers: Mapping[str, Any]) -> Iterator[Cell]:
    key, value = question.key, answers[question.key]
    yield key, ANSWERED, 1
    match question.kind:
        case Kind.ONE | Kind.SCALE | Kind.STANCE:
            yield key, str(value), 1
        case Kind.MANY:
            yield from ((key, str(one), 1) for one in value)
        case Kind.RANKING:
            yield from ((key, f"{one}@{place}", 1) for place, one in enumerate(value, 1))
        case Kind.ITEMS | Kind.PACKAGE:
            yield from ((key, cell, 1) for cell in _item_cells(question, answers))
        case Kind.CONTRIBUTION:
            yield key, str(value), 1
            yield from ((key, f"way:{one}", 1) for one in answers.get(f"{key}.ways", ()))
        case Kind.NUMBER:
            yield key, TOTAL, Decimal(str(value))
            yield key, bin_of(question, Decimal(str(value))), 1
        case Kind.DATE:
            yield key, str(value)[:7], 1


def _item_cells(question: Question, answers: Mapping[str, Any]) -> Iterator[str]:
    value = answers[question.key]
    yield from map(str, value)
    if question.kind is Kind.PACKAGE:
        yield from package_cells(question, value)
    else:
        yield from (f"{one}{TOP}" for one in answers.get(f"{question.key}.top", ()))


def bin_of(question: Question, value: Decimal) -> str:
    """The range a number is counted in, by its lower bound: whole numbers of a short span, tenths of a bounded one (the
    last with its end), else steps of 1, 2 and 5 in each power of ten."""
    if question.least is not None and question.most is not None:
        return _text(_bounded_bin(value, Decimal(question.least), Decimal(question.most)))
    if abs(value) < MOST_SINGLE:
        return _text(value.to_integral_value(ROUND_FLOOR))
    size = Decimal(10) ** value.adjusted()
    steps = [size, size * 2, size * 5, size * 10]
    if value > 0:
        return _text(max(step for step in steps if step <= value))
    return _text(-min(step for step in steps if step >= -value))


MOST_SINGLE = 20


def _bounded_bin(value: Decimal, least: Decimal, most: Decimal) -> Decimal:
    if most - least <= MOST_SINGLE:
        return least + (value - least) // 1
    step = (most - least) / 10
    return least + min((value - least) // step, Decimal(9)) * step


def _text(value: Decimal) -> str:
    return format(value.normalize(), "f") if value else "0"
