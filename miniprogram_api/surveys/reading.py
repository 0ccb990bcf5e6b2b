"""What both faces ask about surveys: which are this person's, for which households they answer, and what these said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from miniprogram_api.homes import communities_of
from miniprogram_api.session import Resident
from server.kernel.errors import NotFound
from server.surveys import actions, queries
from server.surveys.models import Survey, SurveyResponse
from server.surveys.queries import Answerer, Draft, Form
from server.surveys.rules.definition import Definition
from server.surveys.rules.stages import Stage
from server.surveys.rules.words import Kind, Proof

PUBLIC_STAGES = (Stage.OPEN, Stage.CLOSED)


@dataclass(frozen=True)
class Home:
    """One household that this person answers for, with what there is of it already."""

    answerer: Answerer
    draft: Draft | None
    answered: SurveyResponse | None
    #: Given at the poster for this household, and waiting to be confirmed or replaced.
    claimed: SurveyResponse | None

    @property
    def waits(self) -> bool:
        return self.answered is None


def public_survey(survey_id: int, moment: datetime) -> Survey:
    """A survey that was opened. Raises NotFound for a draft as for one that does not exist."""
    found = queries.survey(survey_id)
    if found is None or queries.stage(found, moment) not in PUBLIC_STAGES:
        raise unknown()
    return found


def unknown() -> NotFound:
    return NotFound("没有这份问卷，或者还没有开始。", code="survey_unknown")


def own_survey(survey_id: int, resident: Resident, moment: datetime) -> Survey:
    """A survey of a community where this person has a home. Raises NotFound for any other."""
    found = public_survey(survey_id, moment)
    if found.community_id not in communities_of(resident.id):
        raise unknown()
    return found


def surveys_for(resident_id: int, moment: datetime) -> list[tuple[Survey, Stage]]:
    """Those of the communities of this person's homes, the open ones first, then newest first."""
    shown = [
        (one, queries.stage(one, moment))
        for community_id in communities_of(resident_id)
        for one in queries.surveys_of(community_id)
    ]
    public = [pair for pair in shown if pair[1] in PUBLIC_STAGES]
    return sorted(public, key=lambda pair: (pair[1] is not Stage.OPEN, -pair[0].id))


def waiting_for(resident_id: int, moment: datetime) -> list[tuple[Survey, list[Answerer]]]:
    """The open surveys with the households of this person whose answer is still to come."""
    found = queries.open_surveys(communities_of(resident_id), moment)
    if not found:
        return []
    asked = [(of, queries.answerers(of, resident_id)) for of in found]
    answered = queries.answered_by_slip(
        [of.id for of in found], {one.household.id for _, some in asked for one in some}
    )
    left = [(of, [one for one in some if (of.id, one.household.id) not in answered]) for of, some in asked]
    return [pair for pair in left if pair[1]]


def open_at(
    community_id: int, building_id: int | None, entrance_ids: Sequence[int], moment: datetime
) -> list[Survey]:
    """The open surveys that ask the households behind a poster; without a building, all of the community."""
    found = queries.open_surveys([community_id], moment)
    if building_id is None:
        return found
    return [
        of
        for of in found
        if (not of.building_ids or building_id in of.building_ids)
        and (not of.entrance_ids or not set(entrance_ids).isdisjoint(of.entrance_ids))
    ]


def homes_of(of: Survey, resident: Resident) -> list[Home]:
    return [_home(of, one) for one in queries.answerers(of, resident.id)]


def own_household(of: Survey, resident: Resident, household_id: int) -> Answerer:
    """Raises NotFound for a household whose slip this person never opened."""
    for one in queries.answerers(of, resident.id):
        if one.household.id == household_id:
            return one
    raise NotFound("这一户的问卷不在你这里。请先扫这一户信箱里的纸条。", code="not_your_home")


def photos_of(definition: Definition, answers: Mapping[str, Any]) -> set[str]:
    """The ids of the photos that these answers name."""
    return {
        str(one)
        for question in definition.questions
        if question.kind is Kind.PHOTO
        for one in answers.get(question.key) or ()
    }


def own_photos(form: Form, household_id: int) -> set[str]:
    """The photos that the household's own draft or last answer names: no other may be named again, or seen."""
    draft = queries.draft(form.survey.id, household_id, actions.SLIP_HOLDER)
    last = queries.latest(form.survey.id, household_id, Proof.PROVEN)
    found = photos_of(form.definition, draft.answers) if draft else set()
    return found | (photos_of(form.definition, last.answers) if last else set())


def with_own_photos(
    form: Form, household_id: int, answers: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """The answers without photos that this household did not send, and a sentence for each question that named one."""
    asked = [one.key for one in form.definition.questions if one.kind is Kind.PHOTO and answers.get(one.key)]
    own = own_photos(form, household_id) if asked else set()
    kept, strange = dict(answers), {}
    for key in asked:
        named = answers[key] if isinstance(answers[key], list) else [answers[key]]
        kept[key] = [one for one in named if str(one) in own]
        if len(kept[key]) < len(named):
            strange[key] = ["这张照片不是这一户传的。请重新传一次。"]
    return kept, strange


def _home(of: Survey, one: Answerer) -> Home:
    household_id = one.household.id
    return Home(
        one,
        queries.draft(of.id, household_id, actions.SLIP_HOLDER),
        queries.latest(of.id, household_id, Proof.PROVEN),
        queries.claimed_to_confirm(of.id, household_id),
    )
