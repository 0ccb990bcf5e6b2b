from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from server.infra.db import db, unit_of_work
from server.kernel.errors import Conflict, Invalid, NotFound, Refused
from server.ledger import queries as ledger
from server.projects import actions, queries
from server.projects.models import Appointment
from server.projects.rules.calendar import Utility
from tests.factories.divisions import get_division
from tests.factories.ledger import make_community, make_flat
from tests.factories.policies import make_policy
from tests.factories.projects import ENTERS, NOW, key, make_project
from tests.factories.works import adopt, book, complete, offer, plan

pytestmark = pytest.mark.usefixtures("app")
MONDAY = date(2026, 3, 9)


def quiet(community, first, last, reason="中考"):
    with unit_of_work():
        return actions.set_quiet_days(
            community.id, from_on=first, to_on=last, reason=reason, client_key=key(), actor=ENTERS, now=NOW
        )


def announce(project, community, first, last, **facts):
    facts = {"kind": Utility.WATER, "party": "贵阳水务", "what": "换水表", "client_key": key(), **facts}
    with unit_of_work():
        return actions.announce_utility(
            project.id,
            community_id=community.id,
            starts_on=first,
            ends_on=last,
            actor=ENTERS,
            now=NOW,
            **facts,
        )


def test_the_calendar_tells_what_is_done_on_each_day_and_which_are_quiet():
    project = make_project(community := make_community())
    plan(adopt(project, community))
    quiet(community, date(2026, 3, 30), date(2026, 3, 31))
    announce(project, community, date(2026, 3, 10), date(2026, 3, 11))
    announce(project, community, date(2026, 3, 20), date(2026, 3, 21), kind=Utility.GAS, party="贵州燃气")
    days = {one.day: one for one in queries.calendar(community.id, date(2026, 3, 15))}
    assert len(days) == 31
    assert [card.item.title for card in days[MONDAY].items] == ["楼道照明改造"]
    assert days[date(2026, 3, 8)].is_empty
    assert days[date(2026, 3, 31)].quiet == "中考"
    water, gas = queries.utility_works(community.id)
    assert (water.is_outside, gas.is_outside) == (False, True)
    assert days[date(2026, 3, 10)].utilities == (water,)
    told = [(run.first.day, run.last.day) for run in queries.runs(list(days.values()))]
    assert told == [(9, 9), (10, 11), (12, 19), (20, 20), (21, 21), (30, 31)]


def test_quiet_weekends_are_a_dated_setting_of_the_place():
    project_days = [date(2026, 3, 14), date(2026, 3, 21)]
    community = make_community()
    assert queries.quiet_reasons(community.id, project_days) == {}
    make_policy(
        "works.quiet_weekends", True, division_id=get_division("520102").id, valid_from=date(2026, 3, 20)
    )
    assert queries.quiet_reasons(community.id, project_days) == {date(2026, 3, 21): "周末"}
    assert queries.noise_hours(community.id, MONDAY).startswith("8:00")


def test_quiet_days_are_lifted_and_a_utilitys_works_withdrawn_by_their_own_place():
    project = make_project(community := make_community())
    row, works = quiet(community, MONDAY, MONDAY), announce(project, community, MONDAY, MONDAY)
    elsewhere = make_community(name="别处")
    with pytest.raises(NotFound), unit_of_work():
        actions.lift_quiet_days(row.id, community_id=elsewhere.id, actor=ENTERS, now=NOW)
    with pytest.raises(NotFound), unit_of_work():
        actions.withdraw_utility(works.id, community_id=elsewhere.id, actor=ENTERS, now=NOW)
    with pytest.raises(NotFound):
        announce(project, elsewhere, MONDAY, MONDAY)
    with unit_of_work():
        for _ in range(2):
            actions.lift_quiet_days(row.id, community_id=community.id, actor=ENTERS, now=NOW)
        actions.withdraw_utility(works.id, community_id=community.id, actor=ENTERS, now=NOW)
    with pytest.raises(Conflict), unit_of_work():
        actions.withdraw_utility(works.id, community_id=community.id, actor=ENTERS, now=NOW)
    assert queries.quiet_days(community.id) == []
    assert queries.utility_works(community.id) == []


# ------------------------------------------------------------------ appointments


@pytest.fixture
def place():
    """A community with two flats behind one entrance, and an item done there."""
    community = make_community()
    flats = [make_flat(community, building="3", entrance="1", room=room) for room in ("101", "102")]
    elsewhere = make_flat(community, building="9", entrance="1", room="101")
    project = make_project(community)
    item = adopt(project, community, "给水立管更换", building_id=ledger.flat(flats[0].id).building_id)
    plan(item)
    return community, item, flats, elsewhere


