"""Papers that came back, what two people keyed from each, what a third settled, and where the others are; attempts of service."""

import sqlalchemy as sa
from alembic import op

from server.infra.db import Instant, append_only_ddl, append_only_undo

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = ("ballot_paper_returns", "ballot_keyings", "ballot_settlements", "ballot_paper_statements")


def upgrade() -> None:
    _papers()
    _service()
    _proxies()
    op.add_column("ballots", sa.Column("proxy_limit", sa.Integer()))
    op.add_column("ballot_log", sa.Column("seconded_by", sa.String(40)))
    for table in (*TABLES, "ballot_proxy_acts"):
        for statement in append_only_ddl(table, op.get_bind().dialect.name):
            op.execute(statement)


def _common(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("ballot_id", BIG_ID, nullable=False),
        sa.Column("client_key", sa.String(80)),
        sa.Column("client_digest", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballots.id"], name=f"fk_{table}_ballot_id_ballots"),
        sa.UniqueConstraint("client_key", name=f"uq_{table}_client_key"),
    ]


def _of_paper(table: str) -> list[sa.schema.SchemaItem]:
    return [
        *_common(table),
        sa.Column("paper_id", BIG_ID, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["ballot_papers.id"], name=f"fk_{table}_paper_id_ballot_papers"
        ),
    ]


def _papers() -> None:
    op.create_table(
        "ballot_paper_returns",
        *_of_paper("ballot_paper_returns"),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("photo_id", BIG_ID, nullable=False),
        sa.Column("taken_by", sa.String(40), nullable=False),
        sa.Column("taken_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["attachments.id"], name="fk_ballot_paper_returns_photo_id_attachments"
        ),
        sa.UniqueConstraint("paper_id", "round", name="uq_ballot_paper_returns_round"),
    )
    op.create_table(
        "ballot_keyings",
        *_of_paper("ballot_keyings"),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("is_signed", sa.Boolean(), nullable=False),
        sa.Column("by_representative", sa.Boolean(), nullable=False),
        sa.Column("keyed_by", sa.String(40), nullable=False),
        sa.Column("keyed_at", Instant(), nullable=False),
        sa.Column("seq", sa.Integer()),
        sa.UniqueConstraint("paper_id", "round", "place", name="uq_ballot_keyings_place"),
        sa.UniqueConstraint("paper_id", "round", "keyed_by", name="uq_ballot_keyings_keyer"),
        sa.CheckConstraint("place IN (1, 2)", name="two_places"),
    )
    op.create_table(
        "ballot_settlements",
        *_of_paper("ballot_settlements"),
        sa.Column("choice", sa.String(40), nullable=False),
        sa.Column("settled_by", sa.String(40), nullable=False),
        sa.Column("settled_at", Instant(), nullable=False),
        sa.Column("seq", sa.Integer()),
        sa.UniqueConstraint("paper_id", "round", name="uq_ballot_settlements_round"),
    )
    op.create_table(
        "ballot_paper_statements",
        *_common("ballot_paper_statements"),
        sa.Column("issued", sa.Integer(), nullable=False),
        sa.Column("spoiled", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(500), nullable=False),
        sa.Column("confirms_id", BIG_ID),
        sa.Column("stated_by", sa.String(40), nullable=False),
        sa.Column("stated_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["confirms_id"],
            ["ballot_paper_statements.id"],
            name="fk_ballot_paper_statements_confirms_id_ballot_paper_statements",
        ),
        sa.UniqueConstraint("confirms_id", name="uq_ballot_paper_statements_confirms_id"),
    )
    for table in TABLES:
        op.create_index(f"ix_{table}_ballot_id", table, ["ballot_id"])


def _service() -> None:
    table = "ballot_service_attempts"
    op.create_table(
        table,
        *_common(table),
        sa.Column("flat_id", BIG_ID, nullable=False),
        sa.Column("way", sa.String(40), nullable=False),
        sa.Column("done_at", Instant(), nullable=False),
        sa.Column("witness", sa.LargeBinary()),
        sa.Column("photo_id", BIG_ID),
        sa.Column("attempted_by", sa.String(40), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["flat_id"], ["flats.id"], name=f"fk_{table}_flat_id_flats"),
        sa.ForeignKeyConstraint(["photo_id"], ["attachments.id"], name=f"fk_{table}_photo_id_attachments"),
    )
    op.create_index(f"ix_{table}_flat", table, ["ballot_id", "flat_id"])


def _proxies() -> None:
    op.create_table(
        "ballot_authorizations",
        *_common("ballot_authorizations"),
        sa.Column("head", sa.String(20), nullable=False),
        sa.Column("agent", sa.LargeBinary(), nullable=False),
        sa.Column("agent_phone", sa.LargeBinary(), nullable=False),
        sa.Column("agent_hash", sa.LargeBinary(), nullable=False),
        sa.Column("motions", sa.JSON(), nullable=False),
        sa.Column("by_representative", sa.Boolean(), nullable=False),
        sa.Column("photo_id", BIG_ID, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("registered_by", sa.String(40), nullable=False),
        sa.Column("registered_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["attachments.id"], name="fk_ballot_authorizations_photo_id_attachments"
        ),
    )
    op.create_index("ix_ballot_authorizations_head", "ballot_authorizations", ["ballot_id", "head"])
    op.create_table(
        "ballot_proxy_acts",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("authorization_id", BIG_ID, nullable=False),
        sa.Column("deed", sa.String(40), nullable=False),
        sa.Column("seq", sa.Integer()),
        sa.Column("acted_by", sa.String(40), nullable=False),
        sa.Column("acted_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ballot_proxy_acts"),
        sa.ForeignKeyConstraint(
            ["authorization_id"],
            ["ballot_authorizations.id"],
            name="fk_ballot_proxy_acts_authorization_id_ballot_authorizations",
        ),
    )
    op.create_index("ix_ballot_proxy_acts_authorization_id", "ballot_proxy_acts", ["authorization_id"])


def downgrade() -> None:
    for statement in append_only_undo("ballot_proxy_acts", op.get_bind().dialect.name):
        op.execute(statement)
    op.drop_table("ballot_proxy_acts")
    op.drop_table("ballot_authorizations")
    op.drop_column("ballots", "proxy_limit")
    op.drop_table("ballot_service_attempts")
    op.drop_column("ballot_log", "seconded_by")
    for table in reversed(TABLES):
        for statement in append_only_undo(table, op.get_bind().dialect.name):
            op.execute(statement)
        op.drop_table(table)
