"""A sale that one person wrote into the ledger while a vote runs: the homes hear of it, once, and nothing of any choice."""

from datetime import date, timedelta

import pytest

from server.ballots import actions
from server.ballots.rules.takeovers import left_out
from server.infra.db import unit_of_work
from server.kernel.chinatime import china_day
from server.ledger.actions import owners
from server.messages import queries as letters
from server.messages.rules import Recipient
from tests.factories.ballots import (
    ANNOUNCED,
    CLERK,
    CLOSES,
    REVIEWER,
    VOTING,
    cast,
    key,
    make_announced,
    make_electorate,
    make_opened,
    make_vote,
    make_voter,
    owners_of,
)
from tests.factories.ledger import make_community, make_flat, make_owner
from tests.factories.rolls import sell

pytestmark = pytest.mark.usefixtures("app")
BUYER = owners.NewOwner("新业主", phone="13700000001")
SOLD_ON = china_day(VOTING)
LAST_DAY = china_day(CLOSES)


def write_sale(flat, *new, on: date = SOLD_ON, now=VOTING, client_key: str = "") -> None:
    """As the doors do it: the ledger is written, and whoever is left out of a vote by that is told."""
    with unit_of_work(), actions.telling_of_sales([flat.community_id], now=now):
        owners.change_owners(
            flat.community_id,
            flat.id,
            new or [BUYER],
            on=on,
            client_key=client_key or key(),
            actor=CLERK,
            now=now,
        )


def told(flat) -> list[str]:
    """What the home heard, as it is printed for those without a telephone."""
    homes = letters.printable(flat.community_id, ANNOUNCED)
    heard = [one for home in homes if home.flat_id == flat.id for one in home.letters]
    return [one.body for one in heard if one.kind == "ballots.sold_in_ledger"]


def test_seller_and_buyer_hear_that_the_vote_waits_for_the_paper_of_the_sale() -> None:
    ballot, flats = make_vote()
    seller = make_voter(flats[0])
    write_sale(flats[0])
    buyer = make_voter(flats[0], owner_id=owners_of(flats[0])[-1])
    for one in (seller, buyer):
        letter = letters.inbox([Recipient.resident(one.id), Recipient.flat(flats[0].id)]).items[0]
        assert letter.link == f"/ballots/{ballot.id}"
        assert "原业主不能再投" in letter.body and "过户的证明" in letter.body and "没有卖房" in letter.body
    assert [told(flat) for flat in flats[1:]] == [[]] * 5


def test_what_they_hear_is_the_same_whatever_was_cast() -> None:
    _, flats = make_vote()
    ballot, flats = make_vote()
    for flat, choice in zip(flats, ("for", "against", "abstain"), strict=False):
        cast(ballot, make_voter(flat), choice)
    for number, flat in enumerate(flats[:4]):
        write_sale(flat, owners.NewOwner("新业主", phone=f"1370000000{number}"))
    bodies = {told(flat)[0].replace(f"{101 + number}", "") for number, flat in enumerate(flats[:4])}
    assert len(bodies) == 1


def test_the_same_sale_sent_again_is_told_once() -> None:
    _, flats = make_vote()
    one_key = key()
    for _ in range(2):
        write_sale(flats[0], client_key=one_key)
    assert len(told(flats[0])) == 1


def test_a_sale_that_was_not_written_is_not_told() -> None:
    _, flats = make_vote()
    with pytest.raises(RuntimeError), unit_of_work():
        with actions.telling_of_sales([flats[0].community_id], now=VOTING):
            owners.change_owners(
                flats[0].community_id,
                flats[0].id,
                [BUYER],
                on=SOLD_ON,
                client_key=key(),
                actor=CLERK,
                now=VOTING,
            )
        raise RuntimeError
    assert told(flats[0]) == []


@pytest.mark.parametrize(
    ("on", "is_told"), [(LAST_DAY, True), (LAST_DAY + timedelta(days=1), False)], ids=["in-time", "after"]
)
def test_a_sale_dated_ahead_is_told_where_it_falls_into_the_vote(on, is_told) -> None:
    _, flats = make_vote()
    write_sale(flats[0], on=on)
    assert bool(told(flats[0])) is is_told


