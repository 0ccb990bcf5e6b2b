"""What a division is, how its path is made, when it is valid, and how the list of the statistics bureau becomes a tree."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class DivisionLevel(StrEnum):
    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    TOWNSHIP = "township"
    COMMITTEE = "committee"
    #: Reports figures of its own without a code in GB/T 2260: a new area, a development zone.
    REPORTING_UNIT = "reporting_unit"

    @property
    def name_zh(self) -> str:
        return NAMES[self]


NAMES = {
    DivisionLevel.PROVINCE: "省",
    DivisionLevel.PREFECTURE: "市（州）",
    DivisionLevel.COUNTY: "县（市、区）",
    DivisionLevel.TOWNSHIP: "街道（乡镇）",
    DivisionLevel.COMMITTEE: "居委会",
    DivisionLevel.REPORTING_UNIT: "单独报数的单位",
}

#: What stands above what in the list of the statistics bureau, which is written depth first.
DEPTH = {
    DivisionLevel.PROVINCE: 0,
    DivisionLevel.PREFECTURE: 1,
    DivisionLevel.COUNTY: 2,
    DivisionLevel.TOWNSHIP: 3,
    DivisionLevel.COMMITTEE: 4,
}


@dataclass(frozen=True)
class ListedDivision:
    """One line as it becomes a row: every reference is already an id."""

    id: int
    code: str | None
    name: str
    level: DivisionLevel
    parent_id: int | None
    path: str
    valid_from: date | None
    valid_to: date | None
    replaced_by_id: int | None
    source: str


@dataclass
class _Node:
    line: Mapping[str, str]
    children: list["_Node"]
    id: int = 0


def child_path(parent_path: str, division_id: int) -> str:
    """ "/1/2/" and 14 make "/1/2/14/"."""
    return f"{parent_path or '/'}{division_id}/"


def ids_in(path: str) -> list[int]:
    """The ids from the root down to the division itself."""
    return [int(part) for part in path.split("/") if part]


def path_range(path: str) -> tuple[str, str]:
    """All paths under `path` (itself too) are at least the first and less than the second, compared byte by byte."""
    return path, path[:-1] + "0"  # "0" is the character after "/"


def is_valid_on(valid_from: date | None, valid_to: date | None, on: date) -> bool:
    """`valid_from` is the first day, `valid_to` the first day no longer: on it the successor is valid."""
    return (valid_from is None or valid_from <= on) and (valid_to is None or on < valid_to)


def tree_of(
    listed: Iterable[Mapping[str, str]], changes: Iterable[Mapping[str, str]]
) -> list[ListedDivision]:
    """Rows with ids counted depth first, made from the bureau's list and the changes entered by hand.

    A parent is the last line one level up, not a prefix of digits. A change with a code the list has gives that
    division its validity; any other is a division of its own, last among the children of the parent it names.
    """
    roots = _nodes(listed)
    by_code = {node.line["code"]: node for node in _walk(roots)}
    facts: dict[int, Mapping[str, str]] = {}
    for change in changes:
        node = by_code.get(change["code"]) if change["code"] else None
        if node is None:
            node = _Node(change, [])
            by_code[change["parent_code"]].children.append(node)
            by_code[change["code"] or change["name"]] = node
        facts[id(node)] = change
    for number, node in enumerate(_walk(roots), 1):
        node.id = number
    return _rows(roots, None, "", facts, by_code)


def _nodes(listed: Iterable[Mapping[str, str]]) -> list[_Node]:
    roots: list[_Node] = []
    above: list[_Node] = []
    for line in listed:
        depth = DEPTH[DivisionLevel(line["level"])]
        node = _Node(line, [])
        del above[depth:]
        (above[depth - 1].children if depth else roots).append(node)
        above.append(node)
    return roots


def _walk(nodes: list[_Node]) -> list[_Node]:
    return [found for node in nodes for found in (node, *_walk(node.children))]


def _rows(
    nodes: list[_Node],
    parent: _Node | None,
    parent_path: str,
    facts: Mapping[int, Mapping[str, str]],
    by_code: Mapping[str, _Node],
) -> list[ListedDivision]:
    rows = []
    for node in nodes:
        fact: Mapping[str, str] = facts.get(id(node), {})
        path = child_path(parent_path, node.id)
        successor = fact.get("replaced_by_code")
        rows.append(
            ListedDivision(
                id=node.id,
                code=node.line["code"] or None,
                name=node.line["name"],
                level=DivisionLevel(node.line["level"]),
                parent_id=parent.id if parent else None,
                path=path,
                valid_from=_day(fact.get("valid_from")),
                valid_to=_day(fact.get("valid_to")),
                replaced_by_id=by_code[successor].id if successor else None,
                source=fact.get("source", ""),
            )
        )
        rows += _rows(node.children, node, path, facts, by_code)
    return rows


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
