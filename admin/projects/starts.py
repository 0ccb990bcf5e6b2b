"""Planned starts by month against actual ones, for one's reach and a year, and what is late."""

from flask import Blueprint, render_template, request

from admin.guard import needs
from admin.projects.desk import Page, reach
from admin.projects.showing import listed
from server.identity.rules import Permission
from server.infra.clock import now
from server.kernel.chinatime import china_day
from server.projects import queries
from server.projects.rules.starts import StartState, year_of_starts

starts = Blueprint("starts", __name__)


@starts.get("/project-starts")
@needs(Permission.SEE_PROJECTS)
def year_page() -> Page:
    """The months of a plan year's projects, by communities and by households; then what is late, unplanned, or flagged."""
    this_year = china_day(now()).year
    years = sorted({this_year, *queries.years(reach())}, reverse=True)
    year = request.args.get("year", this_year, int)
    year = year if year in years else this_year
    rows = listed(queries.lines(reach(), year))
    return render_template(
        "office/projects/starts.html",
        year=year,
        years=years,
        months=year_of_starts(year, [row.line.start for row in rows]),
        late=[row for row in rows if row.late],
        unplanned=[row for row in rows if row.start is StartState.UNPLANNED],
        flagged=[row for row in rows if row.flag],
        today=china_day(now()),
    )
