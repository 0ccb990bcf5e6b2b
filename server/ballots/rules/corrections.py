"""An error of the roll, found by holding what the ledger says of the opening day against the roll as it stands.

A sale after the opening is no difference: it does not change whose flat it was on that day. What a change means for votes that
were cast is the bundle's rule: those of a head off the roll do not count, and count again once it is back.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import rfc8785

from server.ballots.rules.heads import FrozenHead, flat_name
from server.ballots.rules.roll import Flat
from server.kernel.errors import Invalid, Reason

LEAST_REASON, LONGEST_REASON = 4, 300


@dataclass(frozen=True)
class HeldFlat:
    """A flat with where and how large it is, as far as the count needs, and its label for people."""

    flat_id: int
    building: str
    entrance: str
    label: str
    area: Decimal

    @property
    def on_roll(self) -> Flat:
        return Flat(flat_name(self.flat_id), self.building, self.entrance, self.area)

    def as_document(self) -> dict[str, Any]:
        return {**vars(self), "area": f"{self.area:.2f}"}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "HeldFlat":
        return cls(**{**document, "area": Decimal(document["area"])})


Flats = tuple[HeldFlat, ...]


@dataclass(frozen=True)
class Change:
    """One head with its flats before and after. No flats: not on the roll."""

    head: str
    holder: str
    owner_ids: tuple[int, ...]
    aliases: Mapping[str, int]
    representative_id: int | None
    before: Flats
    after: Flats

    @property
    def is_new(self) -> bool:
        return not self.before

    @property
    def is_removed(self) -> bool:
        return not self.after

    @property
    def flat_ids(self) -> list[int]:
        """All that it had or has."""
        return sorted({flat.flat_id for flat in (*self.before, *self.after)})

    def as_document(self) -> dict[str, Any]:
        return {
            **vars(self),
            "owner_ids": list(self.owner_ids),
            "aliases": dict(self.aliases),
            "before": [flat.as_document() for flat in self.before],
            "after": [flat.as_document() for flat in self.after],
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Change":
        flats = {
            side: tuple(HeldFlat.from_document(flat) for flat in document[side])
            for side in ("before", "after")
        }
        return cls(**{**document, "owner_ids": tuple(document["owner_ids"]), **flats})


@dataclass(frozen=True)
class Correction:
    """Heads that can only be put right together: what one loses another gets."""

    changes: tuple[Change, ...]

    @property
    def name(self) -> str:
        """By which a page names it; another as soon as the ledger or the roll says something else."""
        told = [change.as_document() for change in self.changes]
        return hashlib.sha256(rfc8785.dumps(told)).hexdigest()[:16]

    @property
    def steps(self) -> list[tuple[Change, Flats]]:
        """The events that make it so: every flat leaves a head before it comes to another."""
        losing, gaining = [], []
        for change in self.changes:
            staying = {flat.flat_id for flat in change.before} & {flat.flat_id for flat in change.after}
            kept = tuple(flat for flat in change.after if flat.flat_id in staying)
            if len(staying) < len(change.before):
                losing.append((change, kept))
            if len(kept) < len(change.after) or len(staying) == len(change.before):
                gaining.append((change, change.after))
        return losing + gaining

    @property
    def sentences(self) -> list[str]:
        """What changes, for people; without a name."""
        return [sentence for change in self.changes for sentence in _sentences(change)]


def _sentences(change: Change) -> Iterable[str]:
    before = {flat.flat_id: flat for flat in change.before}
    after = {flat.flat_id: flat for flat in change.after}
    came = [flat.label for id_, flat in after.items() if id_ not in before]
    left = [flat.label for id_, flat in before.items() if id_ not in after]
    if change.is_new:
        yield f"名册上加一位业主，有 {'、'.join(came)}。"
    elif change.is_removed:
        yield f"原来有 {'、'.join(left)} 的业主不再单独算一人。"
    else:
        if left:
            yield f"{'、'.join(left)} 不算在这位业主名下了。"
        if came:
            yield f"{'、'.join(came)} 算到这位业主名下。"
    for id_, flat in after.items():
        if id_ in before and before[id_].area != flat.area:
            yield f"{flat.label} 的面积从 {before[id_].area:.2f} ㎡ 改成 {flat.area:.2f} ㎡。"


@dataclass(frozen=True)
class Held:
    """A head as it stands now; one that was taken off has no flats."""

    head: str
    holder: str
    owner_ids: tuple[int, ...]
    aliases: Mapping[str, int]
    representative_id: int | None
    flats: Flats


def differences(
    roll: Sequence[Held], truth: Iterable[FrozenHead], *, person: Mapping[int, int], unsure: Collection[int]
) -> list[Correction]:
    """What would have to change for the roll to be as the ledger says it was at the opening.

    Owners decide which head is which: `person` gives the record that a merged one counts as. `unsure` flats lack what a roll
    needs (an area, an owner): they stay as they are.
    """
    standing = {flat.flat_id: flat for held in roll for flat in held.flats}
    heads = {held.head: held for held in roll}
    by_owners: dict[frozenset[int], str] = {}
    for held in sorted(roll, key=lambda one: not one.flats):
        by_owners.setdefault(frozenset(person.get(id_, id_) for id_ in held.owner_ids), held.head)
    number = max((int(name[1:]) for name in heads), default=0)
    after: dict[str, list[HeldFlat]] = {held.head: [] for held in roll}
    for true in truth:
        name = by_owners.get(frozenset(true.owner_ids))
        if name is None:
            number += 1
            name = f"h{number}"
            heads[name] = Held(
                name, true.holder, true.owner_ids, dict(true.aliases), true.representative_id, ()
            )
        else:
            heads[name] = _named_anew(heads[name], true, person)
        flats = [
            HeldFlat(one.flat_id, one.building, one.entrance, one.label, one.area)
            for one in true.flats
            if one.flat_id not in unsure
        ]
        # Where a flat lies was printed on the papers; only its area is put right.
        after.setdefault(name, []).extend(
            replace(standing[flat.flat_id], area=flat.area) if flat.flat_id in standing else flat
            for flat in flats
        )
    for held in roll:
        after[held.head] += [flat for flat in held.flats if flat.flat_id in unsure]
    changes = [
        Change(
            name,
            heads[name].holder,
            heads[name].owner_ids,
            heads[name].aliases,
            heads[name].representative_id,
            heads[name].flats,
            tuple(sorted(flats, key=lambda flat: flat.flat_id)),
        )
        for name, flats in after.items()
        if set(flats) != set(heads[name].flats)
    ]
    return [Correction(tuple(group)) for group in _together(changes)]


def _named_anew(held: Held, true: FrozenHead, person: Mapping[int, int]) -> Held:
    """The same owners, where records were merged since: whoever is proven by either record casts for the head."""
    merged = {str(id_): person[id_] for id_ in held.owner_ids if id_ in person}
    representative = held.representative_id
    if representative is not None:
        representative = person.get(representative, representative)
    return replace(
        held,
        owner_ids=true.owner_ids,
        aliases={**true.aliases, **merged},
        representative_id=representative,
    )


def _together(changes: Sequence[Change]) -> list[list[Change]]:
    """Changes that share a flat, directly or through others."""
    groups: list[tuple[set[int], list[Change]]] = []
    for change in changes:
        flats, members = set(change.flat_ids), [change]
        apart = []
        for group in groups:
            if group[0] & flats:
                flats |= group[0]
                members = group[1] + members
            else:
                apart.append(group)
        groups = [*apart, (flats, members)]
    return [members for _, members in groups]


def check_reason(reason: str) -> str:
    """The reason stands in the log for good."""
    plain = " ".join(reason.split())
    if not LEAST_REASON <= len(plain) <= LONGEST_REASON:
        sentence = f"写清楚错在哪里、凭什么改，{LEAST_REASON} 到 {LONGEST_REASON} 个字。看得到选票包的人都会看到，不要写姓名。"
        raise Invalid(sentence, fields={"reason": [sentence]})
    return plain


def may_answer(*, proposed_by: str, by: str, is_answered: bool) -> list[Reason]:
    """Of a correction or a sale: the second person is another one, and answers once."""
    if is_answered:
        return [Reason("already_answered", "这一条已经有人确认或退回过。")]
    if by == proposed_by:
        return [Reason("same_person", "提出的人不能自己确认。请另一个人来确认。")]
    return []


def check_answer(reason: str, *, is_confirmed: bool) -> None:
    """Whoever sends back says why; whoever confirms may. Raises Invalid with what to do."""
    given = len(reason.strip())
    if given > LONGEST_REASON:
        sentence = f"最多写 {LONGEST_REASON} 个字，现在有 {given} 个。请写短一些。"
    elif not is_confirmed and not given:
        sentence = "退回要写清楚哪里不对。"
    else:
        return
    raise Invalid(sentence, fields={"reason": [sentence]})
