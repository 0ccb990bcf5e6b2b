"""The six sheets of the ledger: their columns, what may stand in a cell, the template. Knows no table."""

from server.ledger.sheet.columns import SHEETS, Column, Sheet
from server.ledger.sheet.headings import Heading, SheetProblem, find_heading
from server.ledger.sheet.template import looks, write_template

__all__ = ["SHEETS", "Column", "Heading", "Sheet", "SheetProblem", "find_heading", "looks", "write_template"]
