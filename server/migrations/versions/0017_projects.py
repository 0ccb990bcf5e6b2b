"""Projects: the works from preparation to handing over, planned starts, money by source, illegal structures."""

import sqlalchemy as sa
from alembic import op

from server.infra.db import Instant, append_only_ddl, append_only_undo

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ONLY_GROWS = (
    "works_events",
    "works_event_reviews",
    "project_evidence",
    "prep_steps",
    "start_plans",
    "funding_lines",
    "project_costs",
    "illegal_structures",
    "illegal_structure_acts",
)
TABLES = ("projects", "project_communities", *ONLY_GROWS)


def keyed() -> tuple[sa.Column, sa.Column]:
    return sa.Column("client_key", sa.String(80)), sa.Column("client_digest", sa.String(64))


def of_project(table: str) -> tuple[sa.ForeignKeyConstraint, ...]:
    return (sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=f"fk_{table}_project_id_projects"),)


def upgrade() -> None:
    works()
    preparing()
    money()
    structures()
    for table in ONLY_GROWS:
        for statement in append_only_ddl(table, op.get_bind().dialect.name):
            op.execute(statement)


def works() -> None:
    op.create_table(
        "projects",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("division_id", BIG_ID, nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("plan_year", sa.Integer(), nullable=False),
        sa.Column("body_name", sa.String(80), nullable=False),
        sa.Column("plan_row_id", BIG_ID),
        sa.Column("created_by", sa.String(40), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        *keyed(),
        sa.PrimaryKeyConstraint("id", name="pk_projects"),
        sa.ForeignKeyConstraint(["division_id"], ["divisions.id"], name="fk_projects_division_id_divisions"),
        sa.UniqueConstraint("division_id", "code", name="uq_projects_division_id_code"),
        sa.UniqueConstraint("id", "plan_year", name="uq_projects_id_plan_year"),
        sa.UniqueConstraint("client_key", name="uq_projects_client_key"),
    )
    op.create_index("ix_projects_plan_year", "projects", ["plan_year"])
    op.create_table(
        "project_communities",
        sa.Column("project_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("community_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("plan_year", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "community_id", name="pk_project_communities"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_project_communities_community_id_communities"
        ),
        sa.ForeignKeyConstraint(
            ["project_id", "plan_year"],
            ["projects.id", "projects.plan_year"],
            name="fk_project_communities_project_id_projects",
        ),
        sa.UniqueConstraint(
            "community_id", "plan_year", name="uq_project_communities_community_id_plan_year"
        ),
    )
    op.create_table(
        "works_events",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("project_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("document", sa.String(120), nullable=False),
        sa.Column("entered_by", sa.String(40), nullable=False),
        sa.Column("entered_name", sa.String(100), nullable=False),
        sa.Column("entered_at", Instant(), nullable=False),
        *keyed(),
        sa.PrimaryKeyConstraint("id", name="pk_works_events"),
        *of_project("works_events"),
        sa.UniqueConstraint("client_key", name="uq_works_events_client_key"),
    )
    op.create_index("ix_works_events_project_id", "works_events", ["project_id"])
    op.create_table(
        "works_event_reviews",
        sa.Column("event_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("reviewed_by", sa.String(40), nullable=False),
        sa.Column("reviewed_name", sa.String(100), nullable=False),
        sa.Column("reviewed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_works_event_reviews"),
        sa.ForeignKeyConstraint(
            ["event_id"], ["works_events.id"], name="fk_works_event_reviews_event_id_works_events"
        ),
    )
    op.create_table(
        "project_evidence",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("project_id", BIG_ID, nullable=False),
        sa.Column("about", sa.String(40), nullable=False),
        sa.Column("about_id", BIG_ID, nullable=False),
        sa.Column("attachment_id", BIG_ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_project_evidence"),
        *of_project("project_evidence"),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachments.id"], name="fk_project_evidence_attachment_id_attachments"
        ),
    )
    op.create_index("ix_project_evidence_project_id", "project_evidence", ["project_id"])
    op.create_index("ix_project_evidence_about", "project_evidence", ["about", "about_id"])


def preparing() -> None:
    op.create_table(
        "prep_steps",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("project_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("done_on", sa.Date()),
        sa.Column("words", sa.String(200), nullable=False),
        sa.Column("recorded_by", sa.String(40), nullable=False),
        sa.Column("recorded_name", sa.String(100), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        *keyed(),
        sa.PrimaryKeyConstraint("id", name="pk_prep_steps"),
        *of_project("prep_steps"),
        sa.UniqueConstraint("client_key", name="uq_prep_steps_client_key"),
        sa.CheckConstraint("kind NOT IN ('survey', 'result_notice')", name="not_derived"),
        sa.CheckConstraint("(state IN ('done', 'waived')) = (done_on IS NOT NULL)", name="closed_has_day"),
    )
    op.create_index("ix_prep_steps_project_id", "prep_steps", ["project_id"])
    op.create_table(
        "start_plans",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("project_id", BIG_ID, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("planned_on", sa.Date()),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("planned_by", sa.String(40), nullable=False),
        sa.Column("planned_name", sa.String(100), nullable=False),
        sa.Column("planned_at", Instant(), nullable=False),
        *keyed(),
        sa.PrimaryKeyConstraint("id", name="pk_start_plans"),
        *of_project("start_plans"),
        sa.UniqueConstraint("client_key", name="uq_start_plans_client_key"),
    )
    op.create_index("ix_start_plans_project_id", "start_plans", ["project_id"])
    op.create_index("ix_start_plans_month", "start_plans", ["month"])


def money() -> None:
    op.create_table(
        "funding_lines",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("project_id", BIG_ID, nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("entry", sa.String(40), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("document", sa.String(120), nullable=False),
        sa.Column("entered_by", sa.String(40), nullable=False),
        sa.Column("entered_name", sa.String(100), nullable=False),
        sa.Column("entered_at", Instant(), nullable=False),
        *keyed(),
        sa.PrimaryKeyConstraint("id", name="pk_funding_lines"),
        *of_project("funding_lines"),
        sa.UniqueConstraint("client_key", name="uq_funding_lines_client_key"),
        sa.CheckConstraint("amount_fen <> 0", name="amount_not_nothing"),
    )
    op.create_index("ix_funding_lines_project_id", "funding_lines", ["project_id"])
    op.create_table(
        "project_costs",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("project_id", BIG_ID, nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("document", sa.String(120), nullable=False),
        sa.Column("entered_by", sa.String(40), nullable=False),
        sa.Column("entered_name", sa.String(100), nullable=False),
        sa.Column("entered_at", Instant(), nullable=False),
        *keyed(),
        sa.PrimaryKeyConstraint("id", name="pk_project_costs"),
        *of_project("project_costs"),
        sa.UniqueConstraint("client_key", name="uq_project_costs_client_key"),
        sa.CheckConstraint("amount_fen > 0", name="amount_positive"),
    )
    op.create_index("ix_project_costs_project_id", "project_costs", ["project_id"])


def structures() -> None:
    op.create_table(
        "illegal_structures",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("project_id", BIG_ID, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("place", sa.String(80), nullable=False),
        sa.Column("entered_by", sa.String(40), nullable=False),
        sa.Column("entered_at", Instant(), nullable=False),
        *keyed(),
        sa.PrimaryKeyConstraint("id", name="pk_illegal_structures"),
        *of_project("illegal_structures"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_illegal_structures_community_id_communities"
        ),
        sa.UniqueConstraint("client_key", name="uq_illegal_structures_client_key"),
    )
    op.create_index("ix_illegal_structures_project_id", "illegal_structures", ["project_id"])
    op.create_index("ix_illegal_structures_community_id", "illegal_structures", ["community_id"])
    op.create_table(
        "illegal_structure_acts",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("structure_id", BIG_ID, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("document", sa.String(120), nullable=False),
        sa.Column("entered_by", sa.String(40), nullable=False),
        sa.Column("entered_name", sa.String(100), nullable=False),
        sa.Column("entered_at", Instant(), nullable=False),
        *keyed(),
        sa.PrimaryKeyConstraint("id", name="pk_illegal_structure_acts"),
        sa.ForeignKeyConstraint(
            ["structure_id"],
            ["illegal_structures.id"],
            name="fk_illegal_structure_acts_structure_id_illegal_structures",
        ),
        sa.UniqueConstraint("structure_id", "state", name="uq_illegal_structure_acts_structure_id_state"),
        sa.UniqueConstraint("client_key", name="uq_illegal_structure_acts_client_key"),
    )


def downgrade() -> None:
    for table in reversed(ONLY_GROWS):
        for statement in append_only_undo(table, op.get_bind().dialect.name):
            op.execute(statement)
    for table in reversed(TABLES):
        op.drop_table(table)
