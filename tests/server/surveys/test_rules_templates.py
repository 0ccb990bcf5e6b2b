"""The questionnaires to start from can be asked as they stand, and answered to the end."""

from datetime import date
from typing import Any

import pytest

from server.surveys.rules.answering import clean
from server.surveys.rules.definition import Definition, Option, read_definition
from server.surveys.rules.soundness import check_definition
from server.surveys.rules.templates import NEEDS, SATISFACTION, TEMPLATES, WILLINGNESS, Template, template
from server.surveys.rules.words import Kind, Sensitive

TODAY = date(2026, 3, 4)
ITEMS = [Option(f"B{number:02}", f"内容 {number}", help="说明") for number in range(1, 6)]


def made(of: Template, items: list[Option] = ITEMS) -> Definition:
    return read_definition(template(of.key, items))


@pytest.mark.parametrize("of", TEMPLATES, ids=lambda one: one.key)
@pytest.mark.parametrize("count", [0, 1, 5])
def test_every_template_is_sound_with_any_catalogue(of: Template, count: int) -> None:
    assert check_definition(made(of, ITEMS[:count])) == []


def test_templates_have_names_and_say_what_they_are_for() -> None:
    assert [one.name for one in TEMPLATES] == ["改造意愿入户调查", "需求摸底", "满意度"]
    assert all(one.description.endswith("。") for one in TEMPLATES)


def test_there_is_no_template_of_another_name() -> None:
    with pytest.raises(KeyError):
        template("census")


def test_the_catalogue_is_written_into_the_question() -> None:
    (asked,) = (one for one in made(WILLINGNESS).questions if one.kind is Kind.ITEMS)
    assert asked.options == tuple(ITEMS)
    assert asked.most_important == 3


def test_without_a_catalogue_nothing_can_be_wanted() -> None:
    assert not [one for one in made(WILLINGNESS, []).questions if one.kind is Kind.ITEMS]


def test_the_household_survey_has_the_five_parts_and_is_short_enough_for_the_elderly() -> None:
    found = made(WILLINGNESS)
    assert len(found.sections) == 5
    assert len(found.questions) <= 16
    assert [one.key for one in found.questions if one.required] == ["agree"]
    assert {one.key for one in found.questions if one.is_consent} == {"agree", "property", "fund"}
    assert {one.sensitive for one in found.questions if one.sensitive} == {
        Sensitive.AGE,
        Sensitive.DISABILITY,
    }


@pytest.mark.parametrize("of", TEMPLATES, ids=lambda one: one.key)
def test_no_template_asks_for_a_name_or_a_phone(of: Template) -> None:
    assert not [one for one in made(of).questions if one.personal]


@pytest.mark.parametrize(
    ("of", "raw"),
    [
        pytest.param(
            WILLINGNESS,
            {
                "years": "from10", "people": "3", "age": "from60", "age.consent": True, "walking": ["support"],
                "walking.consent": True, "problems": ["roof", "other"], "problems.other": "野猫", "satisfied": "2",
                "agree": "agree", "agree.reason": "屋顶漏水", "items": ["B01", "B02"], "items.top": ["B02"], "lift": "much",
                "contribution": "to2000", "contribution.ways": ["cash"], "property": "agree", "fee": "to50",
                "unlawful": "nothing", "fund": "neutral", "join": ["watch"], "suggestion": "早点开工",
            },
            id="willingness",
        ),
        pytest.param(
            NEEDS,
            {
                "people": "3", "cars": "0", "problems": ["roof"], "pictures": [7], "services": ["meals"],
                "first": ["safe", "care", "easy", "clean", "cars"], "items": ["B01"], "suggestion": "没有",
            },
            id="needs",
        ),
        pytest.param(
            SATISFACTION,
            {
                "overall": "fair", "quality": "good", "trouble": "bad", "pace": "good", "openness": "good", "heard": "good",
                "repairs": ["roof"], "repair_pictures": [7, 8], "management": "nobody", "pays_fee": "better",
                "suggestion": "没有",
            },
            id="satisfaction",
        ),
    ],
)  # fmt: skip
def test_every_question_of_a_template_can_be_answered(of: Template, raw: dict[str, Any]) -> None:
    found = clean(made(of), raw, today=TODAY)
    assert found.errors == {}
    assert found.answers == raw
    assert found.shown == {question.key for question in made(of).questions}


def test_who_wants_no_property_company_is_not_asked_what_it_may_cost() -> None:
    assert (
        "fee" not in clean(made(WILLINGNESS), {"agree": "agree", "property": "disagree"}, today=TODAY).shown
    )


def test_nothing_is_ticked_beside_none() -> None:
    found = clean(made(WILLINGNESS), {"agree": "agree", "join": ["not", "help"]}, today=TODAY)
    assert found.errors == {"join": ["选了“都不方便”，就不要再选别的。"]}


@pytest.mark.parametrize(("repairs", "is_asked"), [([], False), (["none"], False), (["roof"], True)])
def test_pictures_are_asked_where_something_is_to_be_repaired(repairs: list[str], *, is_asked: bool) -> None:
    found = clean(made(SATISFACTION), {"overall": "good", "repairs": repairs}, today=TODAY)
    assert ("repair_pictures" in found.shown) is is_asked
