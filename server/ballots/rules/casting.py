"""Who may cast which vote for which head: pure, and asked under the ballot's lock."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from server.ballots.rules.drafting import choice_name
from server.kernel.chinatime import end_zh
from server.kernel.errors import Invalid, Refused


class Channel(StrEnum):
    ONLINE = "online"
    PAPER = "paper"
    ASSISTED = "assisted"

    @property
    def name_zh(self) -> str:
        return {"online": "手机投票", "paper": "纸票", "assisted": "当面代录"}[self.value]


class CastAs(StrEnum):
    """Of a co-owned head with a registered representative: who cast the vote."""

    REPRESENTATIVE = "representative"
    CO_OWNER = "co_owner"


@dataclass(frozen=True)
class AskedMotion:
    """What a voter is asked, as frozen at the opening."""

    key: str
    title: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class HeadOnRoll:
    """One head, as far as the question of who may cast for it needs."""

    head: str
    owner_ids: tuple[int, ...]
    representative_id: int | None
    flat_ids: frozenset[int]


@dataclass(frozen=True)
class EarlierVote:
    """A vote of the same head that stands in the log and is not void."""

    seq: int
    cast_as: str | None


def full_choices(asked: Sequence[AskedMotion], choices: Mapping[str, str]) -> dict[str, str]:
    """The choices of an online vote: one known answer to every motion, and nothing else.

    Raises Invalid by motion. Weights, heads or areas in what was sent are no motions and are refused like any unknown one.
    """
    wrong: dict[str, list[str]] = {}
    known = {motion.key: motion for motion in asked}
    for key in choices:
        if key not in known:
            wrong[key] = ["这次投票没有这一项。"]
    for key, motion in known.items():
        if key not in choices:
            wrong[key] = ["这一项还没选。不想表态可以选弃权。"]
        elif choices[key] not in motion.choices:
            wrong[key] = [f"只能选：{'、'.join(choice_name(choice) for choice in motion.choices)}。"]
    if wrong:
        raise Invalid("有的事项还没选好，请看标出的地方。", fields=wrong, code="choices_invalid")
    return {key: choices[key] for key in known}


def may_cast(head: HeadOnRoll, owner_id: int, owned_now: Collection[int]) -> bool:
    """Whether this proven owner may cast for the head.

    One of its owners who still owns one of its flats may; whoever sold everything may not. Nor may the buyer, before two people
    noted the sale with its paper: then the buyer is among `owner_ids`. The ledger alone, which one person writes, gives no vote.
    """
    return owner_id in head.owner_ids and bool(head.flat_ids & set(owned_now))


def cast_as(head: HeadOnRoll, owner_id: int) -> CastAs | None:
    """In which capacity; None where no representative is registered, so that every co-owner stands alike."""
    if head.representative_id is None or len(head.owner_ids) < 2:
        return None
    return CastAs.REPRESENTATIVE if owner_id == head.representative_id else CastAs.CO_OWNER


def superseded_by(capacity: CastAs | None, earlier: Sequence[EarlierVote]) -> list[int]:
    """Which earlier votes a vote in this capacity makes void: the co-owners', where the representative casts.

    Raises Refused for a co-owner after the representative.
    """
    if capacity is CastAs.CO_OWNER and any(vote.cast_as == CastAs.REPRESENTATIVE for vote in earlier):
        raise Refused(
            "你家登记的代表人已经投过票，以代表人的为准。有不同意见，请先和代表人商量。",
            code="representative_voted",
        )
    if capacity is CastAs.REPRESENTATIVE:
        return [vote.seq for vote in earlier if vote.cast_as == CastAs.CO_OWNER]
    return []


def check_on_roll(is_on_roll: bool) -> None:
    """No vote is entered for a head that a correction took off the roll."""
    if not is_on_roll:
        raise Refused(
            "名册更正后，这一户不再单独算一人，不能再投。看一看它并到了哪一户名下。", code="off_roll"
        )


def check_change(earlier: Sequence[EarlierVote], superseded: Collection[int], *, may_change: bool) -> None:
    """Raises Refused where a vote stands already and may not be changed."""
    if may_change:
        return
    if any(vote.seq not in superseded for vote in earlier):
        raise Refused("你家已经投过票了。这次投票公告里写明，投了不能改。", code="vote_stands")


def check_open(opened_at: datetime | None, closing_at: datetime | None, moment: datetime) -> None:
    """Raises Refused unless it was opened and moment < closing in force.

    That it was opened is an act, not a time: a clock set back behind it bars nobody. What is chained then is recorded as late as
    the last event, or the opening.
    """
    if opened_at is None or closing_at is None:
        raise Refused("投票还没开始。开始时间请看公告。", code="not_open")
    if moment >= closing_at:
        raise Refused(f"投票已经截止，截止时间是 {end_zh(closing_at)}。", code="closed")
