"""Drawn pictures in place of photos: the example photographs nobody's home."""

import io

from PIL import Image, ImageDraw


def drawn_picture(words: str) -> bytes:
    """Houses, a little different for each text."""
    picture = Image.new("RGB", (640, 420), (226, 230, 224))
    pen = ImageDraw.Draw(picture)
    shade = sum(map(ord, words)) % 60
    for number in range(5):
        left = 60 + number * 110
        pen.rectangle((left, 120 + (shade + number * 17) % 70, left + 80, 380), fill=(120 + shade, 136, 128))
    out = io.BytesIO()
    picture.save(out, "JPEG")
    return out.getvalue()
