"""Voting on the telephone, page by page, through the forms as they are drawn."""

from datetime import timedelta

import pytest

from server.ballots import actions, queries
from server.decisions import actions as decisions
from server.identity.rules import Level
from server.infra.db import unit_of_work
from server.kernel.actor import COMMAND
from server.kernel.places import ScopeKind
from tests.factories import decisions as made
from tests.factories.ballots import (
    ANNOUNCED,
    CLOSES,
    VOTING,
    key,
    make_announced,
    make_electorate,
    make_opened,
    make_vote,
)
from tests.factories.ledger import make_community, make_flat, make_owner, make_ownership
from tests.miniprogram_api.phones import forms_of, make_phone

CHOSEN = {"choice-m1": "for", "choice-m2": "浅灰"}


@pytest.fixture
def voting(app, clock):
    clock.set(VOTING)
    return make_vote(intro="明年开工。")


def test_one_reads_chooses_looks_again_and_keeps_a_ticket(app, voting):
    ballot, flats = voting
    phone = make_phone(app, flats[0])
    page = phone.get(f"/ballots/{ballot.id}")
    for words in (
        "小区改造表决",
        "3 月 31 日 18:00 截止",
        "加装电梯",
        "每个单元装一部。",
        "浅灰",
        "弃权",
        "明年开工。",
    ):
        assert words in page
    review = phone.fill(page, "/review", **CHOSEN)
    assert "你选的是" in review
    assert "同意" in review
    assert "浅灰" in review
    assert queries.head_hash(ballot.id)[0] == 0, "nothing is written before one confirms"
    ticket = phone.fill(review, "/votes")
    assert "这一票收到了" in ticket
    code = queries.voter(ballot, phone.actor.id, VOTING).receipts[0].code
    assert f"{code[:4]} {code[4:8]} {code[8:]}" in ticket
    assert "<svg" in ticket
    assert "浅灰" not in ticket
    seen = app.test_client().get(f"/r/{code}").text
    assert "已计入" in seen
    assert "浅灰" not in seen


def test_the_form_asks_again_for_what_was_left_out_and_keeps_the_rest(app, voting):
    ballot, flats = voting
    phone = make_phone(app, flats[0])
    page = phone.fill(phone.get(f"/ballots/{ballot.id}"), "/review", **{"choice-m1": "against"})
    assert phone.status == 422
    assert "这一项还没选" in page
    assert forms_of(page)[0].fields["choice-m1"] == "against"


def test_one_can_go_back_from_the_review_without_choosing_anew(app, voting):
    ballot, flats = voting
    phone = make_phone(app, flats[0])
    review = phone.fill(phone.get(f"/ballots/{ballot.id}"), "/review", **CHOSEN)
    fields = {**forms_of(review)[0].fields, "then": "change"}
    again = phone.post(f"/ballots/{ballot.id}/review", fields)
    (form,) = [one for one in forms_of(again) if one.action.endswith("/review")]
    assert (form.fields["choice-m1"], form.fields["choice-m2"]) == ("for", "浅灰")


def test_a_second_press_of_confirm_votes_once(app, voting):
    ballot, flats = voting
    phone = make_phone(app, flats[0])
    review = phone.fill(phone.get(f"/ballots/{ballot.id}"), "/review", **CHOSEN)
    first, second = phone.fill(review, "/votes"), phone.fill(review, "/votes")
    assert first == second
    assert queries.head_hash(ballot.id)[0] == 1


def test_whoever_confirms_too_late_is_told_plainly_and_sees_what_they_chose(app, voting, clock):
    ballot, flats = voting
    phone = make_phone(app, flats[0])
    review = phone.fill(phone.get(f"/ballots/{ballot.id}"), "/review", **CHOSEN)
    clock.set(CLOSES)
    page = phone.fill(review, "/votes")
    assert phone.status == 409
    assert "没有投出去" in page
    assert "3 月 31 日 18:00" in page
    assert "浅灰" in page
    assert queries.head_hash(ballot.id)[0] == 0


def test_the_form_is_drawn_blank_for_whoever_voted_before(app, voting):
    """Whoever borrows the telephone must not read the choice off it."""
    ballot, flats = voting
    phone = make_phone(app, flats[0])
    phone.fill(phone.fill(phone.get(f"/ballots/{ballot.id}"), "/review", **CHOSEN), "/votes")
    page = phone.get(f"/ballots/{ballot.id}")
    assert "你家已经投过了" in page
    assert not [name for name in forms_of(page)[0].fields if name.startswith("choice-")]


