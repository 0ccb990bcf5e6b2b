from datetime import date, timedelta

import pytest

from server.infra.db import unit_of_work
from server.kernel.errors import Conflict, NotFound, Refused
from server.moderation import actions as moderation
from server.moderation import queries as moderated
from server.projects import actions, queries
from server.projects.rules.acts import EventKind, Stage
from server.projects.rules.claims import ClaimAct, ClaimState
from server.projects.rules.points import Mark, PointAct, PointState
from tests.factories.divisions import get_division
from tests.factories.ledger import make_community, make_flat
from tests.factories.policies import make_policy
from tests.factories.projects import CONFIRMS, ENTERS, NOW, key, make_event, make_photo, make_project
from tests.factories.works import RESIDENT, act, adopt, claim, complete, name_supervisor, plan, point

pytestmark = pytest.mark.usefixtures("app")


def pass_all(community):
    for item in moderated.waiting(community.id).items:
        with unit_of_work():
            moderation.pass_text(item.id, community_id=community.id, acts_seen=0, actor=CONFIRMS, now=NOW)


def test_the_works_are_not_finished_while_a_point_is_open():
    project = make_project(community := make_community())
    make_event(project)
    one = point(project, community)
    with pytest.raises(Refused, match="1 处没有改好、查过：2 单元三楼（灯不亮）"):
        make_event(project, EventKind.FINISHED)
    act(one, PointAct.WORKED_OFF)
    with pytest.raises(Refused, match="1 处"):
        make_event(project, EventKind.FINISHED)
    with pytest.raises(Refused, match="谁改的"):
        act(one, PointAct.PASSED, actor=ENTERS)
    act(one, PointAct.SENT_BACK, actor=RESIDENT, words="还是不亮")
    act(one, PointAct.WORKED_OFF)
    act(one, PointAct.PASSED, actor=RESIDENT)
    finished = make_event(project, EventKind.FINISHED, is_confirmed=None)
    two = point(project, community, words="墙皮掉了")
    with pytest.raises(Refused, match="墙皮掉了"), unit_of_work():
        actions.review_event(project.id, finished.id, is_confirmed=True, reason="", actor=CONFIRMS, now=NOW)
    act(two, PointAct.DECLINED, actor=CONFIRMS, words="这是自家装修")
    with unit_of_work():
        actions.review_event(project.id, finished.id, is_confirmed=True, reason="", actor=CONFIRMS, now=NOW)
    assert queries.line(project.id).stage is Stage.FINISHED
    make_event(project, EventKind.ACCEPTED)
    with pytest.raises(Refused, match="整改清单关了"):
        point(project, community)


def test_an_item_is_not_done_while_a_point_on_it_is_open():
    project = make_project(community := make_community())
    item, other = adopt(project, community), adopt(project, community, "道路修整", code="B06")
    plan(item), plan(other)
    one = point(project, community, item_id=item.id)
    complete(other)
    with pytest.raises(Refused, match="1 处"):
        complete(item)
    act(one, PointAct.WORKED_OFF), act(one, PointAct.PASSED, actor=RESIDENT)
    complete(item, is_confirmed=None)
    point(project, community, item_id=item.id)
    with pytest.raises(Refused, match="1 处"), unit_of_work():
        actions.review_completion(project.id, item.id, is_confirmed=True, reason="", actor=CONFIRMS, now=NOW)


def test_the_list_holds_who_raised_what_and_what_became_of_it():
    project = make_project(community := make_community())
    flat = make_flat(community)
    mine, done = point(project, community, flat_id=flat.id), point(project, community, words="缝没填")
    act(done, PointAct.WORKED_OFF), act(done, PointAct.PASSED, actor=RESIDENT)
    assert [card.point.id for card in queries.points(community.id, is_open=True).items] == [mine.id]
    assert [card.point.id for card in queries.points(community.id, is_open=False).items] == [done.id]
    assert [card.point.id for card in queries.points(community.id).items] == [done.id, mine.id]
    assert [card.state for card in queries.points_of([flat.id])] == [PointState.OPEN]
    assert queries.open_counts([community.id]) == {community.id: 1}
    with pytest.raises(NotFound):
        queries.point(mine.id, make_community(name="别处").id)


