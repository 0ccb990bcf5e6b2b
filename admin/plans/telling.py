"""Who is told of a step of a change or of a plan: the office whose turn it is, or whose wish was decided."""

from flask import url_for

from admin.offices import tell_office
from server.divisions import queries as divisions
from server.divisions.rules import DivisionLevel
from server.identity.rules import Permission
from server.plans import queries
from server.plans.models import AnnualPlan, ChangeStep
from server.plans.queries import Whole
from server.plans.rules.words import ChangeState, Outcome, StepKind


def tell_of_step(step: ChangeStep, whole: Whole) -> None:
    """Inside the unit of work of the step. `whole` is the change as it stood before."""
    name, link = whole.name, url_for("admin.plans.show_change", change_id=whole.change.id)
    path = whole.division.path
    state = queries.standings([whole.change.id])[whole.change.id].state
    match step.kind:
        case StepKind.SUBMIT:
            _tell_city(path, f"{whole.division.name}提出调整计划：{name}", "三个部门签意见，市里决定。", link)
        case StepKind.SIGN if state is ChangeState.SIGNED and whole.standing.state is not ChangeState.SIGNED:
            _tell_city(path, f"三个部门都签了：{name}的计划调整", "看意见，由市里决定。", link)
        case StepKind.DECIDE:
            words = "书面报告省里以后生效。" if step.outcome is Outcome.AGREE else step.note
            _tell_county(path, f"市里{_decided(step)}：{name}的计划调整", words, link)
        case StepKind.REPORT:
            _tell_county(path, f"计划调整生效了：{name}", f"已书面报告省里，{step.doc_no}。", link)
            _tell_province(
                path, f"{whole.division.name}的计划调整报来了：{name}", f"市里的报告，{step.doc_no}。", link
            )


def tell_of_submission(plan: AnnualPlan, path: str, name: str) -> None:
    link = url_for("admin.plans.show_plan", plan_id=plan.id)
    subject = f"{name}提交了 {plan.year} 年改造计划"
    for level in (DivisionLevel.PREFECTURE, DivisionLevel.PROVINCE):
        _tell(path, level, Permission.FREEZE_PLAN, subject, "发文以后登记文件，或者退回。", link)


def tell_of_return(plan: AnnualPlan, path: str) -> None:
    link = url_for("admin.plans.show_plan", plan_id=plan.id)
    _tell_county(path, f"{plan.year} 年改造计划退回来了", plan.returned_reason, link)


def _decided(step: ChangeStep) -> str:
    return step.outcome.name_zh if step.outcome is not None else ""


def _tell_county(path: str, subject: str, body: str, link: str) -> None:
    tell_office(path, Permission.DRAFT_PLAN, "plans.step", subject, body, link)


def _tell_city(path: str, subject: str, body: str, link: str) -> None:
    """Where no prefecture stands between (贵安新区), those who decide sit in the place itself."""
    offices = [one.path for one in divisions.ancestors(path) if one.level is DivisionLevel.PREFECTURE]
    for office in offices or [path]:
        tell_office(office, Permission.DECIDE_PLAN_CHANGE, "plans.step", subject, body, link)


def _tell_province(path: str, subject: str, body: str, link: str) -> None:
    _tell(path, DivisionLevel.PROVINCE, Permission.FREEZE_PLAN, subject, body, link)


def _tell(
    path: str, level: DivisionLevel, permission: Permission, subject: str, body: str, link: str
) -> None:
    """The office of this level above the county of this path."""
    for one in divisions.ancestors(path):
        if one.level is level:
            tell_office(one.path, permission, "plans.step", subject, body, link)
