"""What stands in the way: of announcing a draft, of opening what was announced."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from server.ballots.models import Ballot
from server.ballots.queries.asked import (
    announcement,
    canonical,
    earliest_opening,
    motion_texts,
    present_text,
    rules_for,
    text_hash,
)
from server.ballots.rules.drafting import (
    announced_obstacles,
    dates_obstacles,
    roll_obstacles,
    settings_obstacles,
    text_obstacles,
)
from server.ballots.rules.wording import long_time
from server.kernel.chinatime import china_day
from server.kernel.errors import Reason
from server.ledger import queries as ledger
from server.ledger.queries import OwnerRow

#: An opening up to this late still counts as at its announced instant: the job looks every minute.
PUNCTUAL = timedelta(hours=1)


def owner_rows(of: Ballot, now: datetime) -> Sequence[OwnerRow]:
    """The flats of the ballot's scope with their owners, as the ledger has them today."""
    return ledger.owner_rows(
        of.community_id,
        on=china_day(now),
        building_ids=tuple(of.building_ids),
        entrance_ids=tuple(of.entrance_ids),
    )


def announce_obstacles(of: Ballot, now: datetime) -> list[Reason]:
    """What keeps a draft from being announced now."""
    limits = rules_for(of.community_id, china_day(now))
    return [
        *text_obstacles(of.title, motion_texts(of)),
        *settings_obstacles(of.unreturned, of.clause),
        *dates_obstacles(
            of.opens_at,
            of.closes_at,
            earliest=earliest_opening(of.community_id, now),
            shortest_days=limits.shortest_days,
            longest_days=limits.longest_days,
        ),
    ]


def ledger_obstacles(of: Ballot, now: datetime) -> list[Reason]:
    """What in the ledger will keep it from opening: told already while the text is a draft."""
    return roll_obstacles(owner_rows(of, now))


def ledger_hints(of: Ballot) -> list[Reason]:
    """What bars no opening, and moves the count: owners that may be one person are as many heads as there are records."""
    waiting = ledger.undecided_count(of.community_id)
    if not waiting:
        return []
    sentence = f"{waiting} 组业主可能是同一人，还没有处理。名册定下以后再改，要两个人更正名册。"
    return [Reason("owners_alike", sentence, "alike")]


def obstacles(of: Ballot, now: datetime) -> list[Reason]:
    """What keeps the ballot from being opened at this instant; empty means it may."""
    return [*acts_obstacles(of, now), *ledger_obstacles(of, now)]


def acts_obstacles(of: Ballot, now: datetime) -> list[Reason]:
    """The obstacles to opening that lie in text and dates, not in the ledger."""
    if of.discarded_at is not None:
        return [Reason("discarded", "这份草稿已经作废。")]
    if of.opened_at is not None:
        return [Reason("opened", f"投票已经在 {long_time(of.opened_at)} 开始。")]
    act = announcement(of)
    return [
        *text_obstacles(of.title, motion_texts(of)),
        *settings_obstacles(of.unreturned, of.clause),
        *announced_obstacles(
            announced_hash=act.text_hash if act else None,
            present_hash=text_hash(canonical(present_text(of))),
            earliest=act.earliest_at if act else None,
            now=now,
        ),
        *_hour_obstacles(of, now),
    ]


def _hour_obstacles(of: Ballot, now: datetime) -> list[Reason]:
    """Opening keeps to the announced instant; where it comes late, enough time must be left to vote."""
    if of.opens_at is None or of.closes_at is None:
        return [Reason("no_dates", "还没定开始和截止的时间。", "dates")]
    if now < of.opens_at:
        return [Reason("too_early", f"公告的开始时间是 {long_time(of.opens_at)}，还没到。", "dates")]
    limits = rules_for(of.community_id, china_day(now))
    starts = of.opens_at if now - of.opens_at <= PUNCTUAL else now
    late = dates_obstacles(
        starts,
        of.closes_at,
        earliest=starts,
        shortest_days=limits.shortest_days,
        longest_days=limits.longest_days,
    )
    if late and starts == now:
        return [
            Reason("opened_late", "已经过了公告的开始时间，剩下的投票时间不够。撤回后重新公告。", "announce")
        ]
    return late
