"""You said, was decided, was done, still holds: one line of four stations for each thing. Assembled from what the doors hand in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from server.evaluations.rules.shown import ShownRate


@dataclass(frozen=True)
class Wished:
    """An item that households asked for, with the words of what became of it; small ones are not handed in."""

    code: str
    title: str
    word: str
    is_decided: bool


@dataclass(frozen=True)
class Decided:
    """An item that a signed decision adopted."""

    code: str
    title: str
    on: date | None
    decision_id: int


@dataclass(frozen=True)
class Done:
    """How far the works are with an item that is done place by place; `on` is the day of the last one that is done."""

    places: int
    done: int
    on: date | None

    @property
    def is_whole(self) -> bool:
        return self.done == self.places


@dataclass(frozen=True)
class Facts:
    """What is known, by code."""

    wished: Sequence[Wished]
    decided: Sequence[Decided]
    #: By the records of the works, where they keep the item.
    done: Mapping[str, Done]
    #: What the newest round that is over says of it, and that round's name.
    judged: Mapping[str, ShownRate]
    round_name: str = ""
    #: For works whose items are not recorded one by one.
    finished_on: date | None = None


@dataclass(frozen=True)
class Station:
    text: str
    #: "done", "now" or "next", as the thread draws it.
    state: str
    at: date | None = None
    decision_id: int | None = None


@dataclass(frozen=True)
class Trace:
    code: str
    title: str
    stations: tuple[Station, Station, Station, Station]

    @property
    def decision_id(self) -> int | None:
        """The decision that adopted it."""
        return self.stations[1].decision_id


def traces(facts: Facts) -> list[Trace]:
    """What was asked for in the order people were shown, then what was decided without having been asked for."""
    decided = {one.code: one for one in facts.decided}
    wished = {one.code: one for one in facts.wished}
    codes = [*wished, *(code for code in decided if code not in wished)]
    return [_trace(code, wished.get(code), decided.get(code), facts) for code in codes]


def _trace(code: str, wish: Wished | None, decided: Decided | None, facts: Facts) -> Trace:
    said = Station("住户想改" if wish else "调查里没有单独问", "done")
    done = _done(decided, facts)
    title = decided.title if decided else wish.title if wish else code
    return Trace(
        code, title, (said, _decided(wish, decided), done, _holds(code, facts, is_done=done.state == "done"))
    )


def _decided(wish: Wished | None, decided: Decided | None) -> Station:
    if decided is not None:
        return Station("定了要改", "done", decided.on, decided.decision_id)
    word = wish.word if wish else ""
    return Station(word, "done" if wish and wish.is_decided else "now")


def _done(decided: Decided | None, facts: Facts) -> Station:
    if decided is None:
        return Station("", "next")
    known = facts.done.get(decided.code)
    if known is not None and known.is_whole:
        return Station("做完了", "done", known.on)
    if known is not None and known.done:
        return Station(f"做完 {known.done} / {known.places} 处", "now", known.on)
    if (
        known is None
        and facts.finished_on is not None
        and (decided.on is None or decided.on <= facts.finished_on)
    ):
        return Station("随整个工程竣工", "done", facts.finished_on)
    return Station("还没做完", "now")


def _holds(code: str, facts: Facts, *, is_done: bool) -> Station:
    if not is_done:
        return Station("", "next")
    judged = facts.judged.get(code)
    if judged is None:
        return Station("等住户评", "now")
    return Station(f"{facts.round_name}{rate_words(judged)}", "done")


def rate_words(of: ShownRate) -> str:
    """ "满意 70%", or between which shares where the exact one would name homes."""
    if of.rate is not None:
        return f"满意 {per_cent(of.rate.share)}"
    if of.between is not None:
        return f"满意 {per_cent(of.between.low)} 到 {per_cent(of.between.high)}"
    return "评过，答的户太少，不公布"


def per_cent(share: Fraction) -> str:
    """In whole per cent, half up; only the whole is 100%, only nothing is 0%."""
    whole = int(share * 100 + Fraction(1, 2))
    if share < 1:
        whole = min(whole, 99)
    return f"{max(whole, 1) if share > 0 else whole}%"
