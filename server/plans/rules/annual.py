"""An annual plan: drafted by the county, submitted by a second person, frozen by a formal document."""

from dataclasses import dataclass
from datetime import date

from server.kernel.errors import Invalid, Reason
from server.plans.rules.words import PlanState

FIRST_YEAR, LAST_YEAR = 2019, 2099
LONGEST_DOC_NO, LONGEST_TITLE = 60, 120


@dataclass(frozen=True)
class Drafting:
    """What the rules need to know of a plan before it is frozen."""

    state: PlanState
    #: Who entered the rows that stand in it.
    entered_by: frozenset[str]
    submitted_by: str | None = None

    @property
    def rows(self) -> bool:
        return bool(self.entered_by)


def check_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        sentence = f"年度填 {FIRST_YEAR} 到 {LAST_YEAR}。"
        raise Invalid(sentence, fields={"year": [sentence]})


def may_edit(plan: Drafting) -> list[Reason]:
    """What keeps the rows from being changed; empty when nothing does."""
    if plan.state is PlanState.FROZEN:
        return [
            Reason("plan_frozen", "计划已经形成正式文件，不能直接改。要改，请从那一行提出调整。", "changes")
        ]
    if plan.state is PlanState.SUBMITTED:
        return [Reason("plan_submitted", "计划已经提交。要改，先请上级退回。", "plan")]
    return []


def may_submit(plan: Drafting, by: str) -> list[Reason]:
    """Enter is never review: whoever entered a row that stands in the plan does not submit it."""
    if plan.state is not PlanState.DRAFT:
        return may_edit(plan)
    if not plan.rows:
        return [Reason("no_rows", "计划里还没有小区。先加小区。", "rows")]
    if by in plan.entered_by:
        return [Reason("same_person", "你录过这份计划里的小区，请另一位同事核对后提交。", "")]
    return []


def may_return(plan: Drafting) -> list[Reason]:
    if plan.state is PlanState.SUBMITTED:
        return []
    word = "还没有提交" if plan.state is PlanState.DRAFT else "已经形成正式文件"
    return [Reason("not_submitted", f"这份计划{word}，不能退回。", "")]


def may_freeze(plan: Drafting, by: str) -> list[Reason]:
    if plan.state is PlanState.FROZEN:
        return [Reason("plan_frozen", "这份计划已经形成正式文件。", "")]
    if plan.state is PlanState.DRAFT:
        return [Reason("not_submitted", "这份计划县里还没有提交。", "")]
    if by in plan.entered_by or by == plan.submitted_by:
        return [Reason("same_person", "你录过或提交过这份计划，请另一位同事登记文件。", "")]
    return []


@dataclass(frozen=True)
class FormalDocument:
    doc_no: str
    title: str
    issued_on: date
    has_file: bool


def check_document(paper: FormalDocument, *, plans: int, today: date) -> None:
    """The document that makes plans final: numbered, dated, on file."""
    fields = wrong_number(paper.doc_no)
    if not paper.title.strip() or len(paper.title) > LONGEST_TITLE:
        fields["title"] = [f"写文件名称，最多 {LONGEST_TITLE} 个字。"]
    if paper.issued_on > today:
        fields["issued_on"] = ["发文日期不能晚于今天。"]
    if not paper.has_file:
        fields["file"] = ["附上文件的扫描件（PDF）或照片。"]
    if not plans:
        fields["plans"] = ["至少选一份已提交的计划。"]
    if fields:
        raise Invalid("有几处要改一下，请看标红的地方。", fields=fields)


def wrong_number(doc_no: str) -> dict[str, list[str]]:
    if not doc_no.strip() or len(doc_no.strip()) > LONGEST_DOC_NO:
        return {"doc_no": [f"写文号，例如“黔建办函〔2020〕3 号”，最多 {LONGEST_DOC_NO} 个字。"]}
    return {}
