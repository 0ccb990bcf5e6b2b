"""The first page says what waits for this person today, and where the community stands."""

from collections.abc import Callable

import pytest
from sqlalchemy import event

from server.decisions.actions import answer_course
from server.identity.rules import Role
from server.infra.db import db, unit_of_work
from server.ledger import queries as ledger
from tests.admin.browsers import browser_of
from tests.factories import decisions as decided
from tests.factories.ballots import (
    CLOSES,
    OPENS,
    SECOND,
    VOTING,
    assist,
    key_in,
    make_announced,
    make_draft,
    make_opened,
    make_vote,
    take_in,
)
from tests.factories.identity import give_role, issue_slips, make_staff
from tests.factories.ledger import make_community, make_small_community


def of_role(role: Role, community):
    staff = make_staff()
    give_role(staff, role, community=community)
    return staff


def today(community) -> str:
    return f"/admin/communities/{community.id}/today"


def test_whoever_has_one_community_is_led_to_its_day(app, clock):
    community, _ = make_small_community()
    answer = browser_of(app, of_role(Role.CLERK, community)).get("/admin/")
    assert answer.location == today(community)


def test_whoever_has_several_chooses_from_their_list(app, clock):
    one, other = make_community("甲小区"), make_community("乙小区")
    staff = of_role(Role.AUDITOR, one)
    give_role(staff, Role.AUDITOR, community=other)
    page = browser_of(app, staff).get("/admin/").text
    assert "甲小区" in page and "乙小区" in page


def test_whoever_has_none_is_told_whom_to_ask(app, clock):
    assert "还没有你能看的小区" in browser_of(app, make_staff()).get("/admin/").text


def test_what_one_person_entered_waits_for_the_reviewer_and_not_for_the_clerk(app, clock):
    ballot, flats = make_vote()
    community = ledger.community(ballot.community_id)
    assist(ballot, flats[0], now=VOTING)
    clock.set(VOTING)
    assert "票待复核" in browser_of(app, of_role(Role.REVIEWER, community)).get(today(community)).text
    assert "票待复核" not in browser_of(app, of_role(Role.CLERK, community)).get(today(community)).text


def test_a_paper_waits_for_two_to_key_it_and_where_they_differ_for_the_reviewer(app, clock):
    ballot, flats = make_vote()
    community = ledger.community(ballot.community_id)
    serial = take_in(ballot, flats[0])
    clock.set(VOTING)
    pages = [browser_of(app, of_role(role, community)) for role in (Role.CLERK, Role.REVIEWER)]
    assert all("纸票没录完" in page.get(today(community)).text for page in pages)
    key_in(ballot, serial, "for")
    key_in(ballot, serial, "against", actor=SECOND)
    assert ["纸票录得不一样" in page.get(today(community)).text for page in pages] == [False, True]


def test_a_signed_course_waits_for_another_person_until_it_is_answered(app, clock):
    community, _ = make_small_community()
    signed = decided.make_course(community)
    reviewer = of_role(Role.REVIEWER, community)
    assert "签的意见待确认" in browser_of(app, reviewer).get(today(community)).text
    assert "签的意见待确认" not in browser_of(app, of_role(Role.CLERK, community)).get(today(community)).text
    with unit_of_work():
        answer_course(
            signed.id,
            community_id=community.id,
            is_confirmed=True,
            reason="",
            actor=decided.REVIEWER,
            now=decided.OVER,
        )
    assert "签的意见待确认" not in browser_of(app, reviewer).get(today(community)).text


def test_an_entered_judgment_waits_for_another_person_until_it_is_answered(app, clock):
    decision = decided.make_final()
    community = ledger.community(decision.community_id)
    clock.set(decided.OVER)
    pages = [browser_of(app, of_role(role, community)) for role in (Role.CLERK, Role.REVIEWER)]
    assert ["法院撤销待确认" in page.get(today(community)).text for page in pages] == [False, False]
    judgment = decided.enter_annulment(decision)
    assert ["法院撤销待确认" in page.get(today(community)).text for page in pages] == [False, True]
    decided.confirm_annulment(decision, judgment)
    assert ["法院撤销待确认" in page.get(today(community)).text for page in pages] == [False, False]


def test_a_closed_vote_waits_to_be_counted(app, clock):
    community, _ = make_small_community()
    ballot = make_opened(community)
    clock.set(ballot.closing_at)
    assert "投票待计票" in browser_of(app, of_role(Role.REVIEWER, community)).get(today(community)).text


@pytest.mark.parametrize(("make", "word"), [(make_announced, "1 件已公告"), (make_opened, "1 件投票中")])
def test_the_strip_says_how_far_the_community_has_come(app, clock, make, word):
    community, _ = make_small_community()
    make(community)
    clock.set(OPENS)
    assert word in browser_of(app, of_role(Role.CLERK, community)).get(today(community)).text


@pytest.mark.parametrize(
    ("make", "at", "step"), [(make_announced, OPENS, 4), (make_opened, OPENS, 4), (make_opened, CLOSES, 5)]
)
def test_a_vote_is_a_step_behind_only_when_it_is_over(app, clock, make, at, step):
    community, _ = make_small_community()
    issue_slips(community)
    make(community)
    clock.set(at)
    page = browser_of(app, of_role(Role.CLERK, community)).get(today(community)).text
    now = page.partition('aria-current="step"')[2]
    assert f'<span class="strip-number" aria-hidden="true">{step}</span>' in now[:200]


def test_whoever_has_nothing_on_the_desk_is_told_the_next_step(app, clock):
    community, _ = make_small_community()
    browser = browser_of(app, of_role(Role.CLERK, community))
    page = browser.get(today(community)).text
    assert "下一步：发码、打印" in page and "都办完了" not in page
    assert f'href="/admin/communities/{community.id}/codes">去发码' in page
    make_announced(community)
    issue_slips(community)
    page = browser.get(today(community)).text
    assert "都在按公告的时间走" in page and "都办完了" not in page


def statements(ask: Callable[[], object]) -> int:
    """How many statements the database is asked meanwhile, with nothing known from before."""
    db.session.remove()
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


@pytest.mark.parametrize("role", [Role.CLERK, Role.REVIEWER])
def test_further_votes_cost_the_first_page_no_further_statements(app, clock, role):
    community, _ = make_small_community()
    make_announced(community)
    browser, page = browser_of(app, of_role(role, community)), today(community)
    with_one = statements(lambda: browser.get(page))
    for _ in range(3):
        make_announced(community)
    make_draft(community)
    # One or two for each concept that has something to wait for.
    assert statements(lambda: browser.get(page)) == with_one <= 24
