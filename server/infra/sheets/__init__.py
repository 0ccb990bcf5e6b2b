"""Sheets from and for people: .xlsx, or .csv files in a .zip, read row by row in bounded memory and never trusted; and
.xlsx written row by row. What a sheet means is the business of the room that asks."""

from server.infra.sheets.forms import FormColumn, FormWriter
from server.infra.sheets.reading import open_book
from server.infra.sheets.safety import LARGEST_FILE
from server.infra.sheets.values import FORMULA, FORMULA_ERROR, Book, Cell, Row, SheetRefused, column_letter
from server.infra.sheets.writing import BookWriter, ColumnLook

__all__ = [
    "FORMULA",
    "FORMULA_ERROR",
    "LARGEST_FILE",
    "Book",
    "BookWriter",
    "Cell",
    "ColumnLook",
    "FormColumn",
    "FormWriter",
    "Row",
    "SheetRefused",
    "column_letter",
    "open_book",
]
