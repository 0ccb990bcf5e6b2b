"""A ticket and the works: whose it is where several built there, and on what evidence."""

from datetime import date, datetime, timedelta

import pytest

from server.kernel.parts import Part
from server.tickets import queries
from server.tickets.models import Ticket
from server.tickets.rules.words import Act, Category
from tests.conftest import START
from tests.factories import works
from tests.factories.ledger import make_community, make_flat
from tests.factories.projects import make_project
from tests.factories.tickets import make_ticket

pytestmark = pytest.mark.usefixtures("app")


def test_bad_works_go_to_the_contractor_only_where_one_alone_built_there():
    community = make_community()
    flat = make_flat(community)
    project = make_project(community)
    lamps = works.adopt(project, community, building_id=flat.building_id)
    roof = works.adopt(project, community, "屋面防水", code="B13", part=Part.ROOF_WET)
    works.plan(lamps)
    works.plan(roof, contractor="黔防水公司")
    works.complete(lamps)

    def bad_works(at: datetime) -> Ticket:
        return make_ticket(community.id, Category.WORKS, building_id=flat.building_id, at=at)

    alone = bad_works(START + timedelta(days=60))
    assert (alone.contractor, alone.works_id) == (works.CONTRACTOR, lamps.id)
    works.complete(roof)
    doubtful = bad_works(START + timedelta(days=61))
    assert (doubtful.contractor, doubtful.works_id) == ("", None)
    assert [one.act for one in queries.acts(doubtful.id)] == [Act.REPORT]
    assert queries.contractors_in_doubt(doubtful) == [works.CONTRACTOR, "黔防水公司"]
    assert queries.contractors_in_doubt(alone) == []
    # The lamps are out of warranty, the roof is not; the trouble can still be the lamps'.
    later = bad_works(START + timedelta(days=800))
    assert (later.contractor, queries.contractors_in_doubt(later)) == ("", ["黔防水公司"])
    leak = make_ticket(
        community.id, Category.LEAK, building_id=flat.building_id, at=START + timedelta(days=61)
    )
    assert leak.contractor == "黔防水公司"


def test_a_contractor_is_shown_on_what_evidence_it_is_theirs():
    community = make_community()
    flat = make_flat(community)
    project = make_project(community)
    lamps = works.adopt(project, community, building_id=flat.building_id)
    gate = works.adopt(project, community, "大门改造", code="B14")
    for item in (lamps, gate):
        works.plan(item)
        works.hide(item, f"{item.title}，线槽")
        works.complete(item)
    at = START + timedelta(days=60)
    ticket = make_ticket(community.id, Category.POWER, building_id=flat.building_id, at=at)
    proof = queries.proof(ticket)
    assert proof is not None
    assert (proof.card.id, proof.card.completed_on, proof.last_day) == (
        lamps.id,
        date(2026, 3, 20),
        date(2028, 3, 20),
    )
    assert [(one.work.place, len(one.pictures)) for one in proof.hidden] == [("楼道照明改造，线槽", 1)]
    assert queries.proof(make_ticket(community.id, Category.WASTE, at=at)) is None
    works.undo(lamps)
    withdrawn = queries.proof(ticket)
    assert withdrawn is not None
    assert (withdrawn.card.completed_on, withdrawn.last_day) == (None, None)
