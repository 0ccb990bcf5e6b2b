"""The recount counts: scopes, precedence, reviews, silence and the law, and prints what the format says."""

from pathlib import Path

import pytest

from tests.server.ballots.bundles import (
    EARLY,
    LATE,
    LATER,
    Json,
    approve,
    choose,
    extension,
    flat,
    head,
    heads,
    make,
    paper,
    review,
    roll_change,
    run,
    service,
    vote,
    with_rule,
)
from tests.server.ballots.test_rules_agreement import counted_by_the_server

ANY = with_rule(approve(), None, {"of": "participants", "more_than": "1/2"})
CLOSING = "2021-03-31T18:00:00+08:00"


def report_of(path: Path, bundle: Json) -> Json:
    """What both counts say."""
    code, report, complaint = run(path / "b", bundle)
    assert (code, complaint) == (0, "")
    assert report is not None
    assert {
        key: value for key, value in report.items() if key.startswith("results")
    } == counted_by_the_server(bundle)
    return report


def motion_of(path: Path, bundle: Json, scope: int = 0, motion: int = 0) -> Json:
    found: Json = report_of(path, bundle)["results"][scope]["motions"][motion]
    return found


def stands(path: Path, bundle: Json) -> str:
    """The choices of a vote of one head, in words."""
    counts = motion_of(path, bundle)["heads"]
    return " ".join(side for side in ("for", "against", "abstain") for _ in range(counts[side])) or "nothing"


def test_the_recount_prints_just_what_the_format_shows(tmp_path: Path) -> None:
    bundle = make(
        [
            *(vote(f"o{n}", {"m1": "for", "m2": "red"}) for n in (1, 2, 3)),
            vote("o4", {"m1": "against", "m2": "abstain"}),
        ],
        motions=[approve(matter="rebuild"), choose("m2")],
        roll=[head("o1", flat("f1", "67.7")), *heads(4)[1:]],
    )
    assert report_of(tmp_path, bundle) == {
        "format": "ballot-recount/1",
        "log": "whole",
        "head_hash": bundle["log"][-1]["hash"],
        "closes_at": CLOSING,
        "results": [
            {
                "scope": "community",
                "motions": [
                    {
                        "id": "m1",
                        "law": "civil-code-278",
                        "heads": {"roll": 4, "participants": 4, "for": 3, "against": 1, "abstain": 0},
                        "area": {
                            "roll": "217.70",
                            "participants": "217.70",
                            "for": "167.70",
                            "against": "50.00",
                            "abstain": "0.00",
                        },
                        "verdict": "passed",
                    },
                    {
                        "id": "m2",
                        "law": "civil-code-278",
                        "heads": {"roll": 4, "participants": 4, "red": 3, "grey": 0, "abstain": 1},
                        "area": {
                            "roll": "217.70",
                            "participants": "217.70",
                            "red": "167.70",
                            "grey": "0.00",
                            "abstain": "50.00",
                        },
                        "verdict": "passed",
                        "adopted": "red",
                    },
                ],
            }
        ],
    }


def test_the_closing_is_printed_as_it_was_written(tmp_path: Path) -> None:
    assert (
        report_of(tmp_path, make(closes_at="2021-03-31T10:00:00.0Z"))["closes_at"] == "2021-03-31T10:00:00.0Z"
    )
    moved = make([extension("2021-04-09T00:00:00-01:00"), extension("2021-04-10T00:00:00.5Z")])
    assert report_of(tmp_path, moved)["closes_at"] == "2021-04-10T00:00:00.5Z"


# ------------------------------------------------------------------ choices

CHOICES = {
    "for": ("for", "for"),
    "against": ("against", "against"),
    "abstain": ("abstain", "abstain"),
    "an-unknown-word": ("yes", "abstain"),
    "another-case": ("For", "abstain"),
    "a-reserved-word": ("roll", "abstain"),
    "nothing-said": ({}, "abstain"),
    "an-empty-word": ("", "abstain"),
    "only-another-motion": ({"m9": "for"}, "abstain"),
}


@pytest.mark.parametrize(("choice", "counted"), CHOICES.values(), ids=CHOICES.keys())
def test_a_missing_or_unknown_choice_abstains(choice: object, counted: str, tmp_path: Path) -> None:
    assert stands(tmp_path, make([vote("o1", choice)])) == counted  # type: ignore[arg-type]


def test_options_of_an_approval_are_no_sides(tmp_path: Path) -> None:
    assert stands(tmp_path, make([vote("o1", "red")], motions=[approve(options=["red"])])) == "abstain"


