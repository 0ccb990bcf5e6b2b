"""Monthly returns: from records up to the province, level by level, and never changed once accepted."""

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from server.identity.rules import Role
from server.infra.db import db, unit_of_work
from server.kernel.chinatime import end_of
from server.kernel.errors import Conflict, Invalid, Refused
from server.messages.models import Message
from server.reports import actions, queries
from server.reports.models import Bulletin, MonthlyReport, ReportAct
from server.reports.rules.returns import State
from tests.factories.divisions import get_division
from tests.factories.identity import make_staff
from tests.factories.policies import make_policy
from tests.factories.reports import (
    CITY_OFFICER,
    COUNTY_CLERK,
    GUIYANG,
    GUIZHOU,
    MONTH,
    NANMING,
    NOW,
    PROVINCE_OFFICER,
    YUNYAN,
    YUNYAN_STREET,
    accept,
    key,
    make_place,
    override,
    send_back,
    set_facts,
    submit,
)

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def counties() -> None:
    """A hundred households in Nanming of which sixty have started, fifty in Yunyan without a project."""
    nanming, yunyan = make_place(), make_place(YUNYAN_STREET)
    set_facts(
        nanming, households=100, project_id=1, started_on=date(2026, 2, 10), start_planned_on=date(2026, 2, 1)
    )
    set_facts(yunyan, households=50)


def sheet(code: str = NANMING, month: date = MONTH, now: datetime = NOW):
    db.session.expire_all()
    return queries.sheet(get_division(code), month, now)


def value(code: str, name: str) -> int | None:
    return sheet(code).values[name]


def test_figures_come_from_the_records_as_of_the_end_of_the_month(counties: None) -> None:
    found = sheet().values
    assert (found["communities"], found["households"]) == (1, 100)
    assert (found["due"], found["started"], found["started_households"], found["started_new"]) == (
        1,
        1,
        100,
        1,
    )
    assert sheet(month=date(2026, 1, 1)).values["started"] == 0


def test_what_has_no_record_is_not_nought(counties: None) -> None:
    assert value(YUNYAN, "started") is None
    assert value(NANMING, "plan_households") is None


def test_a_month_that_is_not_over_is_not_reported(counties: None) -> None:
    with pytest.raises(Invalid, match="还没有过完"):
        submit(month=date(2026, 3, 1))


def test_it_goes_up_level_by_level(counties: None) -> None:
    assert submit().state is State.SUBMITTED
    assert accept().state is State.ACCEPTED
    submit(YUNYAN)
    accept(YUNYAN)
    assert submit(GUIYANG, actor=CITY_OFFICER).state is State.SUBMITTED
    assert accept(GUIYANG, actor=PROVINCE_OFFICER).state is State.ACCEPTED
    assert value(GUIZHOU, "households") == 150


def test_the_province_reports_to_nobody(counties: None) -> None:
    with pytest.raises(Refused, match="不用往上报"):
        submit(GUIZHOU, actor=PROVINCE_OFFICER)


def test_a_total_leaves_out_those_that_did_not_hand_in_and_names_them(counties: None) -> None:
    submit()
    found = sheet(GUIYANG)
    assert found.values["households"] == 100
    assert [one.division.name for one in found.left_out] == ["云岩区"]
    accept()
    row = submit(GUIYANG, actor=CITY_OFFICER)
    assert [(one["name"], one["is_in"]) for one in row.parts] == [("南明区", True), ("云岩区", False)]


def test_communities_that_stand_in_no_county_are_in_the_total_too(counties: None) -> None:
    direct = make_place(GUIYANG)
    set_facts(direct, households=7)
    submit()
    assert value(GUIYANG, "households") == 107


def test_a_total_says_which_place_lacks_a_record(counties: None) -> None:
    submit()
    submit(YUNYAN)
    found = sheet(GUIYANG)
    assert found.values["started"] == 1
    assert found.lacking["started"] == ["云岩区"]


def test_an_office_looks_at_what_came_before_it_reports(counties: None) -> None:
    submit()
    with pytest.raises(Refused, match="南明区"):
        submit(GUIYANG, actor=CITY_OFFICER)


def test_returning_unlocks_only_its_own_county(counties: None) -> None:
    submit()
    submit(YUNYAN)
    send_back()
    assert sheet().state is State.RETURNED
    assert sheet().report.returned_reason == "开工数和照片对不上"
    assert sheet(YUNYAN).state is State.SUBMITTED
    assert value(GUIYANG, "households") == 50
    override("communities", 2)
    with pytest.raises(Refused, match="等上级审核"):
        override("communities", 2, code=YUNYAN)
    assert submit().state is State.SUBMITTED


