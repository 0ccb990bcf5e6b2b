"""The record of what was done: read by whoever looks after a place, never changed."""

from flask import Blueprint, render_template, request

from admin.audit_words import VERBS
from admin.guard import needs
from admin.session import me
from server.audit import queries
from server.identity.rules import ALLOWED, Permission
from server.infra.web.addresses import page_asked
from server.ledger import queries as ledger

audit = Blueprint("audit", __name__)

MOST_COMMUNITIES = 10_000
#: The rooms whose acts are on record, as people call them.
ROOMS = (
    ("identity", "人员和绑定"),
    ("ledger", "台账"),
    ("ballots", "投票"),
    ("surveys", "入户调查"),
    ("notices", "公示和异议"),
    ("decisions", "改造决定"),
    ("catalogue", "改造清单"),
    ("policies", "设置"),
    ("divisions", "行政区划"),
)


@audit.get("/audit")
@needs(Permission.SEE_AUDIT)
def list_entries() -> str:
    page = queries.entries(community_ids=_communities(), verb=request.args.get("verb", ""), page=_page())
    return _list(page, None)


@audit.get("/communities/<int:community_id>/audit")
@needs(Permission.SEE_AUDIT)
def list_community_entries(community_id: int) -> str:
    page = queries.entries(community_ids=[community_id], verb=request.args.get("verb", ""), page=_page())
    return _list(page, community_id)


def _communities() -> list[int] | None:
    """Those inside my reach; None where that is everything, so that what belongs to no community is seen there too."""
    reach = [grant for grant in me().grants if grant.role in ALLOWED[Permission.SEE_AUDIT]]
    paths = [grant.division_path for grant in reach if grant.community_id is None]
    if any(path.strip("/").count("/") == 0 for path in paths):
        return None
    own = [grant.community_id for grant in reach if grant.community_id is not None]
    found = ledger.communities_under(*paths, community_ids=own, size=MOST_COMMUNITIES)
    return [one.id for one in found.items]


def _page() -> int:
    """The audit of a province is longer than any other list."""
    return page_asked(1_000_000)


def _list(page: object, community_id: int | None) -> str:
    return render_template(
        "office/audit/list.html",
        page=page,
        verb=request.args.get("verb", ""),
        rooms=ROOMS,
        verbs=VERBS,
        community_id=community_id,
    )
