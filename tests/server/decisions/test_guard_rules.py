"""The change guard: exact at each edge, and what a newer vote or survey settles."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from server.decisions.rules.guard import (
    Asked,
    Departure,
    Limits,
    agreed_items,
    is_newer,
    is_outdated,
    measure,
    reopened,
)
from server.decisions.rules.outcome import Outcome
from server.decisions.rules.schemes import ROOT, Line, Take, Vote

CLOSED = datetime(2026, 3, 31, 10, tzinfo=UTC)
BEFORE, AFTER = CLOSED - timedelta(days=1), CLOSED + timedelta(days=1)
TEN = Limits.of_percent(10, 10)
ENTRANCE = (ROOT, "b1", "e1")


def vote(item: str, outcome: Outcome = Outcome.ADOPTED, node: str = ROOT, at: datetime = CLOSED) -> Vote:
    return Vote(item, node, outcome, at, ballot_id=1)


def asked(told: int = 100, at: datetime = CLOSED, items: str = "") -> Asked:
    return Asked(at, told, frozenset(items))


def lines(items: str, cost: int = 100) -> list[Line]:
    """These items, with the whole cost on the first."""
    return [Line(item, cost_fen=cost if place == 0 else 0) for place, item in enumerate(items)]


TEN_VOTED = [vote(item) for item in "ABCDEFGHIJ"]


@pytest.mark.parametrize(
    ("items", "codes"),
    [
        pytest.param("ABCDEFGHIJ", [], id="as-voted"),
        pytest.param("ABCDEFGHI", [], id="one-of-ten-dropped-is-exactly-the-share"),
        pytest.param("ABCDEFGHIJK", [], id="one-added-to-ten-is-exactly-the-share"),
        pytest.param("ABCDEFGHIK", ["items_changed"], id="one-changed-for-another-counts-twice"),
        pytest.param("ABCDEFGH", ["items_changed"], id="two-dropped"),
        pytest.param("ABCDEFGHIJKL", ["items_changed"], id="two-added"),
        pytest.param("", ["items_changed", "cost_changed"], id="nothing-left"),
    ],
)
def test_items_beyond_the_share_reopen_consultation(items: str, codes: list[str]) -> None:
    found = measure(lines(items), [ROOT], TEN_VOTED, asked())
    assert [one.code for one in reopened(found, TEN)] == codes


@pytest.mark.parametrize(
    ("cost", "is_reopened"),
    [
        pytest.param(100_000_00, False, id="as-told"),
        pytest.param(110_000_00, False, id="a-tenth-more-is-exactly-the-share"),
        pytest.param(110_000_01, True, id="one-fen-more-than-a-tenth"),
        pytest.param(90_000_00, False, id="a-tenth-less-is-exactly-the-share"),
        pytest.param(89_999_99, True, id="one-fen-less-than-that"),
        pytest.param(0, True, id="nothing"),
    ],
)
def test_cost_beyond_the_share_reopens_consultation(cost: int, is_reopened: bool) -> None:
    found = measure(lines("A", cost), [ROOT], [vote("A")], asked(100_000_00))
    assert [one.code for one in reopened(found, TEN)] == (["cost_changed"] if is_reopened else [])


def test_a_third_is_compared_exactly() -> None:
    three = [vote(item) for item in "ABC"]
    found = measure(lines("AB"), [ROOT], three, asked())
    assert found.item_share == Fraction(1, 3)
    assert reopened(found, Limits.of_percent(33, 10)) != []
    assert reopened(found, Limits(Fraction(1, 3), Fraction(1, 10))) == []


def test_a_share_of_nothing_allows_nothing() -> None:
    found = measure(lines("A", 1), [ROOT], [], asked(0))
    assert (found.item_share, found.cost_share) == (None, None)
    said = reopened(found, Limits.of_percent(100, 100))
    assert [one.code for one in said] == ["items_changed", "cost_changed"]
    assert "都没有征求过意见" in said[0].message and "没有公布造价" in said[1].message
    empty = measure([], [ROOT], [], asked(0))
    assert reopened(empty, Limits.of_percent(0, 0)) == []


def test_no_share_at_all_lets_no_change_pass() -> None:
    assert reopened(measure(lines("A", 101), [ROOT], [vote("A")], asked()), Limits.of_percent(0, 0)) != []
    assert reopened(measure(lines("A", 100), [ROOT], [vote("A")], asked()), Limits.of_percent(0, 0)) == []


def test_more_may_be_added_than_there_was() -> None:
    found = measure(lines("ABC"), [ROOT], [vote("A")], asked())
    assert found.item_share == 2
    assert reopened(found, Limits.of_percent(100, 100)) != []


@pytest.mark.parametrize(
    ("path", "votes", "wanted"),
    [
        pytest.param((ROOT,), [vote("A"), vote("B", Outcome.REJECTED)], {"A"}, id="rejected-is-not-agreed"),
        pytest.param((ROOT,), [vote("A"), vote("B", Outcome.BLOCKED)], {"A"}, id="held-back-is-not-agreed"),
        pytest.param((ROOT,), [vote("A"), vote("B", node="e1")], {"A"}, id="an-entrances-vote-is-its-own"),
        pytest.param(ENTRANCE, [vote("A"), vote("L", node="e1")], {"L"}, id="the-wider-vote-is-silent"),
        pytest.param(ENTRANCE, [vote("X")], {"X"}, id="a-wider-vote-on-what-the-version-speaks-of"),
    ],
)
def test_what_was_agreed_for_a_node(path: tuple[str, ...], votes: list[Vote], wanted: set[str]) -> None:
    assert agreed_items([Line("X", Take.LEAVE)], path, votes) == wanted


def test_an_entrance_that_leaves_out_what_all_voted_departs_from_it() -> None:
    found = measure([Line("A", Take.LEAVE)], ENTRANCE, [vote("A")], asked(0))
    assert (found.added, found.dropped, found.base) == ((), ("A",), 1)


@pytest.mark.parametrize(
    ("at", "added", "dropped"),
    [
        pytest.param(AFTER, (), (), id="a-survey-after-the-vote-settles-both"),
        pytest.param(CLOSED, (), ("B",), id="at-the-same-instant-the-vote-stands"),
        pytest.param(BEFORE, ("A",), (), id="what-was-voted-after-it-is-not-its-ground"),
    ],
)
def test_a_survey_settles_what_it_asked_about(
    at: datetime, added: tuple[str, ...], dropped: tuple[str, ...]
) -> None:
    found = measure(lines("AC"), [ROOT], [vote("A"), vote("B")], asked(at=at, items="BC"))
    assert (found.added, found.dropped) == (added, dropped)


def test_a_later_vote_is_no_ground_until_it_is_named() -> None:
    votes = [vote("A"), vote("B", at=AFTER)]
    assert measure(lines("AB"), [ROOT], votes, asked()).added == ("B",)
    assert measure(lines("AB"), [ROOT], votes, asked(at=AFTER)).added == ()


@pytest.mark.parametrize(
    ("closes", "node", "wanted"),
    [
        pytest.param(BEFORE, ROOT, True, id="voted-since"),
        pytest.param(CLOSED, ROOT, False, id="that-very-vote"),
        pytest.param(BEFORE, "e1", False, id="voted-elsewhere"),
    ],
)
def test_what_was_asked_before_the_last_vote_of_a_scope_is_outdated(
    closes: datetime, node: str, wanted: bool
) -> None:
    assert is_outdated(closes, node, [vote("A")]) is wanted


def test_a_survey_settles_nothing_it_did_not_ask() -> None:
    found = measure(lines("AC"), [ROOT], [vote("A"), vote("B")], asked(at=AFTER, items="D"))
    assert (found.added, found.dropped, found.base) == (("C",), ("B",), 2)


def test_what_a_survey_asked_and_the_version_has_belongs_to_the_base() -> None:
    found = measure(lines("AC"), [ROOT], [vote("A")], asked(at=AFTER, items="CD"))
    assert found.base == 2


@pytest.mark.parametrize(
    ("closes", "than", "wanted"),
    [
        pytest.param(AFTER, BEFORE, True, id="after-both"),
        pytest.param(AFTER, None, True, id="nothing-named-before"),
        pytest.param(CLOSED, BEFORE, False, id="at-the-very-instant-it-came-to-rest"),
        pytest.param(BEFORE, None, False, id="before-it-came-to-rest"),
        pytest.param(AFTER, AFTER, False, id="the-same-one-again"),
    ],
)
def test_only_a_newer_vote_or_survey_lifts_a_version_from_its_rest(
    closes: datetime, than: datetime | None, wanted: bool
) -> None:
    assert is_newer(closes, than, CLOSED) is wanted


def test_the_sentences_give_names_and_exact_figures() -> None:
    departure = Departure(("K",), ("A", "B"), 12, 125_50, 100_00)
    items, cost = reopened(departure, TEN, {"K": "停车场", "A": "围墙"})
    assert items.message == "多了 1 项（停车场），少了 2 项（围墙、B），占同意过的 12 项的 25%，超过了 10%。"
    assert cost.message == "造价比公布的多 25.50 元，是公布的 100.00 元的 25.5%，超过了 10%。"
    less = reopened(Departure((), (), 3, 50_00, 120_00), TEN)
    assert less[0].message == "造价比公布的少 70.00 元，是公布的 120.00 元的约 58.33%，超过了 10%。"


def test_a_departure_is_kept_with_its_figures() -> None:
    departure = Departure(("K",), (), 3, 5, 4)
    assert Departure.from_document(departure.as_document()) == departure
    assert departure.as_document() == {
        "added": ["K"],
        "dropped": [],
        "base": 3,
        "cost_fen": 5,
        "told_cost_fen": 4,
    }
