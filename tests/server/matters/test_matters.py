"""The room's acts, on a database."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from server.infra.db import db, unit_of_work
from server.kernel.errors import Conflict, NotFound, Refused, Throttled
from server.matters import actions, queries
from server.matters.models import Matter
from server.matters.rules.links import LinkKind
from server.matters.rules.raised import Kind, State, Voice
from tests.factories.identity import make_binding
from tests.factories.ledger import make_community, make_flat
from tests.factories.matters import (
    look_at,
    make_matter,
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


def test_who_raised_their_most_may_raise_again_when_the_next_day_begins_in_china():
    community = make_community()
    flat, resident_id = home(community)
    evening, midnight = datetime(2026, 3, 2, 15, 50, tzinfo=UTC), datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
    facts = {"flat": flat, "resident_id": resident_id, "is_public": False}
    for _ in range(5):
        make_matter(community, now=evening, **facts)
    with pytest.raises(Throttled, match="明天再提") as refused:
        make_matter(community, now=midnight - timedelta(seconds=30), **facts)
    assert refused.value.retry_after == 30
    for _ in range(5):
        make_matter(community, now=midnight, **facts)
    with pytest.raises(Throttled):
        make_matter(community, now=midnight, **facts)


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


def test_a_matter_that_is_owed_an_answer_does_not_vanish_into_one_that_is_owed_it_later():
    community = make_community()
    first = make_matter(community)
    later = make_matter(community, now=NOW + timedelta(days=7))
    with pytest.raises(Refused, match="答应答复的日子更晚"):
        merge(first, later)
    merge(later, first)
    assert queries.late_counts([community.id], first.due_at) == {community.id: 1}


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
