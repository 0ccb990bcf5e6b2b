"""Moderation: what waits to be read by others, and what was decided of it."""

import sqlalchemy as sa
from alembic import op

from server.infra.db import Instant, append_only_ddl, append_only_undo

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "moderation_items",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("about_kind", sa.String(40), nullable=False),
        sa.Column("about_id", BIG_ID, nullable=False),
        sa.Column("part", sa.String(60), nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("caption", sa.String(120), nullable=False),
        sa.Column("text", sa.LargeBinary()),
        sa.Column("attachment_id", BIG_ID),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("submitted_by", sa.String(40), nullable=False),
        sa.Column("submitted_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_moderation_items"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_moderation_items_community_id_communities"
        ),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachments.id"], name="fk_moderation_items_attachment_id_attachments"
        ),
        sa.UniqueConstraint(
            "about_kind",
            "about_id",
            "part",
            "digest",
            name="uq_moderation_items_about_kind_about_id_part_digest",
        ),
        sa.CheckConstraint("(text IS NULL) <> (attachment_id IS NULL)", name="text_or_photo"),
    )
    op.create_index(
        "ix_moderation_items_current",
        "moderation_items",
        ["about_kind", "about_id", "part"],
        unique=True,
        postgresql_where=sa.text("is_current"),
        sqlite_where=sa.text("is_current"),
    )
    op.create_index("ix_moderation_items_queue", "moderation_items", ["community_id", "state", "id"])
    op.create_table(
        "moderation_acts",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("item_id", BIG_ID, nullable=False),
        sa.Column("verdict", sa.String(40), nullable=False),
        sa.Column("text", sa.LargeBinary()),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("judged_by", sa.String(40), nullable=False),
        sa.Column("judge", sa.String(100), nullable=False),
        sa.Column("judged_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_moderation_acts"),
        sa.ForeignKeyConstraint(
            ["item_id"], ["moderation_items.id"], name="fk_moderation_acts_item_id_moderation_items"
        ),
        sa.CheckConstraint("verdict = 'allow' OR text IS NULL", name="words_of_the_passed"),
        sa.CheckConstraint("verdict = 'allow' OR reason <> ''", name="reason_of_the_refused"),
    )
    op.create_index("ix_moderation_acts_item_id", "moderation_acts", ["item_id"])
    for statement in append_only_ddl("moderation_acts", op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    for statement in append_only_undo("moderation_acts", op.get_bind().dialect.name):
        op.execute(statement)
    op.drop_table("moderation_acts")
    op.drop_table("moderation_items")
