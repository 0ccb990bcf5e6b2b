"""Open311: keys of programs, and what came along with what they reported."""

import sqlalchemy as sa
from alembic import op

from server.infra.db import Instant

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "open311_keys",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("division_id", BIG_ID, nullable=False),
        sa.Column("division_path", sa.String(200), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hint", sa.String(8), nullable=False),
        sa.Column("issued_by", sa.String(40), nullable=False),
        sa.Column("issued_name", sa.String(60), nullable=False),
        sa.Column("issued_at", Instant(), nullable=False),
        sa.Column("revoked_by", sa.String(40), nullable=False),
        sa.Column("revoked_name", sa.String(60), nullable=False),
        sa.Column("revoke_reason", sa.String(200), nullable=False),
        sa.Column("revoked_at", Instant()),
        sa.Column("client_key", sa.String(80)),
        sa.Column("client_digest", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_open311_keys"),
        sa.ForeignKeyConstraint(
            ["division_id"], ["divisions.id"], name="fk_open311_keys_division_id_divisions"
        ),
        sa.UniqueConstraint("key_hash", name="uq_open311_keys_key_hash"),
        sa.UniqueConstraint("client_key", name="uq_open311_keys_client_key"),
        sa.CheckConstraint("(revoked_at IS NULL) = (revoked_by = '')", name="revoked_by_somebody"),
    )
    op.create_index("ix_open311_keys_division_path", "open311_keys", ["division_path"])
    op.create_table(
        "open311_reports",
        sa.Column("ticket_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("key_id", BIG_ID, nullable=False),
        sa.Column("token", sa.String(80), nullable=False),
        sa.Column("address_string", sa.String(500), nullable=False),
        sa.Column("lat", sa.Integer()),
        sa.Column("long", sa.Integer()),
        sa.Column("received_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("ticket_id", name="pk_open311_reports"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_open311_reports_ticket_id_tickets"),
        sa.ForeignKeyConstraint(
            ["key_id"], ["open311_keys.id"], name="fk_open311_reports_key_id_open311_keys"
        ),
        sa.UniqueConstraint("key_id", "token", name="uq_open311_reports_key_id_token"),
        sa.CheckConstraint("(lat IS NULL) = (long IS NULL)", name="both_or_neither"),
    )
    op.create_index("ix_open311_reports_token", "open311_reports", ["token"])


def downgrade() -> None:
    op.drop_table("open311_reports")
    op.drop_table("open311_keys")
