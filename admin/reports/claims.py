"""Consent as plans claim it, set beside survey and vote: which communities differ, with the numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template, request

from admin.guard import needs
from admin.reports import words
from admin.reports.door import about, may_open, page_of, reports, seen_division
from server.decisions import queries as decisions
from server.decisions.rules.consent import Alarm
from server.identity.rules import Permission
from server.infra.clock import now
from server.kernel.chinatime import china_day
from server.reports import queries
from server.reports.rules.facts import Facts
from server.reports.rules.measures import MEASURES, Show, behind, figure

CLAIMS = MEASURES["claims"]


@dataclass(frozen=True)
class ClaimLine:
    facts: Facts
    name: str
    place: str
    #: None where the plan claims nothing.
    alarm: Alarm | None
    may_open: bool


@reports.get("/<int:division_id>/claims")
@needs(Permission.SEE_REPORTS)
def list_claims(division_id: int) -> str:
    of = seen_division(division_id)
    show = Show.named(request.args.get("show", Show.REST.value))
    least = queries.least(of.path, china_day(now()))
    rows = queries.facts_under(of.path)
    page = page_of(behind(CLAIMS, rows, least, show))
    return render_template(
        "office/reports/claims.html",
        **about(of),
        figure=figure(CLAIMS, rows, least),
        show=show,
        page=page,
        lines=_lines(page.items),
        words=words,
    )


def _lines(rows: Sequence[Facts]) -> list[ClaimLine]:
    names, places = queries.names(rows), queries.place_names(rows)
    claims = decisions.claims_of([row.community_id for row in rows])
    is_open = may_open(Permission.SEE_DECISION)
    alarms = decisions.consent_alarms(claims, now())
    return [
        ClaimLine(
            row,
            names.get(row.community_id, ""),
            places.get(row.path, ""),
            alarms.get(row.community_id),
            is_open(row),
        )
        for row in rows
    ]
