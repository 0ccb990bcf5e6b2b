from datetime import UTC, date, datetime, timedelta

import pytest

from server.kernel.errors import Invalid, Refused
from server.matters.rules.links import LinkKind
from server.matters.rules.meetings import (
    FURTHEST,
    LONGEST_MINUTES,
    MOST_PEOPLE,
    MOST_POINTS,
    Group,
    MeetingFacts,
    MeetingState,
    came_text,
    check_announcement,
    check_calling_off,
    check_meeting,
    check_minutes,
    check_point,
    meeting_state,
)
from server.matters.rules.raised import (
    LONGEST_ANSWER,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_PHOTOS,
    Facts,
    Kind,
    State,
    Voice,
    check_answer,
    check_merge,
    check_photos,
    check_support,
    checked_matter,
    put_together,
    state_of,
    taken_apart,
)
from server.matters.rules.resolutions import (
    Outcome,
    ResolutionState,
    check_outcome,
    check_resolution,
    resolution_state,
)

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
TICK = timedelta(microseconds=1)


def fields_of(call, *args, **facts):
    with pytest.raises(Invalid) as refused:
        call(*args, **facts)
    return list(refused.value.fields)


# ------------------------------------------------------------------ what is raised


def test_a_matter_has_at_most_four_photos():
    check_photos(MOST_PHOTOS)
    assert fields_of(check_photos, MOST_PHOTOS + 1) == ["photo"]


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        pytest.param({"due_at": NOW + TICK}, State.WAITING, id="the-last-instant-in-time"),
        pytest.param({"due_at": NOW}, State.LATE, id="the-instant-it-is-over"),
        pytest.param({"is_answered": True}, State.ANSWERED, id="answered-though-late"),
        pytest.param({"is_answered": True, "is_on_agenda": True}, State.TO_MEET, id="on-an-agenda"),
        pytest.param({"is_on_agenda": True, "is_minuted": True}, State.MET, id="met-about"),
        pytest.param({"is_minuted": True, "has_resolution": True}, State.RESOLVED, id="resolved"),
        pytest.param({"has_resolution": True, "is_merged": True}, State.MERGED, id="merged"),
    ],
)
def test_a_matter_stands_where_the_furthest_act_took_it(facts, state):
    assert state_of(Facts(**{"due_at": NOW, **facts}), NOW) is state
    assert state.name_zh
    assert state.tone
    assert state.is_owed is (state in {State.WAITING, State.LATE})


@pytest.mark.parametrize(
    ("title", "text", "fields"),
    [
        (" ", "字", ["title"]),
        ("长" * (LONGEST_TITLE + 1), "字", ["title"]),
        ("灯", " \n", ["text"]),
        ("灯", "长" * (LONGEST_TEXT + 1), ["text"]),
    ],
)
def test_a_matter_says_what_and_how(title, text, fields):
    assert fields_of(checked_matter, title, text) == fields


def test_a_matter_of_the_greatest_length_is_kept_and_comes_apart_again():
    title, text = "灯 " * (LONGEST_TITLE // 2 - 1), "长\n" * (LONGEST_TEXT // 2 - 1) + "完"
    kept = checked_matter(title, text)
    assert kept == (title.strip(), text)
    assert taken_apart(put_together(*kept)) == kept
    assert checked_matter("长" * LONGEST_TITLE, "长" * LONGEST_TEXT)


def test_an_answer_is_written_where_the_matter_stands():
    assert check_answer(" 已修 ", State.LATE) == "已修"
    assert check_answer("长" * LONGEST_ANSWER, State.ANSWERED)
    assert fields_of(check_answer, " ", State.WAITING) == ["text"]
    assert fields_of(check_answer, "长" * (LONGEST_ANSWER + 1), State.WAITING) == ["text"]
    with pytest.raises(Refused, match="并到别的事"):
        check_answer("已修", State.MERGED)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, None),
        ({"is_own": True}, "你家提的"),
        ({"is_public": False}, "还没有公开"),
        ({"state": State.MERGED}, "并到别的事"),
    ],
)
def test_a_home_supports_what_it_may_read_and_did_not_raise(facts, words):
    facts = {"is_own": False, "is_public": True, "state": State.WAITING, **facts}
    if words is None:
        check_support(**facts)
    else:
        with pytest.raises(Refused, match=words):
            check_support(**facts)


