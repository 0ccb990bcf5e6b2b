"""What a query asks for, as GeoReport writes it. Pure: whoever asks hands in the arguments and the time it is.

An argument that is empty counts as not sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from miniprogram_api.open311.services import category_of
from server.infra.web.addresses import LARGEST_ID
from server.kernel.errors import Invalid
from server.tickets.rules.words import Category

#: GeoReport: a span of 90 days, or the first 1000 requests, whichever is smaller.
LONGEST_SPAN = timedelta(days=90)
MOST = 1000
LONGEST_ID = len(str(LARGEST_ID))
STATUSES = ("open", "closed")
DATES = "日期要带时区，例如 2026-03-01T00:00:00Z。"


@dataclass(frozen=True)
class Query:
    #: Overrides everything else where it is not None.
    ids: tuple[int, ...] | None
    since: datetime
    until: datetime
    categories: tuple[Category, ...]
    #: None: both.
    is_open: bool | None
    page: int
    size: int


def query(sent: Mapping[str, str], now: datetime) -> Query:
    """Raises Invalid where an argument is wrong, NotFound for a service that there is not."""
    since, until = period(sent.get("start_date", ""), sent.get("end_date", ""), now)
    return Query(
        ids=ids(sent["service_request_id"]) if sent.get("service_request_id") else None,
        since=since,
        until=until,
        categories=tuple(category_of(code) for code in _listed(sent.get("service_code", ""))),
        is_open=status(sent.get("status", "")),
        page=number(sent.get("page", ""), "page", 1_000_000, 1),
        size=number(sent.get("page_size", ""), "page_size", MOST, MOST),
    )


def period(start: str, end: str, now: datetime) -> tuple[datetime, datetime]:
    """From and until, both included. Without either the most recent 90 days; with one of them the 90 days from or up to it."""
    since, until = instant(start, "start_date"), instant(end, "end_date")
    if since is None:
        until = until or now
        return until - LONGEST_SPAN, until
    if until is None:
        return since, since + LONGEST_SPAN
    if until < since:
        raise Invalid("start_date 在 end_date 后面。请调过来。")
    if until - since > LONGEST_SPAN:
        raise Invalid("start_date 到 end_date 最多 90 天。请分几次查。")
    return since, until


def instant(text: str, name: str) -> datetime | None:
    """An instant in the form of the W3C note, with its zone."""
    if not text:
        return None
    try:
        # In an address a plus sign that was not written as %2B arrives as a blank.
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise Invalid(f"{name} 看不懂：{text[:40]}。{DATES}") from None
    if found.tzinfo is None:
        raise Invalid(f"{name} 没有时区：{text[:40]}。{DATES}")
    # A day at either end, so that no zone and no span leads beyond the calendar.
    if not 1900 <= found.year <= 9000:
        raise Invalid(f"{name} 看不懂：{text[:40]}。{DATES}")
    return found.astimezone(UTC)


def status(text: str) -> bool | None:
    """True for open alone, False for closed alone, None for both."""
    wanted = set(_listed(text))
    unknown = sorted(wanted - set(STATUSES))
    if unknown:
        raise Invalid(f"status 只有 open 和 closed，没有 {unknown[0][:40]}。")
    return None if len(wanted) != 1 else wanted == {"open"}


def ids(text: str) -> tuple[int, ...]:
    """Numbers with commas between; at most as many as are answered."""
    found = _listed(text)
    if len(found) > MOST:
        raise Invalid(f"service_request_id 一次最多 {MOST} 个。请分几次查。")
    # What is no number of ours is an id that does not exist, and is left out as such.
    numbers = [int(one) for one in found if one.isascii() and one.isdecimal() and len(one) <= LONGEST_ID]
    return tuple(one for one in numbers if one <= LARGEST_ID)


def number(text: str, name: str, most: int, usual: int) -> int:
    if not text:
        return usual
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID and 1 <= int(text) <= most):
        raise Invalid(f"{name} 要填 1 到 {most} 的整数。")
    return int(text)


def micro_degrees(text: str, name: str, most: int) -> int | None:
    """Degrees of WGS84 in millionths; None where nothing was sent."""
    if not text:
        return None
    try:
        degrees = float(text)
    except ValueError:
        degrees = float("nan")
    if not -most <= degrees <= most:
        raise Invalid(f"{name} 不对：{text[:40]}。要用 WGS84 的度数，例如 26.5783。")
    return round(degrees * 1_000_000)


def _listed(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]
