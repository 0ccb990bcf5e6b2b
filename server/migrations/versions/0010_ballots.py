"""Ballots: what is asked, what was announced, the frozen roll, the log, papers and counts."""

import sqlalchemy as sa
from alembic import op

from server.infra.db import Area, Instant, append_only_ddl, append_only_undo

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ONLY_GROWS = (
    "ballot_announcements",
    "ballot_openings",
    "ballot_heads",
    "ballot_roll_flats",
    "ballot_log",
    "ballot_readings",
    "ballot_flags",
    "ballot_counts",
)
TABLES = (
    "ballots",
    "ballot_motions",
    "ballot_announcements",
    "ballot_openings",
    "ballot_heads",
    "ballot_roll_flats",
    "ballot_papers",
    "ballot_log",
    "ballot_readings",
    "ballot_flags",
    "ballot_turnouts",
    "ballot_counts",
)


def upgrade() -> None:
    _asked()
    _roll()
    _log()
    _figures()
    for table in ONLY_GROWS:
        for statement in append_only_ddl(table, op.get_bind().dialect.name):
            op.execute(statement)


def _ballot(table: str, **options: bool) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("ballot_id", BIG_ID, nullable=False, **options),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballots.id"], name=f"fk_{table}_ballot_id_ballots"),
    ]


