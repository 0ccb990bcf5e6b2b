"""How many households stand behind each entrance, kept beside them."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

COUNT = """
UPDATE entrances SET households = (
    SELECT count(*) FROM households JOIN flats ON flats.id = households.flat_id
    WHERE flats.entrance_id = entrances.id AND households.closed_at IS NULL
)
"""


def upgrade() -> None:
    op.add_column("entrances", sa.Column("households", sa.Integer(), server_default="0", nullable=False))
    op.execute(COUNT)


def downgrade() -> None:
    op.drop_column("entrances", "households")
