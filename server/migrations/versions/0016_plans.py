"""Plans: pools, the master plan, annual plans with their changes, pilots."""

import sqlalchemy as sa
from alembic import op

from server.infra.db import Instant, append_only_ddl, append_only_undo

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ONLY_GROWS = (
    "pool_moves",
    "plan_documents",
    "plan_freezings",
    "plan_rows",
    "plan_changes",
    "plan_change_proposals",
    "plan_change_evidence",
    "plan_change_steps",
    "plan_effects",
    "pilot_lessons",
)
TABLES = (
    "annual_plans",
    "master_plans",
    "plan_documents",
    "master_plan_entries",
    "plan_draft_rows",
    "plan_freezings",
    "plan_rows",
    "pool_moves",
    "pilot_candidates",
    "plan_changes",
    "pilot_lessons",
    "plan_change_evidence",
    "plan_change_proposals",
    "plan_change_steps",
    "plan_effects",
)
FROZEN = "EXISTS (SELECT 1 FROM plan_freezings AS f WHERE f.plan_id = {plan})"
REPORTED = (
    "EXISTS (SELECT 1 FROM plan_change_steps AS s JOIN plan_changes AS c ON c.id = s.change_id"
    " WHERE s.kind = 'report' AND {of})"
)
#: What the database itself refuses about a plan in a formal document: name, table, verb, when, and the words.
REFUSALS = (
    ("annual_plans_frozen_update", "annual_plans", "UPDATE", FROZEN.format(plan="OLD.id")),
    ("annual_plans_frozen_delete", "annual_plans", "DELETE", FROZEN.format(plan="OLD.id")),
    ("plan_draft_rows_frozen_insert", "plan_draft_rows", "INSERT", FROZEN.format(plan="NEW.plan_id")),
    # A row comes into a frozen plan only in the place of another whose change was reported to the province.
    (
        "plan_rows_frozen_insert",
        "plan_rows",
        "INSERT",
        FROZEN.format(plan="NEW.plan_id") + " AND NOT " + REPORTED.format(of="c.row_id = NEW.replaces_id"),
    ),
    (
        "plan_effects_reported_insert",
        "plan_effects",
        "INSERT",
        "NOT " + REPORTED.format(of="c.id = NEW.change_id AND c.row_id = NEW.ended_row_id"),
    ),
)


