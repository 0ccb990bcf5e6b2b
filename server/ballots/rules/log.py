"""The log of a ballot: its hash chain, and what stands after each event. The format is the ballot bundle's."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import rfc8785

from server.ballots.rules.casting import Channel
from server.ballots.rules.events import (
    Event,
    Extension,
    Review,
    RollChange,
    Service,
    Vote,
    event_from_document,
)
from server.ballots.rules.roll import Roll, RollFault
from server.ballots.rules.terms import BallotTerms

TWO_PEOPLE = 2


class EventRefused(ValueError):
    """An event that may not stand in the log where it would come."""


# ------------------------------------------------------------------ the chain


class Sealed(NamedTuple):
    """A sealed event: its canonical text with `prev` and without `hash`, and the hash of that text."""

    body: str
    hash: str

    @property
    def text(self) -> str:
        """The event as JSON, with its hash."""
        return f'{self.body[:-1]},"hash":"{self.hash}"}}'


class BrokenAt(NamedTuple):
    """The first event that breaks the log, by the number it should have had."""

    seq: int
    reason: str


def chain_start(ballot: Mapping[str, Any], roll: Sequence[Mapping[str, Any]]) -> str:
    """The fingerprint of what was frozen: the `prev` of event 1."""
    return hashlib.sha256(rfc8785.dumps({"ballot": dict(ballot), "roll": list(roll)})).hexdigest()


def seal(event: Mapping[str, Any], prev: str) -> Sealed:
    """Chain an event (without `prev` and `hash`) to the one before it.

    Raises EventRefused where the event holds what an auditor's recount must refuse: the log would stay broken there.
    """
    _check(_is_interchangeable(event), "a number or a sign that I-JSON does not have")
    body = rfc8785.dumps({**event, "prev": prev})
    return Sealed(body.decode(), hashlib.sha256(body).hexdigest())


#: U+FDD0 to U+FDEF, and the last two of each plane: no characters (RFC 7493 2.1).
_NONCHARACTER = re.compile(
    "[\ufdd0-\ufdef" + "".join(f"{chr(n - 1)}{chr(n)}" for n in range(0xFFFF, 0x110000, 0x10000)) + "]"
)


def _is_interchangeable(value: object) -> bool:
    if isinstance(value, str):
        return _NONCHARACTER.search(value) is None
    if isinstance(value, Mapping):
        return all(_is_interchangeable(item) for pair in value.items() for item in pair)
    if isinstance(value, (list, tuple)):
        return all(map(_is_interchangeable, value))
    return value is None or (isinstance(value, int) and value >= 0)  # true and false are integers here


def verify_chain(
    ballot: Mapping[str, Any], roll: Sequence[Mapping[str, Any]], events: Iterable[Mapping[str, Any]]
) -> BrokenAt | None:
    """Where the log is broken, if it is: the chain, and every rule an event must keep."""
    prev = chain_start(ballot, roll)
    state = LogState(BallotTerms.from_document(ballot), Roll.from_document(roll))
    for seq, document in enumerate(events, 1):
        try:
            told = {key: value for key, value in document.items() if key not in ("prev", "hash")}
            if document["prev"] != prev or document["hash"] != seal(told, prev).hash:
                return BrokenAt(seq, "the hash chain does not fit")
            state.apply(event_from_document(document))
        except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as fault:
            return BrokenAt(seq, str(fault))
        prev = document["hash"]
    return None


# ------------------------------------------------------------------ what stands


@dataclass
class LogState:
    """What the events applied so far have made of the vote. `roll` is the roll of that moment."""

    terms: BallotTerms
    frozen: Roll
    roll: Roll = field(init=False)
    closes_at: datetime = field(init=False)
    recorded_at: datetime = field(init=False)
    seq: int = 0
    votes: dict[int, Vote] = field(default_factory=dict)
    reviews: list[Review] = field(default_factory=list)
    extensions: list[Extension] = field(default_factory=list)
    served: set[str] = field(default_factory=set)
    _cast: set[tuple[str, str]] = field(default_factory=set, repr=False)

    def __post_init__(self) -> None:
        self.roll = self.frozen.copy()
        self.closes_at = self.terms.closes_at
        self.recorded_at = self.terms.opened_at

    @classmethod
    def after(cls, terms: BallotTerms, roll: Roll, events: Iterable[Event]) -> "LogState":
        state = cls(terms, roll)
        for event in events:
            state.apply(event)
        return state

    def apply(self, event: Event) -> None:
        """Take the next event. Raises EventRefused, and takes nothing, where it may not stand there."""
        _check(event.seq == self.seq + 1, f"seq {event.seq} comes after {self.seq}")
        _check(event.recorded_at >= self.recorded_at, "recorded before the opening or the event before")
        take: dict[type[Event], Callable[[Any], None]] = {
            Service: self._take_service,
            Vote: self._take_vote,
            Review: self._take_review,
            Extension: self._take_extension,
            RollChange: self._take_roll_change,
        }
        take[type(event)](event)
        self.seq, self.recorded_at = event.seq, event.recorded_at

    def _check_open(self, event: Event) -> None:
        _check(event.recorded_at < self.closes_at, "recorded at or after the closing")

    def _check_on_roll(self, head: str) -> None:
        _check(head in self.roll, f"head {head} is not on the roll")

    def _take_service(self, service: Service) -> None:
        self._check_open(service)
        self._check_on_roll(service.head)
        self.served.add(service.head)

    def _take_vote(self, vote: Vote) -> None:
        self._check_on_roll(vote.head)
        _check((vote.head, vote.nonce) not in self._cast, "the vote repeats a nonce of its head")
        _check(self.terms.opened_at <= vote.received_at < self.closes_at, "received outside the voting time")
        _check(vote.received_at <= vote.recorded_at, "received after it was recorded")
        if vote.channel is Channel.ONLINE:
            self._check_open(vote)
        else:
            _check(len(vote.by) > 0, "nobody entered it")
        if vote.motions is not None:
            are_known = set(vote.motions) <= set(self.terms.motion_ids)
            _check(bool(vote.motions) and are_known, "cast for a motion that is not asked")
            _check(len(set(vote.motions)) == len(vote.motions), "cast for a motion twice")
        chosen = [vote.choices.get(id_, "") for id_ in self.terms.motion_ids]
        _check(all(isinstance(choice, str) for choice in chosen), "a choice is no string")
        self._cast.add((vote.head, vote.nonce))
        self.votes[vote.seq] = vote

    def _take_review(self, review: Review) -> None:
        _check(review.of in self.votes, f"event {review.of} is no vote before it")
        _check(review.by not in self.votes[review.of].by, "whoever entered a vote does not review it")
        self.reviews.append(review)

    def _take_extension(self, extension: Extension) -> None:
        self._check_open(extension)
        _check(extension.closes_at > self.closes_at, "an extension moves the closing later")
        self.closes_at = extension.closes_at
        self.extensions.append(extension)

    def _take_roll_change(self, change: RollChange) -> None:
        self._check_open(change)
        _check(
            len(change.by) == len(set(change.by)) == TWO_PEOPLE and all(change.by),
            "two people change the roll",
        )
        try:
            self.roll.replace(change.head, change.flats)
        except RollFault as fault:
            raise EventRefused(str(fault)) from None


def _check(condition: bool, otherwise: str) -> None:
    if not condition:
        raise EventRefused(otherwise)
