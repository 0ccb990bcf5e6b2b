"""PostgreSQL takes new statistics of a table where much of it is new, and only there."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from server.infra.db import db, unit_of_work
from server.infra.statements import insert_rows, refresh_statistics
from server.infra.throttle import ThrottleCount

pytestmark = pytest.mark.usefixtures("app")
EXPIRES = datetime(2026, 3, 2, tzinfo=UTC)


def come(first: int, number: int) -> int:
    """So many rows come. Returns how many PostgreSQL then believes there are."""
    rows = [{"key": f"t{place}", "count": 1, "expires_at": EXPIRES} for place in range(first, first + number)]
    insert_rows(ThrottleCount, rows)
    refresh_statistics({ThrottleCount: number})
    believed = sa.text("SELECT reltuples FROM pg_class WHERE oid = to_regclass('throttle_counts')")
    return int(db.session.scalar(believed))


def test_the_first_rows_and_every_large_share_are_noticed_and_a_tenth_is_not():
    # In one transaction, into whose rows PostgreSQL's own upkeep does not look.
    with unit_of_work() as session:
        session.execute(sa.text("ANALYZE throttle_counts"))
        assert come(0, 100) == 100
        assert come(100, 10) == 100
        assert come(110, 11) == 121
