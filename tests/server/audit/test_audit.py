"""What was done is recorded, sealed into a chain, and cannot be taken back."""

import pytest
import sqlalchemy as sa

from server.audit import actions, queries
from server.audit.rules import GENESIS, Link, breaks_in, link_hash
from server.infra.db import db, unit_of_work
from server.kernel.actor import CLOCK
from tests.conftest import Clock


def record_some(clock: Clock, count: int) -> None:
    with unit_of_work():
        for number in range(count):
            actions.record(
                CLOCK, "test.done", "thing", number, now=clock.now, community_id=None, number=number
            )


def test_sealed_entries_form_a_whole_chain(app, clock):
    record_some(clock, 3)
    with unit_of_work():
        assert actions.seal(clock.now) == 3
    record_some(clock, 2)
    found = queries.verification()
    assert (found.sealed, found.unsealed, found.is_whole) == (3, 2, True)


def test_sealing_twice_seals_only_what_is_new(app, clock):
    record_some(clock, 2)
    with unit_of_work():
        actions.seal(clock.now)
    with unit_of_work():
        assert actions.seal(clock.now) == 0


@pytest.mark.parametrize("table", ["audit_entries", "audit_links"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET {}", "DELETE FROM {}"])
def test_the_database_refuses_to_change_or_delete_what_was_recorded(app, clock, table, verb):
    record_some(clock, 1)
    with unit_of_work():
        actions.seal(clock.now)
    column = {"audit_entries": "verb = 'x'", "audit_links": "hash = 'x'"}[table]
    with pytest.raises(sa.exc.DBAPIError, match="only grows"), unit_of_work():
        db.session.execute(sa.text(verb.format(table, column)))


def test_an_entry_lives_and_dies_with_its_transaction(app, clock):
    with pytest.raises(ZeroDivisionError), unit_of_work():
        actions.record(CLOCK, "test.done", "thing", 1, now=clock.now)
        _ = 1 / 0
    assert queries.entries().total == 0


def chain(entries: list[dict[str, int]]) -> list[Link]:
    links, prev = [], GENESIS
    for seq, entry in enumerate(entries, 1):
        hash_ = link_hash(prev, seq, entry)
        links.append(Link(seq, entry["id"], prev, hash_, entry))
        prev = hash_
    return links


ENTRIES = [{"id": 7}, {"id": 8}, {"id": 9}]


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        pytest.param(lambda c: c, [], id="an-untouched-chain-is-whole"),
        pytest.param(
            lambda c: c[:1] + c[2:], ["第 2 到 2 环缺失", "与上一环接不上"], id="a-removed-link-is-a-gap"
        ),
        pytest.param(
            lambda c: [Link(1, 7, GENESIS, c[0].hash, {"id": 70}), *c[1:]],
            ["记录 7 的内容被改过"],
            id="a-changed-entry-is-named",
        ),
        pytest.param(
            lambda c: [Link(1, 7, GENESIS, c[0].hash, None), *c[1:]],
            ["记录 7 不见了"],
            id="a-lost-entry-is-named",
        ),
    ],
)
def test_a_chain_tells_where_it_was_touched(tamper, said):
    assert [found.message for found in breaks_in(tamper(chain(ENTRIES)))] == said
