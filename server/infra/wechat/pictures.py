"""The address from which WeChat fetches a picture that it is asked about: nobody can guess it, and it is good for an hour."""

import hmac
from datetime import UTC, datetime, timedelta

from server.infra import crypto

GOOD_FOR = timedelta(hours=1)
#: Shorter would be guessed, longer tells nothing more.
SEAL_DIGITS = 40


def name_of(item_id: int, now: datetime) -> str:
    """The last part of the address."""
    until = int((now + GOOD_FOR).timestamp())
    return f"{item_id}-{until}-{_seal(item_id, until)}"


def item_of(name: str, now: datetime) -> int | None:
    """Which item it is of; None where it is false or over."""
    parts = name.split("-")
    if len(parts) != 3 or not all(one.isascii() and one.isdigit() and len(one) < 16 for one in parts[:2]):
        return None
    item_id, until = int(parts[0]), int(parts[1])
    is_true = hmac.compare_digest(_seal(item_id, until).encode(), parts[2].encode())
    return item_id if is_true and datetime.fromtimestamp(until, UTC) > now else None


def _seal(item_id: int, until: int) -> str:
    return crypto.lookup("wechat-picture", f"{item_id}-{until}").hex()[:SEAL_DIGITS]
