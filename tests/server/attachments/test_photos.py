"""Photos: drawn anew, bounded, stripped; what is no photo gets its clear answer."""

import io
import struct
import zlib
from datetime import UTC, datetime
from typing import Any

import pytest
from apiflask import APIFlask
from PIL import Image

from server.attachments import queries
from server.attachments.actions import draw_anew, filing, keep_photo, take_paper
from server.attachments.rules import MOST_BYTES_PDF
from server.infra.db import unit_of_work
from server.infra.statements import write_together
from server.kernel.actor import COMMAND
from server.kernel.errors import Invalid, TooLarge

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def picture(
    size: tuple[int, int] = (60, 40), kind: str = "JPEG", mode: str = "RGB", **facts: object
) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "teal" if mode == "RGB" else (0, 0, 0, 0)).save(out, kind, **facts)
    return out.getvalue()


def with_exif(orientation: int, **how: Any) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SECRET-CAMERA"
    exif[0x8825] = {1: "N", 2: (26.0, 38.0, 0.0)}
    return picture(exif=exif, **how)


def test_nothing_the_camera_wrote_stays(app: APIFlask):
    raw = with_exif(1)
    assert b"SECRET-CAMERA" in raw
    photo = draw_anew(raw)
    assert b"SECRET-CAMERA" not in photo.data
    assert not Image.open(io.BytesIO(photo.data)).getexif()


@pytest.mark.parametrize("kind", ["JPEG", "MPO", "PNG", "WEBP"])
def test_a_photo_taken_sideways_stands_upright_and_tells_as_little(app: APIFlask, kind: str):
    raw = with_exif(6, kind=kind, icc_profile=b"SECRET-PROFILE", comment=b"SECRET-WORDS")
    photo = draw_anew(raw)
    assert (photo.width, photo.height) == (40, 60)
    drawn = Image.open(io.BytesIO(photo.data))
    assert (b"SECRET" in raw, b"SECRET" in photo.data, dict(drawn.getexif())) == (True, False, {})


def test_a_large_photo_taken_sideways_is_turned_and_made_small(app: APIFlask):
    photo = draw_anew(with_exif(8, size=(3000, 1500)))
    assert (photo.width, photo.height) == (1000, 2000)
    assert b"SECRET" not in photo.data


def test_a_40_megapixel_photo_is_taken_and_made_small(app: APIFlask):
    photo = draw_anew(picture((8000, 5000)))
    assert max(photo.width, photo.height) == 2000
    assert abs(photo.width * 5 - photo.height * 8) <= 8


def test_what_is_seen_through_becomes_white(app: APIFlask):
    photo = draw_anew(picture(kind="PNG", mode="RGBA"))
    assert Image.open(io.BytesIO(photo.data)).getpixel((5, 5)) == (255, 255, 255)


def bomb() -> bytes:
    """A PNG of a few bytes that says it has ten thousand million pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def animated() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "error", "code", "words"),
    [
        pytest.param(b"%PDF-1.7 not a picture", Invalid, "photo_unreadable", "JPG、PNG", id="a-document"),
        pytest.param(b"", Invalid, "photo_unreadable", "重新拍", id="nothing"),
        pytest.param(picture()[:200], Invalid, "photo_unreadable", "损坏", id="cut-off"),
        pytest.param(
            b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 50, Invalid, "photo_heic", "HEIC", id="heic"
        ),
        pytest.param(
            b"\0\0\0\x18ftyphevx\0\0\0\0msf1hevx" + b"\0" * 50,
            Invalid,
            "photo_heic",
            "HEIC",
            id="heic-sequence",
        ),
        pytest.param(animated(), Invalid, "photo_animated", "动图", id="animated"),
        pytest.param(bomb(), TooLarge, "photo_too_many_pixels", "像素太多", id="decompression-bomb"),
        pytest.param(
            picture((9000, 6000)), TooLarge, "photo_too_many_pixels", "像素太多", id="54-megapixels"
        ),
        pytest.param(
            picture((6000, 4200), "PNG"), TooLarge, "photo_too_many_pixels", "截一张图", id="a-large-png"
        ),
        pytest.param(
            picture() + b"\0" * 11_000_000, TooLarge, "photo_too_large", "10 MB", id="too-many-bytes"
        ),
    ],
)
def test_what_is_not_taken_is_told_how_to_mend(
    app: APIFlask, data: bytes, error: type[Exception], code: str, words: str
):
    with pytest.raises(error, match=words) as told:
        draw_anew(data)
    assert told.value.code == code  # type: ignore[attr-defined]


def test_the_same_photo_is_kept_once(app: APIFlask):
    with unit_of_work():
        first = keep_photo(picture(), actor=COMMAND, now=NOW)
        again = keep_photo(draw_anew(picture()), actor=COMMAND, now=NOW)
    assert again.id == first.id
    assert Image.open(io.BytesIO(queries.content(first.id))).size == (60, 40)


def test_pictures_are_kept_together_each_once_however_often_it_comes(app: APIFlask):
    with unit_of_work():
        known = keep_photo(picture(), actor=COMMAND, now=NOW)
    some = [picture(), picture(size=(61, 40)), picture(size=(61, 40))]
    filed = [filing(draw_anew(one), actor=COMMAND, now=NOW) for one in some]
    with unit_of_work():
        made = write_together(*(one.keeping(number) for number, one in enumerate(filed)))
        kept = [one.kept(id_) for one, id_ in zip(filed, made, strict=True)]
    assert [one.id == known.id for one in kept] == [True, False, False]
    assert kept[1].id == kept[2].id
    assert [one.kept_id(id_) for one, id_ in zip(filed, made, strict=True)] == [one.id for one in kept]
    assert Image.open(io.BytesIO(queries.content(kept[1].id))).size == (61, 40)


def test_a_photo_that_is_not_kept_is_not_found(app: APIFlask):
    assert queries.attachment(999) is None
    with pytest.raises(LookupError):
        queries.content(999)


@pytest.mark.parametrize(
    ("size", "is_taken"),
    [(MOST_BYTES_PDF, True), (MOST_BYTES_PDF + 1, False)],
    ids=["the-most", "one-byte-more"],
)
def test_a_scanned_pdf_is_kept_up_to_its_size(size: int, is_taken: bool):
    data = b"%PDF-1.4\n" + b"0" * (size - 15) + b"%%EOF\n"
    if is_taken:
        assert take_paper(data).data == data
    else:
        with pytest.raises(TooLarge):
            take_paper(data)


def test_a_pdf_that_breaks_off_is_not_taken():
    with pytest.raises(Invalid, match="不完整"):
        take_paper(b"%PDF-1.4\n1 0 obj")
