"""All tables of one publication together, so that none gives away what another hides.

The same people are counted in each table, so figures meet where totals do. Four rules keep them apart:

- Every table is of the same people: all who were asked, those who gave no answer being a place of their own. Totals then
  say the same everywhere.
- There is one breakdown in the whole publication (by building, or by capacity, never both), and it comes with the
  question's own table, whose shown counts are its totals. Two ways of grouping are crossed into groups of one, or one of
  them is left to staff.
- A question put to a part only is told where its part is: those who chose certain answers to an earlier question, how many
  being public already. It has no breakdown. A condition of any other form names a group that no table shows, so its
  question is withheld, total and all.
- What several communities' tables are summed to shows a sum only where each shows its part; less the others' tables, it
  would tell the hidden part.

A publication is made once and kept: the difference of two states of the same survey would tell of those who came between.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.kernel.disclosure.protecting import LEAST, protect
from server.kernel.disclosure.tables import (
    HIDDEN,
    Cell,
    Choices,
    Grid,
    Line,
    Needs,
    ShownGrid,
    ShownLine,
    ShownNeeds,
)

Table = Line | Choices | Needs | Grid
Shown = ShownLine | ShownNeeds | ShownGrid


@dataclass(frozen=True)
class Part:
    """Those who were asked: who chose one of these answers (by place) to an earlier question of the publication.

    Without `of`, the condition cannot be said so: several questions in it, numbers reckoned with, and the like.
    """

    of: str | None
    answers: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Question:
    """A question's table; `part` where not everyone was asked."""

    table: Table
    part: Part | None = None


def publish(questions: Mapping[str, Question], least: int = LEAST) -> dict[str, Shown]:
    """The tables as the public may see them, by key and in order. Earlier questions stand before those that rest on them."""
    _check_together(list(questions.values()))
    shown: dict[str, Shown] = {}
    for key, question in questions.items():
        if question.part is None:
            shown[key] = protect(question.table, least)
            continue
        number = _number_of(question.part, questions, shown)
        if number is not None and number != question.table.total:
            raise ValueError("the table of a part counts all of the part")
        shown[key] = _withheld(question.table) if number is None else protect(question.table, least)
    return shown


def _check_together(questions: Sequence[Question]) -> None:
    whole = [one.table for one in questions if one.part is None]
    if len({table.total for table in whole}) > 1:
        raise ValueError("all tables of a publication count the same people")
    if len({table.by_group for table in whole if isinstance(table, Grid)}) > 1:
        raise ValueError("a publication has one breakdown")
    if any(one.part is not None and isinstance(one.table, Grid) for one in questions):
        raise ValueError("a question that was put to a part has no breakdown")


def _number_of(part: Part, questions: Mapping[str, Question], shown: Mapping[str, Shown]) -> int | None:
    """How many are in the part, where readers know it already."""
    if part.of is None:
        return None
    asked_before, before = questions[part.of].table, shown[part.of]
    # Ticks overlap: only those of one answer are a number of people. Of needs, no part is told.
    is_countable = not isinstance(asked_before, Choices) or len(part.answers) == 1
    if isinstance(before, ShownNeeds) or not is_countable:
        return None
    line = before.by_answer if isinstance(before, ShownGrid) else before
    counts = [line.cells[place].count for place in part.answers]
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def _withheld(table: Table) -> Shown:
    if isinstance(table, Needs):
        nothing = (HIDDEN,) * len(table.wanted)
        return ShownNeeds(HIDDEN, nothing, nothing)
    line = table.by_answer if isinstance(table, Grid) else table
    return ShownLine(HIDDEN, (HIDDEN,) * len(line.counts))


def summed(lines: Sequence[ShownLine]) -> ShownLine:
    """The sum of several publications' tables of one question: nothing that could not be added up from them."""
    return ShownLine(
        _sum([line.total for line in lines]),
        tuple(_sum(cells) for cells in zip(*(line.cells for line in lines), strict=True)),
    )


def _sum(cells: Sequence[Cell]) -> Cell:
    counts = [cell.count for cell in cells if cell.count is not None]
    return Cell(sum(counts)) if len(counts) == len(cells) else HIDDEN
