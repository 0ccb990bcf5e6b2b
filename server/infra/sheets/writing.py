"""Writing an .xlsx row by row: memory does not grow with the rows."""

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any

import xlsxwriter

#: How far down lists and text formats reach in an empty template.
TEMPLATE_ROWS = 20_000


@dataclass(frozen=True)
class ColumnLook:
    """How a column looks to whoever fills it in."""

    title: str
    width: int = 14
    #: Shown when the heading is pointed at.
    hint: str = ""
    choices: Sequence[str] = ()
    is_required: bool = False


class BookWriter:
    """One file; `with BookWriter(path) as book: book.sheet(...); book.row(...)`."""

    def __init__(self, path: Path) -> None:
        # xlsxwriter keeps rows in files of its own until the end: beside the result, and gone with it.
        self._parts = tempfile.TemporaryDirectory(dir=path.parent)
        options = {"constant_memory": True, "tmpdir": self._parts.name, "strings_to_formulas": False}
        self._book = xlsxwriter.Workbook(str(path), {**options, "strings_to_urls": False})
        self._heading = self._book.add_format(
            {"bold": True, "bg_color": "#EAF2EF", "border": 1, "text_wrap": True, "valign": "vcenter"}
        )
        self._needed = self._book.add_format(
            {"bold": True, "bg_color": "#CFE5DE", "border": 1, "text_wrap": True, "valign": "vcenter"}
        )
        self._text = self._book.add_format({"num_format": "@"})
        self._wrapped = self._book.add_format({"text_wrap": True, "valign": "top"})
        self._bold = self._book.add_format({"bold": True, "font_size": 14})
        self._sheet: Any = None
        self._row = 0

    def __enter__(self) -> "BookWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._book.close()
        self._parts.cleanup()

    def sheet(self, title: str, columns: Sequence[ColumnLook]) -> None:
        """Begin a sheet with its headings; rows follow. Every column is text, so that Excel changes no number."""
        self._sheet = self._book.add_worksheet(title)
        self._row = 1
        self._sheet.freeze_panes(1, 0)
        for index, column in enumerate(columns):
            self._sheet.set_column(index, index, column.width, self._text)
            if column.choices:
                self._sheet.data_validation(
                    1,
                    index,
                    TEMPLATE_ROWS,
                    index,
                    {
                        "validate": "list",
                        "source": list(column.choices),
                        "error_title": "请从列表里选",
                        "error_message": "这一列只能填列表里的词。",
                    },
                )
        for index, column in enumerate(columns):
            if column.hint:
                self._sheet.write_comment(0, index, column.hint, {"x_scale": 1.6})
        for index, column in enumerate(columns):
            look = self._needed if column.is_required else self._heading
            self._sheet.write_string(0, index, column.title, look)

    def row(self, values: Iterable[str | int | Decimal | date | None]) -> None:
        for index, value in enumerate(values):
            if value is not None and value != "":
                self._sheet.write_string(self._row, index, str(value), self._text)
        self._row += 1

    def notes(self, title: str, heading: str, lines: Iterable[Sequence[str]], widths: Sequence[int]) -> None:
        """A sheet of explanation in columns."""
        sheet = self._book.add_worksheet(title)
        for index, width in enumerate(widths):
            sheet.set_column(index, index, width, self._wrapped)
        sheet.write_string(0, 0, heading, self._bold)
        for number, line in enumerate(lines, start=2):
            for index, value in enumerate(line):
                sheet.write_string(number, index, value, self._wrapped)
