"""Staff with their grants, residents with their bindings, codes on paper."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

from server.infra.db import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = (
    "staff",
    "recovery_codes",
    "grants",
    "residents",
    "privacy_acceptances",
    "api_tokens",
    "slips",
    "place_codes",
    "bindings",
    "binding_tries",
    "binding_requests",
    "binding_disputes",
)


def upgrade() -> None:
    _staff()
    _residents()
    _codes()
    _bindings()
    _asked()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _table(name: str, *parts: sa.schema.SchemaItem, keyed: bool = False) -> None:
    key = (
        [
            sa.Column("client_key", sa.String(80)),
            sa.Column("client_digest", sa.String(64)),
            sa.UniqueConstraint("client_key", name=f"uq_{name}_client_key"),
        ]
        if keyed
        else []
    )
    op.create_table(
        name,
        sa.Column("id", BIG_ID, nullable=False),
        *parts,
        *key,
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
    )


def _to(table: str, column: str, target: str, *, nullable: bool = False) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column(column, BIG_ID, nullable=nullable),
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}_{target}"),
    ]


def _at(column: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(column, Instant(), nullable=nullable)


def _alive(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, unique=True, sqlite_where=where, postgresql_where=where)


def _staff() -> None:
    _table(
        "staff",
        sa.Column("username", sa.String(60), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("session_version", sa.Integer(), nullable=False),
        sa.Column("totp_secret", sa.LargeBinary()),
        sa.Column("totp_step", sa.BigInteger()),
        _at("created_at"),
        _at("disabled_at", nullable=True),
        sa.UniqueConstraint("username", name="uq_staff_username"),
        keyed=True,
    )
    _table(
        "recovery_codes",
        *_to("recovery_codes", "staff_id", "staff"),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        _at("used_at", nullable=True),
        sa.UniqueConstraint("staff_id", "code_hash", name="uq_recovery_codes_staff_id_code_hash"),
    )
    _table(
        "grants",
        *_to("grants", "staff_id", "staff"),
        sa.Column("role", sa.String(40), nullable=False),
        *_to("grants", "division_id", "divisions"),
        sa.Column("division_path", sa.String(200), nullable=False),
        *_to("grants", "community_id", "communities", nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        _at("granted_at"),
        _at("revoked_at", nullable=True),
        keyed=True,
    )
    for column in ("staff_id", "division_path", "community_id"):
        op.create_index(f"ix_grants_{column}", "grants", [column])


def _residents() -> None:
    _table(
        "residents",
        _at("created_at"),
        sa.Column("session_version", sa.Integer(), nullable=False),
        sa.Column("openid", sa.LargeBinary()),
        sa.Column("openid_hash", sa.LargeBinary()),
        sa.UniqueConstraint("openid_hash", name="uq_residents_openid_hash"),
    )
    _table(
        "privacy_acceptances",
        *_to("privacy_acceptances", "resident_id", "residents"),
        sa.Column("version", sa.String(20), nullable=False),
        _at("accepted_at"),
        _at("withdrawn_at", nullable=True),
    )
    op.create_index("ix_privacy_acceptances_resident_id", "privacy_acceptances", ["resident_id"])
    _table(
        "api_tokens",
        *_to("api_tokens", "resident_id", "residents"),
        sa.Column("salt", sa.String(60), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        _at("created_at"),
        _at("expires_at"),
        _at("revoked_at", nullable=True),
        sa.UniqueConstraint("token_hash", name="uq_api_tokens_token_hash"),
        keyed=True,
    )
    op.create_index("ix_api_tokens_resident_id", "api_tokens", ["resident_id"])


def _codes() -> None:
    _table(
        "slips",
        *_to("slips", "community_id", "communities"),
        *_to("slips", "flat_id", "flats"),
        *_to("slips", "household_id", "households", nullable=True),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        _at("issued_at"),
        _at("printed_at", nullable=True),
        _at("first_opened_at", nullable=True),
        _at("revoked_at", nullable=True),
        sa.UniqueConstraint("code_hash", name="uq_slips_code_hash"),
    )
    for column in ("community_id", "flat_id"):
        op.create_index(f"ix_slips_{column}", "slips", [column])
    _alive(
        "uq_slips_household_alive",
        "slips",
        ["household_id"],
        "revoked_at IS NULL AND household_id IS NOT NULL",
    )
    _alive("uq_slips_flat_alive", "slips", ["flat_id"], "revoked_at IS NULL AND household_id IS NULL")
    _table(
        "place_codes",
        *_to("place_codes", "community_id", "communities"),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("target_id", BIG_ID, nullable=False),
        sa.Column("token", sa.String(40), nullable=False),
        _at("created_at"),
        _at("revoked_at", nullable=True),
        sa.UniqueConstraint("token", name="uq_place_codes_token"),
    )
    op.create_index("ix_place_codes_community_id", "place_codes", ["community_id"])
    _alive("uq_place_codes_alive", "place_codes", ["kind", "target_id"], "revoked_at IS NULL")


def _bindings() -> None:
    _table(
        "bindings",
        *_to("bindings", "resident_id", "residents"),
        *_to("bindings", "community_id", "communities"),
        *_to("bindings", "flat_id", "flats"),
        *_to("bindings", "slip_id", "slips"),
        sa.Column("level", sa.String(40), nullable=False),
        *_to("bindings", "owner_id", "owners", nullable=True),
        sa.Column("means", sa.String(40), nullable=False),
        _at("bound_at"),
        _at("proven_at", nullable=True),
        *_to("bindings", "confirmed_by", "staff", nullable=True),
        _at("frozen_at", nullable=True),
        _at("ended_at", nullable=True),
        sa.Column("ended_by", sa.String(40)),
        sa.CheckConstraint("(level = 'owner') = (owner_id IS NOT NULL)", name="owner_is_named"),
        keyed=True,
    )
    for column in ("community_id", "flat_id", "owner_id"):
        op.create_index(f"ix_bindings_{column}", "bindings", [column])
    _alive("uq_bindings_alive", "bindings", ["resident_id", "flat_id"], "ended_at IS NULL")
    _table(
        "binding_tries",
        *_to("binding_tries", "flat_id", "flats"),
        *_to("binding_tries", "resident_id", "residents"),
        _at("at"),
        sa.Column("means", sa.String(40), nullable=False),
        sa.Column("is_success", sa.Boolean(), nullable=False),
        keyed=True,
    )
    op.create_index("ix_binding_tries_flat_id_at", "binding_tries", ["flat_id", "at"])


def _asked() -> None:
    _table(
        "binding_requests",
        *_to("binding_requests", "binding_id", "bindings"),
        *_to("binding_requests", "community_id", "communities"),
        *_to("binding_requests", "flat_id", "flats"),
        sa.Column("claimed_name", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.LargeBinary()),
        _at("asked_at"),
        _at("decided_at", nullable=True),
        *_to("binding_requests", "decided_by", "staff", nullable=True),
        sa.Column("is_confirmed", sa.Boolean()),
        sa.Column("reason", sa.Text()),
        keyed=True,
    )
    _table(
        "binding_disputes",
        *_to("binding_disputes", "binding_id", "bindings"),
        *_to("binding_disputes", "community_id", "communities"),
        *_to("binding_disputes", "flat_id", "flats"),
        *_to("binding_disputes", "raised_by", "residents"),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        _at("raised_at"),
        _at("decided_at", nullable=True),
        *_to("binding_disputes", "decided_by", "staff", nullable=True),
        sa.Column("is_upheld", sa.Boolean()),
        sa.Column("answer", sa.Text()),
        keyed=True,
    )
    for table in ("binding_requests", "binding_disputes"):
        for column in ("binding_id", "community_id"):
            op.create_index(f"ix_{table}_{column}", table, [column])
