"""A resident and a flat: reached by slip, proven as owner, ended. Whoever calls tells the others in the same unit of work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from server.audit.actions import record
from server.identity import queries
from server.identity.actions.forgetting import let_wechat_go
from server.identity.models import (
    ApiToken,
    Binding,
    BindingEnd,
    BindingTry,
    Means,
    PrivacyAcceptance,
    Resident,
    Slip,
)
from server.identity.rules import Level
from server.identity.rules.proof import Candidate, ProofOutcome, matching_owner, owners_of_number
from server.infra import replay
from server.infra.db import db, lock_row
from server.kernel.actor import Actor, ActorKind
from server.kernel.chinatime import china_day
from server.kernel.errors import Conflict, Invalid, NotFound
from server.ledger import queries as ledger


@dataclass(frozen=True)
class Proof:
    """What came of an attempt to prove an owner. A wrong one is remembered too, so it is no exception."""

    outcome: ProofOutcome
    #: How many more wrong tries the flat has in this window.
    tries_left: int
    #: When the way opens again, where it is locked.
    opens_at: datetime | None = None
    #: The same request sent again: nobody needs to be told twice.
    is_repeat: bool = False


def resident_actor(resident_id: int) -> Actor:
    return Actor(ActorKind.RESIDENT, resident_id, "居民")


def enter_by_slip(
    slip: Slip, *, resident_id: int | None, privacy_version: str, now: datetime, client_key: str | None = None
) -> Binding:
    """The household was reached: bind this resident, or a new one, to the slip's flat. A second time changes nothing.

    `privacy_version` is the notice they were shown and agreed to.
    """
    digest = replay.digest(resident_actor(resident_id or 0), "enter", slip.id)
    if client_key and (row := replay.earlier(Binding, client_key, digest)):
        return row
    lock_row(Slip, slip.id)
    db.session.refresh(slip)
    check_usable(slip)
    resident = queries.resident(resident_id) if resident_id is not None else None
    if resident is None:
        resident = Resident(created_at=now, session_version=1)
        db.session.add(resident)
        db.session.flush()
    accept_privacy(resident.id, version=privacy_version, now=now)
    slip.first_opened_at = slip.first_opened_at or now
    known = queries.binding_of(resident.id, slip.flat_id)
    if known is not None:
        return known
    row = Binding(
        resident_id=resident.id,
        community_id=slip.community_id,
        flat_id=slip.flat_id,
        slip_id=slip.id,
        level=Level.REACHED,
        means=Means.SLIP,
        bound_at=now,
        client_key=client_key,
        client_digest=digest if client_key else None,
    )
    db.session.add(row)
    db.session.flush()
    _record(resident_actor(resident.id), "identity.bind", row, now)
    return row


def check_usable(slip: Slip) -> None:
    """Raises NotFound for a slip that was replaced by another."""
    if slip.revoked_at is not None:
        raise NotFound("这个码已经换过，不能用了。请用信箱里最新的一张，或到居委会领。")


def enter_as_agent(*, privacy_version: str, now: datetime) -> Resident:
    """Someone without a home here, who holds the code of an authorization to vote for an owner. Stands for no flat."""
    resident = Resident(created_at=now, session_version=1)
    db.session.add(resident)
    db.session.flush()
    accept_privacy(resident.id, version=privacy_version, now=now)
    return resident


def accept_privacy(resident_id: int, *, version: str, now: datetime) -> None:
    """Note the version of the privacy notice agreed to, once for each."""
    if queries.accepted_privacy(resident_id) != version:
        db.session.add(PrivacyAcceptance(resident_id=resident_id, version=version, accepted_at=now))
        db.session.flush()


def prove_owner(
    binding: Binding,
    *,
    name: str,
    phone_tail: str = "",
    id_tail: str = "",
    number: str = "",
    tries: int,
    window_hours: int,
    actor: Actor,
    now: datetime,
    client_key: str | None = None,
) -> Proof:
    """Compare with the ledger's present owners of the flat. So many wrong tries in the window lock the flat, whoever tries.

    `number` is a whole one that somebody else vouches for, and needs a name only where several owners share it.
    """
    means = Means.PHONE if number else Means.NAME_AND_PHONE if phone_tail else Means.NAME_AND_ID
    asked = (name, phone_tail, id_tail, *((number,) if number else ()))
    digest = replay.digest(actor, "prove", binding.id, *asked)
    since = now - timedelta(hours=window_hours)
    if client_key and (earlier := replay.earlier(BindingTry, client_key, digest)):
        return _told_again(earlier, tries, since)
    _wait_for_others(binding.flat_id)
    db.session.refresh(binding)
    check_provable(binding, phone_tail or number, id_tail)
    wrong = queries.wrong_tries(binding.flat_id, since)
    if wrong >= tries:
        return Proof(ProofOutcome.LOCKED, 0, _opens_at(binding.flat_id, since, window_hours))
    owners = [
        Candidate(one.id, one.name, one.phone, one.id_number)
        for one in ledger.owners_of_flat(binding.flat_id, china_day(now))
    ]
    if number:
        owner_id = _owner_of_number(owners, number, name)
    else:
        owner_id = matching_owner(owners, name=name, phone_tail=phone_tail, id_tail=id_tail)
    db.session.add(
        BindingTry(
            flat_id=binding.flat_id,
            resident_id=binding.resident_id,
            at=now,
            means=means,
            is_success=owner_id is not None,
            client_key=client_key,
            client_digest=digest if client_key else None,
        )
    )
    if owner_id is None:
        _record(actor, "identity.prove_wrong", binding, now, means=means)
        db.session.flush()
        return Proof(ProofOutcome.WRONG, tries - wrong - 1)
    raise_level(binding, owner_id=owner_id, means=means, actor=actor, now=now)
    return Proof(ProofOutcome.PROVEN, tries - wrong)


def _owner_of_number(owners: Sequence[Candidate], number: str, name: str) -> int | None:
    found = owners_of_number(owners, number=number, name=name)
    if len(found) > 1:
        sentence = "这个号码登记了几位业主。请填上你的姓名，再点一次。"
        raise Invalid(sentence, fields={"name": [sentence]}, code="proof_needs_name")
    return found[0] if found else None


def raise_level(
    binding: Binding,
    *,
    owner_id: int,
    means: Means,
    actor: Actor,
    now: datetime,
    confirmed_by: int | None = None,
) -> None:
    """From now on this resident stands for this owner of the flat."""
    binding.level = Level.OWNER
    binding.owner_id = owner_id
    binding.means = means
    binding.proven_at = now
    binding.confirmed_by = confirmed_by
    db.session.flush()
    _record(actor, "identity.prove_owner", binding, now, means=means, owner_id=owner_id)


def withdraw_binding(binding: Binding, *, actor: Actor, now: datetime) -> None:
    """The resident no longer stands for this flat. What they did before stays: a counted ballot is evidence."""
    end_binding(binding, BindingEnd.WITHDRAWN, actor=actor, now=now)


def end_binding(binding: Binding, why: BindingEnd, *, actor: Actor, now: datetime) -> None:
    if binding.ended_at is not None:
        raise Conflict("这个绑定已经解除了。")
    binding.ended_at = now
    binding.ended_by = why
    _record(actor, "identity.end_binding", binding, now, why=why)


def withdraw_consent(resident_id: int, *, actor: Actor, now: datetime) -> None:
    """Take the agreement to the privacy notice back: every flat is let go, every browser and token signed out."""
    lock_row(Resident, resident_id)
    resident = queries.resident(resident_id)
    if resident is None:
        raise NotFound
    for flat in queries.flats_of(resident_id):
        binding = queries.binding(flat.binding_id, resident_id)
        if binding is not None:
            end_binding(binding, BindingEnd.WITHDRAWN, actor=actor, now=now)
    alive = PrivacyAcceptance.resident_id == resident_id, PrivacyAcceptance.withdrawn_at.is_(None)
    db.session.execute(sa.update(PrivacyAcceptance).where(*alive).values(withdrawn_at=now))
    tokens = ApiToken.resident_id == resident_id, ApiToken.revoked_at.is_(None)
    db.session.execute(sa.update(ApiToken).where(*tokens).values(revoked_at=now))
    let_wechat_go(resident_id, actor=actor, now=now)
    resident.session_version += 1
    record(actor, "identity.withdraw_consent", "resident", resident_id, now=now)


def check_provable(binding: Binding, phone_tail: str, id_tail: str, *, is_proven: bool = False) -> None:
    """Raises Conflict or Invalid where nothing is to be proven. `is_proven`: by what is not written yet."""
    if binding.ended_at is not None:
        raise Conflict("这个绑定已经解除。请重新扫信箱里的码。")
    if is_proven or binding.level is Level.OWNER:
        raise Conflict("你已经是核实过的业主了，不用再填。")
    if bool(phone_tail) == bool(id_tail):
        sentence = "手机尾号和证件尾号，填一样就行。"
        raise Invalid(sentence, fields={"tail": [sentence]})


def _wait_for_others(flat_id: int) -> None:
    """Two tries for one flat at the same instant are counted one after the other: every flat in question has slips."""
    db.session.execute(sa.select(Slip.id).where(Slip.flat_id == flat_id).order_by(Slip.id).with_for_update())


def _opens_at(flat_id: int, since: datetime, window_hours: int) -> datetime | None:
    first = queries.oldest_wrong_try(flat_id, since)
    return first + timedelta(hours=window_hours) if first else None


def _told_again(earlier: BindingTry, tries: int, since: datetime) -> Proof:
    left = max(0, tries - queries.wrong_tries(earlier.flat_id, since))
    return Proof(ProofOutcome.PROVEN if earlier.is_success else ProofOutcome.WRONG, left, is_repeat=True)


def _record(actor: Actor, verb: str, binding: Binding, now: datetime, **facts: object) -> None:
    record(
        actor, verb, "binding", binding.id, now=now, community_id=binding.community_id,
        flat_id=binding.flat_id, resident_id=binding.resident_id, **facts,
    )  # fmt: skip
