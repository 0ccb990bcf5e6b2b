"""The works item by item: adopted items, their windows, what was covered up, and their completion."""

import sqlalchemy as sa
from alembic import op

from server.infra.db import Instant, append_only_ddl, append_only_undo

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ONLY_GROWS = ("work_items", "work_windows", "work_completions", "works_second_looks", "hidden_works")
TABLES = ONLY_GROWS


def make(
    table: str,
    *columns: sa.schema.SchemaItem,
    refers: dict[str, str],
    keyed: bool = True,
    index: tuple[str, ...] = (),
) -> None:
    """A table with a key of its own, its references, and the client key of the call that made a row."""
    keys = (
        (
            sa.Column("client_key", sa.String(80)),
            sa.Column("client_digest", sa.String(64)),
            sa.UniqueConstraint("client_key", name=f"uq_{table}_client_key"),
        )
        if keyed
        else ()
    )
    op.create_table(
        table,
        sa.Column("id", BIG_ID, nullable=False),
        *columns,
        *keys,
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        *(
            sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}")
            for column, other in refers.items()
        ),
    )
    for column in index:
        op.create_index(f"ix_{table}_{column}", table, [column])


def reference(name: str, *, optional: bool = False) -> sa.Column[int]:
    return sa.Column(name, BIG_ID, nullable=optional)


def text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False)


def day(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Date(), nullable=False)


def by(verb: str) -> tuple[sa.Column[str], sa.Column[str], sa.Column[object]]:
    return (
        text(f"{verb}_by", 40),
        text(f"{verb}_name", 100),
        sa.Column(f"{verb}_at", Instant(), nullable=False),
    )


def upgrade() -> None:
    items()
    for table in ONLY_GROWS:
        for statement in append_only_ddl(table, op.get_bind().dialect.name):
            op.execute(statement)


def items() -> None:
    make(
        "work_items",
        reference("project_id"),
        reference("community_id"),
        reference("building_id", optional=True),
        reference("entrance_id", optional=True),
        text("code", 40),
        text("title", 120),
        text("part", 40),
        text("created_by", 40),
        sa.Column("created_at", Instant(), nullable=False),
        refers={
            "project_id": "projects",
            "community_id": "communities",
            "building_id": "buildings",
            "entrance_id": "entrances",
        },
        keyed=False,
        index=("project_id", "community_id"),
    )
    of_item = {"refers": {"item_id": "work_items"}, "index": ("item_id",)}
    make(
        "work_windows",
        reference("item_id"),
        text("contractor", 80),
        day("starts_on"),
        day("ends_on"),
        text("reason", 200),
        *by("planned"),
        **of_item,
    )
    make(
        "work_completions",
        reference("item_id"),
        day("completed_on"),
        text("document", 120),
        *by("entered"),
        **of_item,
    )
    make(
        "hidden_works", reference("item_id"), text("place", 120), day("covered_on"), *by("entered"), **of_item
    )
    op.create_table(
        "works_second_looks",
        text("about", 40),
        sa.Column("about_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        text("reason", 300),
        *by("looked"),
        sa.PrimaryKeyConstraint("about", "about_id", name="pk_works_second_looks"),
    )


def downgrade() -> None:
    for table in reversed(ONLY_GROWS):
        for statement in append_only_undo(table, op.get_bind().dialect.name):
            op.execute(statement)
    for table in reversed(TABLES):
        op.drop_table(table)
