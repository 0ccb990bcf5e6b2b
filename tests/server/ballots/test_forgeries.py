"""The attack list, continued: somebody holds the database and the files. What a stranger finds with recount and `verify`."""

import base64
import copy
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask

from server.ballots import actions, queries
from server.ballots.recount import recount
from server.ballots.rules.events import Verdict
from server.ballots.verify import verify
from server.infra import signing
from tests.factories.ballots import CLOSES, bundle_text
from tests.server.ballots.test_attacks import AFTER, in_a_unit, lift_vote, review

Bundle = dict[str, Any]


@pytest.fixture
def kept(app: Flask, tmp_path: Path) -> tuple[Bundle, Path]:
    """The true bundle; in the folder what a resident kept: checkpoints of the opening and the closing, and the chain."""
    ballot, _ = lift_vote()
    review(ballot, 6, Verdict.VALID, reading={"m1": "against"})
    in_a_unit(lambda: actions.take_due(CLOSES))
    texts = [
        queries.signed(row, queries.ballot_name(ballot.id)).text for row in queries.checkpoints(ballot.id)
    ]
    (tmp_path / "closing.txt").write_text(texts[0], encoding="utf-8")
    (tmp_path / "opening.txt").write_text(texts[-1], encoding="utf-8")
    (tmp_path / "chain.json").write_text(json.dumps(queries.chain(ballot.id)), encoding="utf-8")
    return json.loads(bundle_text(ballot, now=AFTER)), tmp_path


def sha(document: object) -> str:
    return hashlib.sha256(rfc8785.dumps(document)).hexdigest()  # type: ignore[arg-type]


def chained(bundle: Bundle) -> Bundle:
    """The forger's work: every event is numbered and hashed anew, so that the log is whole again."""
    before = sha({"ballot": bundle["ballot"], "roll": bundle["roll"]})
    for seq, event in enumerate(bundle["log"], 1):
        event["seq"], event["prev"] = seq, before
        event.pop("hash", None)
        event["hash"] = before = sha(event)
    return bundle


def votes_against(bundle: Bundle) -> list[Bundle]:
    return [event for event in bundle["log"] if event.get("choices") == {"m1": "against"}]


def turn_a_choice(bundle: Bundle) -> None:
    votes_against(bundle)[0]["choices"] = {"m1": "for"}


def drop_a_vote(bundle: Bundle) -> None:
    bundle["log"].remove(votes_against(bundle)[0])
    for event in bundle["log"]:
        if event["kind"] == "review":
            event["of"] -= 1


def add_a_vote(bundle: Bundle) -> None:
    extra = copy.deepcopy(bundle["log"][0])
    bundle["log"].insert(1, extra | {"nonce": "f" * 32})
    for event in bundle["log"]:
        if event["kind"] == "review":
            event["of"] += 1


def cut_the_tail(bundle: Bundle) -> None:
    del bundle["log"][4:]


def enlarge_a_flat(bundle: Bundle) -> None:
    bundle["roll"][0]["flats"][0]["area"] = "600.00"


def strike_an_owner(bundle: Bundle) -> None:
    gone = votes_against(bundle)[0]
    bundle["roll"] = [entry for entry in bundle["roll"] if entry["head"] != gone["head"]]
    drop_a_vote(bundle)


def lower_the_bar(bundle: Bundle) -> None:
    bundle["ballot"]["motions"][0]["matter"] = "other"


def let_silence_follow(bundle: Bundle) -> None:
    bundle["ballot"] |= {"unreturned": "follow_majority", "clause": "第 9 条"}


FORGERIES = [
    turn_a_choice, drop_a_vote, add_a_vote, cut_the_tail, enlarge_a_flat, strike_an_owner, lower_the_bar, let_silence_follow,
]  # fmt: skip


@pytest.mark.parametrize("forge", FORGERIES)
def test_a_forged_bundle_whose_hashes_were_made_anew_does_not_fit_what_residents_kept(
    kept: tuple[Bundle, Path], forge: Callable[[Bundle], None]
) -> None:
    bundle, folder = kept
    forge(bundle)
    forged = folder / "forged.json"
    forged.write_text(json.dumps(chained(bundle)), encoding="utf-8")
    code, report, complaint = recount([str(forged)])
    assert (code, complaint) == (0, "") and report is not None, "the forger did the work well"
    seen = [
        verify([str(forged), str(folder / "closing.txt"), signing.public_key()])[0],
        verify(["--diff", str(folder / "chain.json"), str(forged)])[0],
    ]
    assert seen == [3, 3]


@pytest.mark.parametrize("forge", [turn_a_choice, drop_a_vote, add_a_vote, enlarge_a_flat, lower_the_bar])
def test_a_bundle_forged_without_that_work_is_a_broken_log(
    kept: tuple[Bundle, Path], forge: Callable[[Bundle], None]
) -> None:
    bundle, folder = kept
    forge(bundle)
    forged = folder / "forged.json"
    forged.write_text(json.dumps(bundle), encoding="utf-8")
    assert recount([str(forged)])[0] == 3


def test_rules_and_roll_are_bound_from_the_opening_on(kept: tuple[Bundle, Path]) -> None:
    bundle, folder = kept
    lower_the_bar(bundle)
    forged = folder / "forged.json"
    forged.write_text(json.dumps(chained(bundle)), encoding="utf-8")
    assert verify([str(forged), str(folder / "opening.txt")])[0] == 3


def test_a_checkpoint_made_to_fit_is_not_signed_by_the_house(kept: tuple[Bundle, Path]) -> None:
    bundle, folder = kept
    turn_a_choice(bundle)
    forged = folder / "forged.json"
    forged.write_text(json.dumps(chained(bundle)), encoding="utf-8")
    mine = Ed25519PrivateKey.generate()
    raw = serialization.Encoding.Raw, serialization.PublicFormat.Raw
    public = base64.b64encode(mine.public_key().public_bytes(*raw)).decode()
    true = (folder / "closing.txt").read_text(encoding="utf-8").splitlines()
    lines = [*true[:3], f"head {bundle['log'][-1]['hash']}", true[4], f"key {public}"]
    text = "\n".join(lines) + "\n"
    signature = base64.b64encode(mine.sign(text.encode())).decode()
    (folder / "mine.txt").write_text(f"{text}sig {signature}\n", encoding="utf-8")
    assert verify([str(forged), str(folder / "mine.txt")])[0] == 0, "by itself it looks well"
    code, line = verify([str(forged), str(folder / "mine.txt"), signing.public_key()])
    assert (code, "公钥" in line) == (3, True)
