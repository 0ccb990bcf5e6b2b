"""The rules of returns, bulletins and the performance pack."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from server.evaluations.rules.rates import Least
from server.kernel.chinatime import end_of
from server.kernel.errors import Invalid
from server.reports.rules import bulletins, returns, rounds
from server.reports.rules.bulletins import Told
from server.reports.rules.facts import Facts, Ratio
from server.reports.rules.performance import INDICATORS, Due, pack
from server.reports.rules.returns import ENTRIES, State
from server.reports.rules.rounds import Turn, due_on
from tests.factories.reports import facts

END = date(2026, 2, 28)
MONTH = date(2026, 2, 1)


def said(*rows: Facts) -> dict[str, int | None]:
    return returns.computed(rows, END)


@pytest.mark.parametrize(
    ("key", "rows", "value"),
    [
        pytest.param("communities", [facts(1), facts(2)], 2, id="all-are-counted"),
        pytest.param("plan_communities", [facts(plan_year=2025, plan_households=90)], None, id="another-years-plan-is-no-record"),
        pytest.param("plan_communities", [facts(plan_year=2026, plan_households=90), facts(2)], 1, id="in-this-years-plan"),
        pytest.param("plan_households", [facts(plan_year=2026, plan_households=90)], 90, id="households-as-the-plan-has-them"),
        pytest.param("started", [facts()], None, id="no-project-is-no-record"),
        pytest.param("started", [facts(project_id=1)], 0, id="a-project-that-has-not-started-is-nought"),
        pytest.param("started", [facts(project_id=1, started_on=END)], 1, id="started-on-the-last-day"),
        pytest.param("started", [facts(project_id=1, started_on=date(2026, 3, 1))], 0, id="started-the-day-after"),
        pytest.param("started_new", [facts(project_id=1, started_on=MONTH)], 1, id="new-on-the-first-day"),
        pytest.param("started_new", [facts(project_id=1, started_on=date(2026, 1, 31))], 0, id="not-new-if-the-day-before"),
        pytest.param("started_households", [facts(project_id=1, started_on=END), facts(2)], 100, id="households-that-started"),
        pytest.param("surveyed", [facts()], 0, id="nobody-surveyed-is-nought"),
        pytest.param("surveyed", [facts(surveyed_on=END)], 1, id="surveyed-by-then"),
        pytest.param("asked", [facts()], None, id="nobody-was-asked"),
        pytest.param("asked", [facts(asked=40), facts(2)], 40, id="of-those-who-were-asked"),
        pytest.param("heads", [facts(roll_heads=9, heads=5), facts()], 5, id="heads-of-who-voted"),
        pytest.param("heads", [facts()], None, id="no-vote"),
        pytest.param("claims_compared", [facts()], None, id="no-claim-was-compared"),
        pytest.param("claims_compared", [facts(claim_differs=True), facts(2, claim_differs=False), facts(3)], 2, id="claims-compared"),
        pytest.param("claims_differ", [facts()], None, id="none-could-differ"),
        pytest.param("claims_differ", [facts(claim_differs=True), facts(2, claim_differs=False)], 1, id="one-claim-differs"),
        pytest.param("funds_planned", [facts(funds_planned=5), facts(2, funds_planned=6)], 11, id="money-adds-up"),
    ],
)  # fmt: skip
def test_each_line_comes_from_the_records(key: str, rows: list[Facts], value: int | None):
    assert said(*rows)[key] == value


def test_every_line_has_its_own_key_and_a_whole_that_exists():
    assert len({entry.key for entry in ENTRIES}) == len(ENTRIES)
    assert all(not entry.within or entry.within in returns.BY_KEY for entry in ENTRIES)


def test_a_place_without_the_record_is_left_out_and_named():
    found = returns.added({"甲": {"started": 3, "finished": None}, "乙": {"started": None, "finished": None}})
    assert (found.values["started"], found.lacking["started"]) == (3, ["乙"])
    assert (found.values["finished"], found.lacking["finished"]) == (None, ["甲", "乙"])
    assert returns.added({}).values["communities"] is None


def test_an_override_stands_in_the_place_of_what_was_computed():
    mended = {"started": {"value": 5, "reason": "漏了两个"}}
    line = next(one for one in returns.lines({"started": 3}, mended) if one.entry.key == "started")
    assert (line.computed, line.value, line.reason, line.is_overridden) == (3, 5, "漏了两个", True)
    assert returns.reported({"started": 3}, mended)["started"] == 5
    assert returns.fingerprint({"started": 3}, {}) != returns.fingerprint({"started": 3}, mended)


@pytest.mark.parametrize(
    ("key", "value", "reason", "wrong"),
    [
        pytest.param("started", 0, "一二三四五", None, id="nought-with-the-shortest-reason"),
        pytest.param("nothing", 1, "一二三四五", "key", id="no-such-line"),
        pytest.param("started", -1, "一二三四五", "value", id="below-nought"),
        pytest.param("started", returns.MOST + 1, "一二三四五", "value", id="more-than-any-number"),
        pytest.param("started", 1, " 一二三四 ", "reason", id="reason-too-short"),
        pytest.param("started", 1, "长" * 201, "reason", id="reason-too-long"),
    ],
)
def test_an_override_is_checked(key: str, value: int, reason: str, wrong: str | None):
    if wrong is None:
        returns.check_override(key, value, reason)
        return
    with pytest.raises(Invalid) as refused:
        returns.check_override(key, value, reason)
    assert wrong in refused.value.fields


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        pytest.param("communities", "1,204", 1204, id="a-number-with-its-commas"),
        pytest.param("communities", " 0 ", 0, id="nought"),
        pytest.param("communities", "1.5", None, id="half-a-community"),
        pytest.param("communities", "-1", None, id="less-than-none"),
        pytest.param("communities", "1,20", None, id="a-comma-in-the-wrong-place"),
        pytest.param("communities", "十", None, id="a-word"),
        pytest.param("funds_spent", "12.5", 1250, id="money-in-yuan"),
        pytest.param("funds_spent", "12.345", None, id="less-than-a-fen"),
        pytest.param("nothing", "7", 7, id="no-such-line-is-told-by-the-next-check"),
    ],
)
def test_a_figure_is_read_in_the_unit_of_its_line(key: str, typed: str, value: int | None):
    if value is None:
        with pytest.raises(Invalid) as refused:
            returns.read_value(key, typed)
        assert set(refused.value.fields) == {"value"}
    else:
        assert returns.read_value(key, typed) == value


@pytest.mark.parametrize(
    ("values", "is_consistent"),
    [
        pytest.param({"answered": 5, "asked": 5}, True, id="equal"),
        pytest.param({"answered": 6, "asked": 5}, False, id="one-more"),
        pytest.param({"answered": 6, "asked": None}, True, id="nothing-to-hold-it-against"),
        pytest.param({"asked": 5}, True, id="no-part"),
    ],
)
def test_no_part_is_larger_than_its_whole(values: dict, is_consistent: bool):
    if is_consistent:
        returns.check_consistent(values)
    else:
        with pytest.raises(Invalid, match="还多"):
            returns.check_consistent(values)


@pytest.mark.parametrize(
    ("month", "today", "may"),
    [
        pytest.param(MONTH, date(2026, 3, 1), True, id="the-day-after-its-end"),
        pytest.param(MONTH, END, False, id="its-last-day"),
        pytest.param(date(2026, 2, 2), date(2026, 3, 1), False, id="not-a-month"),
    ],
)
def test_a_month_is_reported_once_it_is_over(month: date, today: date, may: bool):
    if may:
        returns.check_month(month, today)
    else:
        with pytest.raises(Invalid):
            returns.check_month(month, today)


@pytest.mark.parametrize(
    ("day", "due"),
    [
        pytest.param(5, date(2026, 2, 5), id="the-fifth"),
        pytest.param(28, date(2026, 2, 28), id="the-last-of-a-short-month"),
        pytest.param(31, date(2026, 2, 28), id="a-day-that-month-does-not-have"),
    ],
)
def test_the_due_day_lies_in_the_month_after(day: int, due: date):
    assert due_on(date(2026, 1, 1), day) == due


@pytest.mark.parametrize(
    ("state", "submitted", "now", "is_late"),
    [
        pytest.param(State.DRAFT, None, -1, False, id="not-yet-due"),
        pytest.param(State.DRAFT, None, 0, True, id="due-and-not-there"),
        pytest.param(State.SUBMITTED, -1, 99, False, id="came-in-the-last-second"),
        pytest.param(State.SUBMITTED, 0, 99, True, id="came-at-the-deadline"),
        pytest.param(State.ACCEPTED, 0, 99, True, id="accepted-but-late"),
        pytest.param(State.RETURNED, -1, -1, False, id="returned-before-it-is-due"),
        pytest.param(State.RETURNED, -1, 0, True, id="returned-is-not-handed-in"),
    ],
)
def test_late_is_what_is_not_in_by_the_end_of_the_due_day(state, submitted, now: int, is_late: bool):
    deadline = end_of(date(2026, 3, 5))
    at = None if submitted is None else deadline + timedelta(seconds=submitted)
    assert Turn(1, "甲", state, at, date(2026, 3, 5)).is_late(deadline + timedelta(seconds=now)) is is_late


@pytest.mark.parametrize(
    ("state", "waiting", "codes"),
    [
        pytest.param(State.DRAFT, [], [], id="a-draft-may-go"),
        pytest.param(State.RETURNED, [], [], id="a-returned-one-may-go-again"),
        pytest.param(State.SUBMITTED, [], ["submitted"], id="it-lies-above"),
        pytest.param(State.ACCEPTED, [], ["accepted"], id="it-is-locked"),
        pytest.param(State.DRAFT, ["甲", "乙"], ["unreviewed"], id="returns-below-wait"),
    ],
)
def test_what_keeps_a_return_from_going_up(state, waiting, codes):
    assert [one.code for one in rounds.stands_in_the_way(state, waiting)] == codes
    assert all((one.name_zh, one.tone) for one in State)


def test_whoever_had_a_hand_in_it_does_not_review():
    assert rounds.may_not_review("staff:1", frozenset({"staff:1"}))
    assert rounds.may_not_review("staff:2", frozenset({"staff:1"})) == ""


@pytest.mark.parametrize(
    ("key", "values", "told", "share"),
    [
        pytest.param(
            "answered", {"answered": 6, "asked": 8}, (6, 8), Fraction(3, 4), id="a-part-of-its-whole"
        ),
        pytest.param(
            "answered", {"answered": 0, "asked": 0}, (0, 0), None, id="of-nothing-there-is-no-share"
        ),
        pytest.param("answered", {"answered": None, "asked": 8}, (None, 8), None, id="not-recorded"),
        pytest.param("households", {"households": 9}, (9, None), None, id="a-line-that-is-no-part"),
        pytest.param("answered", None, (None, None), None, id="not-handed-in"),
    ],
)
def test_a_line_over_months_is_what_was_handed_in(
    key: str, values: dict | None, told: tuple, share: Fraction | None
):
    (one,) = returns.over_months(returns.BY_KEY[key], [MONTH], {} if values is None else {MONTH: values})
    assert (one.month, one.value, one.whole, one.share) == (MONTH, *told, share)


# ------------------------------------------------------------------ bulletins


def told(**facts_: object) -> Told:
    known = {
        "name": "贵阳市", "month": MONTH, "values": {}, "changes": [], "handed_in": {}, "left_out": [], "late": [], **facts_,
    }  # fmt: skip
    return Told(**known)


@pytest.mark.parametrize(
    ("facts_", "sentence"),
    [
        pytest.param({}, "贵阳市的进度如下", id="nobody-below"),
        pytest.param({"handed_in": {"甲": {}}}, "各单位都报来了，共 1 个", id="all-handed-in"),
        pytest.param({"handed_in": {"甲": {}}, "left_out": ["乙"]}, "应报 2 个单位，报来 1 个", id="one-is-missing"),
        pytest.param({"left_out": ["乙"]}, "没有报来的 1 个：乙。它们的数没有算进", id="the-missing-by-name"),
        pytest.param({"late": ["甲"]}, "晚报的 1 个：甲。", id="the-late-by-name"),
        pytest.param({"values": {"funds_planned": 123456, "funds_received": 41152}}, "计划 1,234.56 元，到位 411.52 元，占 33.3%", id="money-in-yuan"),
        pytest.param({"values": {"claims_compared": 9, "claims_differ": 2}, "handed_in": {"甲": {"claims_differ": 2}, "乙": {"claims_differ": 0}}}, "和调查、表决对照了 9 个小区，差得多的 2 个（甲 2 个）。请核实。", id="claims-that-differ"),
        pytest.param({"values": {"claims_compared": 9, "claims_differ": 0}}, "差得多的 0 个。", id="claims-that-all-stand-up"),
        pytest.param({"values": {"asked": 0, "answered": 0}}, "答了 0 户。", id="no-share-of-nothing"),
        pytest.param({"handed_in": {"甲": {"due": 2, "started": 1}, "乙": {"due": 1, "started": 1}, "丙": {"due": None, "started": 0}}}, "开工慢于计划的：甲（该开工 2，开工 1）。", id="who-is-behind"),
    ],
)  # fmt: skip
def test_a_bulletin_says_what_the_figures_say(facts_: dict, sentence: str):
    assert sentence in bulletins.written(told(**facts_))


def test_sums_are_compared_over_places_with_a_record_of_both_months():
    pairs = {
        "贵阳市": ({"started": 3, "households": 100}, {"started": 5, "households": 100}),
        "遵义市": ({"started": None, "households": 70}, {"started": 9, "households": 60}),
    }
    moved = {one.entry.key: one.difference for one in returns.changes_of_pairs(pairs)}
    assert (moved["started"], moved["households"], moved["finished"]) == (2, -10, None)
    assert all(one.difference is None for one in returns.changes_of_pairs({}))


def test_a_bulletin_says_nothing_of_claims_where_none_was_compared():
    assert "同意比例" not in bulletins.written(told(values={"claims_compared": None}))


def test_a_bulletin_tells_what_moved():
    moved = returns.changes(
        {"started": 3, "answered": 9, "decided": 2}, {"started": 5, "answered": 8, "decided": 2}
    )
    assert "和上个月比：答了的户少了 1 户，到月底开工的小区多了 2 个小区。" in bulletins.written(
        told(changes=moved)
    )
    still = returns.changes(None, {"started": 5})
    assert "和上个月比" not in bulletins.written(told(changes=still))
    assert bulletins.title("贵阳市", MONTH) == "贵阳市城镇老旧小区改造 2026 年 2 月进度通报"


@pytest.mark.parametrize(
    ("title", "text", "wrong"),
    [
        pytest.param("题", "文", set(), id="shortest"),
        pytest.param(" ", "文", {"title"}, id="no-title"),
        pytest.param("题" * 81, "文" * 4001, {"title", "text"}, id="both-too-long"),
    ],
)
def test_the_words_of_a_bulletin_are_checked(title: str, text: str, wrong: set[str]):
    if not wrong:
        bulletins.check_words(title, text)
        return
    with pytest.raises(Invalid) as refused:
        bulletins.check_words(title, text)
    assert set(refused.value.fields) == wrong


# ------------------------------------------------------------------ performance

DUE = Due(date(2026, 6, 30), date(2026, 12, 31))
OPINIONS = Least(Fraction(3, 10), 30)


def value_of(name: str, *rows: Facts) -> Ratio | None:
    return next(one.value for one in pack(rows, 2026, DUE, OPINIONS) if one.indicator.name_zh == name)


def planned(community_id: int = 1, **known: object) -> Facts:
    return facts(community_id, plan_year=2026, **known)


@pytest.mark.parametrize(
    ("name", "rows", "value"),
    [
        pytest.param("资金到位率", [planned(funds_planned=9, funds_received=3)], Ratio(3, 9), id="money-that-came"),
        pytest.param("资金到位率", [planned()], None, id="no-record-of-money"),
        pytest.param("资金到位率", [facts(funds_planned=9, funds_received=3)], None, id="not-in-the-plan"),
        pytest.param("计划落到项目", [planned(project_id=1), planned(2)], Ratio(1, 2), id="one-has-a-project"),
        pytest.param("计划落到项目", [], None, id="no-plan"),
        pytest.param("按时开工率", [planned(project_id=1, started_on=date(2026, 6, 30))], Ratio(1, 1), id="started-on-the-due-day"),
        pytest.param("按时开工率", [planned(project_id=1, started_on=date(2026, 7, 1))], Ratio(0, 1), id="started-the-day-after"),
        pytest.param("按时开工率", [planned(project_id=1)], Ratio(0, 1), id="not-started"),
        pytest.param("开工率", [planned(project_id=1, started_on=date(2026, 7, 1))], Ratio(1, 1), id="started-at-all"),
        pytest.param("开工率", [planned()], None, id="no-project"),
        pytest.param("完工受益的户", [planned(project_id=1, finished_on=DUE.effect_on), planned(2, project_id=2)], Ratio(100, 200), id="households-served"),
        pytest.param("完工小区有物业管理", [planned(is_covered=True), planned(2, is_covered=False)], Ratio(1, 2), id="managed-after"),
        pytest.param("完工小区有物业管理", [planned(is_managed=True)], None, id="none-finished"),
        pytest.param("公示异议答复率", [planned(objections=3, objections_open=1)], Ratio(2, 3), id="objections-answered"),
        pytest.param("公示异议答复率", [planned()], None, id="nothing-hung"),
        pytest.param("符合中央补助条件的小区", [planned(is_subsidised=True), planned(2, is_subsidised=False), planned(3)], Ratio(1, 2), id="of-those-decided"),
        pytest.param("符合中央补助条件的小区", [planned()], None, id="none-decided"),
        pytest.param("表决参与率（面积）", [planned(roll_area=Decimal(9), area=Decimal(3))], Ratio(Decimal(3), Decimal(9)), id="area"),
        pytest.param("决定签发的小区", [planned(first_decided_on=DUE.start_on), planned(2)], Ratio(1, 2), id="decided"),
        pytest.param("决定签发的小区", [], None, id="nobody-planned"),
        pytest.param("改造后满意度", [planned()], None, id="never-judged-is-never-nought"),
        pytest.param("改造后满意度", [planned(judged_households=100, judged_marked=29, judged_satisfied=29)], None, id="one-answer-too-few"),
        pytest.param("改造后满意度", [planned(judged_households=100, judged_marked=29, judged_satisfied=29), planned(2, judged_households=10, judged_marked=4, judged_satisfied=1)], Ratio(30, 33), id="enough-together"),
        pytest.param("报修投诉按时办结率", [planned(tickets_ended=5, tickets_on_time=4, tickets_overdue=3)], Ratio(4, 8), id="late-and-open-counts-against"),
        pytest.param("报修投诉按时办结率", [planned()], None, id="no-ticket-is-no-record"),
        pytest.param("居民自愿出钱到位率", [planned(pledged=900, given=300), planned(2)], Ratio(300, 900), id="given-of-what-was-pledged"),
    ],
)  # fmt: skip
def test_an_indicator_comes_from_its_record_or_is_listed_as_without(name, rows, value):
    assert value_of(name, *rows) == value


def test_every_indicator_names_its_source_and_counts_every_community():
    for one in pack([planned()], 2026, DUE, OPINIONS):
        assert one.indicator.source_zh
        assert one.communities + one.without == 1
    assert len(pack([], 2026, DUE, OPINIONS)) == len(INDICATORS)
