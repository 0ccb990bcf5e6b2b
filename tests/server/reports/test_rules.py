"""The rules of the roll-up, each side of each edge."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.kernel.errors import NotFound
from server.reports.rules.comparing import ranked, why_not
from server.reports.rules.facts import Eligible, Facts, Ratio, total
from server.reports.rules.measures import MEASURES, Least, Show, added, behind, differing, figure
from server.reports.rules.trends import last_day, month_before, months_until, next_month, trend
from tests.factories.reports import facts

LEAST = Least(answers=30, per_cent=30)
ON = date(2026, 2, 10)


def figure_of(key: str, *rows: Facts):
    return figure(MEASURES[key], rows, LEAST)


# ------------------------------------------------------------------ ratios


def test_a_rate_of_nothing_is_no_rate():
    assert Ratio(0, 0).rate is None
    assert Ratio(1, 3).rate == Fraction(1, 3)
    assert Ratio(1, 3).rest == 2
    assert total([Ratio(1, 2), Ratio(Decimal("0.5"), Decimal("1.5"))]) == Ratio(
        Decimal("1.5"), Decimal("3.5")
    )


def test_rates_are_not_averaged():
    one = facts(1, households=300, asked=300, answered=120)
    other = facts(2, households=100, asked=100, answered=90)
    assert figure_of("coverage", one, other).own == Ratio(210, 400)


# ------------------------------------------------------------------ measures


@pytest.mark.parametrize(
    ("answers", "asked", "is_enough"),
    [
        pytest.param(30, 100, True, id="both-exactly"),
        pytest.param(29, 90, False, id="one-answer-too-few"),
        pytest.param(30, 101, False, id="a-hair-under-the-share"),
        pytest.param(31, 103, True, id="just-over-the-share"),
        pytest.param(0, 0, False, id="nobody-asked"),
    ],
)
def test_enough_answered_means_number_and_share(answers: int, asked: int, is_enough: bool):
    assert LEAST.is_enough(answers, asked) is is_enough


@pytest.mark.parametrize(
    ("key", "known", "own", "is_reached"),
    [
        pytest.param("coverage", {"asked": 100, "answered": 30}, Ratio(30, 100), True, id="answered-enough"),
        pytest.param("coverage", {"asked": 100, "answered": 29}, Ratio(29, 100), False, id="answered-too-little"),
        pytest.param("coverage", {"asked": 100}, Ratio(0, 100), False, id="nobody-answered"),
        pytest.param("will", {"asked": 100, "consent_answered": 40, "agreed": 21}, Ratio(21, 40), True, id="more-than-half-agree"),
        pytest.param("will", {"asked": 100, "consent_answered": 40, "agreed": 20}, Ratio(20, 40), False, id="half-is-not-more-than-half"),
        pytest.param("will", {"asked": 100, "consent_answered": 29, "agreed": 29}, Ratio(29, 29), False, id="all-of-too-few"),
        pytest.param("turnout_heads", {"roll_heads": 60, "heads": 40, "motions": 2, "undecided": 1}, Ratio(40, 60), True, id="one-item-had-its-quorum"),
        pytest.param("turnout_heads", {"roll_heads": 60, "heads": 10, "motions": 2, "undecided": 2}, Ratio(10, 60), False, id="no-item-had-its-quorum"),
        pytest.param("turnout_area", {"roll_area": Decimal("60.50"), "area": Decimal("40.25"), "motions": 1, "undecided": 0}, Ratio(Decimal("40.25"), Decimal("60.50")), True, id="area-had-its-quorum"),
        pytest.param("turnout_area", {"roll_area": Decimal(60), "area": Decimal(1), "motions": 1, "undecided": 1}, Ratio(Decimal(1), Decimal(60)), False, id="area-had-none"),
        pytest.param("passed", {"motions": 3, "passed": 1}, Ratio(1, 3), True, id="one-passed"),
        pytest.param("passed", {"motions": 3, "passed": 0}, Ratio(0, 3), False, id="none-passed"),
        pytest.param("objections", {"objections": 3, "objections_open": 0}, Ratio(3, 3), True, id="all-answered"),
        pytest.param("objections", {"objections": 3, "objections_open": 1}, Ratio(2, 3), False, id="one-open"),
        pytest.param("objections", {"objections": 0}, Ratio(0, 0), True, id="hung-and-nobody-objected"),
        pytest.param("covered", {"is_covered": True}, Ratio(100, 100), True, id="somebody-manages-it-today"),
        pytest.param("covered", {"is_covered": False}, Ratio(0, 100), False, id="finished-and-nobody-manages-it"),
        pytest.param("tickets_on_time", {"tickets_ended": 5, "tickets_on_time": 5, "tickets_overdue": 0}, Ratio(5, 5), True, id="all-in-time"),
        pytest.param("tickets_on_time", {"tickets_ended": 5, "tickets_on_time": 5, "tickets_overdue": 1}, Ratio(5, 6), False, id="one-open-and-late"),
        pytest.param("tickets_confirmed", {"tickets_ended": 5, "tickets_confirmed": 3}, Ratio(3, 5), True, id="more-than-half-confirmed"),
        pytest.param("tickets_confirmed", {"tickets_ended": 4, "tickets_confirmed": 2}, Ratio(2, 4), False, id="half-confirmed-is-not-more"),
        pytest.param("tickets_unconfirmed", {"tickets_ended": 5, "tickets_unconfirmed": 1}, Ratio(1, 5), False, id="one-never-answered"),
        pytest.param("tickets_unconfirmed", {"tickets_ended": 5, "tickets_unconfirmed": 0}, Ratio(0, 5), True, id="all-answered-us"),
        pytest.param("tickets_reopened", {"tickets_ended": 5, "tickets_open": 2, "tickets_reopened": 1}, Ratio(1, 7), False, id="one-reopened"),
        pytest.param("tickets_reopened", {"tickets_ended": 5, "tickets_open": 2, "tickets_reopened": 0}, Ratio(0, 7), True, id="none-reopened"),
        pytest.param("given", {"pledged": 900, "given": 900}, Ratio(900, 900), True, id="all-that-was-pledged"),
        pytest.param("given", {"pledged": 900, "given": 899}, Ratio(899, 900), False, id="a-fen-is-lacking"),
        pytest.param("given_used", {"pledged": 900, "given": 300, "given_used": 300}, Ratio(300, 300), True, id="all-used"),
        pytest.param("given_used", {"pledged": 900, "given": 0, "given_used": 0}, Ratio(0, 0), False, id="nothing-given-to-be-used"),
        pytest.param("tickets_on_time", {"tickets_ended": 0, "tickets_on_time": 0, "tickets_overdue": 0}, Ratio(0, 0), True, id="nothing-was-late"),
        pytest.param("hours_given", {"hours_pledged": 8, "hours_given": 2}, Ratio(2, 8), False, id="work-is-owed"),
        pytest.param("judged", {"judged_on": ON, "judged_households": 100, "judged_answered": 30}, Ratio(30, 100), True, id="judged-by-enough"),
        pytest.param("judged", {"judged_on": ON, "judged_households": 101, "judged_answered": 30}, Ratio(30, 101), False, id="judged-by-one-too-few"),
        pytest.param("satisfied", {"judged_on": ON, "judged_households": 100, "judged_marked": 30, "judged_satisfied": 16}, Ratio(16, 30), True, id="more-than-half-satisfied"),
        pytest.param("satisfied", {"judged_on": ON, "judged_households": 100, "judged_marked": 30, "judged_satisfied": 15}, Ratio(15, 30), False, id="half-satisfied-is-not-more"),
        pytest.param("satisfied", {"judged_on": ON, "judged_households": 100, "judged_marked": 29, "judged_satisfied": 29}, Ratio(29, 29), False, id="all-satisfied-of-too-few"),
        pytest.param("surveyed", {"surveyed_on": ON}, Ratio(100, 100), True, id="survey-closed"),
        pytest.param("surveyed", {}, Ratio(0, 100), False, id="survey-not-closed"),
        pytest.param("steps", {"project_id": 1, "steps": 8, "steps_done": 8}, Ratio(8, 8), True, id="eight-steps-done"),
        pytest.param("steps", {"project_id": 1, "steps": 8, "steps_done": 7}, Ratio(7, 8), False, id="seven-steps-done"),
        pytest.param("started", {"project_id": 1, "started_on": ON}, Ratio(100, 100), True, id="started"),
        pytest.param("started", {"project_id": 1}, Ratio(0, 100), False, id="project-not-started"),
        pytest.param("managed", {"is_managed": True}, Ratio(100, 100), True, id="managed"),
        pytest.param("managed", {"is_managed": False}, Ratio(0, 100), False, id="recorded-as-not-managed"),
        pytest.param("funds_received", {"funds_planned": 100, "funds_received": 100, "funds_spent": 0}, Ratio(100, 100), True, id="all-came-in"),
        pytest.param("funds_received", {"funds_planned": 100, "funds_received": 99, "funds_spent": 0}, Ratio(99, 100), False, id="a-fen-lacks"),
        pytest.param("funds_spent", {"funds_planned": 100, "funds_received": 99, "funds_spent": 99}, Ratio(99, 99), True, id="all-spent"),
        pytest.param("funds_spent", {"funds_planned": 100, "funds_received": 99, "funds_spent": 9}, Ratio(9, 99), False, id="some-left"),
        pytest.param("funds_spent", {"funds_planned": 100, "funds_received": 0, "funds_spent": 0}, Ratio(0, 0), False, id="nothing-came-in-to-be-spent"),
        pytest.param("funds_received", {"funds_planned": 0, "funds_received": 0, "funds_spent": 0}, Ratio(0, 0), False, id="the-plan-was-taken-back"),
        pytest.param("claims", {"claim_differs": False}, Ratio(100, 100), True, id="the-claim-stands-up"),
        pytest.param("claims", {"claim_differs": True}, Ratio(0, 100), False, id="the-claim-does-not"),
    ],
)  # fmt: skip
def test_a_measure_counts_and_says_what_is_reached(key, known, own, is_reached):
    found = figure_of(key, facts(**known))
    assert found.own == own
    assert found.by_communities == Ratio(int(is_reached), 1)
    assert found.by_households == Ratio(100 if is_reached else 0, 100)
    assert found.without == 0


@pytest.mark.parametrize("key", [key for key in MEASURES if key not in {"surveyed", "voted", "decided"}])
def test_a_community_without_the_record_is_in_neither_sum(key: str):
    found = figure_of(key, facts())
    assert found.own == found.by_communities == found.by_households == Ratio()
    assert (found.without, found.without_households, found.households, found.sample) == (1, 100, 100, 0)


def test_the_rows_behind_a_figure_are_those_it_counts():
    reached = facts(1, asked=100, answered=90)
    rest = facts(2, asked=100, answered=9)
    without = facts(3)
    rows = [reached, rest, without]
    measure = MEASURES["coverage"]
    assert behind(measure, rows, LEAST, Show.ALL) == rows
    assert behind(measure, rows, LEAST, Show.REACHED) == [reached]
    assert behind(measure, rows, LEAST, Show.REST) == [rest]
    assert behind(measure, rows, LEAST, Show.WITHOUT) == [without]


@pytest.mark.parametrize(
    ("claims", "number"),
    [
        pytest.param([], None, id="no-communities"),
        pytest.param([None], None, id="nothing-to-compare-is-not-nought"),
        pytest.param([None, False], 0, id="compared-and-near"),
        pytest.param([True, None, False, True], 2, id="two-differ"),
    ],
)
def test_claims_that_do_not_stand_up_are_counted(claims: list[bool | None], number: int | None):
    assert differing([facts(claim_differs=one) for one in claims]) == number


def test_a_part_there_is_none_of_is_not_found():
    assert Show.named("rest") is Show.REST
    with pytest.raises(NotFound):
        Show.named("nothing")


def test_only_stages_have_a_day_and_so_a_trend():
    assert MEASURES["started"].is_milestone
    assert not MEASURES["coverage"].is_milestone
    assert [one.name_zh for one in Eligible] == ["符合", "不符合", "还缺依据"]


#: A dozen communities are several hundred figures to draw: beyond this a law costs half a minute of the deep run.
AT_MOST = settings(max_examples=min(settings().max_examples, 200))


@st.composite
def communities(draw: st.DrawFn) -> Facts:
    """Any community: with or without each record, parts never larger than their whole."""

    def part(of: str, known: dict) -> int | None:
        whole = known.get(of)
        return None if whole is None else draw(st.integers(0, whole))

    known: dict = {"households": draw(st.integers(0, 500))}
    for whole, parts in (
        ("asked", ["answered"]),
        ("consent_answered", ["agreed"]),
        ("roll_heads", ["heads"]),
        ("motions", ["passed", "undecided"]),
        ("objections", ["objections_open"]),
        ("steps", ["steps_done"]),
        ("funds_planned", ["funds_received"]),
        ("pledged", ["given"]),
        ("hours_pledged", ["hours_given"]),
        ("tickets_ended", ["tickets_on_time", "tickets_confirmed", "tickets_unconfirmed"]),
        ("judged_households", ["judged_marked", "judged_answered"]),
    ):
        known[whole] = draw(st.none() | st.integers(0, 10_000))
        for name in parts:
            known[name] = part(whole, known)
    known["funds_spent"] = part("funds_received", known)
    known["given_used"] = part("given", known)
    known["judged_satisfied"] = part("judged_marked", known)
    for name in ("tickets_open", "tickets_overdue", "tickets_reopened"):
        known[name] = draw(st.integers(0, 50))
    known["is_covered"] = draw(st.none() | st.booleans())
    for day in ("surveyed_on", "started_on", "finished_on", "judged_on"):
        known[day] = draw(st.none() | st.dates(date(2025, 1, 1), date(2026, 12, 31)))
    known["project_id"] = draw(st.none() | st.just(1))
    known["claim_differs"] = draw(st.none() | st.booleans())
    known["is_managed"] = draw(st.none() | st.booleans())
    return facts(path=draw(st.sampled_from(["/1/2/4/", "/1/2/5/", "/1/3/6/", "/1/"])), **known)


@pytest.mark.parametrize(
    ("marked", "lacking"),
    [
        pytest.param(30, 0, id="just-enough"),
        pytest.param(29, 1, id="one-too-few"),
        pytest.param(0, 30, id="nobody"),
    ],
)
def test_what_people_think_is_a_rate_only_from_enough_answers_on(marked: int, lacking: int):
    one = facts(judged_on=ON, judged_households=100, judged_marked=marked, judged_satisfied=0)
    found = figure_of("satisfied", one)
    opinion = found.opinion(LEAST)
    assert opinion is not None
    assert (found.asked, opinion.lacking, opinion.is_shown) == (100, lacking, not lacking)
    if marked:
        assert ("再有" in why_not(found, LEAST)) is bool(lacking)
    assert figure_of("judged", one).opinion(LEAST) is None


def test_the_figure_of_the_whole_is_every_number_of_its_parts_added():
    one = facts(1, households=300, judged_on=ON, judged_households=100, judged_marked=40, judged_satisfied=30)
    other = facts(2, households=50, judged_on=ON, judged_households=60, judged_marked=30, judged_satisfied=9)
    without = facts(3, households=7)
    measure = MEASURES["satisfied"]
    whole = added(measure, [figure_of("satisfied", one), figure_of("satisfied", other, without)])
    assert (whole.own, whole.by_communities, whole.by_households) == (
        Ratio(39, 70),
        Ratio(1, 2),
        Ratio(300, 350),
    )
    assert (whole.without, whole.without_households, whole.households) == (1, 7, 357)
    assert (whole.sample, whole.asked) == (figure_of("satisfied", one, other).sample, 160)
    assert whole == figure_of("satisfied", one, other, without)


def test_the_figure_of_no_parts_is_that_of_no_communities():
    measure = MEASURES["coverage"]
    assert added(measure, []) == figure(measure, [], LEAST)
    assert added(measure, []).own.rate is None


@AT_MOST
@given(st.lists(communities(), max_size=12), st.sampled_from(sorted(MEASURES)))
def test_sums_up_the_tree_are_the_sum_of_all_communities(rows: list[Facts], key: str):
    """However the communities are divided among divisions, the figures of the parts add up to that of the whole."""
    measure = MEASURES[key]
    by_county: dict[str, list[Facts]] = {}
    for row in rows:
        by_county.setdefault(row.path, []).append(row)
    counties = {path: figure(measure, some, LEAST) for path, some in by_county.items()}
    by_city: dict[str, list] = {}
    for path, found in counties.items():
        by_city.setdefault("/".join(path.split("/")[:3]), []).append(found)
    cities = [added(measure, found) for found in by_city.values()]
    assert added(measure, cities) == figure(measure, rows, LEAST)


@AT_MOST
@given(st.lists(communities(), max_size=8), st.sampled_from(sorted(MEASURES)))
def test_the_rows_behind_the_three_parts_are_all_rows(rows: list[Facts], key: str):
    measure = MEASURES[key]
    found = figure(measure, rows, LEAST)
    parts = {show: behind(measure, rows, LEAST, show) for show in Show}
    assert len(parts[Show.REACHED]) == found.by_communities.part
    assert len(parts[Show.REST]) == found.by_communities.rest
    assert len(parts[Show.WITHOUT]) == found.without
    assert len(parts[Show.ALL]) == sum(len(parts[show]) for show in Show if show is not Show.ALL)


# ------------------------------------------------------------------ comparison


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        pytest.param({"asked": 100, "answered": 9}, "", id="enough-were-asked"),
        pytest.param({"households": 0}, "还没有登记住户", id="no-households"),
        pytest.param({}, "没有做过调查", id="no-record"),
        pytest.param({"asked": 0, "answered": 0}, "没有做过调查", id="nobody-to-ask"),
        pytest.param({"asked": 29, "answered": 29}, "不到 30 户", id="one-household-too-few"),
        pytest.param({"households": 100, "asked": 30, "answered": 9}, "", id="exactly-the-least"),
        pytest.param({"households": 101, "asked": 30, "answered": 9}, "30%", id="a-hair-under-the-share"),
    ],
)
def test_too_little_is_not_ranked_and_says_why(known: dict, reason: str):
    said = why_not(figure_of("coverage", facts(**known)), LEAST)
    assert said == "" if not reason else reason in said


def test_the_best_stands_first_and_equals_share_a_rank():
    def of(answered: int):
        return figure_of("coverage", facts(asked=100, answered=answered))

    found = ranked({1: of(50), 2: of(90), 3: of(50), 4: of(10), 5: figure_of("coverage", facts())}, LEAST)
    assert [(one.division_id, one.rank) for one in found] == [(2, 1), (1, 2), (3, 2), (4, 4), (5, None)]


@pytest.mark.parametrize("key", ["tickets_reopened", "tickets_unconfirmed"])
def test_of_what_went_wrong_the_least_stands_first(key: str):
    def of(wrong: int):
        return figure_of(key, facts(tickets_ended=10, tickets_open=0, **{key: wrong}))

    found = ranked({1: of(5), 2: of(0), 3: of(5), 4: of(9)}, LEAST)
    assert [(one.division_id, one.rank) for one in found] == [(2, 1), (1, 2), (3, 2), (4, 4)]
    assert MEASURES[key].order_zh == "低的在前"
    assert MEASURES["coverage"].order_zh == "高的在前"


# ------------------------------------------------------------------ months


@pytest.mark.parametrize(
    ("month", "before", "after", "last"),
    [
        pytest.param(date(2026, 1, 1), date(2025, 12, 1), date(2026, 2, 1), date(2026, 1, 31), id="january"),
        pytest.param(
            date(2024, 2, 1), date(2024, 1, 1), date(2024, 3, 1), date(2024, 2, 29), id="leap-february"
        ),
        pytest.param(
            date(2026, 12, 1), date(2026, 11, 1), date(2027, 1, 1), date(2026, 12, 31), id="december"
        ),
    ],
)
def test_months_follow_one_another(month: date, before: date, after: date, last: date):
    assert (month_before(month), next_month(month), last_day(month)) == (before, after, last)


def test_at_most_three_years_are_drawn():
    assert months_until(date(2026, 3, 9), 3) == [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]
    assert len(months_until(date(2026, 3, 9), 99)) == 36


@pytest.mark.parametrize(
    ("started_on", "in_january", "new_in_january"),
    [
        pytest.param(date(2025, 12, 31), 1, 0, id="the-day-before-the-month"),
        pytest.param(date(2026, 1, 1), 1, 1, id="its-first-day"),
        pytest.param(date(2026, 1, 31), 1, 1, id="its-last-day"),
        pytest.param(date(2026, 2, 1), 0, 0, id="the-day-after"),
        pytest.param(None, 0, 0, id="never"),
    ],
)
def test_a_stage_counts_from_the_month_it_was_reached_in(started_on, in_january: int, new_in_january: int):
    rows = [facts(project_id=1, started_on=started_on), facts(2)]
    (point,) = trend(MEASURES["started"], rows, [date(2026, 1, 1)])
    assert point.by_communities == Ratio(in_january, 1)
    assert point.by_households == Ratio(100 * in_january, 100)
    assert (point.new_communities, point.new_households) == (new_in_january, 100 * new_in_january)
