"""Sheets in the forms offices use, written row by row."""

from server.reports.exports.households import write_households
from server.reports.exports.ledger import write_ledger
from server.reports.exports.opendata import community_lines, field_lines
from server.reports.exports.performance import write_performance
from server.reports.exports.progress import write_progress

__all__ = [
    "community_lines",
    "field_lines",
    "write_households",
    "write_ledger",
    "write_performance",
    "write_progress",
]
