"""The lists of the choices sheet, and which of them a choice filter leaves to a question."""

from collections.abc import Iterator, Sequence
from typing import Any

from server.surveys.sheet.cells import Cell, CellProblem, Line, Table
from server.surveys.sheet.expressions import NotTaken, Tree, columns_of, filtered, parse_expression

#: More than a question may offer, for some stand there several times under different filters.
MOST_CHOICES = 500
MEDIA = {"image": "图片", "big_image": "图片", "audio": "录音", "video": "录像"}


class Lists:
    def __init__(self, table: Table, languages: Sequence[str]) -> None:
        self.languages = languages
        self.headings = {heading for heading in table.headings if heading}
        self.lines: dict[str, list[Line]] = {}
        for line in table.lines:
            self.lines.setdefault(line.text("list_name"), []).append(line)
        #: Lists whose cells were looked through: each is looked through once, however many questions use it.
        self._seen: set[str] = set()
        #: Columns that some filter asks for.
        self.asked: set[str] = set()

    def problems(self, list_name: str) -> Iterator[CellProblem]:
        """What the choices of a list hold and we do not take; only of lists that are used."""
        if list_name in self._seen:
            return
        self._seen.add(list_name)
        lines = self.lines.get(list_name, [])
        if len(lines) > MOST_CHOICES:
            yield lines[0].problem(f"“{list_name}”这个清单超过 {MOST_CHOICES} 行，选项太多", "list_name")
        for line in lines:
            label = line.spoken("label", self.languages)
            if label and "${" in label.text:
                yield label.problem("选项里引用了别的答案（${…}），我们没有")
            for media, name in MEDIA.items():
                cell = line.cell(media)
                if cell:
                    yield cell.problem(f"选项带的{name}文件不在表里。请清空这一格，导入后在编辑页再加")

    def options(self, list_name: str, condition: Tree | None) -> list[dict[str, Any]]:
        """The options of a question. A name that stands there twice is one option, shown where either is."""
        found: dict[str, dict[str, Any]] = {}
        for line in self.lines.get(list_name, [])[:MOST_CHOICES]:
            option = self._option(line, condition)
            earlier = found.setdefault(f"{option['value']}\n{option['title']}", option)
            if earlier is not option:
                earlier["show_if"] = _either(earlier["show_if"], option["show_if"])
        return list(found.values())

    def _option(self, line: Line, condition: Tree | None) -> dict[str, Any]:
        value = line.text("name")
        label, hint = line.spoken("label", self.languages), line.spoken("hint", self.languages)
        cells = {heading: cell.text for heading, cell in line.by_heading.items()} | {"name": value}
        return {
            "value": value,
            "title": label.text if label else value,
            "help": hint.text if hint else "",
            "show_if": filtered(condition, cells) if condition is not None else None,
        }

    def condition(self, cell: Cell) -> Tree:
        """Raises NotTaken where the filter asks for a column that the choices have not."""
        tree = parse_expression(cell.text, has_columns=True)
        self.asked |= columns_of(tree)
        for name in sorted(columns_of(tree) - self.headings - {"name"}):
            raise NotTaken(f"choices 表里没有“{name}”这一列；如果是文字，请加引号", cell.text.find(name) + 1)
        return tree


def _either(one: Tree | None, other: Tree | None) -> Tree | None:
    return None if one is None or other is None else ["or", one, other]
