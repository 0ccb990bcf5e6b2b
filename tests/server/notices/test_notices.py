from datetime import UTC, date, datetime, timedelta

import pytest

from server.audit.queries import entries_about
from server.infra.db import db, unit_of_work
from server.kernel.actor import COMMAND
from server.kernel.chinatime import Period
from server.kernel.errors import Conflict, Invalid, NotFound, Refused
from server.notices import actions, queries
from server.notices.models import Notice
from server.notices.rules import NoticeKind
from server.policies import actions as policies
from tests.factories.ledger import make_community
from tests.factories.notices import NOW, make_notice, make_objection
from tests.factories.policies import make_policy

pytestmark = pytest.mark.usefixtures("app")


def withdraw(notice: Notice, reason: str = "金额写错了") -> None:
    with unit_of_work():
        actions.withdraw_notice(
            notice.id, community_id=notice.community_id, reason=reason, actor=COMMAND, now=NOW
        )


def test_a_notice_hangs_from_today_for_the_configured_period() -> None:
    notice = make_notice()
    assert (notice.opens_on, notice.last_on) == (date(2026, 3, 2), date(2026, 3, 9))
    assert notice.ends_at == datetime(2026, 3, 9, 16, 0, tzinfo=UTC)
    assert not notice.is_provisional
    assert (notice.period.text_zh, notice.contact.phone) == ("7 日", "0851-85551234")
    assert "平台默认" in notice.period_origin
    assert notice.issuer == "居委会值班室"


def test_the_laws_fifteen_days_hold_for_a_vote() -> None:
    notice = make_notice(kind=NoticeKind.BALLOT_ANNOUNCEMENT)
    assert notice.last_on == date(2026, 3, 17)
    assert notice.number_text == "公告〔2026〕1 号"


def test_a_divisions_setting_makes_it_longer() -> None:
    make_policy("decision.notice_period", {"workdays": 10})
    notice = make_notice()
    assert notice.last_on == date(2026, 3, 16)
    assert "测试文件" in notice.period_origin


def test_longer_than_configured_is_allowed_and_shorter_is_not() -> None:
    assert make_notice(period=Period(10)).last_on == date(2026, 3, 12)
    with pytest.raises(Refused) as refused:
        make_notice(period=Period(3))
    assert refused.value.code == "period_too_short"


def test_a_printed_day_never_moves() -> None:
    notice = make_notice()
    with unit_of_work():
        policies.set_holiday(
            notice.last_on, is_workday=False, name="临时放假", source="通知", actor=COMMAND, now=NOW
        )
    db.session.expire_all()
    assert queries.planned_span(notice.community_id, notice.kind, notice.opens_on).last_on == date(
        2026, 3, 10
    )
    assert queries.notice(notice.id).last_on == date(2026, 3, 9)


def test_a_period_into_an_unannounced_year_is_provisional_and_stays_as_printed() -> None:
    late = datetime(2026, 12, 25, 2, 0, tzinfo=UTC)
    notice = make_notice(now=late)
    assert (notice.last_on, notice.is_provisional) == (date(2027, 1, 4), True)
    with unit_of_work():
        policies.announce_year(2027, source="国办发明电", actor=COMMAND, now=late)
    assert queries.planned_span(notice.community_id, notice.kind, notice.opens_on).is_provisional is False
    assert queries.notice(notice.id).is_provisional is True


def test_numbers_count_in_a_community_and_a_year() -> None:
    here, there = make_community(), make_community()
    assert [make_notice(here).number, make_notice(here).number, make_notice(there).number] == [1, 2, 1]
    next_year = make_notice(here, now=datetime(2027, 1, 4, 2, 0, tzinfo=UTC))
    assert (next_year.year, next_year.number) == (2027, 1)


def test_the_same_key_hangs_one_notice() -> None:
    community = make_community()
    first = make_notice(community, client_key="k-1")
    assert make_notice(community, client_key="k-1").id == first.id
    with pytest.raises(Conflict):
        make_notice(community, client_key="k-1", title="另一份")


def test_a_notice_cannot_begin_in_the_past_or_without_a_contact() -> None:
    with pytest.raises(Invalid):
        make_notice(opens_on=date(2026, 3, 1))
    with pytest.raises(Invalid) as refused:
        make_notice(make_community(contact_phone="", contact_place=""))
    assert "contact" in refused.value.fields


