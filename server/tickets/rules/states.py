"""Which act leads from which state to which, and why not otherwise."""

from dataclasses import dataclass
from datetime import datetime

from server.kernel.errors import Conflict, Invalid, Refused
from server.tickets.rules.words import ANSWERED, Act, Priority, State

LONGEST_WORDS = 1000
LONGEST_WORKER = 40
MOST_PHOTOS = 6

_UNDERWAY = frozenset({State.ACCEPTED, State.DISPATCHED, State.ON_SITE, State.IN_PROGRESS})
_WORKED_ON = frozenset({State.NEW, *_UNDERWAY, State.SUSPENDED})

#: From which states an act is possible. What is not listed happens at any time.
FROM: dict[Act, frozenset[State]] = {
    Act.ROUTE: frozenset({State.NEW}),
    Act.ACCEPT: frozenset({State.NEW}),
    Act.PRIORITISE: frozenset({State.NEW, *_UNDERWAY}),
    Act.DISPATCH: _UNDERWAY,
    Act.ARRIVE: frozenset({State.ACCEPTED, State.DISPATCHED}),
    Act.START: frozenset({State.ACCEPTED, State.DISPATCHED, State.ON_SITE}),
    Act.ASK_SUSPENSION: _UNDERWAY,
    Act.GRANT_SUSPENSION: _UNDERWAY,
    Act.DENY_SUSPENSION: _UNDERWAY,
    Act.RESUME: frozenset({State.SUSPENDED}),
    Act.FINISH: frozenset({State.ON_SITE, State.IN_PROGRESS}),
    Act.FINISH_PARTLY: frozenset({State.ON_SITE, State.IN_PROGRESS}),
    Act.REFUSE: frozenset({State.NEW, *_UNDERWAY}),
    Act.CONFIRM: frozenset({*ANSWERED, State.UNCONFIRMED}) - {State.REFUSED},
    Act.REOPEN: frozenset({*ANSWERED, State.CONFIRMED, State.UNCONFIRMED}),
    Act.REMIND: frozenset(ANSWERED),
    Act.LAPSE: frozenset(ANSWERED),
    Act.ESCALATE: frozenset({State.NEW, *_UNDERWAY}),
    Act.WITHDRAW: _WORKED_ON,
    Act.MERGE: _WORKED_ON,
}

#: Where an act leads; what is not listed leaves the state as it is.
_TO: dict[Act, State] = {
    Act.ACCEPT: State.ACCEPTED,
    Act.ARRIVE: State.ON_SITE,
    Act.START: State.IN_PROGRESS,
    Act.GRANT_SUSPENSION: State.SUSPENDED,
    Act.FINISH: State.DONE,
    Act.FINISH_PARTLY: State.PARTLY_SOLVED,
    Act.REFUSE: State.REFUSED,
    Act.CONFIRM: State.CONFIRMED,
    Act.WITHDRAW: State.CLOSED,
    Act.MERGE: State.CLOSED,
}

#: What to do next, by where it stands; for whoever tried something else.
NEXT_ZH: dict[State, str] = {
    State.NEW: "先受理。",
    State.ACCEPTED: "下一步是派人、到场，或者开始处理。",
    State.DISPATCHED: "下一步是到场。",
    State.ON_SITE: "下一步是开始处理，或者填写办理结果。",
    State.IN_PROGRESS: "下一步是填写办理结果。",
    State.SUSPENDED: "要接着办，先恢复处理。",
    State.DONE: "已经办完，等居民确认。居民说没解决，会重新打开。",
    State.PARTLY_SOLVED: "已经答复为部分解决。居民说没解决，会重新打开。",
    State.REFUSED: "已经答复为不予办理。居民不同意，会重新打开。",
    State.CONFIRMED: "居民已经确认解决。又坏了，居民在规定的天数里可以重新打开。",
    State.UNCONFIRMED: "没有等到答复，已经结束。",
    State.CLOSED: "已经关闭。还有问题，请另报一件。",
}


@dataclass(frozen=True)
class Standing:
    """What the rules of moving need of a ticket."""

    state: State
    #: Where it stood when it was suspended.
    before_suspension: State | None = None
    is_assigned: bool = False
    #: Who asked for a suspension that nobody has looked at yet.
    suspension_asked_by: str | None = None
    #: Who last said that it was done.
    finished_by: str | None = None
    #: Who did what last, in words: whoever comes second reads it.
    last_zh: str = ""
    #: Whether the company's last word stands.
    is_answered: bool = False


def possible(state: State, act: Act, *, is_answered: bool = False) -> bool:
    """`is_answered`: whether the company's last word stands. What silence closed after one can be opened again like any other;
    what was withdrawn or merged never had one.
    """
    if act is Act.REOPEN and state is State.CLOSED:
        return is_answered
    return act not in FROM or state in FROM[act]


