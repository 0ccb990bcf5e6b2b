"""The recount and the form: times, rules and further keys as the format allows and refuses them."""

import copy
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from server.ballots import recount as alone
from tests.server.ballots.bundles import (
    Json,
    approve,
    choose,
    flat,
    head,
    make,
    run,
    sealed,
    service,
    with_rule,
)
from tests.server.ballots.recounting import HALF, WHOLE, case

GOOD = [
    case("an-empty-title", "ballot.title", ""),
    case("a-clause-that-nobody-needs", "ballot.clause", None),
    case("options-on-an-approval", "ballot.motions.0.options", ["roll", "roll"]),
    case("an-area-with-leading-zeros", "roll.0.flats.0.area", "0067.7"),
    case("an-area-without-point", "roll.0.flats.0.area", "999999999"),
    case("a-building-with-a-tab-and-wide-space", "roll.0.flats.0.building", "A\t\u3000"),
    case("an-option-called-for", "ballot.motions", [choose("m1", ("for", "against"))]),
    case("one-option", "ballot.motions", [choose("m1", ("red",))]),
    case("fractions-of-a-second", "ballot.opened_at", "2021-03-16T16:00:00.1Z"),
    case("six-digits-of-a-second", "ballot.opened_at", "2021-03-16T16:00:00.123456-11:30"),
    case("a-leap-day", "ballot.opened_at", "2020-02-29T23:59:59+00:00"),
    case("the-first-year", "ballot.opened_at", "0001-01-01T00:00:00+23:59"),
    case("the-last-year", "ballot.closes_at", "9999-12-31T23:59:59.999999-23:59"),
    case(
        "following-with-a-clause",
        "ballot",
        {**make()["ballot"], "unreturned": "follow_majority", "clause": "第 12 条"},
    ),
]


@pytest.mark.parametrize("change", GOOD)
def test_what_the_format_allows_is_taken(change: Callable[[Json], None], tmp_path: Path) -> None:
    bundle = make()
    change(bundle)
    code, _, complaint = run(tmp_path / "b", sealed(bundle))
    assert (code, complaint) == (0, "")


TIMES = [
    *(
        "2021-02-30T00:00:00Z",
        "2021-02-29T00:00:00Z",
        "2021-13-01T00:00:00Z",
        "2021-00-01T00:00:00Z",
        "2021-01-00T00:00:00Z",
    ),
    *(
        "0000-01-01T00:00:00Z",
        "2021-03-17T24:00:00Z",
        "2021-03-17T23:60:00Z",
        "2021-03-17T23:59:60Z",
        "2021-03-17 00:00:00Z",
    ),
    *(
        "2021-03-17T00:00:00",
        "2021-03-17T00:00Z",
        "2021-03-17T00:00:00z",
        "2021-03-17t00:00:00Z",
        "2021-03-17T00:00:00+0800",
    ),
    *(
        "2021-03-17T00:00:00+08",
        "2021-03-17T00:00:00+99:99",
        "2021-03-17T00:00:00+24:00",
        "2021-03-17T00:00:00+08:60",
    ),
    *(
        "2021-03-17T00:00:00.Z",
        "2021-03-17T00:00:00.1234567Z",
        "2021-03-17T00:00:00,5Z",
        "21-03-17T00:00:00Z",
        "2021-3-17T00:00:00Z",
    ),
    *(
        "20210317T000000Z",
        "2021-W11-3T00:00:00Z",
        "+2021-03-17T00:00:00Z",
        "-2021-03-17T00:00:00Z",
        "2021-03-17T00:00:00Z\n",
    ),
    *("２０２１-03-17T00:00:00Z", "2021-03-17T00:00:00+08:00:00", "2021-03-17T00:00:00 Z", "", "now"),
]


@pytest.mark.parametrize("time", TIMES)
def test_a_time_not_in_form_is_none(time: str, tmp_path: Path) -> None:
    assert run(tmp_path / "b", sealed(make(opened_at=time)))[0] == 2
    assert run(tmp_path / "b", make([{**service("o1"), "recorded_at": time}]))[:2] == (
        3,
        {"format": "ballot-recount/1", "log": "broken at 1"},
    )


RULES = {
    "not-an-object": [],
    "no-basis": {"quorum": None, "approval": HALF},
    "an-empty-basis": {"basis": "", "quorum": None, "approval": HALF},
    "no-quorum-key": {"basis": "x", "approval": HALF},
    "a-false-quorum": {"basis": "x", "quorum": False, "approval": HALF},
    "an-empty-quorum": {"basis": "x", "quorum": {}, "approval": HALF},
    "quorum-zero": {"basis": "x", "quorum": 0, "approval": HALF},
    "no-approval": {"basis": "x", "quorum": None},
    "a-null-approval": {"basis": "x", "quorum": None, "approval": None},
    "another-whole": {"basis": "x", "quorum": None, "approval": {"of": "flats", "more_than": "1/2"}},
    "no-whole": {"basis": "x", "quorum": None, "approval": {"more_than": "1/2"}},
    "neither-test": {"basis": "x", "quorum": None, "approval": {"of": "roll"}},
    "both-tests": {
        "basis": "x",
        "quorum": None,
        "approval": {"of": "roll", "at_least": "1/2", "more_than": "1/2"},
    },
    "a-null-test-beside": {
        "basis": "x",
        "quorum": None,
        "approval": {"of": "roll", "at_least": "1/2", "more_than": None},
    },
    **{
        f"the-fraction-{share!r}": {
            "basis": "x",
            "quorum": None,
            "approval": {"of": "roll", "at_least": share},
        }
        for share in (
            "3/2",
            "1/0",
            "0/0",
            "1/00",
            "0/00",
            "-1/2",
            "1",
            "0.5",
            "1/2/3",
            "1 / 2",
            "1234567890/1234567890",
            "/2",
            "1/",
            "",
            "1/2\n",
            "١/٢",
            1,
            None,
        )
    },
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_a_rule_not_in_form_is_no_bundle(rule: object, tmp_path: Path) -> None:
    motion = {"id": "m1", "title": "", "kind": "approve", "rule": rule}
    assert run(tmp_path / "b", sealed(make(motions=[motion])))[0] == 2


@pytest.mark.parametrize("share", ["0/1", "1/1", "000000001/000000002", "999999999/999999999", "0/999999999"])
def test_a_share_from_0_to_1_is_taken(share: str, tmp_path: Path) -> None:
    motion = with_rule(
        approve(), {"of": "roll", "at_least": share}, {"of": "participants", "more_than": share}
    )
    assert run(tmp_path / "b", make(motions=[motion]))[0] == 0


def test_a_huge_building_number_neither_stops_nor_confuses_it(tmp_path: Path) -> None:
    roll = [head("o1", flat("f1", building="9" * 5000)), head("o2", flat("f2", building="8"))]
    code, report, _ = run(tmp_path / "b", make(roll=roll, scope="building"))
    assert code == 0
    assert report is not None
    assert [len(result["scope"]) for result in report["results"]] == [10, 5009]


def test_reading_leaves_the_bundle_as_it_was() -> None:
    value = json.loads(WHOLE)
    assert alone.parse(WHOLE.encode()) == value == copy.deepcopy(value)
