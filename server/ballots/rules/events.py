"""What the log of a ballot tells, typed: each event and its JSON form (without `prev` and `hash`, which seal it)."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from server.ballots.rules.casting import Channel
from server.ballots.rules.drafting import china_text
from server.ballots.rules.roll import Flat

#: Keys that seal an event and are no part of what it tells.
SEALS = frozenset({"prev", "hash"})


class Verdict(StrEnum):
    """What a review says of a vote."""

    VALID = "valid"
    VOID = "void"


@dataclass(frozen=True, kw_only=True)
class Event(ABC):
    """Any event. `extra` holds further keys: hashed with the rest, meaningless to the count."""

    seq: int
    recorded_at: datetime
    extra: Mapping[str, Any] = field(default_factory=dict)

    @abstractmethod
    def facts(self) -> dict[str, Any]:
        """The keys of this kind, in JSON form."""

    def as_document(self) -> dict[str, Any]:
        """To be sealed: everything but `prev` and `hash`."""
        return {**self.extra, "seq": self.seq, "recorded_at": china_text(self.recorded_at), **self.facts()}


@dataclass(frozen=True, kw_only=True)
class Service(Event):
    """The ballot paper was served on a head, as the rule calls it served."""

    head: str
    way: str

    def facts(self) -> dict[str, Any]:
        return {"kind": "service", "head": self.head, "way": self.way}


@dataclass(frozen=True, kw_only=True)
class Vote(Event):
    head: str
    received_at: datetime
    channel: Channel
    choices: Mapping[str, str]
    nonce: str
    #: Who entered it, for paper and assisted votes: none of them reviews it.
    by: tuple[str, ...] = ()
    #: What it was cast for; None is everything.
    motions: tuple[str, ...] | None = None

    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = {
            "kind": "vote",
            "received_at": china_text(self.received_at),
            "head": self.head,
            "channel": self.channel.value,
            "choices": dict(self.choices),
            "nonce": self.nonce,
        }
        if self.channel is not Channel.ONLINE:
            facts["by"] = list(self.by)
        if self.motions is not None:
            facts["motions"] = list(self.motions)
        return facts


@dataclass(frozen=True, kw_only=True)
class Review(Event):
    of: int
    verdict: Verdict
    reason: str
    by: str

    def facts(self) -> dict[str, Any]:
        return {
            "kind": "review",
            "of": self.of,
            "verdict": self.verdict.value,
            "reason": self.reason,
            "by": self.by,
        }


@dataclass(frozen=True, kw_only=True)
class Extension(Event):
    closes_at: datetime
    reason: str

    def facts(self) -> dict[str, Any]:
        return {"kind": "extension", "closes_at": china_text(self.closes_at), "reason": self.reason}


@dataclass(frozen=True, kw_only=True)
class RollChange(Event):
    """A correction of the roll by two people; no flats removes the head."""

    head: str
    flats: tuple[Flat, ...]
    reason: str
    by: tuple[str, ...]

    def facts(self) -> dict[str, Any]:
        return {
            "kind": "roll",
            "head": self.head,
            "flats": [flat.as_document() for flat in self.flats],
            "reason": self.reason,
            "by": list(self.by),
        }


# ------------------------------------------------------------------ from JSON


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _is_list_of_text(value: object) -> bool:
    return isinstance(value, list) and len(value) > 0 and all(_is_text(item) for item in value)


def _is_nonce(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch("[0-9a-f]{32}", value) is not None


def _is(kind: type) -> Callable[[object], bool]:
    return lambda value: type(value) is kind


def _is_written(pattern: str) -> Callable[[object], bool]:
    fits = re.compile(pattern, re.ASCII).fullmatch
    return lambda value: isinstance(value, str) and fits(value) is not None


# Python reads more than the format writes: week dates, no seconds, thousandths of a microsecond; 1e3 as an area.
_is_time = _is_written(
    r"\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)"
)
_is_place = _is_written("[^ ]+")
FLAT_KEYS: Mapping[str, Callable[[object], bool]] = {
    "id": _is_text,
    "building": _is_place,
    "entrance": _is_place,
    "area": _is_written(r"\d{1,9}(\.\d{1,2})?"),
}


NUMBERED_KEYS: Mapping[str, Callable[[object], bool]] = {"seq": _is(int), "recorded_at": _is_time}
COMMON_KEYS = frozenset({"kind", *NUMBERED_KEYS}) | SEALS
#: The keys of each kind and the form of each; what is no day, no channel and no area above zero fails by itself.
OWN_KEYS: Mapping[str, Mapping[str, Callable[[object], bool]]] = {
    "service": {"head": _is_text, "way": _is(str)},
    "vote": {
        "head": _is_text,
        "received_at": _is_time,
        "channel": _is_text,
        "choices": _is(dict),
        "nonce": _is_nonce,
        "motions": _is_list_of_text,
    },
    "review": {"of": _is(int), "verdict": _is_text, "reason": _is(str), "by": _is_text},
    "extension": {"closes_at": _is_time, "reason": _is(str)},
    "roll": {"head": _is_text, "flats": _is(list), "reason": _is(str), "by": _is_list_of_text},
}


def event_from_document(document: Mapping[str, Any]) -> Event:
    """The event a document tells. Raises ValueError, KeyError or TypeError where it tells none."""
    kind = document["kind"]
    own = dict(OWN_KEYS[kind])
    if kind == "vote" and document["channel"] != Channel.ONLINE:
        own["by"] = _is_list_of_text
    facts: dict[str, Any] = {key: document[key] for key in own if key in document}
    _check_form(own, facts)
    _check_form(NUMBERED_KEYS, document)
    common: dict[str, Any] = {
        "seq": document["seq"],
        "recorded_at": datetime.fromisoformat(document["recorded_at"]),
        "extra": {key: value for key, value in document.items() if key not in own and key not in COMMON_KEYS},
    }
    return READERS[kind](facts, common)


def _check_form(forms: Mapping[str, Callable[[object], bool]], document: Mapping[str, Any]) -> None:
    for key, is_fit in forms.items():
        if key in document and not is_fit(document[key]):
            raise ValueError(f"{key} is not in form")


def _vote(facts: dict[str, Any], common: dict[str, Any]) -> Vote:
    facts["received_at"] = datetime.fromisoformat(facts["received_at"])
    facts["channel"] = Channel(facts["channel"])
    facts["by"] = tuple(facts.get("by", ()))
    facts["motions"] = tuple(facts["motions"]) if "motions" in facts else None
    return Vote(**common, **facts)


def _roll_change(facts: dict[str, Any], common: dict[str, Any]) -> RollChange:
    for flat in facts["flats"]:
        _check_form(FLAT_KEYS, flat)
    flats = tuple(Flat.from_document(flat) for flat in facts["flats"])
    return RollChange(**common, **{**facts, "flats": flats, "by": tuple(facts["by"])})


READERS: Mapping[str, Callable[[dict[str, Any], dict[str, Any]], Event]] = {
    "service": lambda facts, common: Service(**common, **facts),
    "vote": _vote,
    "review": lambda facts, common: Review(**common, **{**facts, "verdict": Verdict(facts["verdict"])}),
    "extension": lambda facts, common: Extension(
        **common, **{**facts, "closes_at": datetime.fromisoformat(facts["closes_at"])}
    ),
    "roll": _roll_change,
}
