from datetime import date, timedelta

import pytest

from server.kernel.errors import Conflict, Invalid, Refused
from server.projects.rules.acts import EventKind, check_last, check_withdrawal
from server.projects.rules.claims import (
    MOST_FEN,
    ClaimAct,
    ClaimState,
    check_claim,
    check_claim_act,
    claim_state,
    is_overdue,
)
from server.projects.rules.points import (
    Mark,
    PointAct,
    PointState,
    bad_lines,
    check_patrol,
    check_point,
    check_point_act,
    point_state,
    told,
)

DAY = date(2026, 5, 6)
WORKED, PASSED, BACK, DECLINED = (
    PointAct.WORKED_OFF,
    PointAct.PASSED,
    PointAct.SENT_BACK,
    PointAct.DECLINED,
)


@pytest.mark.parametrize(
    ("acts", "state", "is_open"),
    [
        ([], PointState.OPEN, True),
        ([WORKED], PointState.WORKED_OFF, True),
        ([WORKED, BACK], PointState.OPEN, True),
        ([WORKED, BACK, WORKED, PASSED], PointState.PASSED, False),
        ([DECLINED], PointState.DECLINED, False),
    ],
)
def test_a_point_is_open_until_somebody_looked(acts, state, is_open):
    assert (point_state(acts), state.is_open) == (state, is_open)
    assert state.name_zh and state.tone and all(one.name_zh for one in PointAct)


def said(act, state=PointState.OPEN, words="看过", worked_off_by=(), actor="c", raised_by="a"):
    check_point_act(
        act, state, words=words, raised_by=raised_by, worked_off_by=worked_off_by, actor_key=actor
    )


def test_what_may_be_said_of_a_point():
    said(WORKED, words="")
    said(PASSED, PointState.WORKED_OFF, words="", worked_off_by=["b"])
    said(PASSED, PointState.WORKED_OFF, worked_off_by=["b"], actor="a")
    said(BACK, PointState.WORKED_OFF, worked_off_by=["b"])
    said(DECLINED)
    said(DECLINED, PointState.WORKED_OFF, worked_off_by=["b"])


@pytest.mark.parametrize(
    ("act", "state", "changed", "error", "words"),
    [
        (WORKED, PointState.PASSED, {}, Conflict, "已经了结"),
        (DECLINED, PointState.DECLINED, {}, Conflict, "已经了结"),
        (WORKED, PointState.WORKED_OFF, {}, Conflict, "正等别人"),
        (PASSED, PointState.OPEN, {}, Refused, "还没有说改好"),
        (BACK, PointState.OPEN, {}, Refused, "还没有说改好"),
        (PASSED, PointState.WORKED_OFF, {"worked_off_by": ["c"]}, Refused, "谁改的"),
        (BACK, PointState.WORKED_OFF, {"worked_off_by": ["b", "c"]}, Refused, "谁改的"),
        (DECLINED, PointState.OPEN, {"actor": "a"}, Refused, "另一个人"),
        (DECLINED, PointState.WORKED_OFF, {"worked_off_by": ["c"]}, Refused, "另一个人"),
        (BACK, PointState.WORKED_OFF, {"words": " ", "worked_off_by": ["b"]}, Invalid, "为什么"),
        (DECLINED, PointState.OPEN, {"words": ""}, Invalid, "为什么"),
    ],
)
def test_what_may_not_be_said_of_a_point(act, state, changed, error, words):
    with pytest.raises(error, match=words):
        said(act, state, **changed)


def test_a_point_says_where_and_what():
    check_point("三楼", "灯不亮")
    with pytest.raises(Invalid) as refused:
        check_point(" ", "")
    assert set(refused.value.fields) == {"place", "words"}


LIST = ["围挡", "安全帽"]


def test_a_patrol_goes_line_by_line_and_tells_what_is_bad():
    answers = check_patrol(LIST, {"安全帽": Mark.BAD, "围挡": Mark.UNSEEN}, "3 栋", pictures=1)
    assert answers == [{"text": "围挡", "mark": "unseen"}, {"text": "安全帽", "mark": "bad"}]
    assert bad_lines(answers) == ["安全帽"]
    assert all(one.name_zh for one in Mark)


@pytest.mark.parametrize(
    ("marks", "words"),
    [
        ((Mark.GOOD, Mark.GOOD), ("都合格", "go")),
        ((Mark.GOOD, Mark.UNSEEN), ("看到的都合格，1 条没看到", "go")),
        ((Mark.BAD, Mark.UNSEEN), ("1 条不合格", "stop")),
    ],
)
def test_of_what_nobody_saw_it_is_not_said_that_it_is_right(marks, words):
    assert told(check_patrol(LIST, dict(zip(LIST, marks, strict=True)), "3 栋", pictures=1)) == words


