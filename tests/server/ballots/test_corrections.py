"""Correcting an open roll: from the ledger, by two people, in the log; the count, the recount and the turnout go by it."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from server.ballots import actions, queries
from server.ballots.explain import explain
from server.ballots.rules.standing import Standing
from server.infra.db import db, unit_of_work
from server.kernel.errors import Invalid, Refused
from server.kernel.places import ScopeKind
from server.ledger.actions import likeness, owners
from server.ledger.actions.likeness import Told
from server.ledger.models import Community, Flat
from server.messages import queries as letters
from server.messages.rules import Recipient
from tests.factories.ballots import (
    CLERK,
    CLOSES,
    REVIEWER,
    VOTING,
    bundle_text,
    cast,
    key,
    log_of,
    make_papers,
    make_photo,
    make_vote,
    make_voter,
    owners_of,
)
from tests.factories.ledger import make_flat, make_owner
from tests.factories.rolls import set_area
from tests.server.ballots.test_export import recount

pytestmark = pytest.mark.usefixtures("app")
LATER = VOTING + timedelta(hours=2)


def merge(one: Flat, other: Flat, now=VOTING) -> None:
    with unit_of_work():
        likeness.merge_owners(
            one.community_id, owners_of(one)[0], owners_of(other)[0], Told("问过本人", key(), CLERK, now)
        )


def propose(ballot, *, actor=CLERK, now=VOTING, reason="登记时面积抄错，对过房产证", which: int = 0, name=""):
    found = queries.corrections_found(queries.known(ballot.id))
    with unit_of_work():
        return actions.propose_correction(
            ballot.id, name or found[which].name, reason=reason, client_key=key(), actor=actor, now=now
        )


def answer(ballot, row, *, is_confirmed=True, reason="", actor=REVIEWER, now=LATER):
    with unit_of_work():
        return actions.answer_correction(
            row.id, ballot_id=ballot.id, is_confirmed=is_confirmed, reason=reason, actor=actor, now=now
        )


def correct(ballot, **facts):
    row = propose(ballot)
    answer(ballot, row, **facts)
    return row


def counted(ballot, tmp_path: Path):
    """The house's count, which the recount from the bundle alone must equal."""
    with unit_of_work():
        actions.count_ballot(ballot.id, actor=CLERK, now=CLOSES)
    found = queries.result(ballot.id).results
    assert recount(bundle_text(ballot, now=CLOSES), tmp_path)["results"] == found
    return found[0]["motions"][0]


def test_a_wrong_area_is_put_right_by_two_people_and_everything_counts_by_it(tmp_path: Path) -> None:
    ballot, flats = make_vote()
    cast(ballot, make_voter(flats[0]))
    set_area(flats[0], "66.50")
    assert [one.sentences for one in queries.corrections_found(queries.known(ballot.id))] == [
        ["1 栋 1 单元 101 的面积从 60.00 ㎡ 改成 66.50 ㎡。"]
    ]
    row = propose(ballot)
    assert len(log_of(ballot)) == 1
    answer(ballot, row)
    event = log_of(ballot)[-1]
    assert (event["kind"], event["head"], event["by"]) == ("roll", "h1", [CLERK.key, REVIEWER.key])
    assert [flat["area"] for flat in event["flats"]] == ["66.50"]
    (bar,) = queries.turnout(ballot)
    assert (bar.heads, bar.area, bar.roll_area) == (1, Decimal("66.50"), Decimal("366.50"))
    assert not queries.has_differing_turnout(ballot.id)
    assert queries.broken_at(ballot.id) is None
    assert queries.corrections_found(queries.known(ballot.id)) == []
    motion = counted(ballot, tmp_path)
    assert (motion["heads"]["roll"], motion["area"]["roll"], motion["area"]["for"]) == (6, "366.50", "66.50")
    path = tmp_path / "told.json"
    path.write_text(bundle_text(ballot, now=CLOSES), encoding="utf-8")
    code, said = explain(str(path))
    assert code == 0 and "第 2 条更正名册：h1 改成" in said and "登记时面积抄错" in said


def test_two_records_of_one_owner_become_one_head_and_the_other_heads_vote_falls(tmp_path: Path) -> None:
    ballot, flats = make_vote()
    first, second = make_voter(flats[0]), make_voter(flats[1])
    cast(ballot, first, "for")
    receipt = cast(ballot, second, "against")
    merge(flats[0], flats[1])
    assert [card.head for card in queries.heads_of(ballot.id)] == [f"h{n}" for n in range(1, 7)]
    correct(ballot)
    assert [event["head"] for event in log_of(ballot)[2:]] == ["h2", "h1"]
    assert queries.receipt(receipt.code).standing is Standing.OFF_ROLL
    assert queries.heads_of(ballot.id)[0].flat_ids == [flats[0].id, flats[1].id]
    cast(ballot, second, "for", now=LATER + timedelta(minutes=1))
    (bar,) = queries.turnout(ballot)
    assert (bar.heads, bar.roll_heads, bar.area) == (1, 5, Decimal("120.00"))
    motion = counted(ballot, tmp_path)
    assert (motion["heads"]["roll"], motion["heads"]["for"], motion["heads"]["against"]) == (5, 1, 0)
    told = letters.inbox([Recipient.resident(second.id), Recipient.flat(flats[1].id)]).items
    assert "你家投过的票不再算" in next(one.body for one in told if one.kind == "ballots.roll_corrected")


