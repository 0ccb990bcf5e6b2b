"""The recount and the log: each sentence under which it is broken, and the edge at which it is not."""

import copy
from pathlib import Path

import pytest

from server.ballots.rules.log import verify_chain
from tests.server.ballots.bundles import (
    EARLY,
    LATE,
    LATER,
    Json,
    extension,
    flat,
    make,
    paper,
    review,
    roll_change,
    run,
    sealed,
    service,
    vote,
)
from tests.server.ballots.recounting import BASE

OPENING, CLOSING = "2021-03-17T00:00:00+08:00", "2021-03-31T18:00:00+08:00"
BEFORE_OPENING, BEFORE_CLOSING = "2021-03-16T23:59:59.999999+08:00", "2021-03-31T17:59:59.999999+08:00"


def without(event: Json, *keys: str) -> Json:
    return {key: value for key, value in event.items() if key not in keys}


#: Each follows BASE, and is broken at 5.
BROKEN = {
    "an-event-that-is-a-list": [],
    "an-event-that-is-null": None,
    "an-event-that-is-a-number": 5,
    "an-event-that-is-a-string": "vote",
    "an-empty-event": {},
    "no-kind": without(service("o1"), "kind"),
    "an-unknown-kind": {**service("o1"), "kind": "append"},
    "a-kind-that-is-a-list": {**service("o1"), "kind": ["service"]},
    "a-kind-that-is-null": {**service("o1"), "kind": None},
    "a-skipped-number": {**service("o1"), "seq": 6},
    "a-repeated-number": {**service("o1"), "seq": 4},
    "number-zero": {**service("o1"), "seq": 0},
    "a-number-as-text": {**service("o1"), "seq": "5"},
    "true-for-a-number": {**service("o1"), "seq": True},
    "a-number-that-is-null": {**service("o1"), "seq": None},
    **{f"a-service-without-{key}": without(service("o1"), key) for key in ("recorded_at", "head", "way")},
    "a-service-with-a-number-as-way": {**service("o1"), "way": 1},
    "a-service-with-a-list-as-head": {**service("o1"), "head": ["o1"]},
    "recorded-before-the-event-before": service("o1", at="2021-03-20T08:59:59.999999+08:00"),
    **{
        f"a-service-recorded-at-{time}": {**service("o1"), "recorded_at": time}
        for time in (
            "2021-03-20T09:00:00.1234567Z",
            "2021-03-20T09:00Z",
            "2021-W11-6T09:00:00Z",
            "2021-03-20 09:00:00Z",
        )
    },
    "a-service-with-a-sign-that-is-none": {**service("o1", at=LATER), "way": "by\ufdef"},
    "a-service-with-a-float-beside": {**service("o1", at=LATER), "copies": 1.5},
    "a-service-with-a-number-below-zero-deep-inside": {**service("o1", at=LATER), "x": [{"y": [-1]}]},
    "a-service-of-an-unknown-head": service("o9", at=LATER),
    "a-service-of-an-empty-head": service("", at=LATER),
    "a-service-at-the-closing": service("o1", at=CLOSING),
    **{
        f"a-vote-without-{key}": without(vote("o1", at=LATER), key)
        for key in ("recorded_at", "received_at", "head", "channel", "choices", "nonce")
    },
    "a-vote-of-an-unknown-head": vote("o9", at=LATER),
    "a-vote-by-telephone": vote("o1", at=LATER, channel="telephone"),
    "a-vote-whose-channel-is-an-object": vote("o1", at=LATER, channel={}),
    "choices-as-a-list": vote("o1", at=LATER, choices=["for"]),
    "choices-that-are-null": vote("o1", at=LATER, choices=None),
    "a-choice-that-is-true": vote("o1", {"m1": True}, at=LATER),
    "a-choice-that-is-null": vote("o1", {"m1": None}, at=LATER),
    "a-choice-that-is-a-list": vote("o1", {"m1": ["for"]}, at=LATER),
    "a-nonce-of-31-digits": vote("o1", at=LATER, nonce="0" * 31),
    "a-nonce-of-33-digits": vote("o1", at=LATER, nonce="0" * 33),
    "a-nonce-in-upper-case": vote("o1", at=LATER, nonce="A" * 32),
    "a-nonce-that-is-a-number": vote("o1", at=LATER, nonce=1),
    "a-nonce-and-a-line-end": vote("o1", at=LATER, nonce="0" * 32 + "\n"),
    "head-and-nonce-of-an-earlier-vote": vote("o1", at=LATER, nonce=BASE[1]["nonce"]),
    "head-and-nonce-of-a-void-vote": vote("o2", at=LATER, nonce=BASE[2]["nonce"]),
    "a-vote-for-no-motion": vote("o1", at=LATER, motions=[]),
    "a-vote-for-an-unknown-motion": vote("o1", at=LATER, motions=["m1", "m9"]),
    "a-vote-for-one-motion-twice": vote("o1", at=LATER, motions=["m1", "m1"]),
    "a-vote-whose-motions-are-null": vote("o1", at=LATER, motions=None),
    "a-vote-whose-motions-are-text": vote("o1", at=LATER, motions="m1"),
    "a-vote-with-a-list-as-motion": vote("o1", at=LATER, motions=[["m1"]]),
    "a-vote-with-a-number-as-motion": vote("o1", at=LATER, motions=[1]),
    "received-before-the-opening": paper("o3", at=LATER, received_at=BEFORE_OPENING),
    "received-at-the-closing": paper("o3", at=LATE, received_at=CLOSING),
    "received-after-it-was-recorded": paper("o3", at=LATER, received_at="2021-03-20T09:00:00.000001+08:00"),
    "an-online-vote-recorded-at-the-closing": vote("o3", at=CLOSING, received_at=EARLY),
    "received-at-a-time-with-no-colon": paper("o3", at=LATER, received_at="2021-03-20T00:00:00+0800"),
    "a-paper-vote-that-nobody-entered": without(paper("o3", at=LATER), "by"),
    "a-paper-vote-entered-by-none": paper("o3", at=LATER, by=[]),
    "a-paper-vote-entered-by-a-string": paper("o3", at=LATER, by="s1"),
    "a-paper-vote-entered-by-an-empty-name": paper("o3", at=LATER, by=["s1", ""]),
    "a-paper-vote-entered-by-null": paper("o3", at=LATER, by=None),
    "an-assisted-vote-that-nobody-entered": vote("o3", at=LATER, channel="assisted"),
    **{f"a-review-without-{key}": without(review(2), key) for key in ("of", "verdict", "reason", "by")},
    "a-review-of-a-service": review(1),
    "a-review-of-a-review": review(4),
    "a-review-of-itself": review(5),
    "a-review-of-what-comes-later": review(6),
    "a-review-of-nothing": review(0),
    "a-review-of-true": {**review(2), "of": True},
    "a-review-of-text": {**review(2), "of": "2"},
    "a-review-of-a-list": {**review(2), "of": [2]},
    "a-review-that-says-maybe": review(2, "maybe"),
    "a-review-whose-verdict-is-false": {**review(2), "verdict": False},
    "a-review-by-whoever-entered-the-vote": review(3, by="s1"),
    "a-review-by-an-empty-name": review(2, by=""),
    "a-review-by-a-list": review(2, by=["s9"]),
    **{f"an-extension-without-{key}": without(extension(LATE), key) for key in ("closes_at", "reason")},
    "an-extension-to-the-same-instant": extension("2021-03-31T10:00:00Z"),
    "an-extension-to-earlier": extension("2021-03-30T18:00:00+08:00"),
    "an-extension-recorded-at-the-closing": extension(LATE, at=CLOSING),
    "an-extension-to-no-time": extension("tomorrow"),
    "an-extension-to-a-lower-case-time": extension("2021-04-09T00:00:00z"),
    **{
        f"a-roll-event-without-{key}": without(roll_change("o1", flat("f1")), key)
        for key in ("head", "flats", "reason", "by")
    },
    "a-roll-event-by-one": roll_change("o1", flat("f1"), by=["s1"]),
    "a-roll-event-by-three": roll_change("o1", flat("f1"), by=["s1", "s2", "s3"]),
    "a-roll-event-by-two-of-whom-one-stands-twice": roll_change("o1", flat("f1"), by=["s1", "s2", "s2"]),
    "a-roll-event-that-adds-a-head-without-a-name": roll_change("", flat("f9")),
    "a-roll-event-by-one-twice": roll_change("o1", flat("f1"), by=["s1", "s1"]),
    "a-roll-event-by-an-empty-name": roll_change("o1", flat("f1"), by=["s1", ""]),
    "a-roll-event-by-a-number": roll_change("o1", flat("f1"), by=["s1", 2]),
    "a-roll-event-by-text": roll_change("o1", flat("f1"), by="s1"),
    "a-roll-event-that-removes-nobody": roll_change("o9"),
    "a-roll-event-with-a-flat-of-another": roll_change("o1", flat("f1"), flat("f2")),
    "a-roll-event-with-a-flat-twice": roll_change("o1", flat("f7"), flat("f7")),
    "a-new-head-with-a-flat-of-another": roll_change("o9", flat("f1")),
    "a-roll-event-at-the-closing": roll_change("o1", at=CLOSING),
    "a-roll-event-with-an-area-of-zero": roll_change("o1", flat("f1", "0.00")),
    **{
        f"a-roll-event-with-the-area-{area!r}": roll_change("o1", {**flat("f1"), "area": area})
        for area in ("1e3", ".5", "1.234", " 1", "1234567890", "１", 2, True, None)
    },
    **{
        f"a-roll-event-with-{name!r}-as-{key}": roll_change("o1", {**flat("f1"), key: name})
        for key, names in {
            "id": ("", 1, None),
            "building": ("", "1 2", ["1"]),
            "entrance": ("", " ", {}),
        }.items()
        for name in names
    },
    "a-roll-event-with-null-flats": {**roll_change("o1"), "flats": None},
    "a-roll-event-with-a-flat-as-text": {**roll_change("o1"), "flats": ["f1"]},
    "a-roll-event-with-an-incomplete-flat": {**roll_change("o1"), "flats": [without(flat("f1"), "entrance")]},
}


