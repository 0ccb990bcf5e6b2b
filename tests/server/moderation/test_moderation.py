from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from server.audit.models import AuditEntry
from server.infra.db import db, unit_of_work
from server.infra.statements import fresh_ids, insert_together
from server.kernel.actor import CLOCK, Actor, ActorKind
from server.kernel.errors import Conflict, Invalid, NotFound, Refused
from server.ledger.models import Community
from server.moderation import actions, queries
from server.moderation.models import ModerationAct, ModerationItem
from server.moderation.queries import Standing
from server.moderation.rules.states import State, state_after
from tests.factories.crowds import at_once
from tests.factories.ledger import make_community
from tests.factories.moderation import NOW, make_item, make_photo_item
from tests.factories.policies import make_policy

pytestmark = pytest.mark.usefixtures("app")

LI, WANG = Actor(ActorKind.STAFF, 3, "李经办"), Actor(ActorKind.STAFF, 4, "王复核")
KIND = "tests.text"


def let(item: ModerationItem, *, acts_seen: int = 0, actor: Actor = LI) -> ModerationAct:
    with unit_of_work():
        return actions.pass_text(
            item.id, community_id=item.community_id, acts_seen=acts_seen, actor=actor, now=NOW
        )


def refuse(
    item: ModerationItem, reason: str = "有广告", *, acts_seen: int = 0, actor: Actor = LI
) -> ModerationAct:
    with unit_of_work():
        return actions.refuse_text(
            item.id, community_id=item.community_id, reason=reason, acts_seen=acts_seen, actor=actor, now=NOW
        )


def redact(
    item: ModerationItem, *words: str, marks: tuple[int, ...] = (), acts_seen: int = 0
) -> ModerationAct:
    with unit_of_work():
        return actions.redact_text(
            item.id, community_id=item.community_id, marks=marks, words=words, acts_seen=acts_seen,
            actor=LI, now=NOW,
        )  # fmt: skip


def now_of(about_id: int = 1, part: str = "", kind: str = KIND) -> Standing:
    return queries.standing(kind, [about_id], part)[about_id]


def waiting_ids(community_id: int) -> list[int]:
    return [one.id for one in queries.waiting(community_id).items]


def test_nothing_is_public_before_it_was_passed() -> None:
    item = make_item(make_community())
    assert now_of() == Standing(State.PENDING)
    assert not now_of().is_public
    let(item)
    assert now_of() == Standing(State.PASSED, "希望多装几盏路灯")
    assert now_of().is_public


def test_what_was_never_put_forward_is_not_public() -> None:
    assert queries.standing(KIND, [5, 6]) == {5: Standing(), 6: Standing()}
    assert queries.standing(KIND, []) == {}
    assert not Standing().is_public


def test_what_is_refused_stays_with_its_reason_and_can_be_passed_later() -> None:
    item = make_item(make_community())
    refuse(item, " 有广告 ")
    assert now_of() == Standing(State.REFUSED, reason="有广告")
    let(item, acts_seen=1)
    assert now_of().text == "希望多装几盏路灯"
    refuse(item, acts_seen=2)
    assert not now_of().is_public
    assert len(queries.acts(item.id)) == 3


def test_marked_text_is_held_and_says_where_the_marks_are() -> None:
    item = make_item(make_community(), "电话13812345678，加微信")
    assert item.state is State.HELD
    assert [(flag.kind, flag.start, flag.end) for flag in item.marks] == [("phone", 2, 13), ("word", 14, 17)]
    assert "".join(piece.text for piece in item.pieces) == item.text
    assert now_of() == Standing(State.HELD)


def test_words_are_struck_out_and_none_put_in() -> None:
    item = make_item(make_community(), "电话13812345678，找张三要路灯")
    redact(item, "张三", marks=(0,))
    assert now_of().text == "电话（略），找（略）要路灯"
    db.session.refresh(item)
    assert item.text == "电话13812345678，找张三要路灯"
    let(item, acts_seen=1)
    assert now_of().text == item.text