def next_state(act: Act, standing: Standing) -> State:
    """Where the act leads. Raises Refused, with what to do next, where it is out of order."""
    if not possible(standing.state, act, is_answered=standing.is_answered):
        raise Refused(
            f"这件现在是“{standing.state.name_zh}”（{standing.last_zh}），不能再“{act.name_zh}”。{NEXT_ZH[standing.state]}",
            code="out_of_order",
        )
    if act is Act.DISPATCH:
        # Sent to another worker while work goes on: what was reached is not taken back.
        return State.DISPATCHED if standing.state is State.ACCEPTED else standing.state
    if act is Act.RESUME:
        return standing.before_suspension or State.IN_PROGRESS
    if act is Act.REOPEN:
        return State.DISPATCHED if standing.is_assigned else State.NEW
    if act is Act.LAPSE:
        return State.UNCONFIRMED if standing.state is State.DONE else State.CLOSED
    return _TO.get(act, standing.state)


def check_suspension_asked(standing: Standing, _who: str) -> None:
    if standing.suspension_asked_by is not None:
        raise Refused("已经申请过暂停，等复核的人看。", code="suspension_waits")


def check_suspension_review(standing: Standing, reviewer: str) -> None:
    """A clock stops only when another person has looked at the reason."""
    if standing.suspension_asked_by is None:
        raise Conflict("没有等着复核的暂停申请。刷新页面看看。", code="no_suspension_waits")
    if standing.suspension_asked_by == reviewer:
        raise Refused("不能复核自己申请的暂停。请换一个人来看。", code="own_suspension")


def check_confirm(standing: Standing, who: str) -> None:
    """Whoever did it does not say for the resident that it is done."""
    if standing.finished_by == who:
        raise Refused("办理的人不能替居民确认。请居民自己确认，或请居委会回访。", code="own_work")


def check_urgency(
    before: Priority, after: Priority, fixed_by: datetime | None, now: datetime, *, may_put_off: bool
) -> None:
    """More urgent at any time. Less urgent only by whom the work does not bind (`may_put_off`), for it lengthens every clock
    as a suspension does; and not once it is late: the longer time would reach back and call it in time.
    """
    order = list(Priority)
    if order.index(after) <= order.index(before):
        return
    if not may_put_off:
        raise Refused("负责办的单位不能自己改缓。请居委会的人来改，或者申请暂停。", code="own_urgency")
    if fixed_by is not None and fixed_by <= now:
        raise Refused("最晚办好的时间已经过了，不能再改缓。", code="late_already")


def keeps_time(own_fixed_by: datetime | None, fixed_by: datetime | None) -> bool:
    """Whether nobody waits longer for a ticket that is merged into another one. None: that clock stands."""
    return own_fixed_by is None or (fixed_by is not None and fixed_by <= own_fixed_by)


def check_merge(
    own_fixed_by: datetime | None, fixed_by: datetime | None, state: State, *, is_inside: bool
) -> None:
    """Into an open one that is to be mended no later: a merged ticket is in no figure, and its people keep their time.

    The second three are the other's; `is_inside`: it is inside a home, and this one is not inside the same.
    """
    if not state.is_open:
        raise Refused("另一件已经办完了，不能并进去。", code="other_ended")
    if is_inside:
        raise Refused("另一件在别人家里，邻居看不到，不能并进去。", code="other_inside")
    if not keeps_time(own_fixed_by, fixed_by):
        raise Refused(
            "另一件的期限更晚，并过去这一件的期限就没了。请反过来，把那一件并到这里。", code="other_later"
        )


def check_seen(seen: int | None, version: int, last: str) -> None:
    """`seen`: the version of the ticket on the page that was sent; `last`: who did what last, in words."""
    if seen is not None and seen != version:
        raise Conflict(f"这件刚才有人先办了：{last}。看看现在到哪一步，要办再办。", code="moved_meanwhile")


def words(text: str, ask: str, field: str = "note") -> str:
    """The words of an act as they are kept. `ask`: what to write, where they must not be missing; empty: they may."""
    kept = text.strip()
    if ask and not kept:
        raise Invalid(ask, fields={field: [ask]})
    if len(kept) > LONGEST_WORDS:
        sentence = f"最多 {LONGEST_WORDS} 个字，现在有 {len(kept)} 个。"
        raise Invalid(sentence, fields={field: [sentence]})
    return kept


def check_photos(count: int, ask: str = "") -> None:
    """`ask`: what to send, where a picture must not be missing."""
    if ask and not count:
        raise Invalid(ask, fields={"photo": [ask]})
    if count > MOST_PHOTOS:
        sentence = f"最多传 {MOST_PHOTOS} 张照片。"
        raise Invalid(sentence, fields={"photo": [sentence]})
