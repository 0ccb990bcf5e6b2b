"""Posting the preliminary result of a vote, and taking it down. A later count takes its place; it stays readable."""

from datetime import datetime

from server.audit.actions import record
from server.ballots import actions as voting
from server.ballots import queries as ballots
from server.decisions import queries
from server.decisions.actions.telling import tell_preliminary
from server.decisions.queries.preliminary import ABOUT
from server.kernel.actor import Actor
from server.kernel.errors import Refused
from server.notices import actions as notices
from server.notices.rules import NoticeKind


def post_preliminary(
    ballot_id: int, *, community_id: int, client_key: str, actor: Actor, now: datetime
) -> int:
    """Hang the newest count for objections, with the log's checkpoint. One that told of an earlier count comes down.

    Returns the id of the notice.
    """
    ballot = ballots.known(ballot_id, community_id)
    earlier = queries.preliminary_notices(ballot_id)
    again = next((one.notice_id for one in earlier if one.client_key == client_key), None)
    if again is not None:
        return again
    reasons = queries.preliminary_obstacles(ballot_id)
    if reasons:
        raise Refused("还不能贴初步结果，先处理下面几条。", code="obstacles", reasons=tuple(reasons))
    checkpoint = voting.closing_checkpoint(ballot_id, now)
    count = queries.newest_count(ballot_id)
    if earlier and not earlier[0].is_withdrawn:
        why = f"重新计票了，以第 {count.number} 次计票为准。这一份留着备查。"
        notices.withdraw_notice(
            earlier[0].notice_id, community_id=community_id, reason=why, actor=actor, now=now
        )
    row = notices.post_notice(
        community_id,
        NoticeKind.RESULT_PRELIMINARY,
        title=f"“{ballot.title[:60]}”初步结果",
        body=queries.preliminary_sheet(ballot_id, checkpoint.text, now),
        client_key=client_key,
        actor=actor,
        now=now,
        about_kind=ABOUT,
        about_id=ballots.counts(ballot_id)[-1].id,
    )
    record(
        actor, "decisions.post_preliminary", "ballot", ballot_id, now=now, community_id=community_id,
        count=count.number, notice_id=row.id, last_on=row.last_on, head_hash=count.head_hash,
    )  # fmt: skip
    tell_preliminary(ballot_id, count.number, row.last_on, now)
    return row.id


def withdraw_preliminary(
    ballot_id: int, *, community_id: int, reason: str, actor: Actor, now: datetime
) -> int:
    """Take it down. No decision hangs before it was posted again: objections to it are not lost."""
    ballots.known(ballot_id, community_id)
    posted = queries.preliminary_notices(ballot_id)
    if not posted:
        raise Refused("还没有贴初步结果，不用撤下。", code="not_posted")
    row = notices.withdraw_notice(
        posted[0].notice_id, community_id=community_id, reason=reason, actor=actor, now=now
    )
    record(
        actor, "decisions.withdraw_preliminary", "ballot", ballot_id, now=now, community_id=community_id,
        notice_id=row.id, reason=row.withdrawn_reason,
    )  # fmt: skip
    return row.id


def take_down_preliminary(
    ballot_id: int, *, community_id: int, reason: str, actor: Actor, now: datetime
) -> None:
    """Where one still hangs when the vote is declared void."""
    posted = queries.preliminary_notices(ballot_id)
    if posted and not posted[0].is_withdrawn:
        notices.withdraw_notice(
            posted[0].notice_id, community_id=community_id, reason=reason, actor=actor, now=now
        )
