"""Sheets as .csv: one file alone, or several in a .zip, each named as its sheet. UTF-8 or GB 18030."""

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO

from server.infra.sheets.safety import NOT_A_SHEET
from server.infra.sheets.values import LONGEST_CELL, MOST_COLUMNS, BlankRows, Cell, Row, SheetRefused


class CsvBook:
    def __init__(self, parts: dict[str, bytes]) -> None:
        self._parts = parts

    @property
    def titles(self) -> list[str]:
        return list(self._parts)

    def row_count(self, title: str) -> int:
        return self._parts[title].count(b"\n") + 1

    def merges(self, title: str) -> list[str]:  # noqa: ARG002 - csv knows no merged cells
        return []

    def close(self) -> None:
        self._parts = {}

    def rows(self, title: str) -> Iterator[Row]:
        blanks = BlankRows(title)
        data = self._parts[title]
        text = io.TextIOWrapper(io.BytesIO(data), encoding=_encoding(data, title), newline="")
        lines = csv.reader(text)
        try:
            for line in lines:
                number = lines.line_num
                cells = [_cell(value) for value in line[:MOST_COLUMNS]]
                if any(cell is not None for cell in cells):
                    blanks.pass_row(number)
                    yield Row(number, cells)
                else:
                    blanks.pass_blank(number)
        except csv.Error:
            raise SheetRefused(
                f"“{title}”读到一半读不下去了。请用 Excel 另存为“CSV UTF-8”后再上传。"
            ) from None


def csv_book(stream: BinaryIO, filename: str) -> CsvBook:
    """One .csv alone; its name says which sheet it is."""
    return CsvBook({PurePosixPath(filename.replace("\\", "/")).stem: stream.read()})


def zipped_csv_book(archive: zipfile.ZipFile) -> CsvBook:
    parts = {}
    for part in archive.infolist():
        name = PurePosixPath(_name(part))
        if not part.is_dir() and name.suffix.lower() == ".csv" and not name.name.startswith("."):
            parts[name.stem] = archive.read(part)
    if not parts:
        raise SheetRefused(NOT_A_SHEET)
    return CsvBook(parts)


def _name(part: zipfile.ZipInfo) -> str:
    """Chinese Windows writes names in GB 18030 without saying so; zipfile then takes them for code page 437."""
    utf8_flag = 0x800
    if part.flag_bits & utf8_flag:
        return part.filename
    try:
        return part.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return part.filename


def _encoding(data: bytes, title: str) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise SheetRefused(f"“{title}”里的文字认不出来。请用 Excel 另存为“CSV UTF-8”后再上传。")


def _cell(value: str) -> Cell:
    value = value[:LONGEST_CELL].replace("\x00", "")
    return value if value.strip() else None