@pytest.mark.parametrize("event", BROKEN.values(), ids=BROKEN.keys())
def test_the_log_is_broken_at_the_first_event_where(event: object, tmp_path: Path) -> None:
    bundle = make(BASE)
    if isinstance(event, dict):
        bundle["log"].append(copy.deepcopy(event))
        sealed(bundle, 4)
    else:
        bundle["log"].append(event)
    bundle["log"].append(bundle["log"][0])  # what comes after is not looked at
    code, report, complaint = run(tmp_path / "b", bundle)
    assert (code, report) == (3, {"format": "ballot-recount/1", "log": "broken at 5"})
    assert complaint.startswith("the log is broken at 5: ")
    assert "\n" not in complaint


@pytest.mark.parametrize("event", BROKEN.values(), ids=BROKEN.keys())
def test_the_server_finds_the_same_break(event: object) -> None:
    bundle = make(BASE)
    bundle["log"].append(copy.deepcopy(event))
    if isinstance(event, dict):
        sealed(bundle, 4)
    found = verify_chain(bundle["ballot"], bundle["roll"], bundle["log"])
    assert found is not None
    assert found.seq == 5


@pytest.mark.parametrize(
    "events",
    [[{**service("o1"), "seq": True}], [vote("o1"), {**review(1), "of": True}]],
    ids=["as-its-own-number", "as-the-number-of-a-vote"],
)
def test_true_is_no_1_even_where_1_would_fit(events: list[Json], tmp_path: Path) -> None:
    bundle = make(events)
    where = len(events)
    assert run(tmp_path / "b", bundle)[1] == {"format": "ballot-recount/1", "log": f"broken at {where}"}
    found = verify_chain(bundle["ballot"], bundle["roll"], bundle["log"])
    assert found is not None
    assert found.seq == where


