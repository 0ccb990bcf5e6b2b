"""What a sheet is made of once it is read: rows of plain values with their numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Protocol

from server.kernel.errors import Invalid

#: More columns than any sheet of ours; what stands further right is not read.
MOST_COLUMNS = 60
#: Where a sheet goes on with nothing but blank rows for so long, reading stops and says so.
MOST_BLANK_ROWS = 20_000
MOST_ROWS = 500_000
LONGEST_CELL = 2000


class SheetRefused(Invalid):
    """The file as a whole cannot be read; the message says how to make one that can."""

    code = "bad_file"


class Special(Enum):
    """A cell that holds no value of its own."""

    FORMULA = "公式"
    ERROR = "错误值"


FORMULA = Special.FORMULA
FORMULA_ERROR = Special.ERROR

Cell = str | int | float | bool | date | Special | None


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is not blank. `number` counts from 1, as Excel shows it."""

    number: int
    cells: list[Cell]


class Book(Protocol):
    """A file of named sheets."""

    @property
    def titles(self) -> list[str]: ...

    def rows(self, title: str) -> Iterator[Row]:
        """Rows that are not blank, in order. May be called again. Raises SheetRefused where the sheet is broken."""

    def merges(self, title: str) -> list[str]:
        """Merged ranges such as "A3:A8"; known once the rows were read."""

    def row_count(self, title: str) -> int:
        """About how many rows there are, for showing progress."""

    def close(self) -> None: ...


def column_letter(index: int) -> str:
    """0 -> "A", 26 -> "AA"."""
    text, index = "", index + 1
    while index:
        index, left = divmod(index - 1, 26)
        text = chr(65 + left) + text
    return text


class BlankRows:
    """Counts blank rows between others, and rows in all, and stops a sheet that is mostly nothing."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.last = 0
        self.rows = 0

    def pass_row(self, number: int) -> None:
        """A row that holds something."""
        self.last = number
        self.rows += 1
        if self.rows > MOST_ROWS:
            raise SheetRefused(f"“{self.title}”表超过 {MOST_ROWS} 行。请按小区分成几个文件导入。")

    def pass_blank(self, number: int) -> None:
        if number - self.last > MOST_BLANK_ROWS:
            raise SheetRefused(
                f"“{self.title}”表第 {self.last + 1} 行以后有上万个空行。请选中这些空行，右键删除，保存后再上传。"
            )
