"""The change guard: how far a scheme departs from what was voted or asked, and when that reopens consultation. Pure and exact.

超过 excludes the number itself (民法典 1259): at exactly the set share a version still passes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from server.decisions.rules.outcome import Outcome
from server.decisions.rules.schemes import Line, Take, Vote, total_cost, vote_on
from server.kernel.errors import Reason
from server.kernel.shares import more_than

#: The dated settings, in whole per cent.
ITEM_KEY, COST_KEY = "scheme.item_share", "scheme.cost_share"


@dataclass(frozen=True)
class Limits:
    """The shares beyond which a change is not small any more."""

    items: Fraction
    cost: Fraction

    @classmethod
    def of_percent(cls, items: int, cost: int) -> "Limits":
        return cls(Fraction(items, 100), Fraction(cost, 100))


@dataclass(frozen=True)
class Asked:
    """The vote or survey a version rests on."""

    closes_at: datetime
    #: The cost that people were told then.
    told_cost_fen: int
    #: Of a survey: the items it asked about. A vote speaks through its verdicts.
    items: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Departure:
    """What a version has that was not agreed, what it lacks that was, and what it costs beside what was told."""

    added: tuple[str, ...]
    dropped: tuple[str, ...]
    #: How many items were agreed: what the count is a share of.
    base: int
    cost_fen: int
    told_cost_fen: int

    @property
    def changed(self) -> int:
        return len(self.added) + len(self.dropped)

    @property
    def cost_change_fen(self) -> int:
        """More, or (negative) less."""
        return self.cost_fen - self.told_cost_fen

    @property
    def item_share(self) -> Fraction | None:
        """None: nothing was agreed that a share could be taken of."""
        return Fraction(self.changed, self.base) if self.base else None

    @property
    def cost_share(self) -> Fraction | None:
        return Fraction(abs(self.cost_change_fen), self.told_cost_fen) if self.told_cost_fen else None

    def as_document(self) -> dict[str, Any]:
        """As it is kept with the act that let a version pass."""
        return {
            "added": list(self.added),
            "dropped": list(self.dropped),
            "base": self.base,
            "cost_fen": self.cost_fen,
            "told_cost_fen": self.told_cost_fen,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Departure":
        added, dropped = tuple(document["added"]), tuple(document["dropped"])
        return cls(added, dropped, document["base"], document["cost_fen"], document["told_cost_fen"])


def measure(lines: Sequence[Line], path: Sequence[str], votes: Sequence[Vote], asked: Asked) -> Departure:
    """The version of the path's last node beside what was asked there until the vote or survey it names closed.

    What was voted later is not its ground until it names it.
    """
    votes = [vote for vote in votes if vote.closes_at <= asked.closes_at]
    adopted = [line.item for line in lines if line.take is Take.ADOPT]
    agreed = agreed_items(lines, path, votes)
    cleared = {item for item in asked.items if _is_older(vote_on(item, path, votes), asked.closes_at)}
    return Departure(
        added=tuple(item for item in adopted if item not in agreed and item not in cleared),
        dropped=tuple(sorted(agreed - set(adopted) - cleared)),
        base=len(agreed | (cleared & {line.item for line in lines})),
        cost_fen=total_cost(lines),
        told_cost_fen=asked.told_cost_fen,
    )


def agreed_items(lines: Iterable[Line], path: Sequence[str], votes: Sequence[Vote]) -> set[str]:
    """What the votes of this very scope adopted, and what the version speaks of that a wider one adopted.

    What a wider vote adopted and the version is silent about is the business of the node above.
    """
    own = {vote.item for vote in votes if vote.node == path[-1]}
    spoken = own | {line.item for line in lines}
    return {item for item in spoken if _is_adopted(vote_on(item, path, votes))}


def reopened(departure: Departure, limits: Limits, titles: dict[str, str] | None = None) -> list[Reason]:
    """Why consultation is reopened; empty means the version may pass."""
    found = []
    if _is_beyond(departure.changed, departure.base, limits.items):
        found.append(Reason("items_changed", _items_said(departure, limits, titles or {}), "consult"))
    if _is_beyond(abs(departure.cost_change_fen), departure.told_cost_fen, limits.cost):
        found.append(Reason("cost_changed", _cost_said(departure, limits), "consult"))
    return found


def is_outdated(closes_at: datetime, node: str, votes: Iterable[Vote]) -> bool:
    """Whether the owners of this very scope have voted since: then that vote is the ground, not what was asked before it."""
    return any(vote.node == node and vote.closes_at > closes_at for vote in votes)


def is_newer(closes_at: datetime, than: datetime | None, submitted_at: datetime) -> bool:
    """Whether a vote or survey can lift a version from its rest: it closed after the version came to rest, and after the one named before."""
    return closes_at > submitted_at and (than is None or closes_at > than)


def _is_beyond(part: int, whole: int, limit: Fraction) -> bool:
    # Where nothing was agreed or told, whatever there is was never asked.
    return part > 0 if not whole else more_than(limit).is_met(part, whole)


def _is_adopted(vote: Vote | None) -> bool:
    return vote is not None and vote.outcome is Outcome.ADOPTED


def _is_older(vote: Vote | None, closes_at: datetime) -> bool:
    """A survey speaks to what no vote decided, or what one decided before it."""
    return vote is None or vote.closes_at < closes_at


def _items_said(departure: Departure, limits: Limits, titles: dict[str, str]) -> str:
    def named(items: Iterable[str]) -> str:
        return "、".join(titles.get(item, item) for item in items)

    parts = [
        f"{word} {len(items)} 项（{named(items)}）"
        for word, items in (("多了", departure.added), ("少了", departure.dropped))
        if items
    ]
    if departure.item_share is None:
        return f"{'，'.join(parts)}，都没有征求过意见。"
    return (
        f"{'，'.join(parts)}，占同意过的 {departure.base} 项的{_percent(departure.item_share)}，"
        f"超过了{_percent(limits.items)}。"
    )


def _cost_said(departure: Departure, limits: Limits) -> str:
    word = "多" if departure.cost_change_fen > 0 else "少"
    amount = f"造价比公布的{word} {_yuan(abs(departure.cost_change_fen))} 元"
    if departure.cost_share is None:
        return f"{amount}，当时没有公布造价。"
    return f"{amount}，是公布的 {_yuan(departure.told_cost_fen)} 元的{_percent(departure.cost_share)}，超过了{_percent(limits.cost)}。"


def _yuan(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02d}"


def _percent(share: Fraction) -> str:
    """Exact where it ends within two places, else cut and said to be about; with the space before a figure."""
    hundredths = share * 10_000
    whole = int(hundredths)
    text = f"{whole // 100}.{whole % 100:02d}".rstrip("0").rstrip(".") + "%"
    return f" {text}" if whole == hundredths else f"约 {text}"
