"""QR codes: SVG for pages and print, PNG where a picture is asked for, text for a terminal."""

import io
from functools import lru_cache

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.svg import SvgPathImage


def _code(text: str) -> "qrcode.QRCode":
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, box_size=10, border=2)
    code.add_data(text)
    code.make(fit=True)
    return code


@lru_cache(maxsize=512)
def svg(text: str, label: str = "二维码") -> str:
    """One <svg> element to stand in a page: it scales by CSS and prints sharp. `label` is read aloud."""
    image = _code(text).make_image(image_factory=SvgPathImage)
    raw = image.to_string(encoding="unicode")
    start = raw.index("<svg")
    return f'{raw[start : start + 4]} class="qr" role="img" aria-label="{label}"{raw[start + 4 :]}'


def png(text: str) -> bytes:
    out = io.BytesIO()
    _code(text).make_image().save(out)
    return out.getvalue()


def terminal(text: str) -> str:
    """Two modules a character, to be scanned off a terminal window."""
    out = io.StringIO()
    _code(text).print_ascii(out=out, invert=True)
    return out.getvalue()
