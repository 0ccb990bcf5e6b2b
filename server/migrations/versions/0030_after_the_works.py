"""What is kept of a community once the works are done: money by source, what was given, management, tickets, judging."""

import sqlalchemy as sa
from alembic import op

from server.infra.db import Instant

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

TABLE = "community_figures"
MONEY = ("pledged", "given", "given_used")
NUMBERS = (
    "hours_pledged",
    "hours_given",
    "tickets_ended",
    "tickets_on_time",
    "tickets_confirmed",
    "tickets_unconfirmed",
    "tickets_reopened",
    "tickets_open",
    "tickets_overdue",
    "judged_households",
    "judged_answered",
    "judged_marked",
    "judged_satisfied",
    "told_marked",
    "told_satisfied",
)


def upgrade() -> None:
    op.add_column(TABLE, sa.Column("funds_by_source", sa.Text(), nullable=False, server_default=""))
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column(TABLE, "funds_by_source", server_default=None)
    for name in MONEY:
        op.add_column(TABLE, sa.Column(name, sa.BigInteger()))
    for name in NUMBERS:
        op.add_column(TABLE, sa.Column(name, sa.Integer()))
    op.add_column(TABLE, sa.Column("is_covered", sa.Boolean()))
    op.add_column(TABLE, sa.Column("judged_on", sa.Date()))
    op.add_column(TABLE, sa.Column("turns_at", Instant()))
    # The clock makes anew what has turned: so all rows get their new columns at the next look, and not little by little.
    op.execute("UPDATE community_figures SET turns_at = computed_at")


def downgrade() -> None:
    for name in ("turns_at", "judged_on", "is_covered", *NUMBERS, *MONEY, "funds_by_source"):
        op.drop_column(TABLE, name)
