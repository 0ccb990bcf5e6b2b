"""The blueprint, and which division a person may look at or act for: any other answers as one that does not exist."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar

from flask import Blueprint

from admin.ledger.reach import division_within, reach_of
from admin.session import me
from server.divisions import queries as divisions
from server.divisions.models import Division
from server.divisions.rules import ids_in
from server.identity.rules import ALLOWED, Permission
from server.infra.web.addresses import LARGEST_ID, page_asked
from server.kernel.errors import Forbidden, NotFound
from server.kernel.pages import Page
from server.reports.rules.facts import Facts
from server.reports.rules.trends import month_before, month_of

reports = Blueprint("reports", __name__, url_prefix="/reports")

#: How many months back a return can be chosen.
MONTHS_LISTED = 12
#: So many communities on one page of a list.
LISTED = 50

T = TypeVar("T")


def home_division() -> Division:
    """Where this person looks first: the highest of their divisions."""
    paths, _ = reach_of(Permission.SEE_REPORTS)
    if not paths:
        raise Forbidden("这里看的是一个地方的汇总。你的岗位只管单个小区，请到小区里看。")
    return divisions.ancestors(min(paths, key=lambda path: path.count("/")))[-1]


def seen_division(division_id: int, permission: Permission = Permission.SEE_REPORTS) -> Division:
    """A division within this person's reach. Raises NotFound for any other."""
    return division_within(reach_of(permission)[0], division_id)


def own_division(division_id: int, permission: Permission) -> Division:
    """A division for whose office this person acts: held there itself, not from above. Raises NotFound."""
    found = divisions.division(division_id) if 0 < division_id <= LARGEST_ID else None
    if found is None or found.path not in _own_paths(permission):
        raise NotFound
    return found


def acts_for(of: Division, permission: Permission) -> bool:
    """Whether to offer the buttons of this office."""
    return of.path in _own_paths(permission)


def _own_paths(permission: Permission) -> set[str]:
    roles = ALLOWED[permission]
    return {
        grant.division_path for grant in me().grants if grant.role in roles and grant.community_id is None
    }


def about(of: Division) -> dict[str, Any]:
    """The way down to this division, as far as this person sees it."""
    paths, _ = reach_of(Permission.SEE_REPORTS)
    shown = [one for one in divisions.ancestors(of.path) if any(one.path.startswith(path) for path in paths)]
    return {"division": of, "above": [one for one in shown if one.id != of.id], "depth": len(ids_in(of.path))}


def may_open(permission: Permission) -> Callable[[Facts], bool]:
    """Which communities of a list lead on: asked of the grants once, not of the database for each."""
    paths, ids = reach_of(permission)
    return lambda row: row.community_id in ids or any(row.path.startswith(path) for path in paths)


def page_of(found: Sequence[T]) -> Page[T]:
    """The page of a long list that the address asks for."""
    number = page_asked()
    return Page(found[(number - 1) * LISTED : number * LISTED], number, LISTED, len(found))


def month_named(text: str) -> date:
    """ "2026-02" as its first day. Raises NotFound."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise NotFound from None


def months_to_report(today: date) -> list[date]:
    """The months that are over, newest first."""
    found = [month_before(month_of(today))]
    while len(found) < MONTHS_LISTED:
        found.append(month_before(found[-1]))
    return found
