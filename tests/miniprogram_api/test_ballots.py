"""Voting over HTTP: the API and the pages, on a real database."""

import pytest

from server.ballots import actions, queries
from server.ballots.rules.drafting import Kind, MotionText
from server.identity.rules import Level
from server.infra.db import unit_of_work
from server.kernel.actor import COMMAND
from server.kernel.matters import Matter
from tests.factories.ballots import (
    ANNOUNCED,
    CLOSES,
    OPENS,
    VOTING,
    key,
    make_announced,
    make_draft,
    make_electorate,
    make_opened,
    make_vote,
)
from tests.factories.ledger import make_community, make_flat, make_owner, make_ownership
from tests.miniprogram_api.phones import make_phone

FOR = {"m1": "for", "m2": "米白"}
AGAINST = {"m1": "against", "m2": "浅灰"}


@pytest.fixture
def voting(app, clock):
    clock.set(VOTING)
    return make_vote()


def test_an_owner_votes_and_gets_a_receipt_that_anyone_can_look_up(app, voting):
    ballot, flats = voting
    phone = make_phone(app, flats[0])
    answer = phone.api("POST", f"/ballots/{ballot.id}/votes", {"choices": FOR}, client_key=key())
    assert answer.status_code == 201, answer.text
    code = answer.json["receipt"]
    assert len(code) == 12
    assert answer.json["look_up"] == f"http://xiangyi.test/r/{code}"
    found = app.test_client().get(f"/api/v1/receipts/{code[:4].lower()}-{code[4:]}")
    assert found.status_code == 200
    assert (found.json["standing"], found.json["state"]) == ("included", "已计入")


def test_the_same_key_sent_twice_answers_alike_and_votes_once(app, voting):
    ballot, flats = voting
    phone = make_phone(app, flats[0])
    once, again = (
        phone.api("POST", f"/ballots/{ballot.id}/votes", {"choices": FOR}, client_key="one-key")
        for _ in range(2)
    )
    assert (once.status_code, again.status_code) == (201, 201)
    assert once.data == again.data
    assert queries.head_hash(ballot.id)[0] == 1


def test_the_same_key_with_another_body_is_a_conflict(app, voting):
    ballot, flats = voting
    phone = make_phone(app, flats[0])
    phone.api("POST", f"/ballots/{ballot.id}/votes", {"choices": FOR}, client_key="one-key")
    answer = phone.api("POST", f"/ballots/{ballot.id}/votes", {"choices": AGAINST}, client_key="one-key")
    assert (answer.status_code, answer.json["code"]) == (409, "client_key_reused")
    assert queries.head_hash(ballot.id)[0] == 1


def test_another_persons_key_is_not_ones_own(app, voting):
    ballot, flats = voting
    make_phone(app, flats[0]).api(
        "POST", f"/ballots/{ballot.id}/votes", {"choices": FOR}, client_key="shared"
    )
    answer = make_phone(app, flats[1]).api(
        "POST", f"/ballots/{ballot.id}/votes", {"choices": FOR}, client_key="shared"
    )
    assert (answer.status_code, answer.json["code"]) == (409, "client_key_reused")


def test_a_changed_vote_supersedes_the_first_receipt(app, voting):
    ballot, flats = voting
    phone = make_phone(app, flats[0])
    codes = [
        phone.api("POST", f"/ballots/{ballot.id}/votes", {"choices": choices}, client_key=key()).json[
            "receipt"
        ]
        for choices in (FOR, AGAINST)
    ]
    standings = [app.test_client().get(f"/api/v1/receipts/{code}").json["standing"] for code in codes]
    assert standings == ["superseded", "included"]


@pytest.mark.parametrize(
    ("moment", "code"),
    [(CLOSES, "closed"), (CLOSES.replace(year=2027), "closed")],
    ids=["at the closing", "later"],
)
def test_a_vote_after_the_closing_is_refused(app, voting, clock, moment, code):
    ballot, flats = voting
    phone = make_phone(app, flats[0])
    clock.set(moment)
    answer = phone.api("POST", f"/ballots/{ballot.id}/votes", {"choices": FOR}, client_key=key())
    assert (answer.status_code, answer.json["code"]) == (409, code)
    assert "截止" in answer.json["detail"]


