"""The room's acts, on a database."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from server.infra.db import db, unit_of_work
from server.kernel.errors import Conflict, Invalid, NotFound, Refused, Throttled
from server.matters import actions, queries
from server.matters.models import Matter
from server.matters.rules.links import LinkKind
from server.matters.rules.meetings import Group, MeetingState
from server.matters.rules.raised import Kind, State, Voice
from server.matters.rules.resolutions import Outcome, ResolutionState
from tests.factories.identity import make_binding
from tests.factories.ledger import make_community, make_flat
from tests.factories.matters import (
    LATER,
    look_at,
    make_matter,
    make_meeting,
    make_minutes,
    resident_actor,
    state_of,
)
from tests.factories.policies import make_policy
from tests.factories.projects import ENTERS, NOW, key

pytestmark = pytest.mark.usefixtures("app")
TODAY = NOW.date()


def home(community, room="101"):
    """A flat with a resident in it."""
    flat = make_flat(community, room=room)
    return flat, make_binding(flat).resident_id


def support(matter, flat, resident_id, now=NOW):
    with unit_of_work():
        return actions.support(
            matter.id, community_id=matter.community_id, flat_id=flat.id, resident_id=resident_id,
            actor=resident_actor(resident_id), now=now,
        )  # fmt: skip


def answer(matter, text="今天修", client_key=None, now=NOW):
    with unit_of_work():
        return actions.answer_matter(
            matter.id, community_id=matter.community_id, text=text, answered_as="居委会经办人",
            client_key=client_key or key(), actor=ENTERS, now=now,
        )  # fmt: skip


def merge(matter, into):
    with unit_of_work():
        return actions.merge_matter(
            matter.id,
            community_id=matter.community_id,
            into_id=into.id,
            reason="同一盏灯",
            actor=ENTERS,
            now=NOW,
        )


def test_a_matter_is_owed_an_answer_within_ten_working_days():
    community = make_community()
    matter = make_matter(community)
    assert matter.due_on == date(2026, 3, 16)
    assert state_of(matter, matter.due_at - timedelta(seconds=1)) == "waiting"
    assert state_of(matter, matter.due_at) == "late"
    assert queries.late_counts([community.id], matter.due_at - timedelta(seconds=1)) == {}
    assert queries.late_counts([community.id], matter.due_at) == {community.id: 1}
    answer(matter)
    assert state_of(matter, matter.due_at) == "answered"
    assert queries.late_counts([community.id], matter.due_at) == {}


def test_a_promised_day_stays_though_the_setting_changes():
    community = make_community()
    before = make_matter(community)
    make_policy("matters.answer_period", {"days": 2}, valid_from=TODAY, now=NOW)
    after = make_matter(community)
    assert (before.due_on, after.due_on) == (date(2026, 3, 16), date(2026, 3, 4))


def test_nobody_else_reads_it_before_somebody_has_looked():
    community = make_community()
    matter = make_matter(community, is_public=False)
    (card,) = queries.cards([matter], NOW)
    assert (card.is_public, card.public_text, card.looked_zh) == (False, None, "等着看")
    assert queries.public_matters(community.id, NOW).total == 0
    look_at(matter)
    (card,) = queries.public_matters(community.id, NOW).items
    assert (card.public_title, card.public_text) == ("3 栋门口的灯不亮", "晚上看不见台阶，老人摔过。")


def test_what_is_refused_stays_unread_and_says_why():
    community = make_community()
    matter = make_matter(community, is_public=False)
    look_at(matter, passes=False)
    (card,) = queries.cards([matter], NOW)
    assert (card.is_public, card.looked_zh, card.looked_reason) == (False, "不公开", "写了别人的名字")
    assert card.state is State.WAITING


def test_its_words_are_sealed_in_the_database():
    matter = make_matter(make_community())
    raw = db.session.execute(sa.text("SELECT text FROM matters WHERE id = :id"), {"id": matter.id}).scalar()
    assert "台阶".encode() not in bytes(raw)


def test_the_same_request_twice_raises_one_matter():
    community = make_community()
    one = make_matter(community, client_key="k", is_public=False)
    two = make_matter(community, client_key="k", is_public=False)
    assert one.id == two.id
    with pytest.raises(Conflict):
        make_matter(community, "另一件", client_key="k")


def test_one_person_raises_so_many_a_day():
    community = make_community()
    flat, resident_id = home(community)
    for _ in range(5):
        make_matter(community, flat=flat, resident_id=resident_id, is_public=False)
    with pytest.raises(Throttled, match="一天最多提 5 件"):
        make_matter(community, flat=flat, resident_id=resident_id, is_public=False)
    make_matter(community, flat=flat, resident_id=resident_id, is_public=False, now=NOW + timedelta(days=1))


def test_a_home_stands_behind_a_matter_once_and_may_step_back():
    community = make_community()
    own, raiser = home(community)
    flat, neighbour = home(community, "102")
    other = make_binding(flat).resident_id
    matter = make_matter(community, flat=own, resident_id=raiser)
    assert queries.supporters([matter.id]) == {matter.id: 1}
    with pytest.raises(Refused, match="你家提的"):
        support(matter, own, raiser)
    assert support(matter, flat, neighbour).id == support(matter, flat, neighbour).id
    with pytest.raises(Conflict, match="你家已经有人支持"):
        support(matter, flat, other)
    assert queries.supporters([matter.id]) == {matter.id: 2}
    assert queries.home_supports([matter.id], [flat.id]).keys() == {matter.id}
    withdraw = {"community_id": community.id, "flat_id": flat.id, "now": NOW}
    with pytest.raises(Conflict, match="另一个人支持"), unit_of_work():
        actions.withdraw_support(matter.id, resident_id=other, actor=resident_actor(other), **withdraw)
    for _ in range(2):
        with unit_of_work():
            actions.withdraw_support(
                matter.id, resident_id=neighbour, actor=resident_actor(neighbour), **withdraw
            )
    assert queries.supporters([matter.id]) == {matter.id: 1}
    support(matter, flat, other)
    assert queries.supporting_residents([matter.id]) == sorted([raiser, other])


def test_what_others_may_not_read_has_no_supporters():
    community = make_community()
    flat, resident_id = home(community)
    matter = make_matter(community, is_public=False)
    with pytest.raises(Refused, match="还没有公开"):
        support(matter, flat, resident_id)
    with pytest.raises(NotFound), unit_of_work():
        actions.support(
            matter.id, community_id=987_654, flat_id=flat.id, resident_id=resident_id,
            actor=resident_actor(resident_id), now=NOW,
        )  # fmt: skip


def test_merged_matters_count_their_homes_together_each_once():
    community = make_community()
    one, two, three = (home(community, room) for room in ("101", "102", "103"))
    first = make_matter(community, flat=one[0], resident_id=one[1])
    second = make_matter(community, "灯坏了", flat=two[0], resident_id=two[1])
    support(first, *three)
    support(second, *three)
    assert merge(second, first).into_id == merge(second, first).into_id == first.id
    assert queries.supporters([first.id]) == {first.id: 3}
    assert [card.matter.id for card in queries.public_matters(community.id, NOW).items] == [first.id]
    assert state_of(second) == "merged"
    with pytest.raises(Refused, match="反过来"):
        merge(first, make_matter(community))
    with pytest.raises(Refused, match="那件事自己也"):
        merge(make_matter(community), second)
    with pytest.raises(Refused, match="并到别的事"):
        answer(second)


def test_the_inbox_lists_what_is_owed_by_its_day_and_all_by_age():
    community = make_community()
    first = make_matter(community, is_public=False)
    second = make_matter(community, now=NOW + timedelta(days=1))
    done = make_matter(community)
    answer(done, client_key="a")
    answer(done, client_key="a")
    assert len(queries.answers_of(done.id)) == 1
    owed = queries.inbox(community.id, NOW, only_owed=True, only_public=False)
    assert [card.matter.id for card in owed.items] == [first.id, second.id]
    everything = queries.inbox(community.id, NOW, only_owed=False, only_public=False)
    assert [card.matter.id for card in everything.items] == [done.id, second.id, first.id]
    public = queries.inbox(community.id, NOW, only_owed=False, only_public=True)
    assert [card.matter.id for card in public.items] == [done.id, second.id]
    own = queries.inbox(community.id, NOW, only_owed=False, only_public=True, own_key=ENTERS.key)
    assert own.total == 3


def test_a_matter_is_followed_to_what_it_became():
    community = make_community()
    matter = make_matter(community)
    facts = {
        "community_id": community.id,
        "kind": LinkKind.SURVEY,
        "target_id": 7,
        "actor": ENTERS,
        "now": NOW,
    }
    for _ in range(2):
        with unit_of_work():
            actions.link_matter(matter.id, **facts)
    assert [(link.kind, link.target_id) for link in queries.links_of(matter.id)] == [(LinkKind.SURVEY, 7)]
    with pytest.raises(NotFound), unit_of_work():
        actions.link_matter(matter.id, **{**facts, "community_id": 987_654})


# ------------------------------------------------------------------ meetings


def test_a_matter_goes_to_a_meeting_and_is_resolved():
    community = make_community()
    matter = make_matter(community)
    meeting = make_meeting(community, matter)
    assert state_of(matter, matter.due_at) == "to_meet"
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


def test_the_agenda_is_frozen_by_the_announcement():
    community, elsewhere = make_community(), make_community()
    matter, hidden, foreign = (
        make_matter(community),
        make_matter(community, is_public=False),
        make_matter(elsewhere),
    )
    merged = make_matter(community)
    merge(merged, matter)
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


def test_a_list_of_matters_costs_the_same_however_long_it_is():
    community = make_community()

    def ask():
        return queries.inbox(community.id, NOW, only_owed=False, only_public=True)

    for _ in range(2):
        make_matter(community)
    few = statements(ask)
    for _ in range(4):
        make_matter(community)
    assert statements(ask) == few


def statements(ask) -> int:
    counted = []

    def count(*_):
        counted.append(1)

    sa.event.listen(db.engine, "before_cursor_execute", count)
    try:
        ask()
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", count)
    return len(counted)


def test_what_a_person_raised_is_theirs_to_see_public_or_not():
    community = make_community()
    flat, resident_id = home(community)
    hidden = make_matter(community, flat=flat, resident_id=resident_id, is_public=False, kind=Kind.QUESTION)
    shown = make_matter(community, flat=flat, resident_id=resident_id)
    found = queries.raised_by_resident(resident_id, [community.id], NOW)
    assert [card.matter.id for card in found] == [shown.id, hidden.id]
    assert isinstance(found[0].matter, Matter)
    assert found[0].matter.voice is Voice.RESIDENT