def test_what_hangs_and_what_waits_are_one_read_of_the_same_as_apart() -> None:
    community = make_community()
    hangs, beside = make_notice(community), make_notice(community)
    over = hangs.ends_at + timedelta(days=1)
    newer = make_objection(hangs, received_at=NOW + timedelta(minutes=1))
    older = make_objection(hangs, "太吵")
    make_objection(make_notice(), "别处的")
    hanging, waiting = queries.hanging_and_waiting(community.id, NOW + timedelta(minutes=1))
    assert hanging == queries.hanging(community.id, NOW + timedelta(minutes=1)) == [hangs, beside]
    assert waiting == [(hangs, older), (hangs, newer)]
    assert queries.hanging_and_waiting(community.id, over) == ([], waiting)
    with unit_of_work():
        actions.answer_objection(
            older.id, community_id=community.id, answer="晚上不施工", is_upheld=False, actor=COMMAND, now=NOW
        )
    assert queries.hanging_and_waiting(community.id, over)[1] == [(hangs, newer)]


def test_what_hangs_has_begun_is_not_over_and_was_not_withdrawn() -> None:
    community = make_community()
    now_hanging, later = make_notice(community), make_notice(community, opens_on=date(2026, 3, 4))
    withdraw(make_notice(community))
    elsewhere = make_notice()
    assert [one.id for one in queries.hanging(community.id, NOW)] == [now_hanging.id]
    begins = datetime(2026, 3, 3, 16, 0, tzinfo=UTC)
    assert [one.id for one in queries.hanging(community.id, begins)] == [now_hanging.id, later.id]
    last_second = now_hanging.ends_at - timedelta(seconds=1)
    assert now_hanging.id in [one.id for one in queries.hanging(community.id, last_second)]
    assert now_hanging.id not in [one.id for one in queries.hanging(community.id, now_hanging.ends_at)]
    assert queries.notice(elsewhere.id, community.id) is None
    assert later not in queries.public_notices(community.id, NOW)


def test_withdrawing_needs_a_reason_and_happens_once() -> None:
    notice = make_notice(about_kind="decision", about_id=3)
    with pytest.raises(Invalid):
        withdraw(notice, " ")
    withdraw(notice)
    assert queries.notice(notice.id).withdrawn_reason == "金额写错了"
    assert queries.standing("decision", 3, NoticeKind.DECISION) is None
    with pytest.raises(Conflict):
        withdraw(notice)


def test_a_changed_text_is_a_new_notice_with_a_new_period() -> None:
    community = make_community()
    old = make_notice(community, about_kind="decision", about_id=3)
    withdraw(old)
    new = make_notice(community, about_kind="decision", about_id=3, now=NOW + timedelta(days=2))
    assert queries.standing("decision", 3, NoticeKind.DECISION) == new
    assert new.last_on == date(2026, 3, 11)
    assert queries.of("decision", 3) == [new, old]


def test_another_communitys_notice_cannot_be_withdrawn() -> None:
    notice, other = make_notice(), make_community()
    with unit_of_work(), pytest.raises(NotFound):
        actions.withdraw_notice(notice.id, community_id=other.id, reason="x", actor=COMMAND, now=NOW)


def test_posting_the_paper_is_recorded_once_with_place_and_time() -> None:
    notice = make_notice()
    for _ in range(2):
        with unit_of_work():
            actions.record_posting(
                notice.id, community_id=notice.community_id, place="1 栋门厅", posted_at=NOW, client_key="p-1",
                actor=COMMAND, now=NOW + timedelta(hours=1),
            )  # fmt: skip
    assert [(one.place, one.posted_at) for one in queries.postings(notice.id)] == [("1 栋门厅", NOW)]
    with unit_of_work(), pytest.raises(Invalid):
        actions.record_posting(
            notice.id, community_id=notice.community_id, place="1 栋", posted_at=NOW + timedelta(hours=2),
            client_key="p-2", actor=COMMAND, now=NOW,
        )  # fmt: skip
    assert [one.verb for one in entries_about("notice", notice.id)] == [
        "notices.post",
        "notices.record_posting",
    ]
