"""Counts an owners' vote again from its bundle alone: python3 -m server.ballots.recount bundle.json

The standard library only, nothing shared with the server's own tally. It does what "The ballot
bundle, version 1" says; its words are in quotes here. `--explain bundle.json` says it in words.

exit 0  "the log is whole": the recount is on standard output
exit 3  "the log is broken": the event is on standard output, what broke on standard error
exit 2  "the file is not a bundle": the first thing wrong, and where, is on standard error
"""

import gc
import hashlib
import json
import re
import runpy
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace as Record
from typing import Any


# ---- 1. JSON, as it stands in the file and as it is hashed ---------------------------------------
class Fault(Exception):
    """What is not as the format says, and where."""


def read_integer(digits: str) -> object:
    """ "`0` or digits without a leading zero or sign, below 2^53": JSON has no leading zeros."""
    is_fit = digits.isdigit() and len(digits) <= 16 and int(digits) < 2**53
    return int(digits) if is_fit else object()


def read_object(members: list[tuple[str, Any]]) -> dict[Any, Any]:
    """ "No key twice"; and the keys sorted as RFC 8785 asks, by their UTF-16 code units."""
    record = dict(members)
    by = None if "".join(record).isascii() else lambda key: key.encode("utf-16-be", "surrogatepass")
    twice = [] if len(record) == len(members) else [(object(), value) for _, value in members]
    return {key: record[key] for key in sorted(record, key=by)} | dict(twice)


def parse(octets: bytes) -> Any:
    """JSON in UTF-8, at most 32 objects and lists deep. A number or a key that JSON allows and the
    format does not becomes a bare `object()`: an event's own fault, or one of the whole file."""
    hooks: dict[str, Any] = {"object_pairs_hook": read_object, "parse_int": read_integer}
    hooks |= {"parse_float": lambda _: object(), "parse_constant": int}  # int refuses NaN: no JSON
    try:
        whole = json.loads(octets.decode("utf-8"), **hooks)
    except (ValueError, RecursionError) as error:
        raise Fault(f"not JSON in UTF-8, or nested too deep: {error}") from None
    level, depth = [whole], 0
    while level := [value for value in level if isinstance(value, (dict, list))]:
        depth += 1
        want(depth <= 32, "nested more than 32 deep")
        level = [x for held in level for x in (held.values() if isinstance(held, dict) else held)]
    return whole


ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))
RARE = re.compile("[\ufdd0-\ufdef\ufffe-\U0010ffff]")  # noncharacters, and all from U+FFFE on


def sha256(value: Any) -> str:
    """Of the RFC 8785 (JCS) form: keys are sorted already, Python writes the rest as JCS asks."""
    try:
        written = ENCODER.encode(value)
        rare = map(ord, RARE.findall(written))
        want(all(n >= 0xFFFE and n & 0xFFFF < 0xFFFE for n in rare), "it has a noncharacter")
        return hashlib.sha256(written.encode("utf-8")).hexdigest()
    except (TypeError, UnicodeEncodeError):  # of a bare object(), of half a surrogate pair
        raise Fault("it has a number or a string that is not I-JSON, or a key twice") from None


# ---- 2. Form: a reader takes a value of the file and gives what it means, or finds a fault -------
Reader = Callable[[Any], Any]


def want(condition: object, otherwise: str) -> bool:
    if not condition:
        raise Fault(otherwise)
    return True


def get(record: Any, key: Any, read: Reader) -> Any:
    """A required key, read; a fault in its value is told with the key."""
    try:
        return read(record[key] if key in record else want(False, "is missing"))
    except Fault as fault:
        raise Fault(f"{key}: {fault}") from None


def shape(**readers: Reader) -> Reader:
    """Of an object with these keys; "further keys may stand anywhere", and stay in `raw`."""
    return lambda v: Record(raw=an_object(v), **{key: get(v, key, readers[key]) for key in readers})


def many(read: Reader) -> Reader:
    return lambda v: [get({n: item}, n, read) for n, item in enumerate(items(v), 1)]


