"""What a project waits for now, as lines that a person can act on; and what of it is late."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from server.kernel.errors import Reason
from server.projects.rules.acts import EventKind, next_events
from server.projects.rules.money import Money
from server.projects.rules.preparation import StepFact, open_steps
from server.projects.rules.starts import (
    DueState,
    Milestone,
    PlannedStart,
    StartState,
    due_state,
    start_state,
)


@dataclass(frozen=True)
class Facts:
    """What the rule needs of a project."""

    dates: Mapping[EventKind, date]
    waiting: Collection[EventKind]
    steps: Sequence[StepFact]
    plan: PlannedStart | None
    money: Money
    standing_structures: int
    due_days: Mapping[Milestone, date]
    #: Points of the residents' punch list that keep the works from being complete.
    open_points: int = 0


@dataclass(frozen=True)
class Late:
    """Something that was due and is not there, and for how many days."""

    what: str
    due_on: date
    days: int


#: Which act meets which due day.
MET_BY = {
    Milestone.START: EventKind.STARTED,
    Milestone.EFFECT: EventKind.FINISHED,
    Milestone.PERFORMANCE: EventKind.REPORTED,
}


def late_things(
    dates: Mapping[EventKind, date],
    plan: PlannedStart | None,
    due_days: Mapping[Milestone, date],
    today: date,
) -> list[Late]:
    """The planned start that was missed, then each due day that was; the due day itself is in time."""
    found = []
    if plan is not None and start_state(plan, dates.get(EventKind.STARTED), today) is StartState.OVERDUE:
        found.append(Late("按计划开工", plan.due_on, (today - plan.due_on).days))
    for which, due_on in due_days.items():
        if due_state(due_on, dates.get(MET_BY[which]), today) is DueState.OVERDUE:
            found.append(Late(which.name_zh, due_on, (today - due_on).days))
    return found


def what_next(facts: Facts, today: date) -> list[Reason]:
    """First what another person is waited for, then what is late, then what comes next. Empty: nothing is left to do."""
    found = [
        Reason("waiting", f"“{kind.name_zh}”已经填好，等另一个人确认。", "events")
        for kind in EventKind
        if kind in facts.waiting
    ]
    for late in late_things(facts.dates, facts.plan, facts.due_days, today):
        due = f"{late.due_on.year} 年 {late.due_on.month} 月 {late.due_on.day} 日"
        found.append(Reason("late", f"{late.what}：最晚 {due}，已经过了 {late.days} 天。", "starts"))
    return [*found, *_preparing(facts), *_money(facts), *_works(facts)]


def _preparing(facts: Facts) -> list[Reason]:
    if EventKind.STARTED in facts.dates:
        return []
    found = []
    lacking = open_steps(facts.steps)
    if lacking:
        names = "、".join(f"{fact.kind.number}{fact.kind.name_zh}" for fact in lacking)
        found.append(Reason("steps", f"前期还有 {len(lacking)} 步没办完：{names}。", "steps"))
    if facts.plan is None:
        found.append(Reason("unplanned", "还没有排哪个月开工。", "starts"))
    return found


def _money(facts: Facts) -> list[Reason]:
    found = []
    if facts.money.cost is None:
        found.append(Reason("cost", "还没有录工程预算，算不出资金够不够。", "money"))
    elif facts.money.gap is not None and facts.money.gap > 0:
        found.append(Reason("gap", "计划的资金还不够工程预算。", "money"))
    if facts.money.overspent:
        names = "、".join(line.source.name_zh for line in facts.money.overspent)
        found.append(Reason("overspent", f"支出超过到账：{names}。请核对。", "money"))
    return found


def _works(facts: Facts) -> list[Reason]:
    found = []
    is_under_way = EventKind.STARTED in facts.dates and EventKind.FINISHED not in facts.dates
    if facts.standing_structures and is_under_way:
        found.append(Reason("structures", f"还有 {facts.standing_structures} 处违法建筑没拆。", "structures"))
    if facts.open_points and EventKind.STARTED in facts.dates and EventKind.ACCEPTED not in facts.dates:
        sentence = f"整改清单还有 {facts.open_points} 处没了结，了结以前不能竣工、验收。"
        found.append(Reason("points", sentence, "communities"))
    coming = [kind for kind in next_events(facts.dates, facts.waiting) if kind is not EventKind.REPORTED]
    if coming and not (EventKind.STARTED not in facts.dates and open_steps(facts.steps)):
        found.append(Reason("next", f"下一步：{coming[0].name_zh}。做完了来填。", "events"))
    return found
