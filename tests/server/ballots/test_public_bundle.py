"""The public bundle, attacked: with every flat's area and who took part known, no head's choice follows from it."""

import hashlib
import itertools
import json
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.ballots import actions, queries
from server.ballots.exports import motion_told, public_bundle
from server.ballots.queries.results import shown_scopes
from server.ballots.rules.casting import Channel
from server.ballots.rules.disclosure import STEPS
from server.ballots.rules.events import Vote
from server.ballots.rules.log import LogState
from server.ballots.rules.outcome import outcome
from server.ballots.rules.public import receipt_hash, receipts_told
from server.ballots.rules.roll import Flat, Head, Roll
from server.ballots.rules.standing import Standing
from server.infra.db import unit_of_work
from tests.factories.ballots import CLERK, CLOSES, LIFT, VOTING, cast, log_of, make_vote, make_voter
from tests.server.ballots.test_leaks_small_scopes import OPENED, TERMS
from tests.server.ballots.test_leaks_small_scopes import counted as counted_as

AFTER = CLOSES + timedelta(hours=2)


def told_of(areas: list[Decimal], choices: list[str], least_heads: int = 30) -> dict:
    """What the public bundle tells of one motion where head n has areas[n] and chose choices[n]."""
    state = LogState(
        TERMS, Roll.of(Head(f"h{n}", (Flat(f"f{n}", "1", "1", area),)) for n, area in enumerate(areas))
    )
    for n, choice in enumerate(choices):
        if choice:
            vote = Vote(
                seq=n + 1,
                recorded_at=OPENED,
                head=f"h{n}",
                received_at=OPENED,
                channel=Channel.ONLINE,
                choices={"m1": choice},
                nonce=f"{n:032x}",
            )
            state.votes[vote.seq] = vote
    kept = outcome(state, least_heads, 5)
    (scope,) = shown_scopes(kept["details"], kept["results"])
    return json.loads(json.dumps(motion_told(scope.motions[0])))


def fits(told: dict, areas: list[Decimal], choices: list[str]) -> bool:
    """Whether these choices could have led to what was told: the same tests met, areas in their rounding."""
    tests = [(check.is_met_by_heads, check.is_met_by_area) for check in counted_as(areas, choices).checks]
    if tests != [(one["heads"], one["area"]) for one in told["tests"]]:
        return False
    shares = told["area_per_cent"] or {}
    step = max(step for step in STEPS if all(share % step == 0 for share in shares.values()))
    sums = {
        side: sum((area for area, one in zip(areas, choices, strict=True) if one == side), Decimal(0))
        for side in choices
    }
    sums["participants"] = sum((area for side, area in sums.items() if side), Decimal(0))
    return all(
        abs(Fraction(sums.get(side, Decimal(0))) * 100 / Fraction(sum(areas)) - share) <= Fraction(step, 2)
        for side, share in shares.items()
    )


def follows(told: dict, areas: list[Decimal], choices: list[str]) -> set[int]:
    """Whose choice is the same in every assignment that fits what was told."""
    took_part = [n for n, choice in enumerate(choices) if choice]
    possible: dict[int, set[str]] = {n: set() for n in took_part}
    for tried in set(itertools.permutations([choices[n] for n in took_part])):
        whole = list(choices)
        for n, choice in zip(took_part, tried, strict=True):
            whole[n] = choice
        if fits(told, areas, whole):
            for n in took_part:
                possible[n].add(whole[n])
    return {n for n in took_part if len(possible[n]) == 1}


HEADS = st.lists(
    st.tuples(
        st.integers(3000, 14000).map(lambda hundredths: Decimal(hundredths) / 100),
        st.sampled_from(["for", "for", "against", "abstain", ""]),
    ),
    min_size=2,
    max_size=5,
)


@given(HEADS)
def test_no_choice_follows_from_the_totals_that_the_tests_of_the_law_do_not_tell_already(heads: list) -> None:
    areas, choices = [area for area, _ in heads], [choice for _, choice in heads]
    told = told_of(areas, choices)
    assert told["area"] is None
    # Heads and which tests were met are published by law; where all chose alike they say it themselves.
    by_law = follows({**told, "area_per_cent": None}, areas, choices)
    assert follows(told, areas, choices) <= by_law


