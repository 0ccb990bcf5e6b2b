"""Agents: authorized in writing, for named motions, by so many owners; revocable until cast; told to the principal."""

from datetime import timedelta
from pathlib import Path

import pytest

from server.ballots import actions, queries
from server.ballots.rules.desk import Fault
from server.ballots.rules.events import Verdict
from server.identity.rules import Role
from server.infra.db import unit_of_work
from server.kernel.actor import Actor, ActorKind
from server.kernel.errors import Conflict, Invalid, NotFound, Refused
from server.ledger import queries as ledger
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
    make_photo,
    make_vote,
    make_voter,
    take_in,
)
from tests.factories.identity import make_staff
from tests.factories.rolls import sell
from tests.server.ballots.test_export import recount

pytestmark = pytest.mark.usefixtures("app")


def authorize(ballot, head="h1", *, agent="钱七", phone="13900000007", motions=("m1",), actor=CLERK, **facts):
    with unit_of_work():
        return actions.register_proxy(
            ballot.id,
            head=head,
            agent=agent,
            phone=phone,
            motions=list(motions),
            photo_id=facts["photo_id"] if "photo_id" in facts else make_photo(),
            client_key=facts.get("client_key") or key(),
            actor=actor,
            now=facts.get("now", VOTING),
        )


def vote_by(ballot, row, read, *, now=VOTING, client_key=""):
    with unit_of_work():
        return actions.enter_by_proxy(
            ballot.id,
            row.id,
            read=read,
            photo_id=make_photo(now),
            client_key=client_key or key(),
            actor=CLERK,
            now=now,
        )


def revoke(ballot, row):
    with unit_of_work():
        return actions.revoke_proxy(ballot.id, row.id, actor=CLERK, now=VOTING)


def code_of(act) -> str:
    with pytest.raises((Refused, Invalid)) as refusal:
        act()
    return refusal.value.code if isinstance(refusal.value, Refused) else ",".join(refusal.value.fields)


def test_an_agents_vote_is_assisted_for_its_motions_and_names_the_authorization(tmp_path: Path) -> None:
    ballot, _ = make_vote()
    row = authorize(ballot)
    vote_by(ballot, row, {"m1": "for"})
    (event,) = log_of(ballot)
    assert (event["channel"], event["motions"], event["choices"]) == ("assisted", ["m1"], {"m1": "for"})
    assert event["proxy"] == {"id": row.id, "hash": row.digest}
    assert queries.awaiting_review(ballot.id) == 1
    with unit_of_work():
        actions.review_vote(
            ballot.id,
            1,
            verdict=Verdict.VALID,
            reading={"m1": "for"},
            client_key=key(),
            actor=REVIEWER,
            now=VOTING,
        )
        actions.count_ballot(ballot.id, actor=CLERK, now=CLOSES)
    found = queries.result(ballot.id).results
    assert [motion["heads"]["participants"] for motion in found[0]["motions"]] == [1, 0]
    assert recount(bundle_text(ballot, now=CLOSES), tmp_path)["results"] == found


def test_an_agent_votes_for_nothing_beyond_the_authorization() -> None:
    ballot, _ = make_vote()
    row = authorize(ballot)
    assert code_of(lambda: vote_by(ballot, row, {"m1": "for", "m2": "米白"})) == "m2"
    assert log_of(ballot) == []


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"agent": " "}, "agent"),
        ({"phone": "139"}, "phone"),
        ({"motions": ()}, "motions"),
        ({"motions": ("m9",)}, "motions"),
        ({"photo_id": None}, "photo"),
        ({"agent": CLERK.label}, "own_agent"),
        ({"now": CLOSES}, "closed"),
    ],
)
def test_an_authorization_is_written_named_and_in_time(facts, code) -> None:
    ballot, _ = make_vote()
    assert code_of(lambda: authorize(ballot, **facts)) == code


def test_property_staff_and_the_owner_are_no_agents() -> None:
    ballot, flats = make_vote()
    community = ledger.community(ballot.community_id)
    make_staff(Role.PROPERTY_CLERK, community=community, name="孙 八")
    assert code_of(lambda: authorize(ballot, agent="孙八")) == "property_staff"
    (owner,) = ledger.owners_of_flats([flats[0].id], VOTING.date())[flats[0].id]
    assert code_of(lambda: authorize(ballot, agent=owner.name)) == "is_owner"


def test_one_agent_stands_for_as_many_as_the_notice_says_and_no_more() -> None:
    ballot, _ = make_vote()
    rows = [authorize(ballot, f"h{number}") for number in (1, 2, 3)]
    assert code_of(lambda: authorize(ballot, "h4")) == "proxy_limit"
    authorize(ballot, "h1", motions=("m2",))
    authorize(ballot, "h4", phone="13900000008")
    revoke(ballot, rows[1])
    authorize(ballot, "h5")


def test_no_motion_is_given_to_two_agents() -> None:
    ballot, _ = make_vote()
    authorize(ballot)
    assert code_of(lambda: authorize(ballot, agent="李九", motions=("m1", "m2"))) == "authorized"
    authorize(ballot, agent="李九", motions=("m2",))


