"""The sheets of a form as cells that know where they stand, and the refusal that names them."""

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from server.infra.sheets import FORMULA, FORMULA_ERROR, Book, SheetRefused, column_letter, open_book
from server.infra.sheets.values import LONGEST_CELL, MOST_COLUMNS
from server.infra.sheets.values import Cell as Value
from server.kernel.errors import Invalid
from server.surveys.sheet.columns import SPOKEN, column_of

MB = 1024 * 1024
LARGEST_FORM = 5 * MB
MOST_LINES = 5000
#: More are not shown at once: whoever mends these sees the next.
MOST_PROBLEMS = 50
#: The sheets that XLSForm knows. Others are notes of whoever wrote the form.
SHEETS = ("survey", "choices", "settings", "external_choices", "entities", "osm")


class CellProblem(NamedTuple):
    """What is not taken, and where: `row` as Excel counts, `column` as its letter; 0 and "" where it is the whole."""

    sheet: str
    row: int
    column: str
    message: str

    @property
    def place(self) -> str:
        row = f"第 {self.row} 行" if self.row else ""
        return "，".join(
            part for part in (self.sheet, row, f"{self.column} 列" if self.column else "") if part
        )


class FormRefused(Invalid):
    """Nothing of the form is taken. `problems` names each cell that stands in the way."""

    code = "bad_form"

    def __init__(self, problems: Iterable[CellProblem]) -> None:
        self.problems = tuple(one._replace(message=f"{one.message.rstrip('。')}。") for one in problems)[
            :MOST_PROBLEMS
        ]
        first = self.problems[0]
        super().__init__(f"这份表没有导入。{first.place}：{first.message}" if first.place else first.message)


@dataclass(frozen=True)
class Cell:
    text: str
    sheet: str
    row: int
    column: str

    def problem(self, message: str) -> CellProblem:
        return CellProblem(self.sheet, self.row, self.column, message)


@dataclass
class Line:
    """A row below the headings: the cells that hold something, by the name of their column and by language."""

    sheet: str
    row: int
    cells: dict[str, dict[str, Cell]] = field(default_factory=dict)
    #: The same by the heading as it stands there; conditions of choices ask for these.
    by_heading: dict[str, Cell] = field(default_factory=dict)

    def cell(self, name: str) -> Cell | None:
        return next(iter(self.cells.get(name, {}).values()), None)

    def text(self, name: str) -> str:
        cell = self.cell(name)
        return cell.text if cell else ""

    def spoken(self, name: str, languages: Iterable[str]) -> Cell | None:
        """The cell in the first of these languages that it is written in."""
        written = self.cells.get(name, {})
        return next((written[language] for language in languages if language in written), None)

    def problem(self, message: str, name: str = "type") -> CellProblem:
        cell = self.cell(name) or next(iter(self.by_heading.values()))
        return cell.problem(message)


@dataclass
class Table:
    """One sheet. `languages` are those of its headings, in their order; "" is a heading without one."""

    name: str
    headings: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    languages: dict[str, None] = field(default_factory=dict)
    #: Headings that are no column of XLSForm's.
    unknown: list[str] = field(default_factory=list)


def read_tables(data: bytes, filename: str) -> tuple[dict[str, Table], list[str], list[CellProblem]]:
    """The sheets that XLSForm knows, the titles of all sheets, and the cells that cannot be read."""
    problems: list[CellProblem] = []
    if len(data) > LARGEST_FORM:
        large = f"文件超过 {LARGEST_FORM // MB} MB，问卷用不了这么大。请删掉图片和多余的表"
        raise FormRefused([CellProblem("", 0, "", large)])
    try:
        book = open_book(io.BytesIO(data), filename)
        try:
            return _tables(book, problems), book.titles, problems
        finally:
            book.close()
    except SheetRefused as refused:
        raise FormRefused([CellProblem("", 0, "", refused.message)]) from None


def _tables(book: Book, problems: list[CellProblem]) -> dict[str, Table]:
    titles = {title.strip().lower(): title for title in book.titles}
    if len(titles) == 1 and "survey" not in titles:
        # A file of one sheet is taken as the questions, whatever its name.
        titles = {"survey": book.titles[0]}
    return {name: _table(book, name, titles[name], problems) for name in SHEETS if name in titles}


def _table(book: Book, name: str, title: str, problems: list[CellProblem]) -> Table:
    table = Table(name)
    for row in book.rows(title):
        cells = dict(_cells(name, row.number, row.cells, problems))
        if row.number == 1:
            _take_headings(table, cells, problems)
        elif cells:
            table.lines.append(_line(table, row.number, cells))
        if len(table.lines) > MOST_LINES:
            raise SheetRefused(f"“{title}”表超过 {MOST_LINES} 行。请去掉多余的行，或分成几份问卷。")
    if table.lines and not table.headings:
        problems.append(CellProblem(name, 1, "", "第 1 行要是列名，例如 type、name、label"))
    return table


def _cells(
    sheet: str, row: int, values: list[Value], problems: list[CellProblem]
) -> Iterator[tuple[int, Cell]]:
    for index, value in enumerate(values):
        cell = Cell(_text(value), sheet, row, column_letter(index))
        wrong = _unreadable(value, cell.text, index)
        if wrong:
            problems.append(cell.problem(wrong))
        elif cell.text:
            yield index, cell


def _unreadable(value: Value, text: str, index: int) -> str:
    if value in {FORMULA, FORMULA_ERROR}:
        return "这一格是公式，读不到内容。请复制这一列，再“选择性粘贴 → 数值”"
    if len(text) >= LONGEST_CELL:
        return f"这一格超过 {LONGEST_CELL} 个字。请写短一些"
    if text and index + 1 >= MOST_COLUMNS:
        return f"列太多，最多 {MOST_COLUMNS - 1} 列。请删掉不用的列"
    return ""


def _text(value: Value) -> str:
    if value is None or value in {FORMULA, FORMULA_ERROR}:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("\u00a0", " ").strip()


def _take_headings(table: Table, cells: Mapping[int, Cell], problems: list[CellProblem]) -> None:
    table.headings = [""] * (max(cells, default=-1) + 1)
    taken: set[tuple[str, str]] = set()
    for index, cell in cells.items():
        table.headings[index] = cell.text
        column = column_of(cell.text)
        if column is None:
            table.unknown.append(cell.text)
        elif column in taken:
            problems.append(cell.problem(f"“{cell.text}”这一列写了两次"))
        else:
            taken.add(column)
            if column[0] in SPOKEN:
                table.languages[column[1]] = None


def _line(table: Table, row: int, cells: Mapping[int, Cell]) -> Line:
    line = Line(table.name, row)
    for index, cell in cells.items():
        heading = table.headings[index] if index < len(table.headings) else ""
        if not heading:
            continue
        line.by_heading[heading] = cell
        column = column_of(heading)
        if column is not None:
            line.cells.setdefault(column[0], {})[column[1]] = cell
    return line