def test_a_correction_taken_back_brings_a_head_back_with_its_vote() -> None:
    ballot, flats = make_vote()
    receipt = cast(ballot, make_voter(flats[1]))
    merge(flats[0], flats[1])
    correct(ballot)
    with unit_of_work():
        likeness.keep_apart(
            flats[0].community_id, owners_of(flats[0])[0], owners_of(flats[1])[0],
            Told("两个人", key(), CLERK, LATER),
        )  # fmt: skip
    answer(ballot, propose(ballot, now=LATER), now=LATER)
    assert queries.receipt(receipt.code).standing is Standing.INCLUDED
    assert (queries.turnout(ballot)[0].heads, queries.turnout(ballot)[0].roll_heads) == (1, 6)
    assert queries.broken_at(ballot.id) is None


def test_a_forgotten_flat_comes_on_the_roll_and_its_owner_votes() -> None:
    ballot, _ = make_vote(scope=ScopeKind.ENTRANCE)
    late = make_flat(
        db.session.get_one(Community, ballot.community_id),
        building="2",
        entrance="1",
        room="101",
        area="80.00",
    )
    make_owner(late)
    assert not queries.rights(ballot.id, ballot.community_id, make_voter(late).id, VOTING).rights
    correct(ballot)
    cast(ballot, make_voter(late), now=LATER)
    assert [(bar.scope, bar.heads, bar.roll_heads) for bar in queries.turnout(ballot)] == [
        ("building 1 entrance 1", 0, 6),
        ("building 2 entrance 1", 1, 1),
    ]
    assert not list(queries.faults_in(ballot.id))
    assert log_of(ballot)[0]["head"] == "h7"


def test_a_sale_during_the_vote_is_no_error_of_the_roll() -> None:
    ballot, flats = make_vote()
    new = owners.NewOwner("新业主", phone="13700000001")
    with unit_of_work():
        owners.change_owners(
            flats[0].community_id,
            flats[0].id,
            [new],
            on=VOTING.date(),
            client_key=key(),
            actor=CLERK,
            now=VOTING,
        )
    assert queries.corrections_found(queries.known(ballot.id)) == []


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"reason": "错"}, ""),
        ({"now": CLOSES}, "closed"),
        ({"name": "0123456789abcdef"}, "moved_on"),
    ],
    ids=["no-reason", "after-the-closing", "what-the-ledger-does-not-say"],
)
def test_a_correction_is_not_proposed(facts, code) -> None:
    ballot, flats = make_vote()
    set_area(flats[0], "66.50")
    with pytest.raises((Refused, Invalid)) as refused:
        propose(ballot, **facts)
    assert not code or refused.value.code == code
    assert queries.corrections(ballot.id) == []


def test_nobody_confirms_their_own_nor_after_the_closing_nor_what_moved_on() -> None:
    ballot, flats = make_vote()
    set_area(flats[0], "66.50")
    row = propose(ballot)
    for facts, code in (
        ({"actor": CLERK}, "same_person"),
        ({"now": CLOSES}, "closed"),
    ):
        with pytest.raises(Refused) as refused:
            answer(ballot, row, **facts)
        assert refused.value.code == code
    set_area(flats[0], "67.00")
    with pytest.raises(Refused) as refused:
        answer(ballot, row)
    assert refused.value.code == "moved_on"
    with pytest.raises(Invalid):
        answer(ballot, row, is_confirmed=False)
    answer(ballot, row, is_confirmed=False, reason="面积又变了")
    assert answer(ballot, row, is_confirmed=False, reason="面积又变了").reason == "面积又变了"
    with pytest.raises(Refused) as refused:
        answer(ballot, row)
    assert refused.value.code == "already_answered"
    assert log_of(ballot) == []


def test_no_vote_enters_for_a_head_off_the_roll_and_its_paper_is_spoiled() -> None:
    ballot, flats = make_vote()
    make_papers(ballot)
    merge(flats[0], flats[1])
    correct(ballot)
    assert [row.head for row in queries.papers(ballot.id) if row.spoiled_at is not None] == ["h2"]
    with pytest.raises(Refused) as refused, unit_of_work():
        actions.enter_assisted(
            ballot.id, head="h2", read={"m1": "for", "m2": "米白"}, photo_id=make_photo(), client_key=key(),
            actor=CLERK, now=LATER,
        )  # fmt: skip
    assert refused.value.code == "off_roll"
    assert queries.known_head(ballot.id, "h2").labels == ["1 栋 1 单元 102"]
    assert queries.paper_states(ballot.id)[2].labels == ["1 栋 1 单元 102"]
