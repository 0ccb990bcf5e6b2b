"""The catalogue for tests: the province's own items by code, and lists of other places on their way into force."""

import io
import itertools
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from PIL import Image

from server.catalogue import actions, queries
from server.catalogue.models import CatalogueItem, CatalogueVersion
from server.catalogue.rules.items import ItemText
from server.catalogue.rules.payers import Payers
from server.catalogue.rules.words import CostUnit, ItemClass
from server.infra.db import db, unit_of_work
from server.kernel.actor import COMMAND
from server.kernel.matters import Matter
from tests.factories.divisions import get_division
from tests.kept import kept

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
PROVINCES = 1
SHARED = Payers(Fraction(3, 5), Fraction(2, 5), Fraction(0))
_count = itertools.count(1)


def get_item(code: str = "B13", version_id: int = PROVINCES) -> CatalogueItem:
    found = sa.select(CatalogueItem).where(CatalogueItem.version_id == version_id, CatalogueItem.code == code)
    return db.session.scalars(found).one()


def text(**facts: Any) -> ItemText:
    """An item as a form sends it, with a price."""
    known = {
        "code": "B90",
        "item_class": ItemClass.BASIC,
        "name": "雨污分流",
        "description": "把雨水管和污水管分开。下雨少返水。",
        "lead_department": "住房城乡建设",
        "matter": Matter.OTHER,
        "unit": CostUnit.HOUSEHOLD,
        "unit_cost": 100_000,
        "payers": SHARED,
    }
    return ItemText(**(known | facts))


@kept
def make_list(
    code: str = "520102", *, name: str | None = None, based_on: int | None = PROVINCES
) -> CatalogueVersion:
    """A draft of this division, copied from the province's list (None: begun empty)."""
    number = next(_count)
    with unit_of_work():
        return actions.draft_version(
            get_division(code).id,
            name=name or f"清单 {number}",
            source="起草稿",
            based_on_id=based_on,
            client_key=f"list-{number}",
            actor=COMMAND,
            now=NOW,
        )


@kept
def make_item(version: CatalogueVersion, *, picture_id: int | None = None, **facts: Any) -> CatalogueItem:
    with unit_of_work():
        return actions.add_item(
            version.id,
            text(**facts),
            picture_id=picture_id,
            client_key=f"item-{next(_count)}",
            actor=COMMAND,
            now=NOW,
        )


@kept
def consent(version: CatalogueVersion) -> None:
    with unit_of_work():
        actions.record_consent(
            version.id, approved_by="南明区人民政府", approved_on=TODAY, actor=COMMAND, now=NOW
        )


@kept
def file(version: CatalogueVersion) -> None:
    with unit_of_work():
        actions.record_filing(
            version.id, filed_no="黔建备〔2026〕1 号", filed_on=TODAY, actor=COMMAND, now=NOW
        )


@kept
def begin(version: CatalogueVersion, on: date = TODAY) -> None:
    with unit_of_work():
        actions.put_in_force(version.id, valid_from=on, actor=COMMAND, now=NOW)


def photo_bytes() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, "JPEG")
    return out.getvalue()


@kept
def make_list_in_force(code: str = "520102", *, on: date = TODAY, **facts: Any) -> CatalogueVersion:
    version = make_list(code, **facts)
    if queries.is_local(version):
        consent(version)
        file(version)
    begin(version, on)
    return version
