"""A table in the form offices use: a title over all columns, the unit, headings, rows with real numbers, a sum, a foot."""

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

Cell = str | int | Decimal | None


@dataclass(frozen=True)
class Column:
    title: str
    width: int = 12
    #: "text", "count" or "money" (万元, as many places as there are).
    kind: str = "text"


@dataclass(frozen=True)
class OfficeTable:
    """One sheet of the file."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    #: Under the title: who made it, the unit, the day.
    notes: Sequence[str] = ()
    total: Sequence[Cell] | None = None
    foot: Sequence[str] = field(default=())


NUMBERS = {"count": "#,##0", "money": "#,##0.00####"}


def write_tables(path: Path, tables: Iterable[OfficeTable]) -> None:
    """Row by row: memory does not grow with the rows."""
    with tempfile.TemporaryDirectory(dir=path.parent) as parts:
        options = {"constant_memory": True, "tmpdir": parts, "strings_to_formulas": False}
        book = xlsxwriter.Workbook(str(path), {**options, "strings_to_urls": False})
        looks = _looks(book)
        for table in tables:
            _write(book.add_worksheet(table.name), table, looks)
        book.close()


def _looks(book: Any) -> dict[str, Any]:
    boxed = {"border": 1, "valign": "vcenter", "font_size": 11}
    looks = {
        "title": book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"}),
        "note": book.add_format({"font_size": 10}),
        "heading": book.add_format({**boxed, "bold": True, "align": "center", "text_wrap": True}),
        "text": book.add_format({**boxed, "text_wrap": True, "num_format": "@"}),
        "text_sum": book.add_format({**boxed, "bold": True}),
    }
    for kind, number in NUMBERS.items():
        looks[kind] = book.add_format({**boxed, "num_format": number})
        looks[f"{kind}_sum"] = book.add_format({**boxed, "bold": True, "num_format": number})
    return looks


def _write(sheet: Any, table: OfficeTable, looks: dict[str, Any]) -> None:
    last = len(table.columns) - 1
    for index, column in enumerate(table.columns):
        sheet.set_column(index, index, column.width)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_row(0, 30)
    if last:
        sheet.merge_range(0, 0, 0, last, table.title, looks["title"])
    else:
        sheet.write_string(0, 0, table.title, looks["title"])
    at = 1
    for line in table.notes:
        sheet.write_string(at, 0, line, looks["note"])
        at += 1
    for index, column in enumerate(table.columns):
        sheet.write_string(at, index, column.title, looks["heading"])
    sheet.repeat_rows(0, at)
    sheet.freeze_panes(at + 1, 0)
    for row in table.rows:
        at += 1
        _row(sheet, at, table.columns, row, looks, "")
    if table.total is not None:
        at += 1
        _row(sheet, at, table.columns, table.total, looks, "_sum")
    for line in table.foot:
        at += 1
        sheet.write_string(at, 0, line, looks["note"])


def _row(
    sheet: Any, at: int, columns: Sequence[Column], row: Sequence[Cell], looks: dict[str, Any], tail: str
) -> None:
    for index, (column, value) in enumerate(zip(columns, row, strict=True)):
        if isinstance(value, int | Decimal):
            # A cell of a sheet holds a double; what is summed and kept stays exact in the house.
            sheet.write_number(at, index, float(value), looks[column.kind + tail])
        else:
            sheet.write_string(at, index, value or "", looks["text" + tail])
