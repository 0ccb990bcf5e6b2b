"""WeChat: the tokens that all processes share."""

import sqlalchemy as sa
from alembic import op

from server.infra.db import Instant

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


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


def downgrade() -> None:
    op.drop_table("wechat_tokens")
