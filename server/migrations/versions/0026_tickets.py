"""Tickets: what goes wrong, the acts on it, the pictures, and who has the same trouble."""

import sqlalchemy as sa
from alembic import op

from server.infra.db import Instant, append_only_ddl, append_only_undo

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ONLY_GROWS = ("ticket_acts", "ticket_photos", "ticket_joins")
TABLES = ("tickets", *ONLY_GROWS)
#: index of `tickets`: its columns
INDEXES = {
    "ix_tickets_community_id_state_due_at": ["community_id", "state", "due_at"],
    "ix_tickets_community_id_state": ["community_id", "state", "id"],
    "ix_tickets_community_id_opened_at": ["community_id", "opened_at"],
    "ix_tickets_community_id_ended_at": ["community_id", "ended_at"],
    "ix_tickets_escalate_at": ["escalate_at"],
    "ix_tickets_wake_at": ["wake_at"],
    "ix_tickets_assignee_id_state": ["assignee_id", "state", "due_at", "community_id"],
    "ix_tickets_facility_id_opened_at": ["facility_id", "opened_at"],
    "ix_tickets_reporter_id": ["reporter_id"],
}


def keyed() -> tuple[sa.Column, sa.Column]:
    return sa.Column("client_key", sa.String(80)), sa.Column("client_digest", sa.String(64))


def key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}_{target}")


def upgrade() -> None:
    tickets()
    acts()
    for table in ONLY_GROWS:
        for statement in append_only_ddl(table, op.get_bind().dialect.name):
            op.execute(statement)


def tickets() -> None:
    op.create_table(
        "tickets",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("building_id", BIG_ID),
        sa.Column("entrance_id", BIG_ID),
        sa.Column("facility_id", BIG_ID),
        sa.Column("flat_id", BIG_ID),
        sa.Column("place", sa.String(120), nullable=False),
        sa.Column("category", sa.String(40), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("media_url", sa.String(500), nullable=False),
        sa.Column("reporter_id", BIG_ID),
        sa.Column("contact_name", sa.LargeBinary()),
        sa.Column("contact_phone", sa.LargeBinary()),
        sa.Column("reported_by", sa.String(40), nullable=False),
        sa.Column("contractor", sa.String(80), nullable=False),
        sa.Column("works_id", BIG_ID),
        sa.Column("same_as_id", BIG_ID),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("priority", sa.String(40), nullable=False),
        sa.Column("level", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("assignee_id", BIG_ID),
        sa.Column("worker", sa.String(40), nullable=False),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("before_suspension", sa.String(40)),
        sa.Column("suspension_asked_by", sa.String(40)),
        sa.Column("finished_by", sa.String(40)),
        sa.Column("opened_at", Instant(), nullable=False),
        *(
            sa.Column(name, Instant())
            for name in (
                "accepted_at", "arrived_at", "answered_at", "asked_again_at", "ended_at",
                "due_at", "fixed_by", "escalate_at", "wake_at",
            )
        ),
        sa.Column("took_seconds", sa.BigInteger()),
        *keyed(),
        sa.PrimaryKeyConstraint("id", name="pk_tickets"),
        key("tickets", "community_id", "communities"),
        key("tickets", "building_id", "buildings"),
        key("tickets", "entrance_id", "entrances"),
        key("tickets", "facility_id", "facilities"),
        key("tickets", "flat_id", "flats"),
        key("tickets", "reporter_id", "residents"),
        key("tickets", "same_as_id", "tickets"),
        key("tickets", "assignee_id", "staff"),
        sa.UniqueConstraint("client_key", name="uq_tickets_client_key"),
    )  # fmt: skip
    for name, columns in INDEXES.items():
        op.create_index(name, "tickets", columns)


def acts() -> None:
    op.create_table(
        "ticket_acts",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("ticket_id", BIG_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(40), nullable=False),
        sa.Column("from_state", sa.String(40)),
        sa.Column("to_state", sa.String(40), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("priority", sa.String(40)),
        sa.Column("assignee_id", BIG_ID),
        sa.Column("worker", sa.String(40), nullable=False),
        sa.Column("level", sa.String(40)),
        sa.Column("actor", sa.String(40), nullable=False),
        sa.Column("actor_name", sa.String(100), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        *keyed(),
        sa.PrimaryKeyConstraint("id", name="pk_ticket_acts"),
        key("ticket_acts", "ticket_id", "tickets"),
        key("ticket_acts", "assignee_id", "staff"),
        sa.UniqueConstraint("ticket_id", "number", name="uq_ticket_acts_ticket_id_number"),
        sa.UniqueConstraint("client_key", name="uq_ticket_acts_client_key"),
    )
    op.create_table(
        "ticket_photos",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("ticket_id", BIG_ID, nullable=False),
        sa.Column("act_id", BIG_ID, nullable=False),
        sa.Column("attachment_id", BIG_ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ticket_photos"),
        key("ticket_photos", "ticket_id", "tickets"),
        key("ticket_photos", "act_id", "ticket_acts"),
        key("ticket_photos", "attachment_id", "attachments"),
        sa.UniqueConstraint("act_id", "attachment_id", name="uq_ticket_photos_act_id_attachment_id"),
    )
    op.create_index("ix_ticket_photos_ticket_id", "ticket_photos", ["ticket_id"])
    op.create_table(
        "ticket_joins",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("ticket_id", BIG_ID, nullable=False),
        sa.Column("resident_id", BIG_ID, nullable=False),
        sa.Column("joined_at", Instant(), nullable=False),
        *keyed(),
        sa.PrimaryKeyConstraint("id", name="pk_ticket_joins"),
        key("ticket_joins", "ticket_id", "tickets"),
        key("ticket_joins", "resident_id", "residents"),
        sa.UniqueConstraint("ticket_id", "resident_id", name="uq_ticket_joins_ticket_id_resident_id"),
        sa.UniqueConstraint("client_key", name="uq_ticket_joins_client_key"),
    )
    op.create_index("ix_ticket_joins_resident_id", "ticket_joins", ["resident_id"])


def downgrade() -> None:
    for table in reversed(ONLY_GROWS):
        for statement in append_only_undo(table, op.get_bind().dialect.name):
            op.execute(statement)
    for table in reversed(TABLES):
        op.drop_table(table)
