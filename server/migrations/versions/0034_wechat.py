"""WeChat: the tokens that all processes share, the accounts of residents, and messages on their way to telephones."""

import sqlalchemy as sa
from alembic import op

from server.infra.db import Instant

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

#: The place that was kept for WeChat holds what is the person's own; names in one app have a table.
RENAMED = (("openid", "unionid"), ("openid_hash", "unionid_hash"))


def upgrade() -> None:
    op.create_table(
        "wechat_tokens",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.Column("leased_until", Instant(), nullable=False),
        sa.Column("lease", sa.String(32), nullable=False),
        sa.Column("forced_at", Instant(), nullable=True),
        sa.Column("failed_code", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_wechat_tokens")),
    )
    op.create_table(
        "wechat_events",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_wechat_events")),
    )
    op.create_index("ix_wechat_events_received_at", "wechat_events", ["received_at"])
    op.create_table(
        "wechat_accounts",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("resident_id", BIG_ID, nullable=False),
        sa.Column("app", sa.String(40), nullable=False),
        sa.Column("openid", sa.LargeBinary(), nullable=False),
        sa.Column("openid_hash", sa.LargeBinary(), nullable=False),
        sa.Column("bound_at", Instant(), nullable=False),
        sa.Column("last_seen_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wechat_accounts")),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name=op.f("fk_wechat_accounts_resident_id_residents")
        ),
        sa.UniqueConstraint("resident_id", "app", name=op.f("uq_wechat_accounts_resident_id_app")),
        sa.UniqueConstraint("openid_hash", name=op.f("uq_wechat_accounts_openid_hash")),
    )
    _messages()
    # Not by a batch: SQLite cannot make a table anew that others refer to, and it can rename a column.
    for old, new in RENAMED:
        op.execute(f"ALTER TABLE residents RENAME COLUMN {old} TO {new}")


def _messages() -> None:
    op.create_table(
        "message_permissions",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("resident_id", BIG_ID, nullable=False),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("is_lasting", sa.Boolean(), nullable=False),
        sa.Column("given_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("client_key", sa.String(80), nullable=True),
        sa.Column("client_digest", sa.String(64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_permissions")),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name=op.f("fk_message_permissions_resident_id_residents")
        ),
        sa.UniqueConstraint("client_key", name=op.f("uq_message_permissions_client_key")),
    )
    op.create_index(
        "ix_message_permissions_resident_id_topic", "message_permissions", ["resident_id", "topic"]
    )
    op.create_table(
        "message_deliveries",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("message_id", BIG_ID, nullable=False),
        sa.Column("resident_id", BIG_ID, nullable=False),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", Instant(), nullable=False),
        sa.Column("claim", sa.String(32), nullable=True),
        sa.Column("permission_id", BIG_ID, nullable=True),
        sa.Column("is_unsure", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(40), nullable=True),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("wechat_number", sa.String(40), nullable=True),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("delivered_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_deliveries")),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_message_deliveries_message_id_messages")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name=op.f("fk_message_deliveries_resident_id_residents")
        ),
        sa.ForeignKeyConstraint(
            ["permission_id"],
            ["message_permissions.id"],
            name=op.f("fk_message_deliveries_permission_id_message_permissions"),
        ),
        sa.UniqueConstraint(
            "message_id", "resident_id", name=op.f("uq_message_deliveries_message_id_resident_id")
        ),
    )
    op.create_index("ix_message_deliveries_state_next_at", "message_deliveries", ["state", "next_at"])
    op.create_index("ix_message_deliveries_wechat_number", "message_deliveries", ["wechat_number"])


def downgrade() -> None:
    op.drop_table("message_deliveries")
    op.drop_table("message_permissions")
    for old, new in RENAMED:
        op.execute(f"ALTER TABLE residents RENAME COLUMN {new} TO {old}")
    op.drop_table("wechat_accounts")
    op.drop_table("wechat_events")
    op.drop_table("wechat_tokens")
