"""Statistics by household: where, what kind of home, and whether it answered. No name, no phone, no answer."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from server.divisions.models import Division
from server.infra.sheets import FormColumn, FormWriter
from server.ledger.rules.names import NO_ENTRANCE
from server.ledger.rules.words import HouseholdState
from server.reports.exports.words import NO_RECORD, filled_in
from server.reports.queries.statistics import communities_in_order, households, place_names
from server.surveys.rules.words import Channel

TITLE = "老旧小区分户统计表"
COLUMNS = (
    FormColumn("市（州）", 12),
    FormColumn("县（市、区）", 12),
    FormColumn("街道（乡镇）", 14),
    FormColumn("社区", 18),
    FormColumn("小区", 20),
    FormColumn("楼栋", 10),
    FormColumn("单元", 10),
    FormColumn("房号", 10),
    FormColumn("第几户", 8),
    FormColumn("住户情况", 10),
    FormColumn("面积（㎡）", 10),
    FormColumn("入户调查", 14),
)
_STATES = {state: state.name_zh for state in HouseholdState}
_CHANNELS = {channel: f"答了，{channel.name_zh}" for channel in Channel}
NOT_ASKED, NOT_ANSWERED = "没有调查过", "没有答"
#: A sheet of Excel ends after 1,048,576 rows; a province may have more households one day.
MOST_ROWS = 1_000_000

Progress = Callable[[int], None]


def write_households(path: Path, of: Division, now: datetime, progress: Progress | None = None) -> int:
    """Returns how many households were written."""
    written = 0
    ids = communities_in_order(of.path)
    names: dict[str, list[str]] = {}
    with FormWriter(path) as book:
        number = 0
        for community_id in ids:
            for row in households(community_id):
                if written % MOST_ROWS == 0:
                    number += 1
                    _begin(book, of, now, number)
                if row.path not in names:
                    where = place_names([row.path])[row.path]
                    names[row.path] = [where.prefecture, where.county, where.street, where.neighbourhood]
                answered = NOT_ASKED if row.survey_id is None else NOT_ANSWERED
                book.row(
                    [
                        *names[row.path],
                        row.community,
                        row.building,
                        "" if row.entrance == NO_ENTRANCE else row.entrance,
                        row.room,
                        row.number,
                        _STATES[row.state],
                        NO_RECORD if row.area is None else row.area,
                        answered if row.response_id is None else _CHANNELS[row.channel],
                    ]
                )
                written += 1
            if progress is not None:
                progress(written)
        if not written:
            _begin(book, of, now, 1)
        book.total(["合计", *[""] * 8, f"{written:,} 户"])
    return written


def _begin(book: FormWriter, of: Division, now: datetime, number: int) -> None:
    title = "分户" if number == 1 else f"分户{number}"
    book.sheet(title, COLUMNS, heading=f"{of.name}{TITLE}", notes=filled_in(of.name, now, "户、平方米"))
