"""Which response of a household counts, and sums that leave no trace of the order in which they were made."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.surveys.rules.counting import (
    ResponseFacts,
    Standing,
    add,
    bin_of,
    contributions,
    merge,
    standing,
)
from server.surveys.rules.definition import Definition, read_definition
from server.surveys.rules.words import Capacity, Proof
from tests.factories.surveys import form_of, question

START = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)
PROVEN, CLAIMED = Proof.PROVEN, Proof.CLAIMED
OWNER, FAMILY, TENANT = Capacity.OWNER, Capacity.FAMILY, Capacity.TENANT


def given_by(
    number: int,
    proof: Proof = PROVEN,
    capacity: Capacity = OWNER,
    *,
    hour: int | None = None,
    is_accepted: bool = True,
) -> ResponseFacts:
    """Response `number`, answered in that hour unless told."""
    at = START + timedelta(hours=number if hour is None else hour)
    return ResponseFacts(number, proof, capacity, at, is_accepted)


@pytest.mark.parametrize(
    ("responses", "stands"),
    [
        pytest.param([], Standing(), id="nobody-answered"),
        pytest.param([given_by(1)], Standing(1, 1, PROVEN), id="the-only-one"),
        pytest.param([given_by(1), given_by(2)], Standing(2, 2, PROVEN), id="the-later-one"),
        pytest.param([given_by(1, hour=5), given_by(2, hour=3)], Standing(1, 1, PROVEN), id="answered-later-though-sent-earlier"),
        pytest.param([given_by(1, hour=3), given_by(2, hour=3)], Standing(2, 2, PROVEN), id="at-once-the-one-that-came-later"),
        pytest.param([given_by(1, CLAIMED)], Standing(1, 1, CLAIMED), id="claimed-while-nothing-is-proven"),
        pytest.param([given_by(1, CLAIMED), given_by(2)], Standing(2, 2, PROVEN), id="proven-after-claimed"),
        pytest.param([given_by(1), given_by(2, CLAIMED)], Standing(1, 1, PROVEN), id="claimed-never-replaces-proven"),
        pytest.param([given_by(1, PROVEN, TENANT), given_by(2, CLAIMED, OWNER)], Standing(1, 1, PROVEN), id="a-claimed-owner-is-no-owner"),
        pytest.param([given_by(1), given_by(2, PROVEN, TENANT)], Standing(2, 1, PROVEN), id="the-owner-consents-the-tenant-needs"),
        pytest.param([given_by(1, PROVEN, TENANT), given_by(2)], Standing(2, 2, PROVEN), id="the-owner-came-last"),
        pytest.param([given_by(1), given_by(2), given_by(3, PROVEN, FAMILY)], Standing(3, 2, PROVEN), id="the-latest-of-the-owner"),
        pytest.param([given_by(1, PROVEN, FAMILY), given_by(2, PROVEN, TENANT)], Standing(2, 2, PROVEN), id="without-an-owner-the-latest"),
        pytest.param([given_by(1, CLAIMED), given_by(2, CLAIMED, TENANT)], Standing(2, 1, CLAIMED), id="of-claimed-ones-alike"),
        pytest.param([given_by(1), given_by(2, is_accepted=False)], Standing(1, 1, PROVEN), id="late-paper-waits"),
        pytest.param([given_by(1, CLAIMED), given_by(2, is_accepted=False)], Standing(1, 1, CLAIMED), id="late-paper-does-not-push-a-claim-aside"),
        pytest.param([given_by(1, is_accepted=False)], Standing(), id="only-paper-that-waits"),
    ],
)  # fmt: skip
def test_one_response_counts_for_a_household(responses: Sequence[ResponseFacts], stands: Standing) -> None:
    assert standing(responses) == stands
    assert standing(responses[::-1]) == stands


OPTIONS = [{"value": value, "title": value} for value in "abc"]
FORM = read_definition(
    form_of(
        question("one", "one", options=OPTIONS, other=True),
        question("many", "many", options=OPTIONS),
        question("scale", "scale"),
        question("number", "number", decimals=6),
        question("span", "number", least="0", most="100"),
        question("text", "text"),
        question("date", "date"),
        question("ranking", "ranking", options=OPTIONS),
        question("photo", "photo"),
        question("stance", "stance", is_consent=True),
        question("items", "items", options=OPTIONS),
        question("band", "contribution", options=OPTIONS, ways=OPTIONS),
        question("age", "one", sensitive="age", why="看总数。"),
        question("name", "text", personal="name", why="好联系。"),
    )
)


def cells_of(answers: dict[str, Any], definition: Definition = FORM) -> dict[str, dict[str, Any]]:
    counts: dict[str, dict[str, Any]] = {}
    add(counts, contributions(definition, answers, is_consent=False))
    add(counts, contributions(definition, answers, is_consent=True))
    return counts


@pytest.mark.parametrize(
    ("answers", "cells"),
    [
        pytest.param({}, {}, id="nothing"),
        pytest.param({"one": "a"}, {"one": {"#answered": 1, "a": 1}}, id="one"),
        pytest.param({"one": "other", "one.other": "话"}, {"one": {"#answered": 1, "other": 1}}, id="other"),
        pytest.param({"many": ["a", "c"]}, {"many": {"#answered": 1, "a": 1, "c": 1}}, id="many"),
        pytest.param({"scale": "4"}, {"scale": {"#answered": 1, "4": 1}}, id="scale"),
        pytest.param({"number": "12.5"}, {"number": {"#answered": 1, "#total": "12.5", "12": 1}}, id="number"),
        pytest.param({"number": "1000"}, {"number": {"#answered": 1, "#total": "1000", "1000": 1}}, id="a-round-number"),
        pytest.param({"number": "0"}, {"number": {"#answered": 1, "0": 1}}, id="zero-adds-nothing"),
        pytest.param({"text": "话"}, {"text": {"#answered": 1}}, id="text"),
        pytest.param({"photo": [7]}, {"photo": {"#answered": 1}}, id="photo"),
        pytest.param({"date": "2026-03-04"}, {"date": {"#answered": 1, "2026-03": 1}}, id="date-by-month"),
        pytest.param(
            {"ranking": ["c", "a", "b"]}, {"ranking": {"#answered": 1, "c@1": 1, "a@2": 1, "b@3": 1}}, id="ranking",
        ),
        pytest.param({"stance": "agree", "stance.reason": "好"}, {"stance": {"#answered": 1, "agree": 1}}, id="stance"),
        pytest.param(
            {"items": ["a", "b"], "items.top": ["b"]}, {"items": {"#answered": 1, "a": 1, "b": 1, "b@top": 1}}, id="items",
        ),
        pytest.param(
            {"band": "a", "band.ways": ["b", "c"]}, {"band": {"#answered": 1, "a": 1, "way:b": 1, "way:c": 1}}, id="band",
        ),
        pytest.param({"age": "a", "age.consent": True}, {"age": {"#answered": 1, "a": 1}}, id="sensitive-is-counted"),
        pytest.param({"name": "张三"}, {}, id="a-name-is-never-counted"),
        pytest.param({"gone": "a"}, {}, id="a-question-of-another-version"),
    ],
)  # fmt: skip
def test_each_kind_has_its_cells(answers: dict[str, Any], cells: dict[str, Any]) -> None:
    assert cells_of(answers) == cells


def test_consent_questions_and_others_are_told_apart() -> None:
    answers = {"one": "a", "stance": "agree"}
    assert {key for key, *_ in contributions(FORM, answers, is_consent=True)} == {"stance"}
    assert {key for key, *_ in contributions(FORM, answers, is_consent=False)} == {"one"}


@pytest.mark.parametrize(
    ("facts", "value", "lower"),
    [
        pytest.param({"least": "0", "most": "20"}, "7.9", "7", id="whole-numbers-of-a-short-span"),
        pytest.param({"least": "0.5", "most": "9.5"}, "1.4", "0.5", id="from-the-least-on"),
        pytest.param({"least": "0", "most": "100"}, "9.99", "0", id="the-first-tenth"),
        pytest.param({"least": "0", "most": "100"}, "10", "10", id="the-second-tenth-begins"),
        pytest.param({"least": "0", "most": "100"}, "100", "90", id="the-last-tenth-has-its-end"),
        pytest.param({"least": "-50", "most": "50"}, "-1", "-10", id="tenths-below-zero"),
        pytest.param({}, "0", "0", id="zero"),
        pytest.param({}, "19.99", "19", id="single-numbers-where-it-is-unbounded"),
        pytest.param({}, "-0.5", "-1", id="single-numbers-below-zero"),
        pytest.param({}, "20", "20", id="steps-of-two"),
        pytest.param({}, "49", "20", id="up-to-five"),
        pytest.param({}, "50", "50", id="steps-of-five"),
        pytest.param({}, "100", "100", id="the-next-power"),
        pytest.param({"least": "0"}, "123456", "100000", id="bounded-on-one-side"),
        pytest.param({}, "-37", "-50", id="large-numbers-below-zero"),
        pytest.param({}, "-50", "-50", id="a-bound-below-zero"),
    ],
)  # fmt: skip
def test_numbers_are_counted_in_ranges_named_by_their_lower_bound(facts: Any, value: str, lower: str) -> None:
    (asked,) = read_definition(form_of(question("n", "number", **facts))).questions
    assert bin_of(asked, Decimal(value)) == lower


@pytest.mark.parametrize(
    ("came", "out", "left"),
    [
        pytest.param([{"one": "a"}, {"one": "b"}], [{"one": "b"}], {"one": {"#answered": 1, "a": 1}}, id="a-cell-of-nothing-goes"),
        pytest.param([{"one": "a"}, {"one": "a"}], [{"one": "a"}], {"one": {"#answered": 1, "a": 1}}, id="one-of-two-stays"),
        pytest.param([{"one": "a", "scale": "4"}], [{"one": "a", "scale": "4"}], {}, id="a-question-of-nothing-goes"),
        pytest.param([{"one": "a"}, {"scale": "4"}], [{"one": "a"}], {"scale": {"#answered": 1, "4": 1}}, id="the-other-question-stays"),
        pytest.param([{"number": "1.5"}, {"number": "-1.5"}], [], {"number": {"#answered": 2, "1": 1, "-2": 1}}, id="a-sum-that-comes-to-nothing"),
        pytest.param([{"number": "1.5"}, {"number": "2"}], [{"number": "1.5"}], {"number": {"#answered": 1, "#total": "2", "2": 1}}, id="a-number-is-taken-off-the-sum"),
    ],
)  # fmt: skip
def test_what_is_taken_out_again_leaves_no_trace(
    came: list[Any], out: list[Any], left: dict[str, Any]
) -> None:
    counts: dict[str, dict[str, Any]] = {}
    for answers in came:
        add(counts, contributions(FORM, answers, is_consent=False))
    for answers in out:
        add(counts, contributions(FORM, answers, is_consent=False), -1)
    assert counts == left


VALUES = st.sampled_from("abc")
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "one": VALUES,
        "many": st.lists(VALUES, unique=True, min_size=1),
        "number": st.decimals(-(10**12), 10**12, places=6).map(lambda number: format(number, "f")),
        "span": st.integers(0, 100).map(str),
        "ranking": st.permutations("abc"),
        "stance": st.sampled_from(["agree", "disagree", "neutral"]),
        "items": st.lists(VALUES, unique=True, min_size=1),
        "items.top": st.lists(VALUES, unique=True),
        "band": VALUES,
        "band.ways": st.lists(VALUES, unique=True),
    },
)


@given(
    kept=st.lists(ANSWERS, max_size=6),
    passing=st.lists(ANSWERS, max_size=6),
    dice=st.randoms(use_true_random=False),
)
def test_folding_in_and_out_in_any_order_equals_counting_what_stays(
    kept: list[Any], passing: list[Any], dice: Any
) -> None:
    moves = [(answers, 1) for answers in [*kept, *passing]] + [(answers, -1) for answers in passing]
    dice.shuffle(moves)
    counts: dict[str, dict[str, Any]] = {}
    for answers, sign in moves:
        for is_consent in (True, False):
            add(counts, contributions(FORM, answers, is_consent=is_consent), sign)
    at_once: dict[str, dict[str, Any]] = {}
    for answers in kept:
        for is_consent in (False, True):
            add(at_once, contributions(FORM, answers, is_consent=is_consent))
    assert counts == at_once


@given(one=st.lists(ANSWERS, max_size=5), other=st.lists(ANSWERS, max_size=5))
def test_counts_added_together_are_the_counts_of_all(one: list[Any], other: list[Any]) -> None:
    def counted(answers: list[Any]) -> dict[str, dict[str, Any]]:
        counts: dict[str, dict[str, Any]] = {}
        for each in answers:
            merge(counts, cells_of(each))
        return counts

    together = counted(one)
    merge(together, counted(other))
    assert together == counted([*one, *other])


def test_a_sum_of_numbers_is_exact() -> None:
    counts: dict[str, dict[str, Any]] = {}
    for _ in range(10):
        add(counts, contributions(FORM, {"number": "0.1"}, is_consent=False))
    assert counts["number"]["#total"] == "1"
