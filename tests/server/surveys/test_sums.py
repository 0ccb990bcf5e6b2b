"""Sums kept beside the responses are always what counting them anew would give."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.infra.db import db, unit_of_work
from server.surveys import actions, queries
from server.surveys.models import Survey, SurveySum
from server.surveys.rules.sums import Dimension
from server.surveys.rules.words import Capacity, Proof
from tests.factories.surveys import ANSWERS, ASKING, RESIDENT, WHOLE, answer, card_of, fold, make_asked

ANY_ANSWERS = st.fixed_dictionaries(
    {"agree": st.sampled_from(["agree", "disagree", "neutral"])},
    optional={
        "people": st.integers(1, 20).map(str),
        "age": st.sampled_from(["young", "old"]),
        "age.consent": st.just(True),
        "items": st.lists(st.sampled_from(["B-01", "B-02", "W-01", "T-01"]), unique=True, min_size=1),
        "faults": st.lists(st.sampled_from(["a", "b"]), unique=True, max_size=2),
        "more": st.sampled_from(["灯暗", "路破"]),
    },
)
ACTS = st.lists(
    st.one_of(
        st.tuples(
            st.just("answer"),
            st.integers(0, 3),
            ANY_ANSWERS,
            st.sampled_from(Capacity),
            st.sampled_from(Proof),
        ),
        st.tuples(st.just("fold")),
        st.tuples(st.just("withdraw"), st.integers(0, 3)),
    ),
    min_size=1,
    max_size=12,
)


def shown(survey: Survey) -> dict[Any, Any]:
    """The groups that somebody is in."""
    db.session.expire_all()
    table = queries.sums(survey.id)
    return {key: (one.households, one.counts) for key, one in table.items() if one.households or one.counts}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=15)
@given(acts=ACTS)
@pytest.mark.usefixtures("app")
def test_live_sums_equal_sums_made_anew_whatever_was_folded_when(acts: list[tuple[Any, ...]]) -> None:
    survey, flats = make_asked(WHOLE, flats=4)
    for number, act in enumerate(acts):
        if act[0] == "fold":
            fold()
        elif act[0] == "withdraw":
            with unit_of_work():
                actions.withdraw_private(survey, card_of(flats[act[1]]), actor=RESIDENT, now=ASKING)
        else:
            _, place, answers, capacity, proof = act
            _try_to_answer(survey, flats[place], answers, capacity, proof, number)
    live = shown(survey)
    with unit_of_work():
        assert not actions.recompute_sums(survey.id)
    assert shown(survey) == live


def _try_to_answer(
    survey: Survey, flat: Any, answers: dict[str, Any], capacity: Capacity, proof: Proof, number: int
) -> None:
    if "age" in answers:
        answers = {**answers, "age.consent": True}
    answer(survey, flat, answers, capacity=capacity, proof=proof, now=ASKING + timedelta(minutes=number))


@pytest.mark.usefixtures("app")
def test_a_sum_that_was_spoilt_is_found_and_mended() -> None:
    survey, flats = make_asked(WHOLE)
    answer(survey, flats[0], ANSWERS)
    fold()
    with unit_of_work():
        row = db.session.get_one(SurveySum, (survey.id, Dimension.ALL.value, ""))
        row.counts = {**row.counts, "people": {"#answered": 7}}
    with unit_of_work():
        assert actions.recompute_sums(survey.id)
    assert shown(survey)[Dimension.ALL, ""][1]["people"]["#answered"] == 1


@pytest.mark.usefixtures("app")
def test_results_count_a_household_in_the_group_of_its_answer() -> None:
    survey, flats = make_asked(WHOLE)
    answer(survey, flats[0], {**ANSWERS, "age": "old", "age.consent": True})
    answer(survey, flats[1], {**ANSWERS, "agree": "disagree"}, capacity=Capacity.TENANT)
    found = shown(survey)
    assert found[Dimension.CAPACITY, "owner"][0] == 1
    assert found[Dimension.CAPACITY, "tenant"][1]["agree"] == {"#answered": 1, "disagree": 1}
    assert found[Dimension.AGE, "old"][0] == 1
    assert found[Dimension.BUILDING, str(flats[0].building_id)][0] == 2
