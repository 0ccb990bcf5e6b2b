"""The catalogue grown up: how a list came about, and what an item costs whom."""

import sqlalchemy as sa
from alembic import op

from server.infra.db import Instant

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _version_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("price_source", sa.String(200), nullable=False, server_default=""),
        sa.Column(
            "based_on_id",
            BIG_ID,
            sa.ForeignKey(
                "catalogue_versions.id", name="fk_catalogue_versions_based_on_id_catalogue_versions"
            ),
        ),
        sa.Column("discarded_at", Instant()),
        sa.Column("drafted_by", sa.String(40), nullable=False, server_default=""),
        sa.Column("drafted_at", Instant()),
        sa.Column("client_key", sa.String(80)),
        sa.Column("client_digest", sa.String(64)),
    ]


def _item_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("place", sa.String(40), nullable=False, server_default="inside"),
        sa.Column(
            "picture_id",
            BIG_ID,
            sa.ForeignKey("attachments.id", name="fk_catalogue_items_picture_id_attachments"),
        ),
        sa.Column("unit", sa.String(40)),
        sa.Column("unit_cost", sa.BigInteger()),
        sa.Column("government_share", sa.String(20)),
        sa.Column("owners_share", sa.String(20)),
        sa.Column("others_share", sa.String(20)),
        sa.Column("split_by", sa.String(40), nullable=False, server_default="area"),
        sa.Column("client_key", sa.String(80)),
        sa.Column("client_digest", sa.String(64)),
    ]


def upgrade() -> None:
    """Columns are added in place: SQLite would otherwise write the tables anew, under the votes that point to their rows."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for table, columns in (("catalogue_versions", _version_columns()), ("catalogue_items", _item_columns())):
        for column in columns:
            op.add_column(table, column, inline_references=True)
            if is_postgresql and column.server_default is not None:
                op.alter_column(table, column.name, server_default=None)
        op.create_index(f"ix_{table}_client_key", table, ["client_key"], unique=True)


def downgrade() -> None:
    for table, columns in (("catalogue_items", _item_columns()), ("catalogue_versions", _version_columns())):
        op.drop_index(f"ix_{table}_client_key", table)
        for column in reversed(columns):
            op.drop_column(table, column.name)