def test_striking_what_is_not_there_decides_nothing() -> None:
    item = make_item(make_community())
    with pytest.raises(Invalid, match="李四"):
        redact(item, "李四")
    assert queries.acts(item.id) == []
    assert now_of().state is State.PENDING


def test_the_word_list_of_the_place_and_day_is_used() -> None:
    community = make_community()
    make_policy("moderation.words", ["路灯"], valid_from=date(2026, 3, 10))
    assert make_item(community, about_id=1).state is State.PENDING
    later = NOW + timedelta(days=10)
    assert make_item(community, about_id=2, now=later).state is State.HELD
    make_policy("moderation.words", "", division_id=community.division_id, valid_from=date(2026, 3, 10))
    assert make_item(community, about_id=3, now=later).state is State.PENDING


def test_the_same_text_of_the_same_subject_is_one_item() -> None:
    community = make_community()
    first = make_item(community)
    let(first)
    again = make_item(community, " 希望多装几盏路灯 ")
    assert again.id == first.id
    assert now_of().is_public
    others = [
        make_item(community, about_id=2),
        make_item(community, part="标题"),
        make_item(community, about_kind="tests.other"),
    ]
    assert len({first.id, *(one.id for one in others)}) == 4
    assert now_of(part="标题").state is State.PENDING


def test_upper_and_lower_case_are_two_texts() -> None:
    community = make_community()
    assert make_item(community, "Wifi 太慢").id != make_item(community, "WIFI 太慢").id


def test_another_text_takes_the_earlier_ones_place_and_waits_itself() -> None:
    community = make_community()
    first = make_item(community, "装路灯")
    let(first)
    second = make_item(community, "装路灯和门禁")
    assert now_of() == Standing(State.PENDING)
    assert waiting_ids(community.id) == [second.id]
    assert make_item(community, "装路灯").id == first.id
    assert now_of().text == "装路灯"
    assert waiting_ids(community.id) == []
    with pytest.raises(Conflict, match="原文后来改过"):
        let(second)


def test_an_empty_text_is_not_put_forward() -> None:
    community = make_community()
    for text in ("  ", "长" * 5001):
        with pytest.raises(Invalid):
            make_item(community, text)
    assert queries.waiting_counts([community.id]) == {}


def test_a_photo_waits_as_a_text_does() -> None:
    community = make_community()
    item = make_photo_item(community)
    assert (item.state, item.pieces) == (State.PENDING, [])
    assert make_photo_item(community).id == item.id
    assert now_of(kind="tests.photo").attachment_id is None
    with pytest.raises(Invalid, match="照片"):
        redact(item, "字")
    let(item)
    assert now_of(kind="tests.photo") == Standing(State.PASSED, None, item.attachment_id)


def test_the_queue_is_the_oldest_first_by_community_and_in_pages() -> None:
    community, other = make_community(), make_community()
    made = [make_item(community, about_id=number).id for number in range(1, 4)]
    beside = make_item(other, about_id=9)
    refuse(make_item(community, about_id=4))
    assert waiting_ids(community.id) == made
    page = queries.waiting(community.id, 2, size=2)
    assert ([one.id for one in page.items], page.total, page.last) == (made[2:], 3, 2)
    assert queries.waiting_counts([community.id, other.id]) == {community.id: 3, other.id: 1}
    assert queries.item(beside.id, other.id) is not None
    assert queries.item(beside.id, community.id) is None


def test_what_was_decided_is_listed_the_newest_first() -> None:
    community = make_community()
    made = [make_item(community, about_id=number) for number in range(1, 4)]
    for item in made[:2]:
        let(item)
    refuse(made[2])
    assert [one.id for one in queries.judged(community.id, State.PASSED).items] == [made[1].id, made[0].id]
    assert [one.id for one in queries.judged(community.id, State.REFUSED).items] == [made[2].id]
    assert queries.last_acts([made[2].id])[made[2].id].judge == "李经办"


