"""What is like a new report is found by where it is: not by looking through all that a community reported in a month."""

from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

NAME = "ix_tickets_community_id_building_id"


def upgrade() -> None:
    op.create_index(NAME, "tickets", ["community_id", "building_id", "category", "opened_at"])


def downgrade() -> None:
    op.drop_index(NAME, "tickets")
