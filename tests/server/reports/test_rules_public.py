"""What the public reads: what became of what they asked for, and open data in which no home can be found."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.decisions.rules import Outcome
from server.kernel.chinatime import start_of
from server.kernel.disclosure import HIDDEN_ZH
from server.reports.rules import opendata
from server.reports.rules.after import ticket_span
from server.reports.rules.facts import Ratio
from server.reports.rules.heard import Wish, Works, heard
from server.reports.rules.opendata import Version
from server.reports.rules.told import opinion_zh, tickets_told
from tests.factories.reports import facts

ON = date(2026, 2, 10)
LEAST = 5
DAYS = 365


@pytest.mark.parametrize(
    ("outcomes", "works", "word"),
    [
        pytest.param([], Works(), "还没有表决", id="not-voted"),
        pytest.param([Outcome.ADOPTED], Works(), "定了，等开工", id="adopted"),
        pytest.param([Outcome.REJECTED, Outcome.ADOPTED], Works(), "定了，等开工", id="adopted-in-one-scope"),
        pytest.param([Outcome.ADOPTED], Works(has_started=True), "定了，正在改", id="works-go-on"),
        pytest.param([Outcome.ADOPTED], Works(True, True), "定了，已完工", id="works-are-over"),
        pytest.param(
            [Outcome.ADOPTED],
            Works(True, True, {"B03"}),
            "定了，已完工",
            id="another-thing-was-decided-later",
        ),
        pytest.param([Outcome.BLOCKED], Works(True, True), "票数够，还缺同意", id="blocked"),
        pytest.param([Outcome.REJECTED, Outcome.NO_QUORUM], Works(), "表决没有通过", id="rejected"),
        pytest.param([Outcome.NO_QUORUM], Works(), "没有形成决定，可以再投", id="no-quorum-is-not-rejected"),
    ],
)
def test_what_became_of_a_wish(outcomes: list[Outcome], works: Works, word: str):
    (one,) = heard([Wish("B02", "水", 9)], {"B02": outcomes}, works, LEAST)
    assert (one.title, one.word) == ("水", word)
    assert one.tone


@pytest.mark.parametrize(
    ("finished_on", "word"),
    [
        pytest.param(None, "定了，正在改", id="works-go-on"),
        pytest.param(ON, "定了，已完工", id="decided-on-their-last-day"),
        pytest.param(date(2026, 2, 9), "定了，等开工", id="decided-the-day-after"),
    ],
)
def test_works_that_were_over_before_it_was_decided_did_nothing_of_it(finished_on: date | None, word: str):
    works = Works.known(date(2026, 1, 5), finished_on, {"B02": ON})
    (one,) = heard([Wish("B02", "水", 9)], {"B02": [Outcome.ADOPTED]}, works, LEAST)
    assert one.word == word


def test_what_was_voted_and_not_yet_decided_is_not_called_unvoted():
    (one,) = heard([Wish("B02", "水", 9)], {}, Works(), LEAST, {"B02"})
    assert one.word == "投过票了，等定下来"
    (one,) = heard([Wish("B02", "水", 9)], {"B02": [Outcome.REJECTED]}, Works(), LEAST, {"B02"})
    assert one.word == "表决没有通过"


@pytest.mark.parametrize(
    ("outcomes", "voted", "word"),
    [
        pytest.param([], set(), "定过，被法院撤销了", id="nothing-since"),
        pytest.param([], {"B02"}, "投过票了，等定下来", id="voted-again"),
        pytest.param([Outcome.ADOPTED], set(), "定了，正在改", id="another-decision-stands"),
    ],
)
def test_what_a_court_revoked_is_not_called_decided(outcomes, voted, word):
    (one,) = heard(
        [Wish("B02", "水", 9)], {"B02": outcomes}, Works(has_started=True), LEAST, voted, revoked={"B02"}
    )
    assert (one.word, one.is_settled) == (word, bool(outcomes))


def test_what_few_asked_for_is_not_told_and_the_order_tells_nothing():
    wishes = [Wish("B02", "水", 5), Wish("B03", "电", 4), Wish("B06", "路", 90)]
    assert [one.title for one in heard(wishes, {}, Works(), LEAST)] == ["水", "路"]


def version(number: int = 1, answered: int = 50, **known: Any) -> Version:
    return Version(
        **{
            "number": number, "asked": 100, "answered": answered, "consent_answered": None, "agreed": None,
            "closed_on": ON, "published_on": ON, **known,
        }
    )  # fmt: skip


def told(*versions: Version) -> tuple[str, ...]:
    """Answered and agreed, as they are told."""
    return tuple(opendata.survey_cells(versions, LEAST)[2:4])


@pytest.mark.parametrize(
    ("known", "cells"),
    [
        pytest.param({}, ("50", ""), id="asked-for-no-consent"),
        pytest.param({"consent_answered": 40, "agreed": 30}, ("50", "30"), id="large-counts-are-told"),
        pytest.param({"answered": 4}, (HIDDEN_ZH, ""), id="few-answered"),
        pytest.param({"answered": 97}, (HIDDEN_ZH, ""), id="few-kept-silent"),
        pytest.param({"consent_answered": 40, "agreed": 40}, ("50", HIDDEN_ZH), id="all-agree-and-that-is-hidden"),
    ],
)  # fmt: skip
def test_small_counts_of_households_are_hidden(known: dict, cells: tuple[str, str]):
    assert told(version(**known)) == cells


@pytest.mark.parametrize(
    "versions",
    [
        pytest.param([], id="never-published"),
        pytest.param([version(stands=False)], id="withdrawn"),
        pytest.param([version(), version(2, stands=False)], id="published-again-and-withdrawn"),
    ],
)
def test_of_what_does_not_hang_nothing_is_told(versions: list[Version]):
    assert opendata.survey_cells(versions, LEAST) == [""] * 6


AGREED = {"consent_answered": 40, "agreed": 30}


@pytest.mark.parametrize(
    ("again", "cells"),
    [
        pytest.param(version(2, 50, **AGREED), ("50", "30"), id="the-same"),
        pytest.param(version(2, 55, consent_answered=45, agreed=35), ("55", "35"), id="as-many-more-as-may-be-told"),
        pytest.param(version(2, 54, consent_answered=45, agreed=35), (HIDDEN_ZH, HIDDEN_ZH), id="four-more-answered"),
        pytest.param(version(2, 55, consent_answered=45, agreed=31), (HIDDEN_ZH, HIDDEN_ZH), id="one-more-agrees"),
        pytest.param(version(2, 55, consent_answered=41, agreed=30), (HIDDEN_ZH, HIDDEN_ZH), id="one-more-was-asked"),
        pytest.param(version(2, 51), (HIDDEN_ZH, ""), id="where-nothing-was-asked-nothing-is-hidden"),
    ],
)  # fmt: skip
def test_two_publications_side_by_side_tell_of_no_few_households(again: Version, cells: tuple[str, str]):
    assert told(version(**AGREED), again) == cells
    assert told(version(**AGREED), version(2, 90, consent_answered=80, agreed=60), version(3, **AGREED)) == (
        "50",
        "30",
    )


def test_a_correction_carries_its_number_its_day_and_its_reason():
    later = date(2026, 2, 20)
    again = version(2, 60, published_on=later, reason="有两张表录重了")
    assert opendata.survey_cells([version(), again], LEAST) == [
        "2026-02-10", "2026-02-20", "60", "", "2", "有两张表录重了",
    ]  # fmt: skip


@given(st.integers(0, 300), st.data())
def test_no_small_count_ever_leaves(asked: int, data: st.DataObject):
    answered = data.draw(st.integers(0, asked))
    consent = data.draw(st.integers(0, answered))
    agreed = data.draw(st.integers(0, consent))
    for cell in told(version(1, answered, asked=asked, consent_answered=consent, agreed=agreed)):
        assert cell == HIDDEN_ZH or int(cell) >= LEAST


def test_a_row_has_a_cell_for_each_field_and_nothing_recorded_is_empty():
    places = 4
    bare = opendata.cells(facts(), [], LEAST, DAYS)
    assert len(bare) + places == len(opendata.FIELDS)
    assert bare == ["100", "2", *[""] * 30]
    full = opendata.cells(
        facts(plan_year=2026, voted_on=ON, roll_heads=60, heads=0, started_on=ON), [], LEAST, DAYS
    )
    assert full[2:] == ["2026", *[""] * 6, "2026-02-10", "60", "0", "", "2026-02-10", *[""] * 18]
    with pytest.raises(TypeError):
        opendata._first("a word")


# ------------------------------------------------------------------ after the works

NAMES = [field.name for field in opendata.FIELDS[4:]]


def after(**known: Any) -> dict[str, str]:
    return dict(zip(NAMES, opendata.cells(facts(**known), [], LEAST, DAYS), strict=True))


def test_money_and_management_are_told_as_they_are_recorded():
    found = after(is_covered=False, funds_received=1_234_05, funds_spent=0, given=100)
    assert [found[name] for name in ("is_managed_today", "funds_received", "funds_spent", "given")] == [
        "否", "1234.05", "0.00", "1.00",
    ]  # fmt: skip
    assert after(is_covered=True)["is_managed_today"] == "是"


def test_tickets_are_told_where_none_of_their_counts_is_small():
    found = after(
        tickets_ended=60, tickets_on_time=40, tickets_open=30, tickets_overdue=10, tickets_confirmed=30,
        tickets_unconfirmed=20, tickets_reopened=9,
    )  # fmt: skip
    told = {name: found[name] for name in NAMES if name.startswith("tickets")}
    assert found["ticket_days"] == "365"
    assert list(told.values()) == ["90", "40", "20", "10", "30", "20", "9"]


def test_a_share_of_tickets_is_told_only_of_what_is_shown():
    many = {
        "tickets_ended": 60,
        "tickets_on_time": 40,
        "tickets_open": 30,
        "tickets_overdue": 10,
        "tickets_confirmed": 30,
    }
    found = tickets_told(facts(**many, tickets_unconfirmed=20), LEAST)
    assert found is not None
    assert (found.kept_time, found.was_confirmed) == (Ratio(40, 70), Ratio(30, 60))
    assert found.ended == 60
    few = tickets_told(facts(tickets_ended=2, tickets_on_time=1), LEAST)
    assert few is not None
    assert (few.kept_time, few.was_confirmed, few.ended) == (None, None, None)
    assert tickets_told(facts(), LEAST) is None


def test_reports_that_ended_count_for_so_many_days_and_today_is_the_last():
    since, until = ticket_span(30, date(2026, 3, 30))
    assert (since, until) == (start_of(date(2026, 3, 1)), start_of(date(2026, 3, 31)))


@given(st.integers(0, 60), st.integers(0, 60), st.data())
def test_no_small_count_of_tickets_ever_leaves(ended: int, still: int, data: st.DataObject):
    confirmed = data.draw(st.integers(0, ended))
    found = after(
        tickets_ended=ended,
        tickets_open=still,
        tickets_on_time=data.draw(st.integers(0, ended)),
        tickets_overdue=data.draw(st.integers(0, still)),
        tickets_confirmed=confirmed,
        tickets_unconfirmed=data.draw(st.integers(0, ended - confirmed)),
        tickets_reopened=data.draw(st.integers(0, ended + still)),
    )
    for name in NAMES:
        if name.startswith("tickets"):
            assert found[name] == HIDDEN_ZH or int(found[name]) >= LEAST


@pytest.mark.parametrize(
    ("known", "words", "cells"),
    [
        pytest.param({}, "", ["", "", "", "", ""], id="never-judged"),
        pytest.param({"judged_on": ON, "judged_households": 40, "judged_answered": 3, "judged_marked": 3, "judged_satisfied": 1}, "评过，答的户太少，不公布", ["2026-02-10", "40", "3", HIDDEN_ZH, HIDDEN_ZH], id="what-the-round-did-not-tell"),
        pytest.param({"judged_on": ON, "judged_households": 40, "judged_answered": 31, "told_marked": 30, "told_satisfied": 20}, "满意 67%", ["2026-02-10", "40", "31", "30", "20"], id="as-the-round-told-it"),
    ],
)  # fmt: skip
def test_what_people_think_is_told_as_the_round_told_it(known: dict, words: str, cells: list[str]):
    assert opinion_zh(facts(**known)) == words
    assert list(after(**known).values())[-5:] == cells
