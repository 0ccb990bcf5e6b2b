"""Numbers in addresses: ids that a table can hold, pages that a list can have."""

from typing import Any

from flask import Flask, request
from werkzeug.routing import IntegerConverter

LARGEST_ID = 2**63 - 1
#: Nobody turns further; and an offset stays a number that every database takes.
LAST_PAGE = 9999


def _numbers_up_to(largest: int) -> str:
    """The pattern of these numbers and no greater one."""
    digits = str(largest)
    shorter = rf"\d{{1,{len(digits) - 1}}}"
    smaller = [
        rf"{digits[:place]}[0-{int(digit) - 1}]\d{{{len(digits) - place - 1}}}"
        for place, digit in enumerate(digits)
        if digit != "0"
    ]
    return "|".join([shorter, *smaller, digits])


class RowNumber(IntegerConverter):
    """`<int:…>`. Without the bound a number of forty digits would reach the database, which refuses it with an error.

    The bound stands in the pattern: one that is only looked at afterwards makes "no such method" of "no such thing" where
    an address takes several methods.
    """

    regex = _numbers_up_to(LARGEST_ID)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max", LARGEST_ID)
        super().__init__(*args, **kwargs)


def asked_number(name: str) -> int | None:
    """What stands behind the question mark under this name; None where it is no number that a table can hold."""
    number: int | None = request.args.get(name, type=int)
    return number if number is not None and abs(number) <= LARGEST_ID else None


def bound_ids(app: Flask) -> None:
    """Before any door is hung: a rule keeps the converter it was made with."""
    app.url_map.converters["int"] = RowNumber


def page_asked(most: int = LAST_PAGE) -> int:
    """The page of a list that `?page=` names; what names none is the first, what lies beyond all is the last there could be."""
    return min(most, max(1, request.args.get("page", 1, int)))
