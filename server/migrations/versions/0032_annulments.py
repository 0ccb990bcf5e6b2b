"""Signed decisions that a court revoked: what was entered, and the second person's word on it."""

import sqlalchemy as sa
from alembic import op

from server.infra.db import Instant, append_only_ddl, append_only_undo

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = ("decision_annulments", "decision_annulment_answers")


def upgrade() -> None:
    op.create_table(
        "decision_annulments",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("decision_id", BIG_ID, nullable=False),
        sa.Column("court", sa.String(80), nullable=False),
        sa.Column("case_number", sa.String(80), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("attachment_id", BIG_ID, nullable=False),
        sa.Column("entered_by", sa.String(40), nullable=False),
        sa.Column("entered_at", Instant(), nullable=False),
        sa.Column("client_key", sa.String(80), nullable=True),
        sa.Column("client_digest", sa.String(64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_annulments")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_decision_annulments_decision_id_decisions")
        ),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["attachments.id"],
            name=op.f("fk_decision_annulments_attachment_id_attachments"),
        ),
        sa.UniqueConstraint("client_key", name=op.f("uq_decision_annulments_client_key")),
    )
    op.create_index(op.f("ix_decision_annulments_decision_id"), "decision_annulments", ["decision_id"])
    op.create_table(
        "decision_annulment_answers",
        sa.Column("annulment_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.String(40), nullable=False),
        sa.Column("answered_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("annulment_id", name=op.f("pk_decision_annulment_answers")),
        sa.ForeignKeyConstraint(
            ["annulment_id"],
            ["decision_annulments.id"],
            name=op.f("fk_decision_annulment_answers_annulment_id_decision_annulments"),
        ),
        sa.CheckConstraint(
            "is_confirmed OR reason <> ''", name=op.f("ck_decision_annulment_answers_returned_with_a_reason")
        ),
    )
    for table in TABLES:
        for statement in append_only_ddl(table, op.get_bind().dialect.name):
            op.execute(statement)


def downgrade() -> None:
    for table in reversed(TABLES):
        for statement in append_only_undo(table, op.get_bind().dialect.name):
            op.execute(statement)
        op.drop_table(table)
