"""The list of projects within reach, one community's, the page of one, and its pictures."""

from dataclasses import dataclass

from flask import Response, render_template, request

from admin.guard import needs
from admin.projects.desk import Page, found, projects, reach
from admin.session import me
from server.attachments import queries as photos
from server.decisions.queries.preparation import preparation, preparations
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.web.addresses import asked_number, page_asked
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound
from server.plans import queries as plans
from server.projects import queries
from server.projects.models.works import FROM_RESIDENTS, About
from server.projects.queries import ProjectLine
from server.projects.rules.acts import ORDER, EventKind, next_events
from server.projects.rules.money import Money
from server.projects.rules.next import Facts, Late, late_things, what_next
from server.projects.rules.preparation import flag_text, open_at, open_steps
from server.projects.rules.starts import StartState
from server.projects.rules.structures import StructureState

ON_A_PAGE = 30


@dataclass(frozen=True)
class ListedProject:
    """A project in a list, with whatever must be seen wherever it is listed."""

    line: ProjectLine
    #: "开工时还有 2 步没办完：…", or empty.
    flag: str
    waiting: set[EventKind]
    late: list[Late]
    money: Money
    start: StartState


def listed(lines: list[ProjectLine]) -> list[ListedProject]:
    """What lists show of these projects; asked for all at once."""
    ids, today = [one.id for one in lines], china_day(now())
    steps, waiting, moneys = preparations(ids, now()), queries.waiting(ids), queries.moneys(ids)
    dues = {
        year: queries.due_days([one.division_id for one in lines if one.plan_year == year], year, today)
        for year in {one.plan_year for one in lines}
    }
    return [
        ListedProject(
            one,
            flag_text(open_at(steps[one.id], one.started_on)),
            waiting[one.id],
            late_things(one.dates, one.plan, dues[one.plan_year][one.division_id], today),
            moneys[one.id],
            one.start_state(today),
        )
        for one in lines
    ]


@projects.get("/projects")
@needs(Permission.SEE_PROJECTS)
def list_projects() -> Page:
    """Within reach, of a plan year, by a text in the name, the number or a community's name."""
    text, year = request.args.get("text", ""), asked_number("year")
    page = queries.page_of_lines(reach(), year, text=text, page=page_asked(), size=ON_A_PAGE)
    return render_template(
        "office/projects/list.html",
        page=page,
        rows=listed(list(page.items)),
        years=queries.years(reach()),
        year=year,
        text=text,
    )


@projects.get("/communities/<int:community_id>/projects")
@needs(Permission.SEE_PROJECTS)
def community_projects(community_id: int) -> Page:
    return render_template("office/projects/community.html", rows=listed(queries.projects_of(community_id)))


@projects.get("/projects/<int:project_id>")
@needs(Permission.SEE_PROJECTS)
def show_project(project_id: int) -> Page:
    desk, today = found(project_id), china_day(now())
    line = desk.line
    steps = preparation(line.id, now())
    waiting, money = queries.waiting([line.id])[line.id], queries.money(line.id)
    structures = queries.structures(line.id)
    dues = queries.dues(line.division_id, line.plan_year, line.dates, today)
    open_points = queries.open_counts([one.id for one in desk.members])
    standing = [card for card in structures if card.state is not StructureState.REMOVED]
    facts = Facts(
        line.dates,
        waiting,
        steps,
        line.plan,
        money,
        len(standing),
        {due.milestone: due.due_on for due in dues},
        sum(open_points.values()),
    )
    row_id = queries.known(line.id).plan_row_id
    return render_template(
        "office/projects/show.html",
        desk=desk,
        line=line,
        planned=None if row_id is None else plans.row(row_id),
        planned_stands=row_id is not None and plans.is_in_force(row_id),
        stations=_stations(line, waiting),
        next=what_next(facts, today),
        # Of several communities the table of them leads to the lists.
        open_at_id=next(iter(open_points)) if len(open_points) == 1 else None,
        steps=steps,
        open_count=len(open_steps(steps)),
        flag=flag_text(open_at(steps, line.started_on)),
        flagged=open_at(steps, line.started_on),
        dues=dues,
        plans=queries.start_plans(line.id),
        start=line.start_state(today),
        money=money,
        entries=queries.funding_lines(line.id),
        costs=queries.costs(line.id),
        structures=structures,
        names={one.id: one.name for one in desk.members},
        events=queries.events(line.id)[::-1],
        enterable=next_events(line.dates, waiting),
        evidence=queries.evidence_of(line.id),
        About=About,
        may_plan=desk.may(Permission.PLAN_PROJECTS),
        may_record=desk.may(Permission.RECORD_PROJECTS),
        may_record_some=bool(desk.communities_for(Permission.RECORD_PROJECTS)),
        may_confirm=desk.may(Permission.CONFIRM_PROJECTS),
        my_key=me().actor.key,
    )


@projects.get("/projects/<int:project_id>/evidence/<int:evidence_id>")
@needs(Permission.SEE_PROJECTS)
def evidence_photo(project_id: int, evidence_id: int) -> Response:
    found(project_id)
    row = queries.evidence(evidence_id, project_id)
    if row is None or row.about in FROM_RESIDENTS:
        raise NotFound
    return Response(photos.content(row.attachment_id), content_type="image/jpeg")


def _stations(line: ProjectLine, waiting: set[EventKind]) -> list[dict[str, object]]:
    """The six acts as one line: done with its day, waiting for confirmation, or not yet."""
    reached = max((ORDER.index(kind) for kind in ORDER if kind in line.dates), default=-1)
    found_: list[dict[str, object]] = []
    for place, kind in enumerate(ORDER):
        on = line.dates.get(kind)
        state = "done" if on else ("now" if kind in waiting else "next")
        fact = f"{on.year} 年 {on.month} 月 {on.day} 日" if on else ("等人确认" if kind in waiting else "")
        # Clearing and moving in may be left out; what lies behind the stage is not waited for.
        if not on and place < reached:
            state, fact = "done", "没有单独记"
        found_.append({"word": kind.name_zh, "state": state, "fact": fact})
    return found_
