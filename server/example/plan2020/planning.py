"""The annual plan of every county in one document, and the projects that carry it out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from server.attachments import actions as attachments
from server.example import story
from server.example.ledger import division_id
from server.example.pictures import drawn_picture
from server.example.plan2020.course import Reached
from server.example.plan2020.staff import Desk
from server.example.votes import at
from server.kernel.chinatime import china_day
from server.ledger.rules.words import Pool
from server.plans import actions as plans
from server.plans import queries as plan_queries
from server.plans.rules.figures import RowFigures
from server.plans.rules.words import FundSource
from server.projects import actions as projects
from server.projects.queries import projects_of
from server.projects.rules.acts import EventKind

#: Days before today.
DRAFTED, FROZEN, PLANNED, STARTED = -230, -215, -40, -30
#: The same of what is finished by now; it was signed before.
PLANNED_EARLY, STARTED_EARLY, FINISHED = -88, -82, -26
CONTENTS = ("B02", "B03", "B06")
#: Fen a household by source.
COSTS = {FundSource.CENTRAL_SUBSIDY: 12_000_00, FundSource.COUNTY: 5_000_00, FundSource.RESIDENTS: 600_00}


@dataclass(frozen=True)
class Member:
    """A community of the plan as it stands in the ledger."""

    community_id: int
    number: int
    name: str
    county: str
    households: int
    reached: Reached
    #: The day on which its decision was signed.
    signed: int = 0

    @property
    def is_finished(self) -> bool:
        """Decided so early that the works are over."""
        return self.reached is Reached.DECIDED and self.signed < STARTED_EARLY

    @property
    def figures(self) -> RowFigures:
        """Counties claim nine of ten; what was asked says otherwise here and there."""
        return RowFigures(
            self.households,
            {source: fen * self.households for source, fen in COSTS.items()},
            self.households * 9 // 10,
            self.households,
            CONTENTS,
            "示例数据",
        )


def plan_year(today: datetime, drafted: int = DRAFTED) -> int:
    return china_day(at(today, drafted, 9)).year


def plan(
    members: Sequence[Member], desks: Mapping[str, Desk], today: datetime, drafted: int = DRAFTED
) -> list[int]:
    """The plans of all counties, each entered by one person and submitted by another. Returns their ids."""
    moment, year, made = at(today, drafted, 9), plan_year(today, drafted), []
    for county, some in groupby(sorted(members, key=_by_county), key=lambda one: one.county):
        desk = desks[county[:4]]
        row = plans.start_plan(
            division_id(county), year, client_key=f"plan-{county}", actor=desk.clerk, now=moment
        )
        for one in some:
            key = f"plan-row-{one.number}"
            plans.put_row(row.id, one.community_id, one.figures, client_key=key, actor=desk.clerk, now=moment)
            plans.move_community(
                one.community_id, Pool.IMPLEMENT, reason="列入年度计划（示例数据）",
                client_key=f"plan-pool-{one.number}", actor=desk.clerk, now=moment,
            )  # fmt: skip
        plans.submit_plan(row.id, actor=desk.reviewer, now=moment)
        made.append(row.id)
    return made


def freeze(
    plan_ids: Sequence[int], desk: Desk, today: datetime, drafted: int = DRAFTED, frozen: int = FROZEN
) -> None:
    """One document of the province makes them final."""
    moment, year = at(today, frozen, 9), plan_year(today, drafted)
    paper = attachments.keep_photo(drawn_picture("年度计划"), actor=desk.province, now=moment)
    plans.freeze_plans(
        division_id(story.PROVINCE_CODE), plan_ids, doc_no=f"示例〔{year}〕1 号",
        title=f"{year} 年城镇老旧小区改造计划（示例数据）", issued_on=china_day(moment),
        attachment_id=paper.id, client_key="plan-document", actor=desk.province, now=moment,
    )  # fmt: skip


def carry_out(one: Member, desk: Desk, today: datetime) -> int:
    """Its project: planned where the survey is over, started where the decision is signed. Returns the project's id."""
    moment = at(today, PLANNED_EARLY if one.is_finished else PLANNED, 9)
    row = plan_queries.row_in_force_of(one.community_id, plan_year(today))
    project = projects.create_project(
        name=f"{one.name}改造", plan_year=plan_year(today), body_name="城镇老旧小区改造办公室（示例）",
        community_ids=[one.community_id], client_key=f"plan-project-{one.number}",
        plan_row_id=None if row is None else row.id, actor=desk.clerk, now=moment,
    )  # fmt: skip
    planned_on = _planned_on(one, today)
    projects.plan_start(
        project.id, month=planned_on.replace(day=1), planned_on=planned_on, reason="",
        client_key=f"plan-start-{one.number}", actor=desk.clerk, now=moment,
    )  # fmt: skip
    if one.reached.is_at_least(Reached.DECIDED):
        started = STARTED_EARLY if one.is_finished else STARTED
        _start(project.id, one, desk, at(today, started, 16))
    return project.id


def name_row(community_id: int, desk: Desk, today: datetime) -> None:
    """The project that stood before the plan was made takes its row of it."""
    for one in projects_of(community_id):
        row = plan_queries.row_in_force_of(community_id, one.plan_year)
        if row is not None and one.plan_year == plan_year(today):
            projects.change_project(
                one.id, name=one.name, body_name=one.body_name, community_ids=[community_id], plan_row_id=row.id,
                actor=desk.clerk, now=at(today, PLANNED, 9),
            )  # fmt: skip


def _start(project_id: int, one: Member, desk: Desk, moment: datetime) -> None:
    photo = attachments.keep_photo(drawn_picture(one.name), actor=desk.clerk, now=moment)
    event = projects.enter_event(
        project_id, kind=EventKind.STARTED, happened_on=china_day(moment), document="开工记录（示例）",
        photos=[photo.id], client_key=f"plan-started-{one.number}", actor=desk.clerk, now=moment,
    )  # fmt: skip
    projects.review_event(project_id, event.id, is_confirmed=True, reason="", actor=desk.reviewer, now=moment)


def _planned_on(one: Member, today: datetime) -> date:
    """Spread over the weeks around today, so that some are due, some overdue and some to come."""
    if one.is_finished:
        return china_day(at(today, STARTED_EARLY, 9))
    return china_day(at(today, STARTED, 9)) + timedelta(days=one.number * 7 % 63)


def _by_county(one: Member) -> tuple[str, int]:
    return one.county, one.number
