"""Forms as files: tables in Markdown become the .xlsx that somebody would send."""

import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook

EXAMPLES = Path(__file__).parent / "xlsforms"
Rows = Sequence[Sequence[str]]


def tables_of(markdown: str) -> dict[str, list[list[str]]]:
    """The sheets of a form written as `## survey` and rows between bars; `<br>` ends a line within a cell."""
    sheets: dict[str, list[list[str]]] = {}
    title = ""
    for line in markdown.splitlines():
        if line.startswith("## "):
            title = line[3:].strip()
            sheets[title] = []
        elif line.startswith("|"):
            sheets[title].append([_cell(part) for part in re.split(r"(?<!\\)\|", line)[1:-1]])
    return sheets


def _cell(text: str) -> str:
    return re.sub(r"\\([\\|])", r"\1", text.strip()).replace("<br>", "\n")


def xlsx(sheets: Mapping[str, Rows]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for number, row in enumerate(rows, start=1):
            for column, text in enumerate(row, start=1):
                if text:
                    sheet.cell(number, column, text).data_type = "s"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def form(survey: str, choices: str = "", settings: str = "") -> bytes:
    """A form of rows between bars, without the Markdown's headings."""
    parts = {"survey": survey, "choices": choices, "settings": settings}
    return xlsx(tables_of("\n".join(f"## {title}\n{rows}" for title, rows in parts.items() if rows)))


def examples(source: str) -> dict[str, str]:
    """The published forms of one source by their names, each as Markdown."""
    text = (EXAMPLES / f"{source}.md").read_text(encoding="utf-8")
    parts = re.split(r"^# (.+)$", text, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))
