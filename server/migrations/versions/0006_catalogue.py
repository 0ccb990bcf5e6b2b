"""The catalogue of renovation contents, filled with the province's list of 2020."""

import csv
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LIST = Path(__file__).parents[2] / "catalogue" / "data" / "guizhou-2020.csv"


def upgrade() -> None:
    versions = op.create_table(
        "catalogue_versions",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("division_id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("approved_by", sa.String(100), nullable=False),
        sa.Column("approved_on", sa.Date()),
        sa.Column("filed_no", sa.String(60), nullable=False),
        sa.Column("filed_on", sa.Date()),
        sa.Column("valid_from", sa.Date()),
        sa.PrimaryKeyConstraint("id", name="pk_catalogue_versions"),
        sa.ForeignKeyConstraint(
            ["division_id"], ["divisions.id"], name="fk_catalogue_versions_division_id_divisions"
        ),
        sa.UniqueConstraint("division_id", "name", name="uq_catalogue_versions_division_id_name"),
    )
    op.create_index("ix_catalogue_versions_division_id", "catalogue_versions", ["division_id"])
    items = op.create_table(
        "catalogue_items",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("version_id", BIG_ID, nullable=False),
        sa.Column("code", sa.String(10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("item_class", sa.String(40), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("description", sa.String(300), nullable=False),
        sa.Column("matter", sa.String(40)),
        sa.Column("subsidy_key", sa.String(40)),
        sa.Column("default_scope", sa.String(40), nullable=False),
        sa.Column("lead_department", sa.String(40), nullable=False),
        sa.Column("note", sa.String(300), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_catalogue_items"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["catalogue_versions.id"], name="fk_catalogue_items_version_id_catalogue_versions"
        ),
        sa.UniqueConstraint("version_id", "code", name="uq_catalogue_items_version_id_code"),
    )
    _fill(versions, items)


def downgrade() -> None:
    op.drop_table("catalogue_items")
    op.drop_table("catalogue_versions")


def _fill(versions: sa.Table, items: sa.Table) -> None:
    province = op.get_bind().execute(sa.text("SELECT id FROM divisions WHERE code = '52'")).scalar_one()
    version = {
        "id": 1,
        "division_id": province,
        "name": "贵州省 2020 年改造内容",
        "source": "黔建办函〔2020〕3 号，一（二）",
        "approved_by": "",
        "approved_on": None,
        "filed_no": "",
        "filed_on": None,
        "valid_from": date(2020, 1, 1),
    }
    op.bulk_insert(versions, [version])
    with LIST.open(encoding="utf-8", newline="") as file:
        rows = [_row(number, line) for number, line in enumerate(csv.DictReader(file), 1)]
    op.bulk_insert(items, rows)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SELECT setval(pg_get_serial_sequence('catalogue_versions', 'id'), 1)")
        op.execute(f"SELECT setval(pg_get_serial_sequence('catalogue_items', 'id'), {len(rows)})")


def _row(number: int, line: dict[str, str]) -> dict[str, object]:
    return {
        "id": number,
        "version_id": 1,
        "position": number,
        "item_class": line["class"],
        "matter": line["matter"] or None,
        "subsidy_key": line["subsidy_key"] or None,
        **{
            name: line[name]
            for name in ("code", "name", "description", "default_scope", "lead_department", "note")
        },
    }
