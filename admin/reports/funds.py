"""Where the money of a division's works comes from, source by source, and the communities behind each sum."""

from flask import render_template, request

from admin.guard import needs
from admin.reports import words
from admin.reports.door import about, may_open, page_of, reports, seen_division
from server.identity.rules import Permission
from server.kernel.errors import NotFound
from server.plans.rules.words import FundSource
from server.reports import queries
from server.reports.rules.funding import funds, line_of


@reports.get("/<int:division_id>/funds")
@needs(Permission.SEE_REPORTS)
def show_funds(division_id: int) -> str:
    """Sums by source, and of each division below; what residents gave of their own accord stands apart."""
    of = seen_division(division_id)
    rows = queries.facts_under(of.path)
    return render_template(
        "office/reports/funds.html",
        **about(of),
        found=funds(rows),
        below=[(part.division, funds(part.rows)) for part in queries.parts(of, rows)],
        words=words,
    )


@reports.get("/<int:division_id>/funds/communities")
@needs(Permission.SEE_REPORTS)
def funds_behind(division_id: int) -> str:
    """The communities with money of one source, or of any."""
    of, source = seen_division(division_id), _source(request.args.get("source", ""))
    rows = queries.facts_under(of.path)
    found = [(row, line) for row in rows if (line := line_of(row, source)) is not None]
    page = page_of(found)
    shown = [row for row, _ in page.items]
    return render_template(
        "office/reports/funds_behind.html",
        **about(of),
        source=source,
        sources=list(FundSource),
        whole=next((one for one in funds(rows).sources if one.source is source), funds(rows).whole),
        page=page,
        names=queries.names(shown),
        places=queries.place_names(shown),
        is_open=may_open(Permission.SEE_COMMUNITY),
        words=words,
    )


def _source(word: str) -> FundSource | None:
    """None: all of them. Raises NotFound for one there is none of."""
    if not word:
        return None
    if word not in set(FundSource):
        raise NotFound
    return FundSource(word)
