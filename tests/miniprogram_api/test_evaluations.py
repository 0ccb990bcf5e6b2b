"""Judging as JSON."""

import pytest
from flask.testing import FlaskClient

from server.evaluations.rules.answering import Said
from server.evaluations.rules.words import ItemMark, Mark
from server.infra.db import unit_of_work
from server.moderation.actions import pass_text
from server.moderation.queries import waiting
from tests.conftest import Clock
from tests.factories.evaluations import DURING, OVER, follow, give, make_rounds
from tests.factories.identity import make_resident, make_token
from tests.factories.ledger import household_of, make_small_community
from tests.factories.policies import make_policy
from tests.factories.projects import CONFIRMS

API = "/api/v1/evaluations"


class Caller:
    """A resident's client, with what it sends and gets."""

    def __init__(self, client: FlaskClient, headers: dict[str, str]) -> None:
        self.client, self.headers = client, headers

    def get(self, path: str = ""):
        return self.client.get(API + path, headers=self.headers)

    def give(self, of, client_key: str = "k", **body):
        headers = {**self.headers, "Idempotency-Key": client_key}
        return self.client.post(f"{API}/{of.id}/answers", headers=headers, json=body)


@pytest.fixture
def asked(client: FlaskClient, clock: Clock):
    """A community of three flats in its first round, and the resident of the first flat."""
    community, flats = make_small_community(3)
    of = make_rounds(community)[0]
    clock.set(DURING)
    return Caller(client, make_token(make_resident(flats[0]))), of, flats


def test_the_open_rounds_say_what_is_asked_of_which_household(asked):
    caller, of, flats = asked
    found = caller.get().json["items"]
    assert [(one["id"], one["name"], one["stage"]) for one in found] == [(of.id, "竣工时", "open")]
    assert found[0]["items"] == [{"code": "B-01", "title": "修路"}, {"code": "T-01", "title": "加装电梯"}]
    assert found[0]["households"] == [
        {"household_id": household_of(flats[0]).id, "label": "1 栋 1 单元 101", "answer": None}
    ]


def test_an_answer_is_kept_once_and_says_what_could_be_reported(asked):
    caller, of, flats = asked
    body = {"household_id": household_of(flats[0]).id, "overall": "good", "items": {"B-01": "not_done"}}
    first = caller.give(of, **body)
    assert first.status_code == 201
    (low,) = first.json["low"]
    report = low.pop("report")
    assert low == {"code": "B-01", "title": "修路", "is_not_done": True}
    assert (report["category"], report["where"], report["words"]) == ("works", "community", "修路，没有做：")
    assert report["href"].startswith("/tickets/new?") and f"flat_id={report['flat_id']}" in report["href"]
    assert caller.give(of, **body).json["id"] == first.json["id"]
    assert caller.give(of, **{**body, "overall": "poor"}).status_code == 409
    assert caller.get(f"/{of.id}").json["households"][0]["answer"]["items"] == {"B-01": "not_done"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param({"overall": "great"}, 422, id="a-mark-there-is-not"),
        pytest.param({}, 422, id="without-the-first-mark"),
        pytest.param({"overall": "good", "items": {"X": "good"}}, 422, id="an-item-nobody-promised"),
        pytest.param({"overall": "good", "household_id": 999999}, 404, id="anothers-household"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_reason(asked, body, status):
    caller, of, flats = asked
    answer = caller.give(of, **{"household_id": household_of(flats[0]).id, **body})
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"


def test_nothing_of_the_result_leaves_before_the_end(asked, clock):
    caller, of, flats = asked
    give(of, flats[1], Mark.POOR)
    refused = caller.get(f"/{of.id}/result")
    assert (refused.status_code, refused.json["code"]) == (409, "not_over")
    clock.set(OVER)
    told = caller.get(f"/{of.id}/result").json
    assert (told["households"], told["answered"], told["lacking"]) == (3, 1, 29)
    assert (told["aspects"], told["items"], told["by_staff"]) == ([], [], None)


def test_the_result_tells_counts_rate_and_interval(client, clock):
    make_policy("evaluation.least_answers", 4)
    make_policy("disclosure.least_cell", 2)
    community, flats = make_small_community(6)
    of = make_rounds(community)[0]
    marks = (Mark.GOOD, Mark.GOOD, Mark.FAIR, Mark.FAIR, Mark.POOR, Mark.POOR)
    for flat, mark in zip(flats, marks, strict=True):
        give(of, flat, Said(mark, items={"B-01": ItemMark.GOOD}))
    clock.set(OVER)
    follow(OVER)
    caller = Caller(client, make_token(make_resident(flats[0])))
    overall = caller.get(f"/{of.id}/result").json["aspects"][0]
    assert [one["count"] for one in overall["counts"]] == [2, 2, 2]
    assert (overall["share"], overall["low"], overall["answered"]) == ("0.666667", None, 6)
    assert overall["interval_low"] < overall["share"] < overall["interval_high"]


def test_a_round_of_others_is_as_if_it_were_not(asked):
    caller, _, _ = asked
    other = make_rounds(make_small_community(1)[0])[0]
    for path in (f"/{other.id}", "/999999", "/999999/result"):
        assert caller.get(path).status_code == 404


def test_anyone_reads_a_result_that_is_over_and_nobody_one_that_has_not_begun(client, clock):
    make_policy("evaluation.least_answers", 1)
    make_policy("disclosure.least_cell", 2)
    community, flats = make_small_community(3)
    first, second, _ = make_rounds(community)
    for flat in flats:
        give(first, flat, Said(Mark.GOOD, words="路灯亮了"))
    stranger = Caller(client, {})
    clock.set(DURING)
    assert stranger.get(f"/{first.id}/result").status_code == 409
    assert stranger.get(f"/{second.id}/result").status_code == 404
    clock.set(OVER)
    follow(OVER)
    told = stranger.get(f"/{first.id}/result").json
    assert (told["answered"], told["lacking"], [one["round_id"] for one in told["rounds"]]) == (
        3,
        0,
        [first.id],
    )
    assert [one["households"] for one in told["buildings"]] == [3]
    # Nobody has looked at the words yet, and three answers within an hour are nothing odd.
    assert (told["words"], told["burst"], told["by_few"]) == ([], 0, 0)
    pass_everything(community)
    assert stranger.get(f"/{first.id}/result").json["words"] == ["路灯亮了"] * 3


def pass_everything(community) -> None:
    for item in waiting(community.id).items:
        with unit_of_work():
            pass_text(item.id, community_id=community.id, acts_seen=0, actor=CONFIRMS, now=OVER)
