"""Taking reports: where they are, what is like them, who answers for the works, and what comes back again and again."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from server.identity.rules.permissions import Role
from server.infra.db import db, unit_of_work
from server.kernel.errors import Conflict, Invalid, Refused
from server.messages import queries as messages
from server.messages.rules import Recipient
from server.moderation.models import ModerationItem
from server.projects.queries import Reach
from server.tickets import actions, queries
from server.tickets.models import Ticket
from server.tickets.rules.reports import NewTicket
from server.tickets.rules.words import Act, Category, Level, Priority, Source, State
from tests.conftest import START
from tests.factories import works
from tests.factories.identity import make_resident, make_staff
from tests.factories.ledger import make_community, make_facility, make_flat
from tests.factories.projects import make_photo, make_project
from tests.factories.tickets import COMMITTEE, key, make_ticket, move, step

pytestmark = pytest.mark.usefixtures("app")


def test_a_report_sent_twice_is_one_and_another_body_is_a_conflict():
    community = make_community()
    new = NewTicket(
        community.id, Category.WATER, Source.PHONE, "the-same", words="漏水", photos=[make_photo()]
    )
    for photos in (new.photos, [make_photo()]):
        with unit_of_work():
            actions.report(replace(new, photos=photos), actor=COMMITTEE, now=START)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Ticket)) == 1
    with pytest.raises(Conflict), unit_of_work():
        actions.report(replace(new, words="停电"), actor=COMMITTEE, now=START)


def test_a_place_is_named_for_everybody_and_never_by_its_room():
    community = make_community()
    flat = make_flat(community, "3", "2", "501")
    lift = make_facility(community, name="3 栋 2 单元电梯")
    assert make_ticket(community.id, flat_id=flat.id).place == "3 栋 2 单元"
    assert make_ticket(community.id, facility_id=lift.id).place == "3 栋 2 单元电梯"
    stairs = make_ticket(community.id, entrance_id=flat.entrance_id)
    assert (stairs.place, stairs.building_id) == ("3 栋 2 单元", flat.building_id)
    assert make_ticket(community.id, building_id=flat.building_id).place == "3 栋"
    assert make_ticket(community.id).place == "小区公共区域"
    assert make_ticket(community.id, place="南门岗亭").place == "南门岗亭"


@pytest.mark.parametrize("what", ["facility_id", "flat_id", "building_id", "entrance_id"])
def test_a_place_of_another_community_is_refused_and_nothing_is_kept(what: str):
    other = make_community()
    flat = make_flat(other, "3", "2", "501")
    ids = {
        "facility_id": make_facility(other).id,
        "flat_id": flat.id,
        "building_id": flat.building_id,
        "entrance_id": flat.entrance_id,
    }
    here = make_community()
    with pytest.raises(Invalid):
        make_ticket(here.id, **{what: ids[what]})
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Ticket)) == 0


def test_what_neighbours_may_read_waits_for_a_look_and_what_is_inside_a_home_never_goes_there():
    community = make_community()
    flat = make_flat(community)
    make_ticket(community.id, words="楼道灯不亮", photos=[make_photo()])
    make_ticket(community.id, words="厨房漏水", flat_id=flat.id, photos=[make_photo()])
    waiting = list(db.session.scalars(sa.select(ModerationItem).order_by(ModerationItem.about_kind)))
    assert [one.about_kind for one in waiting] == ["tickets.photo", "tickets.words"]
    assert waiting[1].text == "楼道灯不亮"


def test_who_called_is_sealed():
    ticket = make_ticket(make_community().id, contact_name="张三", contact_phone="13800138000")
    stored = db.session.execute(sa.text("SELECT contact_name, contact_phone FROM tickets")).one()
    assert b"13800138000" not in bytes(stored.contact_phone)
    db.session.expire_all()
    assert (ticket.contact_name, ticket.contact_phone) == ("张三", "13800138000")


# ------------------------------------------------------------------ the same, and joining


def test_open_reports_of_the_same_facility_or_place_are_suggested():
    community = make_community()
    flat = make_flat(community, "3", "2", "501")
    beside = make_flat(community, "3", "1", "101")
    lift = make_facility(community)
    stairs = make_ticket(community.id, Category.POWER, entrance_id=flat.entrance_id)
    house = make_ticket(community.id, Category.POWER, building_id=flat.building_id)
    inside = make_ticket(community.id, Category.POWER, flat_id=flat.id)
    of_lift = make_ticket(community.id, Category.LIFT, facility_id=lift.id)
    ended = make_ticket(community.id, Category.POWER, entrance_id=flat.entrance_id)
    move(ended.id, "withdraw", actor=COMMITTEE)
    old = make_ticket(
        community.id, Category.POWER, building_id=flat.building_id, at=START - timedelta(days=31)
    )

    def alike(category: Category, **where: int) -> list[int]:
        return [one.id for one in queries.similar(community.id, category, START, **where)]

    here = {"building_id": flat.building_id, "entrance_id": flat.entrance_id}
    assert alike(Category.POWER, **here) == [house.id, stairs.id]
    assert alike(Category.POWER, building_id=flat.building_id, entrance_id=beside.entrance_id) == [house.id]
    assert alike(Category.WATER, **here) == []
    assert alike(Category.OTHER, facility_id=lift.id) == [of_lift.id]
    assert not {inside.id, old.id} & set(alike(Category.POWER, building_id=flat.building_id))


def test_of_a_facility_what_is_of_it_and_what_is_of_the_kind_at_its_building_is_suggested():
    community = make_community()
    flat, away = make_flat(community, "3", "2", "501"), make_flat(community, "4", "1", "101")
    lift = make_facility(community, building_id=flat.building_id)
    of_lift = make_ticket(community.id, Category.POWER, facility_id=lift.id)
    stairs = make_ticket(community.id, Category.LIFT, entrance_id=flat.entrance_id)
    house = make_ticket(community.id, Category.LIFT, building_id=flat.building_id)
    again = make_ticket(community.id, Category.LIFT, facility_id=lift.id)
    make_ticket(community.id, Category.WATER, building_id=flat.building_id)
    make_ticket(community.id, Category.LIFT, building_id=away.building_id)
    make_ticket(community.id, Category.LIFT, flat_id=flat.id)
    make_ticket(community.id, Category.LIFT)

    def alike(category: Category | None, **where: int | None) -> list[int]:
        found = queries.similar(community.id, category, START, facility_id=lift.id, **where)
        return [one.id for one in found]

    assert alike(Category.LIFT, building_id=flat.building_id) == [again.id, house.id, stairs.id, of_lift.id]
    assert alike(Category.OTHER, building_id=flat.building_id) == [again.id, of_lift.id]
    assert alike(Category.LIFT) == alike(None, building_id=flat.building_id) == [again.id, of_lift.id]
    newer = [
        make_ticket(community.id, Category.LIFT, building_id=flat.building_id, at=START + timedelta(hours=n))
        for n in range(1, 5)
    ]
    both = alike(Category.LIFT, building_id=flat.building_id)
    assert both == [*(one.id for one in reversed(newer)), again.id]


def test_whoever_joins_is_told_of_each_step_and_joins_once():
    community = make_community()
    flat = make_flat(community)
    mine, neighbour, third = (make_resident(flat) for _ in range(3))
    ticket = make_ticket(community.id, reporter_id=mine.id)
    for _ in range(2):
        with unit_of_work():
            actions.join(ticket.id, resident_id=neighbour.id, client_key=key(), actor=COMMITTEE, now=START)
    assert queries.join_count(ticket.id) == 1
    with pytest.raises(Refused, match="你报的"), unit_of_work():
        actions.join(ticket.id, resident_id=mine.id, client_key=key(), actor=COMMITTEE, now=START)
    move(ticket.id, "accept", "arrive", "finish")
    for one in (mine, neighbour):
        told = [letter.kind for letter in messages.inbox([Recipient.resident(one.id)]).items]
        assert told == ["tickets.finish", "tickets.arrive", "tickets.accept"]
    move(ticket.id, "confirm", actor=COMMITTEE)
    # They could not reopen it either: what they can do is report it.
    with pytest.raises(Refused, match="已经结束，不能再加。还没好，请另报一件。"), unit_of_work():
        actions.join(ticket.id, resident_id=third.id, client_key=key(), actor=COMMITTEE, now=START)


def test_the_people_of_a_merged_ticket_hear_of_the_other():
    community = make_community()
    flat = make_flat(community)
    one, two = make_resident(flat), make_resident(flat)
    first = make_ticket(community.id, reporter_id=one.id)
    second = make_ticket(community.id, reporter_id=two.id)
    with unit_of_work():
        merged = actions.merge(second.id, first.id, step())
    assert (merged.state, merged.same_as_id) == (State.CLOSED, first.id)
    assert queries.listeners(queries.known(first.id)) == [one.id, two.id]
    elsewhere = make_ticket(make_community().id)
    with pytest.raises(Invalid, match="不在这个小区"), unit_of_work():
        actions.merge(first.id, elsewhere.id, step())
    with pytest.raises(Invalid, match="自己"), unit_of_work():
        actions.merge(first.id, first.id, step())
    with pytest.raises(Refused, match="已经办完"), unit_of_work():
        actions.merge(first.id, second.id, step())


def test_a_late_ticket_does_not_vanish_into_a_fresh_one():
    community = make_community()
    late = make_ticket(community.id)
    at = START + timedelta(days=30)
    fresh = make_ticket(community.id, at=at)
    with pytest.raises(Refused, match="反过来"), unit_of_work():
        actions.merge(late.id, fresh.id, step(at=at))
    with unit_of_work():
        actions.merge(fresh.id, late.id, step(at=at))
    of = queries.figures(Reach((), (community.id,)), START, at + timedelta(days=1), at)
    assert (of.open, of.overdue_open) == (1, 1)


def test_what_is_inside_a_home_takes_in_only_what_is_inside_the_same():
    community = make_community()
    flat, other = make_flat(community), make_flat(community)
    inside, again, upstairs = (make_ticket(community.id, flat_id=one.id) for one in (flat, flat, other))
    shared = make_ticket(community.id)
    for one in (shared, upstairs):
        with pytest.raises(Refused, match="别人家里"), unit_of_work():
            actions.merge(one.id, inside.id, step())
    with unit_of_work():
        actions.merge(again.id, inside.id, step())
        actions.merge(inside.id, shared.id, step())


# ------------------------------------------------------------------ the works, and what repeats


def test_what_fails_under_warranty_goes_to_whoever_built_it_and_says_so():
    community = make_community()
    flat = make_flat(community, "3", "2", "501")
    project = make_project(community)
    lamps = works.adopt(project, community, building_id=flat.building_id)
    works.plan(lamps)
    works.complete(lamps, date(2026, 3, 20))
    resident = make_resident(flat)
    later = START + timedelta(days=60)
    ticket = make_ticket(
        community.id, Category.POWER, entrance_id=flat.entrance_id, reporter_id=resident.id, at=later
    )
    assert (ticket.contractor, ticket.works_id) == (works.CONTRACTOR, lamps.id)
    routed = queries.acts(ticket.id)[-1]
    assert routed.act is Act.ROUTE
    assert "保修到 2028 年 3 月 20 日" in routed.note
    assert works.CONTRACTOR in messages.inbox([Recipient.resident(resident.id)]).items[0].body
    found = queries.figures_by_contractor(Reach((), (community.id,)), START, later + timedelta(days=1), later)
    assert [(name, of.open) for name, of in found.items()] == [(works.CONTRACTOR, 1)]
    after = START + timedelta(days=800)
    assert make_ticket(community.id, Category.POWER, entrance_id=flat.entrance_id, at=after).contractor == ""
    assert make_ticket(community.id, Category.POWER, at=later).contractor == ""
    assert make_ticket(community.id, Category.WASTE, building_id=flat.building_id, at=later).contractor == ""


def test_a_facility_that_fails_again_and_again_gets_one_task_that_asks_why():
    community = make_community()
    lift = make_facility(community)

    def fails(days: int) -> None:
        make_ticket(community.id, Category.LIFT, facility_id=lift.id, at=START + timedelta(days=days))

    def tasks() -> list[Ticket]:
        found = sa.select(Ticket).where(Ticket.source == Source.PREVENTIVE).order_by(Ticket.id)
        return list(db.session.scalars(found))

    fails(-200)
    fails(0)
    fails(30)
    assert tasks() == []
    fails(60)
    assert [one.priority for one in tasks()] == [Priority.P2]
    assert "6 个月里报了 3 次" in tasks()[0].words
    fails(61)
    assert len(tasks()) == 1


def test_what_was_patched_and_left_at_that_is_a_failure_and_what_was_refused_is_none():
    community = make_community()
    patched, refused = make_facility(community), make_facility(community)

    def fails(lift, days, verb):
        row = make_ticket(
            community.id, Category.LIFT, facility_id=lift.id, at=START + timedelta(days=days), actor=COMMITTEE
        )
        move(row.id, "accept", "arrive", verb, at=START + timedelta(days=days))
        for later in (3, 7):
            with unit_of_work():
                actions.remind_and_close_due(START + timedelta(days=days + later))
        assert queries.known(row.id).state is State.CLOSED

    for lift, verb in ((patched, "finish_partly"), (refused, "refuse")):
        for days in (0, 20):
            fails(lift, days, verb)
        make_ticket(community.id, Category.LIFT, facility_id=lift.id, at=START + timedelta(days=40))
    asked = sa.select(Ticket.facility_id).where(Ticket.source == Source.PREVENTIVE)
    assert list(db.session.scalars(asked)) == [patched.id]


def test_a_key_that_somebody_made_up_stops_no_task_of_the_house():
    community = make_community()
    lift = make_facility(community)
    failures = [make_ticket(community.id, Category.LIFT, facility_id=lift.id) for _ in range(2)]
    last = failures[-1].id
    made_up = make_ticket(community.id, client_key=f"preventive:{last + 2}")
    third = make_ticket(community.id, Category.LIFT, facility_id=lift.id)
    assert [made_up.id, third.id] == [last + 1, last + 2]
    asked = sa.select(Ticket).where(Ticket.source == Source.PREVENTIVE)
    assert [one.facility_id for one in db.session.scalars(asked)] == [lift.id]


# ------------------------------------------------------------------ who is told


def test_danger_is_told_to_everybody_who_may_take_it_up():
    community = make_community()
    worker, reviewer = (
        make_staff(Role.PROPERTY_CLERK, community=community),
        make_staff(Role.REVIEWER, community=community),
    )
    make_ticket(community.id, Category.WATER)
    assert messages.inbox([Recipient.staff(worker.id)]).total == 0
    make_ticket(community.id, Category.GAS)
    letter = messages.inbox([Recipient.staff(worker.id)]).items[0]
    assert letter.subject.startswith("新报的，危险：")
    assert messages.inbox([Recipient.staff(reviewer.id)]).total == 0


def test_each_office_is_told_in_its_turn_and_the_resident_each_time():
    community = make_community()
    resident = make_resident(make_flat(community))
    offices = {
        Level.COMMITTEE: make_staff(Role.REVIEWER, community=community),
        Level.STREET: make_staff(Role.STREET_OFFICER, division="520102028"),
        Level.COUNTY: make_staff(Role.COUNTY_OFFICER, division="520102"),
    }
    ticket = make_ticket(community.id, Category.LIFT, reporter_id=resident.id)
    for minutes, level in ((29, None), (30, Level.COMMITTEE), (75, Level.STREET), (255, Level.COUNTY)):
        with unit_of_work():
            done = actions.escalate_due(START + timedelta(minutes=minutes))
        assert done == (level is not None)
        if level is not None:
            assert queries.known(ticket.id).level is level
            assert messages.inbox([Recipient.staff(offices[level].id)]).items[0].subject.startswith("超时了")
            told = messages.inbox([Recipient.resident(resident.id)]).items[0]
            assert level.name_zh in told.body
    with unit_of_work():
        assert actions.escalate_due(START + timedelta(days=30)) == 0


def late_subjects(staff) -> list[str]:
    letters = messages.inbox([Recipient.staff(staff.id)]).items
    return [one.subject.split("：")[0] for one in letters if one.subject.startswith("超时了")]


def test_the_company_is_told_once_each_step_that_it_went_over_its_head():
    community = make_community()
    worker, helper = (make_staff(Role.PROPERTY_CLERK, community=community) for _ in range(2))
    clerk = make_staff(Role.CLERK, community=community)
    ticket = make_ticket(community.id, Category.LIFT)
    with unit_of_work():
        actions.escalate_due(START + timedelta(minutes=30))
    for one in (worker, helper):
        assert late_subjects(one) == ["超时了，已经报给居委会"]
    # Who may work on it and is of the office that it went to reads the one letter of that office.
    assert late_subjects(clerk) == ["超时了"]
    with unit_of_work():
        actions.accept(ticket.id, step(at=START + timedelta(minutes=31)))
        actions.dispatch(ticket.id, step(at=START + timedelta(minutes=31)), assignee_id=worker.id)
    with unit_of_work():
        assert actions.escalate_due(queries.known(ticket.id).escalate_at) == 1
    assert late_subjects(worker) == ["超时了，已经报给街道", "超时了，已经报给居委会"]
    assert late_subjects(helper) == ["超时了，已经报给居委会"]
