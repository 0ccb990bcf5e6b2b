"""Bundles for the tests of both counts: one made by hand, and as many as wanted thrown with dice.

The sealing here uses rfc8785 and none of our own code.
"""

import copy
import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from random import Random
from typing import Any

import rfc8785

from server.ballots.recount import recount

CHINA = timezone(timedelta(hours=8))
Json = dict[str, Any]


def digest(value: object) -> str:
    return hashlib.sha256(rfc8785.dumps(value)).hexdigest()  # type: ignore[arg-type]


def sealed(bundle: Json, first: int = 0) -> Json:
    """Number and chain the events anew, from the one at index `first` on; a `seq` that stands is kept."""
    prev = digest({"ballot": bundle["ballot"], "roll": bundle["roll"]})
    for index, event in enumerate(bundle["log"]):
        if index >= first:
            event.pop("hash", None)
            event.setdefault("seq", index + 1)
            event["prev"] = prev
            event["hash"] = digest(event)
        prev = event["hash"]
    return bundle


def run(path: Path, bundle: object) -> tuple[int, Json | None, str]:
    """The recount of a bundle, of JSON text, or of bytes."""
    if isinstance(bundle, bytes):
        path.write_bytes(bundle)
    else:
        path.write_text(bundle if isinstance(bundle, str) else json.dumps(bundle), encoding="utf-8")
    return recount([str(path)])


# ------------------------------------------------------------------ by hand


def flat(id_: str, area: str = "50.00", building: str = "1", entrance: str = "1", **more: object) -> Json:
    return {"id": id_, "building": building, "entrance": entrance, "area": area, **more}


def head(name: str, *flats: Json) -> Json:
    return {"head": name, "flats": list(flats)}


def heads(count: int, area: str = "50.00") -> list[Json]:
    """`count` heads of one flat each, o1 to oN."""
    return [head(f"o{number}", flat(f"f{number}", area)) for number in range(1, count + 1)]


def approve(id_: str = "m1", matter: str = "other", **more: object) -> Json:
    return {"id": id_, "title": "", "kind": "approve", "matter": matter, **more}


def choose(
    id_: str = "m1", options: tuple[str, ...] = ("red", "grey"), matter: str = "other", **more: object
) -> Json:
    return {"id": id_, "title": "", "kind": "choose_one", "matter": matter, "options": list(options), **more}


def with_rule(motion: Json, quorum: Json | None, approval: Json) -> Json:
    plain = {key: value for key, value in motion.items() if key != "matter"}
    return {**plain, "rule": {"basis": "议事规则第 9 条", "quorum": quorum, "approval": approval}}


def ballot(**changes: object) -> Json:
    return {
        "id": "b1",
        "title": "加装电梯",
        "community": "c1",
        "opened_at": "2021-03-17T00:00:00+08:00",
        "closes_at": "2021-03-31T18:00:00+08:00",
        "scope": "community",
        "precedence": "latest",
        "unreturned": "none",
        "motions": [approve()],
        **changes,
    }


def make(events: list[Json] | None = None, roll: list[Json] | None = None, **changes: object) -> Json:
    """A sealed bundle. Events come without `seq`, `prev` and `hash`; `changes` are of the ballot."""
    return sealed(
        {
            "format": "ballot-bundle/1",
            "ballot": ballot(**changes),
            "roll": heads(4) if roll is None else roll,
            "log": copy.deepcopy(events or []),
        }
    )


EARLY, LATER, LATE = "2021-03-18T09:00:00+08:00", "2021-03-20T09:00:00+08:00", "2021-04-01T09:00:00+08:00"
_nonces = iter(range(1, 10**9))


def nonce() -> str:
    return f"{next(_nonces):032x}"


def vote(name: str, choice: str | Json = "for", at: str = EARLY, **more: object) -> Json:
    choices = choice if isinstance(choice, dict) else {"m1": choice}
    event = {"kind": "vote", "recorded_at": at, "received_at": at, "head": name, "channel": "online"}
    return {**event, "choices": choices, "nonce": nonce(), **more}


def paper(name: str, choice: str | Json = "for", at: str = EARLY, **more: object) -> Json:
    return vote(name, choice, at, **{"channel": "paper", "by": ["s1"], **more})


