"""Sheets in the form offices use: a title across the page, who filled it in, headings with rules, rows, a sum, a foot.

Written straight as the XML of an .xlsx, row by row into the archive: ten times as quick as through a library that keeps each
cell's look apart, which is what a province's households ask for; memory does not grow with the rows.
"""

import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import IO
from xml.sax.saxutils import escape

from server.infra.sheets.values import column_letter

Value = str | int | Decimal | None
#: Rows are handed to the archive in portions of about so many characters.
PORTION = 256 * 1024
LONGEST_TITLE = 31

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
#: What XML cannot hold.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_UNFIT_TITLE = re.compile(r"[\[\]:*?/\\]")

#: Looks of cells, by their place in the list of styles below.
PLAIN, TITLE, NOTE, HEADING, TEXT, WHOLE, EXACT, SUM_TEXT, SUM_WHOLE, SUM_EXACT = range(10)
#: Two places, and further ones where there are any: 万元 down to the fen.
EXACT_NUMBER = 164
_NUMBERS = f'<numFmts count="1"><numFmt numFmtId="{EXACT_NUMBER}" formatCode="#,##0.00####"/></numFmts>'
_FONTS = (
    '<fonts count="4"><font><sz val="11"/><name val="宋体"/></font>'
    '<font><b/><sz val="18"/><name val="宋体"/></font><font><b/><sz val="11"/><name val="宋体"/></font>'
    '<font><sz val="10"/><name val="宋体"/></font></fonts>'
)
_FILLS = (
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFEAF2EF"/></patternFill></fill></fills>'
)
_EDGE = "".join(
    f'<{side} style="thin"><color auto="1"/></{side}>' for side in ("left", "right", "top", "bottom")
)
_BORDERS = (
    f'<borders count="2"><border><left/><right/><top/><bottom/></border><border>{_EDGE}</border></borders>'
)
#: Number format, font, fill, border, alignment of each look.
_LOOKS = (
    (0, 0, 0, 0, ""),
    (0, 1, 0, 0, '<alignment horizontal="center" vertical="center"/>'),
    (0, 3, 0, 0, ""),
    (0, 2, 2, 1, '<alignment horizontal="center" vertical="center" wrapText="1"/>'),
    (49, 0, 0, 1, '<alignment vertical="center" wrapText="1"/>'),
    (3, 0, 0, 1, ""),
    (EXACT_NUMBER, 0, 0, 1, ""),
    (49, 2, 0, 1, ""),
    (3, 2, 0, 1, ""),
    (EXACT_NUMBER, 2, 0, 1, ""),
)


@dataclass(frozen=True)
class FormColumn:
    title: str
    width: int = 12
    #: Neighbours with the same group have one heading above them.
    group: str = ""


