"""Content safety: how far WeChat was asked about each item, and verdicts that came before their asking was written down."""

import sqlalchemy as sa
from alembic import op

from server.infra.db import Instant

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "moderation_checks",
        sa.Column("item_id", BIG_ID, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", Instant(), nullable=False),
        sa.Column("claim", sa.String(32), nullable=True),
        sa.Column("trace_id", sa.String(80), nullable=True),
        sa.Column("found", sa.String(40), nullable=True),
        sa.Column("label", sa.Integer(), nullable=True),
        sa.Column("why", sa.String(40), nullable=True),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_moderation_checks")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["moderation_items.id"], name=op.f("fk_moderation_checks_item_id_moderation_items")
        ),
        sa.UniqueConstraint("trace_id", name=op.f("uq_moderation_checks_trace_id")),
    )
    op.create_index("ix_moderation_checks_due", "moderation_checks", ["state", "next_at"])
    op.create_table(
        "moderation_loose_verdicts",
        sa.Column("trace_id", sa.String(80), nullable=False),
        sa.Column("found", sa.String(40), nullable=True),
        sa.Column("label", sa.Integer(), nullable=True),
        sa.Column("received_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("trace_id", name=op.f("pk_moderation_loose_verdicts")),
    )
    op.create_index("ix_moderation_loose_verdicts_received_at", "moderation_loose_verdicts", ["received_at"])
    op.create_index("ix_moderation_items_submitted_at", "moderation_items", ["submitted_at"])


def downgrade() -> None:
    op.drop_index("ix_moderation_items_submitted_at", "moderation_items")
    op.drop_table("moderation_loose_verdicts")
    op.drop_table("moderation_checks")
