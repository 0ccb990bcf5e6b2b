"""Package questions: what they offer to whom, what one answer comes to, and how the costs are fixed at the opening."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from server.catalogue.rules.ground import Ground, Payer
from server.catalogue.rules.package import Line, Menu, Tariff, line, menu
from server.catalogue.rules.subsidy import Subsidy, subsidy
from server.surveys.rules.definition import Definition, Option, Question
from server.surveys.rules.offers import Offer
from server.surveys.rules.words import Kind

#: Cells of the sums beside those of the options: their sign stays out of the options' values.
COST = "#cost:"
KEPT = "#kept"
WITHIN = "#within"


@dataclass(frozen=True)
class Package:
    """What one answer comes to. `unpriced`: so many of its items have no price, and are not in the cost."""

    cost: int
    subsidy: Subsidy
    unpriced: int
    budget: int | None = None

    @property
    def is_within(self) -> bool:
        return self.budget is not None and self.cost <= self.budget


def package_of(question: Question, codes: Iterable[str]) -> Package:
    wanted = set(codes)
    offers = [offer_at(option) for option in question.options if option.value in wanted]
    return Package(
        sum(one.cost or 0 for one in offers),
        subsidy(one.subsidy_key for one in offers),
        sum(1 for one in offers if one.cost is None),
        question.budget,
    )


def package_cells(question: Question, codes: Iterable[str]) -> Iterator[str]:
    """The cells that an answer adds beside its items."""
    found = package_of(question, codes)
    yield f"{COST}{found.cost}"
    if found.subsidy.is_kept:
        yield KEPT
    if found.is_within:
        yield WITHIN


def costs_of(cells: Mapping[str, Any]) -> dict[int, int]:
    """How many packages there are of each cost."""
    return {int(cell[len(COST) :]): int(count) for cell, count in cells.items() if cell.startswith(COST)}


def offer_at(option: Option) -> Offer:
    """What came from elsewhere without a price is offered without one."""
    return option.offer or Offer()


def package_questions(definition: Definition) -> list[Question]:
    return [one for one in definition.questions if one.kind is Kind.PACKAGE]


def menu_of(question: Question, ground: Ground, payer: Payer) -> Menu:
    """The question for one household. Where the costs are fixed already, they stand; before the opening they are today's."""
    drawn = menu(_tariffs(question), ground, payer=payer, budget=question.budget)
    lines = tuple(
        _fixed(one, offer_at(option)) for one, option in zip(drawn.lines, question.options, strict=True)
    )
    return replace(drawn, lines=lines)


def _tariffs(question: Question) -> list[Tariff]:
    return [offer_at(option).tariff(option.value, option.title) for option in question.options]


def _fixed(drawn: Line, offer: Offer) -> Line:
    return drawn if offer.cost is None else replace(drawn, cost=offer.cost)


def with_costs(definition: Definition, ground: Ground, *, is_anew: bool) -> Definition:
    """Every package question with what its items cost this community. `is_anew`: also where that was fixed before."""
    return replace(
        definition,
        sections=tuple(
            replace(
                section, questions=tuple(_costed(one, ground, is_anew=is_anew) for one in section.questions)
            )
            for section in definition.sections
        ),
    )


def _costed(question: Question, ground: Ground, *, is_anew: bool) -> Question:
    if question.kind is not Kind.PACKAGE:
        return question
    options = tuple(_costed_option(one, ground, is_anew=is_anew) for one in question.options)
    budget = question.budget
    if is_anew or budget is None:
        each = question.household_budget
        budget = each * ground.whole.households if each is not None else None
    return replace(question, options=options, budget=budget)


def _costed_option(option: Option, ground: Ground, *, is_anew: bool) -> Option:
    offer = offer_at(option)
    if offer.cost is not None and not is_anew:
        return option
    return replace(
        option, offer=replace(offer, cost=line(offer.tariff(option.value, option.title), ground).cost)
    )
