"""By which of our apps a message is allowed and brought; who was reminded of a vote; a session handed to a browser."""

import sqlalchemy as sa
from alembic import op

from server.infra.db import Instant

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ballots", sa.Column("closing_told_at", Instant(), nullable=True))
    # What was allowed and sent until now was so in the mini program.
    op.add_column(
        "message_permissions", sa.Column("app", sa.String(40), nullable=False, server_default="mini")
    )
    op.add_column("message_deliveries", sa.Column("app", sa.String(40), nullable=True))
    op.execute("UPDATE message_deliveries SET app = 'mini' WHERE wechat_number IS NOT NULL")
    op.create_table(
        "session_hand_overs",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("token_id", BIG_ID, nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("target", sa.String(300), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_hand_overs")),
        sa.ForeignKeyConstraint(
            ["token_id"], ["api_tokens.id"], name=op.f("fk_session_hand_overs_token_id_api_tokens")
        ),
        sa.UniqueConstraint("code_hash", name=op.f("uq_session_hand_overs_code_hash")),
    )
    op.create_index("ix_session_hand_overs_token_id", "session_hand_overs", ["token_id"])


def downgrade() -> None:
    op.drop_table("session_hand_overs")
    op.drop_column("message_deliveries", "app")
    op.drop_column("message_permissions", "app")
    op.drop_column("ballots", "closing_told_at")
