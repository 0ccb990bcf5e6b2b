"""An .xlsx workbook: openpyxl tells the sheets and date formats, expat streams the rows.

openpyxl's own row reader keeps every shared string and every emptied row in memory and runs in pure Python where
defusedxml guards it; a sheet of 60,000 flats then takes minutes. Here a row is gone once it was yielded.
"""

import re
import warnings
import zipfile
from array import array
from collections.abc import Iterator
from datetime import date, datetime
from typing import IO, Any, cast
from xml.parsers import expat

from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.datetime import from_excel

from server.infra.sheets.safety import BROKEN, CHUNK, HAS_ENTITIES, HAS_MACROS, Looked
from server.infra.sheets.values import (
    FORMULA,
    FORMULA_ERROR,
    LONGEST_CELL,
    MOST_COLUMNS,
    BlankRows,
    Cell,
    Row,
    SheetRefused,
)

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
MOST_MERGES = 200


class XlsxBook:
    """Reads one sheet at a time; shared strings are kept as one run of bytes."""

    def __init__(self, archive: zipfile.ZipFile, looked: Looked) -> None:
        self._archive = archive
        self._looked = looked
        self._merges: dict[str, list[str]] = {}
        reader = _open(archive)
        self._parts = dict(reader.found)
        if not self._parts:
            raise SheetRefused(BROKEN)
        # openpyxl tells which number formats are dates nowhere else.
        self._date_styles: set[int] = reader.wb._date_formats  # type: ignore[attr-defined] # noqa: SLF001
        self._epoch = reader.wb.epoch
        self._strings = _read_strings(archive, reader.strings_part)

    @property
    def titles(self) -> list[str]:
        return list(self._parts)

    def row_count(self, title: str) -> int:
        return self._looked.row_counts.get(self._parts[title], 0)

    def merges(self, title: str) -> list[str]:
        return self._merges.get(title, [])

    def close(self) -> None:
        self._archive.close()

    def rows(self, title: str) -> Iterator[Row]:
        blanks = BlankRows(title)
        reading = _SheetReading(self._strings, self._date_styles, self._epoch)
        for number, cells in _streamed(self._archive, self._parts[title], reading):
            if any(cell is not None for cell in cells):
                blanks.pass_row(number)
                yield Row(number, cells)
            else:
                blanks.pass_blank(number)
        self._merges[title] = reading.merges


class _Names(ExcelReader):
    """Opens the book as openpyxl does, but reads no strings and no rows."""

    strings_part = ""

    def read_strings(self) -> None:
        found = self.package.find(  # type: ignore[no-untyped-call]
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
        )
        if found is not None:
            self.strings_part = found.PartName[1:]

    def read_worksheets(self) -> None:
        self.found = [
            (sheet.name, rel.target)
            for sheet, rel in self.parser.find_sheets()
            if rel.target in self.valid_files and "chartsheet" not in rel.Type
        ]

    def read_theme(self) -> None:
        """Colours are not ours to read."""


def _open(archive: zipfile.ZipFile) -> _Names:
    if b"macroEnabled" in archive.read("[Content_Types].xml"):
        raise SheetRefused(HAS_MACROS)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reader = _Names(cast(IO[bytes], archive.fp), read_only=True, keep_links=False)
            reader.read()
    except Exception as error:
        # Whatever trips the library over, the answer to the person is the same.
        raise SheetRefused(BROKEN) from error
    return reader


