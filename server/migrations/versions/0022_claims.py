"""Whether the consent that a plan claims differs from what was asked and voted, kept with a community's figures."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("community_figures", sa.Column("claim_differs", sa.Boolean()))


def downgrade() -> None:
    op.drop_column("community_figures", "claim_differs")
