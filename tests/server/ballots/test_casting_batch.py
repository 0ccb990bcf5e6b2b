"""Many votes at once write what each of them alone would write, hash by hash."""

import itertools
from datetime import timedelta

import pytest

from server.ballots import actions, queries
from server.ballots.actions import Cast, casting, chain
from server.infra.db import unit_of_work
from server.kernel.actor import COMMAND
from server.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused, Throttled
from server.kernel.places import ScopeKind
from tests.factories.ballots import (
    CLOSES,
    VOTING,
    cast,
    make_opened,
    make_vote,
    make_voter,
    make_voters,
    owners_of,
)
from tests.factories.ledger import make_community, make_flat, make_owner
from tests.factories.written import written_by

pytestmark = pytest.mark.usefixtures("app")
CHOICES = {"m1": "for", "m2": "浅灰"}


@pytest.fixture(autouse=True)
def same_luck(monkeypatch):
    """Nonces and receipts are drawn in the same order both times; `deal` begins anew."""
    drawn = itertools.count(1)
    monkeypatch.setattr(casting, "nonce", lambda: f"{next(drawn):032x}")
    monkeypatch.setattr(casting, "new_code", lambda: f"R{next(drawn):011d}")

    def deal():
        nonlocal drawn
        drawn = itertools.count(1_000_000)

    return deal


def hold_equal(ballot, casts, deal):
    """Both ways from the same state; what the batch returned and wrote."""
    deal()
    receipts, together = written_by(lambda: actions.cast_in_batch(ballot.id, casts))
    deal()
    singles, alone = written_by(
        lambda: [
            actions.cast_vote(
                ballot.id,
                one.choices,
                client_key=one.client_key,
                actor=one.actor,
                now=one.now,
                flat_id=one.flat_id,
            )
            for one in casts
        ]
    )
    assert together == alone
    assert receipts == singles
    return receipts, together


def votes(voters, *, start=VOTING):
    return [
        Cast(
            {"m1": ("for", "against", "abstain")[place % 3], "m2": "米白"},
            f"k{place}",
            voter,
            start + timedelta(minutes=place),
        )
        for place, voter in enumerate(voters)
    ]


def test_a_batch_writes_the_same_log_hashes_receipts_and_turnout(same_luck):
    ballot, flats = make_vote(("60.00", "71.35", "88.02", "43.20"))
    receipts, rows = hold_equal(ballot, votes(make_voters(flats[::-1])), same_luck)
    assert [row["seq"] for row in rows["ballot_log"]] == [1, 2, 3, 4]
    assert rows["ballot_turnouts"][0]["heads"] == 4
    assert not any(one.is_change for one in receipts)


def test_a_batch_goes_on_where_the_log_stands_and_its_chain_holds(same_luck):
    ballot, flats = make_vote()
    cast(ballot, make_voter(flats[0]))
    casts = votes(make_voters(flats[1:]))
    hold_equal(ballot, casts, same_luck)
    with unit_of_work():
        actions.cast_in_batch(ballot.id, casts)
    assert queries.broken_at(ballot.id) is None
    assert not queries.has_differing_turnout(ballot.id)


def test_by_building_each_scope_is_counted_in(same_luck):
    community = make_community()
    flats = [make_flat(community, building=name, room="101") for name in ("1", "2", "3")]
    for flat in flats:
        make_owner(flat)
    ballot = make_opened(community, scope=ScopeKind.BUILDING)
    _, rows = hold_equal(ballot, votes(make_voters(flats[:2])), same_luck)
    assert len(rows["ballot_turnouts"]) == 2


def test_votes_changed_within_a_batch_and_before_it_are_told_to_the_homes(same_luck):
    ballot, flats = make_vote(may_change=True)
    first, second = make_voter(flats[0]), make_voter(flats[1])
    cast(ballot, second, now=VOTING - timedelta(hours=1))
    casts = [
        Cast(CHOICES, "a", first, VOTING),
        Cast({**CHOICES, "m1": "against"}, "b", first, VOTING + timedelta(minutes=1)),
        Cast(CHOICES, "c", second, VOTING + timedelta(minutes=2)),
    ]
    receipts, rows = hold_equal(ballot, casts, same_luck)
    assert [one.is_change for one in receipts] == [False, True, True]
    assert len(rows["messages"]) == 2


def co_owned_vote():
    community = make_community()
    flat = make_flat(community)
    make_owner(flat, is_representative=True)
    make_owner(flat)
    other = make_flat(community, room="901")
    make_owner(other)
    ballot = make_opened(community)
    representative, co_owner = owners_of(flat)
    return ballot, make_voter(flat, owner_id=representative), make_voter(flat, owner_id=co_owner)


