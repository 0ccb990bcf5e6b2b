"""Many slips opened, many owners proven, in few statements: the same rules, rows and entries as one by one.

For whoever carries over what happened elsewhere: an example, a transfer from an older system. All of a batch happens at
one instant.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from server.audit.actions import entry_of, record_all
from server.identity.actions.binding import Proof, check_provable, check_usable, resident_actor
from server.identity.models import Binding, BindingTry, Means, PrivacyAcceptance, Resident, Slip
from server.identity.rules import Level
from server.identity.rules.proof import Candidate, ProofOutcome, matching_owner
from server.infra.db import db, table_of
from server.infra.statements import chunks, insert_for_ids, insert_rows, update_rows
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.ledger import queries as ledger


@dataclass(frozen=True)
class Claimed:
    """What a resident types to prove that they own the flat of a binding."""

    binding: Binding
    name: str
    phone_tail: str = ""
    id_tail: str = ""

    @property
    def actor(self) -> Actor:
        return resident_actor(self.binding.resident_id)

    @property
    def means(self) -> Means:
        return Means.NAME_AND_PHONE if self.phone_tail else Means.NAME_AND_ID


def enter_in_batch(slips: Sequence[Slip], *, privacy_version: str, now: datetime) -> list[Binding]:
    """Each slip is opened by a new resident, who agrees to the notice of this version. In the order of the slips."""
    _hold(Slip, [slip.id for slip in slips])
    for slip in slips:
        check_usable(slip)
    residents = insert_for_ids(Resident, [{"created_at": now, "session_version": 1} for _ in slips])
    agreed = {"version": privacy_version, "accepted_at": now}
    insert_rows(PrivacyAcceptance, [{"resident_id": id_, **agreed} for id_ in residents])
    for slip in slips:
        slip.first_opened_at = slip.first_opened_at or now
    rows: list[dict[str, Any]] = [
        {
            "resident_id": resident_id,
            "community_id": slip.community_id,
            "flat_id": slip.flat_id,
            "slip_id": slip.id,
            "level": Level.REACHED,
            "means": Means.SLIP,
            "bound_at": now,
        }
        for slip, resident_id in zip(slips, residents, strict=True)
    ]
    ids = insert_for_ids(Binding, rows)
    bound = _bindings(ids)
    record_all([_entry(resident_actor(row.resident_id), "identity.bind", row, now) for row in bound])
    return bound


def prove_in_batch(claims: Sequence[Claimed], *, tries: int, window_hours: int, now: datetime) -> list[Proof]:
    """Compare each with the ledger's present owners of its flat. What came of each, in order."""
    flat_ids = sorted({one.binding.flat_id for one in claims})
    _hold(Slip, flat_ids, Slip.flat_id)
    _hold(Binding, [one.binding.id for one in claims])
    since = now - timedelta(hours=window_hours)
    wrong = _wrong_tries(flat_ids, since)
    owners = ledger.owners_of_flats(flat_ids, china_day(now))
    work = _Proving(tries, window_hours, now, wrong)
    proofs = [work.prove(one, owners.get(one.binding.flat_id, [])) for one in claims]
    insert_rows(BindingTry, work.tried)
    update_rows(_RAISE, work.raised)
    record_all(work.entries)
    _bindings([one.binding.id for one in claims])
    return proofs


class _Proving:
    """One claim after another, with what the earlier ones of the batch did."""

    def __init__(
        self, tries: int, window_hours: int, now: datetime, wrong: dict[int, list[datetime]]
    ) -> None:
        self.tries, self.window, self.now, self.wrong = tries, timedelta(hours=window_hours), now, wrong
        self.tried: list[dict[str, Any]] = []
        self.raised: list[dict[str, Any]] = []
        self.entries: list[dict[str, Any]] = []
        self._proven: set[int] = set()

    def prove(self, one: Claimed, owners: Sequence[ledger.OwnerCard]) -> Proof:
        binding = one.binding
        check_provable(binding, one.phone_tail, one.id_tail, is_proven=binding.id in self._proven)
        wrong = self.wrong.setdefault(binding.flat_id, [])
        if len(wrong) >= self.tries:
            return Proof(ProofOutcome.LOCKED, 0, min(wrong) + self.window)
        owner_id = matching_owner(
            (Candidate(card.id, card.name, card.phone, card.id_number) for card in owners),
            name=one.name,
            phone_tail=one.phone_tail,
            id_tail=one.id_tail,
        )
        self._note(one, owner_id)
        if owner_id is None:
            wrong.append(self.now)
            return Proof(ProofOutcome.WRONG, self.tries - len(wrong))
        self._proven.add(binding.id)
        return Proof(ProofOutcome.PROVEN, self.tries - len(wrong))

    def _note(self, one: Claimed, owner_id: int | None) -> None:
        binding = one.binding
        self.tried.append(
            {
                "flat_id": binding.flat_id,
                "resident_id": binding.resident_id,
                "at": self.now,
                "means": one.means,
                "is_success": owner_id is not None,
            }
        )
        facts: dict[str, object] = {"means": one.means}
        if owner_id is not None:
            facts["owner_id"] = owner_id
            raised = {"to_owner": owner_id, "by_means": one.means, "at_instant": self.now}
            self.raised.append({"of_binding": binding.id, **raised})
        verb = "identity.prove_wrong" if owner_id is None else "identity.prove_owner"
        self.entries.append(_entry(one.actor, verb, binding, self.now, **facts))


_bindings_table = table_of(Binding)
_RAISE = (
    sa.update(_bindings_table)
    .where(_bindings_table.c.id == sa.bindparam("of_binding"))
    .values(
        level=Level.OWNER,
        owner_id=sa.bindparam("to_owner"),
        means=sa.bindparam("by_means"),
        proven_at=sa.bindparam("at_instant"),
        confirmed_by=None,
    )
)


def _hold(model: Any, ids: Sequence[int], column: Any = None) -> None:
    """Let nobody else change these rows before this transaction ends, and see them as they stand now."""
    for some in chunks(sorted(set(ids))):
        rows = sa.select(model).where((model.id if column is None else column).in_(some)).order_by(model.id)
        db.session.scalars(rows.with_for_update().execution_options(populate_existing=True)).all()


def _bindings(ids: Sequence[int]) -> list[Binding]:
    """As they stand now."""
    found: dict[int, Binding] = {}
    for some in chunks(ids):
        rows = sa.select(Binding).where(Binding.id.in_(some)).execution_options(populate_existing=True)
        found |= {row.id: row for row in db.session.scalars(rows)}
    return [found[id_] for id_ in ids]


def _wrong_tries(flat_ids: Sequence[int], since: datetime) -> dict[int, list[datetime]]:
    """When the wrong tries of each flat in the window were."""
    found: dict[int, list[datetime]] = {}
    for some in chunks(flat_ids):
        rows = sa.select(BindingTry.flat_id, BindingTry.at).where(
            BindingTry.flat_id.in_(some), BindingTry.at > since, BindingTry.is_success.is_(False)
        )
        for flat_id, at in db.session.execute(rows):
            found.setdefault(flat_id, []).append(at)
    return found


def _entry(actor: Actor, verb: str, binding: Binding, now: datetime, **facts: object) -> dict[str, Any]:
    return entry_of(
        actor, verb, "binding", binding.id, now=now, community_id=binding.community_id,
        flat_id=binding.flat_id, resident_id=binding.resident_id, **facts,
    )  # fmt: skip
