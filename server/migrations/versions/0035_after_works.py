"""Withdrawn completions, and the second person's word on works in the words of every other."""

import sqlalchemy as sa
from alembic import op

from server.infra.db import Instant, append_only_ddl, append_only_undo

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
#: A second person's word has the same columns wherever it is written down.
RENAMED = (("looked_by", "reviewed_by"), ("looked_name", "reviewed_name"), ("looked_at", "reviewed_at"))


def upgrade() -> None:
    # Not by a batch: SQLite would make the table anew and lose the triggers that let it only grow.
    for old, new in RENAMED:
        op.execute(f"ALTER TABLE works_second_looks RENAME COLUMN {old} TO {new}")
    _withdrawals()


def _withdrawals() -> None:
    table = "work_completion_withdrawals"
    op.create_table(
        table,
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("completion_id", BIG_ID, nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("asked_by", sa.String(40), nullable=False),
        sa.Column("asked_name", sa.String(100), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("client_key", sa.String(80), nullable=True),
        sa.Column("client_digest", sa.String(64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(
            ["completion_id"],
            ["work_completions.id"],
            name=op.f(f"fk_{table}_completion_id_work_completions"),
        ),
        sa.UniqueConstraint("client_key", name=op.f(f"uq_{table}_client_key")),
    )
    op.create_index(op.f(f"ix_{table}_completion_id"), table, ["completion_id"])
    for statement in append_only_ddl(table, op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    table = "work_completion_withdrawals"
    for statement in append_only_undo(table, op.get_bind().dialect.name):
        op.execute(statement)
    op.drop_table(table)
    for old, new in RENAMED:
        op.execute(f"ALTER TABLE works_second_looks RENAME COLUMN {new} TO {old}")
