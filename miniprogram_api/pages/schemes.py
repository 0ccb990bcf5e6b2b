"""What everyone may read of a community's scheme: what is built where, the vote it rests on, what changed since, and how far
a lift is. No name, no room, nothing anybody said."""

from flask import Blueprint, render_template

from miniprogram_api.guard import open_to_all
from miniprogram_api.session import signed_in
from server.decisions.queries.open_schemes import open_scheme
from server.decisions.queries.places import Place
from server.decisions.rules.schemes import ROOT
from server.identity import queries as identity
from server.infra.clock import now
from server.kernel.errors import NotFound
from server.ledger import queries as ledger

scheme_pages = Blueprint("scheme_pages", __name__)


@scheme_pages.get("/communities/<int:community_id>/scheme", defaults={"node": ROOT})
@scheme_pages.get("/communities/<int:community_id>/scheme/<node>")
@open_to_all
def scheme_page(community_id: int, node: str) -> str:
    community = ledger.community(community_id)
    if community is None:
        raise NotFound
    of = open_scheme(community_id, node, now())
    return render_template(
        "phone/schemes/page.html",
        community=community.name,
        community_id=community_id,
        help_phone=ledger.contact(community_id)[1],
        of=of,
        root=ROOT,
        home=_home(community_id, of.place),
    )


def _home(community_id: int, place: Place) -> str:
    """The node of the reader's own entrance, for whoever came in by a slip and is not there already."""
    resident = signed_in()
    bound = identity.flats_of(resident.id) if resident else []
    mine = ledger.flats_by_ids([one.flat_id for one in bound if one.community_id == community_id])
    nodes = (f"e{flat.entrance_id}" for flat in mine.values())
    return next((node for node in nodes if node != place.key), "")
