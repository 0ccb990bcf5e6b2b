"""The boards: of one community, and of all that somebody reaches. What is due first stands first.

A property company works by what is due today, what is late, and what is its own; the committee and the offices above look at
what came up the ladder to them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template, request

from admin.guard import holds, needs
from admin.ledger.reach import reach_of
from admin.session import me
from admin.tickets.desk import community, company_of, tickets
from server.identity import queries as identity
from server.identity.rules import Permission, Role
from server.infra.clock import now
from server.kernel.chinatime import china_day, end_of
from server.kernel.pages import Page
from server.ledger import queries as ledger
from server.projects.queries import Reach
from server.tickets import queries
from server.tickets.models import Ticket
from server.tickets.queries import MOST_COUNTED, Selected
from server.tickets.rules.words import OPEN, Category, Level, Priority, State

TABS = {
    "today": "今天要办",
    "overdue": "超时",
    "mine": "派给我的",
    "open": "没办完",
    "raised": "报上来的",
    "review": "等我复核",
    "waiting": "等居民确认",
    "ended": "结束了",
}
_COMPANY = frozenset({Role.PROPERTY_CLERK, Role.PROPERTY_MANAGER, Role.IMPLEMENTING_BODY})
#: Which figure of the head stands at which tab.
COUNTED = {"overdue": "overdue", "open": "open", "waiting": "waiting"}
WAITING = (State.DONE, State.PARTLY_SOLVED, State.REFUSED)
ENDED = (State.CONFIRMED, State.UNCONFIRMED, State.CLOSED)


@dataclass(frozen=True)
class Line:
    """One row of a board."""

    row: Ticket
    #: With who manages it today; empty on the board of a single one.
    community: str
    worker: str
    is_overdue: bool


@tickets.get("/tickets")
@needs(Permission.SEE_TICKETS)
def list_tickets() -> str:
    return _board(Reach(*reach_of(Permission.SEE_TICKETS)), None)


@tickets.get("/communities/<int:community_id>/tickets")
@needs(Permission.SEE_TICKETS)
def community_tickets(community_id: int) -> str:
    community(community_id)
    return _board(Reach([], [community_id]), community_id)


def _board(reach: Reach, community_id: int | None) -> str:
    instant, tabs = now(), _tabs(community_id)
    tab = request.args.get("tab", "")
    tab = tab if tab in tabs else tabs[0]
    page = _listed(reach, tab, instant)
    return render_template(
        "office/tickets/board.html",
        page=page,
        lines=_lines(page.items, instant, named=community_id is None),
        tab=tab,
        tabs=[(one, TABS[one]) for one in tabs],
        counts=queries.counts(reach, instant),
        counted=COUNTED,
        most=MOST_COUNTED,
        community_id=community_id,
        category=_word(Category, "category"),
        priority=_word(Priority, "priority"),
        categories=[(one.value, one.name_zh) for one in Category],
        priorities=[(one.value, one.name_zh) for one in Priority],
        may_enter=holds(Permission.ENTER_TICKET, community_id),
    )


def _tabs(community_id: int | None) -> list[str]:
    """The first is where this person begins."""
    if any(grant.role in _COMPANY for grant in me().grants):
        tabs = ["today", "overdue", "mine", "open"]
    elif holds(Permission.WORK_TICKET, community_id):
        tabs = ["raised", "today", "overdue", "mine", "open"]
    else:
        tabs = ["raised", "overdue", "open"]
    if holds(Permission.REVIEW_SUSPENSION, community_id):
        tabs.append("review")
    return [*tabs, "waiting", "ended"]


def _listed(reach: Reach, tab: str, instant: datetime) -> Page[Ticket]:
    number = min(max(1, request.args.get("page", 1, int)), MOST_COUNTED)
    if tab == "review":
        asked = queries.asked_suspensions(reach, but_not=me().actor.key)
        return Page(asked, 1, max(1, len(asked)), len(asked))
    category, priority = _word(Category, "category"), _word(Priority, "priority")
    narrowed: dict[str, Any] = {
        "categories": [category] if category else [],
        "priorities": [priority] if priority else [],
    }
    of_tab: dict[str, dict[str, Any]] = {
        "today": {"is_overdue": True},
        "overdue": {"is_overdue": True},
        "mine": {"assignee_id": me().id},
        "raised": {"level": _level()},
        "waiting": {"states": WAITING},
        "ended": {"states": ENDED},
    }
    # What is due before the day is over is late at its end.
    at = end_of(china_day(instant)) if tab == "today" else instant
    selected = Selected(reach, **{"states": OPEN, **of_tab.get(tab, {}), **narrowed})
    return queries.tickets(selected, at, number)


def _level() -> Level:
    """The step of the ladder at which this person is told."""
    roles = {grant.role for grant in me().grants}
    if roles & {Role.COUNTY_OFFICER, Role.CITY_OFFICER, Role.PROVINCE_OFFICER}:
        return Level.COUNTY
    return Level.STREET if Role.STREET_OFFICER in roles else Level.COMMITTEE


def _lines(rows: Sequence[Ticket], instant: datetime, *, named: bool) -> list[Line]:
    communities = sorted({one.community_id for one in rows}) if named else []
    names = {card.id: card.name for card in _cards(communities)}
    companies = company_of(communities, instant)
    people = identity.staff_names({one.assignee_id for one in rows if one.assignee_id is not None})
    return [
        Line(
            one,
            "，".join(filter(None, (names.get(one.community_id), companies.get(one.community_id)))),
            people.get(one.assignee_id or 0, one.worker),
            one.is_overdue(instant),
        )
        for one in rows
    ]


def _cards(ids: Sequence[int]) -> Sequence[ledger.CommunityCard]:
    return ledger.communities_under(community_ids=ids, size=len(ids)).items if ids else []


def _word(words: Any, name: str) -> Any:
    """The word of an enumeration that a filter names, or None."""
    value = request.args.get(name, "")
    return next((one for one in words if one.value == value), None)
