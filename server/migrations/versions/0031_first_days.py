"""The day a community first voted and first decided, beside the latest: what the trend over months is made of."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

#: The new column and the one it starts from; the clock makes anew what is older than an hour.
COLUMNS = (("first_voted_on", "voted_on"), ("first_decided_on", "decided_on"))


def upgrade() -> None:
    figures = sa.table("community_figures", *(sa.column(name) for pair in COLUMNS for name in pair))
    for name, start in COLUMNS:
        op.add_column("community_figures", sa.Column(name, sa.Date()))
        op.execute(sa.update(figures).values({name: figures.c[start]}))


def downgrade() -> None:
    for name, _ in reversed(COLUMNS):
        op.drop_column("community_figures", name)
