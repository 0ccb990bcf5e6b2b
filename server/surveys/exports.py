"""Answers as a table: a row for each household that counts, a sheet that explains the columns.

Names, phones and sensitive answers never leave by this way. Each household counts once; which version it answered stands
in its row.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from server.infra.sheets.writing import BookWriter, ColumnLook
from server.kernel.chinatime import CHINA
from server.surveys import queries
from server.surveys.models import Survey
from server.surveys.rules.definition import OTHER, Question
from server.surveys.rules.packages import Package, package_of
from server.surveys.rules.words import Kind, Stance

Progress = Callable[[int], None]
#: A sign at the head of a cell that spreadsheets would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Column:
    """One column: its code, its heading in words, how a cell is made, and what the dictionary says of it."""

    code: str
    title: str
    cell: Callable[[Any], str]
    kind_zh: str
    values: Sequence[tuple[str, str]] = ()


def columns_of(of: Survey, *, has_labels: bool) -> list[Column]:
    """The columns of all versions together; where two versions word a question differently, the later one's words stand."""
    questions: dict[str, Question] = {}
    packages: dict[str, dict[int, Question]] = {}
    for row in queries.versions(of.id):
        asked = [
            one for one in queries.definition_of(row).questions if one.kind.is_asked and not one.is_private
        ]
        questions |= {question.key: question for question in asked}
        for question in asked:
            packages.setdefault(question.key, {})[row.number] = question
    answered = [
        one
        for question in questions.values()
        for one in (
            *_of_question(question, has_labels=has_labels),
            *_of_package(question, packages[question.key], has_labels=has_labels),
        )
    ]
    return [*_of_household(has_labels=has_labels), *answered]


def csv_lines(of: Survey, *, has_labels: bool, progress: Progress | None = None) -> Iterator[str]:
    """UTF-8 with the mark that Excel looks for; line by line."""
    columns = columns_of(of, has_labels=has_labels)
    yield "\ufeff" + _csv_line([column.title if has_labels else column.code for column in columns])
    for number, row in enumerate(queries.counted_rows(of), 1):
        yield _csv_line([_no_formula(column.cell(row)) for column in columns])
        if progress is not None and number % EVERY == 0:
            progress(number)


EVERY = 2000


def write(path: Path, form: str, of: Survey, *, has_labels: bool, progress: Progress | None = None) -> None:
    """`form` is "xlsx" or "csv"; `progress` is told how many rows are written, between portions of them."""
    writer = write_xlsx if form == "xlsx" else write_csv
    writer(path, of, has_labels=has_labels, progress=progress)


def write_csv(path: Path, of: Survey, *, has_labels: bool, progress: Progress | None = None) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(csv_lines(of, has_labels=has_labels, progress=progress))


def write_xlsx(path: Path, of: Survey, *, has_labels: bool, progress: Progress | None = None) -> None:
    """Answers on the first sheet, the dictionary of the columns on the second."""
    columns = columns_of(of, has_labels=has_labels)
    with BookWriter(path) as book:
        book.sheet("答卷", [ColumnLook(column.title if has_labels else column.code) for column in columns])
        for number, row in enumerate(queries.counted_rows(of), 1):
            book.row(column.cell(row) for column in columns)
            if progress is not None and number % EVERY == 0:
                progress(number)
        book.notes("字段说明", f"{of.title}：每一列是什么", dictionary(columns), (18, 40, 18, 60))


def dictionary(columns: Sequence[Column]) -> Iterator[Sequence[str]]:
    """Code, words, kind and values of each column."""
    yield "列的编号", "题目", "类型", "编号和选项"
    for column in columns:
        yield (
            column.code,
            column.title,
            column.kind_zh,
            "；".join(f"{value} = {word}" for value, word in column.values),
        )


def _of_household(*, has_labels: bool) -> list[Column]:
    def word(name: str) -> Callable[[Any], str]:
        return lambda row: getattr(row, name).name_zh if has_labels else getattr(row, name).value

    return [
        Column("response", "答卷编号", lambda row: str(row.id), "编号"),
        Column("building", "楼栋", lambda row: row.building, "文字"),
        Column("entrance", "单元", lambda row: row.entrance, "文字"),
        Column("room", "房号", lambda row: row.room, "文字"),
        Column("household", "第几户", lambda row: str(row.number), "数字"),
        Column("capacity", "谁答的", word("capacity"), "单选"),
        Column("channel", "怎么答的", word("channel"), "单选"),
        Column("proof", "来路", word("proof"), "单选"),
        Column("version", "问卷版本", lambda row: str(row.version_number), "数字"),
        Column("answered_at", "什么时候答的", lambda row: _time(row.answered_at), "时间"),
    ]


def _of_question(question: Question, *, has_labels: bool) -> Iterator[Column]:
    options = [(option.value, option.title) for option in question.options]
    if question.other:
        options.append((OTHER, "其他"))
    if question.kind is Kind.STANCE:
        options = [(one.value, one.name_zh) for one in Stance]
    title, kind = question.title, question.kind.name_zh
    yield Column(question.key, title, _cell(question.key, options, has_labels), kind, options)
    if question.other:
        yield Column(f"{question.key}.other", f"{title}：其他", _cell(f"{question.key}.other"), "文字")
    if question.kind is Kind.STANCE:
        yield Column(f"{question.key}.reason", f"{title}：理由", _cell(f"{question.key}.reason"), "文字")
    if question.kind is Kind.ITEMS:
        name = f"{question.key}.top"
        yield Column(name, f"{title}：最要紧", _cell(name, options, has_labels), kind, options)
    if question.kind is Kind.CONTRIBUTION and question.ways:
        ways = [(way.value, way.title) for way in question.ways]
        name = f"{question.key}.ways"
        yield Column(name, f"{title}：怎么出", _cell(name, ways, has_labels), "多选", ways)


def _of_package(
    question: Question, by_version: Mapping[int, Question], *, has_labels: bool
) -> Iterator[Column]:
    """What the package came to, by the costs of the version that was answered."""
    if question.kind is not Kind.PACKAGE:
        return

    def came_to(row: Any) -> Package | None:
        value, asked = row.answers.get(question.key), by_version.get(row.version_number)
        return package_of(asked, value) if value and asked is not None else None

    def cost(row: Any) -> str:
        found = came_to(row)
        return f"{found.cost // 100}.{found.cost % 100:02}" if found is not None else ""

    def kept(row: Any) -> str:
        found = came_to(row)
        if found is None:
            return ""
        words = ("能", "不能") if has_labels else ("yes", "no")
        return words[0] if found.subsidy.is_kept else words[1]

    values = [("yes", "能"), ("no", "不能")]
    yield Column(f"{question.key}.cost", f"{question.title}：全小区要花（元）", cost, "数字")
    yield Column(f"{question.key}.subsidy", f"{question.title}：能不能拿到中央补助", kept, "单选", values)


def _cell(
    name: str, options: Sequence[tuple[str, str]] = (), has_labels: bool = False
) -> Callable[[Any], str]:
    titles = dict(options) if has_labels else {}
    between = "、" if has_labels else " "

    def cell(row: Any) -> str:
        value = row.answers.get(name)
        if value is None:
            return ""
        values = value if isinstance(value, list) else [value]
        return between.join(titles.get(str(one), str(one)) for one in values)

    return cell


def _time(at: Any) -> str:
    return str(at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M"))


def _csv_line(values: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue()


def _no_formula(text: str) -> str:
    """What somebody wrote is never run by the program that opens the file; numbers stay numbers."""
    if text.startswith(FORMULA) and not _is_number(text):
        return f"'{text}"
    return text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
