"""Imports of sheets: each is seen by the one who uploaded it."""

import sqlalchemy as sa

from server.infra.db import db
from server.kernel.actor import Actor
from server.kernel.pages import Page
from server.ledger.models import LedgerImport

IMPORTS_A_PAGE = 20


def import_of(import_id: int, actor: Actor) -> LedgerImport | None:
    """This person's own import, as it stands in the database now; None for another's."""
    return db.session.scalar(
        sa.select(LedgerImport)
        .where(LedgerImport.id == import_id, LedgerImport.actor == actor.key)
        .execution_options(populate_existing=True)
    )


def imports_of(actor: Actor, page: int = 1) -> Page[LedgerImport]:
    """The newest first."""
    mine = LedgerImport.actor == actor.key
    total = db.session.scalar(sa.select(sa.func.count()).select_from(LedgerImport).where(mine)) or 0
    rows = db.session.scalars(
        sa.select(LedgerImport)
        .where(mine)
        .order_by(LedgerImport.id.desc())
        .limit(IMPORTS_A_PAGE)
        .offset((page - 1) * IMPORTS_A_PAGE)
    )
    return Page(list(rows), page, IMPORTS_A_PAGE, total)
