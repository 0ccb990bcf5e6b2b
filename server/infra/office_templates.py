"""Templates that offices bring: looked through before anything opens them, and filled in by a process of their own.

That process has no database, no secret and no more than a bounded time and memory: a template that never ends, or would
write a book, hurts nobody.
"""

import base64
import io
import json
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from server.infra.documents import Picture
from server.kernel.errors import Invalid

MB = 1024 * 1024
LARGEST_FILE = 2 * MB
LARGEST_UNPACKED = 24 * MB
MOST_PARTS = 300
#: What a filled paper may come to.
LARGEST_PAPER = 8 * MB
LONGEST_SECONDS = 15
CHUNK = 64 * 1024
ROOT = Path(__file__).resolve().parents[2]

TOO_LARGE = f"模板超过 {LARGEST_FILE // MB} MB。请删掉大图片再传。"
BOMB = "这个文件解压后大得不正常，没有打开。请在 Word 里新建文件，只粘贴需要的内容再传。"
BROKEN = "文件打不开，可能没有传完或已经损坏。请用 Word 打开确认，另存为 .docx 再传。"
NOT_A_DOCX = "这不是 .docx 文件。请用 Word 或 WPS 另存为 .docx 再传。"
OLD_FORMAT = "这是旧版 .doc 或加了密码的文件。请另存为不带密码的 .docx 再传。"
HAS_MACROS = "文件里有宏或嵌入的程序。请另存为不带宏的 .docx 再传。"
HAS_LINKS = "文件里连着别处的模板或图片。请把图片直接插入文件，断开链接再传。"
HAS_ENTITIES = "文件里夹带了不该有的内容，没有打开。请在 Word 里新建文件，只粘贴需要的内容再传。"
TOO_LONG = f"这个模板 {LONGEST_SECONDS} 秒还没有填完。请把里面的循环改简单。"
TOO_MUCH = "这个模板填出来太大。请把里面的循环改简单。"


class TemplateRefused(Invalid):
    """The template does not do; `fields` names the file."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(" ".join(sentences), fields={"file": list(sentences)}, code="wrong_template")


def look_through(data: bytes) -> None:
    """Unpack every part once, keeping nothing, and refuse what is too large or does not belong in a paper."""
    if len(data) > LARGEST_FILE:
        raise TemplateRefused(TOO_LARGE)
    if data[:4] == b"\xd0\xcf\x11\xe0":
        raise TemplateRefused(OLD_FORMAT)
    if data[:4] != b"PK\x03\x04":
        raise TemplateRefused(NOT_A_DOCX)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _look_at(archive)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError):
        raise TemplateRefused(BROKEN) from None


def _look_at(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if len(parts) > MOST_PARTS or len(names) != len(parts):
        raise TemplateRefused(BOMB)
    if any(part.flag_bits & 0x1 for part in parts):
        raise TemplateRefused(OLD_FORMAT)
    if not {"[Content_Types].xml", "word/document.xml"} <= names:
        raise TemplateRefused(NOT_A_DOCX)
    lower = {name.lower() for name in names}
    if any(name.endswith(".bin") or "/embeddings/" in name or "/activex/" in name for name in lower):
        raise TemplateRefused(HAS_MACROS)
    left = LARGEST_UNPACKED
    for part in parts:
        left -= _pass_through(archive, part, left)


def _pass_through(archive: zipfile.ZipFile, part: zipfile.ZipInfo, most: int) -> int:
    content = b""
    with archive.open(part) as stream:
        while chunk := stream.read(CHUNK):
            content += chunk
            if len(content) > most:
                raise TemplateRefused(BOMB)
    if part.filename.endswith((".xml", ".rels")):
        _refuse_hidden(part.filename, content)
    return len(content)


def _refuse_hidden(name: str, content: bytes) -> None:
    """No word processor writes a DOCTYPE or another encoding than UTF-8; only a link to read on may lead outside."""
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content or content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        raise TemplateRefused(HAS_ENTITIES)
    if name == "[Content_Types].xml" and b"macroEnabled" in content:
        raise TemplateRefused(HAS_MACROS)
    if name.endswith(".rels"):
        for link in content.split(b"<Relationship ")[1:]:
            if b'TargetMode="External"' in link and b"/relationships/hyperlink" not in link:
                raise TemplateRefused(HAS_LINKS)


def fill_apart(data: bytes, values: Mapping[str, Any]) -> bytes:
    """The paper, filled in by a process of its own. Raises TemplateRefused with what is wrong."""
    return _asked("fill", data, values)


def names_in(data: bytes) -> set[str]:
    """The names the template asks for."""
    return set(json.loads(_asked("names", data, {})))


def _asked(what: str, data: bytes, values: Mapping[str, Any]) -> bytes:
    request = {
        "what": what,
        "template": _text(data),
        "values": {key: _plain(one) for key, one in values.items()},
    }
    try:
        done = subprocess.run(
            [sys.executable, "-m", "server.infra.filling"],
            input=json.dumps(request).encode(),
            capture_output=True,
            cwd=ROOT,
            env={"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
            timeout=LONGEST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TemplateRefused(TOO_LONG) from None
    if done.returncode == REFUSED:
        raise TemplateRefused(done.stdout.decode())
    if done.returncode < 0:
        # Ended by the system: it asked for more time or memory than it has.
        raise TemplateRefused(TOO_LONG if -done.returncode in _OUT_OF_TIME else TOO_MUCH)
    if done.returncode:
        raise TemplateRefused(TOO_MUCH)
    if len(done.stdout) > LARGEST_PAPER:
        raise TemplateRefused(TOO_MUCH)
    return done.stdout


#: How the other process says that the template is wrong.
REFUSED = 3
#: SIGKILL and SIGXCPU, as the limit of time sends them.
_OUT_OF_TIME = {9, 24}


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _plain(value: Any) -> Any:
    return {"png": _text(value.png), "width_mm": value.width_mm} if isinstance(value, Picture) else value
