"""Opening a file that a person handed in."""

import zipfile
from typing import BinaryIO

from server.infra.sheets.csvs import csv_book, zipped_csv_book
from server.infra.sheets.safety import BROKEN, NOT_A_SHEET, kind_of, look_through
from server.infra.sheets.values import Book, SheetRefused
from server.infra.sheets.xlsx import XlsxBook


def open_book(stream: BinaryIO, filename: str) -> Book:
    """Raises SheetRefused with the remedy where the file is not what it should be. The stream stays open with the book."""
    if kind_of(stream) == "text":
        if not filename.lower().endswith(".csv"):
            raise SheetRefused(NOT_A_SHEET)
        return csv_book(stream, filename)
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, OSError, ValueError):
        raise SheetRefused(BROKEN) from None
    looked = look_through(archive)
    return XlsxBook(archive, looked) if looked.is_workbook else zipped_csv_book(archive)
