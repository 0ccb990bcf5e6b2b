"""Ids in addresses: what a table can hold, and nothing beyond."""

import re

import pytest

from server.infra.web.addresses import LARGEST_ID, RowNumber

PATTERN = re.compile(RowNumber.regex)


@pytest.mark.parametrize("number", [0, 1, 42, 10**18, LARGEST_ID - 18, LARGEST_ID - 1, LARGEST_ID])
def test_a_number_that_a_table_can_hold_is_one(number):
    assert PATTERN.fullmatch(str(number))


@pytest.mark.parametrize(
    "number", [LARGEST_ID + 1, LARGEST_ID + 3, 93 * 10**17, 10**19, 10**40, "-1", "1.5", "x"]
)
def test_anything_beyond_is_none(number):
    assert not PATTERN.fullmatch(str(number))


def test_a_number_too_large_is_not_found_whatever_the_method(client):
    address = f"/api/v1/communities/{LARGEST_ID + 1}/claims"
    assert client.get(address).status_code == client.post(address).status_code == 404
