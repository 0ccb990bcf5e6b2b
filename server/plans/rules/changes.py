"""A change of a frozen plan, step by step (黔建办函〔2020〕3 号 三（二）).

The county submits a scheme with evidence; the city's three departments each sign; the city decides; the city reports to
the province in writing; only then does the change take effect. No step can be skipped, and nobody takes two sides of one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from server.kernel.errors import Invalid, Reason
from server.plans.rules.annual import wrong_number
from server.plans.rules.figures import RowFigures
from server.plans.rules.words import ChangeKind, ChangeState, Department, Outcome, StepKind

LONGEST_REASON, LONGEST_SCHEME, LONGEST_OPINION = 1000, 4000, 500


@dataclass(frozen=True)
class Taken:
    """One step as it was taken."""

    kind: StepKind
    #: "staff:3".
    by: str
    on: date
    department: Department | None = None
    #: Of a signature: whether the department agrees.
    is_agreeing: bool | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True)
class Standing:
    """Where a change stands, told from its steps alone."""

    state: ChangeState = ChangeState.ENTERED
    #: Counted by submissions: after a return the departments sign anew.
    round: int = 0
    signed: dict[Department, Taken] = field(default_factory=dict)
    submitted: Taken | None = None
    decided: Taken | None = None
    reported: Taken | None = None

    @property
    def missing(self) -> list[Department]:
        """The departments that have not signed in this round."""
        return [one for one in Department if one not in self.signed]

    @property
    def dissenting(self) -> list[Department]:
        return [one for one in Department if one in self.signed and not self.signed[one].is_agreeing]


def standing_of(steps: Iterable[Taken]) -> Standing:
    """From the steps in the order they were taken."""
    found = Standing()
    for step in steps:
        found = _after(found, step)
    return found


def _after(at: Standing, step: Taken) -> Standing:
    match step.kind:
        case StepKind.SUBMIT:
            return Standing(ChangeState.SUBMITTED, at.round + 1, submitted=step)
        case StepKind.SIGN if step.department is not None:
            signed = {**at.signed, step.department: step}
            state = ChangeState.SIGNED if len(signed) == len(Department) else at.state
            return replace(at, state=state, signed=signed)
        case StepKind.DECIDE if step.outcome is not None:
            return replace(at, state=AFTER_DECISION[step.outcome], decided=step)
        case StepKind.REPORT:
            return replace(at, state=ChangeState.REPORTED, reported=step)
        case StepKind.DROP:
            return replace(at, state=ChangeState.DROPPED)
    raise ValueError(f"a step that says too little: {step}")


AFTER_DECISION = {
    Outcome.AGREE: ChangeState.AGREED,
    Outcome.REJECT: ChangeState.REJECTED,
    Outcome.RETURN: ChangeState.RETURNED,
}
WITH_COUNTY = {ChangeState.ENTERED, ChangeState.RETURNED}


# ------------------------------------------------------------------ what is proposed


@dataclass(frozen=True)
class Proposal:
    kind: ChangeKind
    reason: str
    scheme: str
    evidence: int
    #: The community that comes in its place; only where one is replaced by another.
    new_community_id: int | None = None
    #: None where the community leaves the plan.
    figures: RowFigures | None = None


def check_proposal(proposal: Proposal, old: RowFigures, old_community_id: int) -> None:
    """What a change must say before it is kept. Evidence may come later, but before submitting."""
    fields: dict[str, list[str]] = {}
    for name, text, longest, sentence in (
        ("reason", proposal.reason, LONGEST_REASON, "写上为什么不能按原计划做。"),
        ("scheme", proposal.scheme, LONGEST_SCHEME, "写上怎么调整。"),
    ):
        if not text.strip():
            fields[name] = [sentence]
        elif len(text) > longest:
            fields[name] = [f"最多 {longest} 个字。"]
    fields |= _wrong_kind(proposal, old, old_community_id)
    if fields:
        raise Invalid("有几处要改一下，请看标红的地方。", fields=fields)


def _wrong_kind(proposal: Proposal, old: RowFigures, old_community_id: int) -> dict[str, list[str]]:
    match proposal.kind:
        case ChangeKind.WITHDRAW:
            is_whole = proposal.figures is None and proposal.new_community_id is None
            return {} if is_whole else {"kind": ["退出计划不用填新的小区和数据。"]}
        case ChangeKind.REPLACE:
            if proposal.new_community_id in {None, old_community_id} or proposal.figures is None:
                return {"new_community_id": ["选一个换进来的小区，填它的数据。"]}
            return {}
        case _:
            if proposal.figures is None or proposal.new_community_id is not None:
                return {"kind": ["改数据要填这个小区新的数据。"]}
            is_same = proposal.figures.as_json() == old.as_json()
            return {"kind": ["数据和原来一样，没有要改的。"]} if is_same else {}


# ------------------------------------------------------------------ may it go on


def may_edit(at: Standing) -> list[Reason]:
    if at.state in WITH_COUNTY:
        return []
    return [Reason("not_with_county", f"现在是“{at.state.name_zh}”，县里不能改。", "")]


def may_submit(at: Standing, proposal: Proposal, entered_by: str, by: str) -> list[Reason]:
    """The county's side: whole, with evidence, and by another person than entered it."""
    found = may_edit(at)
    if not proposal.scheme.strip():
        found.append(Reason("no_scheme", "还没有调整方案。", "edit"))
    if not proposal.reason.strip():
        found.append(Reason("no_reason", "还没有写原因。", "edit"))
    if proposal.evidence < 1:
        found.append(Reason("no_evidence", "还没有佐证材料，至少要一份。", "evidence"))
    if by == entered_by:
        found.append(Reason("same_person", "这份调整是你录的，请另一位同事核对后提交。", ""))
    return found


