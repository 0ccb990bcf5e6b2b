"""Registering a company; recording who manages a community, how it ended, what it costs, and where to complain."""

from collections.abc import Sequence
from datetime import date, datetime

from server.audit.actions import record
from server.infra import replay
from server.infra.db import db
from server.kernel.actor import Actor
from server.kernel.errors import Conflict, Invalid, NotFound
from server.ledger.actions.places import lock_community
from server.management import queries
from server.management.actions.keeping import keep_evidence
from server.management.models import About, ContractEnd, ManagementContract, ManagementFee, PropertyCompany
from server.management.queries import ContractCard
from server.management.rules.companies import check_company
from server.management.rules.fees import Fee, FeeUnit, check_fee
from server.management.rules.terms import Mode, Term, check_contract, check_end


def register_company(
    *, name: str, code: str, client_key: str, actor: Actor, now: datetime
) -> PropertyCompany:
    """A company by its code; one that is known already is refused with its name."""
    digest = replay.digest(actor, "register_company", name, code)
    earlier = replay.earlier(PropertyCompany, client_key, digest)
    if earlier is not None:
        return earlier
    kept, spelled = check_company(name, code)
    known = queries.company_coded(spelled)
    if known is not None:
        raise Conflict(f"这个代码已经登记过：{known.name}。直接选它就行。", code="company_known")
    row = PropertyCompany(
        name=kept, code=spelled, registered_by=actor.key, registered_at=now,
        client_key=client_key, client_digest=digest,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    record(actor, "management.register_company", "property_company", row.id, now=now, name=kept, code=spelled)
    return row


def start_management(
    community_id: int,
    *,
    mode: Mode,
    company_id: int | None,
    manager: str,
    starts_on: date,
    ends_on: date | None,
    chosen_by: int | None,
    document: str,
    contact_phone: str,
    contact_place: str,
    photos: Sequence[int],
    client_key: str,
    actor: Actor,
    now: datetime,
) -> ManagementContract:
    """From when to when somebody manages. `chosen_by`: the ballot that the door found to have passed, or None."""
    lock_community(community_id)
    digest = replay.digest(
        actor, "start_management", community_id, mode, company_id, manager, starts_on, ends_on, chosen_by,
        document, contact_phone, contact_place,
    )  # fmt: skip
    earlier = replay.earlier(ManagementContract, client_key, digest)
    if earlier is not None:
        return earlier
    check_contract(
        mode,
        Term(starts_on, ends_on),
        has_company=company_id is not None,
        manager=manager,
        has_vote=chosen_by is not None,
        document=document,
        others=[card.term for card in queries.contracts_of(community_id)],
    )
    if company_id is not None and queries.company(company_id) is None:
        raise Invalid("没有这家公司。", fields={"company_id": ["从列表里选，没有的先登记。"]})
    row = ManagementContract(
        community_id=community_id, mode=mode, company_id=company_id, manager=manager.strip(),
        starts_on=starts_on, ends_on=ends_on, chosen_by_ballot_id=chosen_by, document=document.strip(),
        contact_phone=contact_phone.strip(), contact_place=contact_place.strip(),
        entered_by=actor.key, entered_name=actor.label, entered_at=now,
        client_key=client_key, client_digest=digest,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    keep_evidence(community_id, About.CONTRACT, row.id, photos)
    record(
        actor, "management.start", "management_contract", row.id, now=now, community_id=community_id,
        mode=mode, company_id=company_id, starts_on=starts_on, ends_on=ends_on, chosen_by=chosen_by,
        document=row.document, photos=len(photos),
    )  # fmt: skip
    return row


def end_management(
    contract_id: int, *, community_id: int, last_on: date, reason: str, actor: Actor, now: datetime
) -> ContractEnd:
    """It ends before its time; the same said again changes nothing."""
    card = _locked(contract_id, community_id)
    if card.end is not None and (card.end.last_on, card.end.reason) == (last_on, reason.strip()):
        return card.end
    check_end(card.term, last_on, reason)
    row = ContractEnd(
        contract_id=contract_id, last_on=last_on, reason=reason.strip(),
        entered_by=actor.key, entered_name=actor.label, entered_at=now,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    record(
        actor, "management.end", "management_contract", contract_id, now=now, community_id=community_id,
        last_on=last_on, reason=row.reason,
    )  # fmt: skip
    return row


def change_contact(
    contract_id: int,
    *,
    community_id: int,
    contact_phone: str,
    contact_place: str,
    actor: Actor,
    now: datetime,
) -> ManagementContract:
    """Where residents complain to, from now on."""
    row = _locked(contract_id, community_id).contract
    before = (row.contact_phone, row.contact_place)
    row.contact_phone, row.contact_place = contact_phone.strip(), contact_place.strip()
    db.session.flush()
    if before != (row.contact_phone, row.contact_place):
        record(
            actor, "management.change_contact", "management_contract", contract_id, now=now,
            community_id=community_id, before=list(before), after=[row.contact_phone, row.contact_place],
        )  # fmt: skip
    return row


def set_fee(
    contract_id: int,
    *,
    community_id: int,
    amount_fen: int,
    unit: FeeUnit,
    from_on: date,
    document: str,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> ManagementFee:
    """What it costs from a day on; earlier prices stay readable."""
    card = _locked(contract_id, community_id)
    digest = replay.digest(actor, "set_fee", contract_id, amount_fen, unit, from_on, document)
    earlier = replay.earlier(ManagementFee, client_key, digest)
    if earlier is not None:
        return earlier
    check_fee(Fee(amount_fen, unit, from_on, document))
    if not card.term.is_in_force(from_on):
        raise Invalid(
            "这一天不在管理期限里。", fields={"from_on": ["填管理期限里的一天，收费从这一天起按新标准。"]}
        )
    row = ManagementFee(
        contract_id=contract_id, amount_fen=amount_fen, unit=unit, from_on=from_on, document=document.strip(),
        entered_by=actor.key, entered_name=actor.label, entered_at=now,
        client_key=client_key, client_digest=digest,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    record(
        actor, "management.set_fee", "management_contract", contract_id, now=now, community_id=community_id,
        amount_fen=amount_fen, unit=unit, from_on=from_on, document=row.document,
    )  # fmt: skip
    return row


def _locked(contract_id: int, community_id: int) -> ContractCard:
    """Under the lock of its community, so that two who record at once do it one after the other. Raises NotFound."""
    lock_community(community_id)
    card = queries.contract(contract_id, community_id)
    if card is None:
        raise NotFound
    return card