def test_the_attack_finds_a_lone_dissenter_where_single_per_cents_are_told() -> None:
    """Without this the test above would prove nothing."""
    areas = [Decimal(area) for area in ("60.10", "71.25", "87.40", "93.05", "47.77")]
    choices = ["for", "for", "against", "for", "for"]
    told = told_of(areas, choices)
    finer = {"participants": 100, "for": 76, "against": 24}
    assert follows({**told, "area_per_cent": finer}, areas, choices) == {0, 1, 2, 3, 4}
    assert 2 not in follows(told, areas, choices)


@pytest.mark.parametrize("against", [1, 4])
def test_of_hundreds_of_heads_no_area_is_told_where_a_few_were_against(against: int) -> None:
    areas = [Decimal(4000 + 17 * n) / 100 for n in range(200)]
    told = told_of(areas, ["against"] * against + ["for"] * (200 - against))
    assert told["area"] is None and "." not in json.dumps(told["area_per_cent"])


def test_receipts_stand_by_hash_in_an_order_that_tells_nothing() -> None:
    codes = ["7KQM2XHP9RTD", "ABCDEFGHJKMN", "ZZZZZZZZZZZZ"]
    one = receipts_told(zip(codes, [Standing.INCLUDED, Standing.VOID, Standing.SUPERSEDED], strict=True))
    other = receipts_told(
        zip(reversed(codes), [Standing.SUPERSEDED, Standing.VOID, Standing.INCLUDED], strict=True)
    )
    assert one == other
    assert [row["sha256"] for row in one] == sorted(
        hashlib.sha256(code.encode()).hexdigest() for code in codes
    )


@pytest.fixture
def counted(app, clock):
    ballot, flats = make_vote(("60.10", "71.25", "88.40", "93.05", "47.77", "66.66"), motions=(LIFT,))
    voters = [make_voter(flat) for flat in flats[:5]]
    receipts = [
        cast(ballot, voter, choice) for voter, choice in zip(voters, ["for"] * 4 + ["against"], strict=True)
    ]
    receipts.append(cast(ballot, voters[0], "for", now=VOTING + timedelta(hours=1)))
    with unit_of_work():
        actions.count_ballot(ballot.id, actor=CLERK, now=AFTER)
    clock.set(AFTER)
    return ballot, receipts


def test_anyone_takes_the_public_bundle_home_and_finds_their_receipt(app, counted) -> None:
    ballot, receipts = counted
    answer = app.test_client().get(f"/ballots/{ballot.id}/public.json")
    assert answer.status_code == 200
    assert answer.json["format"] == "ballot-public/1"
    states = {row["sha256"]: row["state"] for row in answer.json["receipts"]}
    assert states[receipt_hash(receipts[0].code)] == "superseded"
    assert states[receipt_hash(receipts[-1].code)] == "included"
    assert answer.json["roll"] == {
        "heads": 6,
        "fingerprint": queries.opening(ballot.id).fingerprint,
        "changes": [],
    }
    assert answer.json["result"]["head_hash"] == queries.head_hash(ballot.id)[1]
    assert answer.json["checkpoints"][0].startswith("xiangyi-checkpoint/1\n")
    assert f"/ballots/{ballot.id}/public.json" in app.test_client().get(f"/ballots/{ballot.id}/proof").text


def test_the_public_bundle_holds_no_head_flat_area_nonce_or_receipt(counted) -> None:
    ballot, receipts = counted
    found = public_bundle(ballot, AFTER)
    text = json.dumps(found, ensure_ascii=False)
    nonces = [event["nonce"] for event in log_of(ballot)]
    heads = [f'"{event["head"]}"' for event in log_of(ballot)]
    areas = ["60.10", "71.25", "88.40", "93.05", "47.77", "66.66"]
    for secret in (*nonces, *heads, *areas, *(one.code for one in receipts)):
        assert secret not in text
    assert found["result"]["scopes"][0]["motions"][0]["area"] is None


def test_before_the_count_there_is_no_public_bundle(app, clock) -> None:
    clock.set(VOTING)
    ballot, _ = make_vote()
    answer = app.test_client().get(f"/ballots/{ballot.id}/public.json")
    assert (answer.status_code, "还没到开票时间" in answer.text) == (409, True)
    assert "public.json" not in app.test_client().get(f"/ballots/{ballot.id}/proof").text
    assert app.test_client().get("/ballots/999999/public.json").status_code == 404
