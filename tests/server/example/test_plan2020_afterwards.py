"""What follows in the finished communities of the whole plan."""

from datetime import UTC, datetime
from time import perf_counter

import pytest
import sqlalchemy as sa
from flask import Flask

from server.contributions import queries as contributions
from server.evaluations import queries as evaluations
from server.example import whole_plan as plan
from server.example.plan2020 import afterwards
from server.example.plan2020.course import course_of
from server.example.plan2020.homes import facts_of
from server.example.plan2020.places import Community as Planned
from server.example.plan2020.planning import Member
from server.infra.db import db
from server.management import queries as management
from server.projects import queries as projects
from server.tickets.models import Ticket, TicketAct
from tests.factories.example import story_of_the_plan

TODAY = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


def finished_ones() -> tuple[Planned, Planned]:
    """The smallest that is finished and answers when it is asked, and the smallest that nobody manages."""
    finished = []
    for one in sorted(plan.planned_communities(), key=lambda one: one.households):
        course = course_of(one)
        member = Member(
            0, one.number, "", one.county.code, one.households, course.reached, course.days.signed
        )
        if member.is_finished:
            finished.append((one, member))
    asked = next(one for one, member in finished if afterwards.is_judged(member))
    left = next(one for one, member in finished if one != asked and not afterwards.is_managed(member))
    return asked, left


@pytest.mark.deep
def test_what_is_finished_is_looked_after_or_raises_an_alarm_and_is_judged(app: Flask):
    asked, left = finished_ones()
    story_of_the_plan(TODAY)
    plan.carry_out(
        sorted((asked, left), key=lambda one: one.number), lambda _line: None, TODAY, perf_counter()
    )
    ids = {plan._id_of(facts_of(one)) for one in (asked, left)}
    finished = {one.id for one in projects.finished_within(projects.Reach(["/"]))}
    assert finished == ids
    without = {one for one in ids if not management.contracts_of(one)}
    assert plan._id_of(facts_of(left)) in without
    assert set(db.session.scalars(sa.select(Ticket.community_id))) == ids
    assert not db.session.scalar(sa.select(TicketAct.id).where(TicketAct.at > TODAY))
    (over,) = evaluations.public_rounds(plan._id_of(facts_of(asked)), TODAY)
    assert evaluations.result(over, TODAY).answered >= min(afterwards.AT_LEAST, asked.households // 2)
    for one in ids:
        (line,) = projects.projects_of(one)
        items = projects.items_of_community(one)
        assert items and all(card.is_done for card in items)
        paid = projects.money(line.id)
        assert 0 < paid.spent < paid.received < paid.planned == projects.costs(line.id)[0].amount_fen
    gifts = [sums for one in ids for sums in contributions.kind_sums_of([one])[one] if sums.given]
    assert len(gifts) == 2 and all(sums.used * 2 == sums.given for sums in gifts)
