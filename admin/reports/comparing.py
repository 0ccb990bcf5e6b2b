"""Divisions beside one another, and the months one after another."""

from flask import render_template, request

from admin.guard import needs
from admin.reports import words
from admin.reports.door import about, reports, seen_division
from admin.reports.overview import STAGES, measure_named
from server.identity.rules import Permission
from server.infra.clock import now
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound
from server.reports import queries
from server.reports.rules.comparing import ranked
from server.reports.rules.measures import MEASURES, figure
from server.reports.rules.returns import BY_KEY, ENTRIES, over_months
from server.reports.rules.trends import month_before, month_of, months_until, trend

MONTHS = (12, 24, 36)


@reports.get("/<int:division_id>/compare")
@needs(Permission.SEE_REPORTS)
def compare(division_id: int) -> str:
    """The divisions right below by one figure; one of which too little is known stands apart."""
    of = seen_division(division_id)
    measure = measure_named(request.args.get("figure", "coverage"))
    rows = queries.facts_under(of.path)
    least = queries.least(of.path, china_day(now()))
    parts = queries.parts(of, rows)
    return render_template(
        "office/reports/compare.html",
        **about(of),
        measure=measure,
        measures=MEASURES.values(),
        compared=ranked({part.division.id: figure(measure, part.rows, least) for part in parts}, least),
        divisions={part.division.id: part.division for part in parts},
        whole=figure(measure, rows, least),
        least=least,
        words=words,
    )


@reports.get("/<int:division_id>/trend")
@needs(Permission.SEE_REPORTS)
def show_trend(division_id: int) -> str:
    """How many communities, and the households in them, had come to a stage by the end of each month."""
    of = seen_division(division_id)
    measure = measure_named(request.args.get("figure", "started"), STAGES)
    wanted = request.args.get("months", MONTHS[0], int)
    months = months_until(china_day(now()), wanted if wanted in MONTHS else MONTHS[0])
    points = trend(measure, queries.facts_under(of.path), months)
    return render_template(
        "office/reports/trend.html",
        **about(of),
        measure=measure,
        measures=[MEASURES[key] for key in STAGES],
        points=points,
        months=len(months),
        choices=MONTHS,
        words=words,
    )


@reports.get("/<int:division_id>/trend/returns")
@needs(Permission.SEE_REPORTS)
def show_returned(division_id: int) -> str:
    """One line of the monthly returns, as it was handed in month by month."""
    of = seen_division(division_id)
    entry = BY_KEY.get(request.args.get("key", "answered"))
    if entry is None:
        raise NotFound
    months = months_until(month_before(month_of(china_day(now()))), MONTHS[0])
    return render_template(
        "office/reports/returned.html",
        **about(of),
        entry=entry,
        entries=ENTRIES,
        whole=BY_KEY.get(entry.within),
        points=over_months(entry, months, queries.handed_in(of, months)),
        words=words,
    )
