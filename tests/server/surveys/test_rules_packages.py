"""Which questions are packages, and what one answer to them adds to the sums beside its items."""

from decimal import Decimal

import pytest

from server.catalogue.rules.ground import Ground, Stair
from server.surveys.rules.definition import Question, read_definition
from server.surveys.rules.offers import Offer
from server.surveys.rules.packages import costs_of, offer_at, package_cells, package_questions, with_costs
from tests.factories.packages import package
from tests.factories.surveys import form_of, question

#: Six flats in one entrance.
GROUND = Ground((Stair(1, 1, 6, Decimal("406.20")),))


def asked(budget: int | None) -> Question:
    definition = read_definition(form_of(package(household_budget=budget)))
    return with_costs(definition, GROUND, is_anew=True).questions[0]


@pytest.mark.parametrize(
    ("codes", "budget", "cells"),
    [
        # Water and road cost six households 900,000 fen: 150,000 for each.
        pytest.param(["B02", "B06"], 150_000, {"#cost:900000", "#kept", "#within"}, id="kept-and-just-within"),
        pytest.param(["B02", "B06"], 149_999, {"#cost:900000", "#kept"}, id="kept-and-a-fen-beyond"),
        pytest.param(["B02"], 150_000, {"#cost:600000", "#within"}, id="within-and-not-kept"),
        pytest.param(["B02"], 99_999, {"#cost:600000"}, id="neither"),
        pytest.param(["B02", "B06"], None, {"#cost:900000", "#kept"}, id="without-a-budget-nothing-is-within-it"),
        pytest.param([], 150_000, {"#cost:0", "#within"}, id="nothing-was-picked"),
        pytest.param(["B01"], 150_000, {"#cost:0", "#within"}, id="what-has-no-price-costs-nothing-here"),
    ],
)  # fmt: skip
def test_an_answer_adds_its_cost_and_a_cell_for_what_it_keeps_and_keeps_within(
    codes: list[str], budget: int | None, cells: set[str]
) -> None:
    found = list(package_cells(asked(budget), codes))
    assert set(found) == cells
    assert len(found) == len(cells)


def test_costs_are_read_back_from_the_cells_and_from_no_others() -> None:
    cells = {"#cost:0": 1, "#cost:900000": "2", "#kept": 3, "#within": 3, "#answered": 3, "B02": 2}
    assert costs_of(cells) == {0: 1, 900_000: 2}
    assert costs_of({}) == {}


def test_packages_are_told_from_every_other_question_in_the_order_of_the_form() -> None:
    definition = read_definition(
        form_of(package("one"), question("items", "items"), package("two"), question("many", "many"))
    )
    assert [found.key for found in package_questions(definition)] == ["one", "two"]
    assert package_questions(read_definition(form_of(question()))) == []


def test_what_came_without_a_price_is_offered_without_one() -> None:
    with_price, *_, without = asked(None).options
    assert offer_at(with_price) is with_price.offer
    assert without.offer is not None
    (bare,) = [one for one in read_definition(form_of(package())).questions[0].options if one.offer is None]
    assert offer_at(bare) == Offer()
