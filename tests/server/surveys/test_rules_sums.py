"""In which groups a household is counted, and that folding it out again leaves what was there before."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from server.surveys.rules.definition import Definition, read_definition
from server.surveys.rules.sums import Answered, Dimension, Group, Table, age_of, fold, groups_of
from server.surveys.rules.words import Capacity, Proof
from tests.factories.surveys import WHOLE, form_of, question

FORM = read_definition(WHOLE)
OLD = {"age": "old", "age.consent": True}
NEEDS = Answered(
    2,
    7,
    Capacity.TENANT,
    Proof.CLAIMED,
    {"people": "3", "agree": "disagree", "more": "路灯太暗", **OLD},
    FORM,
)
CONSENT = Answered(1, 7, Capacity.OWNER, Proof.PROVEN, {"people": "2", "agree": "agree"}, FORM)


def question_of(sensitive: str | None, key: str = "age") -> Definition:
    why = {"sensitive": sensitive, "why": "看总数。"} if sensitive else {}
    return read_definition(form_of(question(), question(key, "one", **why)))


@pytest.mark.parametrize(
    ("definition", "answers", "age"),
    [
        pytest.param(question_of("age"), {"age": "a"}, "a", id="asked-and-answered"),
        pytest.param(question_of("age", "how_old"), {"how_old": "b"}, "b", id="whatever-the-question-is-called"),
        pytest.param(question_of("age"), {}, "", id="not-answered"),
        pytest.param(question_of("age"), {"age": ""}, "", id="answered-with-nothing"),
        pytest.param(question_of("illness"), {"age": "a"}, "", id="another-sensitive-thing"),
        pytest.param(question_of(None), {"age": "a"}, "", id="not-asked-as-sensitive"),
        pytest.param(question_of("age"), {"wants": "a"}, "", id="another-question-was-answered"),
    ],
)  # fmt: skip
def test_the_age_is_the_band_that_was_given_where_it_was_asked(
    definition: Definition, answers: Mapping[str, Any], age: str
) -> None:
    assert age_of(replace(NEEDS, answers=answers, definition=definition)) == age


def test_a_response_stands_once_in_each_dimension_and_by_age_only_where_it_was_told() -> None:
    assert list(groups_of(NEEDS)) == [
        (Dimension.ALL, ""),
        (Dimension.BUILDING, "7"),
        (Dimension.CAPACITY, "tenant"),
        (Dimension.PROOF, "claimed"),
        (Dimension.VERSION, "2"),
        (Dimension.AGE, "old"),
    ]
    assert Dimension.AGE not in dict(groups_of(CONSENT))


def test_a_household_is_one_in_every_group_of_the_response_that_counts() -> None:
    table: Table = {}
    fold(table, NEEDS, None)
    assert table.keys() == set(groups_of(NEEDS))
    assert {group.households for group in table.values()} == {1}
    for group in table.values():
        assert group.counts["people"] == {"#answered": 1, "#total": "3", "3": 1}
        assert "agree" not in group.counts


def test_consent_is_counted_in_the_groups_of_whoever_consents_and_is_no_second_household() -> None:
    table: Table = {}
    fold(table, NEEDS, CONSENT)
    whole, owners, tenants = (
        table[key]
        for key in ((Dimension.ALL, ""), (Dimension.CAPACITY, "owner"), (Dimension.CAPACITY, "tenant"))
    )
    assert (whole.households, owners.households, tenants.households) == (1, 0, 1)
    assert whole.counts["agree"] == owners.counts["agree"] == {"#answered": 1, "agree": 1}
    assert whole.counts["people"]["#total"] == tenants.counts["people"]["#total"] == "3"
    assert "agree" not in tenants.counts and "people" not in owners.counts


@pytest.mark.parametrize(
    ("needs", "consent"),
    [
        pytest.param(NEEDS, CONSENT, id="two-responses"),
        pytest.param(NEEDS, NEEDS, id="one-for-both"),
        pytest.param(NEEDS, None, id="nobody-for-consent"),
        pytest.param(None, CONSENT, id="consent-alone"),
        pytest.param(None, None, id="nothing-at-all"),
    ],
)
def test_a_household_that_is_taken_out_leaves_what_was_there(
    needs: Answered | None, consent: Answered | None
) -> None:
    alone: Table = {}
    fold(alone, needs, consent)
    fold(alone, needs, consent, sign=-1)
    assert all(group == Group() for group in alone.values())

    beside: Table = {}
    fold(beside, CONSENT, CONSENT)
    kept = deepcopy(beside)
    fold(beside, needs, consent)
    fold(beside, needs, consent, sign=-1)
    assert {key: group for key, group in beside.items() if group != Group()} == kept