def upgrade() -> None:
    op.create_table(
        "annual_plans",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("division_id", BIG_ID, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("drafted_by", sa.String(100), nullable=False),
        sa.Column("drafted_at", Instant(), nullable=False),
        sa.Column("submitted_by", sa.String(40)),
        sa.Column("submitted_label", sa.String(100), nullable=False),
        sa.Column("submitted_at", Instant()),
        sa.Column("returned_reason", sa.String(300), nullable=False),
        _fk("annual_plans", "division_id", "divisions"),
        sa.PrimaryKeyConstraint("id", name="pk_annual_plans"),
        *_keyed("annual_plans"),
        sa.UniqueConstraint("division_id", "year", name="uq_annual_plans_division_id_year"),
    )
    op.create_table(
        "master_plans",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("division_id", BIG_ID, nullable=False),
        sa.Column("first_year", sa.Integer(), nullable=False),
        sa.Column("last_year", sa.Integer(), nullable=False),
        sa.Column("begun_by", sa.String(100), nullable=False),
        sa.Column("begun_at", Instant(), nullable=False),
        sa.CheckConstraint("first_year <= last_year", name=op.f("ck_master_plans_years_in_order")),
        _fk("master_plans", "division_id", "divisions"),
        sa.PrimaryKeyConstraint("id", name="pk_master_plans"),
        sa.UniqueConstraint(
            "division_id", "first_year", "last_year", name="uq_master_plans_division_id_first_year_last_year"
        ),
    )
    op.create_table(
        "plan_documents",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("division_id", BIG_ID, nullable=False),
        sa.Column("doc_no", sa.String(60), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("attachment_id", BIG_ID, nullable=False),
        sa.Column("recorded_by", sa.String(100), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        _fk("plan_documents", "attachment_id", "attachments"),
        _fk("plan_documents", "division_id", "divisions"),
        sa.PrimaryKeyConstraint("id", name="pk_plan_documents"),
        *_keyed("plan_documents"),
    )
    op.create_index("ix_plan_documents_division_id", "plan_documents", ["division_id"])
    op.create_table(
        "master_plan_entries",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("master_plan_id", BIG_ID, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("span", sa.String(9), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("entered_by", sa.String(100), nullable=False),
        sa.Column("entered_at", Instant(), nullable=False),
        _fk("master_plan_entries", "community_id", "communities"),
        _fk("master_plan_entries", "master_plan_id", "master_plans"),
        sa.PrimaryKeyConstraint("id", name="pk_master_plan_entries"),
        *_keyed("master_plan_entries"),
        sa.UniqueConstraint("community_id", "span", name="uq_master_plan_entries_community_id_span"),
    )
    op.create_index(
        "ix_master_plan_entries_master_plan_id_year",
        "master_plan_entries",
        ["master_plan_id", "year", "position"],
    )
    op.create_table(
        "plan_draft_rows",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("plan_id", BIG_ID, nullable=False),
        sa.Column("entered_by", sa.String(40), nullable=False),
        sa.Column("entered_label", sa.String(100), nullable=False),
        sa.Column("entered_at", Instant(), nullable=False),
        *_figures("plan_draft_rows"),
        _fk("plan_draft_rows", "community_id", "communities"),
        _fk("plan_draft_rows", "plan_id", "annual_plans"),
        sa.PrimaryKeyConstraint("id", name="pk_plan_draft_rows"),
        *_keyed("plan_draft_rows"),
        sa.UniqueConstraint("plan_id", "community_id", name="uq_plan_draft_rows_plan_id_community_id"),
    )
    op.create_index("ix_plan_draft_rows_community_id", "plan_draft_rows", ["community_id"])
    op.create_table(
        "plan_freezings",
        sa.Column("plan_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("document_id", BIG_ID, nullable=False),
        sa.Column("communities", sa.Integer(), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("cost_fen", sa.BigInteger(), nullable=False),
        sa.Column("frozen_at", Instant(), nullable=False),
        _fk("plan_freezings", "document_id", "plan_documents"),
        _fk("plan_freezings", "plan_id", "annual_plans"),
        sa.PrimaryKeyConstraint("plan_id", name="pk_plan_freezings"),
    )
    op.create_index("ix_plan_freezings_document_id", "plan_freezings", ["document_id"])
    op.create_table(
        "plan_rows",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("plan_id", BIG_ID, nullable=False),
        sa.Column("replaces_id", BIG_ID),
        sa.Column("added_at", Instant(), nullable=False),
        *_figures("plan_rows"),
        _fk("plan_rows", "community_id", "communities"),
        _fk("plan_rows", "plan_id", "annual_plans"),
        _fk("plan_rows", "replaces_id", "plan_rows"),
        sa.PrimaryKeyConstraint("id", name="pk_plan_rows"),
        sa.UniqueConstraint("replaces_id", name="uq_plan_rows_replaces_id"),
    )
    op.create_index("ix_plan_rows_community_id", "plan_rows", ["community_id"])
    op.create_index("ix_plan_rows_plan_id", "plan_rows", ["plan_id"])
    op.create_table(
        "pool_moves",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("from_pool", sa.String(40)),
        sa.Column("to_pool", sa.String(40), nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("moved_by", sa.String(100), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.CheckConstraint(
            "(number = 1) = (from_pool IS NULL)", name=op.f("ck_pool_moves_first_from_nowhere")
        ),
        sa.CheckConstraint(
            "from_pool IS NULL OR from_pool <> to_pool", name=op.f("ck_pool_moves_really_moves")
        ),
        _fk("pool_moves", "community_id", "communities"),
        sa.PrimaryKeyConstraint("id", name="pk_pool_moves"),
        *_keyed("pool_moves"),
        sa.UniqueConstraint("community_id", "number", name="uq_pool_moves_community_id_number"),
    )
    op.create_table(
        "pilot_candidates",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("row_id", BIG_ID, nullable=False),
        sa.Column("will_agreeing", sa.Integer(), nullable=False),
        sa.Column("will_base", sa.Integer(), nullable=False),
        sa.Column("will_source", sa.String(120), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("systems", sa.JSON(), nullable=False),
        sa.Column("merged_with", sa.JSON(), nullable=False),
        sa.Column("scale", sa.JSON(), nullable=False),
        sa.Column("scored_on", sa.Date(), nullable=False),
        sa.Column("entered_by", sa.String(40), nullable=False),
        sa.Column("entered_label", sa.String(100), nullable=False),
        sa.Column("chosen_by", sa.String(100)),
        sa.Column("chosen_at", Instant()),
        sa.CheckConstraint(
            "0 <= will_agreeing AND will_agreeing <= will_base",
            name=op.f("ck_pilot_candidates_will_in_order"),
        ),
        _fk("pilot_candidates", "community_id", "communities"),
        _fk("pilot_candidates", "row_id", "plan_rows"),
        sa.PrimaryKeyConstraint("id", name="pk_pilot_candidates"),
        *_keyed("pilot_candidates"),
        sa.UniqueConstraint("community_id", "year", name="uq_pilot_candidates_community_id_year"),
    )
    op.create_index("ix_pilot_candidates_row_id", "pilot_candidates", ["row_id"])
    op.create_index("ix_pilot_candidates_year", "pilot_candidates", ["year"])
    op.create_table(
        "plan_changes",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("plan_id", BIG_ID, nullable=False),
        sa.Column("row_id", BIG_ID, nullable=False),
        sa.Column("begun_at", Instant(), nullable=False),
        _fk("plan_changes", "plan_id", "annual_plans"),
        _fk("plan_changes", "row_id", "plan_rows"),
        sa.PrimaryKeyConstraint("id", name="pk_plan_changes"),
        *_keyed("plan_changes"),
    )
    op.create_index("ix_plan_changes_plan_id", "plan_changes", ["plan_id"])
    op.create_index("ix_plan_changes_row_id", "plan_changes", ["row_id"])
    op.create_table(
        "pilot_lessons",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("pilot_id", BIG_ID, nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("advice", sa.Text(), nullable=False),
        sa.Column("written_by", sa.String(100), nullable=False),
        sa.Column("written_at", Instant(), nullable=False),
        _fk("pilot_lessons", "pilot_id", "pilot_candidates"),
        sa.PrimaryKeyConstraint("id", name="pk_pilot_lessons"),
        *_keyed("pilot_lessons"),
    )
    op.create_index("ix_pilot_lessons_pilot_id", "pilot_lessons", ["pilot_id"])
    op.create_table(
        "plan_change_evidence",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("change_id", BIG_ID, nullable=False),
        sa.Column("caption", sa.String(120), nullable=False),
        sa.Column("attachment_id", BIG_ID, nullable=False),
        sa.Column("added_by", sa.String(100), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        _fk("plan_change_evidence", "attachment_id", "attachments"),
        _fk("plan_change_evidence", "change_id", "plan_changes"),
        sa.PrimaryKeyConstraint("id", name="pk_plan_change_evidence"),
        *_keyed("plan_change_evidence"),
    )
    op.create_index("ix_plan_change_evidence_change_id", "plan_change_evidence", ["change_id"])
    op.create_table(
        "plan_change_proposals",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("change_id", BIG_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("new_community_id", BIG_ID),
        sa.Column("figures", sa.JSON(none_as_null=True)),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.String(40), nullable=False),
        sa.Column("entered_label", sa.String(100), nullable=False),
        sa.Column("entered_at", Instant(), nullable=False),
        _fk("plan_change_proposals", "change_id", "plan_changes"),
        _fk("plan_change_proposals", "new_community_id", "communities"),
        sa.PrimaryKeyConstraint("id", name="pk_plan_change_proposals"),
        sa.UniqueConstraint("change_id", "number", name="uq_plan_change_proposals_change_id_number"),
        *_keyed("plan_change_proposals"),
    )
    op.create_index(
        "ix_plan_change_proposals_new_community_id", "plan_change_proposals", ["new_community_id"]
    )
    op.create_table(
        "plan_change_steps",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("change_id", BIG_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("department", sa.String(40)),
        sa.Column("is_agreeing", sa.Boolean()),
        sa.Column("outcome", sa.String(40)),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("doc_no", sa.String(60), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("taken_by", sa.String(40), nullable=False),
        sa.Column("taken_label", sa.String(100), nullable=False),
        sa.Column("taken_at", Instant(), nullable=False),
        _fk("plan_change_steps", "change_id", "plan_changes"),
        sa.PrimaryKeyConstraint("id", name="pk_plan_change_steps"),
        sa.UniqueConstraint("change_id", "number", name="uq_plan_change_steps_change_id_number"),
        *_keyed("plan_change_steps"),
    )
    op.create_table(
        "plan_effects",
        sa.Column("change_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("plan_id", BIG_ID, nullable=False),
        sa.Column("ended_row_id", BIG_ID, nullable=False),
        sa.Column("new_row_id", BIG_ID),
        sa.Column("communities", sa.Integer(), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("cost_fen", sa.BigInteger(), nullable=False),
        sa.Column("effective_at", Instant(), nullable=False),
        _fk("plan_effects", "change_id", "plan_changes"),
        _fk("plan_effects", "ended_row_id", "plan_rows"),
        _fk("plan_effects", "new_row_id", "plan_rows"),
        _fk("plan_effects", "plan_id", "annual_plans"),
        sa.PrimaryKeyConstraint("change_id", name="pk_plan_effects"),
        sa.UniqueConstraint("ended_row_id", name="uq_plan_effects_ended_row_id"),
        sa.UniqueConstraint("new_row_id", name="uq_plan_effects_new_row_id"),
    )
    op.create_index("ix_plan_effects_plan_id", "plan_effects", ["plan_id"])
    dialect = op.get_bind().dialect.name
    for table in ONLY_GROWS:
        for statement in append_only_ddl(table, dialect):
            op.execute(statement)
    for name, table, verb, when in REFUSALS:
        for statement in _refusal(name, table, verb, when, dialect):
            op.execute(statement)


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for name, table, _, _ in REFUSALS:
        op.execute(f"DROP TRIGGER IF EXISTS {name}" + ("" if dialect == "sqlite" else f" ON {table}"))
        if dialect != "sqlite":
            op.execute(f"DROP FUNCTION IF EXISTS {name}()")
    for table in reversed(ONLY_GROWS):
        for statement in append_only_undo(table, dialect):
            op.execute(statement)
    for table in reversed(TABLES):
        op.drop_table(table)


def _fk(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}")


def _keyed(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("client_key", sa.String(80)),
        sa.Column("client_digest", sa.String(64)),
        sa.UniqueConstraint("client_key", name=f"uq_{table}_client_key"),
    ]


def _figures(table: str) -> list[sa.schema.SchemaItem]:
    """What a row of a plan says of its community, in draft and for good."""
    claim = "0 <= claimed_consenting AND claimed_consenting <= claimed_base AND claimed_base <= households"
    return [
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("costs", sa.JSON(), nullable=False),
        sa.Column("cost_fen", sa.BigInteger(), nullable=False),
        sa.Column("claimed_consenting", sa.Integer(), nullable=False),
        sa.Column("claimed_base", sa.Integer(), nullable=False),
        sa.Column("contents", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(300), nullable=False),
        sa.CheckConstraint(claim, name=op.f(f"ck_{table}_claim_in_order")),
        sa.CheckConstraint("cost_fen >= 0", name=op.f(f"ck_{table}_cost_not_negative")),
        sa.CheckConstraint("households > 0", name=op.f(f"ck_{table}_some_households")),
    ]


def _refusal(name: str, table: str, verb: str, when: str, dialect: str) -> list[str]:
    words = f"{table}: the plan stands in a formal document"
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{words}'); END"
        ]
    row = "OLD" if verb == "DELETE" else "NEW"
    body = f"BEGIN IF {when} THEN RAISE EXCEPTION '{words}'; END IF; RETURN {row}; END"
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
        f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]
