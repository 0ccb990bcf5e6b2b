"""What is done when, which days are quiet, and what utilities do; everyone may read it."""

from datetime import date

from flask import request

from miniprogram_api.guard import open_to_all
from miniprogram_api.pages.site.drawing import Page, draw, site_pages
from server.infra.clock import now
from server.kernel.chinatime import china_day
from server.projects import queries
from server.projects.rules.calendar import month_before, next_month


@site_pages.get("/calendar")
@open_to_all
def calendar_page(community_id: int) -> Page:
    month = _month()
    items = queries.items_of_community(community_id)
    return draw(
        "calendar.html",
        community_id,
        month=month,
        before=month_before(month),
        after=next_month(month),
        runs=queries.runs(queries.calendar(community_id, month, items)),
        items=items,
        noise=queries.noise_hours(community_id, china_day(now())),
    )


def _month() -> date:
    """The first day of the month in the address: "2026-03"; else of this month."""
    try:
        return date.fromisoformat(f"{request.args.get('month', '')}-01")
    except ValueError:
        return china_day(now()).replace(day=1)
