"""A questionnaire -> XLSForm. Kinds of our own stand as the standard ones that ask the same, with rows of their own for what
the standard has no field for, so that any tool can use the form; columns that begin with `xiangyi` say what they were, so
that it comes back as it went. Pictures stay behind: the standard keeps them in files of their own. So do the prices of a
package: they are one community's, and it comes back as a choice of several."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from server.infra.sheets import BookWriter, ColumnLook
from server.surveys.rules.definition import OTHER, Definition, Option, Question, Section
from server.surveys.rules.words import Kind, Stance
from server.surveys.sheet.bounds import bounds_of, joined_constraint
from server.surveys.sheet.columns import CHOICE_HELP, CHOICE_IF
from server.surveys.sheet.expressions import Tree, xpath_of

SURVEY = (
    "type",
    "name",
    "label",
    "hint",
    "required",
    "relevant",
    "constraint",
    "constraint_message",
    "calculation",
    "choice_filter",
    "appearance",
    "parameters",
)
#: What has no column in the standard.
OWN = (
    "kind",
    "key",
    "help",
    "other",
    "bounds",
    "at_most",
    "decimals",
    "unit",
    "low",
    "high",
    "ways",
    "is_consent",
    "is_public",
    "sensitive",
    "personal",
    "why",
    "side_of",
)
CHOICES = ("list_name", "name", "label")
SETTINGS = ("form_title", "form_id")
_TYPES = {
    Kind.ONE: "select_one",
    Kind.STANCE: "select_one",
    Kind.CONTRIBUTION: "select_one",
    Kind.MANY: "select_multiple",
    Kind.ITEMS: "select_multiple",
    Kind.PACKAGE: "select_multiple",
    Kind.RANKING: "rank",
    Kind.SCALE: "range",
    Kind.NUMBER: "integer",
    Kind.TEXT: "text",
    Kind.LONG_TEXT: "text",
    Kind.DATE: "date",
    Kind.PHOTO: "image",
    Kind.NOTE: "note",
    Kind.CALCULATE: "calculate",
}
_ALWAYS = "0"

Row = dict[str, str]


def write_xlsform(path: Path, definition: Definition, title: str) -> None:
    writing = _Writing(definition)
    survey, choices = list(writing.survey()), writing.choices
    with BookWriter(path) as book:
        _sheet(book, "survey", (*SURVEY, *_used((f"xiangyi::{name}" for name in OWN), survey)), survey)
        _sheet(book, "choices", (*CHOICES, *_used((CHOICE_IF, CHOICE_HELP), choices)), choices)
        _sheet(book, "settings", SETTINGS, [{"form_title": title, "form_id": "xiangyi_survey"}])


def _used(columns: Iterable[str], rows: Sequence[Row]) -> list[str]:
    return [name for name in columns if any(row.get(name) for row in rows)]


def _sheet(book: BookWriter, title: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    book.sheet(title, [ColumnLook(name, 30 if name in {"label", "hint"} else 16) for name in columns])
    for row in rows:
        book.row(row.get(name, "") for name in columns)


class _Writing:
    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.choices: list[Row] = []
        self.names = {question.key for question in definition.questions}

    def survey(self) -> Iterator[Row]:
        for section in self.definition.sections:
            yield self.group(section)
            for question in section.questions:
                yield from self.question(question)
            yield {"type": "end_group"}
        if self.definition.thanks:
            name = self.unused("thanks")
            yield {"type": "note", "name": name, "label": self.definition.thanks, "xiangyi::kind": "thanks"}

    def group(self, section: Section) -> Row:
        name = self.unused(section.key)
        row = {
            "type": "begin_group",
            "name": name,
            "label": section.title,
            "relevant": _text(section.show_if),
        }
        own = {"help": section.help, "key": section.key if section.key != name else ""}
        return row | _own(own)

    def unused(self, name: str) -> str:
        found, count = name, 2
        while found in self.names:
            found, count = f"{name}_{count}", count + 1
        self.names.add(found)
        return found

    # ------------------------------------------------------------------ one question

    def question(self, question: Question) -> Iterator[Row]:
        sides = list(self.sides(question))
        yield {
            "type": self.type(question),
            "name": question.key,
            "label": question.title,
            "hint": question.help,
            "required": "yes" if question.required else "",
            "relevant": _text(question.show_if),
            "constraint": _text(joined_constraint(question)),
            "constraint_message": question.constraint_message,
            "calculation": _text(question.formula),
            "choice_filter": _filter(question),
            "appearance": "multiline" if question.kind is Kind.LONG_TEXT else "",
            "parameters": _parameters(question),
        } | _own(self.own(question))
        yield from sides

    def type(self, question: Question) -> str:
        word = "decimal" if question.kind is Kind.NUMBER and question.decimals else _TYPES[question.kind]
        if question.kind is Kind.STANCE:
            self.add_list(question.key, [Option(one.value, one.name_zh) for one in Stance])
        elif question.kind.has_options:
            other = [Option(OTHER, "其他")] if question.other else []
            self.add_list(question.key, [*question.options, *other])
        else:
            return word
        return f"{word} {question.key}"

    def add_list(self, name: str, options: Iterable[Option]) -> None:
        conditions = _conditions(options := list(options))
        for option in options:
            row = {"list_name": name, "name": option.value, "label": option.title, CHOICE_HELP: option.help}
            if conditions:
                row[CHOICE_IF] = str(conditions.index(option.show_if) + 1) if option.show_if else _ALWAYS
            self.choices.append(row)

    def own(self, question: Question) -> Row:
        return {
            # A package without its prices is an ordinary choice of several.
            "kind": question.kind.value if question.kind is not Kind.PACKAGE else "",
            "other": "yes" if question.other else "",
            "at_most": str(question.at_most or "") if question.kind is Kind.ITEMS else "",
            "bounds": " ".join(name for name, _bound in bounds_of(question)),
            "decimals": str(question.decimals or ""),
            "unit": question.unit,
            "low": question.low,
            "high": question.high,
            "ways": f"{question.key}_ways" if question.ways else "",
            "is_consent": "yes" if question.is_consent else "",
            "is_public": "" if question.is_public else "no",
            "sensitive": question.sensitive or "",
            "personal": question.personal or "",
            "why": question.why,
        }

    # ------------------------------------------------------------------ what stands beside it

    def sides(self, question: Question) -> Iterator[Row]:
        """Rows for other tools, which know no field beside an answer. We pass over them when the form comes back."""
        own = ["ref", question.key]
        if question.other:
            chosen: Tree = ["call", "selected", own, ["str", OTHER]]
            yield self.side(question, "other", "text", "其他，请写明", chosen)
        if question.kind is Kind.STANCE:
            yield self.side(question, "reason", "text", "为什么（可以不写）", ["!=", own, ["str", ""]])
        if question.kind is Kind.ITEMS:
            wanted: Tree = [">", ["call", "count-selected", own], ["num", "0"]]
            row = self.side(question, "top", f"select_multiple {question.key}", "其中最重要的", wanted)
            yield row | {
                "constraint": f"count-selected(.) <= {question.most_important}",
                "constraint_message": f"最多选 {question.most_important} 项。",
                "choice_filter": f"selected(${{{question.key}}}, name)",
            }
        if question.ways:
            self.add_list(f"{question.key}_ways", question.ways)
            yield self.side(
                question,
                "ways",
                f"select_multiple {question.key}_ways",
                "怎么出（可以多选）",
                ["!=", own, ["str", ""]],
            )

    def side(self, question: Question, what: str, kind: str, label: str, show_if: Tree) -> Row:
        shown: Tree = show_if if question.show_if is None else ["and", question.show_if, show_if]
        row = {
            "type": kind,
            "name": self.unused(f"{question.key}_{what}"),
            "label": label,
            "relevant": _text(shown),
        }
        return row | _own({"side_of": question.key})


def _own(fields: Row) -> Row:
    return {f"xiangyi::{name}": text for name, text in fields.items() if text}


def _text(tree: Sequence[object] | None) -> str:
    return xpath_of(tree) if tree is not None else ""


def _parameters(question: Question) -> str:
    if question.kind is not Kind.SCALE:
        return ""
    return f"start={question.least or '0'} end={question.most or '10'} step={question.step}"


def _conditions(options: Iterable[Option]) -> list[Sequence[object]]:
    """The different conditions under which some options are shown; a column of the choices holds their numbers."""
    found: list[Sequence[object]] = []
    for option in options:
        if option.show_if is not None and option.show_if not in found:
            found.append(option.show_if)
    return found


def _filter(question: Question) -> str:
    if not question.has_filter:
        return ""
    parts = [f"{CHOICE_IF} = '{_ALWAYS}'"]
    for number, condition in enumerate(_conditions(question.options), start=1):
        parts.append(f"({CHOICE_IF} = '{number}' and ({xpath_of(condition)}))")
    return " or ".join(parts)
