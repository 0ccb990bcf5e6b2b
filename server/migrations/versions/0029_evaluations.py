"""Evaluations: panels frozen at completion, their rounds, what households answer and what others said of papers."""

import sqlalchemy as sa
from alembic import op

from server.infra.db import Instant, append_only_ddl, append_only_undo

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = (
    "evaluation_panels",
    "evaluation_panel_households",
    "evaluation_panel_items",
    "evaluation_rounds",
    "evaluation_steps",
    "evaluation_answers",
    "evaluation_reviews",
)


def upgrade() -> None:
    asked()
    answered()
    for table in TABLES:
        for statement in append_only_ddl(table, op.get_bind().dialect.name):
            op.execute(statement)


def asked() -> None:
    op.create_table(
        "evaluation_panels",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("project_id", BIG_ID, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("finished_on", sa.Date(), nullable=False),
        sa.Column("frozen_at", Instant(), nullable=False),
        sa.Column("least_share", sa.String(20), nullable=False),
        sa.Column("least_answers", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_evaluation_panels"),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name="fk_evaluation_panels_project_id_projects"
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_evaluation_panels_community_id_communities"
        ),
        sa.UniqueConstraint(
            "project_id", "community_id", name="uq_evaluation_panels_project_id_community_id"
        ),
    )
    op.create_index("ix_evaluation_panels_community_id", "evaluation_panels", ["community_id"])
    op.create_table(
        "evaluation_panel_households",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("panel_id", BIG_ID, nullable=False),
        sa.Column("household_id", BIG_ID, nullable=False),
        sa.Column("building_id", BIG_ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_evaluation_panel_households"),
        sa.ForeignKeyConstraint(
            ["panel_id"],
            ["evaluation_panels.id"],
            name="fk_evaluation_panel_households_panel_id_evaluation_panels",
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name="fk_evaluation_panel_households_household_id_households"
        ),
        sa.ForeignKeyConstraint(
            ["building_id"], ["buildings.id"], name="fk_evaluation_panel_households_building_id_buildings"
        ),
        sa.UniqueConstraint(
            "panel_id", "household_id", name="uq_evaluation_panel_households_panel_id_household_id"
        ),
    )
    op.create_index(
        "ix_evaluation_panel_households_household_id", "evaluation_panel_households", ["household_id"]
    )
    op.create_table(
        "evaluation_panel_items",
        sa.Column("panel_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("panel_id", "position", name="pk_evaluation_panel_items"),
        sa.ForeignKeyConstraint(
            ["panel_id"],
            ["evaluation_panels.id"],
            name="fk_evaluation_panel_items_panel_id_evaluation_panels",
        ),
    )
    op.create_table(
        "evaluation_rounds",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("panel_id", BIG_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("reminds_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_evaluation_rounds"),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["evaluation_panels.id"], name="fk_evaluation_rounds_panel_id_evaluation_panels"
        ),
        sa.UniqueConstraint("panel_id", "number", name="uq_evaluation_rounds_panel_id_number"),
        sa.CheckConstraint("opens_on < closes_on", name="in_order"),
    )
    op.create_index("ix_evaluation_rounds_opens_on", "evaluation_rounds", ["opens_on"])
    op.create_table(
        "evaluation_steps",
        sa.Column("round_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("step", sa.String(40), nullable=False),
        sa.Column("done_at", Instant(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("round_id", "step", name="pk_evaluation_steps"),
        sa.ForeignKeyConstraint(
            ["round_id"], ["evaluation_rounds.id"], name="fk_evaluation_steps_round_id_evaluation_rounds"
        ),
    )


def answered() -> None:
    op.create_table(
        "evaluation_answers",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("round_id", BIG_ID, nullable=False),
        sa.Column("panel_id", BIG_ID, nullable=False),
        sa.Column("household_id", BIG_ID, nullable=False),
        sa.Column("is_own", sa.Boolean(), nullable=False),
        sa.Column("overall", sa.String(40), nullable=False),
        sa.Column("quality", sa.String(40)),
        sa.Column("disturbance", sa.String(40)),
        sa.Column("duration", sa.String(40)),
        sa.Column("information", sa.String(40)),
        sa.Column("uptake", sa.String(40)),
        sa.Column("service", sa.String(40)),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("fee", sa.String(40)),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.String(40), nullable=False),
        sa.Column("entered_name", sa.String(100), nullable=False),
        sa.Column("answered_at", Instant(), nullable=False),
        sa.Column("client_key", sa.String(80)),
        sa.Column("client_digest", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_evaluation_answers"),
        sa.ForeignKeyConstraint(
            ["round_id"], ["evaluation_rounds.id"], name="fk_evaluation_answers_round_id_evaluation_rounds"
        ),
        sa.ForeignKeyConstraint(
            ["panel_id", "household_id"],
            ["evaluation_panel_households.panel_id", "evaluation_panel_households.household_id"],
            name="fk_evaluation_answers_panel_household",
        ),
        sa.UniqueConstraint("client_key", name="uq_evaluation_answers_client_key"),
    )
    op.create_index("ix_evaluation_answers_household", "evaluation_answers", ["round_id", "household_id"])
    op.create_table(
        "evaluation_reviews",
        sa.Column("answer_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("is_accepted", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("reviewed_by", sa.String(40), nullable=False),
        sa.Column("reviewed_name", sa.String(100), nullable=False),
        sa.Column("reviewed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("answer_id", name="pk_evaluation_reviews"),
        sa.ForeignKeyConstraint(
            ["answer_id"],
            ["evaluation_answers.id"],
            name="fk_evaluation_reviews_answer_id_evaluation_answers",
        ),
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        for statement in append_only_undo(table, op.get_bind().dialect.name):
            op.execute(statement)
        op.drop_table(table)
