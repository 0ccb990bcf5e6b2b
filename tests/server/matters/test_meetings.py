"""Meetings, their agenda and minutes, and what was resolved there, on a database."""

from datetime import date, timedelta

import pytest

from server.infra.db import unit_of_work
from server.kernel.errors import Invalid, NotFound, Refused
from server.matters import actions, queries
from server.matters.rules.meetings import Group, MeetingState
from server.matters.rules.resolutions import Outcome, ResolutionState
from tests.factories.ledger import make_community
from tests.factories.matters import LATER, make_matter, make_meeting, make_minutes, state_of
from tests.factories.policies import make_policy
from tests.factories.projects import ENTERS, NOW

pytestmark = pytest.mark.usefixtures("app")
TODAY = NOW.date()


def owed(community, now):
    return list(queries.inbox(community.id, now, only_owed=True, only_public=False).items)


def test_a_matter_goes_to_a_meeting_and_is_resolved():
    community = make_community()
    matter = make_matter(community)
    meeting = make_meeting(community, matter)
    assert state_of(matter) == "to_meet"
    assert [one.meeting.id for one in queries.next_meetings([community.id], NOW)] == [meeting.id]
    assert queries.next_meetings([community.id], LATER) == []
    make_minutes(meeting)
    assert state_of(matter, LATER) == "met"
    (point,) = queries.points_of(meeting.id, LATER)
    facts = {
        "community_id": community.id, "point_id": point.point.id, "what": "装两盏灯", "who": "物业公司",
        "due_on": date(2026, 3, 20), "actor": ENTERS, "now": LATER,
    }  # fmt: skip
    for _ in range(2):
        with unit_of_work():
            row = actions.resolve(meeting.id, client_key="r", **facts)
    assert state_of(matter, LATER) == "resolved"
    (line,) = queries.resolutions_of_matter(matter.id, date(2026, 3, 21))
    assert line.state is ResolutionState.LATE
    for _ in range(2):
        with unit_of_work():
            actions.record_outcome(
                row.id, community_id=community.id, outcome=Outcome.DONE, done_on=date(2026, 3, 20), words="装好了",
                client_key="o", actor=ENTERS, now=LATER + timedelta(days=20),
            )  # fmt: skip
    (line,) = queries.resolutions_of(community.id, date(2026, 4, 1), meeting_id=meeting.id)
    assert (line.state, len(line.acts)) == (ResolutionState.DONE, 1)
    with pytest.raises(NotFound), unit_of_work():
        actions.resolve(meeting.id, client_key="s", **{**facts, "point_id": 987_654})
    with pytest.raises(NotFound), unit_of_work():
        actions.record_outcome(
            row.id, community_id=987_654, outcome=Outcome.REOPENED, done_on=TODAY, words="坏了", client_key="t",
            actor=ENTERS, now=LATER,
        )  # fmt: skip


def test_a_meeting_that_is_called_off_leaves_the_answer_owed():
    community = make_community()
    matter = make_matter(community)
    meeting = make_meeting(community, matter)
    with unit_of_work():
        actions.call_off(meeting.id, community_id=community.id, reason="下大雪", actor=ENTERS, now=NOW)
    assert state_of(matter) == "waiting"
    assert queries.next_meetings([community.id], NOW) == []
    with pytest.raises(Refused, match="会还没开"):
        make_minutes(meeting)


def test_a_meeting_puts_the_answer_off_until_it_begins_and_without_minutes_no_longer():
    community = make_community()
    matter = make_matter(community)
    meeting = make_meeting(community, matter)
    begins, just_before = meeting.starts_at, meeting.starts_at - timedelta(seconds=1)
    assert [state_of(matter, at) for at in (just_before, begins, matter.due_at)] == [
        "to_meet", "waiting", "late",
    ]  # fmt: skip
    assert queries.late_counts([community.id], matter.due_at) == {community.id: 1}
    assert [one.matter.id for one in owed(community, begins)] == [matter.id]
    assert owed(community, just_before) == []
    make_minutes(meeting)
    assert state_of(matter, matter.due_at) == "met"
    assert (owed(community, matter.due_at), queries.late_counts([community.id], matter.due_at)) == ([], {})


