"""A statement made once gives what SQLAlchemy gives, fails as it fails there, and is heard of."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.audit.models import AuditEntry
from server.infra.db import Area, Instant, Personal, Word, db, unit_of_work
from server.infra.prebuilt import ROWS_AT_ONCE, _prebuilt, ask
from server.infra.statements import among_given, fresh_ids, insert_together, run
from server.infra.throttle import ThrottleCount, remaining
from server.policies.queries import values_and_calendar
from tests.server.infra.test_postgres import write_ddl

pytestmark = pytest.mark.usefixtures("app")


class Colour(StrEnum):
    RED = "red"


VALUES: list[tuple[sa.types.TypeEngine[Any], Any]] = [
    (Instant(), datetime(2026, 3, 2, 1, tzinfo=UTC)),
    (Area(), Decimal("803.50")),
    (Word(Colour), Colour.RED),
    (Personal(), "王·小明"),
    (sa.Date(), date(2026, 3, 2)),
    (sa.JSON(), {"中": [1, None, "%(x)s $1"]}),
    (sa.String(), "100%"),
    (sa.BigInteger(), 2**62),
    (sa.Boolean(), False),
    (sa.LargeBinary(), b"\x00$1"),
]


def connection() -> Connection:
    return db.session.connection()


@pytest.mark.parametrize(("kind", "value"), VALUES, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("is_there", [True, False])
def test_a_value_goes_and_comes_as_its_type_says(kind, value, is_there):
    given = {"one": value if is_there else None}
    statement = sa.select(sa.bindparam("one", type_=kind).label("one"))
    assert (
        ask(connection(), statement, given).one().one == connection().scalar(statement, given) == given["one"]
    )


def test_columns_are_named_as_there():
    statement = sa.select(sa.literal(1).label("一"), sa.func.length("ab"), sa.literal("x").label("y"))
    here, there = ask(connection(), statement, {}).one(), connection().execute(statement).one()
    assert here == there
    assert (here._fields[0], here._fields[2]) == (there._fields[0], there._fields[2]) == ("一", "y")


def test_what_the_statement_says_holds_unless_another_value_is_given():
    statement = sa.select(sa.bindparam("one", 1).label("one"), sa.literal_column("'100%'"))
    assert ask(connection(), statement, {}).one() == (1, "100%")
    assert ask(connection(), statement, {"one": 2}).one() == (2, "100%")


def test_a_value_that_is_missing_is_no_null():
    with pytest.raises(KeyError):
        ask(connection(), sa.select(sa.bindparam("one", type_=sa.Integer)), {})


def test_many_rows_come_in_their_order():
    many = sa.select(sa.func.generate_series(1, sa.bindparam("last", type_=sa.Integer)).label("number"))
    for last in (0, 1, ROWS_AT_ONCE, ROWS_AT_ONCE + 1):
        assert ask(connection(), many, {"last": last}).scalars().all() == list(range(1, last + 1))


def test_more_values_than_the_driver_keeps_translations_of():
    named = [sa.bindparam(f"v{number}", type_=sa.Integer) for number in range(120)]
    assert ask(connection(), sa.select(*named), {f"v{n}": n for n in range(120)}).one() == tuple(range(120))


@pytest.mark.parametrize("given", [[], [1], [1, 3, 7]])
def test_a_list_of_any_length_is_one_value(given):
    numbers = sa.select(sa.func.generate_series(1, 4, type_=sa.Integer).label("n")).subquery()
    fixed = sa.select(numbers.c.n).where(among_given("postgresql", numbers.c.n, "some"))
    written_anew = sa.select(numbers.c.n).where(numbers.c.n.in_(sa.bindparam("some", expanding=True)))
    for statement in (fixed, written_anew):
        found = ask(connection(), statement, {"some": given}).scalars().all()
        assert found == [one for one in given if one <= 4]


def test_a_row_that_is_there_already_is_refused_as_there_and_nothing_is_shown_of_it():
    statement = sa.insert(ThrottleCount.__table__).values(
        {name: sa.bindparam(f"its_{name}") for name in ("key", "count", "expires_at")}
    )
    values = {"its_key": "13800000000", "its_count": 1, "its_expires_at": datetime(2026, 3, 2, tzinfo=UTC)}
    with unit_of_work():
        run(statement, values)
    with pytest.raises(sa.exc.IntegrityError) as refused, unit_of_work():
        run(statement, values)
    assert "parameters hidden" in str(refused.value)
    assert run(sa.select(sa.func.count()).select_from(ThrottleCount), {}).scalar() == 1


def test_outside_a_unit_of_work_nothing_is_written():
    statement = sa.insert(ThrottleCount.__table__).values(
        key="k", count=1, expires_at=datetime.now(UTC) + timedelta(1)
    )
    with pytest.raises(sa.exc.DBAPIError, match="read-only"):
        run(statement, {})


def test_a_connection_that_was_lost_is_given_up_and_the_next_one_answers():
    own = sa.select(sa.func.pg_backend_pid())
    lost = run(own, {}).scalar()
    write_ddl(f"SELECT pg_terminate_backend({lost})")
    with pytest.raises(sa.exc.DBAPIError) as gone:
        run(own, {})
    assert gone.value.connection_invalidated
    db.session.rollback()
    assert run(own, {}).scalar() != lost


def test_one_prepared_over_a_table_that_changed_fails_once_and_no_more():
    everything = sa.select(sa.literal_column("*")).select_from(sa.text("changing_too"))
    try:
        write_ddl("CREATE TABLE changing_too (one integer)")
        for _ in range(8):
            assert run(everything, {}).all() == []
        write_ddl("ALTER TABLE changing_too ALTER one TYPE text")
        with pytest.raises(sa.exc.DBAPIError, match="cached plan"):
            run(everything, {})
        db.session.rollback()
        assert run(everything, {}).all() == []
    finally:
        db.session.rollback()
        write_ddl("DROP TABLE IF EXISTS changing_too")


def test_what_the_house_asks_again_is_not_written_again():
    def ask_much() -> None:
        with unit_of_work():
            values_and_calendar(["ticket.p2_fixed"], "/", date(2026, 3, 2))
            fresh_ids(AuditEntry, AuditEntry)
            remaining("5/day", "a", "b")
            at = datetime(2026, 3, 2, tzinfo=UTC)
            known = {
                "at": at,
                "actor": "system:0",
                "actor_label": "t",
                "verb": "t.t",
                "object_kind": "t",
                "facts": {},
            }
            insert_together([(AuditEntry, {**known, "id": id_}) for id_ in fresh_ids(AuditEntry, AuditEntry)])

    ask_much()
    written = _prebuilt.cache_info().misses
    ask_much()
    assert _prebuilt.cache_info().misses == written > 0


def test_listeners_hear_of_each_before_and_after():
    heard = []

    def hear(_connection, _cursor, statement, values, *_):
        heard.append((statement, list(values)))

    moments = ("before_cursor_execute", "after_cursor_execute")
    for moment in moments:
        sa.event.listen(db.engine, moment, hear)
    try:
        run(sa.select(sa.bindparam("one", type_=sa.Integer).label("one")), {"one": 5})
    finally:
        for moment in moments:
            sa.event.remove(db.engine, moment, hear)
    assert heard == [("SELECT $1::INTEGER AS one", [5])] * 2
