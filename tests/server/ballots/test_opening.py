"""Announcing and opening: what freezes, what stands in the way, and that opening is one act."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from server.audit.models import AuditEntry
from server.ballots import actions, queries
from server.ballots.models import Ballot
from server.ballots.rules.drafting import Kind, MotionText, Stage, Unreturned
from server.infra.db import db, unit_of_work
from server.kernel.errors import Invalid, Refused
from server.kernel.matters import Matter
from server.kernel.places import ScopeKind
from server.ledger.rules.words import AreaSource, FlatUse, OwnerKind
from server.messages.models import Message
from server.notices import queries as notices
from tests.factories.ballots import (
    ANNOUNCED,
    CLERK,
    CLOSES,
    LIFT,
    OPENS,
    draft,
    key,
    make_announced,
    make_draft,
    make_electorate,
    make_opened,
    make_vote,
)
from tests.factories.ledger import make_community, make_flat, make_owner, make_ownership

pytestmark = pytest.mark.usefixtures("app")


def codes(reasons: list) -> set[str]:
    return {reason.code for reason in reasons}


def announce(ballot: Ballot, now=ANNOUNCED):
    with unit_of_work():
        return actions.announce_ballot(ballot, client_key=key(), actor=CLERK, now=now)


def test_a_draft_keeps_the_settings_of_its_place_where_none_are_given() -> None:
    community, _ = make_electorate()
    ballot = make_draft(community)
    assert (ballot.precedence, ballot.may_change, ballot.unreturned) == ("latest", True, "none")
    assert queries.stage(ballot, ANNOUNCED) is Stage.DRAFT


def test_the_same_form_twice_makes_one_draft() -> None:
    community, _ = make_electorate()
    one_key = key()
    made = []
    for _ in range(2):
        with unit_of_work():
            made.append(
                actions.draft_ballot(community.id, draft(), client_key=one_key, actor=CLERK, now=ANNOUNCED).id
            )
    assert made[0] == made[1]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        pytest.param({"title": " "}, "title", id="no-title"),
        pytest.param({"closes_at": OPENS}, "closes_at", id="closes-as-it-opens"),
        pytest.param(
            {"motions": (MotionText("色", Kind.CHOOSE_ONE, Matter.OTHER, options=("灰",)),)},
            "motion-1",
            id="one-option",
        ),
        pytest.param(
            {"motions": (MotionText("色", Kind.CHOOSE_ONE, Matter.OTHER, options=("灰", "灰")),)},
            "motion-1",
            id="option-twice",
        ),
        pytest.param(
            {"motions": (MotionText("色", Kind.CHOOSE_ONE, Matter.OTHER, options=("灰", "abstain")),)},
            "motion-1",
            id="reserved-option",
        ),
        pytest.param(
            {"motions": (MotionText("梯", Kind.APPROVE, None),)}, "motion-1", id="neither-matter-nor-rule"
        ),
        pytest.param(
            {"building_ids": (1,), "entrance_ids": (2,)}, "entrance_ids", id="buildings-and-entrances"
        ),
    ],
)
def test_a_draft_not_in_form_is_refused_by_field(facts: dict, field: str) -> None:
    community, _ = make_electorate()
    with pytest.raises(Invalid) as refusal:
        make_draft(community, **facts)
    assert field in refusal.value.fields


def test_an_announcement_hangs_a_notice_freezes_the_text_and_tells_every_flat() -> None:
    community, flats = make_electorate()
    ballot = make_announced(community)
    act = queries.announcement(ballot)
    notice = notices.notice(act.notice_id)
    assert notice.ends_at == act.earliest_at == OPENS - timedelta(hours=9)  # 24:00 on 17 March
    assert (notice.about_kind, notice.about_id) == ("ballot", ballot.id)
    told = set(db.session.scalars(sa.select(Message.recipient_id).where(Message.kind == "ballots.announced")))
    assert told == {flat.id for flat in flats}
    printed = str(notice.body)
    for words in ("加装电梯", "四分之三以上", "以最后一次为准", "算一人", "租户没有业主票"):
        assert words in printed
    with unit_of_work(), pytest.raises(Refused) as refusal:
        actions.change_draft(ballot, draft(title="换个名字"), actor=CLERK, now=ANNOUNCED)
    assert refusal.value.code == "announced"


def test_an_announcement_that_leaves_the_notice_too_few_days_is_refused() -> None:
    community, _ = make_electorate()
    ballot = make_draft(community)
    with pytest.raises(Refused) as refusal:
        announce(ballot, ANNOUNCED + timedelta(days=2))
    assert codes(refusal.value.reasons) == {"period_too_short"}
    assert announce(ballot, ANNOUNCED).number == 1


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param({"motions": ()}, "no_motions", id="nothing-to-vote-on"),
        pytest.param({"opens_at": None, "closes_at": None}, "no_dates", id="no-dates"),
        pytest.param(
            {"closes_at": OPENS + timedelta(days=4, hours=23)}, "vote_too_short", id="under-five-days"
        ),
        pytest.param(
            {"closes_at": OPENS + timedelta(days=60, minutes=1)}, "vote_too_long", id="over-sixty-days"
        ),
        pytest.param({"unreturned": Unreturned.FOLLOW_MAJORITY}, "no_clause", id="majority-without-a-clause"),
    ],
)
def test_what_stands_in_the_way_of_an_announcement_is_listed(facts: dict, expected: str) -> None:
    community, _ = make_electorate()
    ballot = make_draft(community, **facts)
    assert expected in codes(queries.announce_obstacles(ballot, ANNOUNCED))
    with pytest.raises(Refused):
        announce(ballot)


@pytest.mark.parametrize("length", [timedelta(days=5), timedelta(days=60)], ids=["five-days", "sixty-days"])
def test_the_shortest_and_the_longest_vote_are_in_order(length: timedelta) -> None:
    community, _ = make_electorate()
    assert queries.announce_obstacles(make_draft(community, closes_at=OPENS + length), ANNOUNCED) == []


def test_opening_freezes_the_roll_and_prints_heads_and_area() -> None:
    ballot, flats = make_vote(("60.00", "70.50", "80.25"))
    opening = queries.opening(ballot.id)
    assert (opening.heads, str(opening.area)) == (3, "210.75")
    assert ballot.closing_at == CLOSES
    assert queries.stage(ballot, OPENS) is Stage.OPEN
    make_owner(make_flat(queries_community(ballot), room="999"))
    assert len(queries.roll(ballot.id)) == 3
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.verb == "ballots.open")).one()
    assert entry.facts["fingerprint"] == opening.fingerprint
    assert {flat["id"] for head in queries.roll(ballot.id) for flat in head["flats"]} == {
        f"f{f.id}" for f in flats
    }


def queries_community(ballot: Ballot):
    from server.ledger import queries as ledger  # noqa: PLC0415

    return ledger.community(ballot.community_id)


def test_opening_twice_is_one_opening() -> None:
    ballot, _ = make_vote()
    first = queries.opening(ballot.id).fingerprint
    with unit_of_work():
        again = actions.open_ballot(ballot, actor=CLERK, now=OPENS + timedelta(hours=3))
    assert (again.fingerprint, again.opened_at) == (first, OPENS)


def test_a_head_is_a_set_of_owners_with_all_their_flats() -> None:
    community = make_community()
    one, two, three, four = (
        make_flat(community, room=room, area="50.00") for room in ("101", "102", "103", "104")
    )
    make_owner(one, two, name="张一", phone="13800000001")
    make_ownership(three, "张一", phone="13800000001")
    make_ownership(three, "李二", phone="13800000002")
    make_owner(four, name="第一机械厂", kind=OwnerKind.WORK_UNIT, phone="")
    ballot = make_opened(community)
    heads = {tuple(sorted(card.labels)): card for card in queries.heads_of(ballot.id)}
    assert sorted(len(labels) for labels in heads) == [1, 1, 2]
    assert str(max(card.area for card in heads.values())) == "100.00"


def test_a_work_unit_with_many_flats_is_one_head_and_parking_is_none() -> None:
    community = make_community()
    flats = [make_flat(community, room=str(room), area="40.00") for room in range(201, 206)]
    make_owner(*flats, name="第二机械厂", kind=OwnerKind.WORK_UNIT, phone="13900000009")
    stall = make_flat(community, room="B01", area="12.00", use=FlatUse.PARKING)
    make_owner(stall)
    opening = queries.opening(make_opened(community).id)
    assert (opening.heads, str(opening.area)) == (1, "200.00")


@pytest.mark.parametrize(
    ("area", "source", "code"),
    [
        pytest.param(None, None, "area_missing", id="unknown"),
        pytest.param("55.00", AreaSource.ESTIMATE, "area_estimated", id="estimated"),
    ],
)
def test_a_flat_without_a_sure_area_blocks_the_opening_and_is_named(area, source, code) -> None:
    community, _ = make_electorate()
    make_owner(make_flat(community, "7", "2", "701", area=area, area_source=source))
    ballot = make_announced(community)
    with unit_of_work(), pytest.raises(Refused) as refusal:
        actions.open_ballot(ballot, actor=CLERK, now=OPENS)
    (reason,) = refusal.value.reasons
    assert reason.code == code
    assert "7 栋 2 单元 701" in reason.message


def test_a_flat_without_an_owner_blocks_the_opening() -> None:
    community, _ = make_electorate()
    make_flat(community, room="999")
    ballot = make_announced(community)
    assert codes(queries.obstacles(ballot, OPENS)) == {"owner_missing"}


def test_nothing_opens_before_its_notice_has_hung_and_its_hour_has_come() -> None:
    community, _ = make_electorate()
    ballot = make_announced(community)
    early = OPENS - timedelta(hours=10)
    assert codes(queries.obstacles(ballot, early)) == {"period_not_over", "too_early"}
    (one,) = queries.obstacles(ballot, OPENS - timedelta(seconds=1))
    assert one.code == "too_early"
    assert one.message == f"公告的开始时间是 {queries.long_time(OPENS)}，还没到。"
    assert queries.obstacles(ballot, OPENS) == []


def test_what_was_never_announced_cannot_open() -> None:
    community, _ = make_electorate()
    assert "not_announced" in codes(queries.obstacles(make_draft(community), OPENS))


def test_a_text_changed_behind_the_announcement_cannot_open() -> None:
    community, _ = make_electorate()
    ballot = make_announced(community)
    with unit_of_work():
        ballot.motions[0].description = "悄悄换了内容"
    assert codes(queries.obstacles(ballot, OPENS)) == {"text_changed"}


def test_withdrawing_takes_the_notice_down_and_a_new_announcement_restarts_the_period() -> None:
    community, _ = make_electorate()
    ballot = make_announced(community)
    first = queries.announcement(ballot)
    with unit_of_work():
        actions.withdraw_announcement(
            ballot, reason="写错了楼栋", actor=CLERK, now=ANNOUNCED + timedelta(days=3)
        )
    assert notices.notice(first.notice_id).is_withdrawn
    assert queries.stage(ballot, OPENS) is Stage.DRAFT
    assert codes(queries.announce_obstacles(ballot, ANNOUNCED + timedelta(days=4))) == {"period_too_short"}
    with unit_of_work():
        later = timedelta(days=7)
        actions.change_draft(
            ballot,
            draft(opens_at=OPENS + later, closes_at=CLOSES + later),
            actor=CLERK,
            now=ANNOUNCED + timedelta(days=4),
        )
    second = announce(ballot, ANNOUNCED + timedelta(days=4))
    assert (second.number, second.earliest_at > first.earliest_at) == (2, True)


def test_the_job_opens_at_the_announced_instant_and_not_before() -> None:
    community, _ = make_electorate()
    ballot = make_announced(community)
    with unit_of_work():
        assert actions.open_due(OPENS - timedelta(seconds=1)) == 0
    with unit_of_work():
        assert actions.open_due(OPENS + timedelta(seconds=20)) == 1
    with unit_of_work():
        assert actions.open_due(OPENS + timedelta(seconds=80)) == 0
    assert queries.known(ballot.id).opened_at == OPENS + timedelta(seconds=20)


def test_a_ballot_with_an_obstacle_stays_unopened_and_the_committee_is_told_once(staff_of) -> None:
    community, _ = make_electorate()
    bare = make_flat(community, room="999")
    ballot = make_announced(community)
    staff_of(community)
    for minutes in (0, 1, 2):
        with unit_of_work():
            assert actions.open_due(OPENS + timedelta(minutes=minutes)) == 0
    told = list(db.session.scalars(sa.select(Message).where(Message.kind == "ballots.unopened")))
    assert len(told) == 1
    assert "没有登记业主" in told[0].body
    assert queries.known(ballot.id).opened_at is None
    make_owner(bare)
    with unit_of_work():
        assert actions.open_due(OPENS + timedelta(minutes=3)) == 1


def test_a_late_opening_that_leaves_too_little_time_is_refused() -> None:
    community, _ = make_electorate()
    ballot = make_announced(community)
    assert codes(queries.obstacles(ballot, CLOSES - timedelta(days=4))) == {"opened_late"}
    assert queries.obstacles(ballot, CLOSES - timedelta(days=5)) == []


def test_a_ballot_limited_to_one_entrance_counts_only_its_owners() -> None:
    community = make_community()
    inside = make_flat(community, "1", "1", "101", area="60.00")
    outside = make_flat(community, "1", "2", "101", area="90.00")
    for flat in (inside, outside):
        make_owner(flat)
    ballot = make_opened(
        community, scope=ScopeKind.ENTRANCE, entrance_ids=(inside.entrance_id,), motions=(LIFT,)
    )
    assert [row.scope for row in queries.turnout(ballot)] == ["building 1 entrance 1"]
    assert queries.opening(ballot.id).heads == 1
