"""The story's county plan: in a formal document, and claiming more consent than was found when people were asked."""

from collections.abc import Sequence
from datetime import datetime

from server.example import changed, people, story
from server.example.plan2020 import planning
from server.example.plan2020.course import Reached
from server.example.plan2020.planning import Member
from server.example.plan2020.staff import Desk
from server.ledger import queries as ledger

#: Days before today: after the communities were entered, before their projects were set up.
DRAFTED, FROZEN = -104, -98


def tell(community_id: int, neighbours: Sequence[int], today: datetime) -> None:
    """The story's own community and the first neighbours stand in it."""
    desk = Desk(
        people.staff_actor(people.CLERK),
        people.staff_actor(people.REVIEWER),
        province=people.staff_actor(people.PROVINCE_OFFICER),
    )
    members = [_member(number, id_) for number, id_ in enumerate([community_id, *neighbours[:2]], 1)]
    made = planning.plan(members, {story.PREFECTURE_CODE: desk}, today, DRAFTED)
    planning.freeze(made, desk, today, DRAFTED, FROZEN)
    if len(members) > 1:
        changed.tell(members[1].community_id, planning.plan_year(today, DRAFTED), today)


def _member(number: int, community_id: int) -> Member:
    row = ledger.community(community_id)
    name = row.name if row is not None else ""
    households = ledger.figures(community_id).households
    return Member(community_id, number, name, story.COUNTY_CODE, households, Reached.LEDGER)
