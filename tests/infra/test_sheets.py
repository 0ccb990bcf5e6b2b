"""Files that people hand in: what is right is read, whatever form it has; what is broken or booby-trapped is told so."""

import io
import struct
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from server.infra.sheets import (
    FORMULA,
    FORMULA_ERROR,
    Book,
    BookWriter,
    ColumnLook,
    SheetRefused,
    column_letter,
    open_book,
    safety,
    values,
)


def written(fill: Any, **options: Any) -> io.BytesIO:
    """A workbook whose first sheet `fill` has written."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, **options})
    fill(book, book.add_worksheet("房屋"))
    book.close()
    out.seek(0)
    return out


def cells_of(file: io.BytesIO, name: str = "a.xlsx") -> list[tuple[int, list[Any]]]:
    book = open_book(file, name)
    return [(row.number, row.cells) for row in book.rows(book.titles[0])]


def rewritten(file: io.BytesIO, **parts: bytes | None) -> io.BytesIO:
    """The same archive with parts replaced, added, or (None) taken out; names as paths with __ for / and _dot_ for a dot."""
    changed = {name.replace("__", "/").replace("_dot_", "."): data for name, data in parts.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in changed:
                new.writestr(name, old.read(name))
        for name, data in changed.items():
            if data is not None:
                new.writestr(name, data)
    out.seek(0)
    return out


@pytest.fixture
def plain() -> io.BytesIO:
    return written(lambda _book, page: page.write_row(0, 0, ["楼栋", "房号"]))


def refusal(file: io.BytesIO, name: str = "a.xlsx") -> str:
    """What reading the whole file says no with."""
    with pytest.raises(SheetRefused) as refused:
        cells_of(file, name)
    return refused.value.message


def test_values_come_as_they_were_typed() -> None:
    def fill(book: Any, page: Any) -> None:
        page.write_row(0, 0, ["楼栋", 3, 67.7, True, "𠮷·买"])
        page.write_datetime(2, 1, date(2001, 5, 6), book.add_format({"num_format": "yyyy-mm-dd"}))
        page.write_rich_string(3, 0, "房", book.add_format({"bold": True}), "号")

    assert cells_of(written(fill)) == [
        (1, ["楼栋", 3, 67.7, True, "𠮷·买"]),
        (3, [None, date(2001, 5, 6)]),
        (4, ["房号"]),
    ]


@pytest.mark.parametrize(
    "options", [{}, {"constant_memory": True, "in_memory": False}], ids=["shared", "inline"]
)
def test_strings_are_read_wherever_the_program_put_them(options: dict[str, Any]) -> None:
    assert cells_of(written(lambda _book, page: page.write_row(0, 0, ["甲", "乙", "甲"]), **options)) == [
        (1, ["甲", "乙", "甲"])
    ]


def test_a_formula_and_an_error_are_no_values() -> None:
    def fill(_book: Any, page: Any) -> None:
        page.write_formula(0, 0, "=1+1", None, 2)
        page.write_formula(0, 1, '=HYPERLINK("http://example.com")', None, "x")

    assert cells_of(written(fill)) == [(1, [FORMULA, FORMULA])]
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row><c t="e"><v>#N/A</v></c></row></sheetData></worksheet>'
    broken = rewritten(written(lambda _book, _page: None), xl__worksheets__sheet1_dot_xml=sheet)
    assert cells_of(broken) == [(1, [FORMULA_ERROR])]


def test_merged_cells_are_known_once_the_rows_were_read() -> None:
    book = open_book(written(lambda _book, page: page.merge_range(1, 0, 4, 1, "1 栋")), "a.xlsx")
    assert list(book.rows("房屋")) and book.merges("房屋") == ["A2:B5"]


def test_blank_rows_are_passed_over_up_to_a_point(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "MOST_BLANK_ROWS", 50)

    def fill(far: int) -> Any:
        def write(book: Any, page: Any) -> None:
            page.write(0, 0, "楼栋")
            grey = book.add_format({"bg_color": "#EEEEEE"})
            for row in range(1, far):
                page.write_blank(row, 0, None, grey)
            page.write(far, 0, "3")

        return write

    assert [number for number, _ in cells_of(written(fill(40)))] == [1, 41]
    assert "第 2 行以后有上万个空行" in refusal(written(fill(60)))


def test_a_row_far_below_and_a_cell_far_right_cost_nothing() -> None:
    def fill(_book: Any, page: Any) -> None:
        page.write(0, 0, "楼栋")
        page.write(0, 16383, "远")
        page.write(1_048_575, 0, "底")

    assert cells_of(written(fill)) == [(1, ["楼栋"]), (1_048_576, ["底"])]


def test_more_rows_than_any_ledger_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "MOST_ROWS", 3)
    assert "超过" in refusal(written(lambda _book, page: page.write_column(0, 0, list("12345"))))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_files_are_read_in_the_encodings_people_save_them_in(encoding: str) -> None:
    text = "楼栋,房号\r\n3,５０１\r\n\r\n,\r\n𠮷,1\r\n"
    assert cells_of(io.BytesIO(text.encode(encoding)), "房屋.csv") == [
        (1, ["楼栋", "房号"]),
        (2, ["3", "５０１"]),
        (5, ["𠮷", "1"]),
    ]


def test_a_zip_of_csv_files_is_a_book_of_sheets() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("台账/房屋.csv", "楼栋\n3\n")
        archive.writestr("台账/楼栋.csv", "楼栋\n3\n".encode("gb18030"))
        archive.writestr("__MACOSX/._房屋.csv", b"\x00\x01")
        archive.writestr("说明.txt", "x")
    out.seek(0)
    book = open_book(out, "台账.zip")
    assert sorted(book.titles) == ["房屋", "楼栋"] and book.row_count("房屋") == 3


def test_a_name_that_chinese_windows_zipped_is_read() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("房屋.csv".encode("gb18030").decode("cp437"))
        archive.writestr(info, "楼栋\n")
    data = bytearray(out.getvalue())
    # zipfile marks such a name as UTF-8; Windows does not, and writes the bytes of its own encoding.
    real, marked = "房屋.csv".encode("gb18030"), info.filename.encode()
    data = bytearray(bytes(data).replace(marked, real))
    for offset, flags in ((data.find(b"PK\x03\x04"), 6), (data.find(b"PK\x01\x02"), 8)):
        length_at = offset + (26 if flags == 6 else 28)
        struct.pack_into("<H", data, offset + flags, 0)
        struct.pack_into("<H", data, length_at, len(real))
    end = data.find(b"PK\x05\x06")
    struct.pack_into("<I", data, end + 12, end - data.find(b"PK\x01\x02"))
    struct.pack_into("<I", data, end + 16, data.find(b"PK\x01\x02"))
    assert open_book(io.BytesIO(bytes(data)), "a.zip").titles == ["房屋"]


REFUSED: list[Any] = [
    pytest.param(b"", "a.xlsx", "空的", id="empty"),
    pytest.param(b"hello", "a.xlsx", "不是 Excel", id="text-named-xlsx"),
    pytest.param(b"<html><table>", "a.xls", "不是 Excel", id="html-named-xls"),
    pytest.param(b"%PDF-1.7", "a.xlsx", "不是 Excel", id="pdf"),
    pytest.param(safety.OLE + bytes(512), "a.xls", "旧版 .xls", id="old-xls"),
    pytest.param(safety.OLE + bytes(99) + safety.ENCRYPTED, "a.xlsx", "设了密码", id="password"),
    pytest.param(b"PK\x03\x04" + bytes(100), "a.xlsx", "打不开", id="torn-zip"),
    pytest.param("楼栋\n".encode() + b"\xff\xff\xff", "房屋.csv", "认不出来", id="csv-of-no-encoding"),
    pytest.param(b'"' + b"x" * 200_000 + b'"\n', "房屋.csv", "读不下去", id="csv-cell-without-end"),
]


@pytest.mark.parametrize(("data", "name", "says"), REFUSED)
def test_what_is_no_sheet_is_told_what_it_is(data: bytes, name: str, says: str) -> None:
    assert says in refusal(io.BytesIO(data), name)


def test_a_zip_without_any_sheet_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "x")
    assert "不是 Excel" in refusal(io.BytesIO(out.getvalue()))


def test_a_truncated_workbook_is_refused(plain: io.BytesIO) -> None:
    assert "打不开" in refusal(io.BytesIO(plain.getvalue()[:-400]))


def test_a_workbook_with_a_damaged_sheet_is_refused(plain: io.BytesIO) -> None:
    assert "打不开" in refusal(rewritten(plain, xl__worksheets__sheet1_dot_xml=b"<worksheet><row>"))
    assert "打不开" in refusal(rewritten(plain, xl__workbook_dot_xml=b"<x/>"))


def test_macros_are_refused(plain: io.BytesIO) -> None:
    assert "有宏" in refusal(rewritten(plain, xl__vbaProject_dot_bin=b"x"))
    kinds = (
        zipfile.ZipFile(plain)
        .read("[Content_Types].xml")
        .replace(b".sheet.main+xml", b".sheet.macroEnabled.main+xml")
    )
    assert "有宏" in refusal(
        rewritten(
            plain, **{"[Content_Types]_dot_xml": kinds.replace(b"spreadsheetml.sheet.macro", b"sheet.macro")}
        )
    )


def test_links_to_other_files_are_refused(plain: io.BytesIO) -> None:
    assert "断开链接" in refusal(rewritten(plain, xl__externalLinks__externalLink1_dot_xml=b"<x/>"))


BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row><c t="str"><v>&b;</v></c></row></sheetData></worksheet>"""