def test_a_vote_in_the_last_microsecond_is_taken(app, voting, clock):
    ballot, flats = voting
    phone = make_phone(app, flats[0])
    clock.set(CLOSES.replace(hour=CLOSES.hour - 1, minute=59, second=59, microsecond=999999))
    assert (
        phone.api("POST", f"/ballots/{ballot.id}/votes", {"choices": FOR}, client_key=key()).status_code
        == 201
    )


def test_before_the_opening_one_reads_but_does_not_vote(app, clock):
    clock.set(ANNOUNCED)
    community, flats = make_electorate()
    ballot = make_announced(community)
    phone = make_phone(app, flats[0])
    assert phone.api("GET", f"/ballots/{ballot.id}").json["me"]["code"] == "not_open"
    answer = phone.api("POST", f"/ballots/{ballot.id}/votes", {"choices": FOR}, client_key=key())
    assert (answer.status_code, answer.json["code"]) == (409, "not_open")


def test_a_draft_is_nobodys_to_know_of(app, clock):
    clock.set(ANNOUNCED)
    community, flats = make_electorate()
    ballot = make_draft(community)
    phone = make_phone(app, flats[0])
    assert phone.api("GET", "/ballots").json == {"items": []}
    calls = [
        phone.api("GET", f"/ballots/{ballot.id}"),
        phone.api("POST", f"/ballots/{ballot.id}/votes", {"choices": FOR}, client_key=key()),
        phone.api("GET", f"/ballots/{ballot.id}/turnout"),
        phone.api("GET", f"/ballots/{ballot.id}/result"),
    ]
    assert [call.status_code for call in calls] == [404] * 4


def test_a_foreign_ballot_answers_like_none(app, voting):
    ballot, _ = voting
    _, others = make_electorate()
    phone = make_phone(app, others[0])
    foreign = [
        phone.api("GET", f"/ballots/{ballot.id}"),
        phone.api("POST", f"/ballots/{ballot.id}/votes", {"choices": FOR}, client_key=key()),
        phone.api("GET", f"/ballots/{ballot.id}/turnout"),
    ]
    absent = [
        phone.api("GET", "/ballots/999999"),
        phone.api("POST", "/ballots/999999/votes", {"choices": FOR}, client_key=key()),
        phone.api("GET", "/ballots/999999/turnout"),
    ]
    assert [one.status_code for one in foreign] == [404] * 3
    assert [one.data for one in foreign] == [one.data for one in absent]


def test_a_foreign_ballot_that_is_only_announced_answers_like_none(app, clock):
    clock.set(ANNOUNCED)
    community, _ = make_electorate()
    ballot = make_announced(community)
    _, others = make_electorate()
    answer = make_phone(app, others[0]).api(
        "POST", f"/ballots/{ballot.id}/votes", {"choices": FOR}, client_key=key()
    )
    assert answer.status_code == 404


def test_a_tenant_reads_everything_and_may_not_vote(app, voting):
    ballot, flats = voting
    phone = make_phone(app, flats[0], level=Level.REACHED)
    seen = phone.api("GET", f"/ballots/{ballot.id}").json
    assert (seen["me"]["may_vote"], seen["me"]["code"]) == (False, "no_vote")
    answer = phone.api("POST", f"/ballots/{ballot.id}/votes", {"choices": FOR}, client_key=key())
    assert (answer.status_code, answer.json["code"]) == (403, "no_vote")
    assert "核实" in answer.json["detail"]


def test_a_disputed_binding_does_not_vote(app, voting):
    ballot, flats = voting
    phone = make_phone(app, flats[0], frozen=True)
    answer = phone.api("POST", f"/ballots/{ballot.id}/votes", {"choices": FOR}, client_key=key())
    assert (answer.status_code, answer.json["code"]) == (403, "no_vote")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"choices": {"m1": "for"}}, "m2"),
        ({"choices": {**FOR, "m1": "yes"}}, "m1"),
        ({"choices": {**FOR, "m3": "for"}}, "m3"),
        ({"choices": {**FOR, "weight": "5100.00"}}, "weight"),
        ({"choices": FOR, "weight": 5100}, "weight"),
        ({"choices": FOR, "area": "99999.99"}, "area"),
        ({"choices": FOR, "head": "h2"}, "head"),
        ({"choices": {}}, "choices"),
        ({"choices": ["for"]}, "choices"),
        ({"choices": {**FOR, "m1": ["for"]}}, "choices"),
        ({"choices": {**FOR, "m1": "for\x00"}}, "choices"),
        ({"choices": {**FOR, "m1": "\ud800"}}, "choices"),
        ({"choices": FOR, "flat_id": 2**70}, "flat_id"),
        ({"choices": FOR, "flat_id": "1"}, "flat_id"),
        ({}, "choices"),
    ],
)
def test_a_vote_not_in_form_is_refused_by_field(app, voting, body, field):
    ballot, flats = voting
    phone = make_phone(app, flats[0])
    answer = phone.api("POST", f"/ballots/{ballot.id}/votes", body, client_key=key())
    assert answer.status_code == 422, answer.text
    assert field in answer.json["errors"]
    assert queries.head_hash(ballot.id)[0] == 0