def _asked() -> None:
    op.create_table(
        "ballots",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("intro", sa.Text(), nullable=False),
        sa.Column("scope", sa.String(40), nullable=False),
        sa.Column("building_ids", sa.JSON(), nullable=False),
        sa.Column("entrance_ids", sa.JSON(), nullable=False),
        sa.Column("opens_at", Instant()),
        sa.Column("closes_at", Instant()),
        sa.Column("precedence", sa.String(40), nullable=False),
        sa.Column("unreturned", sa.String(40), nullable=False),
        sa.Column("clause", sa.String(500), nullable=False),
        sa.Column("may_change", sa.Boolean(), nullable=False),
        sa.Column("announced_number", sa.Integer()),
        sa.Column("unopened_told_at", Instant()),
        sa.Column("opened_at", Instant()),
        sa.Column("closing_at", Instant()),
        sa.Column("disclosed_at", Instant()),
        sa.Column("discarded_at", Instant()),
        sa.Column("drafted_by", sa.String(40), nullable=False),
        sa.Column("drafted_at", Instant(), nullable=False),
        sa.Column("client_key", sa.String(80)),
        sa.Column("client_digest", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_ballots"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_ballots_community_id_communities"
        ),
        sa.UniqueConstraint("client_key", name="uq_ballots_client_key"),
        sa.CheckConstraint(
            "closes_at IS NULL OR opens_at IS NULL OR closes_at > opens_at",
            name="closes_after_opening",
        ),
    )
    op.create_index("ix_ballots_community_id", "ballots", ["community_id"])
    op.create_index("ix_ballots_opened_at", "ballots", ["opened_at"])
    op.create_table(
        "ballot_motions",
        sa.Column("id", BIG_ID, nullable=False),
        *_ballot("ballot_motions"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("catalogue_item_id", BIG_ID),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("matter", sa.String(40)),
        sa.Column("rule", sa.JSON(none_as_null=True)),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("meanings", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ballot_motions"),
        sa.ForeignKeyConstraint(
            ["catalogue_item_id"],
            ["catalogue_items.id"],
            name="fk_ballot_motions_catalogue_item_id_catalogue_items",
        ),
        sa.UniqueConstraint("ballot_id", "position", name="uq_ballot_motions_position"),
    )
    op.create_index("ix_ballot_motions_ballot_id", "ballot_motions", ["ballot_id"])
    op.create_table(
        "ballot_announcements",
        *_ballot("ballot_announcements", autoincrement=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("announced_at", Instant(), nullable=False),
        sa.Column("announced_by", sa.String(40), nullable=False),
        sa.Column("notice_id", BIG_ID, nullable=False),
        sa.Column("earliest_at", Instant(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("ballot_id", "number", name="pk_ballot_announcements"),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name="fk_ballot_announcements_notice_id_notices"
        ),
    )


def _roll() -> None:
    op.create_table(
        "ballot_openings",
        *_ballot("ballot_openings", autoincrement=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("opened_by", sa.String(40), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("heads", sa.Integer(), nullable=False),
        sa.Column("area", Area(), nullable=False),
        sa.PrimaryKeyConstraint("ballot_id", name="pk_ballot_openings"),
    )
    op.create_table(
        "ballot_heads",
        *_ballot("ballot_heads", autoincrement=False),
        sa.Column("head", sa.String(20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(20), nullable=False),
        sa.Column("owner_ids", sa.JSON(), nullable=False),
        sa.Column("representative_id", BIG_ID),
        sa.Column("flats", sa.Integer(), nullable=False),
        sa.Column("area", Area(), nullable=False),
        sa.PrimaryKeyConstraint("ballot_id", "head", name="pk_ballot_heads"),
    )
    op.create_table(
        "ballot_roll_flats",
        sa.Column("ballot_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("flat_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("head", sa.String(20), nullable=False),
        sa.Column("building", sa.String(40), nullable=False),
        sa.Column("entrance", sa.String(40), nullable=False),
        sa.Column("label", sa.String(120), nullable=False),
        sa.Column("area", Area(), nullable=False),
        sa.PrimaryKeyConstraint("ballot_id", "flat_id", name="pk_ballot_roll_flats"),
        sa.ForeignKeyConstraint(["flat_id"], ["flats.id"], name="fk_ballot_roll_flats_flat_id_flats"),
        sa.ForeignKeyConstraint(
            ["ballot_id", "head"],
            ["ballot_heads.ballot_id", "ballot_heads.head"],
            name="fk_ballot_roll_flats_head",
        ),
        sa.CheckConstraint("area > 0", name="area_above_zero"),
    )
    op.create_index("ix_ballot_roll_flats_head", "ballot_roll_flats", ["ballot_id", "head"])


def _log() -> None:
    op.create_table(
        "ballot_papers",
        sa.Column("id", BIG_ID, nullable=False),
        *_ballot("ballot_papers"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("serial", sa.String(20), nullable=False),
        sa.Column("head", sa.String(20), nullable=False),
        sa.Column("issued_at", Instant(), nullable=False),
        sa.Column("issued_by", sa.String(40), nullable=False),
        sa.Column("spoiled_at", Instant()),
        sa.Column("spoiled_by", sa.String(40)),
        sa.Column("spoiled_reason", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ballot_papers"),
        sa.UniqueConstraint("serial", name="uq_ballot_papers_serial"),
        sa.UniqueConstraint("ballot_id", "number", name="uq_ballot_papers_number"),
    )
    op.create_index("ix_ballot_papers_head", "ballot_papers", ["ballot_id", "head"])
    op.create_table(
        "ballot_log",
        *_ballot("ballot_log", autoincrement=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("head", sa.String(20)),
        sa.Column("channel", sa.String(10)),
        sa.Column("cast_as", sa.String(20)),
        sa.Column("receipt", sa.String(12)),
        sa.Column("of_seq", sa.Integer()),
        sa.Column("verdict", sa.String(8)),
        sa.Column("fault", sa.String(20)),
        sa.Column("entered_by", sa.String(40), nullable=False),
        sa.Column("paper_id", BIG_ID),
        sa.Column("photo_id", BIG_ID),
        sa.Column("client_key", sa.String(80)),
        sa.Column("client_digest", sa.String(64)),
        sa.PrimaryKeyConstraint("ballot_id", "seq", name="pk_ballot_log"),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["ballot_papers.id"], name="fk_ballot_log_paper_id_ballot_papers"
        ),
        sa.ForeignKeyConstraint(["photo_id"], ["attachments.id"], name="fk_ballot_log_photo_id_attachments"),
        sa.UniqueConstraint("receipt", name="uq_ballot_log_receipt"),
        sa.UniqueConstraint("client_key", name="uq_ballot_log_client_key"),
        sa.CheckConstraint("seq > 0", name="seq_from_one"),
    )
    op.create_index("ix_ballot_log_head", "ballot_log", ["ballot_id", "head"])
    op.create_index("ix_ballot_log_of_seq", "ballot_log", ["ballot_id", "of_seq"])
    op.create_index("ix_ballot_log_paper_id", "ballot_log", ["paper_id"])
    op.create_table(
        "ballot_readings",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("ballot_id", BIG_ID, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("read_by", sa.String(40), nullable=False),
        sa.Column("read_at", Instant(), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ballot_readings"),
        sa.ForeignKeyConstraint(
            ["ballot_id", "seq"], ["ballot_log.ballot_id", "ballot_log.seq"], name="fk_ballot_readings_entry"
        ),
    )
    op.create_index("ix_ballot_readings_entry", "ballot_readings", ["ballot_id", "seq"])
    op.create_table(
        "ballot_flags",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("ballot_id", BIG_ID, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("flagged_by", sa.String(40), nullable=False),
        sa.Column("flagged_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ballot_flags"),
        sa.ForeignKeyConstraint(
            ["ballot_id", "seq"], ["ballot_log.ballot_id", "ballot_log.seq"], name="fk_ballot_flags_entry"
        ),
    )
    op.create_index("ix_ballot_flags_entry", "ballot_flags", ["ballot_id", "seq"])


def _figures() -> None:
    op.create_table(
        "ballot_turnouts",
        *_ballot("ballot_turnouts", autoincrement=False),
        sa.Column("scope", sa.String(120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("roll_heads", sa.Integer(), nullable=False),
        sa.Column("roll_area", Area(), nullable=False),
        sa.Column("heads", sa.Integer(), nullable=False),
        sa.Column("area", Area(), nullable=False),
        sa.PrimaryKeyConstraint("ballot_id", "scope", name="pk_ballot_turnouts"),
    )
    op.create_table(
        "ballot_counts",
        sa.Column("id", BIG_ID, nullable=False),
        *_ballot("ballot_counts"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("counted_at", Instant(), nullable=False),
        sa.Column("counted_by", sa.String(40), nullable=False),
        sa.Column("closes_at", Instant(), nullable=False),
        sa.Column("head_hash", sa.String(64), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ballot_counts"),
        sa.UniqueConstraint("ballot_id", "number", name="uq_ballot_counts_number"),
    )


def downgrade() -> None:
    for table in reversed(ONLY_GROWS):
        for statement in append_only_undo(table, op.get_bind().dialect.name):
            op.execute(statement)
    for table in reversed(TABLES):
        op.drop_table(table)
