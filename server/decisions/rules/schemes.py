"""Schemes as a tree (一区一个方案、一栋一个方案、一个单元一个方案): what holds where, and what may be adopted. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from server.decisions.rules.outcome import Outcome
from server.kernel.errors import Reason
from server.kernel.matters import Matter
from server.kernel.parts import Part
from server.kernel.places import ScopeKind

#: The key of the root; a building is "b7", an entrance "e12".
ROOT = "community"
#: Only these outcomes decide something: too few took part, and nothing was decided.
DECIDING = frozenset({Outcome.ADOPTED, Outcome.BLOCKED, Outcome.REJECTED})
#: 民法典 278 (2): what takes three quarters is never adopted without a vote, however small its share of the scheme.
SPECIAL = frozenset({Matter.RAISE_FUND, Matter.REBUILD, Matter.CHANGE_USE})


@dataclass(frozen=True)
class Node:
    """A community, one of its buildings, or one entrance of a building."""

    scope: ScopeKind
    building_id: int | None = None
    entrance_id: int | None = None

    @property
    def key(self) -> str:
        if self.scope is ScopeKind.COMMUNITY:
            return ROOT
        return building_key(self.building_id) if self.entrance_id is None else f"e{self.entrance_id}"

    @property
    def path(self) -> tuple[str, ...]:
        """From the root to the node itself."""
        if self.scope is ScopeKind.COMMUNITY:
            return (ROOT,)
        above = (ROOT, building_key(self.building_id))
        return above if self.entrance_id is None else (*above, self.key)


def building_key(building_id: int | None) -> str:
    return f"b{building_id}"


class Take(StrEnum):
    """What a node says of an item. Of an item on no line it says nothing: what stands above it holds."""

    ADOPT = "adopt"
    LEAVE = "leave"

    @property
    def name_zh(self) -> str:
        return {"adopt": "采用", "leave": "这里不做"}[self.value]


@dataclass(frozen=True)
class Line:
    """One item in one version of one node's scheme."""

    #: The item's code in the catalogue, the same through its versions.
    item: str
    take: Take = Take.ADOPT
    quantity: Decimal = Decimal(0)
    unit: str = ""
    cost_fen: int = 0

    @property
    def is_adopted(self) -> bool:
        return self.take is Take.ADOPT


@dataclass(frozen=True)
class Vote:
    """What one counted vote says of one item in one scope."""

    item: str
    #: The key of the node it was counted in.
    node: str
    outcome: Outcome
    closes_at: datetime
    ballot_id: int
    motion: str = "m1"
    #: Whether the decision on it is signed.
    is_final: bool = False
    #: Where it is held back: what is missing, in words.
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Held:
    """An item that some node on the way down speaks of, as it stands at the end of the way."""

    line: Line
    #: The node whose line it is.
    node: str
    is_own: bool
    #: A vote of the same scope or nearer that keeps an adopted item from holding here.
    against: Vote | None = None
    #: It rested on a vote that was declared void or revoked by a court since, and no other carries it.
    is_undone: bool = False

    @property
    def holds(self) -> bool:
        return self.line.is_adopted and self.against is None and not self.is_undone


def vote_on(item: str, path: Sequence[str], votes: Iterable[Vote]) -> Vote | None:
    """The vote that decides an item for the last node of the path: the nearest scope first, in it the latest closed."""
    deciding = [vote for vote in votes if vote.item == item and vote.outcome in DECIDING]
    for node in reversed(path):
        here = [vote for vote in deciding if vote.node == node]
        if here:
            return max(here, key=lambda vote: (vote.closes_at, vote.ballot_id))
    return None