def test_returning_a_total_leaves_the_returns_below_as_they_are(counties: None) -> None:
    submit()
    accept()
    submit(GUIYANG, actor=CITY_OFFICER)
    send_back(GUIYANG, actor=PROVINCE_OFFICER)
    assert sheet().state is State.ACCEPTED
    with pytest.raises(Refused, match="不能再改"):
        override("communities", 2)


def test_an_override_needs_a_reason_and_is_shown_beside_what_was_computed(counties: None) -> None:
    with pytest.raises(Invalid):
        override("communities", 2, "改")
    override("communities", 2)
    line = next(one for one in sheet().lines if one.entry.key == "communities")
    assert (line.computed, line.value, line.reason) == (1, 2, "有一个小区漏登了")
    assert submit().overrides["communities"]["by"] == COUNTY_CLERK.label
    assert value(GUIYANG, "communities") == 2


def test_an_override_can_be_taken_back(counties: None) -> None:
    override("communities", 2)
    with unit_of_work():
        actions.drop_override(get_division(NANMING), MONTH, "communities", actor=COUNTY_CLERK, now=NOW)
    assert value(NANMING, "communities") == 1
    with unit_of_work(), pytest.raises(Conflict):
        actions.drop_override(get_division(NANMING), MONTH, "communities", actor=COUNTY_CLERK, now=NOW)


def test_a_part_larger_than_its_whole_is_not_handed_in(counties: None) -> None:
    override("surveyed", 9)
    with pytest.raises(Invalid, match="还多"):
        submit()


@pytest.mark.parametrize("act", [accept, send_back])
def test_whoever_entered_does_not_review(counties: None, act) -> None:
    override("communities", 2, actor=CITY_OFFICER)
    submit()
    with pytest.raises(Refused, match="另一个人"):
        act()
    with pytest.raises(Refused, match="另一个人"):
        act(actor=COUNTY_CLERK)


@pytest.mark.parametrize("act", [accept, send_back])
def test_only_what_was_handed_in_is_reviewed(counties: None, act) -> None:
    submit()
    send_back()
    with pytest.raises(Conflict, match="不用审"):
        act()


def test_figures_that_moved_since_they_were_seen_are_not_handed_in(counties: None) -> None:
    community = make_place()
    division = get_division(NANMING)
    seen = queries.sheet(division, MONTH, NOW).fingerprint
    set_facts(community, households=77)
    with unit_of_work(), pytest.raises(Conflict, match="变了"):
        actions.submit_report(division, MONTH, seen=seen, client_key=key(), actor=COUNTY_CLERK, now=NOW)


def test_what_was_handed_in_stands_though_the_records_move_on(counties: None) -> None:
    submit()
    set_facts(make_place(), households=77)
    assert value(NANMING, "households") == 100
    send_back()
    assert value(NANMING, "households") == 177


def test_sent_twice_it_is_handed_in_once(counties: None) -> None:
    division, again = get_division(NANMING), key()
    seen = queries.sheet(division, MONTH, NOW).fingerprint
    for _ in range(2):
        with unit_of_work():
            actions.submit_report(division, MONTH, seen=seen, client_key=again, actor=COUNTY_CLERK, now=NOW)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ReportAct)) == 1


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(sa.update(MonthlyReport).values(overrides={"communities": {}}), id="update"),
        pytest.param(sa.delete(ReportAct), id="delete-an-act"),
        pytest.param(sa.delete(MonthlyReport), id="delete"),
    ],
)
def test_the_database_itself_refuses_to_change_what_was_accepted(counties: None, change) -> None:
    submit()
    accept()
    with pytest.raises(sa.exc.DBAPIError, match=r"frozen|only grows|FOREIGN|foreign"), unit_of_work():
        db.session.execute(change)
    assert sheet().report.overrides == {}


def test_a_return_is_in_time_until_the_end_of_the_due_day(counties: None) -> None:
    deadline = end_of(date(2026, 3, 5))
    assert sheet(now=deadline - timedelta(seconds=1)).is_late is False
    assert sheet(now=deadline).is_late is True
    submit(now=deadline - timedelta(seconds=1))
    assert sheet(now=deadline + timedelta(days=9)).is_late is False


def test_what_was_handed_in_late_stays_late_and_is_listed(counties: None) -> None:
    late = end_of(date(2026, 3, 5))
    submit(now=late)
    below = queries.sheet(get_division(GUIYANG), MONTH, late).below
    assert [(one.division.name, one.is_late) for one in below] == [("南明区", True), ("云岩区", True)]


