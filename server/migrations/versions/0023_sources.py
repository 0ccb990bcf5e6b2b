"""Sources of money have one set of words, those of the plans: four of the projects' own are put into them."""

import sqlalchemy as sa
from alembic import op

from server.infra.db import append_only_ddl, append_only_undo

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TABLE = "funding_lines"
#: What projects called it, and what plans do.
WORDS = {
    "central_budget": "central_investment",
    "pooled": "community_funds",
    "utilities": "utility",
    "social_capital": "investors",
}


def upgrade() -> None:
    _put(WORDS)


def downgrade() -> None:
    _put({new: old for old, new in WORDS.items()})


def _put(words: dict[str, str]) -> None:
    """The amounts stay as they are; the database is told that this one time rows may change."""
    dialect = op.get_bind().dialect.name
    for statement in append_only_undo(TABLE, dialect):
        op.execute(statement)
    lines = sa.table(TABLE, sa.column("source", sa.String))
    for before, after in words.items():
        op.execute(lines.update().where(lines.c.source == before).values(source=after))
    for statement in append_only_ddl(TABLE, dialect):
        op.execute(statement)
