"""One unit of work is one transaction; instants, areas and words come back as they went in."""

import re
import threading
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
import sqlalchemy as sa

from server.audit.models import AuditEntry
from server.infra.clock import ClockOffset
from server.infra.db import Area, Instant, append_only_ddl, asked_once, db, table_of, unit_of_work
from server.infra.engines import begin, begin_always
from server.infra.statements import among, run, write_together
from server.infra.throttle import ThrottleCount, Try, remaining


def entry() -> AuditEntry:
    at = datetime(2026, 3, 2, 1, tzinfo=UTC)
    return AuditEntry(at=at, actor="system:0", actor_label="t", verb="t.t", object_kind="t", facts={})


def count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_what_a_unit_of_work_did_stands_after_it(app):
    with unit_of_work() as session:
        session.add(entry())
    assert count(AuditEntry) == 1


def test_a_unit_of_work_that_fails_leaves_nothing(app):
    with pytest.raises(LookupError), unit_of_work() as session:
        session.add(entry())
        session.flush()
        raise LookupError
    assert count(AuditEntry) == 0


def test_a_write_outside_a_unit_of_work_is_refused(app):
    db.session.add(entry())
    with pytest.raises(RuntimeError, match="unit_of_work"):
        db.session.flush()
    db.session.rollback()


def test_units_of_work_do_not_nest(app):
    with unit_of_work(), pytest.raises(RuntimeError, match="nest"), unit_of_work():
        pass


def test_a_page_asks_a_question_once_and_a_unit_of_work_asks_it_anew(app):
    asked = []

    def ask() -> int:
        asked.append(1)
        return len(asked)

    assert [asked_once("question", ask), asked_once("question", ask)] == [1, 1]
    with unit_of_work():
        assert [asked_once("question", ask), asked_once("question", ask)] == [2, 3]
    assert asked_once("question", ask) == 4


def test_two_questions_have_two_answers(app):
    assert asked_once(("sum", 1), lambda: 1) == 1
    assert asked_once(("sum", 2), lambda: 2) == 2


def test_a_row_that_was_read_before_a_unit_of_work_is_read_again_in_it(app):
    with unit_of_work():
        db.session.add(ClockOffset(id=1, seconds=1))
    assert db.session.get(ClockOffset, 1).seconds == 1
    with db.engine.begin() as beside:
        begin(beside)
        beside.execute(sa.update(ClockOffset).values(seconds=2))
    with unit_of_work():
        assert db.session.get(ClockOffset, 1).seconds == 2


def test_a_unit_of_work_sees_what_another_wrote_since_the_reading(app):
    with unit_of_work() as session:
        session.add(ClockOffset(id=1, seconds=0))
    db.session.rollback()
    row = db.session.get(ClockOffset, 1)

    def move() -> None:
        with app.app_context(), unit_of_work() as session:
            session.get(ClockOffset, 1).seconds = 7

    other = threading.Thread(target=move)
    other.start()
    other.join()
    assert row.seconds == 0
    with unit_of_work():
        assert row.seconds == 7


def test_a_unit_of_work_writes_nothing_that_was_added_before_it(app):
    db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry))
    db.session.add(entry())
    with unit_of_work():
        pass
    assert count(AuditEntry) == 0


def test_a_unit_of_work_begins_afresh_after_a_statement_that_failed(app):
    with pytest.raises(sa.exc.DBAPIError):
        db.session.execute(sa.text("SELECT nothing FROM nowhere"))
    with unit_of_work() as session:
        session.add(entry())
    assert count(AuditEntry) == 1


def test_writes_that_go_together_stand_or_fall_together(app):
    offsets = table_of(ClockOffset)
    begin = sa.insert(offsets).values(id=1, seconds=sa.bindparam("ahead")).returning(offsets.c.seconds)
    one = Try("3/minute", ("together",))
    with unit_of_work():
        assert write_together((begin, {"ahead": 5}), one.counting()) == [5, 1]
    with pytest.raises(sa.exc.IntegrityError), unit_of_work():
        write_together(one.counting(), (begin, {"ahead": 6}))
    assert remaining("3/minute", "together") == 2


def test_words_of_ours_are_part_of_a_statement_and_find_what_they_name(app):
    counts = table_of(ThrottleCount)
    with unit_of_work() as session:
        for key in ("a.b", "a_c", "d"):
            session.add(ThrottleCount(key=key, count=1, expires_at=datetime(2030, 1, 1, tzinfo=UTC)))
    found = sa.select(counts.c.key).where(among(counts.c.key, ("a.b", "d"))).order_by(counts.c.key)
    assert list(db.session.scalars(found)) == ["a.b", "d"]
    assert not found.compile(db.engine).params