def test_a_proxy_for_some_items_leaves_the_others_uncast(tmp_path: Path) -> None:
    bundle = make(
        [vote("o1", {"m1": "for", "m2": "for"}, motions=["m2"])], motions=[approve("m1"), approve("m2")]
    )
    assert motion_of(tmp_path, bundle, motion=0)["heads"]["participants"] == 0
    assert motion_of(tmp_path, bundle, motion=0)["verdict"] == "no_quorum"
    assert motion_of(tmp_path, bundle, motion=1)["heads"]["for"] == 1


def test_a_vote_cast_for_an_item_without_a_choice_abstains_on_it(tmp_path: Path) -> None:
    bundle = make([vote("o1", {}, motions=["m2"])], motions=[approve("m1"), approve("m2")])
    assert motion_of(tmp_path, bundle, motion=1)["heads"]["abstain"] == 1


# ------------------------------------------------------------------ precedence

T1, T2, T3 = "2021-03-18T09:00:00+08:00", "2021-03-18T02:00:00Z", "2021-03-18T11:00:00+08:00"
LOGS = {
    # channel, received, choice
    "one after another": [("online", T1, "for"), ("online", T2, "against")],
    "entered late, received first": [("online", T2, "for"), ("paper", T1, "against")],
    "received together": [("online", T1, "for"), ("paper", "2021-03-18T01:00:00Z", "against")],
    "paper between": [("online", T1, "for"), ("paper", T2, "against"), ("online", T3, "abstain")],
    "two papers": [("paper", T1, "for"), ("paper", T2, "against"), ("online", T3, "abstain")],
    "assisted last": [("paper", T1, "for"), ("online", T2, "against"), ("assisted", T3, "abstain")],
    "assisted alone": [("assisted", T2, "for"), ("assisted", T1, "against")],
}
COUNTED = {
    "one after another": {"latest": "against", "first": "for", "paper": "against", "online": "against"},
    "entered late, received first": {
        "latest": "for",
        "first": "against",
        "paper": "against",
        "online": "for",
    },
    "received together": {"latest": "against", "first": "for", "paper": "against", "online": "for"},
    "paper between": {"latest": "abstain", "first": "for", "paper": "against", "online": "abstain"},
    "two papers": {"latest": "abstain", "first": "for", "paper": "against", "online": "abstain"},
    "assisted last": {"latest": "abstain", "first": "for", "paper": "for", "online": "against"},
    "assisted alone": {"latest": "for", "first": "against", "paper": "for", "online": "for"},
}


@pytest.mark.parametrize("precedence", ["latest", "first", "paper", "online"])
@pytest.mark.parametrize("log", LOGS)
def test_precedence_says_which_of_a_heads_votes_counts(log: str, precedence: str, tmp_path: Path) -> None:
    events = [
        vote("o1", choice, T3, received_at=received, channel=channel, by=["s1"])
        for channel, received, choice in LOGS[log]
    ]
    assert stands(tmp_path, make(events, precedence=precedence)) == COUNTED[log][precedence]


def test_precedence_is_asked_for_each_motion_apart(tmp_path: Path) -> None:
    motions = [approve("m1"), approve("m2")]
    events = [vote("o1", {"m1": "for", "m2": "for"}), vote("o1", {"m2": "against"}, LATER, motions=["m2"])]
    assert motion_of(tmp_path, make(events, motions=motions), motion=0)["heads"]["for"] == 1
    assert motion_of(tmp_path, make(events, motions=motions), motion=1)["heads"]["against"] == 1
    first = make(events, motions=motions, precedence="first")
    assert motion_of(tmp_path, first, motion=1)["heads"]["for"] == 1


def test_a_void_vote_leaves_the_one_it_superseded(tmp_path: Path) -> None:
    events = [vote("o1", "for"), paper("o1", "against", LATER), review(2, at=LATER)]
    assert stands(tmp_path, make(events)) == "for"
    assert stands(tmp_path, make(events, precedence="paper")) == "for"
    assert stands(tmp_path, make([*events, review(1, at=LATER)])) == "nothing"
    assert stands(tmp_path, make([*events, review(2, "valid", at=LATER)])) == "against"
    assert stands(tmp_path, make([*events, review(2, "valid", at=LATER), review(2, at=LATER)])) == "for"


# ------------------------------------------------------------------ reviews after the closing


