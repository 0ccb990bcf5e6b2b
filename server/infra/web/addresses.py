"""Ids in addresses: only numbers that a table can hold; a longer one is simply not found."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter

LARGEST_ID = 2**63 - 1


class RowNumber(IntegerConverter):
    """`<int:…>`. Without the bound a number of forty digits would reach the database, which refuses it with an error."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max", LARGEST_ID)
        super().__init__(*args, **kwargs)


def bound_ids(app: Flask) -> None:
    """Before any door is hung: a rule keeps the converter it was made with."""
    app.url_map.converters["int"] = RowNumber
