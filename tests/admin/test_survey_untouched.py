"""The editor loses nothing that it cannot make itself."""

import pytest

from server.surveys.rules.definition import Option
from server.surveys.rules.templates import TEMPLATES, template
from tests.admin.pages import sent_by
from tests.admin.survey_editors import open_editor
from tests.factories.surveys import WHOLE, form_of, question

#: What the editor itself does not make, but a sheet of another program may bring.
BROUGHT = form_of(
    question("n", "number", least="1", most="9", unit="口", decimals=1, longest=7),
    question("s", "scale", least="0", most="2", step="0.5", decimals=1, unit="分", low="差", high="好"),
    question("m", "many", title="哪些", is_consent=True, at_most=2, help="一行\n两行"),
    question("c", "calculate", title="合计", formula=["+", ["ref", "n"], ["num", "1"]]),
    question("r", "ranking", show_if=["=", ["ref", "n"], ["num", "3"]], constraint=[">", ["self"], ["num", "0"]]),
    question("w", "contribution", ways=[{"value": "x", "title": "现金", "help": "当面"}], is_public=False),
    question("o", "one", options=[{"value": "p|q", "title": "东｜西"}, {"value": "z", "title": "上\n下"}], other=True),
    question("f", "one", show_if=["!=", ["ref", "o"], ["str", "z"]], options=[
        {"value": "1", "title": "同", "show_if": ["=", ["ref", "o"], ["str", "z"]]}, {"value": "2", "title": "同"},
    ]),
    question("i", "items", at_most=1, options=[{"value": "B-99", "title": "旧清单里的"}]),
    question("t", "text", title="姓名", personal="name", why="回访", longest=20),
    question("d", "date", least="2026-01-01"),
    question("p", "photo", picture=3),
    question("g", "note", title="说明"),
)  # fmt: skip


@pytest.mark.parametrize(
    "definition",
    [
        pytest.param(WHOLE, id="of-every-kind"),
        pytest.param(BROUGHT, id="brought-by-a-sheet"),
        *(pytest.param(template(one.key, [Option("B-01", "修路")]), id=one.key) for one in TEMPLATES),
    ],
)
def test_a_form_that_is_opened_and_saved_untouched_changes_nothing(app, clock, definition: dict) -> None:
    editor = open_editor(app, definition)
    before = editor.definition
    places = [f"questions/{one.key}" for one in before.questions]
    for place in [*places, *(f"sections/{one.key}" for one in before.sections)]:
        page = editor.get(place).text
        saved = editor.browser.post(f"{editor.page}/{place}", data=sent_by(page, f"{editor.page}/{place}"))
        assert saved.status_code == 302, (place, saved.text)
        assert editor.definition == before, place
