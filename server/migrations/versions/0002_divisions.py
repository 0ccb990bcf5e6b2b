"""The tree of divisions, filled with Guizhou as of 2023 and the changes of code since 2020."""

import csv
from pathlib import Path

import sqlalchemy as sa
from alembic import op

from server.divisions.rules import tree_of

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PATH = sa.String(120).with_variant(sa.String(120, collation="C"), "postgresql")
DATA = Path(__file__).parents[2] / "divisions" / "data"
COLUMNS = ("id", "code", "name", "level", "parent_id", "path", "valid_from", "valid_to", "source")


def upgrade() -> None:
    divisions = op.create_table(
        "divisions",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("code", sa.String(12)),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("level", sa.String(40), nullable=False),
        sa.Column("parent_id", BIG_ID),
        sa.Column("path", PATH, nullable=False),
        sa.Column("valid_from", sa.Date()),
        sa.Column("valid_to", sa.Date()),
        sa.Column("replaced_by_id", BIG_ID),
        sa.Column("source", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_divisions"),
        sa.ForeignKeyConstraint(["parent_id"], ["divisions.id"], name="fk_divisions_parent_id_divisions"),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"], ["divisions.id"], name="fk_divisions_replaced_by_id_divisions"
        ),
        sa.UniqueConstraint("path", name="uq_divisions_path"),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_from IS NULL OR valid_from < valid_to",
            name="valid_in_order",
        ),
        sa.CheckConstraint("path LIKE '/%/'", name="path_form"),
    )
    for column in ("code", "name", "parent_id"):
        op.create_index(f"ix_divisions_{column}", "divisions", [column])
    # Ids count depth first over the two files, which therefore never change: a later change is a later migration.
    rows = tree_of(_lines("guizhou-divisions.csv"), _lines("changes.csv"))
    op.bulk_insert(divisions, [{name: getattr(row, name) for name in COLUMNS} for row in rows])
    for row in rows:
        if row.replaced_by_id:
            op.execute(
                divisions.update().where(divisions.c.id == row.id).values(replaced_by_id=row.replaced_by_id)
            )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"SELECT setval(pg_get_serial_sequence('divisions', 'id'), {len(rows)})")


def downgrade() -> None:
    op.drop_table("divisions")


def _lines(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
