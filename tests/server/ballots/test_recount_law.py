"""The recount counts: each law on each side of each edge, rules of its own, options, and shares."""

from pathlib import Path

import pytest

from tests.server.ballots.bundles import (
    EARLY,
    Json,
    approve,
    choose,
    extension,
    flat,
    head,
    heads,
    make,
    vote,
    with_rule,
)
from tests.server.ballots.recounting import ANY, motion_of

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