def when(fits: Callable[[Any], object], words: str) -> Reader:
    otherwise = f"is not {words}"
    return lambda value: value if fits(value) else want(False, otherwise)


def like(pattern: str, words: str) -> Reader:
    fits = re.compile(pattern, re.DOTALL | re.ASCII).fullmatch
    return when(lambda value: isinstance(value, str) and fits(value), words)


def word(*words: str) -> Reader:
    return when(lambda value: value in words, "one of " + ", ".join(words))


def distinct(words: list[str], what: str) -> list[str]:
    return words if want(len(set(words)) == len(words), f"{what} stands twice") else []


def either(record: dict[str, Any], one: str, other: str) -> str:
    want((one in record) != (other in record), f"has not exactly one of {one} and {other}")
    return one if one in record else other


an_object = when(lambda value: isinstance(value, dict), "an object")
a_list = when(lambda value: isinstance(value, list), "a list")
items = when(lambda value: isinstance(value, list) and value, "a list of one or more")
text = when(lambda value: isinstance(value, str), "a string")
filled = like(".+", "a string that is not empty")
name = like("[^ ]+", "a string that is not empty and has no U+0020")
integer = when(lambda value: type(value) is int, "an integer in form")  # True is an int to Python
an_area = like(r"\d{1,9}(\.\d{1,2})?", "an area")
a_fraction = like(r"\d{1,9}/(?!0+$)\d{1,9}", "a fraction")
CLOCK = r"([01]\d|2[0-3]):[0-5]\d"
a_time = like(r"\d{4}(-\d\d){2}T" + CLOCK + r":[0-5]\d(\.\d{1,6})?(Z|[+-]" + CLOCK + ")", "a time")


def instant(value: Any) -> datetime:
    try:
        return datetime.fromisoformat(a_time(value))
    except ValueError:
        raise Fault("is not a real day") from None


def area(value: Any) -> int:
    """Whole hundredths of a square metre: nothing is ever rounded."""
    metres, _, part = an_area(value).partition(".")
    hundredths = int(metres + part.ljust(2, "0"))
    want(hundredths > 0, "is not above zero")
    return hundredths


def threshold(value: Any) -> Record:
    test: Record = shape(of=word("roll", "participants"))(value)
    test.key = either(value, "at_least", "more_than")
    test.top, test.bottom = map(int, get(value, test.key, a_fraction).split("/"))
    want(test.top <= test.bottom, f"{test.key}: is more than 1")
    return test


def motion(value: Any) -> Record:
    read: Record = shape(id=filled, title=text, kind=word("approve", "choose_one"))(value)
    read.sides, read.candidates = ["for", "against"], ["for"]  # "abstaining is no side"
    if read.kind == "choose_one":
        read.sides = read.candidates = get(value, "options", many(filled))
        distinct(["roll", "participants", "abstain", *read.sides], "one of options (or of ours)")
    decided_by = either(value, "matter", "rule")
    read.test = get(value, decided_by, {"matter": word(*MATTERS.split()), "rule": RULE}[decided_by])
    return read


def ballot(value: Any) -> Record:
    read: Record = BALLOT(value)
    want(read.closes_at > read.opened_at, "closes_at: is not after opened_at")
    read.ids = distinct([motion.id for motion in read.motions], "motions: an id")
    if read.unreturned == "follow_majority":
        get(value, "clause", filled)
    return read