def holding(
    path: Sequence[str],
    own: Mapping[str, Sequence[Line]],
    votes: Sequence[Vote] = (),
    undone: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> list[Held]:
    """What holds for the last node of the path: for each item the nearest node's own line, else the inherited one.

    `own` are the lines in force, by node; `undone` are the items of those whose vote decides nothing any more. An inherited
    item that the owners of this very scope rejected does not come down.
    """
    nearest: dict[str, tuple[Line, str]] = {}
    for node in path:
        nearest |= {line.item: (line, node) for line in own.get(node, ())}
    return [
        _held(line, node, path, votes, was_undone=line.item in undone.get(node, ()))
        for line, node in nearest.values()
    ]


def _held(line: Line, node: str, path: Sequence[str], votes: Sequence[Vote], *, was_undone: bool) -> Held:
    vote = vote_on(line.item, path, votes) if line.is_adopted else None
    against = vote if vote is not None and vote.outcome is not Outcome.ADOPTED else None
    is_undone = line.is_adopted and vote is None and was_undone
    return Held(line, node, is_own=node == path[-1], against=against, is_undone=is_undone)


def why_not_adopt(
    item: str, title: str, path: Sequence[str], votes: Sequence[Vote], matter: Matter | None
) -> list[Reason]:
    """What keeps the last node of the path from adopting the item; empty means it may."""
    vote = vote_on(item, path, votes)
    if vote is None:
        if matter not in SPECIAL:
            return []
        return [
            Reason(
                "not_voted",
                f"“{title}”是“{matter.name_zh}”，要业主表决通过才能采用（民法典第 278 条）。这里还没有表决通过。",
                "vote",
            )
        ]
    if vote.outcome is Outcome.REJECTED:
        return [
            Reason("rejected", f"“{title}”在这里的表决没有通过，不能采用。要做，先重新征求意见、重新表决。")
        ]
    if vote.outcome is Outcome.BLOCKED:
        lacking = "；".join(vote.missing) or "被占用专有部分的业主的同意"
        return [
            Reason("blocked", f"“{title}”票数够，还缺：{lacking}。办齐了才能采用。", "lift"),
        ]
    return []


def not_final(lines: Iterable[Line], path: Sequence[str], votes: Sequence[Vote]) -> list[str]:
    """The adopted items whose vote stands, but whose decision is not signed yet."""
    found = []
    for line in lines:
        vote = vote_on(line.item, path, votes) if line.is_adopted else None
        if vote is not None and vote.outcome is Outcome.ADOPTED and not vote.is_final:
            found.append(line.item)
    return found


@dataclass(frozen=True)
class Known:
    """An item as the list names it."""

    title: str
    matter: Matter | None = None
    #: A new lift, which takes what is somebody's own.
    is_lift: bool = False
    part: Part = Part.OTHER


def lines_in_the_way(
    lines: Iterable[Line], path: Sequence[str], votes: Sequence[Vote], known: Mapping[str, Known]
) -> list[Reason]:
    """Of each adopted line, what keeps it from being adopted."""
    return [
        reason
        for line in lines
        if line.is_adopted
        for reason in why_not_adopt(line.item, known[line.item].title, path, votes, known[line.item].matter)
    ]


def why_not_confirm(
    ended: str,
    drafters: Iterable[str],
    actor: str | None,
    in_the_way: Sequence[Reason],
    reopened: Sequence[Reason],
    unsigned: Sequence[str],
) -> list[Reason]:
    """What keeps a version from taking effect. `actor` is the key of who would confirm; None asks for anyone."""
    if ended:
        return [Reason("ended", "这一版已经处理过了。")]
    found = [*reopened, *in_the_way]
    if unsigned:
        named = "、".join(unsigned)
        found.append(
            Reason("not_final", f"{named}的表决结果还没有签发成决定。签发以后方案才能生效。", "decisions")
        )
    if actor is not None and actor in drafters:
        found.append(Reason("own_work", "编写方案的人不能复核。请另一位复核人来看。"))
    return found


def total_cost(lines: Iterable[Line]) -> int:
    """In fen, of what is adopted."""
    return sum(line.cost_fen for line in lines if line.is_adopted)


# ------------------------------------------------------------------ differences between two versions


@dataclass(frozen=True)
class Change:
    """One item that is not as it was. None: there was no line, or there is none any more."""

    item: str
    before: Line | None
    after: Line | None


def changes(before: Iterable[Line], after: Iterable[Line]) -> list[Change]:
    """In the order of the new version; what is gone comes last."""
    was, now = {line.item: line for line in before}, {line.item: line for line in after}
    return [
        Change(item, was.get(item), now.get(item))
        for item in {**now, **was}
        if was.get(item) != now.get(item)
    ]


# ------------------------------------------------------------------ where a version stands


class State(StrEnum):
    """Of a version of a scheme; follows from its acts, from those after it, and from the guard."""

    #: For the reviewer to confirm.
    WAITING = "waiting"
    #: It departs too far from what was asked: consultation is reopened.
    RESTING = "resting"
    IN_FORCE = "in_force"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"

    @property
    def name_zh(self) -> str:
        return {
            "waiting": "等复核",
            "resting": "要重新征求意见",
            "in_force": "现行",
            "replaced": "已被后一版代替",
            "withdrawn": "已撤回",
        }[self.value]

    @property
    def tone(self) -> str:
        return {
            "waiting": "info",
            "resting": "wait",
            "in_force": "go",
            "replaced": "quiet",
            "withdrawn": "quiet",
        }[self.value]

    @property
    def is_open(self) -> bool:
        """Whether it still waits for something."""
        return self in {State.WAITING, State.RESTING}


def state(ended: str, *, is_newest_confirmed: bool, is_reopened: bool) -> State:
    """`ended` is the act that ended its waiting: "confirmed", "withdrawn" or empty."""
    if ended == "withdrawn":
        return State.WITHDRAWN
    if ended == "confirmed":
        return State.IN_FORCE if is_newest_confirmed else State.REPLACED
    return State.RESTING if is_reopened else State.WAITING
