"""Notices, objections to them, and where the paper was posted."""

import sqlalchemy as sa
from alembic import op

from server.infra.db import Instant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("about_kind", sa.String(40), nullable=False),
        sa.Column("about_id", BIG_ID),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("period_length", sa.Integer(), nullable=False),
        sa.Column("in_workdays", sa.Boolean(), nullable=False),
        sa.Column("period_origin", sa.String(300), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("is_provisional", sa.Boolean(), nullable=False),
        sa.Column("contact_name", sa.String(60), nullable=False),
        sa.Column("contact_phone", sa.String(40), nullable=False),
        sa.Column("contact_place", sa.String(120), nullable=False),
        sa.Column("issuer", sa.String(80), nullable=False),
        sa.Column("posted_by", sa.String(100), nullable=False),
        sa.Column("posted_at", Instant(), nullable=False),
        sa.Column("withdrawn_at", Instant()),
        sa.Column("withdrawn_by", sa.String(100), nullable=False),
        sa.Column("withdrawn_reason", sa.String(300), nullable=False),
        *_keyed(),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_notices_community_id_communities"
        ),
        sa.UniqueConstraint("community_id", "year", "number", name="uq_notices_community_id_year_number"),
        sa.UniqueConstraint("client_key", name="uq_notices_client_key"),
        sa.CheckConstraint("last_on >= opens_on", name="period_in_order"),
    )
    op.create_index("ix_notices_about_kind_about_id", "notices", ["about_kind", "about_id"])
    op.create_table(
        "objections",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("notice_id", BIG_ID, nullable=False),
        sa.Column("resident_id", BIG_ID),
        sa.Column("flat_id", BIG_ID),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("author_name", sa.LargeBinary()),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("raised_at", Instant(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("entered_by", sa.String(100), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("is_upheld", sa.Boolean()),
        sa.Column("answered_at", Instant()),
        sa.Column("answered_by", sa.String(100), nullable=False),
        *_keyed(),
        sa.PrimaryKeyConstraint("id", name="pk_objections"),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name="fk_objections_notice_id_notices"),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name="fk_objections_resident_id_residents"
        ),
        sa.ForeignKeyConstraint(["flat_id"], ["flats.id"], name="fk_objections_flat_id_flats"),
        sa.UniqueConstraint("client_key", name="uq_objections_client_key"),
        sa.CheckConstraint("(answered_at IS NULL) = (is_upheld IS NULL)", name="answered_or_not"),
        sa.CheckConstraint("resident_id IS NOT NULL OR entered_by <> ''", name="from_someone"),
    )
    op.create_index("ix_objections_notice_id", "objections", ["notice_id"])
    op.create_table(
        "notice_postings",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("notice_id", BIG_ID, nullable=False),
        sa.Column("place", sa.String(120), nullable=False),
        sa.Column("posted_at", Instant(), nullable=False),
        sa.Column("attachment_id", BIG_ID),
        sa.Column("posted_by", sa.String(100), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        *_keyed(),
        sa.PrimaryKeyConstraint("id", name="pk_notice_postings"),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name="fk_notice_postings_notice_id_notices"),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachments.id"], name="fk_notice_postings_attachment_id_attachments"
        ),
        sa.UniqueConstraint("client_key", name="uq_notice_postings_client_key"),
    )
    op.create_index("ix_notice_postings_notice_id", "notice_postings", ["notice_id"])


def downgrade() -> None:
    for table in ("notice_postings", "objections", "notices"):
        op.drop_table(table)


def _keyed() -> tuple[sa.Column, sa.Column]:
    return (sa.Column("client_key", sa.String(80)), sa.Column("client_digest", sa.String(64)))
