"""The questions that are being written: a draft's own, or the correction of a survey that has begun."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import url_for

from admin.session import me
from admin.surveys.pages import found_survey
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.kernel.errors import NotFound, Refused
from server.surveys import actions, queries
from server.surveys.models import Survey
from server.surveys.rules.definition import Definition, Question, Section, Tree, read_definition
from server.surveys.rules.stages import Stage
from server.surveys.rules.wording import SOMETIMES, condition_in_words
from server.surveys.sheet.expressions import xpath_of


@dataclass(frozen=True)
class Worksheet:
    """`seen` names the state that was shown: who changes it says which state they saw."""

    survey: Survey
    definition: Definition
    seen: str
    is_correction: bool

    def question(self, key: str) -> Question:
        """Raises NotFound."""
        found = self.definition.by_key.get(key)
        if found is None:
            raise NotFound("这道题没有了，可能别人刚刚删掉。请回到问卷看看。")
        return found

    def section(self, key: str) -> Section:
        found = self.definition.section(key)
        if found is None:
            raise NotFound("这一部分没有了，可能别人刚刚删掉。请回到问卷看看。")
        return found

    def href(self, anchor: str = "") -> str:
        """The editor, at the place where somebody just worked."""
        of = self.survey
        return url_for(
            "admin.surveys.edit_questions",
            community_id=of.community_id,
            survey_id=of.id,
            _anchor=anchor or None,
        )


def worksheet(community_id: int, survey_id: int) -> Worksheet:
    """Raises Refused where the questions stand fast."""
    of = found_survey(community_id, survey_id)
    stage = queries.stage(of, now())
    if stage is Stage.DRAFT:
        form = queries.form(of)
        return Worksheet(of, form.definition, form.fingerprint, is_correction=False)
    if stage is Stage.CLOSED:
        raise Refused("问卷已经结束，问题不能再改。可以照它再做一份。", code="over")
    held = queries.correction(of.id)
    if held is None:
        raise Refused("问卷已经开始，问题不能直接改。请到问卷页点“更正问题”。", code="opened")
    return Worksheet(of, read_definition(held.definition), held.fingerprint, is_correction=True)


def write(sheet: Worksheet, change: Callable[[Definition], Definition], seen: str) -> None:
    """One act on the questions. What was done already is not done again, whoever did it.

    Raises Conflict where somebody changed them since they were shown.
    """
    with unit_of_work():
        held = worksheet(sheet.survey.community_id, sheet.survey.id)
        after = change(held.definition)
        if after == held.definition:
            return
        act = actions.change_correction if held.is_correction else actions.change_questions
        act(held.survey, after.as_json(), seen=seen, actor=me().actor, now=now())


def said_condition(tree: Tree | None, definition: Definition) -> str:
    """A condition in words; one that no sentence says as its formula, for whoever wrote it in a sheet."""
    words = condition_in_words(tree, definition)
    return f"公式 {xpath_of(tree)}" if tree is not None and words == SOMETIMES else words


def names_taken(sheet: Worksheet) -> set[str]:
    """Keys of every question there is or ever was in this survey: answers are kept under them."""
    definitions = [queries.definition_of(row) for row in queries.versions(sheet.survey.id)]
    return {key for one in (*definitions, sheet.definition) for key in one.by_key}


def values_taken(sheet: Worksheet, key: str) -> set[str]:
    """Values of every option that this question ever had."""
    definitions = [queries.definition_of(row) for row in queries.versions(sheet.survey.id)]
    held = [one.by_key[key] for one in definitions if key in one.by_key]
    return {option.value for question in held for option in (*question.options, *question.ways)}
