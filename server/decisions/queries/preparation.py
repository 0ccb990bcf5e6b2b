"""The eight steps of a project's preparation: what projects keep of six, and steps ② and ③ from what was asked and told here.

Several communities share a project and never a survey: a step is done when it is done in each of them.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Protocol, TypeVar

from server.kernel.chinatime import china_day, last_day
from server.notices import queries as notices
from server.notices.queries import HungOut
from server.notices.rules import NoticeKind, is_over
from server.projects import queries as projects
from server.projects.rules.preparation import CommunityStep, StepFact, StepKind, checklist, joint_step
from server.surveys.queries.closings import Asked, asked


class OfCommunity(Protocol):
    @property
    def community_id(self) -> int: ...


T = TypeVar("T", bound=OfCommunity)


def preparation(project_id: int, now: datetime) -> list[StepFact]:
    """The eight steps of one project, in their order."""
    return preparations([project_id], now)[project_id]


def preparations(project_ids: Collection[int], now: datetime) -> dict[int, list[StepFact]]:
    """The same for many at once: a list shows of each whether it started with steps open."""
    members = projects.members(project_ids)
    communities = sorted({one.id for held in members.values() for one in held})
    surveyed = _by_community(asked(communities, now))
    posted = _by_community(notices.standing_of(NoticeKind.SURVEY_RESULT, communities))
    stored = projects.stored_steps(project_ids)
    return {
        project_id: checklist(
            stored[project_id],
            {
                StepKind.SURVEY: joint_step(
                    StepKind.SURVEY, [survey_step(one.name, surveyed.get(one.id, ()), now) for one in held]
                ),
                StepKind.RESULT_NOTICE: joint_step(
                    StepKind.RESULT_NOTICE,
                    [notice_step(one.name, posted.get(one.id, ()), now) for one in held],
                ),
            },
        )
        for project_id, held in members.items()
    }


def survey_step(community: str, surveys: Iterable[Asked], now: datetime) -> CommunityStep:
    """Done on the day the first survey closed in which at least one household's answer counts."""
    found = list(surveys)
    closed = [one for one in found if one.closes_at is not None and one.closes_at <= now]
    days = [last_day(one.closes_at) for one in closed if one.closes_at is not None and one.answered]
    if days:
        return CommunityStep(community, min(days), has_begun=True)
    if len(closed) < len(found):
        return CommunityStep(community, None, has_begun=True, words="正在填")
    return CommunityStep(community, None, words="的调查截止了，没有人答" if closed else "还没有调查")


def notice_step(community: str, posted: Iterable[HungOut], now: datetime) -> CommunityStep:
    """Done when a notice of the results has hung to its end and every objection to it is answered."""
    found = list(posted)
    done = [
        max(one.last_on, china_day(one.last_answered_at)) if one.last_answered_at else one.last_on
        for one in found
        if is_over(one.ends_at, now) and not one.open_objections
    ]
    if done:
        return CommunityStep(community, min(done), has_begun=True)
    if not found:
        return CommunityStep(community, None, words="还没有公示")
    last = found[-1]
    if last.open_objections:
        return CommunityStep(
            community, None, has_begun=True, words=f"还有 {last.open_objections} 条异议没答复"
        )
    end = f"{last.last_on.month} 月 {last.last_on.day} 日"
    return CommunityStep(community, None, has_begun=True, words=f"公示到 {end}")


def _by_community(rows: Iterable[T]) -> dict[int, list[T]]:
    found: dict[int, list[T]] = {}
    for row in rows:
        found.setdefault(row.community_id, []).append(row)
    return found
