"""The surveys of the plan: asked, answered in batches, folded, their results hung."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from server.catalogue import queries as catalogue
from server.example.plan2020.course import Course, Reached
from server.example.plan2020.draws import Draws
from server.example.plan2020.places import Community
from server.example.plan2020.staff import Desk
from server.example.surveys import CLAIMED, answers
from server.example.votes import at
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.ledger import queries as ledger
from server.ledger.queries import HouseholdCard
from server.ledger.rules.words import HouseholdState
from server.surveys import actions, queries
from server.surveys.actions import Answering, Heading, Submitted
from server.surveys.queries import Form
from server.surveys.rules.definition import Option
from server.surveys.rules.templates import WILLINGNESS, template
from server.surveys.rules.words import Capacity, Channel, Proof

INTRO = "小区列入了改造计划。先问问每一家：同不同意改，最想改什么，愿不愿意出一点。结果会贴出来，只供商量方案用，不是表决。"
#: Of twenty who answer, so many each way; the others by their slip.
_AT_DOOR, _ON_PAPER, _AT_POSTER = 4, 2, 3
_CAPACITIES = (*(Capacity.OWNER,) * 5, *(Capacity.FAMILY,) * 2, *(Capacity.TENANT,) * 2)
#: Numbers of answers: far apart, so that no two communities answer alike.
_VARIETY = 100_000


def ask(community_id: int, of: Community, course: Course, desk: Desk, today: datetime) -> None:
    """As far as this community has come."""
    form = _opened(community_id, of, course, desk, today)
    submitted = _submitted(form, of, course, desk, today)
    actions.answer_in_batch(form, submitted)
    actions.fold_survey(form.survey_id)
    if course.reached.is_at_least(Reached.SURVEY_NOTICED):
        actions.publish_results(
            queries.known(form.survey_id),
            client_key=f"plan-{of.number}-result",
            actor=desk.clerk,
            now=at(today, course.days.survey_closes + 1, 9),
        )


def _opened(community_id: int, of: Community, course: Course, desk: Desk, today: datetime) -> Form:
    began = at(today, course.days.survey_opens, 9)
    survey = actions.draft_survey(
        community_id,
        Heading("改造意愿入户调查", INTRO),
        template(WILLINGNESS.key, _wanted(community_id, began)),
        client_key=f"plan-{of.number}-survey",
        actor=desk.clerk,
        now=began,
    )
    actions.open_survey(
        survey, closes_at=at(today, course.days.survey_closes, 18), actor=desk.clerk, now=began
    )
    return queries.form(survey)


def _wanted(community_id: int, moment: datetime) -> list[Option]:
    place = ledger.place(community_id)
    found = catalogue.items(china_day(moment), place.division_path if place else "")
    return [Option(one.code, one.name, help=one.description) for one in found]


def _submitted(form: Form, of: Community, course: Course, desk: Desk, today: datetime) -> list[Submitted]:
    """In the order of time: who answers when, and how."""
    draws = of.draws("answers")
    homes = [one for one in queries.households_asked(form.survey) if one.state is HouseholdState.OCCUPIED]
    asked = draws.shuffled(homes)
    answering = asked[: len(asked) * course.answering // 100]
    moments = _moments(len(answering), course, draws, today)
    return [
        _one(form, of, place, household, moment, draws, desk)
        for place, (household, moment) in enumerate(zip(answering, moments, strict=True))
    ]


def _moments(count: int, course: Course, draws: Draws, today: datetime) -> Sequence[datetime]:
    """By day and in the evening, until the closing or until this morning."""
    last = min(course.days.survey_closes, 0)
    days = max(1, last - course.days.survey_opens)
    return sorted(
        at(today, course.days.survey_opens + draws.below(days), 10 + draws.below(11), draws.below(60))
        + timedelta(seconds=draws.below(60))
        for _ in range(count)
    )


def _one(
    form: Form,
    of: Community,
    place: int,
    household: HouseholdCard,
    moment: datetime,
    draws: Draws,
    desk: Desk,
) -> Submitted:
    how, actor = _way(of, place, moment, draws, desk)
    said = answers(form.definition, of.number * _VARIETY + draws.below(_VARIETY))
    return Submitted(household, said, how, f"plan-{of.number}-answer-{place}", actor, moment)


def _way(of: Community, place: int, moment: datetime, draws: Draws, desk: Desk) -> tuple[Answering, Actor]:
    capacity, drawn = draws.of(_CAPACITIES), draws.below(20)
    if drawn < _AT_DOOR:
        return Answering(Proof.PROVEN, Channel.DOOR, capacity), desk.clerk
    if drawn < _AT_DOOR + _ON_PAPER:
        return Answering(Proof.PROVEN, Channel.PAPER, capacity, signed_on=china_day(moment)), desk.clerk
    if drawn < _AT_DOOR + _ON_PAPER + _AT_POSTER:
        device = f"示例手机 {of.number}-{place}"
        return Answering(Proof.CLAIMED, Channel.POSTER, capacity, device=device), CLAIMED
    return Answering(Proof.PROVEN, Channel.SLIP, capacity), CLAIMED