def test_whoever_is_not_proven_is_led_to_prove_and_told_the_paper_way(app, voting):
    ballot, flats = voting
    phone = make_phone(app, flats[0], level=Level.REACHED)
    page = phone.get(f"/ballots/{ballot.id}")
    assert "你现在不能投" in page
    assert 'href="/me/flats"' in page
    assert "领纸票" in page
    assert "0851-85551234" in page
    assert not [form for form in forms_of(page) if form.action.endswith("/review")]
    phone.post(f"/ballots/{ballot.id}/votes", {"csrf_token": phone.csrf(), **CHOSEN, "client_key": key()})
    assert phone.status == 403
    assert queries.head_hash(ballot.id)[0] == 0


def test_a_form_without_its_token_is_refused(app, voting):
    ballot, flats = voting
    phone = make_phone(app, flats[0])
    phone.post(f"/ballots/{ballot.id}/votes", {**CHOSEN, "client_key": key()})
    assert phone.status == 400
    assert queries.head_hash(ballot.id)[0] == 0


def test_someone_without_a_home_there_finds_nothing(app, voting):
    ballot, _ = voting
    _, others = make_electorate()
    phone = make_phone(app, others[0])
    phone.get(f"/ballots/{ballot.id}")
    assert phone.status == 404


def test_someone_not_signed_in_is_told_how_to_come_in(app, voting):
    ballot, _ = voting
    answer = app.test_client().get(f"/ballots/{ballot.id}")
    assert answer.status_code == 302


def test_another_households_receipt_page_is_not_found(app, voting):
    ballot, flats = voting
    phone, other = make_phone(app, flats[0]), make_phone(app, flats[1])
    phone.fill(phone.fill(phone.get(f"/ballots/{ballot.id}"), "/review", **CHOSEN), "/votes")
    code = queries.voter(ballot, phone.actor.id, VOTING).receipts[0].code
    assert phone.get(f"/ballots/{ballot.id}/receipts/{code}")
    assert phone.status == 200
    other.get(f"/ballots/{ballot.id}/receipts/{code}")
    assert other.status == 404


def test_two_heads_of_one_person_are_asked_apart(app, clock):
    clock.set(VOTING)
    community = make_community()
    own, shared = make_flat(community, area="60.00"), make_flat(community, area="70.00")
    owner = make_owner(own, name="李一", phone="13900000001")
    make_owner(shared, name="李一", phone="13900000001")
    make_ownership(shared, "李二", phone="13900000002")
    ballot = make_opened(community)
    phone = make_phone(app, own, shared, owner_id=owner.id)
    page = phone.get(f"/ballots/{ballot.id}")
    assert "这一票投哪套房的" in page
    phone.fill(page, "/review", **CHOSEN)
    assert phone.status == 422
    review = phone.fill(page, "/review", flat_id=str(shared.id), **CHOSEN)
    ticket = phone.fill(review, "/votes")
    assert "这一票收到了" in ticket
    assert queries.turnout(ballot)[0].area == shared.area


def test_the_result_page_tells_totals_and_each_test_without_names(app, voting, clock):
    ballot, flats = voting
    for flat, choice in zip(flats, ("for", "for", "for", "for", "against"), strict=False):
        make_phone(app, flat).api(
            "POST",
            f"/ballots/{ballot.id}/votes",
            {"choices": {"m1": choice, "m2": "浅灰"}},
            client_key=key(),
        )
    anyone = app.test_client()
    early = anyone.get(f"/ballots/{ballot.id}/result").text
    assert "还没到开票时间" in early
    assert "反对" not in early
    clock.set(CLOSES)
    with unit_of_work():
        actions.count_ballot(ballot.id, actor=COMMAND, now=CLOSES)
    page = anyone.get(f"/ballots/{ballot.id}/result").text
    for words in ("通过", "达到", "人数够了", "民法典", "定下来的是“浅灰”", "指纹"):
        assert words in page
    assert "业主甲" not in page
    assert "240.00" not in page, "exact areas of six homes would betray who chose what"
    own = make_phone(app, flats[0]).get(f"/ballots/{ballot.id}/result")
    assert "240.00 ㎡" in own