WHOLE = {
    "recorded-at-the-opening": [service("o1", at=OPENING), vote("o1", at=OPENING)],
    "recorded-at-the-same-instant": [service("o1"), service("o1", at="2021-03-18T01:00:00Z")],
    "an-empty-way": [{**service("o1"), "way": ""}],
    "empty-reasons": [vote("o1"), review(1), extension(LATE), roll_change("o1", reason="")],
    "an-online-vote-just-before-the-closing": [vote("o1", at=BEFORE_CLOSING)],
    "a-paper-vote-recorded-later": [paper("o1", at=LATE, received_at=BEFORE_CLOSING)],
    "an-assisted-vote-recorded-later": [paper("o1", at=LATE, received_at=EARLY, channel="assisted")],
    "a-review-recorded-later": [vote("o1"), review(1, at=LATE)],
    "received-when-it-was-recorded": [paper("o1", at=EARLY, received_at=EARLY)],
    "received-at-the-opening": [paper("o1", at=EARLY, received_at=OPENING)],
    "the-same-nonce-of-another-head": [vote("o1", nonce="a" * 32), vote("o2", nonce="a" * 32)],
    "another-nonce-of-the-same-head": [vote("o1", nonce="a" * 32), vote("o1", nonce="b" * 32)],
    "a-vote-in-the-extension": [extension(LATE), vote("o1", at=CLOSING)],
    "an-extension-in-the-extension": [extension(LATE), extension("2021-04-09T00:00:00+08:00", at=CLOSING)],
    "an-unknown-choice": [vote("o1", {"m1": "perhaps", "m9": "for"})],
    "an-empty-choice": [vote("o1", {"m1": ""})],
    "no-choices": [vote("o1", {})],
    "a-further-key-in-the-choices": [vote("o1", {"m1": "for", "note": {"n": 1}})],
    "by-of-an-online-vote-of-any-form": [vote("o1", by=7), vote("o2", by=["s9"]), review(2)],
    "entered-by-one-name-twice": [paper("o1", by=["s1", "s1"])],
    "keys-of-another-kind": [service("o1") | {"choices": 1, "received_at": False, "motions": [], "of": "x"}],
    "several-reviews-of-one-vote": [vote("o1"), review(1), review(1, "valid"), review(1)],
    "a-head-removed-and-added-again": [
        roll_change("o1"),
        roll_change("o1", flat("f1")),
        vote("o1", at=LATER),
    ],
    "a-flat-that-left-one-head-before": [roll_change("o1"), roll_change("o2", flat("f2"), flat("f1"))],
    "the-last-head-removed": [roll_change(f"o{number}") for number in range(1, 5)],
    "a-new-head-votes": [roll_change("o9", flat("f9")), vote("o9", at=LATER)],
}


