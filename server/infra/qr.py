"""QR codes: SVG for pages and print, PNG where a picture is asked for, text for a terminal."""

import io
from functools import lru_cache
from itertools import groupby

import qrcode
from qrcode.constants import ERROR_CORRECT_M

#: Any of the eight masks is read by every scanner; trying all for the best-looking one takes five times as long.
BULK_MASK = 3


def _code(text: str, mask: int | None = None) -> "qrcode.QRCode":
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, box_size=10, border=2, mask_pattern=mask)
    code.add_data(text)
    code.make(fit=True)
    return code


@lru_cache(maxsize=2048)
def svg(text: str, label: str = "二维码", *, is_bulk: bool = False) -> str:
    """One <svg> element to stand in a page: it scales by CSS and prints sharp. `label` is read aloud.

    `is_bulk` is for sheets of hundreds of codes, where a millisecond each matters.
    """
    rows = _code(text, BULK_MASK if is_bulk else None).get_matrix()
    bars = "".join(_bars(number, row) for number, row in enumerate(rows))
    size = len(rows)
    return (
        f'<svg class="qr" role="img" aria-label="{label}" viewBox="0 0 {size} {size}" '
        f'xmlns="http://www.w3.org/2000/svg"><path d="{bars}"/></svg>'
    )


def _bars(number: int, row: list[bool]) -> str:
    """The dark runs of one row, each drawn as one bar: a third of the text of single squares."""
    drawn, start = [], 0
    for is_dark, run in groupby(row):
        length = len(list(run))
        if is_dark:
            drawn.append(f"M{start} {number}h{length}v1h-{length}z")
        start += length
    return "".join(drawn)


def png(text: str) -> bytes:
    out = io.BytesIO()
    _code(text).make_image().save(out)
    return out.getvalue()