@pytest.mark.parametrize(
    ("at", "stands_beside"),
    [
        pytest.param("2021-03-31T17:59:59.999999+08:00", False, id="just-before-the-closing"),
        pytest.param("2021-03-31T10:00:00Z", True, id="at-the-closing"),
        pytest.param(LATE, True, id="after-it"),
    ],
)
def test_results_at_closing_stand_beside_where_a_review_came_later(
    at: str, stands_beside: bool, tmp_path: Path
) -> None:
    report = report_of(tmp_path, make([vote("o1"), review(1, at=at)]))
    assert ("results_at_closing" in report) is stands_beside
    assert report["results"][0]["motions"][0]["heads"]["participants"] == 0
    if stands_beside:
        assert report["results_at_closing"][0]["motions"][0]["heads"]["for"] == 1


def test_results_at_closing_go_by_the_last_closing_and_the_reviews_before_it(tmp_path: Path) -> None:
    early = [vote("o1"), vote("o2"), review(1, at=LATER)]
    moved = [*early, extension("2021-04-09T00:00:00+08:00"), review(2, at=LATE)]
    assert "results_at_closing" not in report_of(tmp_path, make(moved))
    report = report_of(tmp_path, make([*early, review(1, "valid", LATE), review(2, "void", LATE)]))
    assert report["results"][0]["motions"][0]["heads"]["for"] == 1
    assert report["results_at_closing"][0]["motions"][0]["heads"]["for"] == 1
    assert report["results"] == report["results_at_closing"]


def test_a_paper_vote_recorded_after_the_closing_is_in_both_counts(tmp_path: Path) -> None:
    events = [vote("o1"), paper("o2", at=LATE, received_at=EARLY), review(1, at=LATE)]
    report = report_of(tmp_path, make(events))
    assert report["results_at_closing"][0]["motions"][0]["heads"]["participants"] == 2
    assert report["results"][0]["motions"][0]["heads"]["participants"] == 1


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


# ------------------------------------------------------------------ the law


@pytest.mark.parametrize(
    ("closes_at", "law"),
    [
        pytest.param("2020-12-31T23:59:59.999999+08:00", "property-law-76", id="in-the-last-moment-of-2020"),
        pytest.param(
            "2021-01-01T00:00:00+08:00", "property-law-76", id="a-closing-at-midnight-is-of-the-day-before"
        ),
        pytest.param("2020-12-31T16:00:00Z", "property-law-76", id="the-same-midnight-in-another-zone"),
        pytest.param("2021-01-01T00:00:00.000001+08:00", "civil-code-278", id="a-moment-later"),
        pytest.param("2020-12-31T18:00:00Z", "civil-code-278", id="two-in-the-morning-in-china"),
        pytest.param("2021-01-01T00:00:00-08:00", "civil-code-278", id="midnight-elsewhere"),
    ],
)
def test_the_law_is_that_of_the_last_moment_before_the_closing_in_china(
    closes_at: str, law: str, tmp_path: Path
) -> None:
    bundle = make(opened_at="2020-12-01T00:00:00+08:00", closes_at=closes_at)
    assert motion_of(tmp_path, bundle)["law"] == law


def test_an_extension_over_new_year_changes_the_law(tmp_path: Path) -> None:
    dates = {"opened_at": "2020-12-01T00:00:00+08:00", "closes_at": "2020-12-31T18:00:00+08:00"}
    events = [
        vote("o1", at="2020-12-02T00:00:00+08:00"),
        extension("2021-01-02T00:00:00+08:00", "2020-12-03T00:00:00Z"),
    ]
    assert motion_of(tmp_path, make(events[:1], **dates))["law"] == "property-law-76"
    assert motion_of(tmp_path, make(events, **dates))["law"] == "civil-code-278"


