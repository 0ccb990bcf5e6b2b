"""The communities within reach, narrowed by division and searched by name, number or address."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from admin.guard import needs
from admin.ledger.reach import division_within, reach_of
from server.divisions import queries as divisions
from server.divisions.models import Division
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.web.addresses import page_asked
from server.kernel.chinatime import china_day
from server.ledger import queries

listing = Blueprint("listing", __name__)

Page = str | Response | tuple[str, int]
ON_A_PAGE = 30


@listing.get("/communities")
@needs(Permission.SEE_LEDGER)
def list_communities() -> Page:
    """Those within reach; narrowed to a division below, and to a text in the name or address."""
    text, number = request.args.get("text", ""), page_asked()
    paths, ids = reach_of(Permission.SEE_LEDGER)
    division_id = request.args.get("division", type=int)
    below = division_within(paths, division_id) if division_id is not None else None
    found = queries.communities_under(
        *([below.path] if below else paths),
        community_ids=[] if below else ids,
        text=text,
        page=number,
        size=ON_A_PAGE,
    )
    return render_template(
        "office/ledger/list.html",
        found=found,
        text=text,
        below=below,
        may_create=bool(reach_of(Permission.IMPORT_LEDGER)[0]),
        levels=[(one.id, one.name) for one in _levels(paths, below)],
    )


def _levels(paths: list[str], below: Division | None) -> list[Division]:
    """The divisions one step further down, to narrow the list by."""
    if below is not None:
        return [below, *divisions.children(below.id, china_day(now()))]
    tops = [divisions.ancestors(path)[-1] for path in paths]
    if len(tops) == 1:
        return divisions.children(tops[0].id, china_day(now()))
    return tops