@pytest.mark.parametrize(
    ("ids", "change", "words"),
    [
        ((1, 2), {}, None),
        ((1, 1), {}, "不能并到自己"),
        ((1, 2), {"states": (State.MERGED, State.WAITING)}, "已经并过"),
        ((1, 2), {"states": (State.WAITING, State.MERGED)}, "那件事自己也"),
        ((1, 2), {"has_merged": True}, "反过来"),
        ((1, 2), {"dues": (NOW, NOW)}, None),
        ((1, 2), {"dues": (NOW, NOW + TICK)}, None),
        ((1, 2), {"dues": (NOW, NOW), "states": (State.LATE, State.WAITING)}, None),
        ((1, 2), {"dues": (NOW, NOW + TICK), "states": (State.LATE, State.WAITING)}, "答应答复的日子更晚"),
        ((1, 2), {"dues": (NOW, NOW + TICK), "states": (State.WAITING, State.LATE)}, "答应答复的日子更晚"),
        ((1, 2), {"dues": (NOW, NOW + TICK), "states": (State.ANSWERED, State.WAITING)}, None),
        ((1, 2), {"dues": (NOW, NOW + TICK), "states": (State.WAITING, State.TO_MEET)}, None),
    ],
)
def test_a_matter_is_merged_one_step_only(ids, change, words):
    facts = {
        "states": (State.WAITING, State.ANSWERED),
        "dues": (NOW, NOW),
        "has_merged": False,
        "reason": "同一盏灯",
        **change,
    }
    if words is None:
        check_merge(*ids, **facts)
        assert fields_of(check_merge, *ids, **{**facts, "reason": " "}) == ["reason"]
    else:
        with pytest.raises(Refused, match=words):
            check_merge(*ids, **facts)


def test_words_of_matters_are_all_named():
    assert [kind.name_zh for kind in Kind] == ["建议", "问题", "诉求"]
    assert all(kind.hint_zh for kind in Kind)
    assert all(voice.name_zh for voice in Voice)
    assert [kind.name_zh for kind in LinkKind] == ["问卷", "表决", "工单", "共建"]


# ------------------------------------------------------------------ meetings


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, MeetingState.DRAFT),
        ({"is_announced": True, "starts_at": NOW + TICK}, MeetingState.ANNOUNCED),
        ({"is_announced": True}, MeetingState.HELD),
        ({"is_announced": True, "is_minuted": True}, MeetingState.MINUTED),
        ({"is_announced": True, "is_called_off": True}, MeetingState.CALLED_OFF),
    ],
)
def test_a_meeting_stands_where_its_acts_and_its_hour_took_it(facts, state):
    assert meeting_state(MeetingFacts(**{"starts_at": NOW, **facts}), NOW) is state
    assert state.name_zh
    assert state.tone


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"title": " "}, ["title"]),
        ({"place": ""}, ["place"]),
        ({"starts_at": NOW}, ["starts_at"]),
        ({"starts_at": NOW + FURTHEST + TICK}, ["starts_at"]),
        ({"starts_at": datetime(2026, 3, 4, 15, 59, tzinfo=UTC), "days": 3}, ["starts_at"]),
    ],
)
def test_a_meeting_has_a_name_a_place_and_an_hour_to_come(change, fields):
    facts = {"title": "三月议事会", "place": "二楼", "starts_at": NOW + FURTHEST, "days": 0, "now": NOW}
    check_meeting(**facts)
    check_meeting(**{**facts, "starts_at": datetime(2026, 3, 4, 16, 0, tzinfo=UTC), "days": 3})
    check_meeting(**{**facts, "starts_at": NOW + TICK})
    assert fields_of(check_meeting, **{**facts, **change}) == fields


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, None),
        ({"is_matter": True, "words": ""}, None),
        ({"points": MOST_POINTS - 1}, None),
        ({"state": MeetingState.ANNOUNCED}, "议程不能再改"),
        ({"points": MOST_POINTS}, "最多"),
        ({"is_known": True}, "已经在议程里"),
    ],
)
def test_the_agenda_is_written_until_it_is_announced(change, words):
    facts = {"points": 0, "words": "门禁", "is_matter": False, "is_known": False, **change}
    state = facts.pop("state", MeetingState.DRAFT)
    if words is None:
        check_point(state, **facts)
    else:
        with pytest.raises(Refused, match=words):
            check_point(state, **facts)


def test_a_point_of_its_own_has_words():
    facts = {"points": 0, "words": " ", "is_matter": False, "is_known": False}
    assert fields_of(check_point, MeetingState.DRAFT, **facts) == ["words"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({}, None, id="on-the-first-day-allowed"),
        pytest.param(
            {"starts_at": datetime(2026, 3, 4, 15, 59, tzinfo=UTC)}, "提前 3 天", id="a-minute-before-it"
        ),
        pytest.param({"points": 0}, "先写议程", id="without-an-agenda"),
        pytest.param({"state": MeetingState.ANNOUNCED}, "已经通知过", id="twice"),
    ],
)
def test_a_meeting_is_announced_days_before_with_its_agenda(change, words):
    facts = {
        "starts_at": datetime(2026, 3, 4, 16, 0, tzinfo=UTC),
        "points": 1,
        "days": 3,
        "now": NOW,
        **change,
    }
    state, starts_at = facts.pop("state", MeetingState.DRAFT), facts.pop("starts_at")
    if words is None:
        check_announcement(state, starts_at, **facts)
    else:
        with pytest.raises(Refused, match=words):
            check_announcement(state, starts_at, **facts)


