"""Finished communities within reach: who manages them today, which have nobody, and which round of the watch is due."""

from flask import render_template

from admin.guard import needs
from admin.ledger.reach import reach_of
from admin.management.desk import Page, management, today
from server.identity.rules import Permission
from server.infra.web.addresses import page_asked
from server.kernel import pages
from server.management import queries
from server.management.rules.handover import progress
from server.management.rules.terms import coverage
from server.management.rules.watch import RoundState
from server.projects import queries as projects
from server.projects.queries import Reach

ON_A_PAGE = 50
#: Of alarms and rounds so many are drawn; how many there are stands above them.
MOST_SHOWN = 100


@management.get("/management-coverage")
@needs(Permission.SEE_MANAGEMENT)
def coverage_page() -> Page:
    """Covered is who has a management in force today; a contract that ended yesterday does not count."""
    on = today()
    finished = projects.finished_within(Reach(*reach_of(Permission.SEE_MANAGEMENT)))
    days = {one.id: one.finished_on for one in finished}
    due = [
        (community_id, found)
        for community_id, planned in queries.rounds_at(days, on).items()
        for found in planned
        if found.state is RoundState.DUE
    ]
    fallen = [one for one in queries.fallen_back(list(days)) if one.ticket_id is None]
    number = page_asked()
    shown = finished[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]
    ids = [one.id for one in shown]
    managers, states = queries.managers(ids, on), queries.step_states(ids)
    return render_template(
        "office/management/coverage.html",
        covered=coverage(days, queries.terms_of(list(days)), on),
        names={one.id: one.name for one in finished},
        page=pages.Page(
            [(one, managers.get(one.id), progress(states[one.id])) for one in shown],
            number,
            ON_A_PAGE,
            len(finished),
        ),
        due=due,
        fallen=fallen,
        most=MOST_SHOWN,
    )
