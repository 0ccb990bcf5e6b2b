"""What residents said in the newest household survey that asked for their stance: counted there, never typed."""

from datetime import datetime

from server.kernel.chinatime import china_day
from server.plans.rules.pilots import Will
from server.surveys import queries as surveys
from server.surveys.rules.definition import Definition, Question
from server.surveys.rules.results import question_results
from server.surveys.rules.sums import Dimension
from server.surveys.rules.words import Kind, Stance


def counted_will(community_id: int, now: datetime) -> Will | None:
    """None where nobody was asked yet."""
    for of in surveys.surveys_of(community_id):
        if of.opened_at is None or of.opened_at > now:
            continue
        definition = surveys.definition_of(surveys.version(of.id, of.version_number))
        question = _stance_asked(definition)
        if question is None:
            continue
        table = surveys.sums(of.id, [Dimension.ALL])
        result = next(
            one
            for one in question_results(definition, table.get((Dimension.ALL, "")))
            if one.key == question.key
        )
        agreeing = sum(line.count for line in result.lines if line.cell == Stance.AGREE.value)
        on = china_day(of.opened_at)
        return Will(
            agreeing,
            result.answered,
            f"入户调查“{of.title}”（{on.year} 年 {on.month} 月 {on.day} 日起）"[:120],
        )
    return None


def _stance_asked(definition: Definition) -> Question | None:
    """The first question that asks whether the household agrees."""
    return next((one for one in definition.questions if one.kind is Kind.STANCE and one.is_consent), None)
