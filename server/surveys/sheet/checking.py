"""Asking pyxform, the reference of the standard, whether a form is one. It is given our cells and opens no file."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from server.surveys.sheet.cells import CellProblem, Table

_ROW = re.compile(r"\[row : (\d+)\]")
_SHEET = re.compile(r"\b(survey|choices|settings|external_choices|entities)\b")


def standard_problems(tables: Mapping[str, Table], titles: Sequence[str]) -> Iterator[CellProblem]:
    """What pyxform says against it, in its own words: nothing, or the one thing at which it stopped."""
    try:
        # Its validator in Java stays off: it would start a program for what our own check does.
        convert(_workbook(tables, titles), validate=False, enketo=False)
    except PyXFormError as error:
        yield _problem(str(error))
    except Exception as error:
        # A form can be wrong in ways that pyxform stumbles over; for whoever sent it that is a refusal like any other.
        yield CellProblem(
            "survey",
            0,
            "",
            f"XLSForm 的标准检查（pyxform）读不下去（{type(error).__name__}）。请对照标准检查各列",
        )


def _problem(said: str) -> CellProblem:
    row, sheet = _ROW.search(said), _SHEET.search(said)
    plain = " ".join(_ROW.sub("", said).split())[:300]
    place = (sheet[1] if sheet else "survey", int(row[1]) if row else 0)
    return CellProblem(*place, "", f"XLSForm 的标准检查（pyxform）没有通过：{plain}")


def _workbook(tables: Mapping[str, Table], titles: Sequence[str]) -> dict[str, Any]:
    book: dict[str, Any] = {"sheet_names": list(titles), "fallback_form_name": "data"}
    for name, table in tables.items():
        rows: list[dict[str, str]] = []
        for line in table.lines:
            # Blank rows in between, so that its numbers of rows are Excel's.
            rows += [{}] * (line.row - 2 - len(rows))
            rows.append({heading: cell.text for heading, cell in line.by_heading.items()})
        book[name] = rows
        book[f"{name}_header"] = [{heading: None for heading in table.headings if heading}]
    return book
