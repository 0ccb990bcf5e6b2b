"""The day before the last one: whoever may vote for a head that has not is told so, once."""

from datetime import datetime

from server.audit.actions import record
from server.ballots import queries
from server.ballots.actions.telling import phone_page
from server.ballots.models import Ballot
from server.ballots.rules.reminding import is_decent_hour
from server.infra.db import db, lock_row
from server.kernel.actor import CLOCK
from server.kernel.chinatime import end_zh
from server.messages.actions import tell
from server.messages.rules import Recipient


def remind_due(now: datetime) -> int:
    """Returns how many people were told. A vote that is extended afterwards reminds nobody a second time."""
    if not is_decent_hour(now):
        return 0
    return sum(_remind(queries.known(ballot_id), now) for ballot_id in queries.due_to_remind(now))


def _remind(ballot: Ballot, now: datetime) -> int:
    # Casting takes the same lock: nobody votes between being counted as silent and being told so.
    lock_row(Ballot, ballot.id)
    db.session.refresh(ballot)
    if ballot.closing_told_at is not None or ballot.closing_at is None:
        return 0
    ballot.closing_told_at = now
    told = tell(
        [Recipient.resident(one) for one in queries.may_still_vote(ballot, now)],
        kind="ballots.closing",
        subject=f"明天截止，你家还没投：{ballot.title}",
        body=f"{end_zh(ballot.closing_at)} 截止。手机上投，或到居委会拿纸票。投什么由你定，没有人看得到。只提醒这一次。",
        link=phone_page(ballot.id),
        community_id=ballot.community_id,
        now=now,
    )
    record(
        CLOCK, "ballots.remind", "ballot", ballot.id, now=now, community_id=ballot.community_id, told=told,
    )  # fmt: skip
    return told
