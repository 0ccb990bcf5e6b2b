"""Reports: figures kept of each community, monthly returns with their acts, bulletins."""

import sqlalchemy as sa
from alembic import op

from server.infra.db import Instant, append_only_ddl, append_only_undo

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PATH = sa.String(120).with_variant(sa.String(120, collation="C"), "postgresql")
#: Rows that stay as they are once this is true of them.
FROZEN = {"monthly_reports": "OLD.state = 'accepted'", "report_bulletins": "OLD.sent_at IS NOT NULL"}


def freeze(table: str, when: str, dialect: str) -> list[str]:
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_frozen_{verb} BEFORE {verb} ON {table} WHEN {when} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is frozen'); END"
            for verb in ("update", "delete")
        ]
    return [
        (
            f"CREATE FUNCTION {table}_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {when} THEN RAISE EXCEPTION '{table} is frozen'; END IF; "
            "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
        ),
        (
            f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_frozen()"
        ),
    ]


def thaw(table: str, dialect: str) -> list[str]:
    if dialect == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {table}_frozen_{verb}" for verb in ("update", "delete")]
    return [
        f"DROP TRIGGER IF EXISTS {table}_frozen ON {table}",
        f"DROP FUNCTION IF EXISTS {table}_frozen()",
    ]


def upgrade() -> None:
    op.create_table(
        "community_figures",
        sa.Column("community_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("path", PATH, nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("buildings", sa.Integer(), nullable=False),
        sa.Column("eligible", sa.String(40), nullable=False),
        sa.Column("problems", sa.Integer(), nullable=False),
        sa.Column("is_managed", sa.Boolean()),
        sa.Column("survey_id", BIG_ID),
        sa.Column("surveyed_on", sa.Date()),
        sa.Column("asked", sa.Integer()),
        sa.Column("answered", sa.Integer()),
        sa.Column("consent_answered", sa.Integer()),
        sa.Column("agreed", sa.Integer()),
        sa.Column("need_title", sa.String(200), nullable=False),
        sa.Column("need_wanted", sa.Integer()),
        sa.Column("need_answered", sa.Integer()),
        sa.Column("ballot_id", BIG_ID),
        sa.Column("voted_on", sa.Date()),
        sa.Column("roll_heads", sa.Integer()),
        sa.Column("heads", sa.Integer()),
        sa.Column("roll_area", sa.BigInteger()),
        sa.Column("area", sa.BigInteger()),
        sa.Column("motions", sa.Integer()),
        sa.Column("passed", sa.Integer()),
        sa.Column("undecided", sa.Integer()),
        sa.Column("decision_id", BIG_ID),
        sa.Column("decided_on", sa.Date()),
        sa.Column("is_subsidised", sa.Boolean()),
        sa.Column("objections", sa.Integer()),
        sa.Column("objections_open", sa.Integer()),
        sa.Column("plan_year", sa.Integer()),
        sa.Column("plan_households", sa.Integer()),
        sa.Column("claimed_base", sa.Integer()),
        sa.Column("claimed_consenting", sa.Integer()),
        sa.Column("project_id", BIG_ID),
        sa.Column("steps", sa.Integer()),
        sa.Column("steps_done", sa.Integer()),
        sa.Column("ready_on", sa.Date()),
        sa.Column("start_planned_on", sa.Date()),
        sa.Column("started_on", sa.Date()),
        sa.Column("finished_on", sa.Date()),
        sa.Column("handed_over_on", sa.Date()),
        sa.Column("cost", sa.BigInteger()),
        sa.Column("funds_planned", sa.BigInteger()),
        sa.Column("funds_received", sa.BigInteger()),
        sa.Column("funds_spent", sa.BigInteger()),
        sa.Column("computed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", name="pk_community_figures"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_community_figures_community_id_communities"
        ),
    )
    op.create_index("ix_community_figures_path", "community_figures", ["path"])
    op.create_index("ix_community_figures_computed_at", "community_figures", ["computed_at"])
    op.create_table(
        "figures_marks",
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("seen", BIG_ID, nullable=False),
        sa.Column("seen_before", BIG_ID, nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_figures_marks"),
    )
    op.create_table(
        "monthly_reports",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("division_id", BIG_ID, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("figures", sa.JSON()),
        sa.Column("overrides", sa.JSON(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("editors", sa.JSON(), nullable=False),
        sa.Column("submitted_at", Instant()),
        sa.Column("reviewed_at", Instant()),
        sa.Column("returned_reason", sa.String(300), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_monthly_reports"),
        sa.ForeignKeyConstraint(
            ["division_id"], ["divisions.id"], name="fk_monthly_reports_division_id_divisions"
        ),
        sa.UniqueConstraint("division_id", "month", name="uq_monthly_reports_division_id_month"),
        sa.CheckConstraint("(state = 'draft') = (figures IS NULL)", name="handed_in_has_figures"),
    )
    op.create_index("ix_monthly_reports_month", "monthly_reports", ["month"])
    op.create_table(
        "monthly_report_acts",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("report_id", BIG_ID, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("overrides", sa.JSON(), nullable=False),
        sa.Column("actor", sa.String(40), nullable=False),
        sa.Column("actor_label", sa.String(100), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("client_key", sa.String(80)),
        sa.Column("client_digest", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_monthly_report_acts"),
        sa.ForeignKeyConstraint(
            ["report_id"], ["monthly_reports.id"], name="fk_monthly_report_acts_report_id_monthly_reports"
        ),
        sa.UniqueConstraint("client_key", name="uq_monthly_report_acts_client_key"),
    )
    op.create_index("ix_monthly_report_acts_report_id", "monthly_report_acts", ["report_id"])
    op.create_table(
        "report_bulletins",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("division_id", BIG_ID, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("drafted_by", sa.String(100), nullable=False),
        sa.Column("drafted_at", Instant(), nullable=False),
        sa.Column("edited_by", sa.String(100), nullable=False),
        sa.Column("edited_at", Instant(), nullable=False),
        sa.Column("sent_by", sa.String(100), nullable=False),
        sa.Column("sent_at", Instant()),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("client_key", sa.String(80)),
        sa.Column("client_digest", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_report_bulletins"),
        sa.ForeignKeyConstraint(
            ["division_id"], ["divisions.id"], name="fk_report_bulletins_division_id_divisions"
        ),
        sa.UniqueConstraint("client_key", name="uq_report_bulletins_client_key"),
    )
    op.create_index("ix_report_bulletins_division_id", "report_bulletins", ["division_id"])
    dialect = op.get_bind().dialect.name
    for statement in append_only_ddl("monthly_report_acts", dialect):
        op.execute(statement)
    for table, when in FROZEN.items():
        for statement in freeze(table, when, dialect):
            op.execute(statement)


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for table in FROZEN:
        for statement in thaw(table, dialect):
            op.execute(statement)
    for statement in append_only_undo("monthly_report_acts", dialect):
        op.execute(statement)
    for table in (
        "report_bulletins",
        "monthly_report_acts",
        "monthly_reports",
        "figures_marks",
        "community_figures",
    ):
        op.drop_table(table)
