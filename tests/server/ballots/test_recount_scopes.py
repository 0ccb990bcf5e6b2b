"""The recount counts: scopes, the roll as it changed, and what silence means."""

from pathlib import Path

import pytest

from tests.server.ballots.bundles import (
    LATER,
    Json,
    approve,
    choose,
    flat,
    head,
    heads,
    make,
    review,
    roll_change,
    service,
    vote,
)
from tests.server.ballots.recounting import motion_of, report_of

# ------------------------------------------------------------------ scopes and the roll

ESTATE = [
    head("o1", flat("f1", "10.00", "1", "1"), flat("f2", "20.00", "1", "2"), flat("f3", "40.00", "2", "1")),
    head("o2", flat("f4", "5.00", "1", "1"), flat("f5", "6.00", "1", "1")),
    head("o3", flat("f6", "7.00", "2", "1")),
]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("community", {"community": (3, "88.00")}),
        ("building", {"building 1": (2, "41.00"), "building 2": (2, "47.00")}),
        (
            "entrance",
            {
                "building 1 entrance 1": (2, "21.00"),
                "building 1 entrance 2": (1, "20.00"),
                "building 2 entrance 1": (2, "47.00"),
            },
        ),
    ],
)
def test_a_head_is_counted_once_in_every_scope_where_it_has_a_flat(
    scope: str, expected: dict[str, tuple[int, str]], tmp_path: Path
) -> None:
    report = report_of(tmp_path, make([vote("o1")], roll=ESTATE, scope=scope))
    sums = {result["scope"]: result["motions"][0] for result in report["results"]}
    assert {name: (found["heads"]["roll"], found["area"]["roll"]) for name, found in sums.items()} == expected
    assert all(found["heads"]["for"] == 1 for found in sums.values())


def test_scopes_are_those_of_the_frozen_and_the_final_roll_and_an_empty_one_is_not_computable(
    tmp_path: Path,
) -> None:
    events = [
        vote("o3"),
        roll_change("o9", flat("f9", building="9")),
        roll_change("o9", flat("f9", building="3")),  # building 9 came and went
        roll_change("o1", flat("f1", "10.00", "1", "1")),
        roll_change("o3"),
    ]
    report = report_of(
        tmp_path, make(events, roll=ESTATE, scope="building", motions=[approve(), choose("m2")])
    )
    assert [result["scope"] for result in report["results"]] == ["building 1", "building 2", "building 3"]
    empty, choice = report["results"][1]["motions"]
    assert empty == {
        "id": "m1",
        "law": "civil-code-278",
        "heads": {"roll": 0, "participants": 0, "for": 0, "against": 0, "abstain": 0},
        "area": {"roll": "0.00", "participants": "0.00", "for": "0.00", "against": "0.00", "abstain": "0.00"},
        "verdict": "not_computable",
    }
    assert (choice["verdict"], choice["adopted"], choice["heads"]["red"]) == ("not_computable", None, 0)


def test_a_community_left_without_heads_is_not_computable(tmp_path: Path) -> None:
    bundle = make([vote("o1"), roll_change("o1")], roll=heads(1))
    assert motion_of(tmp_path, bundle)["verdict"] == "not_computable"


def test_weights_are_those_of_the_final_roll(tmp_path: Path) -> None:
    bundle = make(
        [vote("o1"), roll_change("o1", flat("f1", "99.99"), flat("f9", "0.01"))], roll=heads(1, "50.00")
    )
    assert motion_of(tmp_path, bundle)["area"]["for"] == "100.00"


def test_a_head_off_the_final_roll_does_not_count_and_one_added_again_keeps_its_vote(tmp_path: Path) -> None:
    gone = [vote("o1"), roll_change("o1")]
    assert motion_of(tmp_path, make(gone))["heads"] == {
        "roll": 3,
        "participants": 0,
        "for": 0,
        "against": 0,
        "abstain": 0,
    }
    back = motion_of(tmp_path, make([*gone, roll_change("o1", flat("f1", "50.00"))]))
    assert back["heads"] == {"roll": 4, "participants": 1, "for": 1, "against": 0, "abstain": 0}


NUMBERED = [
    "甲",
    "10",
    "2",
    "01",
    "1",
    "001",
    "A",
    "a",
    "1a",
    "１",
    "-1",
    "0",
    "00",
    "18446744073709551616",
    "9",
]
SORTED = [
    "0",
    "00",
    "001",
    "01",
    "1",
    "2",
    "9",
    "10",
    "18446744073709551616",
    "-1",
    "1a",
    "A",
    "a",
    "甲",
    "１",
]


