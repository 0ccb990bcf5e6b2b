"""Divisions for tests: the real ones, by code."""

from server.divisions import queries
from server.divisions.models import Division

NANMING = "520102"
XINHUALU = "520102016"


def get_division(code: str = XINHUALU) -> Division:
    found = queries.by_code(code)
    assert found is not None, f"no division {code}"
    return found
