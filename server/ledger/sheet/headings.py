"""Finding the headings of a sheet, and reading a row under them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from server.infra.sheets import Cell, Row, column_letter
from server.ledger.rules import names
from server.ledger.rules.numbers import Wrong
from server.ledger.sheet.cells import text_of
from server.ledger.sheet.columns import Column, Sheet

#: A title may stand above the headings, but not a page of text.
HEADING_WITHIN = 5
FEWEST_KNOWN = 2


@dataclass(frozen=True)
class SheetProblem:
    """One thing to mend. Never repeats a personal value."""

    sheet: str
    row: int | None
    #: "F 面积", or empty where the whole row or sheet is meant.
    column: str
    what: str
    mend: str


@dataclass(frozen=True)
class Heading:
    """Which column of the file holds which of ours."""

    sheet: Sheet
    row: int
    at: dict[str, int]
    unknown: tuple[str, ...]

    @property
    def missing(self) -> list[Column]:
        return [column for column in self.sheet.columns if column.is_required and column.name not in self.at]

    def where(self, name: str) -> str:
        title = self.sheet.column(name).title
        return f"{column_letter(self.at[name])} {title}" if name in self.at else title

    def read(self, row: Row) -> tuple[dict[str, Any], list[SheetProblem]]:
        """Values by name, None where the cell is blank; and what is wrong in the row."""
        values: dict[str, Any] = {}
        problems = []
        for column in self.sheet.columns:
            index = self.at.get(column.name, -1)
            cell: Cell = row.cells[index] if 0 <= index < len(row.cells) else None
            try:
                values[column.name] = self._value(column, cell)
            except Wrong as wrong:
                values[column.name] = None
                problems.append(self.problem(row.number, column.name, wrong.what, wrong.mend))
        return values, problems

    @staticmethod
    def _value(column: Column, cell: Cell) -> Any:
        text = text_of(cell) if cell is not None else ""
        if text.strip():
            return column.read(text)
        if column.is_required:
            raise Wrong("没有填", f"请填写{column.title}")
        return None

    def problem(self, row: int | None, name: str, what: str, mend: str) -> SheetProblem:
        return SheetProblem(self.sheet.title, row, self.where(name) if name else "", what, mend)


def find_heading(sheet: Sheet, first_rows: Sequence[Row]) -> Heading | None:
    """The first of these rows that holds at least two of the sheet's titles, or all it cannot do without."""
    known = {_key(column.title): column.name for column in sheet.columns}
    for row in first_rows:
        at: dict[str, int] = {}
        unknown = []
        for index, cell in enumerate(row.cells):
            title = _key(cell) if isinstance(cell, str) else ""
            if title in known and known[title] not in at:
                at[known[title]] = index
            elif title:
                unknown.append(str(cell).strip()[:20])
        heading = Heading(sheet, row.number, at, tuple(unknown))
        if len(at) >= FEWEST_KNOWN or (at and not heading.missing):
            return heading
    return None


def _key(title: str) -> str:
    """Stars, spaces and what stands in brackets do not count."""
    plain = names.plain(title)
    return re.sub(r"[\s*]|\(.*?\)", "", plain)
