"""XLSForm -> a questionnaire, whole or not at all.

pyxform says whether the form is one by the standard; our own walk over the cells names sheet, row and column of everything
that we do not take. Of several languages one is read: Chinese where there is any.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from server.kernel.errors import Invalid
from server.surveys.rules.definition import Definition, read_definition
from server.surveys.rules.soundness import check_definition
from server.surveys.sheet.cells import CellProblem, FormRefused, Line, Table, read_tables
from server.surveys.sheet.checking import standard_problems
from server.surveys.sheet.context import YES, Context
from server.surveys.sheet.expressions import Tree
from server.surveys.sheet.questions import draw
from server.surveys.sheet.types import TODAY, Type, type_of

NO_TITLE = "导入的问卷"


@dataclass(frozen=True)
class Form:
    title: str
    #: The canonical definition, sound and ready to be asked.
    definition: dict[str, Any]
    #: What the form has beside it and was passed over because it does no harm: sentences for whoever imported it.
    left_out: tuple[str, ...] = ()


def read_xlsform(data: bytes, filename: str) -> Form:
    """Raises FormRefused with every cell that stands in the way."""
    tables, titles, problems = read_tables(data, filename)
    if problems:
        raise FormRefused(problems)
    if "survey" not in tables:
        raise FormRefused([CellProblem("", 0, "", "没有叫 survey 的表。XLSForm 的题目写在 survey 表里")])
    walk = _Walk(tables)
    walk.read()
    problems = [*walk.context.problems, *standard_problems(tables, titles)]
    if problems:
        raise FormRefused(problems)
    definition = walk.definition()
    title = walk.context.settings.text("form_title") or PurePath(filename).stem or NO_TITLE
    return Form(title, definition.as_json(), tuple(walk.context.left_out()))


@dataclass
class _Group:
    """A group that is open. `show_if` is None for one of the first level: its section has the condition."""

    show_if: Tree | None


class _Walk:
    def __init__(self, tables: Mapping[str, Table]) -> None:
        self.tables = tables
        self.context = Context(tables)
        self.sections: list[dict[str, Any]] = []
        self.groups: list[_Group] = []
        #: Whether the last section is one of questions in no group, and goes on.
        self.is_loose = False
        self.thanks = ""
        self.rows: dict[str, Line] = {}

    def read(self) -> None:
        self.check_sheets()
        for line in self.context.survey.lines:
            is_left = line.text("disabled").lower() in YES or line.text("xiangyi::side_of")
            if line.text("type") and not is_left:
                self.row(line, type_of(line.text("type")))
        if self.groups:
            self.refuse(CellProblem("survey", 0, "", "有一组题没有写结尾（end_group）"))

    def check_sheets(self) -> None:
        none = self.context.settings.cell("add_none_option")
        if none and none.text.lower() in YES:
            self.refuse(none.problem("自动加“以上都不是”（add_none_option）我们没有。请在选项里自己写"))
        for line in self.tables.get("entities", Table("entities")).lines[:1]:
            self.refuse(CellProblem("entities", line.row, "", "实体（entities）我们没有"))

    def refuse(self, problem: CellProblem) -> None:
        self.context.problems.append(problem)

    # ------------------------------------------------------------------ rows

    def row(self, line: Line, kind: Type) -> None:
        name = line.text("name")
        if kind.refused:
            self.context.refused.add(name)
            if not line.text("type").lower().startswith("end"):
                self.refuse(line.problem(kind.refused))
        elif kind.is_meta:
            self.context.pass_over("设备和时间信息", kind.word)
            (self.context.todays if kind.word in TODAY else self.context.refused).add(name)
        elif kind.group == "begin":
            self.begin(line)
        elif kind.group:
            self.end(line)
        elif line.text("xiangyi::kind") == "thanks":
            self.thanks = self.context.spoken(line, "label")
        else:
            self.question(line, kind)

    def begin(self, line: Line) -> None:
        self.context.check_row(line, ("default", "trigger", "repeat_count"))
        show_if, title = self.context.tree(line, "relevant"), self.context.spoken(line, "label")
        if not self.groups:
            name = line.text("xiangyi::key") or line.text("name")
            self.is_loose = False
            self.open(self.context.sections.key(name), title, line.text("xiangyi::help"), show_if)
            self.groups.append(_Group(None))
            return
        self.groups.append(_Group(show_if))
        if title:
            # Groups within groups have no place of their own: the heading stays, as words between the questions.
            key = self.context.questions.key(line.text("name"))
            self.add(line, {"key": key, "kind": "note", "title": title, "show_if": None})

    def end(self, line: Line) -> None:
        self.is_loose = False
        if self.groups:
            self.groups.pop()
        else:
            self.refuse(line.problem("这里没有一组题可以结束（end_group 多了一行）"))

    def question(self, line: Line, kind: Type) -> None:
        self.context.check_row(line, ("default", "trigger", "save_to", "repeat_count"))
        key = self.context.questions.key(line.text("name"))
        self.add(line, draw(line, kind, key, self.context))
        self.context.keys[line.text("name")] = key

    def open(self, key: str, title: str, help_: str, show_if: Tree | None) -> None:
        self.sections.append({"key": key, "title": title, "help": help_, "show_if": show_if, "questions": []})

    def add(self, line: Line, question: dict[str, Any]) -> None:
        if not self.groups and not self.is_loose:
            self.open(self.context.sections.key(""), "", "", None)
            self.is_loose = True
        for group in reversed(self.groups):
            if group.show_if is not None:
                own = question["show_if"]
                question["show_if"] = group.show_if if own is None else ["and", group.show_if, own]
        self.sections[-1]["questions"].append(question)
        self.rows[question["key"]] = line

    # ------------------------------------------------------------------ the whole

    def definition(self) -> Definition:
        """Raises FormRefused where the questions cannot be asked as they stand."""
        asked = [section for section in self.sections if section["questions"]]
        try:
            definition = read_definition({"sections": asked, "thanks": self.thanks})
        except Invalid as wrong:
            raise FormRefused([CellProblem("survey", 0, "", wrong.message)]) from None
        problems = list(self.unsound(definition))
        if problems:
            raise FormRefused(problems)
        return definition

    def unsound(self, definition: Definition) -> Iterator[CellProblem]:
        for problem in check_definition(definition):
            line = self.rows.get(problem.where)
            yield (
                line.problem(problem.message, "name")
                if line
                else CellProblem("survey", 0, "", problem.message)
            )
