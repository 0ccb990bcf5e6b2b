"""Looking at a file before any library opens it: what it is, how large it truly is, what hides in it."""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import BinaryIO

from server.infra.sheets.values import SheetRefused

MB = 1024 * 1024
LARGEST_FILE = 48 * MB
#: Truly unpacked, whatever the file declares.
LARGEST_UNPACKED = 700 * MB
LARGEST_STRINGS = 64 * MB
#: Any part that a library reads as a whole.
LARGEST_PART = 16 * MB
MOST_PARTS = 1000
CHUNK = 64 * 1024

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: "EncryptedPackage" as an OLE file spells it: an .xlsx behind a password.
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

TOO_LARGE = f"文件超过 {LARGEST_FILE // MB} MB。请删掉图片和多余的表，或按小区分成几个文件。"
BOMB = "这个文件解压后大得不正常，没有打开。请在 Excel 里新建文件，只粘贴需要的内容，另存后再上传。"
BROKEN = "文件打不开，可能没有传完或已经损坏。请用 Excel 打开确认，另存为 .xlsx 后再上传。"
NOT_A_SHEET = "这不是 Excel 文件。请上传 .xlsx，或把各表存成 .csv 后打成一个 .zip。"
OLD_FORMAT = "这是旧版 .xls 文件。请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。"
HAS_PASSWORD = "文件设了密码，打不开。请在 Excel 里取消密码，保存后再上传。"  # noqa: S105 - a sentence
HAS_MACROS = "文件里有宏。请另存为不带宏的 .xlsx 后再上传。"
HAS_LINKS = "表里连着别的文件。请在 Excel 的“数据 → 编辑链接”里断开链接，保存后再上传。"
HAS_ENTITIES = "文件里夹带了不该有的内容，没有打开。请在 Excel 里新建文件，只粘贴需要的内容，另存后再上传。"

_XML = re.compile(r"\.(xml|rels|vml)$", re.IGNORECASE)
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml$", re.IGNORECASE)
_STRINGS = re.compile(r"xl/sharedStrings\.xml$", re.IGNORECASE)


@dataclass
class Looked:
    """What was seen on the way through: rows of each sheet part."""

    is_workbook: bool
    row_counts: dict[str, int] = field(default_factory=dict)


def kind_of(stream: BinaryIO) -> str:
    """ "zip" or "text"; anything else is refused with its remedy."""
    stream.seek(0, io.SEEK_END)
    size = stream.tell()
    stream.seek(0)
    if size > LARGEST_FILE:
        raise SheetRefused(TOO_LARGE)
    if size == 0:
        raise SheetRefused("文件是空的。请重新选择。")
    head = stream.read(8)
    stream.seek(0)
    if head.startswith(OLE):
        raise SheetRefused(HAS_PASSWORD if ENCRYPTED in stream.read() else OLD_FORMAT)
    if head.startswith(ZIP):
        return "zip"
    if b"\x00" in head or head.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8", b"Rar!", b"7z", b"<")):
        raise SheetRefused(NOT_A_SHEET)
    return "text"


def look_through(archive: zipfile.ZipFile) -> Looked:
    """Unpack every part once, keeping nothing, and refuse what is too large or does not belong in a sheet."""
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if len(parts) > MOST_PARTS or len(names) != len(parts):
        raise SheetRefused(BOMB)
    if any(part.flag_bits & 0x1 for part in parts):
        raise SheetRefused(HAS_PASSWORD)
    looked = Looked(is_workbook="[Content_Types].xml" in names)
    if looked.is_workbook:
        _refuse_company(names)
    total = 0
    for part in parts:
        total += _pass_through(archive, part, LARGEST_UNPACKED - total, looked)
    return looked


def _refuse_company(names: set[str]) -> None:
    lower = {name.lower() for name in names}
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in lower):
        raise SheetRefused(HAS_MACROS)
    if any(name.startswith("xl/externallinks/") for name in lower):
        raise SheetRefused(HAS_LINKS)


def _pass_through(archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int, looked: Looked) -> int:
    most = min(left, _most(part.filename) if looked.is_workbook else left)
    is_xml = looked.is_workbook and bool(_XML.search(part.filename))
    is_sheet = bool(_SHEET.search(part.filename))
    seen, rows, tail = 0, 0, b""
    try:
        with archive.open(part) as stream:
            while chunk := stream.read(CHUNK):
                seen += len(chunk)
                if seen > most:
                    raise SheetRefused(BOMB)
                if is_xml:
                    window = tail + chunk
                    _refuse_declarations(window, is_first=seen == len(chunk))
                    rows += window.count(b"<row") - tail.count(b"<row") if is_sheet else 0
                    tail = window[-16:]
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError):
        raise SheetRefused(BROKEN) from None
    if is_sheet:
        looked.row_counts[part.filename] = rows
    return seen


def _most(name: str) -> int:
    if _SHEET.search(name):
        return LARGEST_UNPACKED
    return LARGEST_STRINGS if _STRINGS.search(name) else LARGEST_PART


def _refuse_declarations(window: bytes, *, is_first: bool) -> None:
    """No sheet program writes a DOCTYPE or another encoding than UTF-8; both serve only to hide things."""
    if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
        raise SheetRefused(HAS_ENTITIES)
    if is_first and window[:2] in {b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00"}:
        raise SheetRefused(HAS_ENTITIES)
