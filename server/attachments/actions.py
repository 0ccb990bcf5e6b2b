"""Keeping a photo: it is decoded, turned upright, made small enough and drawn anew, so nothing but the picture stays."""

import io
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from PIL import Image, ImageOps
from sqlalchemy.dialects import postgresql, sqlite

from server.attachments import queries
from server.attachments.models import Attachment
from server.attachments.rules import (
    LONGEST_SIDE,
    MEDIA_TYPE,
    MEGA,
    MOST_BYTES,
    MOST_BYTES_PDF,
    PDF,
    PDF_HEAD,
    PDF_TAIL,
    QUALITY,
    is_heic,
    most_pixels,
)
from server.infra import files
from server.infra.db import as_kept, db, table_of
from server.infra.statements import Write, write_together
from server.kernel.actor import Actor
from server.kernel.errors import Invalid, TooLarge

#: Only these decoders are ever tried. The first also opens MPO, a JPEG with a second picture behind it, as some telephones write.
KINDS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
NOT_A_PICTURE = "这个文件不是照片，或者已经损坏。请重新拍一张，或选 JPG、PNG 格式的图片。"
TOO_MANY_PIXELS = "照片的像素太多。请在相机里选标准尺寸重拍，或者截一张图再传。"


_DIALECTS: dict[str, Any] = {"sqlite": sqlite, "postgresql": postgresql}


@lru_cache
def _keep(dialect: str, number: int) -> sa.Insert:
    """Two who bring the same picture at once do not stand in each other's way. `number`: which one of several in a statement."""
    table = table_of(Attachment)
    fresh: sa.Insert = (
        _DIALECTS[dialect]
        .insert(table)
        .values(
            {
                column.name: sa.bindparam(f"photo_{number}_{column.name}", type_=column.type)
                for column in table.c
                if column.name != "id"
            }
        )
        .on_conflict_do_nothing(index_elements=["sha256"])
        .returning(table.c.id)
    )
    return fresh


@dataclass(frozen=True)
class Photo:
    """A picture drawn anew, ready to be kept."""

    data: bytes
    width: int
    height: int
    media_type: str = MEDIA_TYPE


def take_paper(data: bytes) -> Photo:
    """A scanned paper: a PDF as it is, anything else as a picture. Touches no database.

    A PDF is only ever handed out as a download, never shown in a page of ours: what it may carry stays inert.
    """
    if not data.startswith(PDF_HEAD):
        return draw_anew(data)
    if len(data) > MOST_BYTES_PDF:
        raise TooLarge(f"文件太大。最多 {MOST_BYTES_PDF // MEGA} MB，请压缩后再传。", code="paper_too_large")
    if PDF_TAIL not in data[-1024:]:
        raise _not_taken("这个 PDF 不完整。请重新保存一份再传。", "paper_broken")
    return Photo(data, 0, 0, PDF)


def draw_anew(data: bytes) -> Photo:
    """Decode, turn upright, shrink, encode. Takes its time, touches no database: call it before the unit of work.

    Raises TooLarge or Invalid with a sentence that says what to do.
    """
    if len(data) > MOST_BYTES:
        raise TooLarge(f"照片太大。最多 {MOST_BYTES // MEGA} MB，请压缩后再传。", code="photo_too_large")
    if is_heic(data[:12]):
        raise _not_taken(
            "这是 HEIC 格式，这里打不开。请在手机“设置—相机—格式”里选“兼容性最佳”重拍，或者截一张图再传。",
            "photo_heic",
        )
    try:
        with Image.open(io.BytesIO(data), formats=KINDS) as image:
            _check(image)
            return _encoded(_upright(image))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise TooLarge(TOO_MANY_PIXELS, code="photo_too_many_pixels") from None
    except (OSError, ValueError, SyntaxError, EOFError):
        raise _not_taken(NOT_A_PICTURE, "photo_unreadable") from None


def keep_photo(photo: Photo | bytes, *, actor: Actor, now: datetime, filename: str = "") -> Attachment:  # noqa: ARG001 - a name tells of its owner, so it is not kept
    """Keep a picture; the same one a second time is the first one's row."""
    filed = filing(photo if isinstance(photo, Photo) else draw_anew(photo), actor=actor, now=now)
    return filed.kept(write_together(filed.keeping())[0])


def filing(photo: Photo, *, actor: Actor, now: datetime) -> "Filed":
    """Keep the file alone. It needs no lock: call it before the unit of work that keeps the row."""
    return Filed(
        {
            "sha256": files.keep(photo.data),
            "media_type": photo.media_type,
            "width": photo.width,
            "height": photo.height,
            "size": len(photo.data),
            "kept_by": actor.key,
            "kept_at": now,
        }
    )


@dataclass(frozen=True)
class Filed:
    """A picture whose file is kept, for a writer who keeps its row together with other things."""

    row: dict[str, Any]

    def keeping(self, number: int = 0) -> Write:
        """`number`: which one it is of several in one statement."""
        values = {f"photo_{number}_{name}": value for name, value in self.row.items()}
        return _keep(db.engine.dialect.name, number), values

    def kept(self, made: int | None) -> Attachment:
        """The row, told what the writing returned; that of an earlier one where it was kept before."""
        return (
            as_kept(Attachment(id=made, **self.row))
            if made is not None
            else queries.known(self.row["sha256"])
        )

    def kept_id(self, made: int | None) -> int:
        """The same, for whom its number is enough."""
        return made if made is not None else queries.known(self.row["sha256"]).id


def _check(image: Image.Image) -> None:
    is_progressive = bool(image.info.get("progressive"))
    if image.width * image.height > most_pixels(image.format or "", is_progressive=is_progressive):
        raise TooLarge(TOO_MANY_PIXELS, code="photo_too_many_pixels")
    if image.format != "MPO" and getattr(image, "is_animated", False):
        raise _not_taken("动图不收。请选一张静止的照片。", "photo_animated")


def _upright(image: Image.Image) -> Image.Image:
    """In place where it can be: each copy of the pixels costs as much as reading them."""
    if image.format in {"JPEG", "MPO"}:
        # Lets the decoder leave out what would be shrunk away; a 40-megapixel photo then costs no more than a small one.
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    ImageOps.exif_transpose(image, in_place=True)
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    if image.mode in {"RGBA", "LA", "PA", "P"}:
        seen = image.convert("RGBA")
        sheet = Image.new("RGBA", seen.size, "white")
        sheet.alpha_composite(seen)
        return sheet.convert("RGB")
    return image if image.mode == "RGB" else image.convert("RGB")


def _encoded(image: Image.Image) -> Photo:
    out = io.BytesIO()
    # A new picture of the same pixels: no EXIF, no profile, no comment comes along.
    clean = Image.new("RGB", image.size, None)
    clean.paste(image)
    clean.save(out, "JPEG", quality=QUALITY, optimize=True)
    return Photo(out.getvalue(), image.width, image.height)


def _not_taken(sentence: str, code: str) -> Invalid:
    return Invalid(sentence, fields={"photo": [sentence]}, code=code)
