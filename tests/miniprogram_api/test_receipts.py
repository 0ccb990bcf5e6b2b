"""Looking up a receipt: open to whoever holds it, and never the choice."""

import pytest

from miniprogram_api.receipts import WRONG_CODES
from server.ballots import actions
from server.ballots.rules.desk import Fault
from server.ballots.rules.events import Verdict
from server.infra.db import unit_of_work
from tests.factories.ballots import REVIEWER, VOTING, assist, cast, key, make_vote
from tests.miniprogram_api.phones import make_phone


@pytest.fixture
def voting(app, clock):
    clock.set(VOTING)
    return make_vote()


@pytest.mark.parametrize(
    "written", ["{0}", "{1} {2} {3}", "{1}-{2}-{3}", " {0} "], ids=["plain", "spaces", "dashes", "ends"]
)
def test_a_code_is_taken_as_people_write_it(app, voting, written):
    ballot, flats = voting
    code = cast(ballot, make_phone(app, flats[0]).actor).code
    typed = written.format(code, code[:4], code[4:8], code[8:]).lower()
    page = app.test_client().get("/receipts", query_string={"code": typed}, follow_redirects=True)
    assert page.status_code == 200
    assert "已计入" in page.text
    assert f"{code[:4]} {code[4:8]} {code[8:]}" in page.text


def test_what_one_person_entered_waits_for_its_review_and_is_then_included_or_void(app, voting):
    ballot, flats = voting
    codes = [assist(ballot, flat).code for flat in flats[:2]]
    anyone = app.test_client()

    def states():
        return [anyone.get(f"/api/v1/receipts/{code}").json["state"] for code in codes]

    assert states() == ["已收到，等待复核"] * 2
    assert "等复核" in anyone.get(f"/r/{codes[0]}").text
    review(ballot, 1, Verdict.VALID, reading={"m1": "for", "m2": "abstain"})
    review(ballot, 2, Verdict.VOID, fault=Fault.NOT_GENUINE)
    assert states() == ["已计入", "已作废"]
    assert "已作废" in anyone.get(f"/r/{codes[1]}").text


def review(ballot, seq, verdict, **facts):
    with unit_of_work():
        actions.review_vote(
            ballot.id, seq, verdict=verdict, client_key=key(), actor=REVIEWER, now=VOTING, **facts
        )


def test_a_superseded_receipt_says_so(app, voting):
    ballot, flats = voting
    phone = make_phone(app, flats[0])
    first = cast(ballot, phone.actor).code
    cast(ballot, phone.actor, "against")
    assert "被另一张票代替" in app.test_client().get(f"/r/{first}").text


@pytest.mark.parametrize("code", ["AAAAAAAAAAAA", "x", "0" * 12, "%00", "回执", "A" * 500, "-"])
def test_a_wrong_code_is_not_found_and_says_what_to_do(app, voting, code):
    for address in (f"/api/v1/receipts/{code}", f"/r/{code}"):
        answer = app.test_client().get(address)
        assert answer.status_code == 404
        assert "核对" in (answer.json["detail"] if answer.is_json else answer.text)


def test_a_wrong_check_character_is_never_asked_of_the_database(app, voting):
    ballot, flats = voting
    code = cast(ballot, make_phone(app, flats[0]).actor).code
    other = "A" if code[-1] != "A" else "B"
    assert app.test_client().get(f"/api/v1/receipts/{code[:-1]}{other}").status_code == 404


def test_guessing_is_throttled_by_address_and_right_codes_are_not_counted(app, voting):
    ballot, flats = voting
    code = cast(ballot, make_phone(app, flats[0]).actor).code
    anyone = app.test_client()
    tries = int(WRONG_CODES.partition("/")[0])
    for _ in range(tries + 5):
        assert anyone.get(f"/api/v1/receipts/{code}").status_code == 200
    assert {anyone.get("/api/v1/receipts/AAAA").status_code for _ in range(tries)} == {404}
    answer = anyone.get("/api/v1/receipts/AAAA")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert anyone.get(f"/r/{code}").status_code == 429
    elsewhere = anyone.get(f"/r/{code}", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert elsewhere.status_code == 200


def test_nothing_in_the_answer_is_a_choice_or_a_home(app, voting):
    ballot, flats = voting
    code = cast(ballot, make_phone(app, flats[0]).actor, {"m1": "against", "m2": "浅灰"}).code
    answer = app.test_client().get(f"/api/v1/receipts/{code}")
    assert set(answer.json) == {
        "receipt", "ballot_id", "title", "recorded_at", "standing", "awaits_review", "state",
    }  # fmt: skip
    for text in (answer.text, app.test_client().get(f"/r/{code}").text):
        for word in ("against", "反对", "浅灰", "1 栋", "室"):
            assert word not in text
