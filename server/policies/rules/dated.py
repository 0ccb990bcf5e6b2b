"""Which of several rows of a setting is in force on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from server.kernel.errors import Invalid


@dataclass(frozen=True)
class DatedRow:
    """What a rule needs of a stored setting."""

    id: int
    division_id: int | None
    valid_from: date
    #: From its day on the division has no setting of its own: what stands above it holds again.
    is_ended: bool


def row_in_force(rows: Iterable[DatedRow], path_ids: Iterable[int], on: date) -> DatedRow | None:
    """The row that holds on a day: the nearest division on the path first, in it the latest begun, of two of one day the later entered."""
    by_division: dict[int | None, DatedRow] = {}
    for row in rows:
        if row.valid_from > on:
            continue
        known = by_division.get(row.division_id)
        if known is None or (row.valid_from, row.id) > (known.valid_from, known.id):
            by_division[row.division_id] = row
    for division_id in (*reversed(list(path_ids)), None):
        row_ = by_division.get(division_id)
        if row_ is not None and not row_.is_ended:
            return row_
    return None


def check_start(valid_from: date, today: date) -> None:
    """A setting begins today or later: what rested on a past day was right on that day and stays so."""
    if valid_from < today:
        message = "生效日期不能早于今天。以前的事按当时的设置算，改不了。"
        raise Invalid(message, fields={"valid_from": [message]})