@pytest.mark.parametrize(
    ("marks", "place", "pictures", "words"),
    [
        ({"围挡": Mark.GOOD, "安全帽": Mark.GOOD}, " ", 1, "走到了哪里"),
        ({"围挡": Mark.GOOD}, "3 栋", 1, "1 条没有选：安全帽"),
        ({"围挡": Mark.UNSEEN, "安全帽": Mark.UNSEEN}, "3 栋", 1, "一条都没看到"),
        ({"围挡": Mark.GOOD, "安全帽": Mark.GOOD}, "3 栋", 0, "照片"),
    ],
)
def test_a_patrol_that_is_refused(marks, place, pictures, words):
    with pytest.raises(Invalid, match=words):
        check_patrol(LIST, marks, place, pictures=pictures)


# ------------------------------------------------------------------ claims


def test_a_claim_that_nobody_answered_is_late_after_its_last_day():
    assert claim_state([]) is ClaimState.CLAIMED
    assert claim_state([ClaimAct.ACKNOWLEDGED, ClaimAct.SETTLED]) is ClaimState.SETTLED
    assert not is_overdue(ClaimState.CLAIMED, DAY, DAY)
    assert is_overdue(ClaimState.CLAIMED, DAY, DAY + timedelta(1))
    assert not is_overdue(ClaimState.REFUSED, DAY, DAY + timedelta(9))
    assert all(one.name_zh and one.tone for one in ClaimState)
    assert all(one.name_zh for one in ClaimAct)


def test_a_claim_says_what_and_on_which_day():
    check_claim("窗户裂了", DAY, DAY)
    for words, on in [(" ", DAY), ("裂了", DAY + timedelta(1))]:
        with pytest.raises(Invalid):
            check_claim(words, on, DAY)


def answered(act, state=ClaimState.CLAIMED, words="看过，是我们碰的", paid=None, actor="s"):
    check_claim_act(act, state, words=words, paid_fen=paid, claimed_by="r", actor_key=actor)


def test_answers_that_are_taken():
    answered(ClaimAct.ACKNOWLEDGED)
    answered(ClaimAct.REFUSED)
    answered(ClaimAct.ACKNOWLEDGED, ClaimState.REFUSED)
    answered(ClaimAct.SETTLED, ClaimState.ACKNOWLEDGED, words="", paid=1)
    answered(ClaimAct.SETTLED, ClaimState.ACKNOWLEDGED, words="换了玻璃", paid=0)
    answered(ClaimAct.SETTLED, ClaimState.ACKNOWLEDGED, words="", paid=MOST_FEN)


@pytest.mark.parametrize(
    ("act", "state", "changed", "error"),
    [
        (ClaimAct.ACKNOWLEDGED, ClaimState.CLAIMED, {"actor": "r"}, Refused),
        (ClaimAct.ACKNOWLEDGED, ClaimState.CLAIMED, {"words": " "}, Invalid),
        (ClaimAct.REFUSED, ClaimState.CLAIMED, {"words": ""}, Invalid),
        (ClaimAct.ACKNOWLEDGED, ClaimState.SETTLED, {}, Conflict),
        (ClaimAct.REFUSED, ClaimState.REFUSED, {}, Conflict),
        (ClaimAct.SETTLED, ClaimState.REFUSED, {"paid": 1}, Conflict),
        (ClaimAct.ACKNOWLEDGED, ClaimState.ACKNOWLEDGED, {}, Conflict),
        (ClaimAct.REFUSED, ClaimState.ACKNOWLEDGED, {}, Refused),
        (ClaimAct.SETTLED, ClaimState.CLAIMED, {"paid": 1}, Refused),
        (ClaimAct.SETTLED, ClaimState.ACKNOWLEDGED, {"paid": None}, Invalid),
        (ClaimAct.SETTLED, ClaimState.ACKNOWLEDGED, {"paid": -1}, Invalid),
        (ClaimAct.SETTLED, ClaimState.ACKNOWLEDGED, {"paid": MOST_FEN + 1}, Invalid),
        (ClaimAct.SETTLED, ClaimState.ACKNOWLEDGED, {"paid": 0, "words": ""}, Invalid),
    ],
)
def test_answers_that_are_refused(act, state, changed, error):
    with pytest.raises(error):
        answered(act, state, **changed)


# ------------------------------------------------------------------ withdrawing an act

DATES = {EventKind.STARTED: DAY, EventKind.FINISHED: DAY}


def test_the_last_act_of_the_works_is_withdrawn_first():
    check_withdrawal(EventKind.FINISHED, DATES, is_counted=True, is_waiting=False, reason="填错了")
    check_withdrawal(EventKind.REPORTED, DATES, is_counted=True, is_waiting=False, reason="填错了")
    with pytest.raises(Refused, match="先撤回后面的“竣工”"):
        check_last(EventKind.STARTED, DATES)


@pytest.mark.parametrize(
    ("counted", "waiting", "reason", "error"),
    [(False, False, "错", Refused), (True, True, "错", Conflict), (True, False, " ", Invalid)],
)
def test_a_withdrawal_that_is_refused(counted, waiting, reason, error):
    with pytest.raises(error):
        check_withdrawal(EventKind.FINISHED, DATES, is_counted=counted, is_waiting=waiting, reason=reason)
