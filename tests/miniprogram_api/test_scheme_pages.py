"""The scheme that everyone may read: what is built where, the vote it rests on, what changed since, how far a lift is."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from server.decisions.queries import decision_of_ballot
from server.decisions.rules.lifts import ActKind
from server.kernel.places import ScopeKind
from tests.factories import decisions as decided
from tests.factories import schemes as made
from tests.factories.ballots import CLERK, REVIEWER
from tests.factories.ledger import make_community
from tests.factories.schemes import CHECKED
from tests.miniprogram_api.phones import make_phone

LATER = CHECKED + timedelta(days=1)


@pytest.fixture(autouse=True)
def _later(clock):
    clock.set(LATER + timedelta(days=5))


def page(client: FlaskClient, community, node: str = "") -> str:
    answer = client.get(f"/communities/{community.id}/scheme{'/' + node if node else ''}")
    assert answer.status_code == 200
    return answer.text


def told(client: FlaskClient, community, node: str = "community"):
    answer = client.get(f"/api/v1/communities/{community.id}/schemes/{node}")
    assert answer.status_code == 200
    return answer.json


def test_everyone_reads_what_is_built_and_by_which_vote(client):
    counted = made.make_voted()
    community, ballot = counted.community, counted.ballot
    assert f"/communities/{community.id}/scheme" not in client.get(f"/communities/{community.id}").text
    made.make_version(counted, is_confirmed=True)
    assert f"/communities/{community.id}/scheme" in client.get(f"/communities/{community.id}").text
    text = page(client, community)
    for words in ("60,000.00 元", "整个方案一共 100,000.00 元", f"/ballots/{ballot.id}/result", "通过"):
        assert words in text, words
    for hidden in (CLERK.label, REVIEWER.label):
        assert hidden not in text, hidden
    scheme = told(client, community)
    assert [(one["code"], one["is_done"], one["cost_fen"], one["ballot_id"]) for one in scheme["lines"]] == [
        ("B06", True, 60_000_00, ballot.id),
        ("B11", True, 40_000_00, ballot.id),
    ]
    assert (scheme["version"], scheme["changes"], scheme["lift"], scheme["resting"]) == (1, [], None, [])


def test_what_a_court_revoked_is_not_told_as_needing_no_vote(client):
    counted = made.make_voted()
    made.make_version(counted, is_confirmed=True)
    decided.annul(decision_of_ballot(counted.ballot.id), now=CHECKED)
    text = page(client, counted.community)
    assert text.count("原来的表决不算数了") == 2
    for wrong in ("不用表决", "整个方案一共", ">做<"):
        assert wrong not in text, wrong
    lines = told(client, counted.community)["lines"]
    assert [(one["is_done"], one["is_undone"], one["ballot_id"]) for one in lines] == [
        (False, True, None)
    ] * 2


def test_what_changed_since_is_told_with_before_and_after(client):
    counted = made.make_voted()
    community = counted.community
    made.make_version(counted, is_confirmed=True)
    made.make_version(
        counted, {"B06": 62_000_00}, is_confirmed=True, reason="路面加厚。", now=CHECKED + timedelta(hours=2)
    )
    text = page(client, community)
    assert (
        text.index("第 2 版") < text.index("路面加厚。") < text.index("62,000.00 元", text.index("第 2 版"))
    )
    (change,) = told(client, community)["changes"]
    assert (change["number"], change["reason"]) == (2, "路面加厚。")
    assert [(one["before_fen"], one["after_fen"]) for one in change["items"]] == [(60_000_00, 62_000_00)]


def test_a_change_that_rests_is_told_and_what_holds_stays(client):
    counted = made.make_voted()
    community = counted.community
    made.make_version(counted, is_confirmed=True)
    made.make_version(counted, {"B06": 160_000_00}, reason="加宽", now=CHECKED + timedelta(hours=2))
    text = page(client, community)
    assert "要重新征求意见" in text and "160,000.00" not in text and "60,000.00 元" in text
    scheme = told(client, community)
    assert scheme["version"] == 1 and "造价比公布的多 100,000.00 元" in scheme["resting"][0]


def test_one_entrance_builds_what_its_neighbour_does_not(client):
    """Scopes are told in their places: a lift of one entrance stands on that entrance's page alone."""
    counted = made.make_voted(["W02"], scope=ScopeKind.ENTRANCE)
    community, entrance = counted.community, counted.flats[0].entrance_id
    made.make_version(counted, {"W02": 480_000_00}, node=f"e{entrance}", told=480_000_00, is_confirmed=True)
    here = told(client, community, f"e{entrance}")
    assert [one["code"] for one in here["lines"]] == ["W02"]
    whole = told(client, community)
    assert whole["lines"] == [] and [one["node"] for one in whole["below"]] == [f"e{entrance}"]
    assert "还没有生效的方案" in page(client, community)
    assert "480,000.00 元" in page(client, community, f"e{entrance}")


