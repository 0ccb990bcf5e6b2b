"""What a report rests on, in one read: whether it came before, where the community lies, and the ids of what is to be written."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from server.infra.db import Base, table_of
from server.infra.statements import fresh_columns, run
from server.kernel.errors import NotFound
from server.ledger import queries as ledger
from server.projects import queries as projects
from server.tickets.models import Ticket


@dataclass(frozen=True)
class Before:
    division_path: str
    #: What an earlier report with this client key made: its id, and the digest of what it asked for.
    earlier: tuple[int, str | None] | None
    #: Whether works were ever adopted there.
    has_works: bool
    #: As many as rows were named.
    fresh_ids: list[int]


_tickets, _paths = table_of(Ticket), ledger.COMMUNITY_PATHS


def before_report(community_id: int, client_key: str, to_be_made: tuple[type[Base], ...]) -> Before:
    """Raises NotFound where there is no such community."""
    values = {"community_id": community_id, "client_key": client_key}
    row = run(_before(fresh_columns(*to_be_made)), values).first()
    if row is None:
        raise NotFound
    earlier = (row.earlier_id, row.client_digest) if row.earlier_id is not None else None
    return Before(row.division_path, earlier, row.has_works, list(row[4:]))


@lru_cache
def _before(fresh: tuple[sa.ColumnElement[int], ...]) -> sa.Select[Any]:
    return (
        sa.select(
            _paths.c.division_path,
            _tickets.c.id.label("earlier_id"),
            _tickets.c.client_digest,
            projects.has_works(_paths.c.id).label("has_works"),
            *fresh,
        )
        .select_from(_paths)
        .outerjoin(_tickets, _tickets.c.client_key == sa.bindparam("client_key"))
        .where(_paths.c.id == sa.bindparam("community_id"))
    )
