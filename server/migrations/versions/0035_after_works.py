"""Withdrawn completions, pictures of matters, the second person's word on works in the words of every other, and what each content of a list
is answered for as."""

import csv
from pathlib import Path

import sqlalchemy as sa
from alembic import op

from server.infra.db import Instant, append_only_ddl, append_only_undo

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

LIST = Path(__file__).resolve().parents[2] / "catalogue" / "data" / "guizhou-2020.csv"
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
#: A second person's word has the same columns wherever it is written down.
RENAMED = (("looked_by", "reviewed_by"), ("looked_name", "reviewed_name"), ("looked_at", "reviewed_at"))


def _named(table: str) -> sa.Update:
    rows = sa.table(table, sa.column("code"), sa.column("part"))
    now, of = sa.bindparam("now"), sa.bindparam("of")
    return sa.update(rows).where(rows.c.code == of, rows.c.part != now).values(part=now)


CONTENTS, ADOPTED = _named("catalogue_items"), _named("work_items")


def upgrade() -> None:
    # Not by a batch: SQLite would make the table anew and lose the triggers that let it only grow.
    for old, new in RENAMED:
        op.execute(f"ALTER TABLE works_second_looks RENAME COLUMN {old} TO {new}")
    _withdrawals()
    _photos()
    _parts()


def _parts() -> None:
    """Each content names its part, in every list that has its code; what was adopted before follows it."""
    op.add_column("catalogue_items", sa.Column("part", sa.String(40), nullable=False, server_default="other"))
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        op.alter_column("catalogue_items", "part", server_default=None)
    for statement in append_only_undo("work_items", dialect):
        op.execute(statement)
    with LIST.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            for update in (CONTENTS, ADOPTED):
                op.get_bind().execute(update, {"now": line["part"], "of": line["code"]})
    for statement in append_only_ddl("work_items", dialect):
        op.execute(statement)


def _withdrawals() -> None:
    table = "work_completion_withdrawals"
    op.create_table(
        table,
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("completion_id", BIG_ID, nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("asked_by", sa.String(40), nullable=False),
        sa.Column("asked_name", sa.String(100), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("client_key", sa.String(80), nullable=True),
        sa.Column("client_digest", sa.String(64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(
            ["completion_id"],
            ["work_completions.id"],
            name=op.f(f"fk_{table}_completion_id_work_completions"),
        ),
        sa.UniqueConstraint("client_key", name=op.f(f"uq_{table}_client_key")),
    )
    op.create_index(op.f(f"ix_{table}_completion_id"), table, ["completion_id"])
    for statement in append_only_ddl(table, op.get_bind().dialect.name):
        op.execute(statement)


def _photos() -> None:
    table = "matter_photos"
    op.create_table(
        table,
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("matter_id", BIG_ID, nullable=False),
        sa.Column("attachment_id", BIG_ID, nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name=op.f(f"fk_{table}_matter_id_matters")),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachments.id"], name=op.f(f"fk_{table}_attachment_id_attachments")
        ),
        sa.UniqueConstraint("matter_id", "attachment_id", name=op.f(f"uq_{table}_matter_id_attachment_id")),
    )
    for statement in append_only_ddl(table, op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    op.drop_column("catalogue_items", "part")
    for table in ("matter_photos", "work_completion_withdrawals"):
        for statement in append_only_undo(table, op.get_bind().dialect.name):
            op.execute(statement)
        op.drop_table(table)
    for old, new in RENAMED:
        op.execute(f"ALTER TABLE works_second_looks RENAME COLUMN {new} TO {old}")