MATTERS = "rules covenant committee manager use_fund raise_fund rebuild change_use other"
RULE = shape(basis=filled, quorum=lambda v: v if v is None else threshold(v), approval=threshold)
SCOPES = ["community", "building", "entrance"]
TIMES = {"opened_at": instant, "closes_at": instant}
HOW = {"scope": word(*SCOPES), "precedence": word("latest", "first", "paper", "online")}
REST = {"unreturned": word("none", "follow_majority"), "motions": many(motion)}
BALLOT = shape(id=filled, title=text, community=filled, **TIMES, **HOW, **REST)
FLATS = many(shape(id=filled, building=name, entrance=name, area=area))
ROLL = many(shape(head=filled, flats=FLATS))
BUNDLE = shape(format=word("ballot-bundle/1"), ballot=ballot, roll=ROLL, log=a_list)
EVENT = {"seq": integer, "recorded_at": instant, "prev": text, "hash": text}
CHANNEL, NONCE = word("online", "paper", "assisted"), like("[0-9a-f]{32}", "32 hex digits")
CAST = {"received_at": instant, "channel": CHANNEL, "choices": an_object, "nonce": NONCE}
EVENTS = {
    "service": shape(**EVENT, head=filled, way=text),
    "vote": shape(**EVENT, **CAST, head=filled),
    "review": shape(**EVENT, of=integer, verdict=word("void", "valid"), reason=text, by=filled),
    "extension": shape(**EVENT, closes_at=instant, reason=text),
    "roll": shape(**EVENT, head=filled, flats=a_list, reason=text, by=many(filled)),
}
KIND = word(*EVENTS)


# ---- 3. The log, event after event ---------------------------------------------------------------
class Log:
    """Where the vote stands after the events appended so far."""

    def __init__(self, bundle: Record) -> None:
        self.ballot, self.recorded_at = bundle.ballot, bundle.ballot.opened_at
        self.closing, self.closes_at = bundle.ballot.closes_at, bundle.ballot.raw["closes_at"]
        self.head_hash = sha256({key: bundle.raw[key] for key in ("ballot", "roll")})
        self.heads, self.homes = dict[str, list[Record]](), set[str]()
        self.votes, self.reviews = dict[int, Record](), list[Record]()
        self.served, self.nonces = set[str](), set[tuple[str, str]]()
        distinct([entry.head for entry in bundle.roll], "roll: a head")
        for entry in bundle.roll:
            self.settle(entry.head, entry.flats)

    def settle(self, head: str, flats: list[Record]) -> None:
        """Gives a head these flats for those it had; none at all removes it."""
        self.homes -= {flat.id for flat in self.heads.pop(head, [])}
        for flat in flats:
            want(flat.id not in self.homes, "roll: a flat stands there twice")
            self.homes.add(flat.id)
        if flats:
            self.heads[head] = flats

    def append(self, seq: int, value: Any) -> None:
        kind = get(an_object(value), "kind", KIND)
        event = EVENTS[kind](value)
        chain = {"seq": seq, "prev": self.head_hash}
        chain["hash"] = sha256({key: value[key] for key in value if key != "hash"})
        for key, due in chain.items():
            want(value[key] == due, f"{key} does not fit")
        want(event.recorded_at >= self.recorded_at, "recorded_at is before the opening or the last")
        self.head_hash, self.recorded_at = event.hash, event.recorded_at
        may_be_late = kind == "review" or (kind == "vote" and event.channel != "online")
        is_open = event.recorded_at < self.closing
        want(is_open or may_be_late, "recorded_at is not before the closing in force")
        is_known = kind not in ("service", "vote") or event.head in self.heads
        want(is_known, "head is not on the roll of that moment")
        getattr(self, kind)(event)

    def service(self, event: Record) -> None:
        self.served.add(event.head)

    def vote(self, event: Record) -> None:
        want((event.head, event.nonce) not in self.nonces, "head and nonce repeat an earlier vote")
        self.nonces.add((event.head, event.nonce))
        is_open = self.ballot.opened_at <= event.received_at < self.closing
        want(is_open, "received_at is before the opening or not before the closing in force")
        want(event.received_at <= event.recorded_at, "received_at is after recorded_at")
        event.by = [] if event.channel == "online" else get(event.raw, "by", many(filled))
        ids = self.ballot.ids
        cast_for = get(event.raw, "motions", many(filled)) if "motions" in event.raw else ids
        event.motions = distinct(cast_for, "motions: one")
        want(set(cast_for) <= set(ids), "motions: one is unknown")
        want(all(isinstance(event.choices.get(i, ""), str) for i in ids), "a choice is no string")
        self.votes[event.seq] = event

    def review(self, event: Record) -> None:
        want(event.of in self.votes, "of is not an earlier vote")
        want(event.by not in self.votes[event.of].by, "by is among those who entered the vote")
        self.reviews.append(event)

    def extension(self, event: Record) -> None:
        want(event.closes_at > self.closing, "closes_at is not later")
        self.closing, self.closes_at = event.closes_at, event.raw["closes_at"]

    def roll(self, event: Record) -> None:
        want(len(distinct(event.by, "by: one")) == 2, "by is not two")
        want(event.flats or event.head in self.heads, "it removes a head that is not there")
        self.settle(event.head, event.flats and get(event.raw, "flats", FLATS))


