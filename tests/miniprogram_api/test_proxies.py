"""Voting for somebody on the telephone: given away, claimed, cast, taken back; as pages and as calls."""

import pytest

from server.ballots import queries
from server.identity.rules import Level
from tests.factories.ballots import VOTING, key, log_of, make_vote
from tests.miniprogram_api.phones import make_phone

NAMED = {"agent": "钱七", "phone": "13900000007"}


@pytest.fixture
def voting(app, clock):
    clock.set(VOTING)
    return make_vote()


def code_in(page: str) -> str:
    """The code as the page shows it, in fours."""
    return page.partition('<p class="code">')[2].partition("</p>")[0].strip()


def test_an_owner_gives_the_vote_away_and_the_agent_casts_it_through_the_pages(app, voting) -> None:
    ballot, flats = voting
    owner, agent = make_phone(app, flats[0]), make_phone(app, flats[5], level=Level.REACHED)
    assert f"/ballots/{ballot.id}/proxies" in owner.get(f"/ballots/{ballot.id}")
    page = owner.get(f"/ballots/{ballot.id}/proxies")
    bare = owner.fill(page, "/proxies", agent="钱七", phone="139")
    assert (owner.status, "11 位手机号" in bare, "钱七" in bare) == (422, True, True)
    granted = owner.fill(page, "/proxies", **NAMED, motions="m1")
    code = code_in(granted)
    assert len(code.replace(" ", "")) == 12
    assert code not in owner.get(f"/ballots/{ballot.id}/proxies")
    wrong = agent.fill(agent.get("/proxies"), "/proxies", code=code, agent="李九", phone="13900000007")
    assert (agent.status, "对不上" in wrong) == (409, True)
    voted = agent.fill(agent.get("/proxies"), "/proxies", code=code, **NAMED)
    assert "代 1 栋 1 单元 101 的业主投票" in voted
    assert "加装电梯" in voted and "外墙颜色" not in voted
    assert "这一项还没选" in agent.fill(voted, "/review")
    review = agent.fill(voted, "/review", **{"choice-m1": "for"})
    assert "替业主选的是" in review and log_of(ballot) == []
    done = agent.fill(review, "/votes")
    assert "投好了" in done
    (event,) = log_of(ballot)
    assert (event["channel"], event["motions"]) == ("assisted", ["m1"])
    assert "已投票" in owner.get(f"/ballots/{ballot.id}/proxies")
    assert "去投" not in agent.get("/proxies")


def test_someone_without_a_home_here_comes_in_by_the_code(app, voting) -> None:
    ballot, flats = voting
    owner = make_phone(app, flats[0])
    page = owner.get(f"/ballots/{ballot.id}/proxies")
    code = code_in(owner.fill(page, "/proxies", **NAMED, motions="m1"))
    stranger = make_phone(app)
    stranger.client = app.test_client()
    refused = stranger.fill(stranger.get("/proxies"), "/proxies", code=code, **NAMED)
    assert (stranger.status, "同意后才能进" in refused) == (422, True)
    voted = stranger.fill(stranger.get("/proxies"), "/proxies", code=code, agree="yes", **NAMED)
    assert "代 1 栋 1 单元 101 的业主投票" in voted
    assert stranger.client.get(f"/ballots/{ballot.id}").status_code == 404


def test_the_owner_takes_it_back_on_the_page(app, voting) -> None:
    ballot, flats = voting
    owner, agent = make_phone(app, flats[0]), make_phone(app, flats[5])
    page = f"/ballots/{ballot.id}/proxies"
    code = code_in(owner.fill(owner.get(page), "/proxies", **NAMED, motions="m1"))
    agent.fill(agent.get("/proxies"), "/proxies", code=code, **NAMED)
    assert "已撤回" in owner.fill(owner.get(page), "/revoke")
    (row,) = queries.proxies(ballot.id)
    assert "已撤回" in agent.get(f"/proxies/{row.row.id}")
    fields = {"csrf_token": agent.csrf(), "client_key": key(), "choice-m1": "for"}
    refused = agent.post(f"/proxies/{row.row.id}/votes", fields)
    assert (agent.status, "这份委托已经撤回" in refused) == (409, True)


def test_the_same_through_calls(app, voting) -> None:
    ballot, flats = voting
    owner, agent, other = (make_phone(app, flat) for flat in (flats[0], flats[4], flats[5]))
    grant = f"/ballots/{ballot.id}/proxies"
    asked = {**NAMED, "motions": ["m1"]}
    one = key()
    answers = [owner.api("POST", grant, asked, client_key=one) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json == answers[1].json
    own = owner.api("GET", grant).json
    assert (own["limit"], own["items"][0]["agent"], own["items"][0]["motions"]) == (3, "钱七", ["m1"])
    assert other.api("GET", grant).json["items"] == []
    code = answers[0].json["code"]
    assert other.api("POST", "/proxies", {**NAMED, "code": code, "agent": "李九"}).status_code == 409
    claimed = agent.api("POST", "/proxies", {**NAMED, "code": code})
    assert claimed.status_code == 200
    assert claimed.json["homes"] == ["1 栋 1 单元 101"]
    assert [motion["id"] for motion in claimed.json["motions"]] == ["m1"]
    held = agent.api("GET", "/proxies").json["items"]
    assert (held[0]["may_vote"], other.api("GET", "/proxies").json["items"]) == (True, [])
    votes = f"/proxies/{held[0]['id']}/votes"
    choices = {"choices": {"m1": "for"}}
    assert other.api("POST", votes, choices, client_key=key()).status_code == 404
    beyond = agent.api("POST", votes, {"choices": {"m1": "for", "m2": "米白"}}, client_key=key())
    assert (beyond.status_code, list(beyond.json["errors"])) == (422, ["m2"])
    cast = agent.api("POST", votes, choices, client_key=key())
    assert cast.status_code == 201
    found = app.test_client().get(f"/api/v1/receipts/{cast.json['receipt']}").json
    assert (found["standing"], found["awaits_review"]) == ("included", False)
    late = owner.api("POST", f"{grant}/{held[0]['id']}/revoke")
    assert (late.status_code, late.json["code"]) == (409, "proxy_cast")
    assert agent.api("GET", "/proxies").json["items"][0]["may_vote"] is False


def test_a_tenant_gives_nothing_away_and_a_foreign_ballot_is_not_there(app, voting) -> None:
    ballot, flats = voting
    tenant = make_phone(app, flats[0], level=Level.REACHED)
    asked = {**NAMED, "motions": ["m1"]}
    assert tenant.api("POST", f"/ballots/{ballot.id}/proxies", asked, client_key=key()).status_code == 403
    assert "你现在不能委托" in tenant.get(f"/ballots/{ballot.id}/proxies")
    other, _ = make_vote()
    assert tenant.api("GET", f"/ballots/{other.id}/proxies").status_code == 404
    assert tenant.api("POST", f"/ballots/{ballot.id}/proxies/99/revoke").status_code == 404
    assert tenant.get("/proxies/99") and tenant.status == 404


def test_guessing_codes_is_slowed_down(app, voting) -> None:
    _, flats = voting
    phone = make_phone(app, flats[0])
    answers = {phone.api("POST", "/proxies", {**NAMED, "code": f"2{n:02}"}).status_code for n in range(21)}
    assert answers == {409, 429}
