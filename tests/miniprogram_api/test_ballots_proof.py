"""Anyone may keep what the house has signed, from the opening on, and read how to check it."""

import io
import subprocess
import sys
import zipfile
from datetime import timedelta

import pytest

from server.ballots import actions, programs, queries
from server.infra import signing
from server.infra.db import unit_of_work
from tests.factories.ballots import (
    CLOSES,
    OPENS,
    VOTING,
    bundle_text,
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


def test_a_past_checkpoint_stays_to_be_read_as_text_and_code(app, voted):
    with unit_of_work():
        assert actions.take_due(VOTING + timedelta(minutes=10)) == 1
    visitor, page = app.test_client(), f"/ballots/{voted.id}/checkpoints"
    assert f"{page}/1" in visitor.get(f"/ballots/{voted.id}/proof").text
    first = visitor.get(f"{page}/1").text
    assert all(words in first for words in ("events 0\n", "sig ", "核对点的二维码"))
    assert "events 1\n" in visitor.get(f"{page}/2").text
    assert visitor.get(f"{page}/3").status_code == 404


def test_the_notice_of_a_running_vote_shows_its_newest_checkpoint_and_where_the_others_are(app, clock):
    clock.set(OPENS - timedelta(days=1))
    community, _ = make_electorate()
    ballot = make_announced(community)
    notice = f"/notices/{queries.announcement(ballot).notice_id}"
    visitor = app.test_client()
    before = visitor.get(notice).text
    assert ("xiangyi-checkpoint/1" in before, "选票记录只能往后加" in before) == (False, True)
    clock.set(OPENS)
    with unit_of_work():
        actions.open_due(OPENS)
    running = visitor.get(notice).text
    assert all(
        words in running
        for words in ("xiangyi-checkpoint/1", f"/ballots/{ballot.id}/proof", "核对点的二维码")
    )


def test_an_auditor_takes_the_programs_along_and_counts_on_a_bare_python(app, voted, tmp_path):
    answer = app.test_client().get("/proof/programs.zip")
    assert answer.data == programs.packed()
    assert programs.digest() in app.test_client().get("/proof").text
    zipfile.ZipFile(io.BytesIO(answer.data)).extractall(tmp_path)
    (tmp_path / "bundle.json").write_text(bundle_text(voted, now=CLOSES), encoding="utf-8")
    (tmp_path / "point.txt").write_text(app.test_client().get(f"/ballots/{voted.id}/checkpoints.txt").text)
    for command, said in (
        (["-I", "-S", "server/ballots/recount.py", "bundle.json"], '"log": "whole"'),
        (["-I", "-S", "server/ballots/recount.py", "--explain", "bundle.json"], "连得上，没有断"),
        (["-S", "-m", "server.ballots.verify", "bundle.json", "point.txt"], "对得上"),
    ):
        done = subprocess.run([sys.executable, *command], cwd=tmp_path, capture_output=True, check=False)
        assert (done.returncode, said in done.stdout.decode()) == (0, True), done.stderr.decode()
