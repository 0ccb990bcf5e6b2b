"""An agent on their own telephone: authorized on paper by two people or by the owner online, for named motions, once."""

from datetime import timedelta
from pathlib import Path

import pytest

from server.attachments import queries as attachments
from server.ballots import actions, queries
from server.ballots.rules.standing import Standing
from server.identity.rules import Level, Role
from server.infra.db import unit_of_work
from server.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from server.ledger import queries as ledger
from server.ledger.actions import owners
from server.messages import queries as letters
from server.messages.rules import Recipient
from tests.factories.ballots import (
    ANNOUNCED,
    CLERK,
    CLOSES,
    REVIEWER,
    VOTING,
    bundle_text,
    cast,
    key,
    log_of,
    make_electorate,
    make_opened,
    make_vote,
    make_voter,
    owners_of,
)
from tests.factories.identity import make_staff
from tests.factories.ledger import make_ownership
from tests.factories.rolls import sell
from tests.server.ballots.test_export import recount
from tests.server.ballots.test_proxies import authorize

pytestmark = pytest.mark.usefixtures("app")
LATER = VOTING + timedelta(hours=1)
AGENT = {"agent": "钱七", "phone": "13900000007"}


def grant(ballot, owner, *, motions=("m1",), client_key="", now=VOTING, **agent):
    with unit_of_work():
        return actions.grant_proxy(
            ballot.id,
            motions=list(motions),
            client_key=client_key or key(),
            actor=owner,
            now=now,
            **{**AGENT, **agent},
        )


def issue(ballot, row, *, actor=REVIEWER, client_key="", now=VOTING) -> str:
    with unit_of_work():
        return actions.issue_proxy_code(
            ballot.id, row.id, client_key=client_key or key(), actor=actor, now=now
        )


def claim(code, resident, *, now=VOTING, **named):
    with unit_of_work():
        return actions.claim_proxy(code, actor=resident, now=now, **{**AGENT, **named})


def vote(ballot, row, agent, choices=None, *, client_key="", now=LATER):
    with unit_of_work():
        return actions.cast_by_proxy(
            ballot.id, row.id, choices or {"m1": "for"}, client_key=client_key or key(), actor=agent, now=now
        )


def revoke(ballot, row, actor, now=VOTING):
    with unit_of_work():
        return actions.revoke_proxy(ballot.id, row.id, actor=actor, now=now)


def code_of(act) -> str:
    with pytest.raises((Refused, Invalid, NotFound, Forbidden)) as refusal:
        act()
    found = refusal.value
    return ",".join(found.fields) if isinstance(found, Invalid) else found.code


def test_an_owner_grants_on_the_telephone_and_the_agent_votes_for_those_motions(tmp_path: Path) -> None:
    ballot, flats = make_vote()
    owner, agent = make_voter(flats[0]), make_voter(flats[5], level=Level.REACHED)
    granted = grant(ballot, owner)
    words = attachments.content(granted.row.photo_id).decode()
    assert all(part in words for part in ("钱七", "13900000007", "1 栋 1 单元 101", "加装电梯"))
    assert "外墙颜色" not in words
    card = claim(granted.code, agent)
    assert (card.claimed_by, list(card.labels)) == (agent.key, ["1 栋 1 单元 101"])
    receipt = vote(ballot, granted.row, agent)
    (event,) = log_of(ballot)
    assert (event["channel"], event["by"], event["motions"], event["choices"]) == (
        "assisted",
        [agent.key],
        ["m1"],
        {"m1": "for"},
    )
    assert event["proxy"] == {"id": granted.row.id, "hash": granted.row.digest}
    assert queries.awaiting_review(ballot.id) == 0
    assert queries.receipt(receipt.code).standing is Standing.INCLUDED
    told = letters.inbox([Recipient.resident(owner.id), Recipient.flat(flats[0].id)]).items
    assert [one.kind for one in told].count("ballots.proxy") == 3
    with unit_of_work():
        actions.count_ballot(ballot.id, actor=CLERK, now=CLOSES)
    found = queries.result(ballot.id).results
    assert [motion["heads"]["participants"] for motion in found[0]["motions"]] == [1, 0]
    assert recount(bundle_text(ballot, now=CLOSES), tmp_path)["results"] == found


