"""Anyone may keep what the house has signed, from the opening on, and read how to check it."""

from datetime import timedelta

import pytest

from server.infra import signing
from tests.factories.ballots import (
    OPENS,
    VOTING,
    cast,
    make_announced,
    make_electorate,
    make_vote,
    make_voter,
)


@pytest.fixture
def voted(app, clock):
    clock.set(VOTING)
    ballot, flats = make_vote()
    cast(ballot, make_voter(flats[0]))
    return ballot


def test_anyone_reads_the_newest_checkpoint_and_takes_all_of_them_home(app, voted):
    visitor = app.test_client()
    page = visitor.get(f"/ballots/{voted.id}/proof")
    assert page.status_code == 200
    assert "xiangyi-checkpoint/1" in page.text and signing.public_key() in page.text
    kept = visitor.get(f"/ballots/{voted.id}/checkpoints.txt").text
    assert kept.count("sig ") == 1 and f"ballot b{voted.id}\nevents 0\n" in kept
    answer = visitor.get(f"/api/v1/ballots/{voted.id}/checkpoints").json
    assert (answer["total"], answer["items"][0]["text"], answer["public_key"]) == (
        1,
        kept,
        signing.public_key(),
    )


def test_the_chain_of_an_open_vote_is_for_anyone_and_tells_no_choice(app, voted):
    answer = app.test_client().get(f"/ballots/{voted.id}/chain.json")
    assert answer.status_code == 200
    assert [set(event) for event in answer.json["log"]] == [{"seq", "kind", "recorded_at", "hash"}]


def test_how_to_check_is_told_without_a_ballot(app):
    assert "不能证明什么" in app.test_client().get("/proof").text


@pytest.mark.parametrize(
    "path", ["/ballots/{}/proof", "/ballots/{}/chain.json", "/api/v1/ballots/{}/checkpoints"]
)
def test_before_the_opening_there_is_no_log_to_check(app, clock, path):
    clock.set(OPENS - timedelta(days=1))
    community, _ = make_electorate()
    ballot = make_announced(community)
    for asked in (ballot.id, 999):
        assert app.test_client().get(path.format(asked)).status_code == 404