def test_another_flat_is_not_ones_own_to_vote_for(app, voting):
    ballot, flats = voting
    phone = make_phone(app, flats[0])
    body = {"choices": FOR, "flat_id": flats[1].id}
    answer = phone.api("POST", f"/ballots/{ballot.id}/votes", body, client_key=key())
    assert answer.status_code in {403, 422}
    assert queries.turnout(ballot)[0].heads == 0


def test_a_call_without_a_key_or_a_token_is_refused(app, voting):
    ballot, flats = voting
    phone = make_phone(app, flats[0])
    assert phone.api("POST", f"/ballots/{ballot.id}/votes", {"choices": FOR}).status_code == 422
    # The cookie of the pages opens nothing under /api.
    answer = phone.client.post(
        f"/api/v1/ballots/{ballot.id}/votes", json={"choices": FOR}, headers={"Idempotency-Key": key()}
    )
    assert (answer.status_code, answer.json["code"]) == (401, "unauthenticated")


def test_too_many_votes_in_a_minute_are_throttled(app, voting):
    ballot, flats = voting
    phone = make_phone(app, flats[0])
    statuses = [
        phone.api("POST", f"/ballots/{ballot.id}/votes", {"choices": FOR}, client_key=key()).status_code
        for _ in range(31)
    ]
    assert statuses == [201] * 30 + [429]


def test_the_representative_stands_before_a_co_owner(app, clock):
    clock.set(VOTING)
    community = make_community()
    home, other = make_flat(community, area="60.00"), make_flat(community, area="70.00")
    first = make_ownership(home, "陈一", phone="13800000001", is_representative=True)
    second = make_ownership(home, "陈二", phone="13800000002")
    make_owner(other)
    ballot = make_opened(community)
    co_owner = make_phone(app, home, owner_id=second.owner_id)
    representative = make_phone(app, home, owner_id=first.owner_id)
    early = co_owner.api("POST", f"/ballots/{ballot.id}/votes", {"choices": AGAINST}, client_key=key())
    taken = representative.api("POST", f"/ballots/{ballot.id}/votes", {"choices": FOR}, client_key=key())
    late = co_owner.api("POST", f"/ballots/{ballot.id}/votes", {"choices": AGAINST}, client_key=key())
    assert (early.status_code, taken.status_code) == (201, 201)
    assert (late.status_code, late.json["code"]) == (409, "representative_voted")
    assert app.test_client().get(f"/api/v1/receipts/{early.json['receipt']}").json["standing"] == "void"
    assert co_owner.api("GET", f"/ballots/{ballot.id}").json["me"]["code"] == "representative_voted"
    assert queries.turnout(ballot)[0].heads == 1


def test_two_heads_of_one_person_are_voted_apart(app, clock):
    clock.set(VOTING)
    community = make_community()
    own, shared = make_flat(community, area="60.00"), make_flat(community, area="70.00")
    owner = make_owner(own, name="李一", phone="13900000001")
    make_owner(shared, name="李一", phone="13900000001")
    make_ownership(shared, "李二", phone="13900000002")
    ballot = make_opened(community)
    phone = make_phone(app, own, shared, owner_id=owner.id)
    flats = phone.api("GET", f"/ballots/{ballot.id}").json["me"]["flats"]
    assert [flat["flat_id"] for flat in flats] == [own.id, shared.id]
    unclear = phone.api("POST", f"/ballots/{ballot.id}/votes", {"choices": FOR}, client_key=key())
    assert (unclear.status_code, unclear.json["code"]) == (409, "choose_flat")
    for flat in flats:
        body = {"choices": FOR, "flat_id": flat["flat_id"]}
        answer = phone.api("POST", f"/ballots/{ballot.id}/votes", body, client_key=key())
        assert answer.status_code == 201
    assert queries.turnout(ballot)[0].heads == 2


