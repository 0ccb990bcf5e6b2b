"""Checkpoints: taken when the rule says, signed, kept for ever; and what an auditor finds when something was changed."""

import base64
import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from server.ballots import actions, queries
from server.ballots.models import BallotCheckpoint
from server.ballots.rules.checkpoints import Checkpoint, is_due
from server.ballots.verify import verify
from server.infra import signing
from server.infra.db import db, unit_of_work
from tests.factories.ballots import CLOSES, VOTING, bundle_text, cast, make_vote, make_voter

EVERY = timedelta(minutes=5)


def taken(minutes_ago: int, events: int = 3) -> Checkpoint:
    return Checkpoint("b1", events, "0" * 64, VOTING - timedelta(minutes=minutes_ago), "k" * 44)


@pytest.mark.parametrize(
    ("last", "events", "closes_at", "due"),
    [
        pytest.param(None, 0, CLOSES, True, id="none-yet"),
        pytest.param(taken(60), 3, CLOSES, False, id="nothing-came-since"),
        pytest.param(taken(4), 4, CLOSES, False, id="something-came-but-it-is-soon"),
        pytest.param(taken(5), 4, CLOSES, True, id="something-came-five-minutes-ago"),
        pytest.param(taken(1), 3, VOTING, True, id="the-closing-came-and-nothing-else"),
        pytest.param(taken(1), 3, VOTING - timedelta(minutes=1), False, id="taken-at-the-closing"),
        pytest.param(taken(1), 3, VOTING + timedelta(microseconds=1), False, id="the-closing-is-not-yet"),
        pytest.param(taken(5), 4, VOTING - timedelta(minutes=9), True, id="a-review-after-the-closing"),
    ],
)
def test_a_checkpoint_is_due_at_opening_and_closing_and_while_events_come(last, events, closes_at, due):
    assert is_due(last, events, closes_at, EVERY, VOTING) is due


@pytest.fixture
def voted(app):
    ballot, flats = make_vote()
    for flat in flats[:2]:
        cast(ballot, make_voter(flat))
    return ballot, flats


def take_due(now):
    with unit_of_work():
        return actions.take_due(now)


def texts(ballot):
    name = queries.ballot_name(ballot.id)
    return [queries.signed(row, name).text for row in queries.checkpoints(ballot.id)]


def written(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_the_opening_is_signed_and_each_later_one_only_when_something_came(voted):
    ballot, flats = voted
    assert [row.events for row in queries.checkpoints(ballot.id)] == [0]
    assert take_due(VOTING + timedelta(hours=1)) == 1
    assert take_due(VOTING + timedelta(hours=2)) == 0
    cast(ballot, make_voter(flats[2]), now=VOTING + timedelta(hours=3))
    assert take_due(VOTING + timedelta(hours=3, minutes=1)) == 1
    assert take_due(CLOSES) == 1
    assert take_due(CLOSES + timedelta(days=1)) == 0
    assert [(row.number, row.events) for row in queries.checkpoints(ballot.id)] == [
        (4, 3),
        (3, 3),
        (2, 2),
        (1, 0),
    ]


def test_a_checkpoint_is_signed_by_the_key_it_names(voted):
    row = queries.checkpoints(voted[0].id)[0]
    signed = queries.signed(row, queries.ballot_name(voted[0].id))
    assert row.key == signing.public_key()
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(row.key))
    public.verify(base64.b64decode(row.signature), signed.checkpoint.text.encode())
    with pytest.raises(InvalidSignature):
        public.verify(base64.b64decode(row.signature), f"{signed.checkpoint.text} ".encode())


def test_the_database_refuses_to_change_a_checkpoint(voted):
    with pytest.raises(sa.exc.DBAPIError, match="only grows"), unit_of_work():
        db.session.execute(sa.update(BallotCheckpoint).values(events=9))


def test_the_chain_tells_nothing_of_who_chose_what(voted):
    chain = queries.chain(voted[0].id)
    assert {key for event in chain["log"] for key in event} == {"seq", "kind", "recorded_at", "hash"}
    assert len(chain["log"]) == 2


def test_a_bundle_fits_the_checkpoints_taken_of_its_vote(voted, tmp_path):
    ballot, _ = voted
    take_due(CLOSES)
    bundle = written(tmp_path, "bundle.json", bundle_text(ballot, now=CLOSES))
    for text in texts(ballot):
        code, line = verify([bundle, written(tmp_path, "point.txt", text), signing.public_key()])
        assert code == 0, line
        assert "签名是真的" in line


def test_a_checkpoint_is_read_as_people_copy_it(voted, tmp_path):
    ballot, _ = voted
    chain = written(tmp_path, "chain.json", json.dumps(queries.chain(ballot.id)))
    copied = "\r\n".join(f"  {line} " for line in texts(ballot)[0].splitlines())
    assert verify([chain, written(tmp_path, "point.txt", copied)])[0] == 0


@pytest.mark.parametrize(
    "copied",
    [
        pytest.param(
            lambda text: text[:-30] + "\n" + text[-30:], id="the-signature-goes-on-in-an-eighth-line"
        ),
        pytest.param(lambda text: text.replace("\n", "\n\n"), id="with-empty-lines"),
        pytest.param(lambda text: f"\ufeff{text}", id="saved-by-notepad"),
    ],
)
def test_what_copying_from_paper_brings_is_forgiven(voted, tmp_path, copied):
    ballot, _ = voted
    chain = written(tmp_path, "chain.json", json.dumps(queries.chain(ballot.id)))
    code, line = verify([chain, written(tmp_path, "point.txt", copied(texts(ballot)[0]))])
    assert (code, "签名是真的" in line) == (0, True)


