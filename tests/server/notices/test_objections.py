import secrets
from datetime import datetime, timedelta

import pytest

from server.audit.queries import entries_about
from server.identity.models import Resident
from server.infra.db import db, unit_of_work
from server.kernel.actor import COMMAND, Actor, ActorKind
from server.kernel.errors import Conflict, Invalid, NotFound, Refused
from server.notices import actions, queries
from server.notices.models import Notice, Objection
from server.notices.rules import Channel
from tests.factories.ledger import make_community, make_flat
from tests.factories.notices import NOW, make_notice, make_objection

pytestmark = pytest.mark.usefixtures("app")


def make_resident() -> int:
    with unit_of_work():
        row = Resident(created_at=NOW, session_version=0)
        db.session.add(row)
        db.session.flush()
        return row.id


def raise_it(
    notice: Notice, resident_id: int, *, at: datetime = NOW, key: str = "", text: str = "太吵"
) -> Objection:
    with unit_of_work():
        return actions.raise_objection(
            notice.id,
            text=text,
            resident_id=resident_id,
            flat_id=None,
            client_key=key or secrets.token_urlsafe(12),
            actor=Actor(ActorKind.RESIDENT, resident_id, "居民"),
            now=at,
        )


def answer(
    objection: Objection, community_id: int, *, is_upheld: bool = False, text: str = "改到白天施工"
) -> Objection:
    with unit_of_work():
        return actions.answer_objection(
            objection.id, community_id=community_id, answer=text, is_upheld=is_upheld, actor=COMMAND, now=NOW
        )


def test_an_objection_in_the_last_second_is_in_time() -> None:
    notice = make_notice()
    row = raise_it(notice, make_resident(), at=notice.ends_at - timedelta(seconds=1))
    assert (row.channel, row.is_open) == (Channel.ONLINE, True)


def test_an_objection_at_24_00_is_late_and_told_where_to_go() -> None:
    notice = make_notice()
    with pytest.raises(Refused, match="0851-85551234") as refused:
        raise_it(notice, make_resident(), at=notice.ends_at)
    assert refused.value.code == "too_late"
    assert queries.objections(notice.id) == []


def test_the_same_request_twice_is_one_objection() -> None:
    notice, resident = make_notice(), make_resident()
    assert raise_it(notice, resident, key="o-1").id == raise_it(notice, resident, key="o-1").id
    with pytest.raises(Conflict):
        raise_it(notice, resident, key="o-1", text="另一条")
    # Sent again after the end, it still answers with what it made in time.
    assert raise_it(notice, resident, key="o-1", at=notice.ends_at).raised_at == NOW


def test_paper_received_in_time_may_be_entered_after_the_end() -> None:
    notice = make_notice()
    in_time = notice.ends_at - timedelta(seconds=1)
    row = make_objection(notice, received_at=in_time, now=notice.ends_at + timedelta(days=1))
    assert (row.raised_at, row.entered_by) == (in_time, COMMAND.label)
    with pytest.raises(Refused):
        make_objection(notice, received_at=notice.ends_at, now=notice.ends_at + timedelta(days=1))


def test_paper_received_while_it_hung_may_be_entered_after_it_was_taken_down() -> None:
    notice = make_notice()
    down = NOW + timedelta(hours=2)
    with unit_of_work():
        actions.withdraw_notice(notice.id, reason="写错了", actor=COMMAND, now=down)
    row = make_objection(notice, received_at=down - timedelta(seconds=1), now=down + timedelta(days=1))
    assert row.is_open
    with pytest.raises(Refused) as refused:
        make_objection(notice, received_at=down, now=down + timedelta(days=1))
    assert refused.value.code == "notice_withdrawn"
    with pytest.raises(Refused):
        raise_it(notice, make_resident(), at=down)


def test_what_came_tomorrow_or_by_phone_page_cannot_be_entered_by_a_clerk() -> None:
    notice = make_notice()
    with pytest.raises(Invalid) as refused:
        make_objection(notice, received_at=NOW + timedelta(seconds=1), now=NOW)
    assert "received_at" in refused.value.fields
    with pytest.raises(Invalid) as refused:
        make_objection(notice, channel=Channel.ONLINE)
    assert "channel" in refused.value.fields


def test_a_flat_of_another_community_is_not_found() -> None:
    with pytest.raises(NotFound):
        make_objection(make_notice(), flat_id=make_flat(make_community()).id)


def test_nothing_is_final_with_an_open_objection() -> None:
    notice = make_notice()
    row = make_objection(notice)
    assert [one.code for one in queries.obstacles_to_final(notice.id, NOW)] == [
        "period_runs",
        "objections_open",
    ]
    assert [one.code for one in queries.obstacles_to_final(notice.id, notice.ends_at)] == ["objections_open"]
    answer(row, notice.community_id)
    assert queries.obstacles_to_final(notice.id, notice.ends_at) == []
    assert queries.open_objections(notice.id) == []


def test_an_answer_is_given_once_and_says_whether_it_was_upheld() -> None:
    notice = make_notice()
    row = answer(make_objection(notice), notice.community_id, is_upheld=True)
    assert (row.answer, row.is_upheld, row.answered_by) == ("改到白天施工", True, COMMAND.label)
    with pytest.raises(Conflict):
        answer(row, notice.community_id)
    with pytest.raises(Invalid):
        answer(make_objection(notice), notice.community_id, text=" ")


def test_another_communitys_objection_answers_as_one_that_does_not_exist() -> None:
    row = make_objection(make_notice())
    with pytest.raises(NotFound):
        answer(row, make_community().id)


def test_what_waits_is_counted_by_community() -> None:
    notice, quiet = make_notice(), make_notice()
    make_objection(notice)
    answer(make_objection(notice), notice.community_id)
    assert queries.unanswered([notice.community_id, quiet.community_id]) == {notice.community_id: 1}
    assert queries.open_counts([notice.id, quiet.id]) == {notice.id: 1}


def test_a_resident_finds_their_own_objections_with_the_answers() -> None:
    notice, me, other = make_notice(), make_resident(), make_resident()
    mine = raise_it(notice, me)
    raise_it(notice, other)
    answer(mine, notice.community_id)
    assert [one.answer for one in queries.objections_of(me, notice.id)] == ["改到白天施工"]


def test_the_audit_tells_of_the_objection_and_never_of_its_words_or_name() -> None:
    notice = make_notice()
    row = make_objection(notice, text="我是王小明，我不同意", author_name="王小明")
    facts = [entry.facts for entry in entries_about("objection", row.id)]
    assert len(facts) == 1
    assert "王小明" not in str(facts)
