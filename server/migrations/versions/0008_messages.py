"""Messages and who has read them."""

import sqlalchemy as sa
from alembic import op

from server.infra.db import Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "messages",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("recipient_kind", sa.String(40), nullable=False),
        sa.Column("recipient_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("link", sa.String(200), nullable=False),
        sa.Column("community_id", BIG_ID),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_messages_community_id_communities"
        ),
    )
    op.create_index(
        "ix_messages_recipient_kind_recipient_id_id", "messages", ["recipient_kind", "recipient_id", "id"]
    )
    op.create_index("ix_messages_community_id_created_at", "messages", ["community_id", "created_at"])
    op.create_table(
        "message_readings",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("message_id", BIG_ID, nullable=False),
        sa.Column("reader_kind", sa.String(40), nullable=False),
        sa.Column("reader_id", BIG_ID, nullable=False),
        sa.Column("read_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_message_readings"),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name="fk_message_readings_message_id_messages"
        ),
        sa.UniqueConstraint(
            "message_id",
            "reader_kind",
            "reader_id",
            name="uq_message_readings_message_id_reader_kind_reader_id",
        ),
    )


def downgrade() -> None:
    op.drop_table("message_readings")
    op.drop_table("messages")