def test_a_ballot_that_may_not_be_changed_says_so(app, clock):
    clock.set(VOTING)
    ballot, flats = make_vote(may_change=False)
    phone = make_phone(app, flats[0])
    phone.api("POST", f"/ballots/{ballot.id}/votes", {"choices": FOR}, client_key=key())
    answer = phone.api("POST", f"/ballots/{ballot.id}/votes", {"choices": AGAINST}, client_key=key())
    assert (answer.status_code, answer.json["code"]) == (409, "vote_stands")
    assert phone.api("GET", f"/ballots/{ballot.id}").json["me"]["code"] == "vote_stands"


def test_the_turnout_of_a_small_scope_is_exact_for_its_owners_only(app, voting):
    ballot, flats = voting
    owner, tenant = make_phone(app, flats[0]), make_phone(app, flats[1], level=Level.REACHED)
    owner.api("POST", f"/ballots/{ballot.id}/votes", {"choices": FOR}, client_key=key())
    (seen,) = owner.api("GET", f"/ballots/{ballot.id}/turnout").json["scopes"]
    assert (seen["heads"], seen["roll_heads"], seen["area"], seen["roll_area"]) == (1, 6, "60.00", "360.00")
    assert seen["sentence"] == "要有效，还差 3 人、180.00 ㎡参与。"
    (coarse,) = tenant.api("GET", f"/ballots/{ballot.id}/turnout").json["scopes"]
    assert (coarse["heads"], coarse["area"], coarse["roll_area"], coarse["area_per_cent"]) == (
        1,
        None,
        None,
        17,
    )
    assert "㎡" not in coarse["sentence"]


def test_the_result_comes_only_with_the_count(app, voting, clock):
    ballot, flats = voting
    for flat in flats[:4]:
        make_phone(app, flat).api("POST", f"/ballots/{ballot.id}/votes", {"choices": FOR}, client_key=key())
    anyone = app.test_client()
    early = anyone.get(f"/api/v1/ballots/{ballot.id}/result")
    assert (early.status_code, early.json["code"]) == (409, "no_result")
    assert early.json["detail"] == "还没到开票时间。投票 2026 年 3 月 31 日 18:00 截止。"
    clock.set(CLOSES)
    assert anyone.get(f"/api/v1/ballots/{ballot.id}/result").status_code == 409
    with unit_of_work():
        actions.count_ballot(ballot.id, actor=COMMAND, now=CLOSES)
    public = anyone.get(f"/api/v1/ballots/{ballot.id}/result").json
    motion = public["scopes"][0]["motions"][0]
    assert (motion["verdict"], motion["heads"]["for"], motion["area"]) == ("passed", 4, None)
    own = make_phone(app, flats[5]).api("GET", f"/ballots/{ballot.id}/result").json
    assert own["scopes"][0]["motions"][0]["area"]["for"] == "240.00"
    tenant = make_phone(app, flats[5], level=Level.REACHED).api("GET", f"/ballots/{ballot.id}/result").json
    assert tenant == public


def test_what_is_written_into_a_ballot_is_text_everywhere(app, clock):
    clock.set(VOTING)
    nasty = "<script>alert(1)</script>"
    community, flats = make_electorate()
    motion = MotionText(nasty, Kind.CHOOSE_ONE, Matter.OTHER, nasty, options=(nasty, '"><img src=x>'))
    ballot = make_opened(community, title=f"表决{nasty}", intro=nasty, motions=(motion,))
    phone = make_phone(app, flats[0])
    page = phone.get(f"/ballots/{ballot.id}")
    review = phone.fill(page, "/review", **{"choice-m1": nasty})
    receipt = phone.fill(review, "/votes")
    for text in (page, review, receipt, phone.get("/me"), phone.get("/ballots"), phone.get("/inbox")):
        assert "<script>" not in text
        assert "<img src=x" not in text
    assert nasty.replace("<", "&lt;").replace(">", "&gt;") in review


def test_the_list_shows_what_can_be_acted_on_first(app, clock):
    clock.set(ANNOUNCED)
    community, flats = make_electorate()
    announced = make_announced(community, title="以后的")
    opened = make_opened(community, title="现在的")
    clock.set(OPENS)
    phone = make_phone(app, flats[0])
    items = phone.api("GET", "/ballots").json["items"]
    assert [(item["id"], item["stage"]) for item in items] == [
        (opened.id, "open"),
        (announced.id, "announced"),
    ]
