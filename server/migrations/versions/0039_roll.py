"""What keeps a roll honest: owners that are one person or two, corrections of an open roll, sales while a vote runs, agents' codes."""

import sqlalchemy as sa
from alembic import op

from server.infra.db import Instant, append_only_ddl, append_only_undo

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
#: In the order in which they are made; each only grows.
TABLES = (
    "owner_verdicts",
    "ballot_roll_corrections",
    "ballot_roll_answers",
    "ballot_roll_states",
    "ballot_takeovers",
    "ballot_takeover_answers",
    "ballot_proxy_codes",
)


def upgrade() -> None:
    _owners()
    _corrections()
    _takeovers()
    op.create_table(
        "ballot_proxy_codes",
        *_keyed("ballot_proxy_codes"),
        sa.Column("authorization_id", BIG_ID, nullable=False),
        sa.Column("code_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("issued_by", sa.String(40), nullable=False),
        sa.Column("issued_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authorization_id"],
            ["ballot_authorizations.id"],
            name="fk_ballot_proxy_codes_authorization_id_ballot_authorizations",
        ),
        sa.UniqueConstraint("code_hash", name="uq_ballot_proxy_codes_code_hash"),
    )
    op.create_index("ix_ballot_proxy_codes_authorization_id", "ballot_proxy_codes", ["authorization_id"])
    op.create_index("ix_ballot_proxy_acts_acted_by", "ballot_proxy_acts", ["acted_by"])
    op.add_column("ballot_heads", sa.Column("aliases", sa.JSON()))
    for table in TABLES:
        for statement in append_only_ddl(table, op.get_bind().dialect.name):
            op.execute(statement)


def _keyed(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("client_key", sa.String(80)),
        sa.Column("client_digest", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("client_key", name=f"uq_{table}_client_key"),
    ]


def _of_ballot(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("ballot_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballots.id"], name=f"fk_{table}_ballot_id_ballots"),
    ]


def _answer(table: str, of: str, of_id: str) -> None:
    """The second person's word."""
    op.create_table(
        table,
        sa.Column(of_id, BIG_ID, nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("answered_by", sa.String(40), nullable=False),
        sa.Column("answered_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint(of_id, name=f"pk_{table}"),
        sa.ForeignKeyConstraint([of_id], [f"{of}.id"], name=f"fk_{table}_{of_id}_{of}"),
        sa.CheckConstraint("is_confirmed OR reason <> ''", name=op.f(f"ck_{table}_returned_with_a_reason")),
    )


def _owners() -> None:
    table = "owner_verdicts"
    op.create_table(
        table,
        *_keyed(table),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("owner_id", BIG_ID, nullable=False),
        sa.Column("other_id", BIG_ID),
        sa.Column("signs", sa.JSON(), nullable=False),
        sa.Column("was_named", sa.LargeBinary()),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("decided_by", sa.String(40), nullable=False),
        sa.Column("decided_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=f"fk_{table}_community_id_communities"
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name=f"fk_{table}_owner_id_owners"),
        sa.ForeignKeyConstraint(["other_id"], ["owners.id"], name=f"fk_{table}_other_id_owners"),
    )
    op.create_index(f"ix_{table}_community_id", table, ["community_id"])


def _corrections() -> None:
    table = "ballot_roll_corrections"
    op.create_table(
        table,
        *_keyed(table),
        *_of_ballot(table),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("proposed_by", sa.String(40), nullable=False),
        sa.Column("proposed_at", Instant(), nullable=False),
    )
    op.create_index(f"ix_{table}_ballot_id", table, ["ballot_id"])
    _answer("ballot_roll_answers", table, "correction_id")
    op.create_table(
        "ballot_roll_states",
        *_of_ballot("ballot_roll_states"),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(20), nullable=False),
        sa.Column("holder", sa.String(20), nullable=False),
        sa.Column("owner_ids", sa.JSON(), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("representative_id", BIG_ID),
        sa.Column("flats", sa.JSON(), nullable=False),
        sa.Column("correction_id", BIG_ID, nullable=False),
        sa.PrimaryKeyConstraint("ballot_id", "seq", name="pk_ballot_roll_states"),
        sa.ForeignKeyConstraint(
            ["correction_id"],
            [f"{table}.id"],
            name=f"fk_ballot_roll_states_correction_id_{table}",
        ),
    )


def _takeovers() -> None:
    table = "ballot_takeovers"
    op.create_table(
        table,
        *_keyed(table),
        *_of_ballot(table),
        sa.Column("head", sa.String(20), nullable=False),
        sa.Column("owner_ids", sa.JSON(), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("representative_id", BIG_ID),
        sa.Column("sold_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(300), nullable=False),
        sa.Column("photo_id", BIG_ID, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("proposed_by", sa.String(40), nullable=False),
        sa.Column("proposed_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["photo_id"], ["attachments.id"], name=f"fk_{table}_photo_id_attachments"),
    )
    op.create_index(f"ix_{table}_ballot_id", table, ["ballot_id"])
    _answer("ballot_takeover_answers", table, "takeover_id")


def downgrade() -> None:
    for table in reversed(TABLES):
        for statement in append_only_undo(table, op.get_bind().dialect.name):
            op.execute(statement)
    op.drop_column("ballot_heads", "aliases")
    op.drop_index("ix_ballot_proxy_acts_acted_by", "ballot_proxy_acts")
    for table in reversed(TABLES):
        op.drop_table(table)