# ---- 4. The count --------------------------------------------------------------------------------
Sums = dict[str, int]  # persons, or hundredths of a square metre
ALL_HALF = threshold({"of": "roll", "more_than": "1/2"})
ALL_THIRDS = threshold({"of": "roll", "at_least": "2/3"})
CAST_HALF = threshold({"of": "participants", "more_than": "1/2"})
CAST_QUARTERS = threshold({"of": "participants", "at_least": "3/4"})
# A law: its name, its quorum, its special matters and their approval, the approval of the others.
CIVIL_CODE = "civil-code-278", ALL_THIRDS, "raise_fund rebuild change_use", CAST_QUARTERS, CAST_HALF
PROPERTY_LAW = "property-law-76", ALL_HALF, "use_fund raise_fund rebuild", ALL_THIRDS, ALL_HALF


def law_of(motion: Record, closing: datetime) -> tuple[str, Record | None, Record]:
    """Its name, its quorum and its approval. "A closing at 00:00 belongs to the day before"."""
    if isinstance(motion.test, Record):
        return "custom", motion.test.quorum, motion.test.approval
    law = CIVIL_CODE if closing > instant("2021-01-01T00:00:00+08:00") else PROPERTY_LAW
    name, quorum, special_matters, special, ordinary = law
    return name, quorum, special if motion.test in special_matters.split() else ordinary


def is_met(test: Record, side: str, *measures: Sums) -> bool:
    """ "Every test applies to heads and to area"; by cross multiplication."""
    over: int = min(sums[side] * test.bottom - sums[test.of] * test.top for sums in measures)
    return over > 0 or (over == 0 and test.key == "at_least")


def leads(one: str, sides: list[str], *measures: Sums) -> bool:
    """Whether it has "strictly more heads and strictly more area than every other side"."""
    return all(sums[one] > sums[side] for sums in measures for side in sides if side != one)


def tally(motion: Record, log: Log, shares: Sums, counted: dict[str, str], silent: set[str]) -> Any:
    """One motion in one scope: the area of each head there, and what each head chose."""
    heads = dict.fromkeys(["roll", "participants", *motion.sides, "abstain"], 0)
    areas = dict(heads)

    def add(head: str, *names: str) -> None:
        for key in names:
            heads[key] += 1
            areas[key] += shares[head]

    for head in shares:
        add(head, "roll", *(["participants", counted[head]] if head in counted else []))
    leading = [side for side in motion.sides if leads(side, motion.sides, heads, areas)]
    for head in [head for head in shares if leading and head in silent]:
        add(head, "participants", leading[0])
    law, quorum, approval = law_of(motion, log.closing)
    carried = [side for side in motion.candidates if is_met(approval, side, heads, areas)]
    verdict = "passed" if len(carried) == 1 else "rejected"
    if not heads["participants"] or (quorum and not is_met(quorum, "participants", heads, areas)):
        verdict = "no_quorum" if shares else "not_computable"
    metres = {key: f"{area // 100}.{area % 100:02}" for key, area in areas.items()}
    report = {"id": motion.id, "law": law, "heads": heads, "area": metres, "verdict": verdict}
    adopted = {"adopted": carried[0] if verdict == "passed" else None}
    return report | adopted if motion.kind == "choose_one" else report


