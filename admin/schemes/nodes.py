"""The tree of a community's schemes, and one node of it."""

from flask import render_template

from admin.guard import needs
from admin.schemes.desk import Page, schemes
from admin.session import me
from server.decisions.queries import lifts
from server.decisions.queries import schemes as queries
from server.decisions.rules.schemes import ROOT
from server.identity.rules import Permission
from server.infra.clock import now


@schemes.get("")
@needs(Permission.SEE_SCHEME)
def tree_page(community_id: int) -> Page:
    tree = queries.tree(community_id, now())
    return render_template(
        "office/schemes/tree.html",
        tree=tree,
        community_id=community_id,
        rows=[
            (place, tree.in_force(node), tree.open_version(node), tree.holding(node))
            for node, place in tree.places.items()
        ],
    )


@schemes.get("/nodes/<node>")
@needs(Permission.SEE_SCHEME)
def node_page(community_id: int, node: str) -> Page:
    tree = queries.tree(community_id, now())
    place, waiting = tree.place(node), tree.open_version(node)
    return render_template(
        "office/schemes/node.html",
        tree=tree,
        community_id=community_id,
        place=place,
        above=[tree.place(key) for key in place.path[:-1]],
        below=[one for one in tree.places.values() if len(one.path) > 1 and one.path[-2] == node],
        in_force=tree.in_force(node),
        waiting=waiting,
        obstacles=tree.why_not_confirm(waiting, me().actor.key) if waiting else [],
        held=tree.holding(node),
        cases=[view for view in lifts.lift_views(community_id) if f"e{view.row.entrance_id}" == node],
        root=ROOT,
    )