class _Strings:
    """All shared strings as UTF-8 in one buffer: tens of bytes a string instead of a hundred and more."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("Q")

    def append(self, text: str) -> None:
        self._bytes += text.encode("utf-8", "replace")
        self._ends.append(len(self._bytes))

    def __getitem__(self, index: int) -> str:
        start = self._ends[index - 1] if index else 0
        return self._bytes[start : self._ends[index]].decode()

    def __len__(self) -> int:
        return len(self._ends)


class _StringsReading:
    def __init__(self) -> None:
        self.strings = _Strings()
        self._text: list[str] = []
        self._is_text = False
        self._depth_of_reading_aid = 0

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        if tag == "rPh":
            self._depth_of_reading_aid += 1
        self._is_text = tag == "t" and not self._depth_of_reading_aid

    def end(self, tag: str) -> None:
        self._is_text = False
        if tag == "rPh":
            self._depth_of_reading_aid -= 1
        elif tag == "si":
            self.strings.append("".join(self._text))
            self._text = []

    def text(self, data: str) -> None:
        if self._is_text:
            self._text.append(data)


class _SheetReading:
    """Takes expat's events; finished rows wait in `rows` until they are fetched."""

    def __init__(self, strings: _Strings, date_styles: set[int], epoch: datetime) -> None:
        self.rows: list[tuple[int, list[Cell]]] = []
        self.merges: list[str] = []
        self._strings, self._date_styles, self._epoch = strings, date_styles, epoch
        self._row, self._column = 0, -1
        self._cells: list[Cell] = []
        self._type, self._style = "n", 0
        self._text: list[str] = []
        self._length = 0
        self._is_text = self._is_formula = self._is_aid = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._start_cell(attributes)
        elif tag in {"v", "t"}:
            self._is_text = not self._is_aid
        elif tag == "row":
            self._row = int(attributes["r"]) if "r" in attributes else self._row + 1
            self._column, self._cells = -1, []
        elif tag == "f":
            self._is_formula = True
        elif tag == "rPh":
            self._is_aid = True
        elif tag == "mergeCell" and len(self.merges) < MOST_MERGES:
            self.merges.append(attributes.get("ref", ""))

    def _start_cell(self, attributes: dict[str, str]) -> None:
        place = attributes.get("r")
        self._column = _column_of(place) if place else self._column + 1
        self._type = attributes.get("t", "n")
        self._style = int(attributes.get("s", 0))
        self._text, self._length, self._is_formula = [], 0, False

    def end(self, tag: str) -> None:
        if tag in {"v", "t"}:
            self._is_text = False
        elif tag == "c":
            self._end_cell()
        elif tag == "row":
            self.rows.append((self._row, self._cells))
        elif tag == "rPh":
            self._is_aid = False

    def _end_cell(self) -> None:
        if not 0 <= self._column < MOST_COLUMNS:
            return
        value: Cell = FORMULA if self._is_formula else self._value("".join(self._text))
        if value is None:
            return
        while len(self._cells) <= self._column:
            self._cells.append(None)
        self._cells[self._column] = value

    def text(self, data: str) -> None:
        if self._is_text and self._length < LONGEST_CELL:
            self._text.append(data)
            self._length += len(data)

    def _value(self, text: str) -> Cell:
        if not text:
            return None
        if self._type == "s":
            return _string(self._strings[int(text)])
        if self._type == "n":
            return self._number(text)
        if self._type == "b":
            return text == "1"
        if self._type == "e":
            return FORMULA_ERROR
        if self._type == "d":
            return datetime.fromisoformat(text).date()
        return _string(text)

    def _number(self, text: str) -> Cell:
        number: int | float = int(text) if text.lstrip("-").isdigit() else float(text)
        if self._style not in self._date_styles:
            return number
        try:
            moment: Any = from_excel(number, self._epoch)
        except (OverflowError, ValueError):
            return FORMULA_ERROR
        if isinstance(moment, datetime):
            return moment.date()
        return moment if isinstance(moment, date) else number


def _string(text: str) -> Cell:
    if "_x" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), text)
    text = text[:LONGEST_CELL]
    return text if text.strip() else None


def _column_of(place: str) -> int:
    column = 0
    for letter in place:
        if not letter.isalpha():
            break
        column = column * 26 + ord(letter.upper()) - 64
        if column > MOST_COLUMNS:
            break
    return column - 1


def _read_strings(archive: zipfile.ZipFile, part: str) -> _Strings:
    reading = _StringsReading()
    if part:
        for _ in _parsed(archive, part, reading):
            pass
    return reading.strings


def _streamed(
    archive: zipfile.ZipFile, part: str, reading: _SheetReading
) -> Iterator[tuple[int, list[Cell]]]:
    for _ in _parsed(archive, part, reading):
        if reading.rows:
            rows, reading.rows = reading.rows, []
            yield from rows


def _parsed(archive: zipfile.ZipFile, part: str, reading: _StringsReading | _SheetReading) -> Iterator[None]:
    """Feed a part to `reading` piece by piece; yields after each, so that what was found can be fetched."""

    def start(tag: str, attributes: dict[str, str]) -> None:
        reading.start(tag.rpartition("|")[2], attributes)

    def end(tag: str) -> None:
        reading.end(tag.rpartition("|")[2])

    parser = expat.ParserCreate(namespace_separator="|")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = reading.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        with archive.open(part) as stream:
            while chunk := stream.read(CHUNK):
                parser.Parse(chunk, False)
                yield
            parser.Parse(b"", True)
            yield
    except (expat.ExpatError, ValueError, IndexError, KeyError, OverflowError):
        raise SheetRefused(BROKEN) from None


def _refuse_doctype(*_declared: object) -> None:
    raise SheetRefused(HAS_ENTITIES)
