"""A company's boards with a thousand and with a hundred thousand tickets behind them: server time of each, and their ratio.

Each company sees to ten communities. The small one has 200 open, the large one 5,000, half of them late, as where nobody keeps
up: both have more of each than a page shows, so that what is drawn is alike. Rows go in by bulk: a board reads the rows of
tickets and nothing of their acts.
"""

import secrets
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import event

from server.identity.models import Staff
from server.identity.rules import Role
from server.infra.db import db, table_of, unit_of_work
from server.tickets.models import Ticket
from server.tickets.rules.words import Category, Level, Priority, Source, State
from tests.bench import frame
from tests.bench.frame import Row
from tests.bench.house import house_at
from tests.bench.pages import Cost, Meter, ask
from tests.factories.identity import give_role, make_staff, sign_in_staff
from tests.factories.ledger import make_community

FEW, MANY = 1_000, 100_000
COMMUNITIES = 10
#: One in so many is open, and of those one in so many late.
OPEN_EVERY, LATE_EVERY = {FEW: 5, MANY: 20}, 2
MOST_TIMES = 1.5
TABS = ("today", "overdue", "mine", "open", "waiting", "ended")
ROWS_AT_ONCE = 5_000


def run(database: str) -> list[Row]:
    with frame.place(database) as place:
        with house_at(place) as app:
            clients = {size: _company(app, size) for size in (FEW, MANY)}
            if database == "postgresql":
                # What autovacuum does within minutes of so many rows coming in.
                with db.engine.connect() as connection:
                    connection.exec_driver_sql("VACUUM ANALYZE")
            engine = db.engine
        meter = Meter(app.wsgi_app)
        app.wsgi_app = meter  # type: ignore[method-assign]
        event.listen(engine, "before_cursor_execute", meter.before)
        event.listen(engine, "after_cursor_execute", meter.after)
        try:
            return list(_rows(database, meter, clients))
        finally:
            engine.dispose()


def _rows(database: str, meter: Meter, clients: dict[int, FlaskClient]) -> Iterable[Row]:
    for tab in TABS:
        costs: dict[int, Cost] = {
            size: ask(meter, client, f"/admin/tickets?tab={tab}", {}) for size, client in clients.items()
        }
        for size, cost in costs.items():
            yield Row("ticket_board", database, f"{tab}: ms at {size:,} tickets", round(cost.whole, 1))
        times = round(costs[MANY].whole / costs[FEW].whole, 2)
        yield Row("ticket_board", database, f"{tab}: {MANY:,} to {FEW:,} tickets", times, MOST_TIMES)


def _company(app: APIFlask, size: int) -> FlaskClient:
    communities = [make_community(f"物业小区{secrets.token_hex(3)}") for _ in range(COMMUNITIES)]
    staff: Staff = make_staff(name="王师傅")
    for one in communities:
        give_role(staff, Role.PROPERTY_CLERK, community=one)
    with unit_of_work():
        rows: list[dict[str, Any]] = []
        for row in _tickets(size, [one.id for one in communities], staff.id):
            rows.append(row)
            if len(rows) == ROWS_AT_ONCE:
                db.session.execute(sa.insert(table_of(Ticket)), rows)
                rows = []
        if rows:
            db.session.execute(sa.insert(table_of(Ticket)), rows)
    return sign_in_staff(app.test_client(), staff)


def _tickets(size: int, communities: list[int], staff_id: int) -> Iterator[dict[str, Any]]:
    now, states = datetime.now(UTC), [State.NEW, State.ACCEPTED, State.DISPATCHED, State.IN_PROGRESS]
    ended = [State.CONFIRMED, State.CONFIRMED, State.CONFIRMED, State.UNCONFIRMED, State.CLOSED]
    for number in range(size):
        nth, rest = divmod(number, OPEN_EVERY[size])
        is_open = rest == 0
        # What is open was reported lately; what is over lies spread over the years before.
        opened_at = now - (timedelta(hours=nth % 72) if is_open else timedelta(hours=80 + number / 10))
        late = nth % LATE_EVERY == 0
        due_at = now + (-1 if late else 1) * timedelta(hours=1 + nth % 60)
        answered_at = None if is_open else opened_at + timedelta(hours=30)
        yield {
            "community_id": communities[nth % COMMUNITIES],
            "place": "3 栋 2 单元",
            "category": list(Category)[number % len(Category)],
            "source": Source.RESIDENT_QR,
            "words": "楼道漏水",
            "media_url": "",
            "reported_by": "resident:1",
            "contractor": "",
            "state": states[nth % len(states)] if is_open else ended[number % len(ended)],
            "priority": Priority.P2,
            "level": Level.COMPANY,
            "version": 2,
            "assignee_id": staff_id if nth % 3 else None,
            "worker": "",
            "reopened": 0,
            "opened_at": opened_at,
            "answered_at": answered_at,
            "ended_at": answered_at,
            "due_at": due_at if is_open else None,
            "fixed_by": opened_at + timedelta(hours=72),
            "took_seconds": None if is_open else 30 * 3600,
        }
