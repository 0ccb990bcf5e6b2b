"""The story's county plan: in a formal document, claiming more consent than was found when people were asked; the county's
master plan before it, and what became of both."""

from collections.abc import Sequence
from datetime import datetime

from server.example import changed, people, pilots, story
from server.example.ledger import division_id
from server.example.plan2020 import planning
from server.example.plan2020.course import Reached
from server.example.plan2020.planning import Member
from server.example.plan2020.staff import Desk
from server.example.votes import at
from server.kernel.chinatime import china_day
from server.ledger import queries as ledger
from server.ledger.rules.words import Pool
from server.plans import actions as plans
from server.plans import queries as plan_queries

#: Days before today: after the communities were entered, before their projects were set up.
ORDERED, DRAFTED, FROZEN = -110, -104, -98
#: By the place among the community and its neighbours: so many years before the last of the master plan, and why.
ORDER = {
    0: (0, "设施破损重，愿意改的户多，资金还没有落实（示例数据）。"),
    1: (0, "和隔壁院子连片改，图纸要一起做（示例数据）。"),
    2: (0, "和隔壁院子连片改，图纸要一起做（示例数据）。"),
    4: (1, "水管年年爆，等不得（示例数据）。"),
}


def tell(community_id: int, neighbours: Sequence[int], today: datetime) -> None:
    """The story's own community and the first neighbours stand in it."""
    desk = Desk(
        people.staff_actor(people.CLERK),
        people.staff_actor(people.REVIEWER),
        province=people.staff_actor(people.PROVINCE_OFFICER),
    )
    known = [community_id, *neighbours]
    _order(known, today)
    members = [_member(number, id_) for number, id_ in enumerate(known[:3], 1)]
    made = planning.plan(members, {story.PREFECTURE_CODE: desk}, today, DRAFTED)
    planning.freeze(made, desk, today, DRAFTED, FROZEN)
    year = planning.plan_year(today, DRAFTED)
    if len(members) > 1:
        changed.tell(members[1].community_id, year, today)
    pilots.tell(known[:3], year, today)


def _order(known: Sequence[int], today: datetime) -> None:
    """The master plan of the county by year."""
    moment, county = at(today, ORDERED, 10), division_id(story.COUNTY_CODE)
    years = plan_queries.years_at(plan_queries.seat(county).path, china_day(moment))
    for place, (before_last, reason) in ORDER.items():
        if place < len(known):
            plans.plan_community(
                county, known[place], years[-1] - before_last, reason=reason, client_key=f"master-{place}",
                actor=people.staff_actor(people.COUNTY_OFFICER), now=moment,
            )  # fmt: skip
            # Those of the annual plan go on to be carried out from here.
            plans.move_community(
                known[place], Pool.PLAN, reason="排进总体规划（示例数据）。", client_key=f"master-pool-{place}",
                actor=people.staff_actor(people.COUNTY_OFFICER), now=moment,
            )  # fmt: skip


def _member(number: int, community_id: int) -> Member:
    row = ledger.community(community_id)
    name = row.name if row is not None else ""
    households = ledger.figures(community_id).households
    return Member(community_id, number, name, story.COUNTY_CODE, households, Reached.LEDGER)
