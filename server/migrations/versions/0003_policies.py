"""Settings by division and day, and the days worked or not, filled with what the State Council announced so far."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from server.infra.db import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利 70 周年纪念日",
}
SOURCE = "国务院办公厅当年的节假日安排（chinesecalendar 收录）"


def upgrade() -> None:
    op.create_table(
        "policies",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("division_id", BIG_ID),
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("is_ended", sa.Boolean(), nullable=False),
        sa.Column("basis", sa.String(40), nullable=False),
        sa.Column("basis_text", sa.String(200), nullable=False),
        sa.Column("set_by", sa.String(100), nullable=False),
        sa.Column("set_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_policies"),
        sa.ForeignKeyConstraint(["division_id"], ["divisions.id"], name="fk_policies_division_id_divisions"),
    )
    op.create_index("ix_policies_division_id", "policies", ["division_id"])
    op.create_index(
        "ix_policies_key_division_id_valid_from", "policies", ["key", "division_id", "valid_from"]
    )
    holidays = op.create_table(
        "holidays",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_workday", sa.Boolean()),
        sa.Column("name", sa.String(40), nullable=False),
        *_by(),
        sa.PrimaryKeyConstraint("id", name="pk_holidays"),
    )
    op.create_index("ix_holidays_day", "holidays", ["day"])
    years = op.create_table(
        "announced_years",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("is_announced", sa.Boolean(), nullable=False),
        *_by(),
        sa.PrimaryKeyConstraint("id", name="pk_announced_years"),
    )
    op.create_index("ix_announced_years_year", "announced_years", ["year"])
    _fill(holidays, years)


def downgrade() -> None:
    for table in ("announced_years", "holidays", "policies"):
        op.drop_table(table)


def _by() -> tuple[sa.Column, sa.Column, sa.Column]:
    return (
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("set_by", sa.String(100), nullable=False),
        sa.Column("set_at", Instant(), nullable=False),
    )


def _fill(holidays: sa.Table, years: sa.Table) -> None:
    """Holidays are weekdays and weekends off; of the worked days only weekends are told, the others are worked anyway."""
    from chinese_calendar import constants  # noqa: PLC0415 - only whoever runs this step needs the library

    by = {"source": SOURCE, "set_by": "系统初始数据", "set_at": datetime(2026, 1, 1, tzinfo=UTC)}
    off = [
        {"day": day, "is_workday": False, "name": NAMES.get(name, name)}
        for day, name in constants.holidays.items()
    ]
    worked = [
        {"day": day, "is_workday": True, "name": f"{NAMES.get(name, name)}调休"}
        for day, name in constants.workdays.items()
        if day.weekday() >= 5
    ]
    op.bulk_insert(holidays, [row | by for row in sorted(off + worked, key=lambda row: row["day"])])
    announced = sorted({day.year for day in constants.holidays})
    op.bulk_insert(years, [{"year": year, "is_announced": True} | by for year in announced])
