"""The recount counts: choices, precedence and reviews, and prints what the format says."""

from pathlib import Path

import pytest

from tests.server.ballots.bundles import (
    EARLY,
    LATE,
    LATER,
    approve,
    choose,
    extension,
    flat,
    head,
    heads,
    make,
    paper,
    review,
    vote,
)
from tests.server.ballots.recounting import CLOSING, motion_of, report_of, stands


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
