"""Who owns what: entering owners, a sale, the representative of co-owners. The audit tells ids, never names."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

import sqlalchemy as sa

from server.audit.actions import record
from server.infra import replay
from server.infra.db import db
from server.kernel.actor import Actor
from server.kernel.errors import Conflict, Invalid, NotFound
from server.ledger.actions.places import touch
from server.ledger.models import Flat, Owner, Ownership
from server.ledger.models.people import id_hash, name_hash, phone_hash
from server.ledger.rules.numbers import Wrong, credit_code, owner_name, person_id
from server.ledger.rules.numbers import phone as checked_phone
from server.ledger.rules.words import OwnerKind


@dataclass(frozen=True)
class NewOwner:
    """An owner as typed in a form."""

    name: str
    kind: OwnerKind = OwnerKind.PERSON
    phone: str = ""
    id_number: str = ""
    share: str = ""
    is_representative: bool = False


def add_owner(
    community_id: int,
    flat_id: int,
    new: NewOwner,
    *,
    from_on: date | None,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> Ownership:
    """A further owner of the flat, beside those it has."""
    digest = replay.digest(actor, flat_id, asdict(new), from_on)
    earlier = replay.earlier(Ownership, client_key, digest)
    if earlier:
        return earlier
    touch(community_id)
    _here(flat_id, community_id)
    ownership = _begin(community_id, flat_id, new, from_on)
    ownership.client_key, ownership.client_digest = client_key, digest
    record(
        actor,
        "ledger.add_owner",
        "flat",
        flat_id,
        now=now,
        community_id=community_id,
        owner_id=ownership.owner_id,
        from_on=from_on,
    )
    return ownership


def change_owners(
    community_id: int,
    flat_id: int,
    new: Sequence[NewOwner],
    *,
    on: date,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> list[Ownership]:
    """A sale or inheritance: all present ownerships end on that day, and these begin. Whoever stays is named again."""
    if not new:
        raise Invalid("请填写新业主。", fields={"name": ["请填写新业主。"]})
    digest = replay.digest(actor, flat_id, [asdict(one) for one in new], on)
    earlier = replay.earlier(Ownership, client_key, digest)
    if earlier:
        return [earlier]
    touch(community_id)
    _here(flat_id, community_id)
    leaving = _present(flat_id)
    if any(one.from_on is not None and one.from_on > on for one in leaving):
        raise Invalid("变更日期早于现业主取得的日期。请核对。", fields={"on": ["早于现业主取得的日期。"]})
    for one in leaving:
        one.to_on = on
    db.session.flush()
    begun = [_begin(community_id, flat_id, one, on) for one in new]
    begun[0].client_key, begun[0].client_digest = client_key, digest
    record(
        actor,
        "ledger.change_owners",
        "flat",
        flat_id,
        now=now,
        community_id=community_id,
        on=on,
        left=[one.owner_id for one in leaving],
        came=[one.owner_id for one in begun],
    )
    return begun


def set_representative(
    community_id: int, flat_id: int, owner_id: int | None, *, actor: Actor, now: datetime
) -> None:
    """Which of the co-owners votes for the flat; None: not chosen."""
    touch(community_id)
    _here(flat_id, community_id)
    present = _present(flat_id)
    if owner_id is not None and owner_id not in {one.owner_id for one in present}:
        raise NotFound
    before = next((one.owner_id for one in present if one.is_representative), None)
    for one in present:
        one.is_representative = one.owner_id == owner_id
    record(
        actor,
        "ledger.set_representative",
        "flat",
        flat_id,
        now=now,
        community_id=community_id,
        before=before,
        after=owner_id,
    )


def mend_owner(
    community_id: int, owner_id: int, *, name: str, phone: str, id_number: str, actor: Actor, now: datetime
) -> Owner:
    """Correct what is written of an owner: the same person, spelled right. Blank means: nothing is known."""
    touch(community_id)
    owner = db.session.get(Owner, owner_id, populate_existing=True)
    if owner is None or owner.community_id != community_id:
        raise NotFound
    after = _checked(NewOwner(name, owner.kind, phone, id_number))
    changed = [
        field
        for field in ("name", "phone", "id_number")
        if (getattr(owner, field) or "") != getattr(after, field)
    ]
    _same_id_elsewhere(community_id, after, owner_id)
    _write(owner, after)
    record(actor, "ledger.mend_owner", "owner", owner_id, now=now, community_id=community_id, changed=changed)
    return owner


def _begin(community_id: int, flat_id: int, new: NewOwner, from_on: date | None) -> Ownership:
    checked = _checked(new)
    owner = _known(community_id, checked)
    if owner is None:
        owner = Owner(community_id=community_id, kind=checked.kind)
        _write(owner, checked)
        db.session.add(owner)
        db.session.flush()
    elif any(one.owner_id == owner.id for one in _present(flat_id)):
        raise Conflict("这个人已经是这套房的业主。", code="already_owner")
    else:
        _complete(owner, checked)
    if checked.is_representative:
        for one in _present(flat_id):
            one.is_representative = False
    ownership = Ownership(
        flat_id=flat_id,
        owner_id=owner.id,
        is_representative=checked.is_representative,
        share=checked.share,
        from_on=from_on,
    )
    db.session.add(ownership)
    db.session.flush()
    return ownership


def _known(community_id: int, new: NewOwner) -> Owner | None:
    """The same owner elsewhere in the community: by number, else by name and phone; an organisation by its name."""
    here = sa.select(Owner).where(Owner.community_id == community_id, Owner.kind == new.kind)
    if new.id_number:
        found = db.session.scalars(here.where(Owner.id_hash == id_hash(new.id_number))).first()
        if found:
            return found
    here = here.where(Owner.name_hash == name_hash(new.name))
    if new.id_number:
        here = here.where(Owner.id_hash.is_(None))
    if new.kind is not OwnerKind.PERSON:
        return db.session.scalars(here.order_by(Owner.id)).first()
    if not new.phone:
        return None
    return db.session.scalars(
        here.where(Owner.phone_hash == phone_hash(new.phone)).order_by(Owner.id)
    ).first()


def _same_id_elsewhere(community_id: int, after: NewOwner, owner_id: int) -> None:
    if not after.id_number:
        return
    other = sa.select(Owner.id).where(
        Owner.community_id == community_id, Owner.id_hash == id_hash(after.id_number), Owner.id != owner_id
    )
    if db.session.scalar(other) is not None:
        sentence = "小区里另一位业主已经用了这个证件号码。请核对，两条都写的是谁。"
        raise Conflict(sentence, code="id_taken")


def _checked(new: NewOwner) -> NewOwner:
    is_person = new.kind is OwnerKind.PERSON
    fields: dict[str, list[str]] = {}
    values = {"name": new.name, "phone": new.phone.strip(), "id_number": new.id_number.strip()}
    for field, check in (
        ("name", lambda text: owner_name(text, is_person=is_person)),
        ("phone", checked_phone),
        ("id_number", person_id if is_person else credit_code),
    ):
        if field != "name" and not values[field]:
            continue
        try:
            values[field] = check(values[field])
        except Wrong as wrong:
            fields[field] = [str(wrong)]
    if fields:
        raise Invalid("业主有几处填得不对，请改正。", fields=fields)
    return NewOwner(kind=new.kind, share=new.share.strip(), is_representative=new.is_representative, **values)


def check_owner_name(name: str, field: str) -> str:
    """A person's name in its one spelling."""
    try:
        return owner_name(name)
    except Wrong as wrong:
        raise Invalid(str(wrong), fields={field: [str(wrong)]}) from None


def _write(owner: Owner, new: NewOwner) -> None:
    owner.name, owner.name_hash = new.name, name_hash(new.name)
    owner.phone, owner.phone_hash = new.phone or None, phone_hash(new.phone)
    owner.id_number, owner.id_hash = new.id_number or None, id_hash(new.id_number)


def _complete(owner: Owner, new: NewOwner) -> None:
    """What was not known of the owner yet is kept beside what is; nothing is written over."""
    if new.phone and owner.phone is None:
        owner.phone, owner.phone_hash = new.phone, phone_hash(new.phone)
    if new.id_number and owner.id_number is None:
        owner.id_number, owner.id_hash = new.id_number, id_hash(new.id_number)


def _present(flat_id: int) -> list[Ownership]:
    found = sa.select(Ownership).where(Ownership.flat_id == flat_id, Ownership.to_on.is_(None))
    return list(db.session.scalars(found.order_by(Ownership.id)))


def _here(flat_id: int, community_id: int) -> None:
    flat = db.session.get(Flat, flat_id)
    if flat is None or flat.community_id != community_id:
        raise NotFound
