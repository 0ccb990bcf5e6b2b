"""How tickets were seen to in a period, each figure with its formula beside it."""

from dataclasses import dataclass
from datetime import date, datetime

from flask import render_template, request

from admin.guard import needs
from admin.ledger.reach import reach_of
from admin.tickets.desk import community, tickets
from server.identity.rules import Permission
from server.infra.clock import now
from server.kernel.chinatime import china_day, start_of
from server.ledger import queries as ledger
from server.projects.queries import Reach
from server.tickets import queries
from server.tickets.rules.figures import FORMULAS_ZH, hours_zh

#: More communities than this are looked at on the pages of the reports.
MOST_COMMUNITIES = 200
MOST_CONTRACTORS = 200


@dataclass(frozen=True)
class Span:
    """A month, or a year."""

    label: str
    value: str
    since: datetime
    until: datetime


@tickets.get("/tickets/figures")
@needs(Permission.SEE_TICKETS)
def figures_page() -> str:
    return _page(Reach(*reach_of(Permission.SEE_TICKETS)), None)


@tickets.get("/communities/<int:community_id>/tickets/figures")
@needs(Permission.SEE_TICKETS)
def community_figures(community_id: int) -> str:
    community(community_id)
    return _page(Reach([], [community_id]), community_id)


def _page(reach: Reach, community_id: int | None) -> str:
    instant = now()
    spans = spans_until(china_day(instant))
    span = next((one for one in spans if one.value == request.args.get("span")), spans[0])
    by_community = (
        queries.figures_by_community(reach, span.since, span.until, instant) if community_id is None else {}
    )
    by_contractor = queries.figures_by_contractor(reach, span.since, span.until, instant)
    ids = sorted(by_community)[:MOST_COMMUNITIES]
    cards = ledger.communities_under(community_ids=ids, size=MOST_COMMUNITIES).items if ids else []
    return render_template(
        "office/tickets/figures.html",
        of=queries.figures(reach, span.since, span.until, instant),
        by_community=[(card, by_community[card.id]) for card in cards],
        left_out=len(by_community) - len(ids),
        by_contractor=sorted(by_contractor.items())[:MOST_CONTRACTORS],
        contractors_left_out=max(0, len(by_contractor) - MOST_CONTRACTORS),
        formulas=FORMULAS_ZH,
        span=span,
        spans=[(one.value, one.label) for one in spans],
        community_id=community_id,
        hours=hours_zh,
    )


def spans_until(today: date) -> list[Span]:
    """This month and the eleven before it, then this year and the one before."""
    months, year, month = [], today.year, today.month
    for _ in range(12):
        after = date(year + month // 12, month % 12 + 1, 1)
        first = date(year, month, 1)
        months.append(Span(f"{year} 年 {month} 月", f"{year}-{month:02}", start_of(first), start_of(after)))
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    years = [
        Span(f"{one} 年", str(one), start_of(date(one, 1, 1)), start_of(date(one + 1, 1, 1)))
        for one in (today.year, today.year - 1)
    ]
    return [*months, *years]