def test_others_read_words_and_see_photos_once_somebody_has_looked():
    project = make_project(community := make_community())
    one = point(project, community, photos=[make_photo()])
    card = queries.point(one.id, community.id)
    assert not card.shown.is_public
    assert len(card.photos) == 1 and card.shown_photos == ()
    pass_all(community)
    card = queries.point(one.id, community.id)
    assert card.shown.text == "2 单元三楼：灯不亮"
    assert card.shown_photos == card.photos


def test_a_point_belongs_to_its_own_place():
    project, community, other = make_project(mine := make_community()), None, make_community(name="别处")
    community = mine
    theirs = adopt(make_project(other), other)
    for facts in ({"flat_id": make_flat(other).id}, {"item_id": theirs.id}):
        with pytest.raises(NotFound):
            point(project, community, **facts)
    with pytest.raises(NotFound):
        point(project, other)
    same = key()
    assert point(project, community, client_key=same).id == point(project, community, client_key=same).id


# ------------------------------------------------------------------ supervisors


def walk(project, flat, marks, **facts):
    facts = {"place": "3 栋楼顶", "words": "", "client_key": key(), "actor": RESIDENT, "now": NOW, **facts}
    photos = facts.pop("photos", None) or [make_photo()]
    with unit_of_work():
        return actions.walk_patrol(project.id, flat_id=flat.id, marks=marks, photos=photos, **facts)


def test_what_a_supervisor_finds_bad_goes_on_the_punch_list_at_once():
    project = make_project(community := make_community())
    make_policy("works.patrol_checklist", ["围挡", "安全帽"], division_id=get_division("520102").id)
    flat = make_flat(community)
    marks = {"围挡": Mark.GOOD, "安全帽": Mark.BAD}
    with pytest.raises(Refused, match="监督员来做"):
        walk(project, flat, marks)
    named = name_supervisor(project, flat)
    same = key()
    for _ in range(2):
        walk(project, flat, marks, words="两个人没戴", client_key=same)
    (card,) = queries.patrols(community.id).items
    assert (card.count("bad"), card.lines[0]) == (1, ("围挡", Mark.GOOD))
    assert not card.shown.is_public
    (found,) = queries.points(community.id).items
    assert (found.label, found.point.patrol_id) == ("3 栋楼顶：不合格：安全帽", card.patrol.id)
    pass_all(community)
    (card,) = queries.patrols(community.id).items
    assert card.shown.text == "3 栋楼顶：两个人没戴"
    assert len(card.shown_photos) == 1
    with unit_of_work():
        for _ in range(2):
            actions.end_supervisor(named.id, community_id=community.id, actor=ENTERS, now=NOW)
    assert queries.supervisors(community.id) == []
    with pytest.raises(Refused, match="监督员来做"):
        walk(project, flat, marks)


def test_no_patrol_reopens_the_list_of_works_that_were_accepted():
    project = make_project(community := make_community())
    make_policy("works.patrol_checklist", ["围挡"], division_id=get_division("520102").id)
    flat = make_flat(community)
    name_supervisor(project, flat)
    make_event(project), make_event(project, EventKind.FINISHED)
    before = walk(project, flat, {"围挡": Mark.GOOD})
    make_event(project, EventKind.ACCEPTED)
    with pytest.raises(Refused, match="整改清单关了"):
        walk(project, flat, {"围挡": Mark.BAD})
    assert [card.patrol.id for card in queries.patrols(community.id).items] == [before.id]
    assert queries.open_counts([community.id]) == {}