def may_sign(at: Standing, department: Department, by: str, county: Iterable[str]) -> list[Reason]:
    """One person signs for one department; nobody of those who entered or submitted it signs."""
    if at.state not in {ChangeState.SUBMITTED, ChangeState.SIGNED}:
        return [Reason("not_with_city", f"现在是“{at.state.name_zh}”，不用签意见。", "")]
    found = []
    if department in at.signed:
        found.append(Reason("already_signed", f"{department.name_zh}部门已经签过了。", ""))
    if any(one.by == by for one in at.signed.values()):
        found.append(Reason("same_person", "你已经替一个部门签过了，另一个部门请它自己的人来签。", ""))
    return found + _of_county(by, county)


def may_decide(at: Standing, outcome: Outcome, by: str, county: Iterable[str]) -> list[Reason]:
    """Agreeing and rejecting need all three signatures; agreeing needs all three to agree. Returning may come before."""
    if at.state not in {ChangeState.SUBMITTED, ChangeState.SIGNED}:
        return [Reason("not_with_city", f"现在是“{at.state.name_zh}”，不用决定。", "")]
    found = []
    if at.missing and outcome is not Outcome.RETURN:
        names = "、".join(one.name_zh for one in at.missing)
        found.append(Reason("signatures_missing", f"还差{names}部门的意见。三个部门都签了才能决定。", "sign"))
    if at.dissenting and outcome is Outcome.AGREE:
        names = "、".join(one.name_zh for one in at.dissenting)
        found.append(
            Reason("department_disagrees", f"{names}部门不同意，不能决定同意。可以退回补充。", "sign")
        )
    return found + _of_county(by, county)


def may_report(at: Standing, by: str, county: Iterable[str]) -> list[Reason]:
    if at.state is not ChangeState.AGREED:
        return [Reason("not_agreed", f"现在是“{at.state.name_zh}”。市里同意以后，才书面报告省里。", "")]
    return _of_county(by, county)


def _of_county(by: str, county: Iterable[str]) -> list[Reason]:
    if by in set(county):
        return [Reason("same_person", "这份调整你在县里经过手，市里的步骤请别人来办。", "")]
    return []


def check_report(doc_no: str, reported_on: date, *, decided_on: date, today: date) -> None:
    """The written report has a number, and a day between the decision and today."""
    fields = wrong_number(doc_no)
    if reported_on > today:
        fields["reported_on"] = ["报告日期不能晚于今天。"]
    elif reported_on < decided_on:
        fields["reported_on"] = ["报告日期不能早于市里决定的那天。"]
    if fields:
        raise Invalid("有几处要改一下，请看标红的地方。", fields=fields)


# ------------------------------------------------------------------ what is done and what comes next


@dataclass(frozen=True)
class Station:
    """One stop on the way of a change: its name, "done" | "now" | "next", and what is to be said of it."""

    name: str
    state: str
    text: str


def stations(at: Standing) -> list[Station]:
    """The five stops in their order."""
    reached = {
        ChangeState.ENTERED: 0, ChangeState.RETURNED: 0, ChangeState.SUBMITTED: 1, ChangeState.SIGNED: 2,
        ChangeState.AGREED: 3, ChangeState.REPORTED: 5,
    }  # fmt: skip
    now = reached.get(at.state, -1)
    names = ("县里提交", "三部门签意见", "市里决定", "书面报告省里", "生效")
    return [
        Station(name, _station_state(at, number, now), _station_text(at, number))
        for number, name in enumerate(names)
    ]


def _station_state(at: Standing, number: int, now: int) -> str:
    if now < 0:
        passed = (at.submitted, not at.missing or None, at.decided, None, None)
        return "done" if passed[number] is not None else "next"
    if number < now:
        return "done"
    return "now" if number == now else "next"


def _station_text(at: Standing, number: int) -> str:
    if at.state is ChangeState.RETURNED:
        # What was signed and decided belongs to the round that is over: the departments sign anew.
        return "退回了，补充后再提交" if number == 0 else ""
    if number == 1 and at.submitted is not None:
        return f"签了 {len(at.signed)} / {len(Department)} 个部门"
    if number == 2 and at.decided is not None and at.decided.outcome is not None:
        return at.decided.outcome.name_zh
    on = (at.submitted, None, None, at.reported, at.reported)[number]
    return f"{on.on.year} 年 {on.on.month} 月 {on.on.day} 日" if on is not None else ""
