"""Schemes as a tree, the one drawing set, the change guard's record, and lifts with their consents and objections."""

import sqlalchemy as sa
from alembic import op

from server.infra.db import Area, Instant, append_only_ddl, append_only_undo

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ONLY_GROWS = (
    "scheme_versions",
    "scheme_items",
    "scheme_consultations",
    "scheme_acts",
    "drawings",
    "drawing_acts",
    "lift_acts",
)
TABLES = (
    "schemes",
    "scheme_drafts",
    "scheme_versions",
    "scheme_items",
    "scheme_consultations",
    "scheme_acts",
    "drawings",
    "drawing_acts",
    "lift_cases",
    "lift_acts",
)


def upgrade() -> None:
    op.add_column("decision_items", sa.Column("open_objections", sa.Integer()))
    _schemes()
    _drawings()
    _lifts()
    for table in ONLY_GROWS:
        for statement in append_only_ddl(table, op.get_bind().dialect.name):
            op.execute(statement)


def downgrade() -> None:
    for table in reversed(ONLY_GROWS):
        for statement in append_only_undo(table, op.get_bind().dialect.name):
            op.execute(statement)
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_column("decision_items", "open_objections")


def _schemes() -> None:
    op.create_table(
        "schemes",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("node", sa.String(24), nullable=False),
        sa.Column("scope", sa.String(40), nullable=False),
        sa.Column("building_id", BIG_ID),
        sa.Column("entrance_id", BIG_ID),
        sa.Column("begun_by", sa.String(40), nullable=False),
        sa.Column("begun_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_schemes"),
        _to("schemes", "community_id", "communities"),
        _to("schemes", "building_id", "buildings"),
        _to("schemes", "entrance_id", "entrances"),
        sa.UniqueConstraint("community_id", "node", name="uq_schemes_community_id_node"),
    )
    op.create_table(
        "scheme_drafts",
        sa.Column("scheme_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("drafters", sa.JSON(), nullable=False),
        sa.Column("edited_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("scheme_id", name="pk_scheme_drafts"),
        _to("scheme_drafts", "scheme_id", "schemes"),
    )
    op.create_table(
        "scheme_versions",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("scheme_id", BIG_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("drawn_by", sa.String(120), nullable=False),
        sa.Column("drawn_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("drafters", sa.JSON(), nullable=False),
        sa.Column("submitted_by", sa.String(40), nullable=False),
        sa.Column("submitted_at", Instant(), nullable=False),
        *_keys(),
        sa.PrimaryKeyConstraint("id", name="pk_scheme_versions"),
        _to("scheme_versions", "scheme_id", "schemes"),
        sa.UniqueConstraint("scheme_id", "number", name="uq_scheme_versions_scheme_id_number"),
        sa.UniqueConstraint("client_key", name="uq_scheme_versions_client_key"),
    )
    op.create_table(
        "scheme_items",
        sa.Column("version_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("catalogue_item_id", BIG_ID, nullable=False),
        sa.Column("take", sa.String(40), nullable=False),
        sa.Column("quantity", Area(), nullable=False),
        sa.Column("unit", sa.String(10), nullable=False),
        sa.Column("cost_fen", sa.BigInteger(), nullable=False),
        sa.Column("ballot_id", BIG_ID),
        sa.Column("motion", sa.String(20)),
        sa.PrimaryKeyConstraint("version_id", "position", name="pk_scheme_items"),
        _to("scheme_items", "version_id", "scheme_versions"),
        _to("scheme_items", "catalogue_item_id", "catalogue_items"),
        _to("scheme_items", "ballot_id", "ballots"),
        sa.CheckConstraint("cost_fen >= 0", name="cost_not_negative"),
        sa.CheckConstraint("quantity >= 0", name="quantity_not_negative"),
        sa.CheckConstraint("(ballot_id IS NULL) = (motion IS NULL)", name="vote_whole"),
    )
    op.create_table(
        "scheme_consultations",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("version_id", BIG_ID, nullable=False),
        sa.Column("ballot_id", BIG_ID),
        sa.Column("survey_id", BIG_ID),
        sa.Column("told_cost_fen", sa.BigInteger(), nullable=False),
        sa.Column("named_by", sa.String(40), nullable=False),
        sa.Column("named_at", Instant(), nullable=False),
        *_keys(),
        sa.PrimaryKeyConstraint("id", name="pk_scheme_consultations"),
        _to("scheme_consultations", "version_id", "scheme_versions"),
        _to("scheme_consultations", "ballot_id", "ballots"),
        _to("scheme_consultations", "survey_id", "surveys"),
        sa.UniqueConstraint("client_key", name="uq_scheme_consultations_client_key"),
        sa.CheckConstraint("(ballot_id IS NULL) <> (survey_id IS NULL)", name="vote_or_survey"),
        sa.CheckConstraint("told_cost_fen >= 0", name="told_cost_not_negative"),
    )
    op.create_index("ix_scheme_consultations_version_id", "scheme_consultations", ["version_id"])
    op.create_table(
        "scheme_acts",
        sa.Column("version_id", BIG_ID, autoincrement=False, nullable=False),
        *_ending(),
        sa.Column("guard", sa.JSON()),
        sa.PrimaryKeyConstraint("version_id", name="pk_scheme_acts"),
        _to("scheme_acts", "version_id", "scheme_versions"),
        sa.CheckConstraint("kind IN ('confirmed', 'withdrawn')", name="kind_known"),
    )


def _drawings() -> None:
    op.create_table(
        "drawings",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("drawn_by", sa.String(120), nullable=False),
        sa.Column("drawn_on", sa.Date(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("agreed_by", sa.String(200), nullable=False),
        sa.Column("agreed_on", sa.Date()),
        sa.Column("attachment_id", BIG_ID),
        sa.Column("entered_by", sa.String(40), nullable=False),
        sa.Column("entered_at", Instant(), nullable=False),
        *_keys(),
        sa.PrimaryKeyConstraint("id", name="pk_drawings"),
        _to("drawings", "community_id", "communities"),
        _to("drawings", "attachment_id", "attachments"),
        sa.UniqueConstraint("community_id", "number", name="uq_drawings_community_id_number"),
        sa.UniqueConstraint("client_key", name="uq_drawings_client_key"),
    )
    op.create_table(
        "drawing_acts",
        sa.Column("drawing_id", BIG_ID, autoincrement=False, nullable=False),
        *_ending(),
        sa.PrimaryKeyConstraint("drawing_id", name="pk_drawing_acts"),
        _to("drawing_acts", "drawing_id", "drawings"),
        sa.CheckConstraint("kind IN ('confirmed', 'withdrawn')", name="kind_known"),
    )


def _lifts() -> None:
    op.create_table(
        "lift_cases",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("entrance_id", BIG_ID, nullable=False),
        sa.Column("opened_by", sa.String(40), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        *_keys(),
        sa.PrimaryKeyConstraint("id", name="pk_lift_cases"),
        _to("lift_cases", "community_id", "communities"),
        _to("lift_cases", "entrance_id", "entrances"),
        sa.UniqueConstraint("entrance_id", name="uq_lift_cases_entrance_id"),
        sa.UniqueConstraint("client_key", name="uq_lift_cases_client_key"),
    )
    op.create_index("ix_lift_cases_community_id", "lift_cases", ["community_id"])
    op.create_table(
        "lift_acts",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("case_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("flat_id", BIG_ID),
        sa.Column("objection_id", BIG_ID),
        sa.Column("who", sa.String(60), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("is_agreed", sa.Boolean()),
        sa.Column("plan", sa.JSON()),
        sa.Column("attachment_id", BIG_ID),
        sa.Column("entered_by", sa.String(40), nullable=False),
        sa.Column("entered_by_label", sa.String(80), nullable=False),
        sa.Column("entered_at", Instant(), nullable=False),
        *_keys(),
        sa.PrimaryKeyConstraint("id", name="pk_lift_acts"),
        _to("lift_acts", "case_id", "lift_cases"),
        _to("lift_acts", "flat_id", "flats"),
        _to("lift_acts", "objection_id", "lift_acts"),
        _to("lift_acts", "attachment_id", "attachments"),
        sa.UniqueConstraint("client_key", name="uq_lift_acts_client_key"),
        sa.CheckConstraint("amount_fen >= 0", name="amount_not_negative"),
    )
    op.create_index("ix_lift_acts_case_id", "lift_acts", ["case_id"])


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}")


def _keys() -> tuple[sa.Column[str], sa.Column[str]]:
    return sa.Column("client_key", sa.String(80)), sa.Column("client_digest", sa.String(64))


def _ending() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("acted_by", sa.String(40), nullable=False),
        sa.Column("acted_by_label", sa.String(80), nullable=False),
        sa.Column("acted_at", Instant(), nullable=False),
    )
