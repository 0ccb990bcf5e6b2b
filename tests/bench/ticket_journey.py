"""Something reported by a visitor who was never here before: the form, sent with a picture, and the ticket's page.

Sixteen visitors at once, each with a picture of their own. Drawing a picture anew is the picture's own cost and the same in any
house: it is measured where it happens, and taken off. At the end every report and every picture is looked for.
"""

import http.client
import io
import os
import re
import secrets
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from PIL import Image

from server.infra.db import db
from server.tickets.models import Ticket, TicketPhoto
from tests.bench.drawing import drawn_ms
from tests.bench.frame import Place, Row, place
from tests.bench.house import house_at, served
from tests.bench.seeding import seed_electorate
from tests.bench.visitors import Journeys, cookies, in_public, postgres_ms, travel, tree_ms

WARM_UP = 160
JOURNEYS = 1600
MOST_MS = 9.0
WIDE, HIGH = 640, 480
FORM = "/tickets/new?where=entrance&category=water"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_KEY = re.compile(r'name="client_key" value="([^"]+)"')


def run(database: str) -> list[Row]:
    if not Path("/proc/self/stat").exists():
        return []
    with place(database) as lent:
        ours = in_public(lent)
        with house_at(ours) as app:
            electorate = seed_electorate(WARM_UP + JOURNEYS, with_tokens=False)
            signed = list(cookies(app, electorate.resident_ids))
        pictures = [_picture() for _ in signed]
        with served(ours.environment | {"APP_ENV": "production"}, "tests.bench.drawing:house()") as web:
            travel(Journeys(web.port, signed[:WARM_UP], partial(_journey, pictures[:WARM_UP])))
            before = tree_ms(web.pid), drawn_ms(ours.environment), postgres_ms(ours)
            measured = travel(Journeys(web.port, signed[WARM_UP:], partial(_journey, pictures[WARM_UP:])))
            after = tree_ms(web.pid), drawn_ms(ours.environment), postgres_ms(ours)
        _check_kept(ours, len(signed))
    whole, drawing, beside = ((two - one) / measured.done for one, two in zip(before, after, strict=True))
    # The mark is set for PostgreSQL, on which the product is run.
    mark = MOST_MS if database == "postgresql" else None
    rows = [
        _row(database, "web CPU ms a journey, without its picture", whole - drawing, mark),
        _row(database, "of which its picture takes", drawing),
        _row(database, "web CPU ms a journey, with it", whole),
    ]
    if database == "postgresql":
        rows.append(_row(database, "PostgreSQL CPU ms a journey", beside))
    return rows


def _row(database: str, figure: str, value: float, mark: float | None = None) -> Row:
    return Row("ticket_journey", database, figure, round(value, 2), mark)


def _picture() -> bytes:
    """No two alike: the same picture twice would be kept once."""
    out = io.BytesIO()
    rough = Image.frombytes("RGB", (WIDE // 16, HIGH // 16), os.urandom(WIDE // 16 * HIGH // 16 * 3))
    rough.resize((WIDE, HIGH), Image.Resampling.BICUBIC).save(out, "JPEG", quality=80)
    return out.getvalue()


def _check_kept(ours: Place, sent: int) -> None:
    """Raises where a report or a picture that was sent is not there."""
    with house_at(ours):
        words = set(db.session.scalars(sa.select(Ticket.words)))
        pictures = db.session.scalar(sa.select(sa.func.count()).select_from(TicketPhoto))
    wanted = {_words(number) for number in (*range(1, WARM_UP + 1), *range(1, JOURNEYS + 1))}
    if words != wanted or pictures != sent:
        raise RuntimeError(
            f"{len(words)} different reports with {pictures} pictures are kept, of {sent} sent"
        )


def _words(number: int) -> str:
    return f"第 {number} 位：楼道水管漏水，地上都是水。"


def _journey(pictures: list[bytes], line: http.client.HTTPConnection, number: int, cookie: str) -> None:
    line.request("GET", FORM, headers={"Cookie": f"session={cookie}"})
    page = line.getresponse()
    text = page.read().decode()
    found = [pattern.search(text) for pattern in (_TOKEN, _KEY)]
    assert page.status == 200 and all(found), f"{page.status} {text[:300]}"
    token, key = (one.group(1) for one in found if one)
    kept = (page.headers.get("Set-Cookie") or f"session={cookie}").split(";")[0]
    fields = {
        "csrf_token": token,
        "client_key": key,
        "category": "water",
        "where": "entrance",
        "words": _words(number),
    }
    body, kind = _multipart(fields, pictures[number - 1])
    line.request("POST", "/tickets/new", body, {"Cookie": kept, "Content-Type": kind})
    sent = line.getresponse()
    assert sent.status == 302, f"{sent.status} {sent.read().decode()[:300]}"
    sent.read()
    kept = (sent.headers.get("Set-Cookie") or kept).split(";")[0]
    line.request("GET", sent.headers["Location"], headers={"Cookie": kept})
    ticket = line.getresponse()
    shown = ticket.read().decode()
    assert ticket.status == 200 and _words(number) in shown, f"{ticket.status} {shown[:300]}"


def _multipart(fields: dict[str, str], picture: bytes) -> tuple[bytes, str]:
    edge = secrets.token_hex(12)
    head = "".join(
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    head += f'--{edge}\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    return head.encode() + picture + f"\r\n--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"