def test_scopes_are_sorted_numbers_first_and_by_value(tmp_path: Path) -> None:
    roll = [head(f"o{n}", flat(f"f{n}", building=name)) for n, name in enumerate(NUMBERED)]
    report = report_of(tmp_path, make(roll=roll, scope="building"))
    assert [result["scope"] for result in report["results"]] == [f"building {name}" for name in SORTED]
    roll = [head(f"o{n}", flat(f"f{n}", building="1", entrance=name)) for n, name in enumerate(NUMBERED)]
    roll.append(head("x", flat("fx", building="01", entrance="甲")))
    report = report_of(tmp_path, make(roll=roll, scope="entrance"))
    expected = ["building 01 entrance 甲", *(f"building 1 entrance {name}" for name in SORTED)]
    assert [result["scope"] for result in report["results"]] == expected


# ------------------------------------------------------------------ silence

FOLLOW = {"unreturned": "follow_majority", "clause": "议事规则第 12 条"}


def silent(events: list[Json], path: Path, **more: object) -> Json:
    return motion_of(path, make(events, **{**FOLLOW, **more}))


def test_a_served_and_silent_head_follows_the_majority(tmp_path: Path) -> None:
    events = [vote("o1", "for"), service("o2", LATER)]
    assert silent(events, tmp_path)["heads"] == {
        "roll": 4,
        "participants": 2,
        "for": 2,
        "against": 0,
        "abstain": 0,
    }
    assert silent(events, tmp_path, unreturned="none")["heads"]["participants"] == 1
    against = silent([vote("o1", "against"), service("o2", LATER)], tmp_path)
    assert against["heads"]["against"] == 2


SILENCE = {
    "nobody-voted": ([service("o2")], 0),
    "not-served": ([vote("o1")], 1),
    "all-abstained": ([vote("o1", "abstain"), service("o2", LATER)], 1),
    "even-heads": ([vote("o1", "for"), vote("o3", "against"), service("o2", LATER)], 2),
    "its-vote-is-void": ([vote("o1"), vote("o2"), review(2), service("o2", LATER)], 1),
    "it-voted-for-another-motion-only": ([vote("o1"), vote("o2", motions=["m2"]), service("o2", LATER)], 1),
    "it-left-the-roll": ([vote("o1"), service("o2", LATER), roll_change("o2")], 1),
    "it-left-and-came-back": (
        [vote("o1"), service("o2"), roll_change("o2"), roll_change("o2", flat("f2"))],
        2,
    ),
    "served-twice": ([vote("o1"), service("o2"), service("o2")], 2),
    "the-majority-was-voided": ([vote("o1"), service("o2", LATER), review(1)], 0),
}


@pytest.mark.parametrize(("events", "participants"), SILENCE.values(), ids=SILENCE.keys())
def test_silence_takes_part_only_where(events: list[Json], participants: int, tmp_path: Path) -> None:
    found = silent(events, tmp_path, motions=[approve(), approve("m2")])
    assert found["heads"]["participants"] == participants


def test_the_majority_needs_strictly_more_heads_and_strictly_more_area(tmp_path: Path) -> None:
    for area, followed in (("99.99", True), ("100.00", False), ("100.01", False)):
        roll = [
            head("o1", flat("f1")),
            head("o2", flat("f2")),
            head("o3", flat("f3", area)),
            head("o4", flat("f4")),
        ]
        events = [vote("o1"), vote("o2"), vote("o3", "against"), service("o4", LATER)]
        assert silent(events, tmp_path, roll=roll)["heads"]["participants"] == (4 if followed else 3)


def test_the_majority_of_options_is_over_every_other_one(tmp_path: Path) -> None:
    motions = [choose("m1", ("red", "grey", "blue"))]
    events = [vote("o1", "red"), vote("o2", "abstain"), vote("o3", "abstain"), service("o4", LATER)]
    assert silent(events, tmp_path, motions=motions)["heads"]["red"] == 2
    tied = [vote("o1", "red"), vote("o2", "grey"), service("o4", LATER)]
    assert silent(tied, tmp_path, motions=motions)["heads"]["participants"] == 2


def test_the_majority_is_each_scopes_own(tmp_path: Path) -> None:
    roll = [
        head("o1", flat("f1", building="1")),
        head("o2", flat("f2", building="2")),
        head("o3", flat("f3", building="1"), flat("f4", building="2")),
    ]
    bundle = make(
        [vote("o1", "for"), vote("o2", "against"), service("o3", LATER)],
        roll=roll,
        scope="building",
        **FOLLOW,
    )
    assert motion_of(tmp_path, bundle, 0)["heads"]["for"] == 2
    assert motion_of(tmp_path, bundle, 1)["heads"]["against"] == 2


def test_silent_heads_can_bring_the_quorum(tmp_path: Path) -> None:
    events = [vote("o1"), service("o2", LATER), service("o3", LATER)]
    assert silent(events, tmp_path)["verdict"] == "passed"
    assert silent(events[:2], tmp_path)["verdict"] == "no_quorum"