def test_a_paper_gives_a_telephone_a_vote_only_once_a_second_person_saw_it() -> None:
    ballot, flats = make_vote()
    agent = make_voter(flats[5])
    row = authorize(ballot)
    assert code_of(lambda: issue(ballot, row, actor=CLERK)) == "own_registration"
    assert code_of(lambda: vote(ballot, row, agent)) == "not_found"
    claim(issue(ballot, row), agent)
    vote(ballot, row, agent)
    assert queries.awaiting_review(ballot.id) == 0
    assert queries.proxy(ballot.id, row.id).vouched_by == REVIEWER.key


def test_a_code_is_for_the_agent_it_names_and_for_one_telephone() -> None:
    ballot, flats = make_vote()
    owner, agent, other = (make_voter(flat) for flat in (flats[0], flats[4], flats[5]))
    granted = grant(ballot, owner)
    for wrong in ({"agent": "李九"}, {"phone": "13900000008"}):
        assert code_of(lambda wrong=wrong: claim(granted.code, agent, **wrong)) == "no_such_code"
    assert code_of(lambda: claim("2222-2222-2222", agent)) == "no_such_code"
    claim(granted.code, agent)
    assert claim(granted.code, agent).claimed_by == agent.key
    assert code_of(lambda: claim(granted.code, other)) == "claimed"
    assert code_of(lambda: vote(ballot, granted.row, other)) == "not_found"
    assert code_of(lambda: issue(ballot, granted.row)) == "claimed"


def test_a_later_code_takes_the_place_of_an_earlier_one() -> None:
    ballot, flats = make_vote()
    agent = make_voter(flats[5])
    row = authorize(ballot)
    first, second = issue(ballot, row), issue(ballot, row)
    assert code_of(lambda: claim(first, agent)) == "no_such_code"
    claim(second, agent)


def test_the_owner_takes_it_back_until_it_was_cast_and_by_voting() -> None:
    ballot, flats = make_vote()
    owners = [make_voter(flat) for flat in flats[:3]]
    agent = make_voter(flats[5])
    first, second, third = (grant(ballot, owner) for owner in owners)
    for one in (first, second, third):
        claim(one.code, agent)
    revoke(ballot, first.row, owners[0])
    assert code_of(lambda: vote(ballot, first.row, agent)) == "revoked"
    assert code_of(lambda: revoke(ballot, second.row, owners[0])) == "not_found"
    cast(ballot, owners[1], "against", now=VOTING)
    assert code_of(lambda: vote(ballot, second.row, agent)) == "principal_voted"
    assert code_of(lambda: grant(ballot, owners[1], motions=("m2",))) == "principal_voted"
    vote(ballot, third.row, agent)
    assert code_of(lambda: revoke(ballot, third.row, owners[2])) == "proxy_cast"
    assert code_of(lambda: vote(ballot, third.row, agent, {"m1": "against"})) == "proxy_cast"
    assert queries.broken_at(ballot.id) is None


def test_two_agents_vote_for_their_own_motions() -> None:
    ballot, flats = make_vote()
    owner, one, other = (make_voter(flat) for flat in (flats[0], flats[4], flats[5]))
    first = grant(ballot, owner)
    assert code_of(lambda: grant(ballot, owner, motions=("m1", "m2"), agent="李九")) == "authorized"
    second = grant(ballot, owner, motions=("m2",), agent="李九", phone="13900000009")
    claim(first.code, one)
    claim(second.code, other, agent="李九", phone="13900000009")
    assert code_of(lambda: vote(ballot, first.row, one, {"m1": "for", "m2": "米白"})) == "m2"
    vote(ballot, first.row, one)
    vote(ballot, second.row, other, {"m2": "米白"})
    assert (queries.turnout(ballot)[0].heads, [event["motions"] for event in log_of(ballot)]) == (
        1,
        [["m1"], ["m2"]],
    )


