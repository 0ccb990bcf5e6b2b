from datetime import timedelta

import pytest
import sqlalchemy as sa

from server.infra.db import db, unit_of_work
from server.kernel.errors import NotFound
from server.messages import actions, queries
from server.messages.models import Message
from server.messages.rules import Recipient
from tests.factories.ledger import make_community, make_flat
from tests.factories.messages import NOW, make_message

pytestmark = pytest.mark.usefixtures("app")
ZHANG, LI = Recipient.resident(1), Recipient.resident(2)
HOME = Recipient.flat(10)


def test_a_message_reaches_the_inbox_of_whom_it_is_for() -> None:
    make_message(ZHANG, subject="第一条")
    make_message(ZHANG, subject="第二条")
    make_message(Recipient.staff(1), subject="给居委会")
    assert [one.subject for one in queries.inbox([ZHANG]).items] == ["第二条", "第一条"]
    assert queries.inbox([LI]).items == []
    assert [one.subject for one in queries.inbox([Recipient.staff(1)]).items] == ["给居委会"]


def test_a_message_to_a_home_is_read_by_each_of_its_people_apart() -> None:
    make_message(HOME)
    assert queries.unread_count([ZHANG, HOME]) == queries.unread_count([LI, HOME]) == 1
    message_id = queries.inbox([ZHANG, HOME]).items[0].id
    with unit_of_work():
        actions.mark_read(message_id, [ZHANG, HOME], now=NOW)
    assert queries.unread_count([ZHANG, HOME]) == 0
    assert queries.unread_count([LI, HOME]) == 1
    assert queries.inbox([ZHANG, HOME]).items[0].read_at == NOW
    assert queries.inbox([LI, HOME]).items[0].read_at is None


def test_reading_twice_keeps_the_first_time() -> None:
    make_message(ZHANG)
    message_id = queries.inbox([ZHANG]).items[0].id
    for later in (timedelta(0), timedelta(hours=1)):
        with unit_of_work():
            actions.mark_read(message_id, [ZHANG], now=NOW + later)
    found = queries.letter(message_id, [ZHANG])
    assert found is not None
    assert found.read_at == NOW


def test_anothers_message_answers_as_one_that_does_not_exist() -> None:
    make_message(ZHANG)
    message_id = queries.inbox([ZHANG]).items[0].id
    with unit_of_work(), pytest.raises(NotFound):
        actions.mark_read(message_id, [LI, HOME], now=NOW)
    assert queries.letter(message_id, [LI, HOME]) is None


def test_someone_named_twice_is_told_once() -> None:
    with unit_of_work():
        told = actions.tell(
            [ZHANG, LI, ZHANG], kind="tests.told", subject="事", body="", community_id=None, now=NOW
        )
    assert told == 2
    assert queries.inbox([ZHANG]).total == 1


def test_a_whole_community_is_told_at_once() -> None:
    with unit_of_work():
        everyone = [Recipient.flat(n) for n in range(1, 1202)]
        assert (
            actions.tell(everyone, kind="tests.told", subject="事", body="", community_id=None, now=NOW)
            == 1201
        )
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Message)) == 1201


def test_inboxes_are_cut_into_pages() -> None:
    for number in range(3):
        make_message(ZHANG, subject=f"第 {number} 条")
    page = queries.inbox([ZHANG], 2, size=2)
    assert [one.subject for one in page.items] == ["第 0 条"]
    assert (page.total, page.last) == (3, 2)


def test_what_is_told_goes_with_the_act_or_not_at_all() -> None:
    with pytest.raises(RuntimeError, match="act failed"), unit_of_work():
        actions.tell([ZHANG], kind="tests.told", subject="事", body="", community_id=None, now=NOW)
        raise RuntimeError("the act failed")
    assert queries.inbox([ZHANG]).total == 0


def test_the_printed_list_goes_by_building_entrance_and_room() -> None:
    community = make_community()
    far, near = make_flat(community, "10", "1", "201"), make_flat(community, "2", "1", "101")
    elsewhere = make_flat(make_community())
    told = {"community_id": community.id}
    make_message(Recipient.flat(far.id), Recipient.flat(near.id), subject="公告", **told)
    make_message(Recipient.flat(near.id), subject="后来", now=NOW + timedelta(hours=1), **told)
    make_message(Recipient.flat(near.id), subject="太早", now=NOW - timedelta(seconds=1), **told)
    make_message(Recipient.resident(1), subject="给个人", **told)
    make_message(Recipient.flat(elsewhere.id), subject="别的小区", community_id=elsewhere.community_id)
    homes = queries.printable(community.id, NOW)
    assert [(home.flat_id, [one.subject for one in home.letters]) for home in homes] == [
        (near.id, ["公告", "后来"]),
        (far.id, ["公告"]),
    ]


def test_an_inbox_belongs_to_a_person() -> None:
    with pytest.raises(ValueError, match="person"):
        queries.inbox([HOME])
