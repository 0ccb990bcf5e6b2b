"""Decisions: drafts, published versions with their items, and the act that ends one."""

import sqlalchemy as sa
from alembic import op

from server.infra.db import Area, Instant, append_only_ddl, append_only_undo

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ONLY_GROWS = ("decision_versions", "decision_items", "decision_endings")


def upgrade() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("ballot_id", BIG_ID, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("next_steps", sa.Text(), nullable=False),
        sa.Column("drafted_by", sa.String(40), nullable=False),
        sa.Column("drafted_at", Instant(), nullable=False),
        sa.Column("edited_at", Instant(), nullable=False),
        sa.Column("drafters", sa.JSON(), nullable=False),
        sa.Column("client_key", sa.String(80)),
        sa.Column("client_digest", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_decisions_community_id_communities"
        ),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballots.id"], name="fk_decisions_ballot_id_ballots"),
        sa.UniqueConstraint("ballot_id", name="uq_decisions_ballot_id"),
        sa.UniqueConstraint("client_key", name="uq_decisions_client_key"),
    )
    op.create_index("ix_decisions_community_id", "decisions", ["community_id"])
    op.create_table(
        "decision_versions",
        sa.Column("decision_id", BIG_ID, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("count_number", sa.Integer(), nullable=False),
        sa.Column("notice_id", BIG_ID, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("next_steps", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("drafters", sa.JSON(), nullable=False),
        sa.Column("published_at", Instant(), nullable=False),
        sa.Column("published_by", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("decision_id", "number", name="pk_decision_versions"),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name="fk_decision_versions_decision_id_decisions"
        ),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name="fk_decision_versions_notice_id_notices"),
        sa.UniqueConstraint("notice_id", name="uq_decision_versions_notice_id"),
    )
    op.create_table(
        "decision_items",
        sa.Column("decision_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("motion", sa.String(20), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("scope", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("matter", sa.String(40)),
        sa.Column("catalogue_item_id", BIG_ID),
        sa.Column("subsidy_key", sa.String(20)),
        sa.Column("law", sa.String(40), nullable=False),
        sa.Column("basis", sa.String(500), nullable=False),
        sa.Column("verdict", sa.String(20), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("adopted_option", sa.String(200)),
        sa.Column("roll_heads", sa.Integer(), nullable=False),
        sa.Column("roll_area", Area(), nullable=False),
        sa.Column("heads", sa.Integer(), nullable=False),
        sa.Column("area", Area(), nullable=False),
        sa.Column("sides", sa.JSON(), nullable=False),
        sa.Column("tests", sa.JSON(), nullable=False),
        sa.Column("is_exact", sa.Boolean(), nullable=False),
        sa.Column("public_shares", sa.JSON()),
        sa.Column("missing_consents", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("decision_id", "version", "position", name="pk_decision_items"),
        sa.ForeignKeyConstraint(
            ["decision_id", "version"],
            ["decision_versions.decision_id", "decision_versions.number"],
            name="fk_decision_items_version",
        ),
        sa.ForeignKeyConstraint(
            ["catalogue_item_id"],
            ["catalogue_items.id"],
            name="fk_decision_items_catalogue_item_id_catalogue_items",
        ),
    )
    op.create_index("ix_decision_items_catalogue_item_id", "decision_items", ["catalogue_item_id"])
    op.create_table(
        "decision_endings",
        sa.Column("decision_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer()),
        sa.Column("ended_at", Instant(), nullable=False),
        sa.Column("ended_by", sa.String(40), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("code", sa.String(12)),
        sa.Column("fault", sa.String(40)),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("decision_id", name="pk_decision_endings"),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name="fk_decision_endings_decision_id_decisions"
        ),
        sa.ForeignKeyConstraint(
            ["decision_id", "version"],
            ["decision_versions.decision_id", "decision_versions.number"],
            name="fk_decision_endings_version",
        ),
        sa.UniqueConstraint("code", name="uq_decision_endings_code"),
        sa.CheckConstraint("(fault IS NULL) = (code IS NOT NULL)", name="signed_or_void"),
        sa.CheckConstraint("code IS NULL OR version IS NOT NULL", name="signs_a_version"),
    )
    for table in ONLY_GROWS:
        for statement in append_only_ddl(table, op.get_bind().dialect.name):
            op.execute(statement)


def downgrade() -> None:
    for table in reversed(ONLY_GROWS):
        for statement in append_only_undo(table, op.get_bind().dialect.name):
            op.execute(statement)
    for table in ("decision_endings", "decision_items", "decision_versions", "decisions"):
        op.drop_table(table)
