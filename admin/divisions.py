"""The tree of divisions, to browse and search: what lies where, since when, and who followed whom. Read only."""

from flask import Blueprint, render_template, request

from admin.guard import needs
from server.divisions import queries
from server.identity.rules import Permission
from server.infra.clock import now
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound

divisions = Blueprint("divisions", __name__, url_prefix="/divisions")

LONGEST_SEARCH = 60


@divisions.get("")
@needs(Permission.SEE_COMMUNITY)
def list_divisions() -> str:
    text = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    found = queries.search(text) if text else queries.roots()
    names = queries.full_names(one.path for one in found)
    return render_template(
        "office/divisions/list.html", text=text, found=found, names=names, today=china_day(now())
    )


@divisions.get("/<int:division_id>")
@needs(Permission.SEE_COMMUNITY)
def show_division(division_id: int) -> str:
    one = queries.division(division_id)
    if one is None:
        raise NotFound
    return render_template(
        "office/divisions/show.html",
        one=one,
        above=queries.ancestors(one.path)[:-1],
        children=queries.children(one.id),
        successor=queries.division(one.replaced_by_id) if one.replaced_by_id else None,
        predecessors=queries.predecessors(one.id),
        today=china_day(now()),
    )