@pytest.mark.parametrize(
    ("moves", "is_hanging"),
    [(timedelta(0), True), (timedelta(days=30), False)],
    ids=["while-it-hangs", "after-its-period"],
)
def test_a_result_that_hangs_for_objections_says_so_and_leads_to_them(app, clock, moves, is_hanging):
    counted = made.make_counted()
    phone = make_phone(app, counted.flats[0])
    clock.set(made.COUNTED)
    pages = [f"/ballots/{counted.ballot.id}/result", f"/ballots/{counted.ballot.id}"]
    assert not any("还没有定案" in phone.get(page) for page in pages), "nothing hangs yet"
    with unit_of_work():
        notice_id = decisions.post_preliminary(
            counted.ballot.id, community_id=counted.community.id, client_key=key(), actor=COMMAND, now=made.COUNTED
        )  # fmt: skip
    clock.set(made.COUNTED + moves)
    for page in pages:
        text = phone.get(page)
        assert ("还没有定案" in text, f"/notices/{notice_id}" in text) == (is_hanging, is_hanging)


def test_a_recount_that_hangs_nowhere_yet_stands_beside_the_notice_of_the_first(app, clock):
    counted = made.make_counted()
    clock.set(made.COUNTED + timedelta(minutes=2))
    with unit_of_work():
        decisions.post_preliminary(
            counted.ballot.id, community_id=counted.community.id, client_key=key(), actor=COMMAND, now=made.COUNTED
        )  # fmt: skip
    made.void_vote(counted, 1, made.COUNTED + timedelta(minutes=1))
    with unit_of_work():
        actions.count_ballot(counted.ballot.id, actor=COMMAND, now=made.COUNTED + timedelta(minutes=2))
    page = make_phone(app, counted.flats[0]).get(f"/ballots/{counted.ballot.id}/result")
    assert "公示的是第 1 次计票。现在是第 2 次" in page
    assert "这是第 2 次计票，以这一次为准" in page


def test_an_announced_ballot_says_when_it_begins(app, clock):
    clock.set(ANNOUNCED)
    community, flats = make_electorate()
    ballot = make_announced(community)
    page = make_phone(app, flats[0]).get(f"/ballots/{ballot.id}")
    assert "3 月 18 日 09:00 开始投票" in page
    assert "看公告全文" in page
    assert not [form for form in forms_of(page) if form.action.endswith("/review")]


def test_an_owner_sees_exact_areas_of_their_own_entrance_only(app, clock):
    clock.set(VOTING)
    community = make_community()
    flats = [
        make_flat(community, entrance=entrance, room=room, area=area)
        for entrance, room, area in (
            ("1", "101", "60.00"),
            ("1", "102", "61.00"),
            ("2", "101", "72.00"),
            ("2", "102", "73.00"),
        )
    ]
    for flat in flats:
        make_owner(flat)
    ballot = make_opened(community, scope=ScopeKind.ENTRANCE)
    phones = [make_phone(app, flat) for flat in flats]
    for phone in phones:
        phone.api(
            "POST", f"/ballots/{ballot.id}/votes", {"choices": {"m1": "for", "m2": "浅灰"}}, client_key=key()
        )
    running = phones[2].get(f"/ballots/{ballot.id}")
    assert running.index("1 栋 2 单元") < running.index("1 栋 1 单元"), "one's own entrance stands first"
    assert "145.00 ㎡" in running
    assert "121.00 ㎡" not in running
    clock.set(CLOSES)
    with unit_of_work():
        actions.count_ballot(ballot.id, actor=COMMAND, now=CLOSES)
    page = phones[2].get(f"/ballots/{ballot.id}/result")
    assert "145.00 ㎡" in page
    assert "121.00 ㎡" not in page


def test_where_even_coarse_shares_would_betray_someone_only_heads_are_told(app, clock):
    """One owner of nearly everything against the others: any share of area would say how they voted."""
    clock.set(VOTING)
    ballot, flats = make_vote(("500.00", "10.00", "11.00"))
    for flat, choice in zip(flats, ("against", "for", "for"), strict=True):
        body = {"choices": {"m1": choice, "m2": "浅灰"}}
        make_phone(app, flat).api("POST", f"/ballots/{ballot.id}/votes", body, client_key=key())
    clock.set(CLOSES)
    with unit_of_work():
        actions.count_ballot(ballot.id, actor=COMMAND, now=CLOSES)
    (scope,) = app.test_client().get(f"/api/v1/ballots/{ballot.id}/result").json["scopes"]
    assert (scope["motions"][0]["area"], scope["motions"][0]["area_per_cent"]) == (None, None)
    page = app.test_client().get(f"/ballots/{ballot.id}/result")
    assert page.status_code == 200
    assert "各选项的人数" in page.text
    assert "500.00" not in page.text
