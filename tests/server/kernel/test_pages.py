"""A long list is cut into pages."""

import pytest

from server.kernel.pages import Page


@pytest.mark.parametrize(
    ("number", "total", "last", "has_previous", "has_next"),
    [
        pytest.param(1, 0, 1, False, False, id="nothing-is-one-page"),
        pytest.param(1, 50, 1, False, False, id="a-full-page-is-the-last"),
        pytest.param(1, 51, 2, False, True, id="one-more-makes-a-second"),
        pytest.param(2, 51, 2, True, False, id="the-second-is-the-last"),
    ],
)
def test_a_page_knows_its_neighbours(number, total, last, has_previous, has_next):
    page = Page([], number, 50, total)
    assert (page.last, page.has_previous, page.has_next) == (last, has_previous, has_next)