@pytest.mark.parametrize("word", ["", "it's", "a b", "A", "a\n", "字"])
def test_what_may_be_no_word_of_ours_is_no_part_of_a_statement(word):
    with pytest.raises(ValueError, match=f"^{re.escape(word)}$"):
        among(table_of(ThrottleCount).c.key, ("a", word))


def test_many_writers_lose_no_count(app):
    """Sixteen threads add one each, reading before they write: every one of them counts."""

    def add_one() -> None:
        with app.app_context(), unit_of_work() as session:
            row = session.get(ClockOffset, 1, with_for_update=True)
            row.seconds += 1

    with unit_of_work() as session:
        session.add(ClockOffset(id=1, seconds=0))
    threads = [threading.Thread(target=add_one) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert db.session.scalar(sa.select(ClockOffset.seconds)) == 16


def test_an_instant_comes_back_aware_and_in_utc(app):
    china = timezone(timedelta(hours=8))
    with unit_of_work() as session:
        session.add(ThrottleCount(key="t", count=1, expires_at=datetime(2026, 3, 2, 9, tzinfo=china)))
    db.session.expire_all()
    found = db.session.scalar(sa.select(ThrottleCount.expires_at))
    assert found == datetime(2026, 3, 2, 1, tzinfo=UTC) and found.tzinfo is UTC


def test_a_naive_instant_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        Instant().process_bind_param(datetime(2026, 3, 2), sa.create_engine("sqlite://").dialect)  # noqa: DTZ001


@pytest.mark.parametrize("area", ["0.01", "67.70", "12345678.99"])
def test_an_area_comes_back_exactly(area):
    dialect = sa.create_engine("sqlite://").dialect
    stored = Area().process_bind_param(Decimal(area), dialect)
    assert isinstance(stored, int)
    assert str(Area().process_result_value(stored, dialect)) == area


def test_an_area_with_three_places_is_refused():
    with pytest.raises(ValueError, match="two decimal places"):
        Area().process_bind_param(Decimal("67.705"), sa.create_engine("sqlite://").dialect)


def test_a_table_name_that_is_none_is_refused():
    with pytest.raises(ValueError, match="drop"):
        append_only_ddl("x; drop table y", "sqlite")


def test_a_transaction_sees_what_is_committed_whatever_the_server_prefers(app):
    with db.engine.connect() as connection:
        if db.engine.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA read_uncommitted").scalar() == 0
            return
        preferred = "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE"
        connection.exec_driver_sql(preferred)
        begin(connection)
        assert connection.exec_driver_sql("SHOW transaction_isolation").scalar() == "read committed"
        connection.invalidate()


def test_what_is_written_past_the_session_outside_a_unit_of_work_does_not_stand(app):
    row = {"id": 1, "seconds": 5}
    if db.engine.dialect.name == "postgresql":
        with pytest.raises(sa.exc.DBAPIError, match="read-only"):
            db.session.execute(sa.insert(table_of(ClockOffset)), row)
    else:
        db.session.execute(sa.insert(table_of(ClockOffset)), row)
    assert count(ClockOffset) == 0


def test_a_unit_of_work_follows_a_reading_that_was_left_half_way(app):
    with unit_of_work() as session:
        session.add_all([entry(), entry()])
    some = db.session.execute(sa.select(AuditEntry.id), execution_options={"yield_per": 1})
    assert some.first() is not None
    with unit_of_work() as session:
        session.add(entry())
    assert count(AuditEntry) == 3


def test_a_step_of_a_migration_that_fails_leaves_nothing(app):
    with db.engine.connect() as connection:
        begin_always(connection)
        with pytest.raises(LookupError), connection.begin():
            connection.execute(sa.insert(table_of(ClockOffset)), {"id": 1, "seconds": 5})
            raise LookupError
    assert count(ClockOffset) == 0


def test_what_is_run_inside_a_savepoint_is_undone_with_it(app):
    with unit_of_work() as session:
        session.add(entry())
        session.flush()
        nested = session.begin_nested()
        run(sa.insert(table_of(ClockOffset)), {"id": 1, "seconds": 5})
        nested.rollback()
    assert (count(AuditEntry), count(ClockOffset)) == (1, 0)
