"""The example's finished decision: drafted, published, objected to, answered, signed."""

from datetime import datetime

from server.decisions import actions as decisions
from server.decisions import queries
from server.example import people, story, votes
from server.example.ledger import flat_id, key
from server.identity.actions.binding import resident_actor
from server.kernel.errors import NotFound
from server.notices import actions as notices

#: Days before today. The notice hangs long enough in between, holidays and all.
DRAFTED, PUBLISHED, OBJECTED, ANSWERED, SIGNED = -74, -73, -70, -68, -45
OBJECTION = "路灯装在东门口会照到我家卧室，能不能换个方向？"
ANSWER = "已请设计单位看过：东门的灯改用遮光罩，灯头朝外。图纸上的位置不变，表决的内容也不变。"


def decide(community_id: int, ballot_id: int, today: datetime) -> None:
    """Carry the first vote to its end: the clerk drafts, the reviewer signs, one objection is answered in between."""
    clerk, reviewer = people.staff_actor(people.CLERK), people.staff_actor(people.REVIEWER)
    decision = decisions.draft_decision(
        ballot_id, community_id=community_id, client_key=key(), actor=clerk, now=votes.at(today, DRAFTED, 9)
    )
    version = decisions.publish_decision(
        decision.id,
        community_id=community_id,
        client_key=key(),
        actor=clerk,
        now=votes.at(today, PUBLISHED, 9),
    )
    _object_and_answer(version.notice_id, community_id, today)
    newest = queries.versions(decision.id)[-1]
    decisions.sign_decision(
        decision.id, newest.number, community_id=community_id, actor=reviewer, now=votes.at(today, SIGNED, 10)
    )


def _object_and_answer(notice_id: int | None, community_id: int, today: datetime) -> None:
    if notice_id is None:
        raise NotFound
    tenant = people.lead_residents(community_id)["tenant"]
    objection = notices.raise_objection(
        notice_id,
        text=OBJECTION,
        resident_id=tenant,
        flat_id=flat_id(community_id, story.LEAD_FLAT),
        client_key=key(),
        actor=resident_actor(tenant),
        now=votes.at(today, OBJECTED, 19),
    )
    notices.answer_objection(
        objection.id,
        community_id=community_id,
        answer=ANSWER,
        is_upheld=False,
        actor=people.staff_actor(people.REVIEWER),
        now=votes.at(today, ANSWERED, 10),
    )