def service(name: str, at: str = EARLY) -> Json:
    return {"kind": "service", "recorded_at": at, "head": name, "way": "handed over"}


def review(of: int, verdict: str = "void", at: str = LATER, **more: object) -> Json:
    return {
        "kind": "review",
        "recorded_at": at,
        "of": of,
        "verdict": verdict,
        "reason": "",
        "by": "s9",
        **more,
    }


def extension(closes_at: str, at: str = LATER, **more: object) -> Json:
    return {"kind": "extension", "recorded_at": at, "closes_at": closes_at, "reason": "", **more}


def roll_change(name: str, *flats: Json, at: str = LATER, **more: object) -> Json:
    event = {
        "kind": "roll",
        "recorded_at": at,
        "head": name,
        "flats": list(flats),
        "reason": "",
        "by": ["s1", "s2"],
    }
    return {**event, **more}


# ------------------------------------------------------------------ by dice

NAMES = ["1", "01", "2", "10", "甲", "A", "b", "１", "3-1", "\U0001f600", "\uff21"]
SHARES = ["1/2", "2/3", "3/4", "0/1", "1/1", "1/3", "007/10", "999999999/999999999"]
MATTERS = [
    "rules",
    "covenant",
    "committee",
    "manager",
    "use_fund",
    "raise_fund",
    "rebuild",
    "change_use",
    "other",
]


