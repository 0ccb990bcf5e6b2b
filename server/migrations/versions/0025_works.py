"""The works as residents live with them: items, calendar, appointments, patrols, punch list, claims; and contributions."""

import sqlalchemy as sa
from alembic import op

from server.infra.db import Instant, append_only_ddl, append_only_undo

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ONLY_GROWS = (
    "work_items",
    "work_windows",
    "work_completions",
    "works_second_looks",
    "hidden_works",
    "works_event_withdrawals",
    "visit_offers",
    "patrols",
    "punch_points",
    "punch_acts",
    "damage_claims",
    "damage_acts",
    "contribution_entries",
    "contribution_reviews",
)
#: In an order in which each stands after what it refers to.
TABLES = (
    "work_items",
    "work_windows",
    "work_completions",
    "works_second_looks",
    "hidden_works",
    "works_event_withdrawals",
    "quiet_days",
    "utility_works",
    "visit_offers",
    "visit_slots",
    "appointments",
    "supervisors",
    "patrols",
    "punch_points",
    "punch_acts",
    "damage_claims",
    "damage_acts",
    "pledges",
    "contribution_entries",
    "contribution_reviews",
)


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
    site()
    watching()
    contributions()
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


def site() -> None:
    make(
        "works_event_withdrawals",
        reference("event_id"),
        text("reason", 300),
        *by("asked"),
        refers={"event_id": "works_events"},
        index=("event_id",),
    )
    make(
        "quiet_days",
        reference("community_id"),
        day("from_on"),
        day("to_on"),
        text("reason", 60),
        *by("set"),
        sa.Column("lifted_at", Instant()),
        refers={"community_id": "communities"},
        index=("community_id",),
    )
    make(
        "utility_works",
        reference("project_id"),
        reference("community_id"),
        text("kind", 40),
        text("party", 80),
        text("what", 120),
        day("starts_on"),
        day("ends_on"),
        *by("entered"),
        sa.Column("withdrawn_at", Instant()),
        refers={"project_id": "projects", "community_id": "communities"},
        index=("project_id", "community_id"),
    )
    make(
        "visit_offers",
        reference("item_id"),
        *by("offered"),
        refers={"item_id": "work_items"},
        index=("item_id",),
    )
    make(
        "visit_slots",
        reference("offer_id"),
        reference("item_id"),
        day("on_day"),
        sa.Column("from_minute", sa.Integer(), nullable=False),
        sa.Column("to_minute", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("closed_at", Instant()),
        text("closed_reason", 120),
        refers={"offer_id": "visit_offers", "item_id": "work_items"},
        keyed=False,
    )
    op.create_index("ix_visit_slots_item_day", "visit_slots", ["item_id", "on_day"])
    make(
        "appointments",
        reference("slot_id"),
        reference("item_id"),
        reference("flat_id"),
        sa.Column("seat", sa.Integer(), nullable=False),
        text("booked_by", 40),
        sa.Column("booked_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant()),
        text("ended_reason", 120),
        refers={"slot_id": "visit_slots", "item_id": "work_items", "flat_id": "flats"},
        index=("slot_id", "flat_id"),
    )
    unended("uq_appointments_seat", "appointments", ["slot_id", "seat"])
    unended("uq_appointments_flat", "appointments", ["item_id", "flat_id"])


def unended(name: str, table: str, columns: list[str]) -> None:
    where = sa.text("ended_at IS NULL")
    op.create_index(name, table, columns, unique=True, sqlite_where=where, postgresql_where=where)


def sealed(name: str, *, optional: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=optional)


def watching() -> None:
    here = {"project_id": "projects", "community_id": "communities"}
    make(
        "supervisors",
        reference("project_id"),
        reference("community_id"),
        reference("flat_id"),
        *by("named"),
        sa.Column("ended_at", Instant()),
        refers={**here, "flat_id": "flats"},
        index=("community_id",),
    )
    unended("uq_supervisors_flat", "supervisors", ["project_id", "flat_id"])
    make(
        "patrols",
        reference("project_id"),
        reference("community_id"),
        reference("flat_id"),
        sealed("place"),
        sa.Column("answers", sa.JSON(), nullable=False),
        sealed("words"),
        text("walked_by", 40),
        sa.Column("walked_at", Instant(), nullable=False),
        refers={**here, "flat_id": "flats"},
        index=("project_id", "community_id"),
    )
    make(
        "punch_points",
        reference("project_id"),
        reference("community_id"),
        reference("item_id", optional=True),
        reference("flat_id", optional=True),
        reference("patrol_id", optional=True),
        sealed("place"),
        sealed("words"),
        text("raised_by", 40),
        sa.Column("raised_at", Instant(), nullable=False),
        refers={**here, "item_id": "work_items", "flat_id": "flats", "patrol_id": "patrols"},
        index=("project_id", "community_id"),
    )
    make(
        "punch_acts",
        reference("point_id"),
        text("kind", 40),
        sealed("words"),
        *by("acted"),
        refers={"point_id": "punch_points"},
        index=("point_id",),
    )
    make(
        "damage_claims",
        reference("project_id"),
        reference("community_id"),
        reference("item_id", optional=True),
        reference("flat_id"),
        day("happened_on"),
        sealed("words"),
        text("claimed_by", 40),
        sa.Column("claimed_at", Instant(), nullable=False),
        day("due_on"),
        refers={**here, "item_id": "work_items", "flat_id": "flats"},
        index=("project_id", "community_id"),
    )
    make(
        "damage_acts",
        reference("claim_id"),
        text("kind", 40),
        sealed("words"),
        sa.Column("paid_fen", sa.BigInteger()),
        *by("acted"),
        sa.CheckConstraint("(kind = 'settled') = (paid_fen IS NOT NULL)", name="settled_has_sum"),
        sa.CheckConstraint("paid_fen IS NULL OR paid_fen >= 0", name="paid_not_below_nothing"),
        refers={"claim_id": "damage_claims"},
        index=("claim_id",),
    )


def contributions() -> None:
    make(
        "pledges",
        reference("community_id"),
        reference("flat_id"),
        text("kind", 40),
        sa.Column("amount", sa.BigInteger()),
        sealed("words"),
        text("shown", 40),
        sealed("name", optional=True),
        text("pledged_by", 40),
        sa.Column("pledged_at", Instant(), nullable=False),
        sa.Column("taken_back_at", Instant()),
        sa.CheckConstraint(
            "(kind IN ('money', 'labour')) = (amount IS NOT NULL)", name="measured_has_amount"
        ),
        refers={"community_id": "communities", "flat_id": "flats"},
        index=("community_id", "flat_id"),
    )
    make(
        "contribution_entries",
        reference("pledge_id"),
        text("kind", 40),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        day("happened_on"),
        text("document", 120),
        *by("entered"),
        sa.CheckConstraint("amount <> 0", name="amount_not_nothing"),
        refers={"pledge_id": "pledges"},
        index=("pledge_id",),
    )
    op.create_table(
        "contribution_reviews",
        sa.Column("entry_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        text("reason", 300),
        *by("reviewed"),
        sa.PrimaryKeyConstraint("entry_id", name="pk_contribution_reviews"),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["contribution_entries.id"],
            name="fk_contribution_reviews_entry_id_contribution_entries",
        ),
    )


def downgrade() -> None:
    for table in reversed(ONLY_GROWS):
        for statement in append_only_undo(table, op.get_bind().dialect.name):
            op.execute(statement)
    for table in reversed(TABLES):
        op.drop_table(table)
