"""Looking a file through: every sheet read once, every row compared with what stands, nothing of ours written."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from typing import Any, BinaryIO

from server.infra.db import db
from server.infra.sheets import Book, Row, SheetRefused, open_book
from server.ledger.actions.importing.people_check import PeopleCheck
from server.ledger.actions.importing.places_check import PlacesCheck
from server.ledger.actions.importing.problems import Findings
from server.ledger.actions.importing.reach import Reach
from server.ledger.actions.importing.resolving import Hanging, Misplaced, Places
from server.ledger.actions.importing.stage import Stage
from server.ledger.rules import names
from server.ledger.sheet import SHEETS, Heading, Sheet, SheetProblem, find_heading
from server.ledger.sheet.headings import HEADING_WITHIN
from server.ledger.sheet.template import EXPLANATION

#: Told every so many rows.
STEP = 500
Progress = Callable[[str, int, int], None]
Check = Callable[[dict[str, Any], int], None]


@dataclass
class _Counter:
    progress: Progress
    total: int
    done: int = 0

    def step(self, sheet: str) -> None:
        self.done += 1
        if self.done % STEP == 0:
            self.progress(f"正在检查“{sheet}”", min(self.done, self.total), self.total)


def check_file(
    stream: BinaryIO, filename: str, stage: Stage, *, reach: Reach, on: date, progress: Progress
) -> Findings:
    """Fill the staging file from the sheet and say what was found. Opens no transaction of ours but one that reads."""
    findings = Findings()
    try:
        book = open_book(stream, filename)
    except SheetRefused as refused:
        findings.problem(_of_the_file(refused))
        return findings
    try:
        _check_book(book, stage, findings, reach, on, progress)
    except SheetRefused as refused:
        findings.problem(_of_the_file(refused))
    finally:
        book.close()
    return findings


def _of_the_file(refused: SheetRefused) -> SheetProblem:
    """The first sentence says what is wrong with the file, what follows says what to do."""
    what, _, mend = refused.message.rstrip("。").partition("。")
    return SheetProblem("", None, "", what, mend)


def _check_book(
    book: Book, stage: Stage, findings: Findings, reach: Reach, on: date, progress: Progress
) -> None:
    titles = {names.plain(title).replace(" ", ""): title for title in book.titles}
    known = [(sheet, titles[sheet.title]) for sheet in SHEETS if sheet.title in titles]
    if not known:
        wanted = "、".join(sheet.title for sheet in SHEETS)
        raise SheetRefused(f"没有找到要导入的表。表名要是这些之一：{wanted}。请用模板填写。")
    _tell_unread(titles, findings)
    counter = _Counter(progress, sum(book.row_count(title) for _, title in known))
    with db.engine.connect() as connection:
        places = Places(stage, connection, reach, on)
        place_check = PlacesCheck(stage, places, findings, on)
        people_check = PeopleCheck(stage, places, findings)
        checks: dict[str, Check] = {
            "communities": place_check.community,
            "buildings": place_check.building,
            "flats": place_check.flat,
            "owners": people_check.owner,
            "households": people_check.household,
            "facilities": place_check.facility,
        }
        for sheet, title in known:
            heading = _check_sheet(book, sheet, title, checks[sheet.name], places, findings, counter)
            if sheet.name == "owners" and heading:
                people_check.settle_owners(heading)
        _tell_hanging(findings)
        people_check.add_first_households()
        progress("检查完了", counter.total, counter.total)


def _check_sheet(
    book: Book,
    sheet: Sheet,
    title: str,
    check: Check,
    places: Places,
    findings: Findings,
    counter: _Counter,
) -> Heading | None:
    rows = book.rows(title)
    first = list(islice(rows, HEADING_WITHIN))
    heading = find_heading(sheet, first)
    if heading is None:
        if first:
            findings.problem(
                SheetProblem(sheet.title, 1, "", "没有找到标题行", "请用模板，第一行保留各列的标题")
            )
        return None
    if heading.missing:
        lacking = "、".join(column.title for column in heading.missing)
        findings.problem(
            SheetProblem(sheet.title, heading.row, "", f"缺少这些列：{lacking}", "请用模板补上这些列")
        )
        return None
    if heading.unknown:
        findings.notices.append(f"“{sheet.title}”表里没有读这些列：{'、'.join(heading.unknown[:10])}。")
    below = (row for row in chain(first, rows) if row.number > heading.row)
    _check_rows(below, heading, check, places, findings, counter)
    _refuse_merges(book.merges(title), heading, findings)
    return heading


def _check_rows(
    rows: Iterator[Row],
    heading: Heading,
    check: Check,
    places: Places,
    findings: Findings,
    counter: _Counter,
) -> None:
    for row in rows:
        values, problems = heading.read(row)
        if not problems:
            try:
                check(values, row.number)
            except Misplaced as wrong:
                problems = [heading.problem(row.number, wrong.column, wrong.what, wrong.mend)]
            except Hanging:
                findings.hanging += 1
        for problem in problems:
            findings.problem(problem)
        if problems:
            places.note_refused(heading.sheet.name, values)
        counter.step(heading.sheet.title)


def _refuse_merges(merges: list[str], heading: Heading, findings: Findings) -> None:
    """A merged cell hides which rows it speaks for. Told first: it explains most of the other problems."""
    for place in reversed(merges):
        rows = ["".join(ch for ch in corner if ch.isdigit()) for corner in place.split(":")]
        if rows[-1] and int(rows[-1]) > heading.row:
            found = SheetProblem(
                heading.sheet.title, int(rows[0] or 1), place, "这里合并了单元格", "请取消合并，每一行都填上"
            )
            findings.problem_count += 1
            findings.problems.insert(0, found)


def _tell_unread(titles: dict[str, str], findings: Findings) -> None:
    read = {sheet.title for sheet in SHEETS} | {EXPLANATION}
    unread = [title for key, title in titles.items() if key not in read]
    if unread:
        findings.notices.append(f"没有读这些表：{'、'.join(title[:20] for title in unread[:10])}。")


def _tell_hanging(findings: Findings) -> None:
    if findings.hanging:
        findings.notices.append(
            f"另有 {findings.hanging:,} 行还没查，例如业主那套房的那一行要先改。改好重新上传，会接着查。"
        )
