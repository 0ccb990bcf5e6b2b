"""Decisions of the neighbours, each at another stage than the story's own: drafted, objected to, decided."""

from collections.abc import Sequence
from datetime import datetime

from server.example import people, story
from server.example.plan2020.course import PACKAGES, Course, Days, Reached, Tendency
from server.example.plan2020.places import Community, County
from server.example.plan2020.staff import Desk
from server.example.plan2020.voting import Vote, hold
from server.example.votes import at
from server.identity.actions import codes

#: Beyond every number of the plan.
FIRST_NUMBER = 901
ENTERED = -118


def _days(announced: int, closes: int, signed: int = 0) -> Days:
    return Days(ENTERED, ENTERED, ENTERED, announced, closes, closes + 1, signed)


#: By the place of the neighbour.
COURSES = {
    0: Course(Reached.OBJECTED, Tendency.PASSES, PACKAGES[0], 0, 88, 0, _days(-46, -5)),
    1: Course(Reached.DRAFTED, Tendency.SPLIT, PACKAGES[3], 0, 92, 0, _days(-44, -3)),
    3: Course(Reached.DECIDED, Tendency.PASSES, PACKAGES[1], 0, 92, 0, _days(-90, -50, -18)),
}


def decide(neighbours: Sequence[int], today: datetime) -> None:
    """Carry these neighbours so far; without neighbours nothing."""
    desk = Desk(people.staff_actor(people.CLERK), people.staff_actor(people.REVIEWER))
    for place, community_id in enumerate(neighbours):
        if place in COURSES:
            codes.issue_slips(community_id, actor=desk.clerk, now=at(today, ENTERED, 10))
            of = Community(FIRST_NUMBER + place, County(story.COUNTY_CODE, "", ()), "", 0)
            hold(Vote(community_id, of, COURSES[place], desk, today))
