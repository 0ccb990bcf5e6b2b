"""Items of the catalogue for tests: the province's own, by code."""

import sqlalchemy as sa

from server.catalogue.models import CatalogueItem
from server.infra.db import db


def get_item(code: str = "B13") -> CatalogueItem:
    return db.session.scalars(sa.select(CatalogueItem).where(CatalogueItem.code == code)).one()