def test_a_meeting_that_nobody_was_told_of_answers_nothing():
    community = make_community()
    matter = make_matter(community)
    meeting = make_meeting(community, matter, starts_at=NOW + timedelta(days=30), is_announced=False)
    assert state_of(matter) == "waiting"
    assert state_of(matter, matter.due_at) == "late"
    assert queries.late_counts([community.id], matter.due_at) == {community.id: 1}
    with unit_of_work():
        actions.announce_meeting(meeting.id, community_id=community.id, actor=ENTERS, now=NOW)
    assert state_of(matter, matter.due_at) == "to_meet"
    assert queries.late_counts([community.id], matter.due_at) == {}


def test_the_agenda_is_frozen_by_the_announcement():
    community, elsewhere = make_community(), make_community()
    matter, hidden, foreign = (
        make_matter(community),
        make_matter(community, is_public=False),
        make_matter(elsewhere),
    )
    merged = make_matter(community)
    with unit_of_work():
        actions.merge_matter(
            merged.id, community_id=community.id, into_id=matter.id, reason="同一盏灯", actor=ENTERS, now=NOW
        )
    meeting = make_meeting(community, matter, is_announced=False)
    facts = {"community_id": community.id, "actor": ENTERS, "now": NOW}

    def plan(matter_id=None, words=""):
        with unit_of_work():
            return actions.plan_point(meeting.id, matter_id=matter_id, words=words, **facts)

    for row, words in ((hidden, "还没有公开"), (merged, "已经并到"), (matter, "已经在议程里")):
        with pytest.raises(Refused, match=words):
            plan(row.id)
    with pytest.raises(NotFound):
        plan(foreign.id)
    assert plan(words="门禁").id == plan(words="门禁").id
    extra = plan(words="停车")
    for _ in range(2):
        with unit_of_work():
            actions.remove_point(meeting.id, extra.id, **facts)
    for _ in range(2):
        with unit_of_work():
            actions.announce_meeting(meeting.id, **facts)
    assert [line.words for line in queries.points_of(meeting.id, NOW)] == ["3 栋门口的灯不亮", "门禁"]
    with pytest.raises(Refused, match="议程不能再改"):
        plan(words="再加一项")
    with pytest.raises(Refused, match="议程不能再改"), unit_of_work():
        actions.remove_point(meeting.id, extra.id, **facts)
    with pytest.raises(NotFound), unit_of_work():
        actions.announce_meeting(meeting.id, **{**facts, "community_id": elsewhere.id})


def test_a_meeting_is_announced_in_time_by_the_setting_of_the_place():
    community = make_community()
    with pytest.raises(Invalid, match="提前 3 天"):
        make_meeting(community, starts_at=NOW + timedelta(days=2))
    # Prepared in time, and left lying for a day.
    late = make_meeting(community, starts_at=NOW + timedelta(days=3), is_announced=False)
    with pytest.raises(Refused, match="提前 3 天"), unit_of_work():
        actions.announce_meeting(
            late.id, community_id=community.id, actor=ENTERS, now=NOW + timedelta(days=1)
        )
    make_policy("matters.meeting_days", 2, valid_from=TODAY, now=NOW)
    make_meeting(community, starts_at=NOW + timedelta(days=2))


def test_minutes_written_anew_leave_the_earlier_on_record():
    community = make_community()
    meeting = make_meeting(community)
    facts = {"community_id": community.id, "sheet_id": None, "actor": ENTERS, "now": LATER}
    first = make_minutes(meeting)
    for _ in range(2):
        with unit_of_work():
            second = actions.write_minutes(
                meeting.id, text="更正：两票反对。", came={Group.RESIDENTS: 13}, client_key="m", **facts
            )
    assert [one.id for one in queries.minutes_of(meeting.id)] == [second.id, first.id]
    assert first.heads == {Group.RESIDENTS: 12, Group.NEIGHBOURHOOD: 2}
    card = queries.meeting_with(meeting, LATER)
    assert (card.state, card.points) == (MeetingState.MINUTED, 1)


def test_residents_see_no_meeting_before_its_announcement():
    community = make_community()
    draft = make_meeting(community, is_announced=False)
    shown = make_meeting(community, starts_at=LATER + timedelta(days=1))
    assert [one.meeting.id for one in queries.meetings_of(community.id, NOW).items] == [shown.id, draft.id]
    assert [one.meeting.id for one in queries.meetings_of(community.id, NOW, only_announced=True).items] == [
        shown.id
    ]
    assert queries.meeting(draft.id, 987_654) is None