def number_or_name(name: str) -> tuple[int, int, str, str]:
    """ "Names of ASCII digits first and by number, equal numbers and other names by code point"."""
    digits = name.lstrip("0") if name.isascii() and name.isdigit() else None
    return (1, 0, "", name) if digits is None else (0, len(digits), digits, name)


def count(bundle: Record, log: Log, reviews: list[Record]) -> list[dict[str, Any]]:
    """The results by scope, with the votes that these reviews leave."""
    void = {review.of: review.verdict == "void" for review in reviews}  # the latest review stands
    votes = [v for v in log.votes.values() if v.head in log.heads and not void.get(v.seq)]
    by = log.ballot.precedence  # "latest" and "first" are no channels, so that none is preferred
    votes.sort(key=lambda v: (v.channel == by, v.received_at, v.seq), reverse=by == "first")
    sides = {motion.id: motion.sides for motion in log.ballot.motions}
    counted: dict[str, dict[str, str]] = {motion_id: {} for motion_id in sides}
    for vote in votes:  # so ordered that the last vote of a head is the one that counts
        for motion_id in vote.motions:
            choice = vote.choices.get(motion_id)
            counted[motion_id][vote.head] = choice if choice in sides[motion_id] else "abstain"
    follow = log.ballot.unreturned == "follow_majority"
    silent = log.served - {vote.head for vote in log.votes.values()} if follow else set[str]()
    depth = SCOPES.index(log.ballot.scope)
    frozen = [flat for entry in bundle.roll for flat in entry.flats]
    scopes: dict[Any, Sums] = {(flat.building, flat.entrance)[:depth]: {} for flat in frozen}
    for head, flats in log.heads.items():
        for flat in flats:
            shares = scopes.setdefault((flat.building, flat.entrance)[:depth], {})
            shares[head] = shares.get(head, 0) + flat.area
    results = []
    for place in sorted(scopes, key=lambda names: [*map(number_or_name, names)]):
        title = " ".join(map(" ".join, zip(SCOPES[1:], place, strict=False))) or SCOPES[0]
        motions = [tally(m, log, scopes[place], counted[m.id], silent) for m in log.ballot.motions]
        results.append({"scope": title, "motions": motions})
    return results


def recount(arguments: list[str]) -> tuple[int, dict[str, Any] | None, str]:
    """The exit code, what to print, and what to complain of."""
    seq, report = 0, dict[str, Any](format="ballot-recount/1", log="whole")
    try:
        want(len(arguments) == 1, "name one file: python3 -m server.ballots.recount bundle.json")
        bundle = BUNDLE(parse(Path(arguments[0]).read_bytes()))
        sha256({key: bundle.raw[key] for key in bundle.raw if key != "log"})  # it is I-JSON
        log = Log(bundle)
        for seq, event in enumerate(bundle.log, 1):
            log.append(seq, event)
    except (Fault, OSError, MemoryError) as fault:
        if seq and isinstance(fault, Fault):
            return 3, report | {"log": f"broken at {seq}"}, f"the log is broken at {seq}: {fault}"
        return 2, None, f"the file is not a bundle: {fault}"
    at_closing = [review for review in log.reviews if review.recorded_at < log.closing]
    report |= {"head_hash": log.head_hash, "closes_at": log.closes_at}
    report["results"] = count(bundle, log, log.reviews)
    if at_closing != log.reviews:
        report["results_at_closing"] = count(bundle, log, at_closing)
    return 0, report, ""


if __name__ == "__main__":
    if sys.argv[1:2] == ["--explain"]:
        sys.exit(runpy.run_path(str(Path(__file__).with_name("explain.py")))["main"](sys.argv[2:]))
    gc.disable()  # nothing here goes in circles, and looking for it takes a quarter of the time
    code, report, complaint = recount(sys.argv[1:])
    printed = json.dumps(report, ensure_ascii=False, indent=1) if report else ""
    for stream, line in ((1, printed), (2, complaint)):
        with suppress(OSError), open(stream, "wb", closefd=False) as out:  # it may be closed
            out.write(f"{line}\n".encode() if line else b"")
    sys.exit(code)
