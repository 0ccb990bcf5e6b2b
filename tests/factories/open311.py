"""Keys of programs, for tests."""

import itertools

from server.infra.db import unit_of_work
from server.open311 import actions
from server.open311.models import Open311Key
from server.open311.rules import new_secret
from tests.conftest import START
from tests.factories.divisions import NANMING, get_division
from tests.factories.tickets import COMMITTEE
from tests.kept import kept

_count = itertools.count(1)


@kept
def make_key(code: str = NANMING, name: str = "南明区 12345 热线") -> tuple[Open311Key, str]:
    """The row, and the key itself."""
    secret = new_secret()
    with unit_of_work():
        row = actions.issue_key(
            get_division(code).id,
            name=name,
            secret=secret,
            client_key=f"key-{next(_count)}",
            actor=COMMITTEE,
            now=START,
        )
    return row, secret


@kept
def revoke(row: Open311Key) -> None:
    with unit_of_work():
        actions.revoke_key(row.id, reason="换新的", actor=COMMITTEE, now=START)
