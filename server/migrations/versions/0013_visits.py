"""Visits: who went to which household's door, when, and with what result."""

import sqlalchemy as sa
from alembic import op

from server.infra.db import Instant, append_only_ddl, append_only_undo

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "visits",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("about_id", BIG_ID, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("household_id", BIG_ID, nullable=False),
        sa.Column("result", sa.String(40), nullable=False),
        sa.Column("come_back_at", Instant()),
        sa.Column("note", sa.LargeBinary()),
        sa.Column("visited_by", sa.String(40), nullable=False),
        sa.Column("visitor", sa.String(100), nullable=False),
        sa.Column("visited_at", Instant(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("client_key", sa.String(80)),
        sa.Column("client_digest", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_visits"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_visits_community_id_communities"
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name="fk_visits_household_id_households"
        ),
        sa.UniqueConstraint("client_key", name="uq_visits_client_key"),
        sa.CheckConstraint(
            "(result = 'come_back') = (come_back_at IS NOT NULL)", name="appointment_has_time"
        ),
    )
    op.create_index("ix_visits_community_id", "visits", ["community_id"])
    op.create_index("ix_visits_household_id", "visits", ["household_id"])
    op.create_index(
        "ix_visits_purpose_about_id_household_id", "visits", ["purpose", "about_id", "household_id"]
    )
    for statement in append_only_ddl("visits", op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    for statement in append_only_undo("visits", op.get_bind().dialect.name):
        op.execute(statement)
    op.drop_table("visits")
