from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from server.audit.models import AuditEntry
from server.infra.db import db, unit_of_work
from server.kernel.actor import CLOCK
from server.kernel.errors import Conflict, Invalid, NotFound
from server.ledger.models import Community, Household
from server.visits import queries
from server.visits.models import Visit
from server.visits.rules import Purpose, Result
from tests.factories.crowds import at_once
from tests.factories.ledger import household_of, make_community, make_flat, make_household
from tests.factories.visits import INTERVIEWER, NOW, make_visit

pytestmark = pytest.mark.usefixtures("app")

HOUR = timedelta(hours=1)


def a_household() -> tuple[Community, Household]:
    community = make_community()
    return community, household_of(make_flat(community))


def kept() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Visit)) or 0


def test_a_visit_is_kept_with_who_went_and_what_came_of_it() -> None:
    community, household = a_household()
    make_visit(
        household, Result.COME_BACK, community_id=community.id, come_back_at=NOW + HOUR, note=" 女儿有钥匙 "
    )
    (card,) = queries.visits_of(household.id, purpose=Purpose.SURVEY, about_id=1)
    assert (card.result, card.come_back_at, card.note) == (Result.COME_BACK, NOW + HOUR, "女儿有钥匙")
    assert (card.visitor, card.visited_at, card.number) == ("王网格", NOW, 1)


def test_a_visit_leaves_an_entry_without_its_note() -> None:
    community, household = a_household()
    make_visit(household, community_id=community.id, note="女儿有钥匙")
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.verb == "visits.record")).one()
    assert (entry.actor, entry.object_id, entry.community_id) == (
        INTERVIEWER.key,
        household.id,
        community.id,
    )
    assert entry.facts["result"] == "nobody_home"
    assert "女儿" not in str(entry.facts)


def test_the_note_is_not_readable_in_the_table() -> None:
    community, household = a_household()
    visit = make_visit(household, community_id=community.id, note="女儿有钥匙")
    raw = db.session.scalar(sa.select(sa.type_coerce(Visit.note, sa.LargeBinary)).where(Visit.id == visit.id))
    assert raw
    assert "女儿".encode() not in bytes(raw)


def test_the_same_item_sent_twice_is_one_visit() -> None:
    community, household = a_household()
    first, again = (
        make_visit(
            household,
            community_id=community.id,
            client_key="k1",
            visited_at=NOW,
            now=NOW + number * HOUR,
        )
        for number in range(2)
    )
    assert first.id == again.id
    assert kept() == 1
    with pytest.raises(Conflict):
        make_visit(household, Result.REFUSED, community_id=community.id, client_key="k1")


def test_a_household_of_another_community_answers_as_one_that_does_not_exist() -> None:
    community, household = a_household()
    other = make_community()
    for one, community_id in ((household, other.id), (Household(id=987_654_321), community.id)):
        with pytest.raises(NotFound):
            make_visit(one, community_id=community_id)
    assert kept() == 0


def test_a_wrong_time_keeps_nothing() -> None:
    community, household = a_household()
    for facts in (
        {"visited_at": NOW + HOUR, "now": NOW},
        {"visited_at": NOW - timedelta(days=31), "now": NOW},
        {"result": Result.COME_BACK},
        {"note": "长" * 501},
    ):
        with pytest.raises(Invalid):
            make_visit(household, community_id=community.id, **facts)
    assert kept() == 0


def test_an_appointment_may_be_over_when_the_telephone_finds_the_network() -> None:
    community, household = a_household()
    visit = make_visit(
        household,
        Result.COME_BACK,
        community_id=community.id,
        come_back_at=NOW + HOUR,
        now=NOW + 2 * HOUR,
    )
    assert visit.recorded_at == NOW + 2 * HOUR


def test_the_last_visit_goes_by_when_the_door_was_knocked_at() -> None:
    community, household = a_household()
    later = make_visit(household, Result.DONE, community_id=community.id, visited_at=NOW)
    make_visit(household, Result.REFUSED, community_id=community.id, visited_at=NOW - HOUR, now=NOW)
    beside = make_household(make_flat(community))
    make_visit(beside, community_id=community.id)
    make_visit(household, community_id=community.id, about_id=2, visited_at=NOW + HOUR)
    make_visit(
        household, community_id=community.id, purpose=Purpose.SERVICE, visited_at=NOW + HOUR, actor=CLOCK
    )
    found = queries.last_visits(Purpose.SURVEY, 1)
    assert set(found) == {household.id, beside.id}
    assert (found[household.id].id, found[household.id].number) == (later.id, 2)
    assert [one.result for one in queries.visits_of(household.id, purpose=Purpose.SURVEY, about_id=1)] == [
        Result.DONE,
        Result.REFUSED,
    ]
    assert queries.last_visits(Purpose.SERVICE, 2) == {}


def test_visits_only_grow() -> None:
    community, household = a_household()
    visit = make_visit(household, community_id=community.id)
    for statement in (sa.update(Visit).values(result=Result.DONE), sa.delete(Visit)):
        with pytest.raises(sa.exc.DBAPIError, match="only grows"), unit_of_work() as session:
            session.execute(statement.where(Visit.id == visit.id))


def test_an_appointment_without_a_time_is_refused_by_the_database_too() -> None:
    community, household = a_household()
    facts = {"purpose": Purpose.SURVEY, "about_id": 1, "visited_by": "staff:1", "visitor": "王"}
    row = Visit(
        community_id=community.id,
        household_id=household.id,
        result=Result.COME_BACK,
        visited_at=NOW,
        recorded_at=NOW,
        **facts,
    )
    with pytest.raises(sa.exc.IntegrityError), unit_of_work() as session:
        session.add(row)


def test_one_item_sent_eight_times_at_once_is_one_visit(app: Flask) -> None:
    community, household = a_household()
    community_id, household_id = community.id, household.id

    def send() -> int:
        return make_visit(Household(id=household_id), community_id=community_id, client_key="one-key").id

    outcomes = at_once(app, [send] * 8)
    assert len(set(outcomes)) == 1
    assert outcomes[0]
    assert kept() == 1
