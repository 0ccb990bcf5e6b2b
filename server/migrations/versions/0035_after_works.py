"""The second person's word on works is worded like every other."""

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

#: A second person's word has the same columns wherever it is written down.
RENAMED = (("looked_by", "reviewed_by"), ("looked_name", "reviewed_name"), ("looked_at", "reviewed_at"))


def upgrade() -> None:
    # Not by a batch: SQLite would make the table anew and lose the triggers that let it only grow.
    for old, new in RENAMED:
        op.execute(f"ALTER TABLE works_second_looks RENAME COLUMN {old} TO {new}")


def downgrade() -> None:
    for old, new in RENAMED:
        op.execute(f"ALTER TABLE works_second_looks RENAME COLUMN {new} TO {old}")
