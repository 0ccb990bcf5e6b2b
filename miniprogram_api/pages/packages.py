"""To play with, openly: put a package together and see what it costs, what the own home would pay, and the subsidy.

Nothing is kept: the choice stands in the address, so that it can be sent to a neighbour.
"""

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, render_template, request

from miniprogram_api.guard import open_to_all
from server.attachments import queries as pictures
from server.catalogue import queries as catalogue
from server.catalogue.models import CatalogueItem, CatalogueVersion
from server.catalogue.rules.ground import Ground, Payer, average_payer
from server.catalogue.rules.package import ROUNDING_ZH, Menu, menu
from server.infra.clock import now
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound
from server.ledger import queries as ledger

package_pages = Blueprint("package_pages", __name__)

AREA = re.compile(r"\d{1,4}(\.\d{1,2})?", re.ASCII)
WRONG_AREA = "填房产证上的建筑面积，例如 67.70。"
MOST_SENT = 300


@dataclass(frozen=True)
class Own:
    """What was said of the own home: as typed, and as it is counted."""

    payer: Payer
    whose: str
    area: str = ""
    entrance_id: int | None = None
    problem: str = ""


@package_pages.get("/communities/<int:community_id>/package")
@open_to_all
def play(community_id: int) -> str | tuple[str, int]:
    held, items = _list(community_id)
    counted = catalogue.ground(community_id)
    own = _own(counted)
    offered = _menu(community_id, items, counted, own)
    sent = request.args.getlist("item")[:MOST_SENT]
    page = render_template(
        "phone/packages/page.html",
        **_about(community_id),
        version=held,
        groups=[(kind, list(rows)) for kind, rows in groupby(items, lambda one: one.item_class)],
        menu=offered,
        bill=offered.chosen(sent),
        sent=sent,
        gone=len(set(sent) - offered.by_code.keys()),
        own=own,
        entrances=ledger.buildings(community_id),
        whole=counted.whole,
        rounding=ROUNDING_ZH,
    )
    return (page, 422) if own.problem else page


@package_pages.get("/communities/<int:community_id>/package/pictures/<int:picture_id>")
@open_to_all
def see_picture(community_id: int, picture_id: int) -> Response:
    if picture_id not in {one.picture_id for one in _list(community_id)[1]}:
        raise NotFound
    headers = {"Cache-Control": "public, max-age=86400"}
    return Response(pictures.content(picture_id), content_type="image/jpeg", headers=headers)


def _list(community_id: int) -> tuple[CatalogueVersion, list[CatalogueItem]]:
    place = ledger.place(community_id)
    held = catalogue.version(china_day(now()), place.division_path) if place else None
    if held is None:
        raise NotFound
    return held, catalogue.items_of(held.id)


def _menu(community_id: int, items: list[CatalogueItem], counted: Ground, own: Own) -> Menu:
    place = ledger.place(community_id)
    path = place.division_path if place else ""
    budget = catalogue.whole_budget(path, china_day(now()), counted)
    return menu([one.tariff for one in items], counted, payer=own.payer, budget=budget)


def _own(counted: Ground) -> Own:
    """The home of the address: its area and entrance, or an average one."""
    average = average_payer(counted)
    typed = request.args.get("area", "").strip()[:20]
    entrance_id = request.args.get("entrance", None, int)
    stair = next((one for one in counted.stairs if one.id == entrance_id), None)
    payer = replace(average, stair=stair)
    if not typed:
        return Own(payer, "平均一户", "", stair.id if stair else None)
    area = Fraction(typed) if AREA.fullmatch(typed) else Fraction(0)
    if not area or area > counted.whole.area:
        return Own(payer, "平均一户", typed, stair.id if stair else None, WRONG_AREA)
    return Own(replace(payer, area=area), "你家", typed, stair.id if stair else None)


def _about(community_id: int) -> dict[str, Any]:
    found = ledger.community(community_id)
    if found is None:
        raise NotFound
    return {
        "community_id": community_id,
        "community": found.name,
        "help_phone": ledger.contact(community_id)[1],
    }