def extend(ballot, days: int) -> None:
    with unit_of_work():
        actions.extend_closing(
            ballot.id, CLOSES + timedelta(days=days), reason="回收的票不够", client_key=key(), actor=REVIEWER,
            now=VOTING,
        )  # fmt: skip


@pytest.mark.parametrize("sold_after", [1, 2, 3, 4])
def test_a_sale_dated_after_the_closing_is_told_once_an_extension_reaches_it(sold_after) -> None:
    ballot, flats = make_vote()
    write_sale(flats[0], on=LAST_DAY + timedelta(days=sold_after))
    extend(ballot, 2)
    is_reached = sold_after <= 2
    assert len(told(flats[0])) == is_reached
    assert [told(flat) for flat in flats[1:]] == [[]] * 5
    extend(ballot, 3)
    assert len(told(flats[0])) == (sold_after <= 3)


def test_seller_and_buyer_hear_it_when_the_extension_reaches_their_sale() -> None:
    ballot, flats = make_vote()
    seller = make_voter(flats[0])
    write_sale(flats[0], on=LAST_DAY + timedelta(days=1))
    extend(ballot, 1)
    buyer = make_voter(flats[0], owner_id=owners_of(flats[0])[-1])
    for one in (seller, buyer):
        bodies = [
            letter.body
            for letter in letters.inbox([Recipient.resident(one.id), Recipient.flat(flats[0].id)]).items
        ]
        assert sum("原业主不能再投" in body and "过户的证明" in body for body in bodies) == 1


def test_a_sale_that_was_told_is_not_told_again_by_an_extension() -> None:
    ballot, flats = make_vote()
    write_sale(flats[0], on=LAST_DAY)
    extend(ballot, 2)
    assert len(told(flats[0])) == 1


@pytest.mark.parametrize(("now", "is_told"), [(CLOSES - timedelta(microseconds=1), True), (CLOSES, False)])
def test_nobody_is_told_of_a_vote_that_is_over(now, is_told) -> None:
    _, flats = make_vote()
    write_sale(flats[0], now=now)
    assert bool(told(flats[0])) is is_told


def test_nobody_is_told_before_the_roll_is_frozen() -> None:
    community, flats = make_electorate()
    make_announced(community)
    write_sale(flats[0])
    assert told(flats[0]) == []


def test_who_still_owns_another_flat_of_the_head_goes_on_voting_and_hears_nothing_yet() -> None:
    community = make_community()
    flats = [make_flat(community, room=str(room)) for room in (101, 102)]
    make_owner(*flats)
    make_opened(community)
    write_sale(flats[1])
    assert told(flats[0]) + told(flats[1]) == []
    write_sale(flats[0], owners.NewOwner("另一位", phone="13700000002"))
    assert [len(told(flat)) for flat in flats] == [1, 1]


def test_a_co_owner_who_is_left_out_hears_that_the_other_goes_on() -> None:
    community = make_community()
    flat = make_flat(community)
    make_owner(flat, name="留下的", phone="13700000003")
    make_owner(flat, name="离开的", phone="13700000004")
    make_opened(community)
    write_sale(flat, owners.NewOwner("留下的", phone="13700000003"))
    (body,) = told(flat)
    assert "还是业主的照样可以投" in body and "原业主不能再投" not in body


def test_a_sale_after_a_sale_that_nobody_noted_leaves_nobody_out_anew() -> None:
    _, flats = make_vote()
    sell(flats[0])
    write_sale(flats[0], owners.NewOwner("第三人", phone="13700000005"))
    assert told(flats[0]) == []


@pytest.mark.parametrize(
    ("casters", "before", "after", "is_out"),
    [
        ({1}, {1}, {2}, True),
        ({1}, {1}, {1, 2}, False),
        ({1, 2}, {1, 2}, {2}, True),
        ({1}, {2}, {3}, False),
        ({1}, {1}, set(), True),
    ],
    ids=["sold", "shared", "one-of-two", "was-out-already", "nobody-owns-it"],
)
def test_left_out_is_who_casts_and_owned_and_owns_no_more(casters, before, after, is_out) -> None:
    assert left_out(casters, before, after) is is_out
