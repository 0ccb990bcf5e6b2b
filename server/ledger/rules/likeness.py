"""Records of owners that may be one person, or one record that may be two. The software proposes; a person decides.

Several flats of one owner are one head with all their area (建筑物区分所有权解释第九条), so who is one person moves the count.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from server.kernel.errors import Invalid
from server.ledger.rules.words import OwnerKind

LEAST_REASON, LONGEST_REASON = 2, 300
#: Of more that look alike each is held against the first alone.
MOST_IN_PAIRS = 5

Pair = tuple[int, int]


class Sign(StrEnum):
    """What speaks for two records being one owner, or for one being two."""

    SAME_ID = "same_id"
    SAME_PHONE = "same_phone"
    SAME_NAME = "same_name"
    SAME_BUILDING = "same_building"
    TWO_NAMES = "two_names"

    @property
    def name_zh(self) -> str:
        return {
            "same_id": "证件号码相同",
            "same_phone": "姓名和电话都相同",
            "same_name": "单位名称相同",
            "same_building": "姓名相同，房在同一栋",
            "two_names": "一格里像是写了两个人",
        }[self.value]


class VerdictKind(StrEnum):
    MERGE = "merge"
    #: Two records are two owners: a proposal turned down, or a merge taken back.
    APART = "apart"
    SPLIT = "split"
    #: One record is one owner: a proposal turned down, or a split taken back.
    ONE = "one"

    @property
    def name_zh(self) -> str:
        return {"merge": "是同一人", "apart": "不是同一人", "split": "拆成两人", "one": "就是一人"}[
            self.value
        ]


@dataclass(frozen=True)
class Record:
    """A present owner by what can be compared. Hashes stand for the values; the name is only looked at for two in it."""

    id: int
    kind: OwnerKind
    name: str
    name_hash: bytes
    phone_hash: bytes | None
    id_hash: bytes | None
    buildings: frozenset[int]


@dataclass(frozen=True)
class Verdict:
    kind: VerdictKind
    owner_id: int
    other_id: int | None


def pair(one: int, other: int) -> Pair:
    return (min(one, other), max(one, other))


def alike(records: Iterable[Record]) -> dict[Pair, list[Sign]]:
    """Pairs that may be one owner, with what speaks for it. Two different numbers are two owners, whatever else is the same."""
    groups: dict[tuple[Sign, Hashable], list[Record]] = defaultdict(list)
    for record in records:
        for key in _keys(record):
            groups[key].append(record)
    found: dict[Pair, list[Sign]] = {}
    for (sign, _), members in groups.items():
        for one, other in _pairs(members):
            if one.kind is other.kind and not _contradict(one, other):
                found.setdefault(pair(one.id, other.id), []).append(sign)
    return dict(sorted(found.items()))


def _keys(record: Record) -> Iterable[tuple[Sign, Hashable]]:
    if record.id_hash is not None:
        yield Sign.SAME_ID, record.id_hash
    if record.kind is not OwnerKind.PERSON:
        yield Sign.SAME_NAME, record.name_hash
        return
    if record.phone_hash is not None:
        yield Sign.SAME_PHONE, (record.name_hash, record.phone_hash)
    for building in record.buildings:
        yield Sign.SAME_BUILDING, (record.name_hash, building)


def _pairs(members: Sequence[Record]) -> Iterable[tuple[Record, Record]]:
    if len(members) <= MOST_IN_PAIRS:
        return combinations(members, 2)
    return ((members[0], other) for other in members[1:])


def _contradict(one: Record, other: Record) -> bool:
    return one.id_hash is not None and other.id_hash is not None and one.id_hash != other.id_hash


_HAN = r"[\u3400-\u9fff\U00020000-\U0003ffff·]"
_SEVERAL = re.compile(
    rf"(?P<one>{_HAN}{{2,}})(?:[、,，;；/／&＆]|(?<={_HAN}{{2}})[和与及])(?P<other>{_HAN}{{2,}})"
    rf"|(?P<first>{_HAN}{{2,}})[(（](?P<second>{_HAN}{{2,4}})[)）]"
)
#: What stands behind a name in brackets and is nobody.
_NO_NAMES = frozenset({"户主", "夫妻", "共有", "业主", "房主", "已故", "本人", "夫妇", "父子", "母子"})


def two_names(name: str) -> tuple[str, str] | None:
    """The two people that seem to stand in one field: 张三、李四, 张三和李四, 张三（李四）. 李和平 is one."""
    found = _SEVERAL.fullmatch(name)
    if found is None:
        return None
    one, other = found["one"] or found["first"], found["other"] or found["second"]
    return None if other in _NO_NAMES else (one, other)


def double(records: Iterable[Record]) -> dict[int, tuple[str, str]]:
    """Records of persons that may be two owners, with the two names."""
    return {
        record.id: names
        for record in records
        if record.kind is OwnerKind.PERSON and (names := two_names(record.name)) is not None
    }


# ------------------------------------------------------------------ what was decided


def latest(verdicts: Iterable[Verdict]) -> dict[Pair, VerdictKind]:
    """Of each pair what was decided last; `verdicts` in the order in which they were."""
    return {
        pair(one.owner_id, one.other_id): one.kind
        for one in verdicts
        if one.other_id is not None and one.kind in (VerdictKind.MERGE, VerdictKind.APART)
    }


def persons_of(decided: Mapping[Pair, VerdictKind]) -> dict[int, int]:
    """Each merged record with the one it counts as: the lowest of all that were merged with it. Others are left out."""
    person: dict[int, int] = {}

    def root(id_: int) -> int:
        while person.get(id_, id_) != id_:
            id_ = person[id_]
        return id_

    for (one, other), kind in sorted(decided.items()):
        if kind is VerdictKind.MERGE:
            low, high = sorted((root(one), root(other)))
            person[high] = low
    return {id_: root(id_) for id_ in person if root(id_) != id_}


def together_with(id_: int, decided: Mapping[Pair, VerdictKind]) -> set[int]:
    """All records that count as one owner with this one: the one they count as, which stands for itself, among them."""
    person = persons_of(decided)
    root = person.get(id_, id_)
    return {root} | {other for other, counts_as in person.items() if counts_as == root}


def linked_apart(decided: Mapping[Pair, VerdictKind]) -> Pair | None:
    """A pair that was kept apart, and that merges with a third record would make one owner all the same."""
    person = persons_of(decided)
    return next(
        (
            two
            for two, kind in decided.items()
            if kind is VerdictKind.APART and person.get(two[0], two[0]) == person.get(two[1], two[1])
        ),
        None,
    )


def undecided(
    found: Mapping[Pair, list[Sign]], decided: Mapping[Pair, VerdictKind]
) -> dict[Pair, list[Sign]]:
    """Pairs that nobody has spoken on, and that are not one owner already through a third record."""
    person = persons_of(decided)
    return {
        two: signs
        for two, signs in found.items()
        if two not in decided and person.get(two[0], two[0]) != person.get(two[1], two[1])
    }


def undecided_doubles(
    found: Mapping[int, tuple[str, str]], verdicts: Iterable[Verdict]
) -> dict[int, tuple[str, str]]:
    """Records that nobody has found to be one owner after all."""
    spoken = {one.owner_id for one in verdicts if one.kind is VerdictKind.ONE}
    return {id_: names for id_, names in found.items() if id_ not in spoken}


def splits_in_force(verdicts: Iterable[Verdict]) -> set[Pair]:
    """Record and second owner of each split that was not taken back."""
    standing: set[Pair] = set()
    for one in verdicts:
        if one.other_id is None:
            continue
        if one.kind is VerdictKind.SPLIT:
            standing.add((one.owner_id, one.other_id))
        elif one.kind is VerdictKind.ONE:
            standing.discard((one.owner_id, one.other_id))
    return standing


def check_reason(reason: str) -> str:
    plain = " ".join(reason.split())
    if not LEAST_REASON <= len(plain) <= LONGEST_REASON:
        sentence = f"写明凭什么这样定，{LEAST_REASON} 到 {LONGEST_REASON} 个字，例如“打电话问过本人”。"
        raise Invalid(sentence, fields={"reason": [sentence]})
    return plain


def check_same(numbers: Collection[bytes | None]) -> None:
    """Raises Invalid where records with different numbers would be one owner."""
    if len({number for number in numbers if number is not None}) > 1:
        sentence = "两条登记的证件号码不同，不能并成一人。先核对证件号码，改对了再来。"
        raise Invalid(sentence, fields={"reason": [sentence]}, code="two_numbers")
