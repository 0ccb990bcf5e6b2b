"""The bundle: what leaves the real tables passes the stranger's recount, with equal results."""

import json
import random
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from server.audit.models import AuditEntry
from server.ballots import actions, queries
from server.ballots.rules.desk import BY_REVIEWER
from server.ballots.rules.events import Verdict
from server.infra.db import db, unit_of_work
from server.kernel.errors import Refused
from server.kernel.places import ScopeKind
from tests.factories.ballots import (
    CLERK,
    CLOSES,
    OPENS,
    REVIEWER,
    VOTING,
    bundle_text,
    cast,
    enter,
    explain_papers,
    key,
    make_opened,
    make_vote,
    make_voter,
)
from tests.factories.ledger import make_community, make_flat, make_owner

pytestmark = pytest.mark.usefixtures("app")
ROOT = Path(__file__).parents[3]
AFTER = CLOSES + timedelta(hours=2)


def recount(text: str, tmp_path: Path) -> dict:
    file = tmp_path / "bundle.json"
    file.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(ROOT / "server/ballots/recount.py"), str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return json.loads(done.stdout)


def _has_paper(ballot, flat) -> bool:
    (card,) = queries.heads_of_flats(ballot.id, [flat.id])
    mine = [paper for paper in queries.papers(ballot.id) if paper.head == card.head]
    return any(queries.standing_entry_of_paper(paper.id) for paper in mine)


@pytest.mark.parametrize("scope", list(ScopeKind))
@pytest.mark.parametrize("precedence", ["latest", "first", "paper", "online"])
def test_the_recount_of_the_bundle_equals_the_stored_count(scope, precedence, tmp_path: Path) -> None:
    chance = random.Random(f"{scope}{precedence}")  # noqa: S311 - repeatable, not secret
    community = make_community()
    flats = [
        make_flat(
            community,
            str(1 + place % 2),
            str(1 + place // 2 % 2),
            str(100 + place),
            area=f"{chance.randrange(4000, 9900) / 100:.2f}",
        )
        for place in range(9)
    ]
    make_owner(flats[0], flats[1], flats[5])
    for flat in (*flats[2:5], *flats[6:]):
        make_owner(flat)
    ballot = make_opened(community, scope=scope, precedence=precedence)
    voters = {flat.id: make_voter(flat) for flat in flats}
    now = OPENS
    for flat in flats:
        for _ in range(chance.randrange(3)):
            now += timedelta(hours=chance.randrange(1, 5))
            answer = {
                "m1": chance.choice(["for", "for", "against", "abstain"]),
                "m2": chance.choice(["米白", "浅灰"]),
            }
            if chance.random() < 0.3 and not _has_paper(ballot, flat):
                receipt = enter(ballot, flat, answer, received_at=now - timedelta(minutes=20), now=now)
                verdict = chance.choice([Verdict.VALID, Verdict.VOID])
                with unit_of_work():
                    actions.review_vote(
                        ballot.id,
                        receipt.seq,
                        verdict=verdict,
                        fault=chance.choice(BY_REVIEWER) if verdict is Verdict.VOID else None,
                        reading=answer,
                        client_key=key(),
                        actor=REVIEWER,
                        now=now,
                    )
            else:
                cast(ballot, voters[flat.id], answer, now=now)
    assert list(queries.faults_in(ballot.id)) == []
    explain_papers(ballot, now=AFTER)
    with unit_of_work():
        count = actions.count_ballot(ballot.id, actor=CLERK, now=AFTER)
    printed = recount(bundle_text(ballot, now=AFTER), tmp_path)
    assert printed["results"] == queries.result(ballot.id).results
    assert (printed["log"], printed["head_hash"]) == ("whole", count.head_hash)


def test_a_late_review_shows_in_the_recount_as_in_the_count(tmp_path: Path) -> None:
    ballot, flats = make_vote()
    for flat in flats[:5]:
        cast(ballot, make_voter(flat))
    with unit_of_work():
        actions.extend_closing(
            ballot.id, CLOSES + timedelta(days=1), reason="延期", client_key=key(), actor=CLERK, now=VOTING
        )
    later = CLOSES + timedelta(days=2)
    with unit_of_work():
        actions.count_ballot(ballot.id, actor=CLERK, now=later)
    with unit_of_work():
        actions.review_vote(
            ballot.id,
            1,
            verdict=Verdict.VOID,
            fault=BY_REVIEWER[1],
            client_key=key(),
            actor=REVIEWER,
            now=later,
        )
    with unit_of_work():
        actions.count_ballot(ballot.id, actor=CLERK, now=later)
    printed = recount(bundle_text(ballot, now=later), tmp_path)
    found = queries.result(ballot.id)
    assert printed["results"] == found.results
    assert printed["results_at_closing"] == found.results_at_closing
    assert printed["closes_at"] == "2026-04-01T18:00:00+08:00"


def test_a_ballot_without_a_vote_exports_an_empty_log(tmp_path: Path) -> None:
    ballot, _ = make_vote()
    printed = recount(bundle_text(ballot, now=AFTER), tmp_path)
    assert printed["head_hash"] == queries.opening(ballot.id).fingerprint
    assert printed["results"][0]["motions"][0]["verdict"] == "no_quorum"


def test_a_bundle_holds_no_name_phone_or_label() -> None:
    ballot, flats = make_vote()
    cast(ballot, make_voter(flats[0]))
    text = bundle_text(ballot, now=AFTER)
    random = {"nonce", "prev", "hash"}  # any run of digits may stand in these
    log = [
        {key: value for key, value in event.items() if key not in random} for event in json.loads(text)["log"]
    ]
    for personal in ("业主", "138", "resident:"):
        assert personal not in json.dumps(log, ensure_ascii=False)
        assert personal not in json.dumps(json.loads(text)["roll"], ensure_ascii=False)
    assert set(json.loads(text)["roll"][0]) == {"head", "flats"}


def test_every_export_is_audited() -> None:
    ballot, _ = make_vote()
    for _ in range(2):
        bundle_text(ballot, now=AFTER)
    entries = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.verb == "ballots.export")).all()
    assert [entry.facts["head_hash"] for entry in entries] == [queries.opening(ballot.id).fingerprint] * 2