def test_the_kept_state_is_what_marks_and_acts_say() -> None:
    community = make_community()
    held, passed, refused = (
        make_item(community, text, about_id=number)
        for number, text in enumerate(("加微信", "路灯", "门禁"), start=1)
    )
    let(passed)
    refuse(refused)
    let(refused, acts_seen=1)
    refuse(refused, acts_seen=2)
    make_item(community, "绿化", about_id=4)
    for item in (held, passed, refused, *queries.waiting(community.id).items):
        db.session.refresh(item)
        acts = queries.acts(item.id)
        assert item.state is state_after(acts[-1].verdict if acts else None, is_flagged=bool(item.flags))


def test_a_decision_sent_twice_is_one_and_another_persons_meanwhile_is_told() -> None:
    item = make_item(make_community())
    first = let(item)
    assert let(item).id == first.id
    assert len(queries.acts(item.id)) == 1
    for late in (lambda: refuse(item, actor=WANG), lambda: let(item, actor=WANG), lambda: refuse(item)):
        with pytest.raises(Conflict, match="刚才有人看过"):
            late()
    refuse(item, actor=WANG, acts_seen=1)
    assert now_of().state is State.REFUSED


def test_an_item_of_another_community_answers_as_one_that_does_not_exist() -> None:
    item, other = make_item(make_community()), make_community()
    with unit_of_work(), pytest.raises(NotFound):
        actions.pass_text(item.id, community_id=other.id, acts_seen=0, actor=LI, now=NOW)
    with unit_of_work(), pytest.raises(NotFound):
        actions.pass_text(987_654_321, community_id=other.id, acts_seen=0, actor=LI, now=NOW)


def test_a_text_for_a_community_that_does_not_exist_is_refused() -> None:
    community = make_community()
    db.session.expunge(community)
    community.id = 987_654_321
    with pytest.raises(NotFound):
        make_item(community)


def test_a_machine_passes_what_is_unmarked_and_nothing_else() -> None:
    community = make_community()
    let(make_item(community), actor=CLOCK)
    assert now_of().is_public
    with pytest.raises(Refused, match="由人来看"):
        let(make_item(community, "加微信", about_id=2), actor=CLOCK)
    assert not now_of(2).is_public


def along(community: Community, to: int) -> ModerationAct | None:
    with unit_of_work():
        return actions.take_along(
            ("tests.photo", 1), ("tests.photo", to), community_id=community.id, actor=WANG, now=NOW
        )


def seen_of(about_id: int) -> Standing:
    return now_of(about_id, kind="tests.photo")


@pytest.mark.parametrize(("judge", "state"), [(let, State.PASSED), (refuse, State.REFUSED)])
def test_a_picture_that_goes_along_stands_as_a_person_decided_of_it(
    judge: Callable[[ModerationItem], ModerationAct], state: State
) -> None:
    community = make_community()
    there, here = make_photo_item(community), make_photo_item(community, about_id=2)
    decided = judge(there)
    taken = along(community, 2)
    assert taken is not None
    assert (taken.judge, taken.reason) == ("李经办", decided.reason)
    assert (seen_of(2).state, waiting_ids(community.id)) == (state, [])
    assert along(community, 2) is None
    assert len(queries.acts(here.id)) == 1


def test_a_picture_that_goes_along_waits_while_nobody_decided_of_it() -> None:
    community = make_community()
    there, here = make_photo_item(community), make_photo_item(community, about_id=2)
    assert along(community, 2) is None
    assert waiting_ids(community.id) == [there.id, here.id]


def test_what_was_decided_where_the_picture_went_stays() -> None:
    community = make_community()
    there, here = make_photo_item(community), make_photo_item(community, about_id=2)
    refuse(here)
    let(there)
    assert along(community, 2) is None
    assert seen_of(2).state is State.REFUSED


