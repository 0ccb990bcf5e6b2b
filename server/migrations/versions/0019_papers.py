"""The course of a community, signed and confirmed; templates of papers, and papers as they were given out."""

import sqlalchemy as sa
from alembic import op

from server.infra.db import Instant, append_only_ddl, append_only_undo

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = ("community_verdicts", "community_verdict_answers", "paper_templates", "issued_papers")


def upgrade() -> None:
    op.create_table(
        "community_verdicts",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("proposed", sa.String(40), nullable=False),
        sa.Column("course", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("signed_by", sa.String(40), nullable=False),
        sa.Column("signed_label", sa.String(100), nullable=False),
        sa.Column("signed_at", Instant(), nullable=False),
        sa.Column("client_key", sa.String(80)),
        sa.Column("client_digest", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_community_verdicts"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_community_verdicts_community_id_communities"
        ),
        sa.UniqueConstraint("community_id", "number", name="uq_community_verdicts_community_id_number"),
        sa.UniqueConstraint("client_key", name="uq_community_verdicts_client_key"),
        sa.CheckConstraint("course = proposed OR reason <> ''", name="differs_with_a_reason"),
    )
    op.create_table(
        "community_verdict_answers",
        sa.Column("verdict_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.String(40), nullable=False),
        sa.Column("answered_label", sa.String(100), nullable=False),
        sa.Column("answered_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("verdict_id", name="pk_community_verdict_answers"),
        sa.ForeignKeyConstraint(
            ["verdict_id"],
            ["community_verdicts.id"],
            name="fk_community_verdict_answers_verdict_id_community_verdicts",
        ),
        sa.CheckConstraint("is_confirmed OR reason <> ''", name="returned_with_a_reason"),
    )
    op.create_table(
        "paper_templates",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("division_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("document", sa.LargeBinary()),
        sa.Column("filename", sa.String(120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("put_by", sa.String(40), nullable=False),
        sa.Column("put_label", sa.String(100), nullable=False),
        sa.Column("put_at", Instant(), nullable=False),
        sa.Column("client_key", sa.String(80)),
        sa.Column("client_digest", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_paper_templates"),
        sa.ForeignKeyConstraint(
            ["division_id"], ["divisions.id"], name="fk_paper_templates_division_id_divisions"
        ),
        sa.UniqueConstraint(
            "division_id", "kind", "number", name="uq_paper_templates_division_id_kind_number"
        ),
        sa.UniqueConstraint("client_key", name="uq_paper_templates_client_key"),
        sa.CheckConstraint("(source = 'own') = (document IS NOT NULL)", name="own_has_a_document"),
    )
    op.create_table(
        "issued_papers",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("issuer", sa.String(80), nullable=False),
        sa.Column("decision_id", BIG_ID),
        sa.Column("version", sa.Integer()),
        sa.Column("code", sa.String(12), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("public_body", sa.JSON(), nullable=False),
        sa.Column("template_id", BIG_ID),
        sa.Column("template_words", sa.String(160), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("issued_by", sa.String(40), nullable=False),
        sa.Column("issued_label", sa.String(100), nullable=False),
        sa.Column("issued_at", Instant(), nullable=False),
        sa.Column("client_key", sa.String(80)),
        sa.Column("client_digest", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_issued_papers"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_issued_papers_community_id_communities"
        ),
        sa.ForeignKeyConstraint(
            ["decision_id", "version"],
            ["decision_versions.decision_id", "decision_versions.number"],
            name="fk_issued_papers_version",
        ),
        sa.ForeignKeyConstraint(
            ["template_id"], ["paper_templates.id"], name="fk_issued_papers_template_id_paper_templates"
        ),
        sa.UniqueConstraint("community_id", "number", name="uq_issued_papers_community_id_number"),
        sa.UniqueConstraint("code", name="uq_issued_papers_code"),
        sa.UniqueConstraint("client_key", name="uq_issued_papers_client_key"),
        sa.CheckConstraint("(decision_id IS NULL) = (version IS NULL)", name="names_a_whole_version"),
    )
    op.create_index("ix_issued_papers_decision_id", "issued_papers", ["decision_id"])
    for table in TABLES:
        for statement in append_only_ddl(table, op.get_bind().dialect.name):
            op.execute(statement)


def downgrade() -> None:
    for table in reversed(TABLES):
        for statement in append_only_undo(table, op.get_bind().dialect.name):
            op.execute(statement)
    for table in ("issued_papers", "paper_templates", "community_verdict_answers", "community_verdicts"):
        op.drop_table(table)