class FormWriter:
    """`with FormWriter(path) as book: book.sheet(…); book.row(…); book.total(…); book.foot(…)`."""

    def __init__(self, path: Path) -> None:
        self._archive = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=3)
        self._titles: list[tuple[str, str]] = []
        self._part: IO[bytes] | None = None
        self._waiting: list[str] = []
        self._size = 0
        self._row = 0
        self._width = 1
        self._letters: list[str] = []
        self._merges: list[str] = []

    def __enter__(self) -> "FormWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end_sheet()
        if kind is None:
            self._write_book()
        self._archive.close()

    def sheet(
        self, title: str, columns: Sequence[FormColumn], *, heading: str = "", notes: Sequence[str] = ()
    ) -> None:
        """Begin a sheet: the title across it, one line of notes (who, when, units), then the headings, which stay in sight
        and are printed on every page."""
        self._end_sheet()
        name = f"xl/worksheets/sheet{len(self._titles) + 1}.xml"
        self._part = self._archive.open(zipfile.ZipInfo(name), "w", force_zip64=True)
        self._row, self._width, self._merges = 0, len(columns), []
        self._letters = [column_letter(place) for place in range(self._width)]
        has_groups = any(column.group for column in columns)
        first = 1 + bool(heading) + bool(notes)
        last = first + has_groups
        self._titles.append((_UNFIT_TITLE.sub("", title)[:LONGEST_TITLE], f"${first}:${last}"))
        self._begin(columns, last)
        if heading:
            self._across(heading, TITLE, height=30)
        if notes:
            self._across("　　".join(notes), NOTE)
        self._headings(columns, has_groups=has_groups)

    def row(self, values: Iterable[Value]) -> None:
        self._line(self._cell(value, TEXT, WHOLE, EXACT) for value in values)

    def total(self, values: Iterable[Value]) -> None:
        """A row of sums."""
        self._line(self._cell(value, SUM_TEXT, SUM_WHOLE, SUM_EXACT) for value in values)

    def foot(self, text: str) -> None:
        """A line below the table: who signs, what was left out."""
        self._across(text, NOTE)

    # -------------------------------------------------------------- rows

    def _cell(self, value: Value, text: int, whole: int, exact: int) -> tuple[str, int]:
        if value is None or value == "":
            return "", text
        if isinstance(value, int):
            return f"<v>{value}</v>", whole
        if isinstance(value, Decimal):
            return f"<v>{value:f}</v>", exact
        return f'<is><t xml:space="preserve">{escape(_UNFIT.sub("", value))}</t></is>', text

    def _line(self, cells: Iterable[tuple[str, int]], *, height: int = 0) -> None:
        self._row += 1
        number = self._row
        tall = f' ht="{height}" customHeight="1"' if height else ""
        parts = [f'<row r="{number}"{tall}>']
        for letter, (inside, look) in zip(self._letters, cells, strict=False):
            kind = ' t="inlineStr"' if inside.startswith("<is>") else ""
            parts.append(f'<c r="{letter}{number}" s="{look}"{kind}>{inside}</c>')
        parts.append("</row>")
        self._put("".join(parts))

    def _across(self, text: str, look: int, *, height: int = 0) -> None:
        self._line([self._cell(text, look, look, look)], height=height)
        if self._width > 1:
            self._merges.append(f"A{self._row}:{column_letter(self._width - 1)}{self._row}")

    def _headings(self, columns: Sequence[FormColumn], *, has_groups: bool) -> None:
        if has_groups:
            above = self._row + 1
            starts = [
                place
                for place, column in enumerate(columns)
                if not column.group or place == 0 or columns[place - 1].group != column.group
            ]
            self._line(
                self._cell(
                    (column.group or column.title) if place in starts else "", HEADING, HEADING, HEADING
                )
                for place, column in enumerate(columns)
            )
            for start, beyond in zip(starts, [*starts[1:], len(columns)], strict=True):
                first, last = column_letter(start), column_letter(beyond - 1)
                if not columns[start].group:
                    self._merges.append(f"{first}{above}:{first}{above + 1}")
                elif beyond - start > 1:
                    self._merges.append(f"{first}{above}:{last}{above}")
        self._line(
            self._cell("" if has_groups and not column.group else column.title, HEADING, HEADING, HEADING)
            for column in columns
        )

    # -------------------------------------------------------------- parts

    def _begin(self, columns: Sequence[FormColumn], frozen: int) -> None:
        widths = "".join(
            f'<col min="{place}" max="{place}" width="{column.width}" customWidth="1"/>'
            for place, column in enumerate(columns, 1)
        )
        pane = f'<pane ySplit="{frozen}" topLeftCell="A{frozen + 1}" activePane="bottomLeft" state="frozen"/>'
        self._put(
            f'{HEAD}<worksheet xmlns="{MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
            f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
            f"<cols>{widths}</cols><sheetData>"
        )

    def _put(self, text: str) -> None:
        self._waiting.append(text)
        self._size += len(text)
        if self._size > PORTION:
            self._flush()

    def _flush(self) -> None:
        if self._part is not None and self._waiting:
            self._part.write("".join(self._waiting).encode())
        self._waiting, self._size = [], 0

    def _end_sheet(self) -> None:
        if self._part is None:
            return
        merged = "".join(f'<mergeCell ref="{area}"/>' for area in self._merges)
        merges = f'<mergeCells count="{len(self._merges)}">{merged}</mergeCells>' if merged else ""
        self._put(
            f'</sheetData>{merges}<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
            '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
        )
        self._flush()
        self._part.close()
        self._part = None

    def _write_book(self) -> None:
        numbers = range(1, len(self._titles) + 1)
        sheets = "".join(
            f'<sheet name="{escape(title, _QUOTES)}" sheetId="{number}" r:id="rId{number}"/>'
            for number, (title, _) in enumerate(self._titles, 1)
        )
        heads = "".join(
            f'<definedName name="_xlnm.Print_Titles" localSheetId="{place}">\'{escape(title)}\'!{rows}</definedName>'
            for place, (title, rows) in enumerate(self._titles)
        )
        parts = {
            "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets>'
            f"<definedNames>{heads}</definedNames></workbook>",
            "xl/_rels/workbook.xml.rels": _relations(
                {f"rId{n}": ("worksheet", f"worksheets/sheet{n}.xml") for n in numbers}
                | {"rIdStyles": ("styles", "styles.xml")}
            ),
            "xl/styles.xml": _styles(),
            "_rels/.rels": _relations({"rId1": ("officeDocument", "xl/workbook.xml")}),
            "[Content_Types].xml": _content_types(numbers),
        }
        for name, text in parts.items():
            self._archive.writestr(zipfile.ZipInfo(name), HEAD + text, zipfile.ZIP_DEFLATED)


_QUOTES = {'"': "&quot;"}


def _relations(of: dict[str, tuple[str, str]]) -> str:
    lines = "".join(
        f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for key, (kind, target) in of.items()
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{lines}</Relationships>'


def _content_types(numbers: Iterable[int]) -> str:
    base = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    sheets = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{base}.worksheet+xml"/>'
        for n in numbers
    )
    return (
        f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{base}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{base}.styles+xml"/>{sheets}</Types>'
    )


def _styles() -> str:
    looks = "".join(
        f'<xf numFmtId="{number}" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0" '
        f'applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1"'
        + (f' applyAlignment="1">{alignment}</xf>' if alignment else "/>")
        for number, font, fill, border, alignment in _LOOKS
    )
    return (
        f'<styleSheet xmlns="{MAIN}">{_NUMBERS}{_FONTS}{_FILLS}{_BORDERS}'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(_LOOKS)}">{looks}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )
