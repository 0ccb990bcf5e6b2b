"""A survey and the browser of whoever writes it, for tests of the editor."""

import io
import re

from PIL import Image

from server.identity.rules import Role
from server.infra.db import unit_of_work
from server.surveys import actions, queries
from server.surveys.models import Survey
from server.surveys.rules.definition import Definition, Question
from tests.admin.browsers import browser_of
from tests.admin.forms import post_form
from tests.factories.identity import make_staff
from tests.factories.ledger import make_small_community
from tests.factories.surveys import ASKING, CLERK, make_survey, question

TWO = {
    "sections": [
        {
            "key": "s1",
            "title": "一",
            "questions": [question("a", title="修什么"), question("b", title="何时")],
        },
        {"key": "s2", "title": "二", "questions": [question("c", title="谁来")]},
    ],
    "thanks": "谢谢。",
}
SEEN = re.compile(r'name="seen" value="([0-9a-f]{64})"')
KEY = re.compile(r'name="key" value="([^"]+)"')
UNTOUCHED = {"title": "修什么", "options": "甲\n乙", "is_public": "yes", "kind": "one"}


def open_editor(app, definition: dict) -> "Editor":
    """A draft of a small community, opened by its clerk."""
    community, _ = make_small_community(3)
    return Editor(
        make_survey(community, definition), browser_of(app, make_staff(Role.CLERK, community=community))
    )


class Editor:
    """A survey and the browser of whoever writes it."""

    def __init__(self, survey: Survey, browser) -> None:
        self.survey = survey
        self.browser = browser
        self.page = f"/admin/communities/{survey.community_id}/surveys/{survey.id}"

    def get(self, path: str):
        return self.browser.get(f"{self.page}/{path}".rstrip("/"))

    def seen(self) -> str:
        return SEEN.search(self.get("questions").text).group(1)

    def send(self, path: str, *, on: str = "questions", **typed):
        return post_form(
            self.browser, f"{self.page}/{on}", f"{self.page}/{path}", {"seen": self.seen(), **typed}
        )

    @property
    def definition(self) -> Definition:
        return queries.form(queries.known(self.survey.id)).definition

    def question(self, key: str) -> Question:
        return self.definition.by_key[key]

    def order(self) -> list[list[str]]:
        return [[one.key for one in section.questions] for section in self.definition.sections]

    def change_meanwhile(self, definition: dict) -> None:
        with unit_of_work():
            actions.change_questions(
                self.survey,
                definition,
                seen=queries.form(self.survey).fingerprint,
                actor=CLERK,
                now=ASKING,
            )


def picture(color: tuple[int, int, int] = (1, 2, 3)) -> tuple[io.BytesIO, str]:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), color).save(out, "PNG")
    return io.BytesIO(out.getvalue()), "p.png"
