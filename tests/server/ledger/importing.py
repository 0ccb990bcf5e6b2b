"""What the tests of importing share."""

from collections.abc import Callable
from datetime import date

import sqlalchemy as sa

from server.infra.db import db
from server.ledger.actions.importing.problems import Findings
from server.ledger.models import Community
from tests.factories.sheets import NAME

TODAY = date(2026, 3, 2)
Importer = Callable[..., Findings]


def the_community() -> Community:
    return db.session.scalars(
        sa.select(Community).where(Community.name == NAME).execution_options(populate_existing=True)
    ).one()


def told(found: Findings) -> list[tuple[str, int | None, str]]:
    return [(one.sheet, one.row, one.column.partition(" ")[2] or one.column) for one in found.problems]
