"""The attack list, from the organiser's side: whoever wants another result tries it, and is refused, or seen by an auditor.

First what the house and its database refuse. Then what somebody does who holds the database and the files, and what a
stranger finds with the recount, `verify` and `--explain`.
"""

import base64
import copy
import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import rfc8785
import sqlalchemy as sa
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.ballots import actions, queries
from server.ballots.explain import explain
from server.ballots.models import Ballot
from server.ballots.recount import recount
from server.ballots.rules.desk import Fault
from server.ballots.rules.events import Verdict
from server.ballots.rules.receipts import new_code
from server.ballots.rules.sampling import Answer, drawn
from server.ballots.verify import verify
from server.infra import signing
from server.infra.db import db, unit_of_work
from server.kernel.errors import Problem
from server.ledger.models import Flat
from tests.factories.ballots import (
    CLERK,
    CLOSES,
    LIFT,
    OPENS,
    REVIEWER,
    VOTING,
    bundle_text,
    cast,
    draft,
    enter,
    key,
    make_vote,
    make_voter,
)

pytestmark = pytest.mark.usefixtures("app")
AFTER = CLOSES + timedelta(hours=1)
Bundle = dict[str, Any]


@pytest.fixture
def vote() -> tuple[Ballot, list[Flat]]:
    """Four of six for a lift, one against on the phone, one against on paper: enough, but not three quarters."""
    ballot, flats = make_vote(motions=(LIFT,))
    for flat in flats[:4]:
        cast(ballot, make_voter(flat), "for")
    cast(ballot, make_voter(flats[4]), "against")
    enter(ballot, flats[5], "against", now=VOTING + timedelta(hours=1))
    return ballot, flats


def review(ballot: Ballot, seq: int, verdict: Verdict, *, fault: Fault | None = None, reviewer: Any = REVIEWER,
           reading: dict[str, str] | None = None, now: Any = VOTING) -> None:  # fmt: skip
    with unit_of_work():
        actions.review_vote(
            ballot.id,
            seq,
            verdict=verdict,
            fault=fault,
            reading=reading,
            client_key=key(),
            actor=reviewer,
            now=now,
        )


def in_a_unit(act: Callable[[], object]) -> None:
    with unit_of_work():
        act()


# ------------------------------------------------------------------ what is refused


def rewrite_the_question(ballot: Ballot, flats: list[Flat]) -> None:
    actions.change_draft(ballot, draft(), actor=CLERK, now=VOTING)


def close_early(ballot: Ballot, flats: list[Flat]) -> None:
    actions.extend_closing(
        ballot.id, VOTING + timedelta(hours=2), reason="够了", client_key=key(), actor=CLERK, now=VOTING
    )


def extend_because_it_lacks(ballot: Ballot, flats: list[Flat]) -> None:
    actions.extend_closing(
        ballot.id, CLOSES + timedelta(days=3), reason="不够", client_key=key(), actor=CLERK, now=CLOSES
    )


def look_at_an_interim_count(ballot: Ballot, flats: list[Flat]) -> None:
    actions.count_ballot(ballot.id, actor=CLERK, now=CLOSES - timedelta(microseconds=1))


def take_the_choices_home_early(ballot: Ballot, flats: list[Flat]) -> None:
    actions.disclose(ballot.id, reason="看看差多少", actor=CLERK, now=CLOSES - timedelta(microseconds=1))


def take_the_choices_home_for_no_reason(ballot: Ballot, flats: list[Flat]) -> None:
    actions.disclose(ballot.id, reason=" ", actor=CLERK, now=AFTER)


def void_for_a_wish(ballot: Ballot, flats: list[Flat]) -> None:
    actions.review_vote(
        ballot.id, 5, verdict=Verdict.VOID, fault=None, client_key=key(), actor=REVIEWER, now=VOTING
    )


def void_by_whoever_entered(ballot: Ballot, flats: list[Flat]) -> None:
    actions.review_vote(
        ballot.id, 6, verdict=Verdict.VOID, fault=Fault.UNSIGNED, client_key=key(), actor=CLERK, now=VOTING
    )


def void_in_the_houses_name(ballot: Ballot, flats: list[Flat]) -> None:
    actions.review_vote(
        ballot.id, 5, verdict=Verdict.VOID, fault=Fault.REPRESENTATIVE, client_key=key(), actor=REVIEWER, now=VOTING
    )  # fmt: skip


def count_past_an_unreviewed_paper(ballot: Ballot, flats: list[Flat]) -> None:
    actions.count_ballot(ballot.id, actor=CLERK, now=AFTER)


@pytest.mark.parametrize(
    "attack",
    [
        rewrite_the_question,
        close_early,
        extend_because_it_lacks,
        look_at_an_interim_count,
        take_the_choices_home_early,
        take_the_choices_home_for_no_reason,
        void_for_a_wish,
        void_by_whoever_entered,
        void_in_the_houses_name,
        count_past_an_unreviewed_paper,
    ],
)
def test_the_house_refuses(vote: tuple[Ballot, list[Flat]], attack: Callable[..., None]) -> None:
    before = queries.head_hash(vote[0].id)
    with pytest.raises(Problem):
        in_a_unit(lambda: attack(queries.known(vote[0].id), vote[1]))
    assert queries.head_hash(vote[0].id) == before


def test_signatures_added_once_the_lack_is_known_are_refused(vote: tuple[Ballot, list[Flat]]) -> None:
    ballot, flats = vote
    review(ballot, 6, Verdict.VOID, fault=Fault.UNSIGNED)
    in_a_unit(lambda: actions.count_ballot(ballot.id, actor=CLERK, now=AFTER))
    with pytest.raises(Problem) as refused:
        enter(ballot, flats[5], "for", received_at=VOTING, now=AFTER)
    assert refused.value.code == "disclosed"


