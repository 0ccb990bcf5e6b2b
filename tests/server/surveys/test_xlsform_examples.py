"""The yardstick of XLSForm: each example that pyxform, ODK and KoboToolbox publish either comes in and can be answered to
its end, or is refused naming the first thing in it that we do not take. What becomes of each stands in outcomes.json."""

import json
from pathlib import Path

import pytest

from server.surveys.rules.definition import read_definition
from server.surveys.rules.soundness import check_definition
from server.surveys.sheet import FormRefused, read_xlsform, write_xlsform
from tests.server.surveys.filling_in import answered_to_the_end
from tests.server.surveys.forms import EXAMPLES, examples, tables_of, xlsx

OUTCOMES: dict[str, dict[str, str]] = json.loads((EXAMPLES / "outcomes.json").read_text(encoding="utf-8"))
FORMS = {source: examples(source) for source in OUTCOMES}
TAKEN = [
    (source, name) for source, forms in OUTCOMES.items() for name, refusal in forms.items() if not refusal
]
REFUSED = [(source, name) for source, forms in OUTCOMES.items() for name, refusal in forms.items() if refusal]


def data(source: str, name: str) -> bytes:
    return xlsx(tables_of(FORMS[source][name]))


def test_it_is_said_of_every_example_what_becomes_of_it() -> None:
    assert {source: set(forms) for source, forms in FORMS.items()} == {
        source: set(forms) for source, forms in OUTCOMES.items()
    }
    assert {path.stem for path in EXAMPLES.glob("*.md")} == set(OUTCOMES)


@pytest.mark.parametrize(("source", "name"), TAKEN)
def test_an_example_comes_in_and_can_be_answered_to_the_end(source: str, name: str) -> None:
    form = read_xlsform(data(source, name), f"{name}.xlsx")
    definition = read_definition(form.definition)
    assert check_definition(definition) == []
    asked = [question for question in definition.questions if question.kind.is_asked]
    assert asked
    assert answered_to_the_end(definition).answers


@pytest.mark.parametrize(("source", "name"), TAKEN)
def test_an_example_goes_out_and_comes_in_again_as_it_was(source: str, name: str, tmp_path: Path) -> None:
    form = read_xlsform(data(source, name), f"{name}.xlsx")
    write_xlsform(tmp_path / "out.xlsx", read_definition(form.definition), form.title)
    again = read_xlsform((tmp_path / "out.xlsx").read_bytes(), "out.xlsx")
    assert (again.title, again.definition, again.left_out) == (form.title, form.definition, ())


@pytest.mark.parametrize(("source", "name"), REFUSED)
def test_an_example_is_refused_with_the_first_cell_that_we_do_not_take(source: str, name: str) -> None:
    with pytest.raises(FormRefused) as refused:
        read_xlsform(data(source, name), f"{name}.xlsx")
    first = refused.value.problems[0]
    assert f"{first.sheet} {first.row}{first.column}：{first.message}" == OUTCOMES[source][name]