def test_only_the_same_picture_of_the_same_community_takes_its_verdict_along() -> None:
    community, elsewhere = make_community(), make_community()
    let(make_photo_item(community))
    make_photo_item(community, about_id=2, colour="red")
    make_photo_item(elsewhere, about_id=3)
    assert (along(community, 2), along(community, 3), along(elsewhere, 3)) == (None, None, None)
    assert {seen_of(one).state for one in (2, 3)} == {State.PENDING}


def test_each_step_leaves_an_entry_without_the_text() -> None:
    community = make_community()
    item = make_item(community, "电话13812345678")
    redact(item, marks=(0,))
    refuse(item, acts_seen=1)
    let(item, acts_seen=2)
    make_item(community, "电话13812345678")
    found = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.object_kind == "moderation_item"))
    entries = list(found.unique())
    assert [entry.verb for entry in sorted(entries, key=lambda one: one.id)] == [
        "moderation.submit",
        "moderation.redact",
        "moderation.refuse",
        "moderation.pass",
    ]
    assert {entry.community_id for entry in entries} == {community.id}
    assert "138" not in str([entry.facts for entry in entries])


def test_no_word_is_readable_in_the_tables() -> None:
    item = make_item(make_community(), "找张三要路灯")
    redact(item, "张三")
    for column in (ModerationItem.text, ModerationAct.text):
        raw = db.session.scalar(sa.select(sa.type_coerce(column, sa.LargeBinary)))
        assert raw
        assert "路灯".encode() not in bytes(raw)


def test_acts_only_grow() -> None:
    act = let(make_item(make_community()))
    for statement in (sa.update(ModerationAct).values(reason="x"), sa.delete(ModerationAct)):
        with pytest.raises(sa.exc.DBAPIError, match="only grows"), unit_of_work() as session:
            session.execute(statement.where(ModerationAct.id == act.id))


def test_the_same_text_put_forward_eight_times_at_once_is_one_item(app: Flask) -> None:
    community = make_community()
    outcomes = at_once(app, [lambda: make_item(community).id] * 8)
    assert len(set(outcomes)) == 1
    assert waiting_ids(community.id) == [outcomes[0]]


def test_of_two_who_decide_at_once_one_is_told(app: Flask) -> None:
    item = make_item(make_community())
    outcomes = at_once(app, [lambda: let(item).verdict, lambda: refuse(item, actor=WANG).verdict])
    assert sum(isinstance(one, Conflict) for one in outcomes) == 1
    assert len(queries.acts(item.id)) == 1


def test_what_was_made_just_now_is_put_forward_together_as_if_one_by_one():
    community = make_community()
    photo = make_photo_item(community, about_id=99).attachment_id
    with unit_of_work():
        first, second, third = fresh_ids(*actions.fresh_items(3))
        things = [
            actions.Fresh(first, KIND, 1, text="楼道灯不亮"),
            actions.Fresh(second, KIND, 2, text="加微信 13800138000"),
            actions.Fresh(third, "tests.photo", 1, attachment_id=photo),
        ]
        rows = actions.submitting_fresh(
            things, community_id=community.id, listed=(), caption="3 栋", actor=LI, now=NOW
        )
        insert_together(rows)
    states = {one: of.state for one, of in queries.standing(KIND, [1, 2]).items()}
    assert states == {1: State.PENDING, 2: State.HELD}
    with unit_of_work():
        known = actions.submit_text(
            KIND, 1, community_id=community.id, text="楼道灯不亮", caption="3 栋", actor=LI, now=NOW
        )
    assert known.id == queries.waiting(community.id).items[1].id
    assert db.session.scalar(sa.select(sa.func.count()).where(ModerationItem.about_kind == KIND)) == 2
    told = sa.select(sa.func.count()).where(
        AuditEntry.verb == "moderation.submit", AuditEntry.actor == LI.key
    )
    assert db.session.scalar(told) == 3
