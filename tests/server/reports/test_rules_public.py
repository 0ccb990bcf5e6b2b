"""What the public reads: what became of what they asked for, and open data in which no home can be found."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.decisions.rules import Outcome
from server.kernel.disclosure import HIDDEN_ZH
from server.reports.rules import opendata
from server.reports.rules.heard import Wish, Works, heard
from tests.factories.reports import facts

ON = date(2026, 2, 10)
LEAST = 5


@pytest.mark.parametrize(
    ("outcomes", "works", "word"),
    [
        pytest.param([], Works(), "还没有表决", id="not-voted"),
        pytest.param([Outcome.ADOPTED], Works(), "定了，等开工", id="adopted"),
        pytest.param([Outcome.REJECTED, Outcome.ADOPTED], Works(), "定了，等开工", id="adopted-in-one-scope"),
        pytest.param([Outcome.ADOPTED], Works(has_started=True), "定了，正在改", id="works-go-on"),
        pytest.param([Outcome.ADOPTED], Works(True, True), "定了，已完工", id="works-are-over"),
        pytest.param([Outcome.BLOCKED], Works(True, True), "票数够，还缺同意", id="blocked"),
        pytest.param([Outcome.REJECTED, Outcome.NO_QUORUM], Works(), "表决没有通过", id="rejected"),
        pytest.param([Outcome.NO_QUORUM], Works(), "没有形成决定，可以再投", id="no-quorum-is-not-rejected"),
    ],
)
def test_what_became_of_a_wish(outcomes: list[Outcome], works: Works, word: str):
    (one,) = heard([Wish("B02", "水", 9)], {"B02": outcomes}, works, LEAST)
    assert (one.title, one.word) == ("水", word)
    assert one.tone


def test_what_few_asked_for_is_not_told_and_the_order_tells_nothing():
    wishes = [Wish("B02", "水", 5), Wish("B03", "电", 4), Wish("B06", "路", 90)]
    assert [one.title for one in heard(wishes, {}, Works(), LEAST)] == ["水", "路"]


@pytest.mark.parametrize(
    ("known", "cells"),
    [
        pytest.param({}, ("", ""), id="never-asked"),
        pytest.param({"asked": 100, "answered": 50}, ("", ""), id="still-running"),
        pytest.param({"surveyed_on": ON}, ("", ""), id="closed-without-households"),
        pytest.param({"asked": 100, "answered": 50, "surveyed_on": ON}, ("50", ""), id="asked-for-no-consent"),
        pytest.param({"asked": 100, "answered": 50, "surveyed_on": ON, "consent_answered": 40, "agreed": 30}, ("50", "30"), id="large-counts-are-told"),
        pytest.param({"asked": 100, "answered": 4, "surveyed_on": ON}, (HIDDEN_ZH, ""), id="few-answered"),
        pytest.param({"asked": 100, "answered": 97, "surveyed_on": ON}, (HIDDEN_ZH, ""), id="few-kept-silent"),
        pytest.param({"asked": 100, "answered": 50, "surveyed_on": ON, "consent_answered": 40, "agreed": 40}, ("50", HIDDEN_ZH), id="all-agree-and-that-is-hidden"),
    ],
)  # fmt: skip
def test_small_counts_of_households_are_hidden(known: dict, cells: tuple[str, str]):
    assert opendata.survey_cells(facts(**known), LEAST) == cells


@given(st.integers(0, 300), st.data())
def test_no_small_count_ever_leaves(asked: int, data: st.DataObject):
    answered = data.draw(st.integers(0, asked))
    consent = data.draw(st.integers(0, answered))
    agreed = data.draw(st.integers(0, consent))
    row = facts(asked=asked, answered=answered, surveyed_on=ON, consent_answered=consent, agreed=agreed)
    for told in opendata.survey_cells(row, LEAST):
        assert told == HIDDEN_ZH or int(told) >= LEAST


def test_a_row_has_a_cell_for_each_field_and_nothing_recorded_is_empty():
    places = 4
    bare = opendata.cells(facts(), LEAST)
    assert len(bare) + places == len(opendata.FIELDS)
    assert bare == ["100", "2", *[""] * 10]
    full = opendata.cells(facts(plan_year=2026, voted_on=ON, roll_heads=60, heads=0, started_on=ON), LEAST)
    assert full[2:] == ["2026", "", "", "", "2026-02-10", "60", "0", "", "2026-02-10", ""]
    with pytest.raises(TypeError):
        opendata._first("a word")