# ------------------------------------------------------------------ commands


def run(app: Flask, clock, *words: str):
    return app.test_cli_runner().invoke(args=["ballots", *words])


def test_the_command_exports_only_after_the_closing(app: Flask, clock, tmp_path: Path) -> None:
    ballot, flats = make_vote()
    cast(ballot, make_voter(flats[0]))
    clock.set(VOTING)
    refused = run(app, clock, "export", str(ballot.id))
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "还没到开票时间" in refused.stderr
    clock.set(AFTER)
    done = run(app, clock, "export", str(ballot.id))
    assert done.exit_code == 0
    assert recount(done.stdout, tmp_path)["log"] == "whole"


def test_the_commands_count_verify_and_recompute(app: Flask, clock) -> None:
    ballot, flats = make_vote()
    cast(ballot, make_voter(flats[0]))
    clock.set(VOTING)
    assert run(app, clock, "count", str(ballot.id)).exit_code == 1
    clock.set(AFTER)
    assert "第 1 次计票" in run(app, clock, "count", str(ballot.id)).stdout
    assert "完整" in run(app, clock, "verify", str(ballot.id)).stdout
    with unit_of_work() as session:
        session.execute(sa.text("UPDATE ballot_turnouts SET heads = 5"))
    broken = run(app, clock, "verify", str(ballot.id))
    assert (broken.exit_code, "参与合计" in broken.stderr) == (1, True)
    assert "已经改正" in run(app, clock, "recompute-turnout", str(ballot.id)).stdout
    assert run(app, clock, "verify", str(ballot.id)).exit_code == 0
    assert run(app, clock, "verify", "999999").exit_code == 1


def test_a_bundle_is_never_streamed_before_it_was_disclosed() -> None:
    from server.ballots.exports import bundle_lines  # noqa: PLC0415

    ballot, _ = make_vote()
    with pytest.raises(Refused):
        list(bundle_lines(ballot))
