"""What the catalogue's pages share: the blueprint, finding the list an address names, and who may work on it."""

from datetime import date

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from admin.session import me
from server.catalogue import queries
from server.catalogue.models import CatalogueItem, CatalogueVersion
from server.catalogue.queries import ListCard
from server.catalogue.rules.versions import Stage
from server.divisions import queries as divisions
from server.divisions.models import Division
from server.identity.rules import ALLOWED, Grant, Permission, may
from server.infra.clock import now
from server.kernel.chinatime import china_day
from server.kernel.errors import Forbidden, Invalid, NotFound, Problem
from server.kernel.places import Place

catalogue = Blueprint("catalogue", __name__)

Page = str | Response | tuple[str, int]

TONES = {
    Stage.DRAFT: "wait",
    Stage.CONSENTED: "wait",
    Stage.FILED: "wait",
    Stage.COMING: "info",
    Stage.IN_FORCE: "go",
    Stage.PAST: "quiet",
    Stage.ENDED: "quiet",
    Stage.DISCARDED: "quiet",
}


def today() -> date:
    return china_day(now())


def seen_list(version_id: int) -> ListCard:
    """A list that is mine to read: of my own place or below it in every stage, of a place above once it is settled.

    Sideways, and a draft of those above, answer as one that does not exist.
    """
    row = queries.version_by_id(version_id)
    card = queries.card(row, today()) if row is not None else None
    if card is None or not is_seen(card):
        raise NotFound
    return card


def is_seen(card: ListCard) -> bool:
    return any(
        card.division_path.startswith(grant.division_path)
        or (card.stage.is_settled and grant.division_path.startswith(card.division_path))
        for grant in reach()
    )


def reach() -> list[Grant]:
    return [grant for grant in me().grants if grant.role in ALLOWED[Permission.SEE_CATALOGUE]]


def own_list(version_id: int) -> ListCard:
    """A list inside my own division. One above me that I may read refuses in words."""
    card = seen_list(version_id)
    if not may_edit(card.division_path):
        raise Forbidden("这份清单由本级住建部门来改。你可以看。")
    return card


def may_edit(division_path: str) -> bool:
    return may(me().grants, Permission.EDIT_CATALOGUE, Place(division_path))


def own_division(division_id: int) -> Division:
    found = divisions.division(division_id)
    if found is None or not may_edit(found.path):
        raise NotFound
    return found


def found_item(card: ListCard, content_id: int) -> CatalogueItem:
    row = queries.item_in(card.version.id, content_id)
    if row is None:
        raise NotFound
    return row


def page_of(version: CatalogueVersion) -> str:
    return url_for("admin.catalogue.show_version", version_id=version.id)


def fields_of(error: Problem, otherwise: str) -> dict[str, list[str]]:
    """The sentences by field; a refusal without fields stands beside `otherwise`, with each of its reasons."""
    fields = error.fields if isinstance(error, Invalid) else {}
    return fields or {otherwise: [error.message, *(reason.message for reason in error.reasons)]}