@pytest.mark.parametrize(
    "part", ["xl__worksheets__sheet1_dot_xml", "xl__sharedStrings_dot_xml", "xl__styles_dot_xml"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_wherever_they_hide(plain: io.BytesIO, part: str, encoding: str) -> None:
    assert "不该有的内容" in refusal(rewritten(plain, **{part: BOMB.decode().encode(encoding)}))


def test_a_file_outside_is_never_read(plain: io.BytesIO, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("秘密")
    declared = f'<!DOCTYPE x [<!ENTITY s SYSTEM "file://{secret}">]>'.encode()
    assert "不该有的内容" in refusal(
        rewritten(plain, xl__worksheets__sheet1_dot_xml=declared + b"<x>&s;</x>")
    )


def test_a_zip_bomb_is_refused_by_what_it_truly_unpacks_to(
    plain: io.BytesIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(safety, "LARGEST_UNPACKED", 2 * safety.MB)
    assert "大得不正常" in refusal(rewritten(plain, xl__media__a_dot_png=bytes(3 * safety.MB)))
    assert "大得不正常" in refusal(rewritten(plain, xl__worksheets__sheet1_dot_xml=b" " * (3 * safety.MB)))


@pytest.mark.parametrize(
    "part", ["xl__styles_dot_xml", "xl__sharedStrings_dot_xml", "docProps__core_dot_xml"]
)
def test_a_part_that_would_be_held_in_memory_is_bounded(
    plain: io.BytesIO, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(safety, "LARGEST_PART", safety.MB)
    monkeypatch.setattr(safety, "LARGEST_STRINGS", safety.MB)
    assert "大得不正常" in refusal(rewritten(plain, **{part: b"<x>" + bytes(2 * safety.MB)}))


def test_a_file_above_the_limit_is_not_even_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safety, "LARGEST_FILE", 1000)
    assert "文件超过" in refusal(io.BytesIO(b"PK\x03\x04" + bytes(2000)))


def test_thousands_of_parts_are_refused(plain: io.BytesIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safety, "MOST_PARTS", 3)
    assert "大得不正常" in refusal(plain)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with BookWriter(path) as book:
        book.sheet(
            "房屋",
            [ColumnLook("楼栋", hint="写 3"), ColumnLook("面积", choices=("甲", "乙"), is_required=True)],
        )
        book.row(["=1+1", None])
        book.row(["http://example.com", "0012"])
        book.notes("填写说明", "怎么填", [("a", "b")], (10, 20))
    assert list(tmp_path.iterdir()) == [path], "the parts it was made of are gone"
    assert cells_of(io.BytesIO(path.read_bytes())) == [
        (1, ["楼栋", "面积"]),
        (2, ["=1+1"]),
        (3, ["http://example.com", "0012"]),
    ]


def test_a_book_reads_a_sheet_as_often_as_asked(plain: io.BytesIO) -> None:
    book: Book = open_book(plain, "a.xlsx")

    def read() -> Iterator[int]:
        return (row.number for row in book.rows("房屋"))

    assert list(read()) == list(read()) == [1]
    book.close()


@pytest.mark.parametrize(("index", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_named_as_excel_names_them(index: int, letter: str) -> None:
    assert column_letter(index) == letter