@pytest.mark.parametrize("received_at", [OPENS - timedelta(microseconds=1), CLOSES], ids=["before", "after"])
def test_a_paper_from_outside_the_hours_of_the_vote_is_refused(received_at: Any) -> None:
    ballot, flats = make_vote()
    with pytest.raises(Problem):
        enter(ballot, flats[0], received_at=received_at, now=max(received_at, OPENS))


def test_the_same_paper_keyed_twice_is_refused(vote: tuple[Ballot, list[Flat]]) -> None:
    ballot, flats = vote
    with pytest.raises(Problem):
        enter(ballot, flats[5], "for", now=VOTING + timedelta(hours=2))


def test_a_paper_keyed_as_it_suits_is_not_confirmed_by_one_who_reads_it(
    vote: tuple[Ballot, list[Flat]],
) -> None:
    ballot, _ = vote
    review(ballot, 6, Verdict.VALID, reading={"m1": "for"})
    assert queries.awaiting_review(ballot.id) == 1


def test_a_guessed_receipt_tells_nothing(vote: tuple[Ballot, list[Flat]]) -> None:
    assert all(queries.receipt(new_code()) is None for _ in range(50))


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("UPDATE ballot_log SET body = replace(body, 'against', 'for')", id="a-choice"),
        pytest.param("DELETE FROM ballot_log WHERE seq = 5", id="a-vote-that-is-against"),
        pytest.param("UPDATE ballot_roll_flats SET area = 1", id="the-areas-of-the-roll"),
        pytest.param("DELETE FROM ballot_roll_flats", id="the-roll"),
        pytest.param("UPDATE ballot_openings SET document = '{}'", id="the-rules"),
        pytest.param("UPDATE ballot_checkpoints SET events = 5", id="a-checkpoint"),
        pytest.param("DELETE FROM ballot_checkpoints", id="all-checkpoints"),
        pytest.param("UPDATE ballot_announcements SET text = ''", id="the-announcement"),
    ],
)
def test_the_database_refuses_to_change(vote: tuple[Ballot, list[Flat]], statement: str) -> None:
    with pytest.raises(sa.exc.DBAPIError, match="only grows"), unit_of_work():
        db.session.execute(sa.text(statement))


def test_the_database_refuses_to_change_a_count(vote: tuple[Ballot, list[Flat]]) -> None:
    ballot, _ = vote
    review(ballot, 6, Verdict.VALID, reading={"m1": "against"})
    in_a_unit(lambda: actions.count_ballot(ballot.id, actor=CLERK, now=AFTER))
    with pytest.raises(sa.exc.DBAPIError, match="only grows"), unit_of_work():
        db.session.execute(sa.text("UPDATE ballot_counts SET outcome = '{}'"))


# ------------------------------------------------------------------ what an auditor sees


@pytest.fixture
def kept(vote: tuple[Ballot, list[Flat]], tmp_path: Path) -> tuple[Bundle, Path]:
    """The true bundle; in the folder what a resident kept: checkpoints of the opening and the closing, and the chain."""
    ballot, _ = vote
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


def test_opponents_voided_after_the_closing_stand_in_the_explanation_with_fault_and_reviewer(
    vote: tuple[Ballot, list[Flat]], tmp_path: Path
) -> None:
    ballot, _ = vote
    review(ballot, 6, Verdict.VALID, reading={"m1": "against"})
    in_a_unit(lambda: actions.count_ballot(ballot.id, actor=CLERK, now=AFTER))
    assert queries.verdict(ballot.id, "m1") == "rejected"
    review(ballot, 5, Verdict.VOID, fault=Fault.PRESSURED, now=AFTER)
    in_a_unit(lambda: actions.count_ballot(ballot.id, actor=CLERK, now=AFTER))
    path = tmp_path / "bundle.json"
    path.write_text(bundle_text(ballot, now=AFTER), encoding="utf-8")
    code, said = explain(str(path))
    assert code == 0
    for seen in (
        "截止后有复核。只算截止前的复核，结论是",
        "没有通过",
        "作废，经核实不是本人意愿",
        REVIEWER.key,
    ):
        assert seen in said
    assert [one.is_superseded for one in queries.results(ballot.id)] == [False, True]


def test_a_paper_that_was_keyed_late_shows_when(tmp_path: Path) -> None:
    ballot, flats = make_vote()
    late = CLOSES + timedelta(hours=3)
    enter(ballot, flats[0], "for", received_at=CLOSES - timedelta(hours=1), now=late)
    event = json.loads(bundle_text(ballot, now=late))["log"][0]
    assert event["recorded_at"] > event["received_at"] and event["by"] == [CLERK.key]


def test_no_other_vote_than_the_drawn_is_called_back_and_not_by_whoever_entered_it(
    vote: tuple[Ballot, list[Flat]],
) -> None:
    ballot, _ = vote
    review(ballot, 6, Verdict.VALID, reading={"m1": "against"})
    in_a_unit(lambda: actions.count_ballot(ballot.id, actor=CLERK, now=AFTER))
    found = queries.sample(queries.known(ballot.id))
    assert found is not None
    assert (found.seed, found.seqs) == (queries.results(ballot.id)[0].head_hash, drawn(found.seed, [6], 1))
    for seq, caller in ((5, REVIEWER), (6, CLERK)):
        with pytest.raises(Problem):
            in_a_unit(
                lambda seq=seq, caller=caller: actions.record_call_back(
                    ballot.id, seq, Answer.CONFIRMED, actor=caller, now=AFTER
                )
            )
    assert found.finding.confirmed == 0
