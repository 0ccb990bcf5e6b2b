"""Many slips and proofs at once write what each of them alone would write."""

from datetime import UTC, datetime

import pytest

from server.identity import actions, queries
from server.identity.actions import Claimed
from server.identity.actions.binding import resident_actor
from server.identity.rules import Level
from server.identity.rules.proof import ProofOutcome
from server.infra.db import unit_of_work
from server.kernel.errors import Conflict, Invalid, NotFound
from tests.factories.identity import PRIVACY, issue_slips
from tests.factories.ledger import make_community, make_flat, make_owner
from tests.factories.written import written_by

pytestmark = pytest.mark.usefixtures("app")
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
POLICY = {"tries": 5, "window_hours": 24}


def make_slips(flats: int = 4):
    community = make_community()
    for number in range(flats):
        flat = make_flat(community, room=str(101 + number))
        make_owner(flat, name=f"业主{number}", phone=f"1380000{number:04d}")
    return issue_slips(community)


def test_slips_opened_together_write_what_each_alone_would():
    slips = make_slips()
    asked = [slips[2], slips[0], slips[2]]
    _, together = written_by(lambda: actions.enter_in_batch(asked, privacy_version=PRIVACY, now=NOW))
    _, alone = written_by(
        lambda: [
            actions.enter_by_slip(slip, resident_id=None, privacy_version=PRIVACY, now=NOW) for slip in asked
        ]
    )
    assert together == alone
    assert len(together["residents"]) == len(together["bindings"]) == 3 and len(together["slips"]) == 2


def entered(count: int = 4):
    slips = make_slips(count)
    with unit_of_work():
        return actions.enter_in_batch(slips, privacy_version=PRIVACY, now=NOW)


def alone(claims):
    return [
        actions.prove_owner(
            one.binding, name=one.name, phone_tail=one.phone_tail, id_tail=one.id_tail,
            actor=resident_actor(one.binding.resident_id), now=NOW, **POLICY,
        )
        for one in claims
    ]  # fmt: skip


def test_proofs_together_write_what_each_alone_would_and_wrong_ones_lock_the_flat():
    bound = entered()
    wrong = [Claimed(bound[1], "别人", "0001")] * 6
    claims = [Claimed(bound[0], "业主0", "0000"), *wrong, Claimed(bound[3], " 业主 3 ", "0003")]
    proofs, together = written_by(lambda: actions.prove_in_batch(claims, **POLICY, now=NOW))
    same, single = written_by(lambda: alone(claims))
    assert together == single
    assert proofs == same
    assert [one.outcome for one in proofs] == [
        ProofOutcome.PROVEN, *[ProofOutcome.WRONG] * 5, ProofOutcome.LOCKED, ProofOutcome.PROVEN,
    ]  # fmt: skip


def test_whoever_is_proven_in_a_batch_is_the_owner_from_then_on():
    bound = entered()
    with unit_of_work():
        actions.prove_in_batch([Claimed(bound[2], "业主2", "0002")], **POLICY, now=NOW)
    (flat,) = queries.flats_of(bound[2].resident_id)
    assert flat.level is Level.OWNER
    assert flat.owner_id is not None


@pytest.mark.parametrize(
    ("twice", "tail", "refusal"),
    [
        pytest.param(True, {"phone_tail": "0000"}, Conflict, id="proven-by-the-claim-before-it"),
        pytest.param(False, {}, Invalid, id="no-tail"),
        pytest.param(False, {"phone_tail": "0000", "id_tail": "000000"}, Invalid, id="both-tails"),
    ],
)
def test_what_is_refused_alone_is_refused_in_a_batch(twice, tail, refusal):
    bound = entered()
    claims = [Claimed(bound[0], "业主0", **tail)] * (2 if twice else 1)
    for ask in (lambda: actions.prove_in_batch(claims, **POLICY, now=NOW), lambda: alone(claims)):
        with pytest.raises(refusal), unit_of_work():
            ask()


def test_a_replaced_slip_opens_nothing_in_a_batch_either():
    slips = make_slips()
    with unit_of_work():
        actions.replace_slip(
            slips[1].id, slips[1].community_id, ends_bindings=False, actor=resident_actor(1), now=NOW
        )
    with pytest.raises(NotFound), unit_of_work():
        actions.enter_in_batch(slips, privacy_version=PRIVACY, now=NOW)


def test_an_empty_batch_writes_nothing():
    assert written_by(lambda: actions.enter_in_batch([], privacy_version=PRIVACY, now=NOW)) == ([], {})
    assert written_by(lambda: actions.prove_in_batch([], **POLICY, now=NOW)) == ([], {})
