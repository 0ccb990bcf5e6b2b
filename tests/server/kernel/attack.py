"""What a reader can work out of published figures: a small solver in whole numbers that shares nothing with the product."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from server.kernel.disclosure import ShownGrid, ShownLine


@dataclass
class Reader:
    """Unknown counts, none negative, and the sums over some of them that were published."""

    names: list[Any]
    sums: list[tuple[frozenset[Any], int]] = field(default_factory=list)

    def learns(self, of: Iterable[Any], total: int) -> None:
        self.sums.append((frozenset(of), total))

    def extremes(self, name: Any) -> tuple[int, int]:
        """The least and the greatest value that fit all that was published, tried one by one."""
        most = min(total for members, total in self.sums if name in members)
        fitting = [value for value in range(most + 1) if self._fits(name, value)]
        return fitting[0], fitting[-1]

    def _fits(self, name: Any, value: int) -> bool:
        order = [other for other in self.names if other != name]
        left = [(members - {name}, total - value * (name in members)) for members, total in self.sums]
        return _has_solution(order, left)


def _has_solution(order: list[Any], sums: list[tuple[frozenset[Any], int]]) -> bool:
    if any(total < 0 or (total and not members) for members, total in sums):
        return False
    if not order:
        return True
    name, rest = order[0], order[1:]
    mine = [(members, total) for members, total in sums if name in members]
    forced = {total for members, total in mine if len(members) == 1}
    if len(forced) > 1:
        return False
    values = forced or range(min(total for _, total in mine), -1, -1)
    return any(
        _has_solution(
            rest, [(members - {name}, total - value * (name in members)) for members, total in sums]
        )
        for value in values
    )


def reader_of_line(shown: ShownLine) -> Reader:
    found = Reader(list(range(len(shown.cells))))
    _read_line(found, shown, [[place] for place in found.names])
    return found


def reader_of_grid(shown: ShownGrid) -> Reader:
    """The unknowns are the cells as they were counted, before anything was put together."""
    rows, columns = range(len(shown.by_group.cells)), range(len(shown.by_answer.cells))
    found = Reader([(r, c) for r in rows for c in columns])
    _read_line(found, shown.by_group, [[(r, c) for c in columns] for r in rows])
    _read_line(found, shown.by_answer, [[(r, c) for r in rows] for c in columns])
    for row, line in zip(shown.rows, shown.cells, strict=True):
        _read(found, row.total.count, [(r, c) for r in row.members for c in columns])
        for column, cell in zip(shown.columns, line, strict=True):
            _read(found, cell.count, [(r, c) for r in row.members for c in column.members])
    for column in shown.columns:
        _read(found, column.total.count, [(r, c) for r in rows for c in column.members])
    return found


def _read_line(reader: Reader, shown: ShownLine, members: list[list[Any]]) -> None:
    _read(reader, shown.total.count, reader.names)
    for of, cell in zip(members, shown.cells, strict=True):
        _read(reader, cell.count, of)


def _read(reader: Reader, count: int | None, of: list[Any]) -> None:
    if count is not None:
        reader.learns(of, count)