class Dice:
    """Throws one whole bundle that uses everything the format knows."""

    def __init__(self, seed: int) -> None:
        self.random = random = Random(seed)  # noqa: S311 - dice of a test
        self.opened = datetime(2020, 12, random.randint(1, 31), random.randint(0, 23), tzinfo=UTC)
        self.now = self.opened
        self.closing = self.opened + timedelta(hours=random.choice([1, 24, 100, 400]))
        if random.random() < 0.3:
            self.closing = datetime(2021, 1, 1, tzinfo=CHINA) + timedelta(
                microseconds=random.choice([0, 0, 1, -1])
            )
            self.opened = self.now = min(self.opened, self.closing - timedelta(days=1))
        self.motions = [self._motion(f"m{number}") for number in range(1, random.randint(1, 3) + 1)]
        self.flats: dict[str, str] = {}
        self.roll: dict[str, list[Json]] = {}
        for number in range(random.choice([1, 2, 3, 5, 8, 13])):
            self.roll[f"o{number}"] = [self._flat() for _ in range(random.choice([1, 1, 1, 2, 3]))]
        self.votes: dict[int, Json] = {}
        self.log: list[Json] = []
        self.out: list[str] = []

    def bundle(self) -> Json:
        random = self.random
        document = {
            "id": "b",
            "title": 'é\u2028"\\\x7f\x01',
            "community": "c",
            "opened_at": self._time(self.opened),
            "closes_at": self._time(self.closing),
            "scope": random.choice(["community", "building", "entrance"]),
            "precedence": random.choice(["latest", "first", "paper", "online"]),
            "unreturned": random.choice(["none", "follow_majority"]),
            "clause": "第 12 条",
            "motions": self.motions,
            "\ue000": [True, None, {}],
            "\U00010000": 9007199254740991,
        }
        roll = [{"head": name, "flats": list(flats)} for name, flats in self.roll.items()]
        kinds = [self._vote, self._vote, self._vote, self._service, self._review, self._extension, self._roll]
        for _ in range(random.choice([0, 3, 8, 20, 40])):
            self.now += timedelta(
                seconds=random.choice([0, 0, 1, 60, 3600, 36000]), microseconds=random.choice([0, 7])
            )
            event = random.choice(kinds)()
            if event is not None:
                self.log.append({"recorded_at": self._time(self.now), "seq": len(self.log) + 1, **event})
                if event["kind"] == "vote":
                    self.votes[len(self.log)] = event
        return sealed(
            {"format": "ballot-bundle/1", "ballot": document, "roll": roll, "log": self.log, "note": {"a": 1}}
        )

    def _time(self, instant: datetime) -> str:
        """The instant as written with any offset."""
        hours = self.random.choice([0, 8, -5])
        text = instant.astimezone(timezone(timedelta(hours=hours))).isoformat()
        return text.replace("+00:00", "Z") if hours == 0 and self.random.random() < 0.5 else text

    def _test(self) -> Json:
        key = self.random.choice(["at_least", "more_than"])
        return {"of": self.random.choice(["roll", "participants"]), key: self.random.choice(SHARES)}

    def _motion(self, id_: str) -> Json:
        random = self.random
        options = random.sample(["red", "grey", "for", "蓝"], random.randint(1, 3))
        motion = choose(id_, tuple(options)) if random.random() < 0.4 else approve(id_)
        motion["matter"] = random.choice(MATTERS)
        if random.random() < 0.3:
            motion = with_rule(motion, random.choice([None, self._test()]), self._test())
        return motion

    def _flat(self) -> Json:
        random = self.random
        number = len(self.flats) + 1
        self.flats[f"f{number}"] = ""
        area = random.choice(["50", "50.0", "0050.00", "33.33", "0.01", "120.5", "999999999.99"])
        return flat(
            f"f{number}",
            area,
            random.choice(NAMES[:4] if random.random() < 0.8 else NAMES),
            random.choice(NAMES[:3]),
        )

    def _is_open(self) -> bool:
        return self.now < self.closing

    def _vote(self) -> Json | None:
        random = self.random
        if not self.roll:
            return None
        received = self.now - timedelta(seconds=random.choice([0, 0, 5, 3600, 99999]))
        received = max(min(received, self.closing - timedelta(microseconds=1)), self.opened)
        channel = (
            random.choice(["online", "paper", "assisted"])
            if self._is_open()
            else random.choice(["paper", "assisted"])
        )
        choices = {}
        for motion in [*self.motions, {"id": "zz"}]:
            words = ["for", "against", "abstain", "", "roll", *motion.get("options", [])]
            if random.random() < 0.9:
                choices[motion["id"]] = random.choice(words[:2] if random.random() < 0.7 else words)
        event = vote(random.choice(sorted(self.roll)), choices, self._time(received), channel=channel)
        if channel != "online" or random.random() < 0.1:
            event["by"] = random.sample(["s1", "s2", "s3"], random.randint(1, 2))
        if random.random() < 0.3:
            ids = [motion["id"] for motion in self.motions]
            event["motions"] = random.sample(ids, random.randint(1, len(ids)))
        del event["recorded_at"]
        return event

    def _service(self) -> Json | None:
        if not self._is_open() or not self.roll:
            return None
        return {
            "kind": "service",
            "head": self.random.choice(sorted(self.roll)),
            "way": self.random.choice(["", "letterbox"]),
        }

    def _review(self) -> Json | None:
        if not self.votes:
            return None
        of = self.random.choice(sorted(self.votes))
        entered = self.votes[of].get("by", []) if self.votes[of]["channel"] != "online" else []
        by = self.random.choice([name for name in ("s1", "s2", "s3", "s4") if name not in entered])
        return {
            "kind": "review",
            "of": of,
            "verdict": self.random.choice(["void", "void", "valid"]),
            "reason": "",
            "by": by,
        }

    def _extension(self) -> Json | None:
        if not self._is_open() or self.random.random() < 0.7:
            return None
        self.closing += timedelta(hours=self.random.choice([1, 100]))
        return {"kind": "extension", "closes_at": self._time(self.closing), "reason": ""}

    def _roll(self) -> Json | None:
        random = self.random
        if not self._is_open() or random.random() < 0.3:
            return None
        name = random.choice([*self.roll, *self.out, f"new{len(self.log)}"])
        flats = list(self.roll.get(name, []))
        if flats and random.random() < 0.5:
            flats.pop(random.randrange(len(flats)))
        if name not in self.roll or random.random() < 0.3:
            flats.append(self._flat())
        self.roll.pop(name, None)
        if flats:
            self.roll[name] = flats
        else:
            self.out.append(name)
        return {
            "kind": "roll",
            "head": name,
            "flats": flats,
            "reason": "",
            "by": random.sample(["s1", "s2", "s3"], 2),
        }