NEW, OLD = {}, {"opened_at": "2020-03-01T00:00:00+08:00", "closes_at": "2020-03-31T00:00:00+08:00"}
ORDINARY_NEW = ["rules", "covenant", "committee", "manager", "use_fund", "other"]
SPECIAL_NEW = ["raise_fund", "rebuild", "change_use"]
ORDINARY_OLD = ["rules", "covenant", "committee", "manager", "change_use", "other"]
SPECIAL_OLD = ["use_fund", "raise_fund", "rebuild"]
# roll, for, against, abstaining -> verdict
EDGES_NEW = [
    ("ordinary", 60, 40, 0, 0, "passed", "two-thirds-are-a-quorum"),
    ("ordinary", 60, 39, 0, 0, "no_quorum", "one-less-is-none"),
    ("ordinary", 60, 21, 19, 0, "passed", "more-than-half-of-those-who-took-part"),
    ("ordinary", 60, 20, 20, 0, "rejected", "half-is-not-a-majority"),
    ("ordinary", 60, 20, 0, 20, "rejected", "abstaining-takes-part-and-does-not-agree"),
    ("ordinary", 60, 0, 0, 40, "rejected", "all-abstain"),
    ("special", 60, 30, 10, 0, "passed", "three-quarters-are-enough"),
    ("special", 60, 29, 11, 0, "rejected", "one-less-than-three-quarters"),
    ("special", 60, 60, 0, 0, "passed", "everybody"),
    ("ordinary", 60, 0, 0, 0, "no_quorum", "nobody-took-part"),
    ("ordinary", 1, 1, 0, 0, "passed", "one-owner"),
]
EDGES_OLD = [
    ("ordinary", 60, 31, 0, 0, "passed", "more-than-half-of-all"),
    ("ordinary", 60, 30, 0, 0, "no_quorum", "half-of-all-is-no-quorum"),
    ("ordinary", 60, 30, 30, 0, "rejected", "half-of-all-agree"),
    ("ordinary", 60, 30, 1, 0, "rejected", "most-of-those-who-took-part-but-half-of-all"),
    ("special", 60, 40, 20, 0, "passed", "two-thirds-of-all"),
    ("special", 60, 39, 0, 0, "rejected", "one-less-than-two-thirds-of-all"),
    ("special", 60, 30, 0, 1, "rejected", "a-quorum-by-abstaining"),
]


def edges() -> list[object]:
    found: list[object] = []
    for law, table, kinds, dates in (
        ("new", EDGES_NEW, {"ordinary": ORDINARY_NEW, "special": SPECIAL_NEW}, NEW),
        ("old", EDGES_OLD, {"ordinary": ORDINARY_OLD, "special": SPECIAL_OLD}, OLD),
    ):
        found += [
            pytest.param(matter, dates, numbers, verdict, id=f"{law}-{matter}-{name}")
            for kind, *numbers, verdict, name in table
            for matter in kinds[str(kind)]
        ]
    return found


@pytest.mark.parametrize(("matter", "dates", "numbers", "verdict"), edges())
def test_each_side_of_each_edge_of_the_law(
    matter: str, dates: Json, numbers: list[int], verdict: str, tmp_path: Path
) -> None:
    roll, *cast = numbers
    at = "2020-03-02T00:00:00+08:00" if dates else EARLY
    choices = [
        choice
        for choice, count in zip(("for", "against", "abstain"), cast, strict=True)
        for _ in range(count)
    ]
    events = [vote(f"o{n}", choice, at) for n, choice in enumerate(choices, 1)]
    bundle = make(events, roll=heads(roll), motions=[approve(matter=matter)], **dates)
    assert motion_of(tmp_path, bundle)["verdict"] == verdict


@pytest.mark.parametrize(
    ("areas", "voting", "verdict"),
    [
        pytest.param(["100.00", "100.00", "100.00"], "ffx", "passed", id="two-thirds-of-heads-and-area"),
        pytest.param(["99.99", "100.00", "100.00"], "ffx", "no_quorum", id="a-hundredth-short-in-area"),
        pytest.param(["1000.00", "1.00", "1.00"], "fxx", "no_quorum", id="area-without-heads"),
        pytest.param(["50.00", "50.00", "0.01"], "faf", "passed", id="a-hundredth-over-half"),
        pytest.param(["50.00", "50.00", "999999999.99"], "ffa", "rejected", id="heads-without-area"),
        pytest.param(
            ["0.01", "0.01", "0.02"], "ffa", "rejected", id="half-of-the-area-is-not-more-than-half"
        ),
    ],
)
def test_every_test_applies_to_heads_and_to_area(
    areas: list[str], voting: str, verdict: str, tmp_path: Path
) -> None:
    roll = [head(f"o{n}", flat(f"f{n}", area)) for n, area in enumerate(areas)]
    words = {"f": "for", "a": "against"}
    events = [vote(f"o{n}", words[letter]) for n, letter in enumerate(voting) if letter in words]
    assert motion_of(tmp_path, make(events, roll=roll))["verdict"] == verdict


def share(kind: str, of: str, value: str) -> Json:
    return {"of": of, kind: value}