def test_quiet_days_are_not_offered_and_the_same_offer_twice_is_one(place):
    community, item, *_ = place
    quiet(community, date(2026, 3, 10), date(2026, 3, 10))
    same = key()
    for _ in range(2):
        offer(item, MONDAY, date(2026, 3, 11), times=[2, 0], client_key=same)
    cards = queries.slots([item.id], MONDAY)
    assert [(card.slot.on_day.day, card.time_text) for card in cards] == [
        (9, "08:00–10:00"), (9, "14:00–16:00"), (11, "08:00–10:00"), (11, "14:00–16:00"),
    ]  # fmt: skip
    with pytest.raises(Invalid, match="安静日"):
        offer(item, date(2026, 3, 10), date(2026, 3, 10))
    complete(item)
    with pytest.raises(Refused, match="已经完工"):
        offer(item, date(2026, 4, 10), date(2026, 4, 10))


def test_no_time_is_booked_twice(place):
    _, item, (one, two), elsewhere = place
    offer(item, MONDAY, MONDAY, times=[0, 1])
    first, second = queries.slots([item.id], MONDAY)
    mine = book(first, one)
    assert book(first, one).id == mine.id
    with pytest.raises(Conflict, match="约满"):
        book(first, two)
    with pytest.raises(Refused, match="别的楼栋"):
        book(second, elsewhere)
    with pytest.raises(Conflict, match="已经开始"):
        book(second, two, now=second.begins_at)
    book(second, two, now=second.begins_at - timedelta(seconds=1))


def test_booking_another_time_moves_the_appointment(place):
    community, item, (one, two), _ = place
    offer(item, MONDAY, MONDAY, times=[0, 1, 2])
    first, second, third = queries.slots([item.id], MONDAY)
    mine = book(first, one)
    book(second, one)
    assert [card.time_text for _, card in queries.appointments_of([one.id])] == ["10:00–12:00"]
    assert mine.ended_reason == "住户改约"
    book(first, two)
    flat = ledger.flat(one.id)
    left = queries.slots_for(community.id, flat.building_id, flat.entrance_id, NOW)
    assert [card.left for card in left] == [0, 0, 1]
    with pytest.raises(Conflict, match="不能再改"):
        book(third, one, now=second.begins_at)


@pytest.mark.parametrize(
    ("after", "is_taken"),
    [
        pytest.param(timedelta(seconds=-1), False, id="while-they-are-in-the-house"),
        pytest.param(timedelta(), True, id="when-its-time-is-over"),
        pytest.param(timedelta(hours=2), True, id="later-that-day"),
    ],
)
def test_once_its_time_is_over_a_further_visit_may_be_booked(place, after, is_taken):
    _, item, (one, _), _ = place
    offer(item, MONDAY, date(2026, 3, 10))
    first, second = queries.slots([item.id], MONDAY)
    mine = book(first, one)
    if not is_taken:
        with pytest.raises(Conflict, match="不能再改"):
            book(second, one, now=first.ends_at + after)
        return
    book(second, one, now=first.ends_at + after)
    assert [card.slot.id for _, card in queries.appointments_of([one.id])] == [second.slot.id]
    assert mine.ended_reason == "时间过了，住户又约了一次"


def test_letting_go_frees_the_time_for_another(place):
    _, item, (one, two), _ = place
    offer(item, MONDAY, MONDAY)
    (card,) = queries.slots([item.id], MONDAY)
    mine = book(card, one)
    with pytest.raises(NotFound), unit_of_work():
        actions.let_visit_go(mine.id, flat_ids=[two.id], actor=ENTERS, now=NOW)
    with unit_of_work():
        actions.let_visit_go(mine.id, flat_ids=[one.id], actor=ENTERS, now=NOW)
    book(card, two)
    with pytest.raises(Conflict, match="已经取消"), unit_of_work():
        actions.let_visit_go(mine.id, flat_ids=[one.id], actor=ENTERS, now=NOW)


def test_a_closed_time_lets_go_of_whoever_held_it(place):
    community, item, (one, two), _ = place
    offer(item, MONDAY, MONDAY, seats=2)
    (card,) = queries.slots([item.id], MONDAY)
    book(card, one), book(card, two)
    close = {"community_id": community.id, "actor": ENTERS, "now": NOW}
    with pytest.raises(Invalid, match="为什么"), unit_of_work():
        actions.close_slot(card.slot.id, reason=" ", **close)
    elsewhere = make_community(name="别处")
    with pytest.raises(NotFound), unit_of_work():
        actions.close_slot(card.slot.id, reason="停水", **{**close, "community_id": elsewhere.id})
    with unit_of_work():
        before = actions.close_slot(card.slot.id, reason="停水", **close)
    assert {held.flat_id for held in before.taken} == {one.id, two.id}
    assert queries.appointments_of([one.id, two.id]) == []
    db.session.expire_all()
    with pytest.raises(Conflict, match="取消了"):
        book(card, one)
    with pytest.raises(Conflict), unit_of_work():
        actions.close_slot(card.slot.id, reason="停水", **close)


def test_the_database_itself_lets_no_seat_be_taken_twice(place):
    _, item, (one, two), _ = place
    offer(item, MONDAY, MONDAY)
    (card,) = queries.slots([item.id], MONDAY)
    book(card, one)
    with pytest.raises(IntegrityError), unit_of_work() as session:
        session.add(
            Appointment(
                slot_id=card.slot.id,
                item_id=item.id,
                flat_id=two.id,
                seat=1,
                booked_by="resident:2",
                booked_at=NOW,
            )
        )
