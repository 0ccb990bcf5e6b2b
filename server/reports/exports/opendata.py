"""Open data as CSV, line by line, and the dictionary of its fields."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime

from server.divisions.models import Division
from server.kernel.chinatime import china_day
from server.policies import queries as policies
from server.reports.queries.after import TICKET_DAYS
from server.reports.queries.figures import facts_under, names
from server.reports.queries.statistics import place_names
from server.reports.rules.opendata import FIELDS, Version, cells
from server.surveys.queries import Published, publications_of

#: The mark by which spreadsheets know UTF-8.
MARK = "\ufeff"
#: So many communities are read by one set of statements.
AT_ONCE = 500
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def community_lines(of: Division, now: datetime) -> Iterator[str]:
    rows = facts_under(of.path)
    places = place_names([row.path for row in rows])
    today = china_day(now)
    least = policies.values_at("disclosure.least_cell", set(places), today)
    days = policies.values_at(TICKET_DAYS, set(places), today)
    yield MARK + _line([field.name for field in FIELDS])
    for start in range(0, len(rows), AT_ONCE):
        batch = rows[start : start + AT_ONCE]
        named, published = names(batch), publications_of([row.community_id for row in batch])
        for row in batch:
            where = places[row.path]
            head = [where.prefecture, where.county, where.street, named.get(row.community_id, "")]
            versions = [_version(one) for one in published.get(row.community_id, ())]
            told = cells(row, versions, int(least[row.path]), int(days[row.path]))
            yield _line([_no_formula(text) for text in (*head, *told)])


def _version(of: Published) -> Version:
    return Version(
        of.number,
        of.households,
        of.answered,
        of.consent_answered,
        of.agreed,
        of.closed_on,
        of.published_on,
        of.reason,
        of.stands,
    )


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
