"""Ways to cheat with the roll, with sales, owners and agents, from the organiser's side: refused, or an auditor sees it."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from server.ballots import actions, exports, queries
from server.ballots.explain import explain
from server.ballots.rules.desk import Fault
from server.ballots.rules.events import Verdict
from server.infra.db import db, unit_of_work
from server.kernel.actor import Actor
from server.kernel.errors import Invalid
from server.ledger.actions import likeness
from server.ledger.actions.likeness import Told
from server.messages import queries as letters
from server.messages.rules import Recipient
from tests.factories.ballots import (
    CLERK,
    CLOSES,
    LIFT,
    REVIEWER,
    VOTING,
    bundle_text,
    cast,
    key,
    log_of,
    make_photo,
    make_vote,
    make_voter,
    owners_of,
)
from tests.factories.rolls import sell, set_area
from tests.server.ballots.cheating import audited, refused
from tests.server.ballots.test_corrections import answer, merge, propose
from tests.server.ballots.test_proxies import authorize
from tests.server.ballots.test_proxies_phone import claim, grant, issue, vote

pytestmark = pytest.mark.usefixtures("app")
LATER = VOTING + timedelta(hours=2)
AFTER = CLOSES + timedelta(hours=1)


def note(ballot, head, buyer_id, *, actor=CLERK, now=LATER, photo=True):
    with unit_of_work():
        return actions.note_sale(
            ballot.id, head=head, owner_ids=[buyer_id], sold_on=VOTING.date(), note="",
            photo_id=make_photo() if photo else None, client_key=key(), actor=actor, now=now,
        )  # fmt: skip


def confirm_sale(ballot, row, *, actor=REVIEWER, now=LATER):
    with unit_of_work():
        return actions.answer_sale(
            row.id, ballot_id=ballot.id, is_confirmed=True, reason="", actor=actor, now=now
        )


# ------------------------------------------------------------------ owners


def test_merging_opponents_into_one_head_during_the_vote_changes_no_open_roll() -> None:
    ballot, flats = make_vote()
    before = queries.roll(ballot.id), queries.turnout(ballot)
    merge(flats[0], flats[1])
    assert (queries.roll(ballot.id), queries.turnout(ballot)) == before
    for flat in flats[:2]:
        cast(ballot, make_voter(flat), "against")
    assert queries.turnout(ballot)[0].heads == 2


def test_a_merge_before_the_opening_names_who_decided_and_why() -> None:
    _, flats = make_vote()
    merge(flats[0], flats[1])
    (entry,) = audited("ledger.owners_merge")
    assert entry.facts["reason"] == "问过本人"
    with pytest.raises(sa.exc.DBAPIError, match="only grows"), unit_of_work():
        db.session.execute(sa.text("DELETE FROM owner_verdicts"))


def test_a_rejected_merge_is_not_slipped_in_through_a_third_record() -> None:
    _, flats = make_vote()
    one, other, third = (owners_of(flat)[0] for flat in flats[:3])
    community = flats[0].community_id

    def decide(act, *pair: int) -> None:
        with unit_of_work():
            act(community, *pair, Told("问过本人", key(), CLERK, VOTING))

    decide(likeness.keep_apart, one, other)
    decide(likeness.merge_owners, one, third)
    refused(lambda: decide(likeness.merge_owners, other, third), "linked")


# ------------------------------------------------------------------ the roll


def test_a_clerk_alone_moves_nothing_on_an_open_roll() -> None:
    ballot, flats = make_vote()
    set_area(flats[0], "999.00")
    row = propose(ballot)
    assert (log_of(ballot), queries.turnout(ballot)[0].roll_area) == ([], 360)
    refused(lambda: answer(ballot, row, actor=CLERK), "same_person")
    assert log_of(ballot) == []


def test_a_roll_is_not_corrected_once_the_lack_is_known() -> None:
    ballot, flats = make_vote()
    set_area(flats[0], "999.00")
    row = propose(ballot)
    with unit_of_work():
        actions.count_ballot(ballot.id, actor=CLERK, now=CLOSES)
    refused(lambda: propose(ballot, now=AFTER), "closed")
    refused(lambda: answer(ballot, row, now=AFTER), "closed")
    # Nor by a clock set back.
    refused(lambda: answer(ballot, row, now=VOTING), "closed")
    assert log_of(ballot) == []


def test_nobody_is_written_onto_the_roll_that_the_ledger_does_not_know() -> None:
    ballot, _ = make_vote()
    refused(lambda: propose(ballot, name="0" * 16), "moved_on")


def test_an_opponents_head_removed_by_two_people_stands_in_log_chain_and_public_bundle(
    tmp_path: Path,
) -> None:
    ballot, flats = make_vote(motions=(LIFT,))
    voter = make_voter(flats[1])
    cast(ballot, make_voter(flats[0]), "for")
    lost = cast(ballot, voter, "against")
    merge(flats[0], flats[1])
    answer(ballot, propose(ballot))
    with unit_of_work():
        actions.count_ballot(ballot.id, actor=CLERK, now=CLOSES)
    assert queries.receipt(lost.code).name_zh == "名册已更正，这张票不计入"
    told = letters.inbox([Recipient.resident(voter.id), Recipient.flat(flats[1].id)]).items
    assert "ballots.roll_corrected" in {one.kind for one in told}
    chain = [event["kind"] for event in queries.chain(ballot.id)["log"]]
    assert chain[2:] == ["roll", "roll"]
    public = exports.public_bundle(queries.known(ballot.id), AFTER)
    assert [one["seq"] for one in public["roll"]["changes"]] == [3, 4]
    assert "off_roll" in {one["state"] for one in public["receipts"]}
    path = tmp_path / "bundle.json"
    path.write_text(bundle_text(ballot, now=AFTER), encoding="utf-8")
    code, said = explain(str(path))
    assert code == 0 and "移出名册" in said and REVIEWER.key in said
    (entry,) = audited("ballots.answer_correction")
    assert entry.facts["proposed_by"] == CLERK.key


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM ballot_roll_corrections",
        "UPDATE ballot_roll_answers SET answered_by = 'staff:1'",
        "UPDATE ballot_roll_states SET flats = '[]'",
        "DELETE FROM ballot_log WHERE kind = 'roll'",
    ],
)
def test_what_was_corrected_is_not_rubbed_out(statement: str) -> None:
    ballot, flats = make_vote()
    set_area(flats[0], "66.50")
    answer(ballot, propose(ballot))
    with pytest.raises(sa.exc.DBAPIError, match="only grows"), unit_of_work():
        db.session.execute(sa.text(statement))


# ------------------------------------------------------------------ sales


def test_a_sale_written_into_the_ledger_gives_a_friend_no_vote() -> None:
    ballot, flats = make_vote()
    friend = make_voter(flats[0], owner_id=sell(flats[0], "自己人"))
    refused(lambda: cast(ballot, friend, now=LATER), "no_vote")
    row = note(ballot, "h1", owners_of(flats[0])[-1])
    refused(lambda: cast(ballot, friend, now=LATER), "no_vote")
    refused(lambda: confirm_sale(ballot, row, actor=CLERK), "same_person")
    assert log_of(ballot) == []


def test_a_sale_needs_its_paper_and_tells_both_sides() -> None:
    ballot, flats = make_vote()
    seller = make_voter(flats[0])
    buyer_id = sell(flats[0])
    refused(lambda: note(ballot, "h1", buyer_id, photo=False))
    confirm_sale(ballot, note(ballot, "h1", buyer_id))
    told = letters.inbox([Recipient.resident(seller.id), Recipient.flat(flats[0].id)]).items
    assert "ballots.sold" in {one.kind for one in told}
    assert [entry.facts["owners"] for entry in audited("ballots.note_sale")] == [[buyer_id]]


def test_one_head_stays_one_vote_when_seller_and_buyer_both_want_one() -> None:
    ballot, flats = make_vote()
    seller = make_voter(flats[0])
    cast(ballot, seller)
    buyer_id = sell(flats[0])
    sale = note(ballot, "h1", buyer_id)
    confirm_sale(ballot, sale)
    cast(ballot, make_voter(flats[0], owner_id=buyer_id), "against", now=LATER)
    refused(lambda: cast(ballot, seller, now=LATER), "no_vote")
    assert queries.turnout(ballot)[0].heads == 1
    assert [event.get("takeover", {}).get("id") for event in log_of(ballot)] == [None, sale.id]


def test_a_sale_from_before_the_opening_is_not_used_to_pass_a_head_on() -> None:
    ballot, flats = make_vote()
    buyer_id = sell(flats[0])
    with pytest.raises(Invalid) as refusal, unit_of_work():
        actions.note_sale(
            ballot.id, head="h1", owner_ids=[buyer_id], sold_on=(VOTING - timedelta(days=30)).date(), note="",
            photo_id=make_photo(), client_key=key(), actor=CLERK, now=LATER,
        )  # fmt: skip
    assert list(refusal.value.fields) == ["sold_on"]


def test_after_the_closing_no_head_changes_hands() -> None:
    ballot, flats = make_vote()
    row = note(ballot, "h1", sell(flats[0]))
    refused(lambda: confirm_sale(ballot, row, now=CLOSES), "closed")


# ------------------------------------------------------------------ agents


def test_a_clerk_makes_no_agent_of_his_own_telephone() -> None:
    ballot, flats = make_vote()
    his = make_voter(flats[5])
    row = authorize(ballot, agent="自己人")
    refused(lambda: issue(ballot, row, actor=CLERK), "own_registration")
    refused(lambda: vote(ballot, row, his), "not_found")
    assert log_of(ballot) == []


def test_a_forged_paper_that_a_second_person_let_through_names_them_both_and_is_void_afterwards() -> None:
    ballot, flats = make_vote()
    owner, agent = make_voter(flats[0]), make_voter(flats[5])
    row = authorize(ballot)
    claim(issue(ballot, row), agent)
    receipt = vote(ballot, row, agent)
    told = letters.inbox([Recipient.resident(owner.id), Recipient.flat(flats[0].id)]).items
    assert [one.kind for one in told].count("ballots.proxy") == 3
    assert [entry.facts["authorization"] for entry in audited("ballots.issue_proxy_code")] == [row.id]
    with unit_of_work():
        actions.review_vote(
            ballot.id, receipt.seq, verdict=Verdict.VOID, fault=Fault.NO_AUTHORITY, client_key=key(),
            actor=REVIEWER, now=LATER + timedelta(hours=1),
        )  # fmt: skip
    assert queries.turnout(ballot)[0].heads == 0
    cast(ballot, owner, "against", now=LATER + timedelta(hours=2))


def test_an_agent_does_not_vote_over_the_owner_nor_beyond_the_paper_nor_twice() -> None:
    ballot, flats = make_vote()
    owner, agent = make_voter(flats[0]), make_voter(flats[5])
    granted = grant(ballot, owner)
    claim(granted.code, agent)
    refused(lambda: vote(ballot, granted.row, agent, {"m1": "for", "m2": "米白"}), "choices_invalid")
    cast(ballot, owner, "against", now=VOTING)
    refused(lambda: vote(ballot, granted.row, agent), "principal_voted")
    assert [event["choices"]["m1"] for event in log_of(ballot)] == ["against"]


def test_one_collector_does_not_gather_the_house_by_telephone() -> None:
    ballot, flats = make_vote(proxy_limit=2)
    owners = [make_voter(flat) for flat in flats[:3]]
    for owner in owners[:2]:
        grant(ballot, owner)
    refused(lambda: grant(ballot, owners[2]), "proxy_limit")
    refused(lambda: grant(ballot, owners[2], agent="钱 七"), "proxy_limit")


def test_an_agents_words_are_kept_as_the_owner_confirmed_them() -> None:
    ballot, flats = make_vote()
    granted = grant(ballot, make_voter(flats[0]))
    with pytest.raises(sa.exc.DBAPIError, match="only grows"), unit_of_work():
        db.session.execute(sa.text("DELETE FROM ballot_proxy_codes"))
    assert granted.code not in json.dumps([entry.facts for entry in audited("ballots.register_proxy")])


def test_a_resident_of_another_house_is_nobodys_agent_by_the_number_alone() -> None:
    ballot, flats = make_vote()
    granted = grant(ballot, make_voter(flats[0]))
    other: Actor = make_voter(flats[4])
    refused(lambda: vote(ballot, granted.row, other), "not_found")
