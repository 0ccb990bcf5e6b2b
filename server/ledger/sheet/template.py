"""The template that the back office offers: six sheets to fill in, and one that explains them."""

from collections.abc import Iterator
from pathlib import Path

from server.infra.sheets import BookWriter, ColumnLook
from server.ledger.sheet.columns import SHEETS, Column, Sheet

EXPLANATION = "填写说明"
HEADING = "怎么填这份台账"
GENERAL = (
    "深色标题的列必须填，其余不知道就留空。",
    "留空的格不会清掉台账里已有的内容；表里没写到的房屋、业主原样保留，不会删除。",
    "房子卖了：原业主那一行写上转出日期，新业主另写一行。",
    "不要合并单元格，不要写公式。日期写成 2001-05-06。",
    "先上传检查，系统会告诉你会改动什么、哪里要改；确认后才真正导入。",
)


def looks(sheet: Sheet) -> list[ColumnLook]:
    return [
        ColumnLook(column.title, column.width, _hint(column), column.choices, column.is_required)
        for column in sheet.columns
    ]


def write_template(path: Path) -> None:
    with BookWriter(path) as book:
        for sheet in SHEETS:
            book.sheet(sheet.title, looks(sheet))
        write_explanation(book)


def write_explanation(book: BookWriter) -> None:
    book.notes(EXPLANATION, HEADING, _lines(), (12, 18, 8, 60, 24))


def _lines() -> Iterator[tuple[str, ...]]:
    for number, sentence in enumerate(GENERAL, start=1):
        yield (f"{number}", "", "", sentence)
    yield ()
    yield ("表", "列", "必填", "说明", "例子")
    for sheet in SHEETS:
        yield (sheet.title, "", "", sheet.about)
        for column in sheet.columns:
            yield ("", column.title, "必填" if column.is_required else "", _hint(column), column.example)


def _hint(column: Column) -> str:
    chosen = f"可选：{'、'.join(column.choices)}。" if column.choices else ""
    return f"{column.hint}{chosen}"