def test_the_province_sees_every_late_one_below_it_whichever_level_it_stands_on(counties: None) -> None:
    make_place("520302001001")
    submit()
    late = end_of(date(2026, 3, 5))
    found = queries.late_below(get_division(GUIZHOU), MONTH, late)
    assert [one.division.name for one in found] == ["贵阳市", "云岩区", "遵义市", "红花岗区"]
    assert [one.division.name for one in queries.late_below(get_division(GUIYANG), MONTH, late)] == ["云岩区"]
    assert queries.late_below(get_division(NANMING), MONTH, late) == []
    assert queries.late_below(get_division(GUIZHOU), MONTH, late - timedelta(seconds=1)) == []


def test_an_office_with_more_days_is_not_late_yet(counties: None) -> None:
    make_policy("reports.due_day", 10, division_id=get_division(YUNYAN).id)
    found = queries.late_below(get_division(GUIYANG), MONTH, end_of(date(2026, 3, 5)))
    assert [one.division.name for one in found] == ["南明区"]


def test_the_due_day_is_a_setting(counties: None) -> None:
    make_policy("reports.due_day", 10, division_id=get_division(GUIYANG).id)
    assert sheet().due_on == date(2026, 3, 10)


def test_it_says_what_changed_since_the_last_month(counties: None) -> None:
    submit(month=date(2026, 1, 1))
    moved = {change.entry.key: change.difference for change in sheet().changes}
    assert (moved["started"], moved["households"], moved["plan_households"]) == (1, 0, None)
    first = {change.entry.key: change.difference for change in sheet(YUNYAN).changes}
    assert first["households"] is None


def test_the_province_compares_those_that_were_in_for_both_months(counties: None) -> None:
    set_facts(make_place("520302001001"), households=70)
    assert sheet(GUIZHOU).compared == []
    for month in (date(2026, 1, 1), MONTH):
        submit(month=month)
        accept(month=month)
        submit(GUIYANG, month, actor=CITY_OFFICER)
    submit("520302")
    accept("520302")
    submit("5203", actor=CITY_OFFICER)
    found = sheet(GUIZHOU)
    moved = {change.entry.key: change.difference for change in found.changes}
    assert (moved["started"], moved["households"], moved["plan_households"]) == (1, 0, None)
    assert (found.compared, found.values["households"]) == (["贵阳市"], 170)
    assert sheet().compared is None


# ------------------------------------------------------------------ bulletins


def write(code: str = GUIYANG) -> Bulletin:
    with unit_of_work():
        return actions.draft_bulletin(
            get_division(code), MONTH, client_key=key(), actor=CITY_OFFICER, now=NOW
        )


def send(row: Bulletin) -> Bulletin:
    with unit_of_work():
        return actions.send_bulletin(
            row.id,
            get_division(GUIYANG),
            link=f"/admin/reports/bulletins/{row.id}",
            actor=CITY_OFFICER,
            now=NOW,
        )


def test_a_bulletin_is_written_from_the_figures(counties: None) -> None:
    submit()
    text = write().text
    assert "应报 2 个单位，报来 1 个" in text
    assert "到月底开工 1 个小区、100 户" in text
    assert "没有报来的 1 个：云岩区" in text
    assert "计划 没有记录" in text


def test_it_is_edited_and_sent_to_the_offices_below_and_then_stays(counties: None) -> None:
    below = make_staff(Role.COUNTY_OFFICER, division=NANMING)
    make_staff(Role.CITY_OFFICER, division=GUIYANG)
    make_staff(Role.COUNTY_OFFICER, division="520302")
    row = write()
    with unit_of_work():
        actions.edit_bulletin(row.id, title="二月通报", text="开工慢的抓紧。", actor=CITY_OFFICER, now=NOW)
    assert send(row).told == 1
    letters = db.session.scalars(sa.select(Message).where(Message.kind == "reports.bulletin")).all()
    assert [(one.recipient_id, one.subject) for one in letters] == [(below.id, "二月通报")]
    assert send(row).told == 1
    assert len(db.session.scalars(sa.select(Message.id)).all()) == 1
    with unit_of_work(), pytest.raises(Conflict, match="已经发出"):
        actions.edit_bulletin(row.id, title="改", text="改", actor=CITY_OFFICER, now=NOW)
    with pytest.raises(sa.exc.DBAPIError, match="frozen"), unit_of_work():
        db.session.execute(sa.update(Bulletin).values(text="改"))


def test_the_offices_below_read_what_was_sent_and_nothing_else(counties: None) -> None:
    sent, draft = write(), write()
    send(sent)
    assert [row.id for row, _ in queries.sent_to(get_division(NANMING).path)] == [sent.id]
    assert queries.sent_to(get_division("520302").path) == []
    assert {row.id for row in queries.bulletins_of(get_division(GUIYANG).id)} == {sent.id, draft.id}
