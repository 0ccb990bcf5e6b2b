"""Open data as CSV, line by line, and the dictionary of its fields."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime

from server.divisions.models import Division
from server.kernel.chinatime import china_day
from server.policies import queries as policies
from server.reports.queries.figures import facts_under, names
from server.reports.queries.statistics import place_names
from server.reports.rules.opendata import FIELDS, cells

#: The mark by which spreadsheets know UTF-8.
MARK = "\ufeff"
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def community_lines(of: Division, now: datetime) -> Iterator[str]:
    rows = facts_under(of.path)
    places, named = place_names([row.path for row in rows]), names(rows)
    least: dict[str, int] = {}
    yield MARK + _line([field.name for field in FIELDS])
    for row in rows:
        if row.path not in least:
            least[row.path] = policies.number("disclosure.least_cell", row.path, china_day(now))
        where = places[row.path]
        head = [where.prefecture, where.county, where.street, named.get(row.community_id, "")]
        yield _line([*(_no_formula(text) for text in head), *cells(row, least[row.path])])


def field_lines() -> Iterator[str]:
    yield MARK + _line(["name", "title", "type", "explanation"])
    for field in FIELDS:
        yield _line([field.name, field.title_zh, field.kind_zh, field.explanation_zh])


def _line(values: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue()


def _no_formula(text: str) -> str:
    """A name is never run by the program that opens the file."""
    return f"'{text}" if text.startswith(FORMULA) else text
