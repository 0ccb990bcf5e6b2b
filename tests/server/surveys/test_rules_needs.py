"""What households want is counted from items they ticked and from packages they put together, each with its base."""

from typing import Any

import pytest

from server.surveys.queries import needs_ranking
from server.surveys.rules.definition import read_definition
from server.surveys.rules.needs import ranked_needs
from tests.factories.packages import option
from tests.factories.surveys import answer, form_of, make_asked, question

TICKED = {
    "#answered": 10,
    "B02": 8,
    "B02@top": 5,
    "W02": 2,
}
PACKED = {"#answered": 4, "B02": 1, "B03": 3}


def items(*codes: str) -> dict[str, Any]:
    return question("items", "items", options=[{"value": one, "title": one} for one in codes])


def offered(*codes: str) -> dict[str, Any]:
    return question("package", "package", options=[option(one, one) for one in codes])


def ranking(counts: dict[str, dict[str, int]], *questions: dict[str, Any]) -> list[tuple[Any, ...]]:
    found = ranked_needs(read_definition(form_of(*questions)).questions, counts)
    return [(one.code, one.wanted, one.answered, one.packed, one.packed_of) for one in found]


@pytest.mark.parametrize(
    ("counts", "questions", "found"),
    [
        pytest.param({}, [items("B02")], [("B02", 0, 0, 0, 0)], id="nobody-answered"),
        pytest.param({"items": TICKED}, [items("W02", "B02")], [("B02", 8, 10, 0, 0), ("W02", 2, 10, 0, 0)], id="items-alone"),
        pytest.param({"package": PACKED}, [offered("B02", "B03")], [("B03", 3, 4, 3, 4), ("B02", 1, 4, 1, 4)], id="packages-alone"),
        pytest.param(
            {"items": TICKED, "package": PACKED}, [items("B02", "W02"), offered("B02", "B03")],
            [("B02", 8, 10, 1, 4), ("B03", 3, 4, 3, 4), ("W02", 2, 10, 0, 0)], id="by-the-share-of-each-base",
        ),
        pytest.param({}, [question()], [], id="no-items-asked"),
    ],
)  # fmt: skip
def test_items_are_ranked_by_the_share_of_those_who_were_asked(
    counts: dict[str, dict[str, int]], questions: list[dict[str, Any]], found: list[tuple[Any, ...]]
) -> None:
    assert ranking(counts, *questions) == found


@pytest.mark.usefixtures("app")
def test_packages_that_residents_put_together_are_counted_among_the_needs() -> None:
    survey, flats = make_asked(form_of(offered("B02", "B03")))
    answer(survey, flats[0], {"package": ["B02", "B03"]})
    answer(survey, flats[1], {"package": ["B03"]})
    assert [(one.code, one.packed, one.packed_of, one.is_only_packed) for one in needs_ranking(survey)] == [
        ("B03", 2, 2, True),
        ("B02", 1, 2, True),
    ]
