"""Numbers in addresses: ids that a table can hold, pages that a list can have, and nothing beyond."""

import re
from pathlib import Path

import pytest
from marshmallow import Schema
from marshmallow.fields import Integer, List

from server.infra.web.addresses import LARGEST_ID, LAST_PAGE, RowNumber, asked_number, page_asked
from server.infra.web.forms import load_values
from server.kernel.errors import Invalid

ROOT = Path(__file__).resolve().parents[2]
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


@pytest.mark.parametrize(
    ("said", "page"),
    [
        ("", 1), ("page=0", 1), ("page=-3", 1), ("page=x", 1), ("page=1", 1), ("page=2", 2),
        (f"page={LAST_PAGE}", LAST_PAGE), (f"page={LAST_PAGE + 1}", LAST_PAGE), (f"page={10**30}", LAST_PAGE),
    ],
)  # fmt: skip
def test_the_page_that_is_asked_is_one_that_a_list_can_have(app, said, page):
    with app.test_request_context(f"/?{said}"):
        assert page_asked() == page


def test_a_longer_list_may_have_more(app):
    with app.test_request_context(f"/?page={LAST_PAGE + 1}"):
        assert page_asked(1_000_000) == LAST_PAGE + 1


def test_every_page_of_a_list_is_asked_in_one_place():
    doors = [path for door in ("admin", "miniprogram_api") for path in (ROOT / door).rglob("*.py")]
    asking = {
        path.relative_to(ROOT).as_posix() for path in doors if 'args.get("page"' in path.read_text("utf-8")
    }
    # These two bound it by what they list.
    assert asking == {"admin/tickets/boards.py", "miniprogram_api/pages/tickets/following.py"}


@pytest.mark.parametrize(
    ("sent", "number"),
    [
        ("7", 7),
        (str(LARGEST_ID), LARGEST_ID),
        (str(LARGEST_ID + 1), None),
        ("9" * 40, None),
        ("x", None),
        ("", None),
    ],
)
def test_a_number_behind_the_question_mark_is_one_that_a_table_can_hold(app, sent, number):
    with app.test_request_context(f"/?of={sent}"):
        assert asked_number("of") == number


class Chosen(Schema):
    one = Integer()
    some = List(Integer())


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        pytest.param({"one": LARGEST_ID, "some": [1, LARGEST_ID]}, set(), id="the-largest"),
        pytest.param({"one": LARGEST_ID + 1, "some": [1]}, {"one"}, id="one-beyond"),
        pytest.param({"one": -LARGEST_ID - 1}, {"one"}, id="one-below"),
        pytest.param({"one": 1, "some": [1, LARGEST_ID + 1]}, {"some"}, id="one-of-several"),
    ],
)
def test_a_number_that_no_table_can_hold_is_refused_at_its_field(sent, wrong):
    if not wrong:
        assert load_values(Chosen(), sent) == sent
        return
    with pytest.raises(Invalid) as refused:
        load_values(Chosen(), sent)
    assert set(refused.value.fields) == wrong
