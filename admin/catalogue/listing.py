"""The lists in plain words: what a renovation may contain, what each item asks of the owners, counts for and costs."""

import secrets
from itertools import groupby
from typing import Any

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from admin.catalogue.pages import TONES, Page, catalogue, is_seen, may_edit, reach, seen_list, today
from admin.guard import needs
from admin.session import me
from server.attachments import queries as pictures
from server.catalogue import queries
from server.catalogue.queries import ListCard
from server.catalogue.rules.items import unpriced_zh
from server.catalogue.rules.versions import Stage
from server.divisions import queries as divisions
from server.identity.rules import ALLOWED, Permission
from server.kernel.errors import NotFound
from server.ledger import queries as ledger


@catalogue.get("/catalogue")
@needs(Permission.SEE_CATALOGUE)
def list_versions() -> Page:
    found = {
        card.version.id: card for grant in reach() for card in queries.cards(today(), grant.division_path)
    }
    cards = [card for card in found.values() if is_seen(card)]
    return render_template("office/catalogue/list.html", cards=cards, tones=TONES, own=_own_divisions())


def _own_divisions() -> list[Any]:
    """Where I may begin a list: the divisions of my own posts."""
    roles = ALLOWED[Permission.EDIT_CATALOGUE]
    paths = {grant.division_path for grant in me().grants if grant.role in roles}
    own = [divisions.ancestors(path)[-1] for path in sorted(paths)]
    return [one for one in own if one.level in queries.LISTING_LEVELS]


@catalogue.get("/catalogue/<int:version_id>")
@needs(Permission.SEE_CATALOGUE)
def show_version(version_id: int) -> Page:
    return show(seen_list(version_id), {}, {})


@catalogue.get("/communities/<int:community_id>/catalogue")
@needs(Permission.SEE_CATALOGUE)
def community_list(community_id: int) -> Page:
    """The list that holds for this community today."""
    place = ledger.place(community_id)
    held = queries.version(today(), place.division_path) if place else None
    if held is None:
        raise NotFound("这里还没有改造清单。请联系县（市、区）住建局。")
    return show(queries.card(held, today()), {}, {})


@catalogue.get("/catalogue/<int:version_id>/contents/<int:content_id>/picture")
@needs(Permission.SEE_CATALOGUE)
def see_picture(version_id: int, content_id: int) -> Response:
    row = queries.item_in(seen_list(version_id).version.id, content_id)
    if row is None or row.picture_id is None:
        raise NotFound
    headers = {"Cache-Control": "private, max-age=86400"}
    return Response(pictures.content(row.picture_id), content_type="image/jpeg", headers=headers)


def show(card: ListCard, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    items = queries.items_of(card.version.id)
    original = queries.version_by_id(card.version.based_on_id) if card.version.based_on_id else None
    return render_template(
        "office/catalogue/show.html",
        card=card,
        version=card.version,
        based_on=original,
        tone=TONES[card.stage],
        groups=[(kind, list(rows)) for kind, rows in groupby(items, lambda one: one.item_class)],
        unpriced=unpriced_zh([one.name for one in items if one.unit_cost is None]),
        may_edit=may_edit(card.division_path),
        is_draft=card.stage is Stage.DRAFT,
        typed=typed,
        fields=fields,
        today=today(),
    )


def new_key() -> str:
    return secrets.token_urlsafe(16)


def to_list(version_id: int) -> Response:
    return redirect(url_for("admin.catalogue.show_version", version_id=version_id))
