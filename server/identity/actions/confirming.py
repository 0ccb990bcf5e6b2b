"""What the committee decides about bindings: confirming an owner in person, and disputes."""

from datetime import datetime

from server.audit.actions import record
from server.identity import queries
from server.identity.actions.binding import end_binding, raise_level
from server.identity.models import Binding, BindingDispute, BindingEnd, BindingRequest, Means
from server.identity.rules import Level
from server.infra import replay
from server.infra.db import db, lock_row
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import Conflict, Invalid, NotFound, Refused
from server.ledger import queries as ledger


def ask_committee(
    binding: Binding, *, name: str, note: str, actor: Actor, now: datetime, client_key: str | None = None
) -> BindingRequest:
    """Ask to be confirmed in person."""
    digest = replay.digest(actor, "ask", binding.id, name, note)
    if client_key and (row := replay.earlier(BindingRequest, client_key, digest)):
        return row
    lock_row(Binding, binding.id)
    db.session.refresh(binding)
    if binding.level is Level.OWNER:
        raise Conflict("你已经是核实过的业主了，不用再申请。")
    if queries.waiting_request(binding.id):
        raise Conflict("你的申请已经在居委会了。带上身份证和产权证明去一趟就行。")
    row = BindingRequest(
        binding_id=binding.id,
        community_id=binding.community_id,
        flat_id=binding.flat_id,
        claimed_name=name,
        note=note or None,
        asked_at=now,
        client_key=client_key,
        client_digest=digest if client_key else None,
    )
    db.session.add(row)
    db.session.flush()
    record(
        actor, "identity.ask_committee", "binding_request", row.id, now=now, community_id=row.community_id,
        flat_id=row.flat_id, binding_id=row.binding_id,
    )  # fmt: skip
    return row


def confirm_request(
    request_id: int, community_id: int, *, owner_id: int, reason: str, actor: Actor, now: datetime
) -> Binding:
    """The committee saw the person and their papers: they are this owner of the flat."""
    row, binding = _waiting(request_id, community_id)
    if owner_id not in {one.id for one in ledger.owners_of_flat(row.flat_id, china_day(now))}:
        sentence = "请选这套房现在的一位业主。台账里没有的，先改台账。"
        raise Invalid(sentence, fields={"owner_id": [sentence]})
    if binding.ended_at is not None:
        raise Conflict("对方已经解除了绑定。请让对方重新扫码再来。")
    _decide(row, is_confirmed=True, reason=reason, actor=actor, now=now)
    raise_level(
        binding, owner_id=owner_id, means=Means.IN_PERSON, actor=actor, now=now, confirmed_by=actor.id
    )
    return binding


def refuse_request(
    request_id: int, community_id: int, *, reason: str, actor: Actor, now: datetime
) -> Binding:
    row, binding = _waiting(request_id, community_id)
    if not reason.strip():
        raise Invalid("请写明原因。", fields={"reason": ["写明为什么没有通过，对方会看到。"]})
    _decide(row, is_confirmed=False, reason=reason, actor=actor, now=now)
    return binding


def dispute_binding(
    binding_id: int,
    *,
    resident_id: int,
    text: str,
    actor: Actor,
    now: datetime,
    client_key: str | None = None,
) -> BindingDispute:
    """Someone bound to the same flat says that this binding is wrong. It is frozen until staff have decided.

    What the committee confirmed in person, or has already decided once, is not frozen again: else a neighbour in the
    flat could keep an owner from voting.
    """
    digest = replay.digest(actor, "dispute", binding_id, text)
    if client_key and (row := replay.earlier(BindingDispute, client_key, digest)):
        return row
    lock_row(Binding, binding_id)
    binding = next((one for one in queries.bindings_beside(resident_id) if one.id == binding_id), None)
    if binding is None:
        raise NotFound
    if queries.open_dispute(binding_id):
        raise Conflict("这件事已经有人提过，居委会正在核实。")
    row = BindingDispute(
        binding_id=binding_id,
        community_id=binding.community_id,
        flat_id=binding.flat_id,
        raised_by=resident_id,
        text=text,
        raised_at=now,
        client_key=client_key,
        client_digest=digest if client_key else None,
    )
    is_seen_already = binding.means is Means.IN_PERSON or queries.was_disputed(binding_id)
    db.session.add(row)
    if not is_seen_already:
        binding.frozen_at = now
    db.session.flush()
    record(
        actor, "identity.dispute_binding", "binding", binding_id, now=now, community_id=row.community_id,
        flat_id=row.flat_id, dispute_id=row.id, is_frozen=binding.is_frozen,
    )  # fmt: skip
    return row


def decide_dispute(
    dispute_id: int, community_id: int, *, is_upheld: bool, answer: str, actor: Actor, now: datetime
) -> Binding:
    """Upheld: the binding ends. Not: it counts again. Whoever confirmed it in person does not decide."""
    lock_row(BindingDispute, dispute_id)
    row = queries.dispute(dispute_id, community_id)
    if row is None:
        raise NotFound
    if row.decided_at is not None:
        raise Conflict("这件事已经处理过了。")
    if not answer.strip():
        raise Invalid("请写明结论。", fields={"answer": ["写明核实了什么、结论是什么。"]})
    binding = queries.bindings_by_id([row.binding_id])[row.binding_id]
    if binding.confirmed_by == actor.id:
        raise Refused("这个绑定是你当面确认的，要请另一位同事来处理。")
    row.decided_at, row.decided_by, row.is_upheld, row.answer = now, actor.id, is_upheld, answer
    binding.frozen_at = None
    if is_upheld and binding.ended_at is None:
        end_binding(binding, BindingEnd.DISPUTE_UPHELD, actor=actor, now=now)
    record(
        actor, "identity.decide_dispute", "binding", binding.id, now=now, community_id=row.community_id,
        flat_id=row.flat_id, dispute_id=row.id, is_upheld=is_upheld,
    )  # fmt: skip
    return binding


def _waiting(request_id: int, community_id: int) -> tuple[BindingRequest, Binding]:
    lock_row(BindingRequest, request_id)
    row = queries.request(request_id, community_id)
    if row is None:
        raise NotFound
    if row.decided_at is not None:
        raise Conflict("这份申请已经处理过了。")
    return row, queries.bindings_by_id([row.binding_id])[row.binding_id]


def _decide(row: BindingRequest, *, is_confirmed: bool, reason: str, actor: Actor, now: datetime) -> None:
    row.decided_at, row.decided_by, row.is_confirmed, row.reason = now, actor.id, is_confirmed, reason
    record(
        actor, "identity.decide_request", "binding_request", row.id, now=now, community_id=row.community_id,
        flat_id=row.flat_id, is_confirmed=is_confirmed,
    )  # fmt: skip
