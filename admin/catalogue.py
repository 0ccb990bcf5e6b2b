"""The catalogue in plain words: what a renovation may contain, what each item asks of the owners, what it counts for."""

from itertools import groupby

from flask import Blueprint, render_template

from admin.guard import needs
from server.catalogue import queries
from server.divisions import queries as divisions
from server.identity.rules import Permission
from server.infra.clock import now
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound
from server.ledger import queries as ledger

catalogue = Blueprint("catalogue", __name__)


@catalogue.get("/catalogue")
@needs(Permission.SEE_CATALOGUE)
def list_versions() -> str:
    found = queries.versions()
    owners = [(one, divisions.division(one.division_id)) for one in found]
    return render_template("office/catalogue/list.html", versions=owners)


@catalogue.get("/catalogue/<int:version_id>")
@needs(Permission.SEE_CATALOGUE)
def show_version(version_id: int) -> str:
    return _page(version_id)


@catalogue.get("/communities/<int:community_id>/catalogue")
@needs(Permission.SEE_CATALOGUE)
def community_list(community_id: int) -> str:
    """The list that holds for this community today."""
    place = ledger.place(community_id)
    held = queries.version(china_day(now()), place.division_path) if place else None
    if held is None:
        raise NotFound("这里还没有改造清单。请联系县（市、区）住建局。")
    return _page(held.id)


def _page(version_id: int) -> str:
    version = queries.version_by_id(version_id)
    if version is None:
        raise NotFound
    groups = [
        (kind, list(items))
        for kind, items in groupby(queries.items_of(version_id), lambda one: one.item_class)
    ]
    owner = divisions.division(version.division_id)
    return render_template("office/catalogue/show.html", version=version, owner=owner, groups=groups)