def test_the_representative_voids_the_co_owner_and_not_the_other_way(same_luck):
    ballot, representative, co_owner = co_owned_vote()
    casts = [Cast(CHOICES, "a", co_owner, VOTING), Cast(CHOICES, "b", representative, VOTING)]
    _, rows = hold_equal(ballot, casts, same_luck)
    assert [row["kind"] for row in rows["ballot_log"]] == ["vote", "vote", "review"]
    for ask in (
        lambda: actions.cast_in_batch(ballot.id, casts[::-1]),
        lambda: [cast_alone(ballot, one) for one in casts[::-1]],
    ):
        with pytest.raises(Refused) as refusal, unit_of_work():
            ask()
        assert refusal.value.code == "representative_voted"


def cast_alone(ballot, one):
    return actions.cast_vote(
        ballot.id, one.choices, client_key=one.client_key, actor=one.actor, now=one.now, flat_id=one.flat_id
    )


def test_one_owner_of_several_flats_votes_once_with_all_their_area(same_luck):
    community = make_community()
    flats = [make_flat(community, room=str(101 + place), area="50.00") for place in range(3)]
    for flat in flats[:2]:
        make_owner(flat, name="陈国富", phone="13800000777")
    make_owner(flats[2])
    ballot = make_opened(community)
    _, rows = hold_equal(ballot, [Cast(CHOICES, "a", make_voter(*flats[:2]), VOTING)], same_luck)
    assert str(rows["ballot_turnouts"][0]["area"]) == "100.00"


def test_the_same_request_again_gives_the_first_receipt(same_luck):
    ballot, flats = make_vote()
    voter, other = make_voter(flats[0]), make_voter(flats[1])
    before = cast(ballot, other, CHOICES, client_key="sent before")
    casts = [
        Cast(CHOICES, "once", voter, VOTING),
        Cast(CHOICES, "once", voter, VOTING),
        Cast(CHOICES, "sent before", other, VOTING),
    ]
    receipts, rows = hold_equal(ballot, casts, same_luck)
    assert receipts[0].code == receipts[1].code
    assert receipts[2].code == before.code
    assert len(rows["ballot_log"]) == 1
    with pytest.raises(Conflict), unit_of_work():
        actions.cast_in_batch(ballot.id, [Cast({**CHOICES, "m1": "against"}, "sent before", other, VOTING)])


@pytest.mark.parametrize(
    ("facts", "refusal", "code"),
    [
        pytest.param({"choices": {"m1": "for"}}, Invalid, "choices_invalid", id="a-motion-left-out"),
        pytest.param({"now": CLOSES}, Refused, "closed", id="at-the-closing"),
        pytest.param({"actor": COMMAND}, Forbidden, "not_a_resident", id="no-resident"),
        pytest.param({"client_key": ""}, Invalid, "invalid", id="no-key"),
        pytest.param({"flat_id": 999_999}, Forbidden, "no_vote", id="a-flat-that-is-not-theirs"),
    ],
)
def test_what_is_refused_alone_is_refused_in_a_batch(facts, refusal, code):
    ballot, flats = make_vote()
    values = {"choices": CHOICES, "client_key": "k", "actor": make_voter(flats[0]), "now": VOTING, **facts}
    for ask in (
        lambda: actions.cast_in_batch(ballot.id, [Cast(**values)]),
        lambda: cast_alone(ballot, Cast(**values)),
    ):
        with pytest.raises(refusal) as told, unit_of_work():
            ask()
        assert told.value.code == code


def test_a_stranger_and_an_unknown_ballot_are_not_found():
    ballot, _ = make_vote()
    stranger = make_voter(make_vote()[1][0])
    for ballot_id in (ballot.id, 999_999):
        with pytest.raises(NotFound), unit_of_work():
            actions.cast_in_batch(ballot_id, [Cast(CHOICES, "k", stranger, VOTING)])


def test_one_refusal_leaves_nothing_of_the_batch():
    ballot, flats = make_vote()
    casts = [
        *votes([make_voter(flats[0]), make_voter(flats[1])]),
        Cast({}, "last", make_voter(flats[2]), VOTING),
    ]
    with pytest.raises(Invalid), unit_of_work():
        actions.cast_in_batch(ballot.id, casts)
    assert queries.head_hash(ballot.id)[0] == 0


def test_more_tries_than_a_minute_allows_are_refused():
    ballot, flats = make_vote(may_change=True)
    voter = make_voter(flats[0])
    casts = [Cast(CHOICES, f"k{number}", voter, VOTING) for number in range(31)]
    with unit_of_work():
        actions.cast_in_batch(ballot.id, casts[:30])
    with pytest.raises(Throttled), unit_of_work():
        actions.cast_in_batch(ballot.id, casts[30:])


def test_chained_entries_that_collide_are_a_conflict(same_luck):
    ballot, _ = make_vote()
    entry = {
        "ballot_id": ballot.id,
        "kind": "vote",
        "recorded_at": VOTING,
        "body": "{}",
        "hash": "0" * 64,
        "entered_by": "x",
    }
    with pytest.raises(Conflict), unit_of_work():
        chain.write_entries([{**entry, "seq": 1}, {**entry, "seq": 1}])
