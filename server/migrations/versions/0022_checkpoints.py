"""Signed checkpoints of the logs of votes, and call-backs of the votes that were drawn."""

import sqlalchemy as sa
from alembic import op

from server.infra.db import Instant, append_only_ddl, append_only_undo

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = ("ballot_checkpoints", "ballot_callbacks")


def upgrade() -> None:
    op.create_table(
        "ballot_checkpoints",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("ballot_id", BIG_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(64), nullable=False),
        sa.Column("taken_at", Instant(), nullable=False),
        sa.Column("key", sa.String(44), nullable=False),
        sa.Column("signature", sa.String(88), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_checkpoints")),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["ballots.id"], name=op.f("fk_ballot_checkpoints_ballot_id_ballots")
        ),
        sa.UniqueConstraint("ballot_id", "number", name="uq_ballot_checkpoints_number"),
    )
    op.create_table(
        "ballot_callbacks",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("ballot_id", BIG_ID, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(40), nullable=False),
        sa.Column("asked_by", sa.String(40), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_callbacks")),
        sa.ForeignKeyConstraint(
            ["ballot_id", "seq"], ["ballot_log.ballot_id", "ballot_log.seq"], name="fk_ballot_callbacks_entry"
        ),
    )
    op.create_index("ix_ballot_callbacks_entry", "ballot_callbacks", ["ballot_id", "seq"])
    for table in TABLES:
        for statement in append_only_ddl(table, op.get_bind().dialect.name):
            op.execute(statement)


def downgrade() -> None:
    for table in reversed(TABLES):
        for statement in append_only_undo(table, op.get_bind().dialect.name):
            op.execute(statement)
        op.drop_table(table)
