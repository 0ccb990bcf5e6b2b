"""The rows behind one line of a monthly return: the communities it is made of, or the offices below it was added up from."""

from flask import render_template, request

from admin.guard import needs
from admin.reports import words
from admin.reports.door import about, may_open, month_named, page_of, reports, seen_division
from server.identity.rules import Permission
from server.infra.clock import now
from server.kernel.errors import NotFound
from server.reports import queries
from server.reports.rules.returns import BY_KEY


@reports.get("/<int:division_id>/monthly/<month>/line")
@needs(Permission.SEE_REPORTS)
def behind_line(division_id: int, month: str) -> str:
    of, when = seen_division(division_id), month_named(month)
    entry = BY_KEY.get(request.args.get("key", ""))
    if entry is None:
        raise NotFound
    sheet = queries.sheet(of, when, now())
    found = queries.behind(of, when, entry)
    page = page_of(found)
    shown = [row for row, _ in page.items]
    return render_template(
        "office/reports/line.html",
        **about(of),
        month=when,
        entry=entry,
        line=next(one for one in sheet.lines if one.entry.key == entry.key),
        below=sheet.below,
        page=page,
        today=sum(value for _, value in found),
        names=queries.names(shown),
        places=queries.place_names(shown),
        is_open=may_open(Permission.SEE_COMMUNITY),
        words=words,
    )
