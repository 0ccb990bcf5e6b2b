"""Changes of the plan: a few at every stage on the way from the county over the city's departments to the province."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from server.attachments import actions as attachments
from server.example.pictures import drawn_picture
from server.example.plan2020.course import Reached
from server.example.plan2020.planning import Member, plan_year
from server.example.plan2020.staff import Desk, make_departments
from server.example.votes import at
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.plans import actions as plans
from server.plans import queries as plan_queries
from server.plans.actions.changes import Proposed
from server.plans.rules.figures import RowFigures
from server.plans.rules.words import ChangeKind, ChangeState, Department, FundSource, Outcome

#: Days before today of each step.
ENTERED, SUBMITTED, SIGNED, DECIDED, REPORTED = -24, -22, -18, -12, -6
#: Where each stops. What leaves the plan only waits or is refused, so that the totals of the document stay true.
COURSES = (
    (ChangeState.REPORTED, ChangeKind.FIGURES),
    (ChangeState.SUBMITTED, ChangeKind.WITHDRAW),
    (ChangeState.RETURNED, ChangeKind.FIGURES),
    (ChangeState.AGREED, ChangeKind.WITHDRAW),
    (ChangeState.ENTERED, ChangeKind.FIGURES),
    (ChangeState.REJECTED, ChangeKind.WITHDRAW),
    (ChangeState.SIGNED, ChangeKind.FIGURES),
    (ChangeState.DROPPED, ChangeKind.WITHDRAW),
    (ChangeState.REPORTED, ChangeKind.FIGURES),
    (ChangeState.SUBMITTED, ChangeKind.FIGURES),
    (ChangeState.AGREED, ChangeKind.FIGURES),
    (ChangeState.RETURNED, ChangeKind.WITHDRAW),
)
#: So many of one prefecture.
OF_ONE = 4
#: Nothing was built there yet.
BEFORE = {Reached.LEDGER, Reached.SURVEY_OPEN, Reached.SURVEY_CLOSED}
#: Of a hundred of the county's money: what a figure changes by.
LESS = 8
OPINIONS = {
    Department.HOUSING: "现场看过，改造内容不变，同意。",
    Department.REFORM: "投资减少，立项内容不变，同意。",
    Department.FINANCE: "县级配套相应核减，中央补助不变，同意。",
}
REFUSED = "退出的理由不成立：居民的意见可以再做工作，中央补助已经下达。"
_DECIDED = {
    ChangeState.AGREED: Outcome.AGREE,
    ChangeState.REPORTED: Outcome.AGREE,
    ChangeState.REJECTED: Outcome.REJECT,
    ChangeState.RETURNED: Outcome.RETURN,
}
_REASONS = {
    Outcome.AGREE: "三个部门都同意，按县里的方案调整（示例数据）。",
    Outcome.REJECT: "维持原计划（示例数据）。",
    Outcome.RETURN: "方案里没有写减下来的钱怎么用，补上再报（示例数据）。",
}


@dataclass(frozen=True)
class Office:
    """Who acts: two of the county, one of each department of the city."""

    desk: Desk
    departments: Mapping[Department, Actor]
    today: datetime


def change(known: Sequence[Member], desks: Mapping[str, Desk], today: datetime) -> None:
    """One after another as far as its course goes, while there are communities where nothing was begun."""
    chosen = zip(_chosen(known), COURSES, strict=False)
    for prefecture, some in groupby(chosen, key=lambda one: one[0].county[:4]):
        desk = desks[prefecture]
        departments = make_departments(prefecture, desk, at(today, ENTERED, 8))
        for member, (stops, kind) in some:
            row = plan_queries.row_in_force_of(member.community_id, plan_year(today))
            if row is not None:
                _carry(
                    row.id,
                    row.figures,
                    kind,
                    stops,
                    Office(desk, departments, today),
                    f"plan-change-{member.number}",
                )


def _chosen(known: Sequence[Member]) -> Iterator[Member]:
    waiting = [one for one in known if one.number > 1 and one.reached in BEFORE]
    for _, some in groupby(sorted(waiting, key=_by_place), key=lambda one: one.county[:4]):
        yield from list(some)[:OF_ONE]


def _by_place(one: Member) -> tuple[str, int]:
    return one.county[:4], one.number


def _carry(
    row_id: int, figures: RowFigures, kind: ChangeKind, stops: ChangeState, by: Office, key: str
) -> None:
    moment = at(by.today, ENTERED, 10)
    made = plans.enter_change(
        row_id, _proposed(figures, kind), client_key=key, actor=by.desk.county, now=moment
    )
    paper = attachments.keep_photo(drawn_picture(key), actor=by.desk.county, now=moment)
    plans.add_evidence(
        made.id, caption="居民会议记录（示例）", attachment_id=paper.id, client_key=f"{key}-paper",
        actor=by.desk.county, now=moment,
    )  # fmt: skip
    if stops is ChangeState.ENTERED:
        return
    if stops is ChangeState.DROPPED:
        plans.drop_change(
            made.id, reason="居民又同意了，不退了（示例数据）。", client_key=f"{key}-dropped",
            actor=by.desk.county, now=at(by.today, SUBMITTED, 10),
        )  # fmt: skip
        return
    plans.submit_change(
        made.id, client_key=f"{key}-submitted", actor=by.desk.reviewer, now=at(by.today, SUBMITTED, 10)
    )
    _sign(made.id, stops, by, key)
    _decide(made.id, stops, by, key)


def _proposed(figures: RowFigures, kind: ChangeKind) -> Proposed:
    if kind is ChangeKind.WITHDRAW:
        return Proposed(kind, "几户业主不同意开挖，今年开不了工（示例数据）。", "退出今年计划，转入储备库。")
    county = figures.costs.get(FundSource.COUNTY, 0)
    costs = {**figures.costs, FundSource.COUNTY: county - county * LESS // 100}
    return Proposed(
        kind,
        "供电公司自己出钱改小区里的线路，这一部分不用县里配套（示例数据）。",
        f"县级配套减百分之{LESS}，改造内容和工期不变。",
        figures=replace(figures, costs=costs),
    )


def _sign(change_id: int, stops: ChangeState, by: Office, key: str) -> None:
    """All three; while it is looked into, and where it is sent back, not all have spoken yet."""
    waits = stops in {ChangeState.SUBMITTED, ChangeState.RETURNED}
    for number, department in enumerate(list(Department)[: 2 if waits else 3]):
        is_against = stops is ChangeState.REJECTED and department is Department.HOUSING
        plans.sign_change(
            change_id, department, is_agreeing=not is_against, opinion=REFUSED if is_against else OPINIONS[department],
            client_key=f"{key}-{department.value}", actor=by.departments[department],
            now=at(by.today, SIGNED + number, 10),
        )  # fmt: skip


def _decide(change_id: int, stops: ChangeState, by: Office, key: str) -> None:
    outcome = _DECIDED.get(stops)
    if outcome is None:
        return
    plans.decide_change(
        change_id, outcome, reason=_REASONS[outcome], client_key=f"{key}-decided", actor=by.desk.city,
        now=at(by.today, DECIDED, 10),
    )  # fmt: skip
    if stops is ChangeState.REPORTED:
        moment = at(by.today, REPORTED, 10)
        plans.report_change(
            change_id, doc_no=f"示例呈〔{moment.year}〕{change_id} 号", reported_on=china_day(moment),
            client_key=f"{key}-reported", actor=by.desk.city, now=moment,
        )  # fmt: skip