def test_a_meeting_is_called_off_for_a_reason_before_its_minutes():
    check_calling_off(MeetingState.HELD, "没人来")
    assert fields_of(check_calling_off, MeetingState.ANNOUNCED, " ") == ["reason"]
    for state in (MeetingState.MINUTED, MeetingState.CALLED_OFF):
        with pytest.raises(Refused):
            check_calling_off(state, "没人来")


CAME = {Group.RESIDENTS: 12, Group.NEIGHBOURHOOD: 2, Group.STREET: 0}


@pytest.mark.parametrize(
    ("text", "came", "fields"),
    [
        (" ", CAME, ["text"]),
        ("长" * (LONGEST_MINUTES + 1), CAME, ["text"]),
        ("议", {}, ["came"]),
        ("议", {Group.OTHERS: 0}, ["came"]),
        ("议", {Group.OTHERS: -1}, ["came"]),
        ("议", {Group.OTHERS: MOST_PEOPLE + 1}, ["came"]),
    ],
)
def test_minutes_say_what_and_who_came(text, came, fields):
    assert fields_of(check_minutes, MeetingState.HELD, text, came) == fields


def test_minutes_are_written_after_the_hour_and_may_be_written_anew():
    assert check_minutes(MeetingState.HELD, " 议 ", CAME) == "议"
    assert check_minutes(MeetingState.MINUTED, "长" * LONGEST_MINUTES, {Group.OTHERS: MOST_PEOPLE})
    for state in (MeetingState.DRAFT, MeetingState.ANNOUNCED, MeetingState.CALLED_OFF):
        with pytest.raises(Refused, match="会还没开"):
            check_minutes(state, "议", CAME)
    assert came_text(CAME) == "居民、业主代表 12 人，居委会 2 人"
    assert all(group.name_zh for group in Group)


# ------------------------------------------------------------------ resolutions

DUE = TODAY


@pytest.mark.parametrize(
    ("last", "done_on", "today", "state"),
    [
        (None, None, DUE, ResolutionState.OPEN),
        (None, None, DUE + timedelta(1), ResolutionState.LATE),
        (Outcome.DONE, DUE, DUE + timedelta(9), ResolutionState.DONE),
        (Outcome.DONE, DUE + timedelta(1), DUE + timedelta(9), ResolutionState.DONE_LATE),
        (Outcome.DROPPED, DUE, DUE + timedelta(9), ResolutionState.DROPPED),
        (Outcome.REOPENED, DUE, DUE, ResolutionState.OPEN),
        (Outcome.REOPENED, DUE, DUE + timedelta(1), ResolutionState.LATE),
    ],
)
def test_a_resolution_is_done_or_late(last, done_on, today, state):
    assert resolution_state(DUE, last, done_on, today) is state
    assert state.name_zh
    assert state.tone


@pytest.mark.parametrize(
    ("change", "fields"),
    [({"what": " "}, ["what"]), ({"who": ""}, ["who"]), ({"due_on": TODAY - timedelta(1)}, ["due_on"])],
)
def test_a_resolution_says_who_does_what_by_when(change, fields):
    facts = {"what": "装灯", "who": "物业公司", "due_on": TODAY, "met_on": TODAY}
    check_resolution(MeetingState.MINUTED, **facts)
    assert fields_of(check_resolution, MeetingState.MINUTED, **{**facts, **change}) == fields
    with pytest.raises(Refused, match="先写会议记录"):
        check_resolution(MeetingState.HELD, **facts)


@pytest.mark.parametrize(
    ("outcome", "state", "error"),
    [
        (Outcome.DONE, ResolutionState.OPEN, None),
        (Outcome.DONE, ResolutionState.LATE, None),
        (Outcome.DROPPED, ResolutionState.OPEN, None),
        (Outcome.DONE, ResolutionState.DONE, "已经有结果"),
        (Outcome.DROPPED, ResolutionState.DONE_LATE, "已经有结果"),
        (Outcome.DONE, ResolutionState.DROPPED, "已经有结果"),
        (Outcome.REOPENED, ResolutionState.DONE, None),
        (Outcome.REOPENED, ResolutionState.OPEN, "还在办"),
    ],
)
def test_an_outcome_follows_what_stood_before(outcome, state, error):
    facts = {"done_on": TODAY, "met_on": TODAY, "words": "装好了", "today": TODAY}
    assert outcome.name_zh
    if error is None:
        check_outcome(outcome, state, **facts)
    else:
        with pytest.raises(Refused, match=error):
            check_outcome(outcome, state, **facts)


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"words": " "}, ["words"]),
        ({"done_on": TODAY + timedelta(1)}, ["done_on"]),
        ({"done_on": TODAY - timedelta(1)}, ["done_on"]),
    ],
)
def test_an_outcome_has_words_and_a_day_between_the_meeting_and_today(change, fields):
    facts = {"done_on": TODAY, "met_on": TODAY, "words": "装好了", "today": TODAY, **change}
    assert fields_of(check_outcome, Outcome.DONE, ResolutionState.OPEN, **facts) == fields
