"""Communities, buildings, entrances, flats, facilities, owners, ownerships, households, imports of sheets."""

import sqlalchemy as sa
from alembic import op

from server.infra.db import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SORT_TEXT = sa.String(250).with_variant(sa.String(250, collation="C"), "postgresql")
TABLES = (
    "communities",
    "buildings",
    "entrances",
    "flats",
    "facilities",
    "owners",
    "ownerships",
    "households",
    "ledger_imports",
)


def _keyed(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("client_key", sa.String(80)),
        sa.Column("client_digest", sa.String(64)),
        sa.UniqueConstraint("client_key", name=f"uq_{table}_client_key"),
    ]


def _id(table: str) -> list[sa.schema.SchemaItem]:
    return [sa.Column("id", BIG_ID, nullable=False), sa.PrimaryKeyConstraint("id", name=f"pk_{table}")]


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}_{to}")


def _word(name: str, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(40), nullable=nullable)


def upgrade() -> None:
    _places()
    _people()
    _imports()


def _places() -> None:
    op.create_table(
        "communities",
        *_id("communities"),
        sa.Column("division_id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("code", sa.String(40)),
        sa.Column("address", sa.String(200), nullable=False),
        _word("location_type"),
        _word("kind"),
        sa.Column("built_on", sa.Date()),
        sa.Column("built_year", sa.Integer()),
        sa.Column("year_evidence", sa.String(200), nullable=False),
        sa.Column("has_poor_environment", sa.Boolean(), nullable=False),
        sa.Column("has_lacking_facilities", sa.Boolean(), nullable=False),
        sa.Column("lacks_accessibility", sa.Boolean(), nullable=False),
        sa.Column("lacks_management", sa.Boolean(), nullable=False),
        sa.Column("is_rebuild_suitable", sa.Boolean(), nullable=False),
        _word("exclusion"),
        _word("ownership_kind", nullable=True),
        sa.Column("has_owners_assembly", sa.Boolean()),
        sa.Column("has_owners_committee", sa.Boolean()),
        sa.Column("has_maintenance_fund", sa.Boolean()),
        _word("property_mode", nullable=True),
        sa.Column("floor_area", sa.BigInteger()),
        _word("pool"),
        sa.Column("contact_name", sa.String(60), nullable=False),
        sa.Column("contact_phone", sa.String(40), nullable=False),
        sa.Column("contact_place", sa.String(120), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        *_keyed("communities"),
        _refers("communities", "division_id", "divisions"),
        sa.UniqueConstraint("division_id", "name", name="uq_communities_division_id_name"),
        sa.UniqueConstraint("division_id", "code", name="uq_communities_division_id_code"),
        sa.CheckConstraint(
            "built_year IS NULL OR (built_year BETWEEN 1840 AND 2200)",
            name="built_year_possible",
        ),
        sa.CheckConstraint("floor_area IS NULL OR floor_area > 0", name="floor_area_positive"),
    )
    op.create_index("ix_communities_name", "communities", ["name"])
    op.create_table(
        "buildings",
        *_id("buildings"),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("sort_key", SORT_TEXT, nullable=False),
        sa.Column("floors", sa.Integer()),
        _refers("buildings", "community_id", "communities"),
        sa.UniqueConstraint("community_id", "name", name="uq_buildings_community_id_name"),
        sa.CheckConstraint("name <> '' AND name NOT LIKE '% %'", name="name_without_space"),
    )
    op.create_table(
        "entrances",
        *_id("entrances"),
        sa.Column("building_id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("sort_key", SORT_TEXT, nullable=False),
        _refers("entrances", "building_id", "buildings"),
        sa.UniqueConstraint("building_id", "name", name="uq_entrances_building_id_name"),
        sa.CheckConstraint("name <> '' AND name NOT LIKE '% %'", name="name_without_space"),
    )
    op.create_table(
        "flats",
        *_id("flats"),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("building_id", BIG_ID, nullable=False),
        sa.Column("entrance_id", BIG_ID, nullable=False),
        sa.Column("room", sa.String(20), nullable=False),
        sa.Column("sort_key", SORT_TEXT, nullable=False),
        sa.Column("floor", sa.Integer()),
        _word("use"),
        sa.Column("area", sa.BigInteger()),
        _word("area_source", nullable=True),
        *_keyed("flats"),
        _refers("flats", "community_id", "communities"),
        _refers("flats", "building_id", "buildings"),
        _refers("flats", "entrance_id", "entrances"),
        sa.UniqueConstraint("entrance_id", "room", name="uq_flats_entrance_id_room"),
        sa.CheckConstraint("area IS NULL OR area > 0", name="area_positive"),
        sa.CheckConstraint("(area IS NULL) = (area_source IS NULL)", name="area_has_source"),
    )
    op.create_index("ix_flats_community_id_building_id", "flats", ["community_id", "building_id"])
    op.create_index("ix_flats_community_id_sort_key", "flats", ["community_id", "sort_key"])
    op.create_table(
        "facilities",
        *_id("facilities"),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("building_id", BIG_ID),
        sa.Column("code", sa.String(40), nullable=False),
        _word("kind"),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("place", sa.String(120), nullable=False),
        *_keyed("facilities"),
        _refers("facilities", "community_id", "communities"),
        _refers("facilities", "building_id", "buildings"),
        sa.UniqueConstraint("community_id", "code", name="uq_facilities_community_id_code"),
    )


def _people() -> None:
    op.create_table(
        "owners",
        *_id("owners"),
        sa.Column("community_id", BIG_ID, nullable=False),
        _word("kind"),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("phone", sa.LargeBinary()),
        sa.Column("id_number", sa.LargeBinary()),
        sa.Column("name_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("phone_hash", sa.LargeBinary(32)),
        sa.Column("id_hash", sa.LargeBinary(32)),
        _refers("owners", "community_id", "communities"),
    )
    op.create_index("ix_owners_community_id_name_hash", "owners", ["community_id", "name_hash"])
    op.create_index("ix_owners_community_id_id_hash", "owners", ["community_id", "id_hash"])
    op.create_table(
        "ownerships",
        *_id("ownerships"),
        sa.Column("flat_id", BIG_ID, nullable=False),
        sa.Column("owner_id", BIG_ID, nullable=False),
        sa.Column("is_representative", sa.Boolean(), nullable=False),
        sa.Column("share", sa.String(40), nullable=False),
        sa.Column("from_on", sa.Date()),
        sa.Column("to_on", sa.Date()),
        *_keyed("ownerships"),
        _refers("ownerships", "flat_id", "flats"),
        _refers("ownerships", "owner_id", "owners"),
        sa.CheckConstraint("from_on IS NULL OR to_on IS NULL OR from_on <= to_on", name="in_order"),
    )
    op.create_index("ix_ownerships_flat_id", "ownerships", ["flat_id"])
    op.create_index("ix_ownerships_owner_id", "ownerships", ["owner_id"])
    op.create_index(
        "uq_ownerships_present",
        "ownerships",
        ["flat_id", "owner_id"],
        unique=True,
        sqlite_where=sa.text("to_on IS NULL"),
        postgresql_where=sa.text("to_on IS NULL"),
    )
    op.create_table(
        "households",
        *_id("households"),
        sa.Column("flat_id", BIG_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        _word("state"),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("closed_at", Instant()),
        *_keyed("households"),
        _refers("households", "flat_id", "flats"),
        sa.UniqueConstraint("flat_id", "number", name="uq_households_flat_id_number"),
        sa.CheckConstraint("number >= 1", name="number_from_one"),
    )


def _imports() -> None:
    op.create_table(
        "ledger_imports",
        *_id("ledger_imports"),
        sa.Column("filename", sa.String(200), nullable=False),
        sa.Column("file_key", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        _word("state"),
        sa.Column("allowed", sa.JSON()),
        sa.Column("actor", sa.String(40), nullable=False),
        sa.Column("actor_label", sa.String(100), nullable=False),
        sa.Column("stage", sa.String(60), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("problem_count", sa.Integer(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("failure", sa.String(300), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("checked_at", Instant()),
        sa.Column("applied_at", Instant()),
        sa.Column("beat_at", Instant()),
        sa.Column("tries", sa.Integer(), nullable=False),
        *_keyed("ledger_imports"),
        sa.UniqueConstraint("file_key", name="uq_ledger_imports_file_key"),
    )
    op.create_index("ix_ledger_imports_state", "ledger_imports", ["state"])
    op.create_index("ix_ledger_imports_actor", "ledger_imports", ["actor"])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