def test_several_checkpoints_are_held_against_a_log_at_once_and_a_false_one_is_named(voted, tmp_path):
    ballot, _ = voted
    take_due(CLOSES)
    bundle = written(tmp_path, "bundle.json", bundle_text(ballot, now=CLOSES))
    held = texts(ballot)
    code, line = verify([bundle, written(tmp_path, "points.txt", "\n".join(held)), signing.public_key()])
    assert (code, f"{len(held)} 个核对点" in line, line.count("签名是真的")) == (0, True, 1)
    false = (
        held[1].replace("head ", "head 0", 1)[: held[1].index("head ") + 69]
        + held[1][held[1].index("\nat ") :]
    )
    code, line = verify([bundle, written(tmp_path, "points.txt", held[0] + "\n" + false)])
    assert (code, line.startswith(held[1].split("at ")[1].split("\n")[0])) == (3, True)
    cut = "\n".join(held[1].splitlines()[:4])
    assert verify([bundle, written(tmp_path, "points.txt", held[0] + cut)])[0] == 2


def changed(text, seq, **facts):
    document = json.loads(text)
    document["log"][seq - 1] |= facts
    return json.dumps(document)


def test_a_chain_rewritten_before_a_checkpoint_does_not_fit_it(voted, tmp_path):
    ballot, _ = voted
    take_due(CLOSES)
    point = written(tmp_path, "point.txt", texts(ballot)[0])
    whole = json.dumps(queries.chain(ballot.id))
    cases = {
        "记录被改过|有东西被改过": changed(whole, 2, hash="0" * 64),
        "少了": json.dumps({**json.loads(whole), "log": json.loads(whole)["log"][:1]}),
        "核对点是投票": json.dumps({**json.loads(whole), "ballot": "b99"}),
    }
    for why, text in cases.items():
        code, line = verify([written(tmp_path, "chain.json", text), point])
        assert code == 3
        assert any(part in line for part in why.split("|")), line


def test_a_forged_checkpoint_is_told_from_a_true_one(voted, tmp_path):
    ballot, _ = voted
    bundle = written(tmp_path, "chain.json", json.dumps(queries.chain(ballot.id)))
    text = texts(ballot)[0]
    forged = text.replace("events 0", "events 1").replace(
        text.split("head ")[1][:64], queries.chain(ballot.id)["log"][0]["hash"]
    )
    code, line = verify([bundle, written(tmp_path, "point.txt", forged)])
    assert (code, "签名是假的" in line) == (3, True)
    code, line = verify([bundle, written(tmp_path, "point.txt", text), "A" * 43 + "="])
    assert (code, "不是用这把公钥" in line) == (3, True)


def test_an_older_chain_is_the_beginning_of_a_newer_one_or_the_first_difference_is_named(voted, tmp_path):
    ballot, flats = voted
    older = written(tmp_path, "older.json", json.dumps(queries.chain(ballot.id)))
    cast(ballot, make_voter(flats[2]))
    newer_text = json.dumps(queries.chain(ballot.id))
    newer = written(tmp_path, "newer.json", newer_text)
    assert verify(["--diff", older, newer])[0] == 0
    assert (
        verify(["--diff", older, written(tmp_path, "bundle.json", bundle_text(ballot, now=CLOSES))])[0] == 0
    )
    assert "少了" in verify(["--diff", newer, older])[1]
    rewritten = written(tmp_path, "rewritten.json", changed(newer_text, 1, hash="0" * 64))
    assert verify(["--diff", older, rewritten]) == (3, "从第 1 条记录起不一样：旧的记录被改过。")
    other = json.loads(newer_text)
    assert (
        verify(["--diff", older, written(tmp_path, "a.json", json.dumps({**other, "ballot": "b9"}))])[0] == 3
    )
    assert verify(
        ["--diff", older, written(tmp_path, "b.json", json.dumps({**other, "fingerprint": "0" * 64}))]
    ) == (3, "投票的内容或名册改过：开头的指纹不一样。")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("not json", "读不了", id="no-json"),
        pytest.param('{"format": "ballot-chain/1", "log": [1]}', "记录链不完整", id="a-chain-that-is-none"),
        pytest.param("{}", "读不了", id="no-bundle"),
    ],
)
def test_what_is_no_bundle_is_told_in_one_line(tmp_path, text, why):
    path = written(tmp_path, "file.json", text)
    code, line = verify(["--diff", path, path])
    assert (code, why in line, "\n" in line) == (2, True, False)


def test_how_it_is_called_is_told_to_whoever_calls_it_wrong(tmp_path):
    assert verify([])[0] == verify(["--diff", "x"])[0] == verify(["missing.json", "missing.txt"])[0] == 2
    assert verify(["x", written(tmp_path, "point.txt", "xiangyi-checkpoint/1\n")])[1].startswith(
        "读不了：核对点不完整"
    )


def test_a_bundle_that_was_tampered_with_is_broken_before_it_is_compared(voted, tmp_path):
    ballot, _ = voted
    text = bundle_text(ballot, now=CLOSES)
    broken = written(tmp_path, "broken.json", changed(text, 1, nonce="0" * 32))
    code, line = verify([broken, written(tmp_path, "point.txt", texts(ballot)[0])])
    assert code == 2
    assert "第 1 条断了" in line


def test_before_the_opening_there_is_nothing_to_sign(app):
    assert take_due(VOTING) == 0