def test_of_a_lift_everyone_reads_counts_and_the_plan_and_nobody_is_named(client):
    counted = made.make_voted(["W02"], scope=ScopeKind.ENTRANCE)
    community, flats = counted.community, counted.flats
    case = made.make_case(flats, flats[:2])
    objection = made.act(case, ActKind.OBJECTION, flats[2], words="挡了我家厨房的光")
    made.act(case, ActKind.COMPENSATION, about=objection, amount_fen=7_654_00)
    made.act(case, ActKind.CONSENT, flats[0], who="赵某某")
    made.plan(case)
    node = f"e{flats[0].entrance_id}"
    text = page(client, community, node)
    missing = "被占用专有部分、还没同意的业主 2 户；还没了结的邻居异议 1 条"
    for words in ("票数够，还缺同意", missing, "480,000.00 元", "6 楼", "5 份", "电梯公司保养"):
        assert words in text, words
    lift = told(client, community, node)["lift"]
    assert (lift["outcome"], lift["missing"], lift["parts"][0]) == (
        "blocked",
        missing,
        {"floor": 1, "parts": 0},
    )
    for hidden in ("厨房", "赵某某", "7,654", flats[1].room, "调解员"):
        assert hidden not in text and hidden not in str(lift), hidden


def test_a_lift_is_between_the_owners_and_the_committee_until_it_was_voted_on(client):
    counted = made.make_voted()
    made.make_case(counted.flats, counted.flats[:1])
    scheme = told(client, counted.community, f"e{counted.flats[0].entrance_id}")
    assert scheme["lift"] is None and told(client, counted.community)["below"] == []


def test_drawings_say_what_was_what_is_and_who_agreed(client):
    counted = made.make_voted()
    community = counted.community
    made.make_version(counted, is_confirmed=True)
    made.make_drawing(community, is_confirmed=True)
    made.make_drawing(community, is_confirmed=True, after="停车位沿北墙", now=CHECKED)
    made.make_drawing(community, after="还没人看过的一版", now=LATER)
    text = page(client, community)
    for words in ("停车位沿东墙", "停车位沿北墙", "东墙要留消防通道", "业主大会、居委会"):
        assert words in text, words
    assert "还没人看过的一版" not in text
    assert [one["number"] for one in told(client, community)["drawings"]] == [2, 1]


def test_a_neighbour_finds_the_own_entrance(app, client):
    counted = made.make_voted()
    made.make_version(counted, is_confirmed=True)
    flat = counted.flats[0]
    text = make_phone(app, flat).get(f"/communities/{counted.community.id}/scheme")
    assert f"/scheme/e{flat.entrance_id}" in text
    assert "看我家那个单元" not in page(client, counted.community)


@pytest.mark.parametrize("node", ["e987654321", "b987654321", "x", "e", "-1"])
def test_a_place_that_is_none_of_the_communitys_is_not_there(client, node):
    community, other = make_community("甲院"), made.make_voted()
    for path in (f"/communities/{community.id}/scheme/", f"/api/v1/communities/{community.id}/schemes/"):
        assert client.get(f"{path}{node}").status_code == 404
        assert client.get(f"{path}e{other.flats[0].entrance_id}").status_code == 404
    assert client.get("/api/v1/communities/987654321/schemes/community").status_code == 404
    assert client.get("/communities/987654321/scheme").status_code == 404
