"""Package questions: their costs are fixed at the opening, each answer comes to something, and all are added up."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from server.catalogue.rules.ground import Ground, Payer, Stair, average_payer
from server.catalogue.rules.words import SubsidyKey
from server.infra.db import unit_of_work
from server.kernel.errors import Invalid
from server.ledger import queries as ledger
from server.ledger.models import Flat
from server.surveys import actions, exports, queries
from server.surveys.models import Survey
from server.surveys.rules.changes import changes
from server.surveys.rules.counting import contributions
from server.surveys.rules.definition import Definition, Question, read_definition
from server.surveys.rules.offers import Offer, offer_of
from server.surveys.rules.packages import menu_of, package_of, with_costs
from server.surveys.rules.publishing import public_results
from server.surveys.rules.results import QuestionResult, question_results
from server.surveys.rules.soundness import MOST_BUDGET, check_question
from server.surveys.rules.sums import Dimension, Group
from server.surveys.rules.wording import answer_in_words
from server.surveys.sheet.writing import write_xlsform
from tests.factories.ledger import make_flat
from tests.factories.packages import OPTIONS, option, package, price
from tests.factories.surveys import (
    ASKING,
    CLERK,
    answer,
    fold,
    form_of,
    make_asked,
    make_survey,
    question,
    reload,
)

GROUND = Ground((Stair(1, 1, 6, Decimal("406.20")),))


def asked(**facts: Any) -> Question:
    return opened(**facts).questions[0]


def opened(**facts: Any) -> Definition:
    return with_costs(read_definition(form_of(package(**facts))), GROUND, is_anew=True)


def costs(question: Question) -> list[int | None]:
    return [one.offer.cost if one.offer else None for one in question.options]


# ------------------------------------------------------------------ the definition


def test_prices_go_into_json_and_come_back() -> None:
    definition = opened(household_budget=200_000)
    assert read_definition(definition.as_json()) == definition
    first = definition.questions[0].options[0].offer
    assert first is not None
    assert first.subsidy_key is SubsidyKey.WATER
    assert (
        "offer"
        not in read_definition(form_of(question())).as_json()["sections"][0]["questions"][0]["options"][0]
    )


@pytest.mark.parametrize(
    "offer",
    [
        pytest.param({"scope": "street", "split_by": "area"}, id="no-such-scope"),
        pytest.param({"split_by": "area"}, id="no-scope"),
        pytest.param({"scope": "community", "split_by": "area", "subsidy_key": "heat"}, id="no-such-key"),
        pytest.param({"scope": "community", "split_by": "area", "cost": -1}, id="less-than-nothing"),
        pytest.param({"scope": "community", "split_by": "area", "cost": 1.5}, id="half-a-fen"),
        pytest.param({"scope": "community", "split_by": "area", "cost": 2**53}, id="too-much"),
        pytest.param({"scope": "community", "split_by": "area", "price": price(1, payers=["1/2", "1/3", "0/1"])}, id="no-whole"),
        pytest.param({"scope": "community", "split_by": "area", "price": price(1, payers=["1/0", "0/1", "0/1"])}, id="by-nought"),
        pytest.param({"scope": "community", "split_by": "area", "price": price(1, payers=["1/1"])}, id="one-payer"),
        pytest.param("free", id="no-object"),
    ],
)  # fmt: skip
def test_what_is_no_offer_is_refused(offer: Any) -> None:
    with pytest.raises(Invalid):
        read_definition(form_of(package() | {"options": [{"value": "a", "title": "甲", "offer": offer}]}))


@pytest.mark.parametrize(
    ("budget", "is_sound"),
    [
        pytest.param(None, True, id="none"),
        pytest.param(1, True, id="a-fen"),
        pytest.param(0, False, id="nothing"),
        pytest.param(MOST_BUDGET, True, id="a-million"),
        pytest.param(MOST_BUDGET + 1, False, id="more"),
    ],
)
def test_a_budget_is_something_or_not_there(budget: int | None, is_sound: bool) -> None:
    said = check_question(read_definition(form_of(package(household_budget=budget))).questions[0])
    assert (not any("预算" in one for one in said)) is is_sound


def test_one_content_is_enough_and_none_is_not() -> None:
    one = read_definition(form_of(package() | {"options": OPTIONS[:1]})).questions[0]
    none = read_definition(form_of(package() | {"options": []})).questions[0]
    assert check_question(one) == []
    assert any("至少要有 1 个选项" in said for said in check_question(none))


def test_costs_are_fixed_once_and_only_what_is_new_is_added() -> None:
    definition = opened(household_budget=200_000)
    first = definition.questions[0]
    assert costs(first) == [600_000, 300_000, 60_000, 60_000_000, None]
    assert first.budget == 1_200_000
    larger = Ground((Stair(1, 1, 12, Decimal("812.40")),))
    again = with_costs(definition, larger, is_anew=False)
    assert again == definition
    assert costs(with_costs(definition, larger, is_anew=True).questions[0])[0] == 1_200_000
    other = read_definition(form_of(question()))
    assert with_costs(other, larger, is_anew=True) == other
    assert asked().budget is None


def test_a_changed_price_is_told_apart_from_other_words() -> None:
    before = opened()
    dearer = read_definition(
        form_of(package() | {"options": [option("B02", "水管", price=price(2_000)), *OPTIONS[1:]]})
    )
    assert "“按预算你会改哪些”的选项“水管”改了价格。" in changes(before, dearer)
    worded = read_definition(form_of(package() | {"options": [{**OPTIONS[0], "help": "换新"}, *OPTIONS[1:]]}))
    assert "“按预算你会改哪些”的选项“水管”改了说明、图片或出现条件。" in changes(
        read_definition(form_of(package())), worded
    )


# ------------------------------------------------------------------ one answer


@pytest.mark.parametrize(
    ("codes", "cost", "is_kept", "is_within", "unpriced"),
    [
        pytest.param(["B02", "B06"], 900_000, True, True, 0, id="two-networks-inside-the-budget"),
        pytest.param(["B02", "B11"], 660_000, False, True, 0, id="lamps-are-not-power"),
        pytest.param(["W02"], 60_000_000, True, False, 0, id="a-lift-beyond-it"),
        pytest.param(["B01"], 0, False, True, 1, id="without-a-price"),
        pytest.param(["B02", "X"], 600_000, False, True, 0, id="what-is-not-offered"),
    ],
)
def test_what_an_answer_comes_to(
    codes: list[str], cost: int, is_kept: bool, is_within: bool, unpriced: int
) -> None:
    found = package_of(asked(household_budget=200_000), codes)
    assert (found.cost, found.subsidy.is_kept, found.is_within, found.unpriced) == (
        cost, is_kept, is_within, unpriced,
    )  # fmt: skip
    assert not package_of(asked(), codes).is_within


def test_an_answer_adds_its_items_its_cost_and_what_it_keeps() -> None:
    definition = opened(household_budget=150_000)
    cells = {cell for _, cell, _ in contributions(definition, {"pick": ["B02", "B06"]}, is_consent=False)}
    assert cells == {"#answered", "B02", "B06", "#cost:900000", "#kept", "#within"}
    beyond = {
        cell for _, cell, _ in contributions(definition, {"pick": ["B02", "B11", "W02"]}, is_consent=False)
    }
    assert beyond == {"#answered", "B02", "B11", "W02", "#cost:60660000", "#kept"}


def test_an_answer_is_read_out_with_its_sums() -> None:
    assert (
        answer_in_words(asked(), {"pick": ["B02", "B06"]})
        == "水管、道路；全小区要花 9,000.00 元，能拿到中央补助"
    )
    assert answer_in_words(asked(), {"pick": ["B11"]}).endswith("600.00 元，拿不到中央补助")


def test_a_household_sees_what_falls_to_it() -> None:
    payer = Payer(average_payer(GROUND).area, GROUND.stairs[0])
    found = menu_of(asked(), GROUND, payer)
    chosen = found.chosen(["B02", "B06", "W02"])
    # Two fifths of 6,000, 3,000 and 600,000, each a sixth.
    assert chosen.own == 40_000 + 20_000 + 4_000_000
    grown = Ground((Stair(1, 1, 12, Decimal("812.40")),))
    assert menu_of(asked(), grown, payer).by_code["B02"].cost == 600_000
    draft = read_definition(form_of(package())).questions[0]
    assert menu_of(draft, grown, payer).by_code["B02"].cost == 1_200_000


# ------------------------------------------------------------------ a whole survey


def make_answered() -> tuple[Survey, list[Flat]]:
    survey, flats = make_asked(form_of(package(household_budget=150_000)))
    for flat, codes in zip(flats, (["B02", "B06"], ["B02"], ["W02"], ["B02", "B06", "B11"]), strict=False):
        answer(survey, flat, {"pick": codes})
    return survey, flats


def results(survey: Survey) -> dict[str, QuestionResult]:
    group = queries.sums(survey.id, [Dimension.ALL])[Dimension.ALL, ""]
    return {one.key: one for one in question_results(queries.form(survey).definition, group)}


def lines(result: QuestionResult) -> list[tuple[str, int]]:
    return [(line.label, line.count) for line in result.lines]


def test_the_packages_of_a_community_are_added_up(app: Any) -> None:
    survey, _ = make_answered()
    for _ in range(2):
        found = results(survey)
        pick = found["pick"]
        assert (pick.answered, pick.median) == (4, (900_000 + 960_000) // 2)
        assert lines(pick) == [("水管", 3), ("道路", 2), ("照明", 1), ("电梯", 1), ("拆违", 0)]
        assert lines(found["pick#kept"]) == [("能", 3), ("不能", 1)]
        assert lines(found["pick#within"]) == [("没超", 2), ("超了", 2)]
        fold()


def test_a_package_that_is_changed_is_counted_as_it_is_now(app: Any) -> None:
    survey, flats = make_answered()
    fold()
    answer(survey, flats[2], {"pick": ["B11"]})
    found = results(survey)
    assert lines(found["pick"])[3] == ("电梯", 0)
    assert lines(found["pick#kept"]) == [("能", 2), ("不能", 2)]
    assert found["pick"].median == (600_000 + 900_000) // 2


def test_the_costs_stand_from_the_opening_whatever_the_ledger_does_then(app: Any) -> None:
    survey, flats = make_answered()
    community = survey.community_id
    make_flat(ledger.community(community))
    definition = queries.form(reload(survey)).definition
    assert costs(definition.questions[0])[0] == 600_000
    with_more = form_of({**package(household_budget=150_000), "options": [
        *definition.as_json()["sections"][0]["questions"][0]["options"], option("B03", "电线", price=price(100)),
    ]})  # fmt: skip
    with unit_of_work():
        survey = queries.known(survey.id)
        actions.correct_questions(
            survey,
            with_more,
            reason="漏了电线",
            seen=queries.form(survey).fingerprint,
            actor=CLERK,
            now=ASKING,
        )
    corrected = queries.form(reload(survey)).definition.questions[0]
    assert costs(corrected) == [600_000, 300_000, 60_000, 60_000_000, None, 70_000]
    assert flats


def test_a_draft_has_no_costs_yet(app: Any) -> None:
    survey, _ = make_asked()
    draft = make_survey(ledger.community(survey.community_id), form_of(package()))
    assert costs(queries.form(draft).definition.questions[0]) == [None] * 5
    menus = queries.menus(queries.form(draft).definition, survey.community_id)
    assert menus["pick"].by_code["B02"].cost == 600_000
    assert queries.menus(queries.form(survey).definition, survey.community_id) == {}


def test_the_export_has_the_items_the_cost_and_the_subsidy(app: Any) -> None:
    survey, _ = make_answered()
    text = "".join(exports.csv_lines(survey, has_labels=True))
    assert "按预算你会改哪些：全小区要花（元）" in text
    assert "水管、道路,9000.00,能" in text
    assert "水管,6000.00,不能" in text
    codes = "".join(exports.csv_lines(survey, has_labels=False))
    assert "pick.cost,pick.subsidy" in codes
    assert "B02 B06,9000.00,yes" in codes


def test_small_counts_of_packages_are_hidden_from_the_public() -> None:
    definition = opened(household_budget=150_000, required=True)
    counts = {
        "pick": {
            "#answered": 40,
            "B02": 30,
            "B06": 2,
            "W02": 20,
            "#kept": 38,
            "#within": 20,
            "#cost:600000": 40,
        }
    }
    found = {
        one.key: one for one in public_results(definition, Group(40, counts), least=5, is_one_version=True)
    }
    assert set(found) == {"pick", "pick#kept", "pick#within"}
    shown = {line.label: line.count.count for line in found["pick"].lines}
    assert (shown["水管"], shown["道路"]) == (30, None)
    assert all(line.count.is_hidden for line in found["pick#kept"].lines)
    assert [line.count.count for line in found["pick#within"].lines][:2] == [20, 20]
    private = opened(is_public=False)
    assert public_results(private, Group(40, counts), least=5, is_one_version=True) == []


def test_an_offer_is_the_price_of_the_catalogue_and_nothing_without_one() -> None:
    assert Offer().tariff("B01", "拆违").price is None
    first = asked().options[0].offer
    assert first is not None
    assert offer_of(first.tariff("B02", "水管")).tariff("B02", "水管") == first.tariff("B02", "水管")


def test_in_an_xlsform_a_package_is_a_choice_of_several(tmp_path: Path) -> None:
    write_xlsform(tmp_path / "form.xlsx", opened(household_budget=150_000), "调查")
    rows = list(load_workbook(tmp_path / "form.xlsx")["survey"].iter_rows(values_only=True))
    asked_row = next(row for row in rows if "pick" in row)
    assert asked_row[0] == "select_multiple pick"
    assert "package" not in asked_row
