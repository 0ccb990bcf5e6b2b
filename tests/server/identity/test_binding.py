"""Slips, bindings, proofs with their lock, confirmation in person, disputes, consent, tokens."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from server.identity import actions, queries
from server.identity.actions.binding import resident_actor
from server.identity.models import Binding, BindingTry, Means, Slip
from server.identity.rules import Deed, Level, Role
from server.identity.rules.proof import ProofOutcome
from server.infra.db import db, unit_of_work
from server.kernel.actor import COMMAND
from server.kernel.errors import Conflict, Invalid, NotFound, Refused
from server.ledger.rules.words import FlatUse
from tests.factories.identity import (
    PRIVACY,
    issue_slips,
    make_binding,
    make_resident,
    make_staff,
    slip_of,
    staff_actor,
)
from tests.factories.ledger import make_community, make_flat, make_household, make_owner, make_small_community

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
NAME, PHONE = "买买提·吐尔逊", "13800001234"


def owned_flat():
    flat = make_flat(make_community())
    return flat, make_owner(flat, name=NAME, phone=PHONE)


def prove(
    binding: Binding, name: str = NAME, tail: str = "1234", *, now: datetime = NOW, key: str | None = None
):
    with unit_of_work():
        return actions.prove_owner(
            binding, name=name, phone_tail=tail, tries=5, window_hours=24,
            actor=resident_actor(binding.resident_id), now=now, client_key=key,
        )  # fmt: skip


def test_each_household_and_each_shop_gets_one_slip_and_parking_none(app: APIFlask):
    community, flats = make_small_community(2)
    make_household(flats[0])
    shop = make_flat(community, room="门面1", use=FlatUse.SHOP)
    make_flat(community, room="B1-7", use=FlatUse.PARKING)
    slips = issue_slips(community)
    assert sorted(slip.flat_id for slip in slips) == sorted([flats[0].id, flats[0].id, flats[1].id, shop.id])
    assert len({slip.code for slip in slips}) == 4
    assert len(issue_slips(community)) == 4


def test_no_code_stands_in_the_database_in_clear(app: APIFlask):
    slip = slip_of(owned_flat()[0])
    raw = db.session.execute(
        sa.text("SELECT code, code_hash FROM slips WHERE id = :id"), {"id": slip.id}
    ).one()
    assert slip.code.encode() not in bytes(raw.code)
    assert slip.code.encode() not in bytes(raw.code_hash)


def test_a_slip_is_found_however_its_code_is_typed_and_a_replaced_one_no_more(app: APIFlask):
    community, _ = make_small_community(1)
    slip = issue_slips(community)[0]
    assert queries.slip_by_code(f"{slip.code[:4]} {slip.code[4:]}".lower()) is slip
    with unit_of_work():
        new = actions.replace_slip(slip.id, community.id, ends_bindings=False, actor=COMMAND, now=NOW)
    assert queries.slip_by_code(slip.code) is None
    assert queries.slip_by_code(new.code) is new
    assert queries.slips_of(community.id) == [new]
    with pytest.raises(Conflict), unit_of_work():
        actions.replace_slip(slip.id, community.id, ends_bindings=False, actor=COMMAND, now=NOW)


def test_replacing_a_slip_may_let_go_of_the_unproven_but_not_of_owners(app: APIFlask):
    flat, owner = owned_flat()
    unproven, proven, slip = make_binding(flat), make_binding(flat, owner=owner), slip_of(flat)
    with unit_of_work():
        actions.replace_slip(slip.id, flat.community_id, ends_bindings=True, actor=COMMAND, now=NOW)
    assert unproven.ended_at == NOW
    assert proven.ended_at is None


def test_a_slip_shows_that_the_household_was_reached_and_proves_no_owner(app: APIFlask):
    flat, _ = owned_flat()
    resident = make_resident(flat)
    bound = queries.flats_of(resident.id)[0]
    assert (bound.flat_id, bound.level, bound.owner_id) == (flat.id, Level.REACHED, None)
    assert bound.may(Deed.RAISE_OBJECTION)
    assert not bound.may(Deed.VOTE)
    assert queries.accepted_privacy(resident.id) == PRIVACY
    assert slip_of(flat).first_opened_at is not None


def test_several_people_for_one_flat_and_one_person_for_several(app: APIFlask):
    _, flats = make_small_community(3)
    one, other = make_resident(flats[0], flats[1]), make_resident(flats[0])
    assert [bound.flat_id for bound in queries.flats_of(one.id)] == [flats[0].id, flats[1].id]
    assert queries.residents_of_flat(flats[0].id) == [one.id, other.id]
    assert queries.residents_of_community(flats[0].community_id) == [one.id, other.id]


def test_opening_a_slip_twice_changes_nothing(app: APIFlask):
    flat, _ = owned_flat()
    resident = make_resident(flat, flat)
    assert len(queries.flats_of(resident.id)) == 1


def test_name_and_phone_tail_prove_the_owner(app: APIFlask):
    flat, owner = owned_flat()
    binding = make_binding(flat)
    proof = prove(binding)
    assert proof.outcome is ProofOutcome.PROVEN
    bound = queries.flats_of(binding.resident_id)[0]
    assert (bound.level, bound.owner_id, bound.means) == (Level.OWNER, owner.id, Means.NAME_AND_PHONE)
    assert bound.may(Deed.VOTE)
    assert queries.residents_of_owner(owner.id) == [binding.resident_id]
    with pytest.raises(Conflict):
        prove(binding)


def test_five_wrong_tries_lock_the_flat_whoever_tries(app: APIFlask):
    flat, _ = owned_flat()
    one, other = make_binding(flat), make_binding(flat)
    left = [
        prove(binding, tail="0000", now=NOW + timedelta(hours=i)).tries_left
        for i, binding in enumerate([one, one, other, one, other])
    ]
    assert left == [4, 3, 2, 1, 0]
    third = make_binding(flat)
    locked = prove(third, now=NOW + timedelta(hours=23, minutes=59))
    assert locked.outcome is ProofOutcome.LOCKED
    assert locked.opens_at == NOW + timedelta(hours=24)
    assert prove(third, now=NOW + timedelta(hours=24)).outcome is ProofOutcome.PROVEN


def test_a_locked_flat_locks_no_other_and_trying_on_does_not_prolong_it(app: APIFlask):
    _, flats = make_small_community(2)
    for _ in range(5):
        prove(make_binding(flats[0]), name="不是", now=NOW)
    tries = db.session.scalar(sa.select(sa.func.count(BindingTry.id)))
    assert prove(make_binding(flats[0]), now=NOW + timedelta(hours=1)).outcome is ProofOutcome.LOCKED
    assert db.session.scalar(sa.select(sa.func.count(BindingTry.id))) == tries
    assert prove(make_binding(flats[1]), name="不是").outcome is ProofOutcome.WRONG


def test_the_same_try_sent_again_counts_once(app: APIFlask):
    flat, _ = owned_flat()
    binding = make_binding(flat)
    assert prove(binding, tail="0000", key="k").tries_left == 4
    again = prove(binding, tail="0000", key="k")
    assert (again.outcome, again.tries_left, again.is_repeat) == (ProofOutcome.WRONG, 4, True)
    with pytest.raises(Conflict):
        prove(binding, tail="1111", key="k")


def test_a_former_owner_proves_nothing_after_the_sale(app: APIFlask):
    flat, _ = owned_flat()
    binding = make_binding(flat)
    with unit_of_work():
        db.session.execute(sa.text("UPDATE ownerships SET to_on = '2026-02-01'"))
    assert prove(binding).outcome is ProofOutcome.WRONG


def test_a_try_keeps_neither_the_name_nor_the_tail(app: APIFlask):
    assert set(BindingTry.__table__.columns.keys()) == {
        "id", "flat_id", "resident_id", "at", "means", "is_success", "client_key", "client_digest",
    }  # fmt: skip


def ask(binding: Binding, key: str = "ask"):
    with unit_of_work():
        return actions.ask_committee(
            binding,
            name="买买提",
            note="",
            actor=resident_actor(binding.resident_id),
            now=NOW,
            client_key=key,
        )


def test_the_committee_confirms_an_owner_of_this_flat_only(app: APIFlask):
    flat, owner = owned_flat()
    stranger = make_owner(make_flat(make_community()), name="外人")
    binding, clerk = make_binding(flat), make_staff()
    request = ask(binding)
    with pytest.raises(Invalid), unit_of_work():
        actions.confirm_request(
            request.id,
            flat.community_id,
            owner_id=stranger.id,
            reason="看过",
            actor=staff_actor(clerk),
            now=NOW,
        )
    with pytest.raises(NotFound), unit_of_work():
        actions.confirm_request(
            request.id,
            flat.community_id + 1,
            owner_id=owner.id,
            reason="看过",
            actor=staff_actor(clerk),
            now=NOW,
        )
    with unit_of_work():
        actions.confirm_request(
            request.id, flat.community_id, owner_id=owner.id, reason="看过", actor=staff_actor(clerk), now=NOW
        )
    assert queries.flats_of(binding.resident_id)[0].means is Means.IN_PERSON
    assert not queries.waiting_requests(flat.community_id)
    with pytest.raises(Conflict), unit_of_work():
        actions.refuse_request(
            request.id, flat.community_id, reason="晚了", actor=staff_actor(clerk), now=NOW
        )


def test_one_request_waits_at_a_time_and_the_same_one_again_is_the_first(app: APIFlask):
    flat, _ = owned_flat()
    binding = make_binding(flat)
    first = ask(binding)
    assert ask(binding).id == first.id
    with pytest.raises(Conflict):
        ask(binding, "another")


def dispute(binding: Binding, by: Binding, key: str = "d"):
    with unit_of_work():
        return actions.dispute_binding(
            binding.id,
            resident_id=by.resident_id,
            text="没有这个人",
            actor=resident_actor(by.resident_id),
            now=NOW,
            client_key=key,
        )


def decide(row, staff, *, is_upheld: bool):
    with unit_of_work():
        return actions.decide_dispute(
            row.id, row.community_id, is_upheld=is_upheld, answer="核实过", actor=staff_actor(staff), now=NOW
        )


def test_a_dispute_freezes_the_binding_until_staff_decide(app: APIFlask):
    flat, owner = owned_flat()
    proven, tenant, staff = make_binding(flat, owner=owner), make_binding(flat), make_staff()
    row = dispute(proven, tenant)
    frozen = queries.flats_of(proven.resident_id)[0]
    assert (frozen.level, frozen.owner_id, frozen.is_frozen) == (Level.REACHED, None, True)
    assert queries.residents_of_owner(owner.id) == []
    decide(row, staff, is_upheld=False)
    assert queries.flats_of(proven.resident_id)[0].owner_id == owner.id


def test_a_dispute_that_was_decided_does_not_freeze_a_second_time(app: APIFlask):
    flat, owner = owned_flat()
    proven, tenant, staff = make_binding(flat, owner=owner), make_binding(flat), make_staff()
    decide(dispute(proven, tenant), staff, is_upheld=False)
    dispute(proven, tenant, "again")
    assert not queries.flats_of(proven.resident_id)[0].is_frozen


def test_an_upheld_dispute_ends_the_binding(app: APIFlask):
    flat, owner = owned_flat()
    proven, tenant = make_binding(flat, owner=owner), make_binding(flat)
    decide(dispute(proven, tenant), make_staff(), is_upheld=True)
    assert queries.flats_of(proven.resident_id) == []


def test_only_someone_of_the_same_flat_may_dispute(app: APIFlask):
    flat, owner = owned_flat()
    proven, outsider = make_binding(flat, owner=owner), make_binding(owned_flat()[0])
    with pytest.raises(NotFound):
        dispute(proven, outsider)


def test_whoever_confirmed_in_person_does_not_decide_the_dispute_about_it(app: APIFlask):
    flat, owner = owned_flat()
    binding, tenant, clerk, other = make_binding(flat), make_binding(flat), make_staff(), make_staff()
    request = ask(binding)
    with unit_of_work():
        actions.confirm_request(
            request.id, flat.community_id, owner_id=owner.id, reason="看过", actor=staff_actor(clerk), now=NOW
        )
    row = dispute(binding, tenant)
    assert not queries.flats_of(binding.resident_id)[0].is_frozen
    with pytest.raises(Refused, match="另一位"):
        decide(row, clerk, is_upheld=True)
    decide(row, other, is_upheld=True)


def test_taking_consent_back_lets_every_flat_go_and_signs_everything_out(app: APIFlask):
    _, flats = make_small_community(2)
    resident = make_resident(*flats)
    with unit_of_work():
        _, token = actions.open_token(resident.id, now=NOW, client_key="t")
    assert queries.resident_of_token(token, NOW) == resident.id
    with unit_of_work():
        actions.withdraw_consent(resident.id, actor=resident_actor(resident.id), now=NOW)
    assert queries.flats_of(resident.id) == []
    assert queries.accepted_privacy(resident.id) is None
    assert queries.resident_of_token(token, NOW) is None
    assert resident.session_version == 2


def test_a_token_is_kept_only_as_a_hash_and_ends_after_its_time(app: APIFlask):
    resident = make_resident(owned_flat()[0])
    with unit_of_work():
        row, token = actions.open_token(resident.id, now=NOW, client_key="t")
        again, same = actions.open_token(resident.id, now=NOW, client_key="t")
    assert (again.id, same) == (row.id, token)
    stored = db.session.execute(sa.text("SELECT salt, token_hash FROM api_tokens")).one()
    assert token not in stored.salt
    assert token.encode() not in bytes(stored.token_hash)
    assert queries.resident_of_token(token, row.expires_at - timedelta(seconds=1)) == resident.id
    assert queries.resident_of_token(token, row.expires_at) is None


def test_the_database_refuses_an_owner_level_without_an_owner(app: APIFlask):
    binding = make_binding(owned_flat()[0])
    with pytest.raises(sa.exc.IntegrityError), unit_of_work():
        binding.level = Level.OWNER
        db.session.flush()


def test_poster_codes_stand_for_places_and_are_replaced(app: APIFlask):
    community, _ = make_small_community(2)
    with unit_of_work():
        assert actions.issue_place_codes(community.id, actor=COMMAND, now=NOW) == 3
        assert actions.issue_place_codes(community.id, actor=COMMAND, now=NOW) == 0
    old = queries.place_codes_of(community.id)[0]
    with unit_of_work():
        new = actions.replace_place_code(old.id, community.id, actor=COMMAND, now=NOW)
    assert queries.place_code_by_token(old.token) is None
    assert queries.place_code_by_token(new.token.lower()) is new
    with pytest.raises(NotFound), unit_of_work():
        actions.replace_place_code(new.id, community.id + 1, actor=COMMAND, now=NOW)


def test_printing_is_noted(app: APIFlask):
    community, _ = make_small_community(2)
    ids = [slip.id for slip in issue_slips(community)]
    clerk = make_staff(Role.CLERK, community=community)
    with unit_of_work():
        actions.note_printing(community.id, ids, actor=staff_actor(clerk), now=NOW)
    assert queries.slips_unprinted(community.id) == 0
    assert db.session.scalar(sa.select(Slip.printed_at).where(Slip.id == ids[0])) == NOW