def test_only_whoever_may_vote_gives_the_vote_away() -> None:
    ballot, flats = make_vote()
    tenant = make_voter(flats[0], level=Level.REACHED)
    owner, agent = make_voter(flats[0]), make_voter(flats[5], level=Level.REACHED)
    assert code_of(lambda: grant(ballot, tenant)) == "no_vote"
    granted = grant(ballot, owner)
    claim(granted.code, agent)
    assert code_of(lambda: grant(ballot, agent)) == "no_vote"
    stranger_vote, others = make_vote()
    assert code_of(lambda: grant(ballot, make_voter(others[0]))) == "not_found"
    assert stranger_vote.id != ballot.id


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"agent": " "}, "agent"),
        ({"phone": "139"}, "phone"),
        ({"motions": ()}, "motions"),
        ({"motions": ("m9",)}, "motions"),
        ({"now": CLOSES}, "closed"),
    ],
)
def test_a_grant_is_named_and_in_time(facts, code) -> None:
    ballot, flats = make_vote()
    assert code_of(lambda: grant(ballot, make_voter(flats[0]), **facts)) == code


def test_property_staff_are_refused_also_where_they_came_later() -> None:
    ballot, flats = make_vote()
    community = ledger.community(ballot.community_id)
    owner, agent = make_voter(flats[0]), make_voter(flats[5])
    granted = grant(ballot, owner)
    claim(granted.code, agent)
    make_staff(Role.PROPERTY_CLERK, community=community, name="钱七")
    assert code_of(lambda: vote(ballot, granted.row, agent)) == "property_staff"
    assert code_of(lambda: grant(ballot, make_voter(flats[1]))) == "property_staff"


def test_the_number_of_principals_is_the_one_in_the_notice() -> None:
    ballot, flats = make_vote(proxy_limit=1)
    grant(ballot, make_voter(flats[0]))
    assert code_of(lambda: grant(ballot, make_voter(flats[1]))) == "proxy_limit"
    none, others = make_vote(proxy_limit=0)
    assert code_of(lambda: grant(none, make_voter(others[0]))) == "no_proxies"


def test_what_is_sent_twice_has_one_effect() -> None:
    ballot, flats = make_vote()
    owner, agent = make_voter(flats[0]), make_voter(flats[5])
    one, two, three = key(), key(), key()
    codes = {grant(ballot, owner, client_key=one).code for _ in range(2)}
    assert len(codes) == len(queries.proxies(ballot.id)) == 1
    with pytest.raises(Conflict):
        grant(ballot, owner, motions=("m2",), client_key=one)
    paper = authorize(ballot, "h2")
    assert len({issue(ballot, paper, client_key=two) for _ in range(2)}) == 1
    row = queries.proxies(ballot.id)[0].row
    claim(codes.pop(), agent)
    assert (
        len({vote(ballot, row, agent, client_key=three).code for _ in range(2)}) == len(log_of(ballot)) == 1
    )


def test_the_sellers_agent_votes_no_more_once_the_ledger_knows_the_sale() -> None:
    ballot, flats = make_vote()
    owner, agent = make_voter(flats[0]), make_voter(flats[5])
    granted = grant(ballot, owner)
    claim(granted.code, agent)
    sell(flats[0])
    assert code_of(lambda: vote(ballot, granted.row, agent)) == "sold"
    assert log_of(ballot) == []


def make_co_owned():
    """A vote with a flat of two owners: the one who is registered for both, and the other."""
    community, flats = make_electorate()
    make_ownership(flats[0], "共有人", phone="13800000009")
    first, other = owners_of(flats[0])
    with unit_of_work():
        owners.set_representative(community.id, flats[0].id, first, actor=CLERK, now=ANNOUNCED)
    ballot = make_opened(community)
    return ballot, *(make_voter(flats[0], owner_id=id_) for id_ in (first, other)), make_voter(flats[5])


def test_the_representatives_agent_votes_after_another_co_owner_did() -> None:
    ballot, representative, co_owner, agent = make_co_owned()
    early = cast(ballot, co_owner, "against")
    granted = grant(ballot, representative, motions=("m1", "m2"))
    claim(granted.code, agent)
    vote(ballot, granted.row, agent, {"m1": "for", "m2": "米白"})
    assert queries.receipt(early.code).standing is Standing.VOID
    assert queries.turnout(ballot)[0].heads == 1
    assert code_of(lambda: cast(ballot, co_owner, "against", now=LATER)) == "representative_voted"


def test_a_co_owners_agent_votes_not_after_the_representative() -> None:
    ballot, representative, co_owner, agent = make_co_owned()
    granted = grant(ballot, co_owner)
    claim(granted.code, agent)
    cast(ballot, representative, "against")
    assert code_of(lambda: vote(ballot, granted.row, agent)) == "principal_voted"