@pytest.mark.parametrize(
    ("quorum", "approval", "cast", "verdict"),
    [
        pytest.param(None, share("more_than", "participants", "1/2"), "f", "passed", id="no-quorum-asked"),
        pytest.param(
            None,
            share("more_than", "participants", "1/2"),
            "",
            "no_quorum",
            id="no-quorum-asked-and-nobody-came",
        ),
        pytest.param(
            None, share("at_least", "roll", "0/1"), "", "no_quorum", id="nothing-asked-and-nobody-came"
        ),
        pytest.param(
            share("at_least", "roll", "0/1"),
            share("at_least", "roll", "0/1"),
            "a",
            "passed",
            id="zero-is-reached",
        ),
        pytest.param(
            share("at_least", "roll", "1/1"),
            share("at_least", "roll", "1/4"),
            "faaa",
            "passed",
            id="all-of-it",
        ),
        pytest.param(
            share("at_least", "roll", "1/1"),
            share("at_least", "roll", "1/4"),
            "fff",
            "no_quorum",
            id="all-but-one",
        ),
        pytest.param(
            share("more_than", "roll", "1/4"),
            share("at_least", "roll", "1/4"),
            "f",
            "no_quorum",
            id="more-than-a-quarter",
        ),
        pytest.param(
            share("at_least", "participants", "1/1"),
            share("at_least", "roll", "1/4"),
            "f",
            "passed",
            id="quorum-of-those",
        ),
        pytest.param(
            share("more_than", "participants", "1/1"),
            share("at_least", "roll", "1/4"),
            "ffff",
            "no_quorum",
            id="never",
        ),
        pytest.param(None, share("more_than", "roll", "1/1"), "ffff", "rejected", id="more-than-all"),
        pytest.param(
            None, share("at_least", "participants", "2/4"), "fa", "passed", id="an-unreduced-fraction"
        ),
    ],
)
def test_a_rule_of_its_own_is_custom_law(
    quorum: Json | None, approval: Json, cast: str, verdict: str, tmp_path: Path
) -> None:
    words = {"f": "for", "a": "against"}
    bundle = make(
        [vote(f"o{n}", words[c]) for n, c in enumerate(cast, 1)],
        motions=[with_rule(approve(), quorum, approval)],
    )
    found = motion_of(tmp_path, bundle)
    assert (found["law"], found["verdict"]) == ("custom", verdict)


@pytest.mark.parametrize(
    ("approval", "cast", "verdict", "adopted"),
    [
        pytest.param(share("more_than", "participants", "1/2"), "rrg", "passed", "red", id="one-passes"),
        pytest.param(share("more_than", "participants", "1/2"), "rg", "rejected", None, id="a-tie"),
        pytest.param(share("at_least", "participants", "1/2"), "rg", "rejected", None, id="two-pass"),
        pytest.param(
            share("more_than", "participants", "1/2"),
            "rrgb",
            "rejected",
            None,
            id="a-plurality-is-not-enough",
        ),
        pytest.param(
            share("more_than", "participants", "1/2"),
            "rraa",
            "rejected",
            None,
            id="abstaining-counts-in-the-base",
        ),
        pytest.param(share("more_than", "participants", "1/2"), "", "no_quorum", None, id="nobody-took-part"),
        pytest.param(share("at_least", "roll", "0/1"), "r", "rejected", None, id="all-pass"),
    ],
)
def test_an_option_is_adopted_where_it_and_no_other_passes(
    approval: Json, cast: str, verdict: str, adopted: str | None, tmp_path: Path
) -> None:
    words = {"r": "red", "g": "grey", "b": "blue", "a": "abstain"}
    motion = with_rule(choose("m1", ("red", "grey", "blue")), None, approval)
    found = motion_of(
        tmp_path, make([vote(f"o{n}", words[c]) for n, c in enumerate(cast, 1)], motions=[motion])
    )
    assert (found["verdict"], found["adopted"]) == (verdict, adopted)
    assert "for" not in found["heads"]


def test_a_choice_without_quorum_adopts_nothing(tmp_path: Path) -> None:
    found = motion_of(tmp_path, make([vote("o1", "red")], motions=[choose()]))
    assert (found["verdict"], found["adopted"]) == ("no_quorum", None)


def test_an_approval_prints_no_adopted(tmp_path: Path) -> None:
    assert "adopted" not in motion_of(tmp_path, make([vote("o1")], motions=[ANY]))


def test_large_areas_stay_exact(tmp_path: Path) -> None:
    roll = [head(f"o{n}", flat(f"f{n}", "999999999.99")) for n in range(3)]
    found = motion_of(tmp_path, make([vote("o0"), vote("o1")], roll=roll))
    assert (found["area"]["roll"], found["area"]["for"], found["verdict"]) == (
        "2999999999.97",
        "1999999999.98",
        "passed",
    )
