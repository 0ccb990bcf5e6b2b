"""Announcing: the text freezes and hangs; a change is a withdrawal and a new announcement, which restarts the period."""

from datetime import datetime

from server.audit.actions import record
from server.ballots import queries
from server.ballots.actions.telling import tell_committee, tell_flats
from server.ballots.models import Announcement, Ballot
from server.ballots.rules.wording import announcement_title
from server.infra.db import db, lock_row
from server.kernel.actor import Actor
from server.kernel.chinatime import end_zh
from server.kernel.errors import Invalid, Refused
from server.notices import actions as notices
from server.notices.rules import NoticeKind


def announce_ballot(ballot: Ballot, *, client_key: str, actor: Actor, now: datetime) -> Announcement:
    """Freeze the text, post its notice, and tell every flat of the scope. Raises Refused with what stands in the way."""
    lock_row(Ballot, ballot.id)
    db.session.refresh(ballot)
    standing = queries.announcement(ballot)
    if standing is not None:
        return standing
    if ballot.discarded_at is not None or ballot.opened_at is not None:
        raise Refused("这份投票已经作废或开始，不能公告。", code="not_a_draft")
    reasons = queries.announce_obstacles(ballot, now)
    if reasons:
        raise Refused("还不能公告，先处理下面几条。", code="obstacles", reasons=tuple(reasons))
    text = queries.canonical(queries.present_text(ballot))
    notice = notices.post_notice(
        ballot.community_id,
        NoticeKind.BALLOT_ANNOUNCEMENT,
        title=announcement_title(ballot.title),
        body=queries.announcement_sheet(ballot),
        about_kind="ballot",
        about_id=ballot.id,
        client_key=client_key,
        actor=actor,
        now=now,
    )
    number = len(queries.announcements(ballot.id)) + 1
    act = Announcement(
        ballot_id=ballot.id,
        number=number,
        announced_at=now,
        announced_by=actor.key,
        notice_id=notice.id,
        earliest_at=notice.ends_at,
        text=text,
        text_hash=queries.text_hash(text),
    )
    db.session.add(act)
    db.session.flush()
    ballot.announced_number = number
    record(
        actor,
        "ballots.announce",
        "ballot",
        ballot.id,
        now=now,
        community_id=ballot.community_id,
        notice_id=notice.id,
        text_hash=act.text_hash,
        opens_at=ballot.opens_at,
        closes_at=ballot.closes_at,
    )
    _tell_announced(ballot, now)
    return act


def _tell_announced(ballot: Ballot, now: datetime) -> None:
    if ballot.opens_at is None or ballot.closes_at is None:
        raise Invalid("还没定开始和截止的时间。")
    body = (
        f"{queries.long_time(ballot.opens_at)} 开始投票，{end_zh(ballot.closes_at)} 截止。"
        "先看看要表决什么；不方便用手机，可以找居委会领纸票。"
    )
    tell_committee(ballot, "ballots.committee_told", f"公告了投票：{ballot.title}", body, now)
    tell_flats(ballot, _flat_ids(ballot, now), "ballots.announced", f"要投票了：{ballot.title}", body, now)


def _flat_ids(ballot: Ballot, now: datetime) -> list[int]:
    return [row.flat_id for row in queries.owner_rows(ballot, now) if row.is_counted]


def withdraw_announcement(ballot: Ballot, *, reason: str, actor: Actor, now: datetime) -> None:
    """Take the notice down before the opening; the ballot is a draft again and its period starts anew."""
    lock_row(Ballot, ballot.id)
    db.session.refresh(ballot)
    act = queries.announcement(ballot)
    if act is None:
        raise Refused("这份投票没有在公告中，不用撤回。", code="not_announced")
    if ballot.opened_at is not None:
        raise Refused("投票已经开始，不能撤回公告。", code="opened")
    if not reason.strip():
        raise Invalid("写明为什么撤回，居民会看到。", fields={"reason": ["写明为什么撤回。"]})
    notices.withdraw_notice(
        act.notice_id, community_id=ballot.community_id, reason=reason.strip(), actor=actor, now=now
    )
    ballot.announced_number = None
    ballot.unopened_told_at = None
    record(
        actor,
        "ballots.withdraw",
        "ballot",
        ballot.id,
        now=now,
        community_id=ballot.community_id,
        reason=reason.strip(),
        text_hash=act.text_hash,
    )
    body = f"原因：{reason.strip()}。改好后会重新公告，公告期重新算。"
    tell_flats(ballot, _flat_ids(ballot, now), "ballots.withdrawn", f"公告撤回了：{ballot.title}", body, now)
