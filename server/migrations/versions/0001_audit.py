"""Audit entries with their chain, the example's clock, counted tries."""

import sqlalchemy as sa
from alembic import op

from server.infra.db import Instant, append_only_ddl, append_only_undo

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ONLY_GROWS = ("audit_entries", "audit_links")


def upgrade() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor", sa.String(40), nullable=False),
        sa.Column("actor_label", sa.String(100), nullable=False),
        sa.Column("verb", sa.String(60), nullable=False),
        sa.Column("object_kind", sa.String(40), nullable=False),
        sa.Column("object_id", BIG_ID),
        sa.Column("community_id", BIG_ID),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entries"),
    )
    for column in ("at", "actor", "verb", "community_id"):
        op.create_index(f"ix_audit_entries_{column}", "audit_entries", [column])
    op.create_table(
        "audit_links",
        sa.Column("seq", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("entry_id", BIG_ID, nullable=False),
        sa.Column("prev", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("sealed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_links"),
        sa.UniqueConstraint("entry_id", name="uq_audit_links_entry_id"),
    )
    op.create_table(
        "clock_offset",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_clock_offset"),
        sa.CheckConstraint("id = 1", name="one_row"),
        sa.CheckConstraint("seconds >= 0", name="never_back"),
    )
    op.create_table(
        "throttle_counts",
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_throttle_counts"),
    )
    op.create_index("ix_throttle_counts_expires_at", "throttle_counts", ["expires_at"])
    for table in ONLY_GROWS:
        for statement in append_only_ddl(table, op.get_bind().dialect.name):
            op.execute(statement)


def downgrade() -> None:
    for table in reversed(ONLY_GROWS):
        for statement in append_only_undo(table, op.get_bind().dialect.name):
            op.execute(statement)
    for table in ("throttle_counts", "clock_offset", "audit_links", "audit_entries"):
        op.drop_table(table)