@pytest.mark.parametrize("events", WHOLE.values(), ids=WHOLE.keys())
def test_the_log_is_whole_with(events: list[Json], tmp_path: Path) -> None:
    bundle = make(events)
    code, report, complaint = run(tmp_path / "b", bundle)
    assert (code, complaint) == (0, "")
    assert report is not None
    assert report["head_hash"] == bundle["log"][-1]["hash"]
    assert verify_chain(bundle["ballot"], bundle["roll"], bundle["log"]) is None


ORDERS = {
    "a-review-by-the-second-who-entered-the-vote": [paper("o1", by=["s1", "s9"]), review(1, by="s9")],
    "a-vote-of-a-head-already-removed": [roll_change("o1"), vote("o1", at=LATER)],
    "a-service-of-a-head-already-removed": [roll_change("o1"), service("o1", at=LATER)],
    "a-vote-of-a-head-not-yet-added": [vote("o9"), roll_change("o9", flat("f9"))],
    "a-flat-that-comes-before-it-leaves": [service("o1"), roll_change("o2", flat("f2"), flat("f1"))],
    "a-head-removed-twice": [roll_change("o1"), roll_change("o1")],
    "received-before-the-extension-was-needed": [
        paper("o1", at=LATE, received_at=CLOSING),
        extension(LATE, at=LATE),
    ],
}


@pytest.mark.parametrize(
    ("events", "where"),
    [pytest.param(ORDERS[key], n, id=key) for key, n in zip(ORDERS, (2, 2, 2, 1, 2, 2, 1), strict=True)],
)
def test_what_stands_at_that_moment_decides(events: list[Json], where: int, tmp_path: Path) -> None:
    code, report, _ = run(tmp_path / "b", make(events))
    assert (code, report) == (3, {"format": "ballot-recount/1", "log": f"broken at {where}"})


def test_an_event_before_the_opening_breaks_the_log(tmp_path: Path) -> None:
    assert run(tmp_path / "b", make([service("o1", at=BEFORE_OPENING)]))[1] == {
        "format": "ballot-recount/1",
        "log": "broken at 1",
    }