def test_a_household_is_named_once_and_only_in_its_own_place():
    project = make_project(community := make_community())
    flat = make_flat(community)
    named = name_supervisor(project, flat)
    with pytest.raises(Conflict, match="已经是监督员"):
        name_supervisor(project, flat)
    with pytest.raises(NotFound):
        name_supervisor(project, make_flat(make_community(name="别处")))
    with pytest.raises(NotFound):
        queries.supervisor(named.id, make_community().id)


def test_an_emptied_checklist_still_asks_how_it_looks():
    community = make_community()
    make_policy("works.patrol_checklist", [], division_id=get_division("520102").id)
    assert queries.checklist(community.id, date(2026, 3, 2)) == ["整体看下来怎么样"]


# ------------------------------------------------------------------ claims


def answer(row, kind, *, paid_fen=None, words="是我们碰的，周五来换", actor=ENTERS, **facts):
    with unit_of_work():
        return actions.answer_claim(
            row.id, community_id=row.community_id, kind=kind, words=words, paid_fen=paid_fen,
            actor=actor, now=NOW, **{"client_key": key(), **facts},
        )  # fmt: skip


def test_a_claim_is_owed_an_answer_by_a_day_that_does_not_move_and_is_paid_to_the_fen():
    project = make_project(community := make_community())
    make_policy("works.claim_answer", {"days": 3}, division_id=get_division("520102").id)
    flat = make_flat(community)
    row = claim(project, flat, photos=[make_photo()])
    assert row.due_on == date(2026, 3, 5)
    assert queries.unanswered(community.id) == [row]
    (card,) = queries.claims_of([flat.id])
    assert (card.state, card.is_overdue(date(2026, 3, 5)), card.is_overdue(date(2026, 3, 6))) == (
        ClaimState.CLAIMED, False, True,
    )  # fmt: skip
    with pytest.raises(Refused, match="先答复"):
        answer(row, ClaimAct.SETTLED, paid_fen=1)
    with pytest.raises(Refused, match="由别人答复"):
        answer(row, ClaimAct.REFUSED, actor=RESIDENT)
    same = key()
    for _ in range(2):
        answer(row, ClaimAct.ACKNOWLEDGED, client_key=same)
    answer(row, ClaimAct.SETTLED, paid_fen=320_55)
    card = queries.claim(row.id, community.id)
    assert (card.state, card.paid_fen, len(card.acts), len(card.photos)) == (ClaimState.SETTLED, 320_55, 2, 1)
    assert queries.unanswered(community.id) == []


def test_a_claim_is_nobody_elses_to_read_and_of_its_own_place():
    project = make_project(community := make_community())
    other = make_community(name="别处")
    flat, theirs = make_flat(community), make_flat(other)
    row = claim(project, flat)
    assert queries.claims_of([theirs.id]) == []
    assert queries.claims(other.id).total == 0
    with pytest.raises(NotFound):
        queries.claim(row.id, other.id)
    with pytest.raises(NotFound):
        claim(project, theirs)
    with pytest.raises(NotFound):
        claim(project, flat, item_id=adopt(make_project(other), other).id)


def test_what_the_works_wait_for_is_counted_together():
    project = make_project(community := make_community())
    flat = make_flat(community)
    act(point(project, community), PointAct.WORKED_OFF)
    point(project, community)
    sent_back, passed = point(project, community), point(project, community)
    for one in (sent_back, passed):
        act(one, PointAct.WORKED_OFF)
    act(sent_back, PointAct.SENT_BACK, actor=RESIDENT)
    act(passed, PointAct.PASSED, actor=RESIDENT)
    answer(claim(project, flat), ClaimAct.REFUSED)
    owed = claim(project, flat)
    item = adopt(project, community)
    plan(item)
    complete(item, is_confirmed=None)
    found = queries.works_waiting(community.id, owed.due_on)
    assert (found.unanswered, found.overdue, found.to_put_right, found.to_look_at, found.completions) == (
        1,
        0,
        2,
        1,
        1,
    )
    assert queries.works_waiting(community.id, owed.due_on + timedelta(days=1)).overdue == 1
