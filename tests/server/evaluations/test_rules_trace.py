from datetime import date
from fractions import Fraction

import pytest

from server.evaluations.rules.rates import Least, rate
from server.evaluations.rules.shown import Between, ShownRate
from server.evaluations.rules.trace import Decided, Done, Facts, Wished, per_cent, rate_words, traces

DAY, LAST, FINISHED = date(2026, 1, 10), date(2026, 2, 20), date(2026, 3, 2)
DONE = Done(3, 3, LAST)
WISHED = Wished("B-01", "修路", "定了，等开工", True)
DECIDED = Decided("B-01", "修路和停车", DAY, 5)
SHOWN = ShownRate("修路", [], rate=rate(30, 40, 100, Least(Fraction(3, 10), 30)))


def facts(**known) -> Facts:
    return Facts(**{"wished": [WISHED], "decided": [DECIDED], "done": {}, "judged": {}, **known})


def test_a_thing_goes_through_all_four_stations():
    found = traces(facts(done={"B-01": DONE}, judged={"B-01": SHOWN}, round_name="竣工时"))[0]
    assert found.title == "修路和停车"
    assert [station.state for station in found.stations] == ["done"] * 4
    assert [station.at for station in found.stations] == [None, DAY, LAST, None]
    assert found.stations[1].decision_id == found.decision_id == 5
    assert found.stations[3].text == "竣工时满意 75%"


@pytest.mark.parametrize(
    ("known", "states", "words"),
    [
        pytest.param({}, ["done", "done", "now", "next"], "还没做完", id="decided-and-not-done"),
        pytest.param(
            {"done": {"B-01": Done(3, 1, LAST)}},
            ["done", "done", "now", "next"],
            "做完 1 / 3 处",
            id="done-in-one-place-of-three",
        ),
        pytest.param(
            {"finished_on": FINISHED},
            ["done", "done", "done", "now"],
            "随整个工程竣工",
            id="done-with-the-whole",
        ),
        pytest.param(
            {"finished_on": DAY},
            ["done", "done", "done", "now"],
            "随整个工程竣工",
            id="decided-on-the-last-day-of-the-works",
        ),
        pytest.param(
            {"finished_on": date(2026, 1, 9)},
            ["done", "done", "now", "next"],
            "还没做完",
            id="decided-when-the-works-were-over",
        ),
        pytest.param(
            {"done": {"B-01": DONE}}, ["done", "done", "done", "now"], "等住户评", id="not-judged-yet"
        ),
        pytest.param(
            {"decided": [], "wished": [Wished("B-01", "修路", "还没有表决", False)]},
            ["done", "now", "next", "next"],
            "还没有表决",
            id="asked-for-and-not-voted-on",
        ),
        pytest.param(
            {"decided": [], "wished": [Wished("B-01", "修路", "表决没有通过", True)]},
            ["done", "done", "next", "next"],
            "表决没有通过",
            id="voted-down-goes-no-further",
        ),
    ],
)
def test_a_thing_stands_where_it_has_come_to(known, states, words):
    found = traces(facts(**known))[0]
    assert [station.state for station in found.stations] == states
    assert words in [station.text for station in found.stations]


def test_what_was_decided_without_being_asked_for_comes_after_what_was_asked_for():
    found = traces(facts(decided=[Decided("T-01", "电梯", None, 6), DECIDED]))
    assert [one.code for one in found] == ["B-01", "T-01"]
    assert found[1].stations[0].text == "调查里没有单独问"


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        pytest.param(SHOWN, "满意 75%", id="exactly"),
        pytest.param(
            ShownRate("修路", [], between=Between(Fraction(2, 3), Fraction(1))),
            "满意 67% 到 100%",
            id="between",
        ),
        pytest.param(ShownRate("修路", []), "评过，答的户太少，不公布", id="not-at-all"),
    ],
)
def test_a_rate_is_said_as_far_as_it_is_shown(shown, words):
    assert rate_words(shown) == words


@pytest.mark.parametrize(
    ("share", "words"),
    [
        pytest.param(Fraction(0), "0%", id="nothing"),
        pytest.param(Fraction(1, 1000), "1%", id="only-nothing-is-nothing"),
        pytest.param(Fraction(999, 1000), "99%", id="only-the-whole-is-the-whole"),
        pytest.param(Fraction(1), "100%", id="the-whole"),
        pytest.param(Fraction(125, 1000), "13%", id="half-up"),
    ],
)
def test_per_cents_are_whole(share, words):
    assert per_cent(share) == words
