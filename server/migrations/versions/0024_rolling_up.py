"""What rolling up lacked: claims compared, surveys as they were published, the end of a local list, a project's row of the plan."""

import sqlalchemy as sa
from alembic import op

from server.infra.db import Instant, append_only_ddl, append_only_undo

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _plan_row() -> sa.Column[int]:
    return sa.Column(
        "plan_row_id", BIG_ID, sa.ForeignKey("plan_rows.id", name="fk_projects_plan_row_id_plan_rows")
    )


def upgrade() -> None:
    op.add_column("community_figures", sa.Column("claim_differs", sa.Boolean()))
    op.add_column("catalogue_versions", sa.Column("ends_on", sa.Date()))
    op.add_column(
        "catalogue_versions", sa.Column("ended_reason", sa.String(300), nullable=False, server_default="")
    )
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("catalogue_versions", "ended_reason", server_default=None)
    # Renamed and copied: SQLite adds no foreign key to a column that stands, and would write the table anew for it.
    op.execute("ALTER TABLE projects RENAME COLUMN plan_row_id TO named_row_id")
    op.add_column("projects", _plan_row(), inline_references=True)
    op.execute(
        "UPDATE projects SET plan_row_id = named_row_id WHERE named_row_id IN (SELECT id FROM plan_rows)"
    )
    op.drop_column("projects", "named_row_id")
    op.create_table(
        "survey_publications",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("survey_id", BIG_ID, sa.ForeignKey("surveys.id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("notice_id", BIG_ID, sa.ForeignKey("notices.id"), nullable=False, unique=True),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("consent_answered", sa.Integer()),
        sa.Column("agreed", sa.Integer()),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("published_at", Instant(), nullable=False),
        sa.UniqueConstraint("survey_id", "number"),
    )
    for statement in append_only_ddl("survey_publications", op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    for statement in append_only_undo("survey_publications", op.get_bind().dialect.name):
        op.execute(statement)
    op.drop_table("survey_publications")
    op.execute("ALTER TABLE projects RENAME COLUMN plan_row_id TO named_row_id")
    op.add_column("projects", sa.Column("plan_row_id", BIG_ID))
    op.execute("UPDATE projects SET plan_row_id = named_row_id")
    op.drop_column("projects", "named_row_id")
    op.drop_column("catalogue_versions", "ended_reason")
    op.drop_column("catalogue_versions", "ends_on")
    op.drop_column("community_figures", "claim_differs")