def test_an_authorization_is_revoked_until_cast_and_used_once() -> None:
    ballot, _ = make_vote()
    first, second = authorize(ballot, "h1"), authorize(ballot, "h2")
    revoke(ballot, first)
    assert revoke(ballot, first) is None
    assert code_of(lambda: vote_by(ballot, first, {"m1": "for"})) == "revoked"
    vote_by(ballot, second, {"m1": "for"})
    assert code_of(lambda: vote_by(ballot, second, {"m1": "against"})) == "proxy_cast"
    assert code_of(lambda: revoke(ballot, second)) == "proxy_cast"
    with unit_of_work():
        actions.review_vote(
            ballot.id,
            1,
            verdict=Verdict.VOID,
            fault=Fault.ENTRY_WRONG,
            client_key=key(),
            actor=REVIEWER,
            now=VOTING,
        )
    vote_by(ballot, second, {"m1": "against"}, now=VOTING + timedelta(minutes=1))
    assert queries.broken_at(ballot.id) is None


def test_the_principal_is_told_of_each_step_and_may_still_vote() -> None:
    ballot, flats = make_vote()
    voter = make_voter(flats[0])
    row = authorize(ballot)
    vote_by(ballot, row, {"m1": "for"})
    cast(ballot, voter, "against", now=VOTING + timedelta(hours=1))
    told = letters.inbox([Recipient.resident(voter.id), Recipient.flat(flats[0].id)]).items
    assert [letter.kind for letter in told].count("ballots.proxy") == 2
    assert "钱七" not in "".join(letter.body for letter in told)
    assert queries.proxy(ballot.id, row.id).is_cast


def test_the_same_authorization_sent_twice_is_one_and_another_votes_is_unknown() -> None:
    ballot, _ = make_vote()
    other, _ = make_vote()
    one_key = key()
    with unit_of_work():
        photo_id = make_photo()
    ids = {authorize(ballot, client_key=one_key, photo_id=photo_id).id for _ in range(2)}
    assert len(ids) == 1
    with pytest.raises(Conflict):
        authorize(ballot, "h2", client_key=one_key, photo_id=photo_id)
    row = queries.proxy(ballot.id, ids.pop()).row
    with pytest.raises(NotFound):
        vote_by(other, row, {"m1": "for"})
    entry = key()
    with unit_of_work():
        facts = {"read": {"m1": "for"}, "photo_id": make_photo(), "client_key": entry}
    codes = set()
    for _ in range(2):
        with unit_of_work():
            receipt = actions.enter_by_proxy(ballot.id, row.id, actor=CLERK, now=VOTING, **facts)
            codes.add(receipt.code)
    assert len(codes) == len(log_of(ballot)) == 1


def test_nobody_registers_themselves() -> None:
    ballot, _ = make_vote()
    me = Actor(ActorKind.STAFF, 9009, "赵 十")
    assert code_of(lambda: authorize(ballot, agent="赵十", actor=me)) == "own_agent"


def test_no_agent_votes_over_what_the_owner_cast_in_person() -> None:
    ballot, flats = make_vote()
    row = authorize(ballot)
    cast(ballot, make_voter(flats[0]), "against")
    later = VOTING + timedelta(hours=1)
    assert code_of(lambda: vote_by(ballot, row, {"m1": "for"}, now=later)) == "principal_voted"
    assert code_of(lambda: authorize(ballot, motions=("m2",), now=later)) == "principal_voted"
    assert [event["channel"] for event in log_of(ballot)] == ["online"]


def test_a_paper_that_came_back_takes_the_authorization_back_before_it_is_keyed() -> None:
    ballot, flats = make_vote()
    row = authorize(ballot)
    take_in(ballot, flats[0])
    assert code_of(lambda: vote_by(ballot, row, {"m1": "for"})) == "principal_voted"
    assert code_of(lambda: authorize(ballot, motions=("m2",))) == "principal_voted"


def test_a_clerk_enters_no_vote_as_the_agent() -> None:
    ballot, _ = make_vote()
    row = authorize(ballot, agent=CLERK.label, actor=REVIEWER)
    assert code_of(lambda: vote_by(ballot, row, {"m1": "for"})) == "own_agent"


def test_property_staff_are_refused_at_the_desk_too_where_they_came_later() -> None:
    ballot, _ = make_vote()
    row = authorize(ballot)
    make_staff(Role.PROPERTY_CLERK, community=ledger.community(ballot.community_id), name="钱七")
    assert code_of(lambda: vote_by(ballot, row, {"m1": "for"})) == "property_staff"


def test_the_sellers_agent_votes_no_more_and_the_buyer_may_have_another() -> None:
    ballot, flats = make_vote()
    row = authorize(ballot)
    buyer_id = sell(flats[0])
    later = VOTING + timedelta(days=1)
    assert code_of(lambda: vote_by(ballot, row, {"m1": "for"}, now=later)) == "sold"
    with unit_of_work():
        sale = actions.note_sale(
            ballot.id, head="h1", owner_ids=[buyer_id], sold_on=VOTING.date(), note="",
            photo_id=make_photo(), client_key=key(), actor=CLERK, now=later,
        )  # fmt: skip
        actions.answer_sale(
            sale.id, ballot_id=ballot.id, is_confirmed=True, reason="", actor=REVIEWER, now=later
        )
    card = queries.proxy(ballot.id, row.id)
    assert (card.is_sold, card.is_ended, card.state_zh) == (True, True, "房子换了业主，失效")
    after = later + timedelta(hours=1)
    assert code_of(lambda: vote_by(ballot, row, {"m1": "for"}, now=after)) == "sold"
    vote_by(ballot, authorize(ballot, agent="李九", now=after), {"m1": "against"}, now=after)
    assert [event["choices"] for event in log_of(ballot)] == [{"m1": "against"}]
